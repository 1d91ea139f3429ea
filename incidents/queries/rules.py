"""Who is called when a service breaks, in sentences; a constant number of queries."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import F, QuerySet

from config.portal import words
from config.portal.sentences import Sentence
from incidents.enums import Promise, TargetUnit
from incidents.logic import rules, summons, targets
from incidents.logic.plan import first_cursor, freeze
from incidents.logic.routing import RouteSpec, choose_policy
from incidents.logic.rules import Clock, RuleStep, Speech, Teller
from incidents.logic.summons import About, StepRow
from incidents.logic.targets import Target, choose_target
from incidents.models import (
    EscalationStep,
    Incident,
    PolicyVersion,
    ResponseTarget,
    Route,
)
from incidents.queries import policies
from incidents.queries.circumstances import about, about_call
from incidents.queries.standing import COMMANDER
from rosters.enums import Channel, SeverityLevel
from rosters.logic.coverage import Gap, gaps
from rosters.logic.directory import BACKUP, Candidate, Directory
from rosters.models import Person, Service, StakeholderRole
from rosters.queries.compiled import compiled
from rosters.queries.directory import Wanted, load_directory
from rosters.queries.many import Ids

HORIZON = timedelta(days=45)
GAPS_AHEAD = timedelta(days=7)
FROM_THE_START = (Promise.ACKNOWLEDGE, Promise.FILL_ROLE, Promise.CONTAIN, Promise.RESOLVE)
LATER = (
    Promise.UPDATE,
    Promise.ATTENTION,
    Promise.ROOT_CAUSE,
    Promise.REVIEW,
    Promise.REPORT,
)


@dataclass(frozen=True)
class PromiseLine:
    """What the company promises about one severity: within so many minutes, or working days."""

    promise: Promise
    amount: int
    is_working_days: bool


@dataclass(frozen=True)
class RosterGap:
    """A time in the next seven days in which a roster of the rule has nobody."""

    roster_name: str
    gap: Gap
    is_now: bool
    ends_at: datetime | None


@dataclass(frozen=True)
class Duty:
    """A role that the rule does not call, and who fills it; called all the same in another role?"""

    role: StakeholderRole
    people: tuple[Candidate, ...]
    backup: tuple[Candidate, ...]
    is_called: bool = False


@dataclass(frozen=True)
class Rule:
    """What happens when one service breaks at one severity. Without `version` nobody is called.

    `ladder` counts from detection, and so does `again_after`, when the calls go on after the first
    round; `later` are calls about promises that begin later.
    """

    service: Service
    severity: int
    version: PolicyVersion | None = None
    is_own: bool = False
    ladder: tuple[RuleStep, ...] = ()
    later: tuple[RuleStep, ...] = ()
    repeats: Sentence | None = None
    again_after: timedelta | None = None
    promises: tuple[PromiseLine, ...] = ()
    gaps: tuple[RosterGap, ...] = ()
    duties: tuple[Duty, ...] = ()
    commander: tuple[Candidate, ...] = ()

    @property
    def calls(self) -> tuple[RuleStep, ...]:
        """The calls that are made until somebody acknowledges."""
        return tuple(step for step in self.ladder if step.promise == Promise.ACKNOWLEDGE)

    @property
    def calls_later(self) -> bool:
        """Whether somebody is called if it takes too long, also after somebody acknowledged."""
        return len(self.calls) < len(self.ladder)

    @property
    def calls_nobody(self) -> bool:
        return not any(step.people for step in self.calls)

    @property
    def summary(self) -> Sentence | None:
        """The first calls in one line; None when nobody would be called."""
        return rules.summary(self.ladder)

    @property
    def before_repeat(self) -> tuple[RuleStep, ...]:
        """The first round of calls, and what else comes before the second."""
        return tuple(step for step in self.ladder if self._is_before_repeat(step))

    @property
    def after_repeat(self) -> tuple[RuleStep, ...]:
        return tuple(step for step in self.ladder if not self._is_before_repeat(step))

    def _is_before_repeat(self, step: RuleStep) -> bool:
        is_call = step.promise == Promise.ACKNOWLEDGE
        return is_call or self.again_after is None or step.wait < self.again_after

    @property
    def has_gaps(self) -> bool:
        """Something is missing now or in the next seven days."""
        return bool(self.gaps or self.empty_steps or self.calls_nobody)

    @property
    def empty_steps(self) -> int:
        """How many steps reach nobody now."""
        return sum(step.is_gap for step in (*self.ladder, *self.later))


@dataclass
class Book:
    """Everything that is written down about rules, whoever is on call."""

    routes: list[RouteSpec]
    versions: dict[int, PolicyVersion]
    steps: dict[int, list[EscalationStep]]
    rows: dict[int, StepRow]
    targets: list[Target]


@dataclass
class Read(Book):
    """Everything that every rule is made of, read once."""

    roles: Sequence[StakeholderRole]
    directory: Directory
    speech: Speech


def of(service: Service, severity: int, *, reader: Person, now: datetime) -> Rule:
    """The rule of one service at one severity, as `reader` reads it at `now`."""
    return whole(service, severity, load([service], reader=reader, now=now), now=now)


def load(services: Sequence[Service], *, reader: Person, now: datetime) -> Read:
    """What the rules of these services are made of, with every role, right for the next 45 days."""
    return read_around(book(), services, _roles(), reader=reader, now=now)


@compiled
def _roles() -> QuerySet[StakeholderRole]:
    return StakeholderRole.objects.order_by("name", "pk")


def whole(service: Service, severity: int, read: Read, *, now: datetime) -> Rule:
    """The rule with its duties and its commander, from what was read."""
    rule = rule_from(service, severity, read, now=now)
    incident = Incident(service=service, severity=severity, detected_at=now)
    return replace(
        rule,
        duties=_duties(rule, incident, read, now=now),
        commander=_fills(read, incident, _commander(read), now=now),
    )


def summaries(
    found: Book, services: Sequence[Service], *, reader: Person, now: datetime
) -> list[Rule]:
    """The rule of each service for its worst incidents; a constant number of queries.

    Without its duties and its commander, whom only the page of one rule shows.
    """
    read = read_around(found, services, (), reader=reader, now=now)
    return [rule_from(service, SeverityLevel.CRITICAL, read, now=now) for service in services]


def of_version(
    version: PolicyVersion, *, reader: Person, now: datetime
) -> tuple[Service | None, tuple[RuleStep, ...]]:
    """What a version, published or not, would do now for the first service that it holds for."""
    routes = Route.objects.filter(policy=version.policy_id)
    route = routes.order_by(F("service").asc(nulls_last=True), "severity", "pk").first()
    services = Service.objects.select_related("owner_team").order_by("tier", "name", "pk")
    own = services.filter(pk=route.service_id).first() if route and route.service_id else None
    service = own or services.first()
    if service is None:
        return None, ()
    commander = StakeholderRole.objects.filter(slug=COMMANDER)
    read = read_around(book(draft=version), [service], list(commander), reader=reader, now=now)
    severity = (route.severity if route else None) or SeverityLevel.CRITICAL
    said = tellers_of(
        version, Incident(service=service, severity=severity, detected_at=now), read, now
    )
    return service, tuple(step for teller in said.values() for step in teller.steps())


def book(*, draft: PolicyVersion | None = None) -> Book:
    """What is written down, with a version that may not be published; at most seven queries."""
    routes = policies.routes()
    published = _published({route.policy_id for route in routes}) if routes else []
    versions = {one.policy_id: one for one in published}
    if draft is not None:
        versions[draft.policy_id] = draft
    steps = policies.steps_of(version.pk for version in versions.values())
    by_version: dict[int, list[EscalationStep]] = defaultdict(list)
    for step in steps:
        by_version[step.version_id].append(step)
    return Book(
        routes=routes,
        versions=versions,
        steps=by_version,
        rows=policies.rows_with_decisions(steps),
        targets=[
            Target(promise, severity, tier, amount, unit == TargetUnit.WORKING_DAYS)
            for promise, severity, tier, amount, unit in _targets()
        ],
    )


def read_around(
    found: Book,
    services: Sequence[Service],
    roles: Sequence[StakeholderRole],
    *,
    reader: Person,
    now: datetime,
) -> Read:
    """With whoever answers for these services, also in these roles that no rule asks for."""
    zone = ZoneInfo(reader.time_zone)
    wanted = _wanted(found.rows, services, roles)
    return Read(
        **vars(found),
        roles=roles,
        directory=load_directory(
            wanted,
            starts_at=now,
            ends_at=now + policies.look_ahead(found.rows.values(), HORIZON),
        ),
        speech=Speech(
            {channel.value: channel.verb for channel in Channel},
            words.this_day(now, zone=zone),
            reader.pk,
        ),
    )


@compiled
def _published(policy_ids: Ids) -> QuerySet[PolicyVersion]:
    rows = PolicyVersion.objects.filter(published_at__isnull=False, policy__in=policy_ids)
    return rows.select_related("policy", "published_by").order_by("number")


@compiled
def _targets() -> QuerySet[ResponseTarget, Any]:
    rows = ResponseTarget.objects.order_by("pk")
    return rows.values_list("promise", "severity", "tier", "amount", "unit")


def _wanted(
    rows: Mapping[int, StepRow], services: Sequence[Service], roles: Sequence[StakeholderRole]
) -> Wanted:
    asked = policies.wanted_by(rows.values(), [Incident(service=one) for one in services])
    return Wanted(
        asked.roster_ids,
        asked.role_ids | {role.pk for role in roles},
        asked.person_ids,
        asked.team_ids,
        asked.service_ids,
    )


def rule_from(service: Service, severity: int, read: Read, *, now: datetime) -> Rule:
    """The rule as it would run if an incident began at `now`."""
    incident = Incident(service=service, severity=severity, detected_at=now)
    policy_id = choose_policy(
        read.routes, service_id=service.pk, severity=severity, impact_id=None, at=now
    )
    version = read.versions.get(policy_id or 0)
    promises = _promises(service, severity, read)
    if version is None:
        return Rule(service, severity, promises=promises)
    tellers = tellers_of(version, incident, read, now)
    said = {promise: teller.steps() for promise, teller in tellers.items()}
    calls = tellers.get(Promise.ACKNOWLEDGE)
    ladder = [step for promise in FROM_THE_START for step in said.get(promise, ())]
    return Rule(
        service,
        severity,
        version,
        is_own=any(
            route.service_id == service.pk and route.policy_id == policy_id and route.holds(now)
            for route in read.routes
        ),
        ladder=tuple(sorted(ladder, key=lambda step: step.wait)),
        later=tuple(step for promise in LATER for step in said.get(promise, ())),
        again_after=calls.clock.again_after if calls else None,
        repeats=_repeats(calls, said.get(Promise.ACKNOWLEDGE, ())),
        promises=promises,
        gaps=_gaps(version, read, now=now),
    )


def tellers_of(
    version: PolicyVersion, incident: Incident, read: Read, now: datetime
) -> dict[Promise, Teller]:
    """Who says what of each clock that would start; of the roles to fill, the commander's."""
    asked = _commander(read)
    found = {}
    for promise in (*FROM_THE_START, *LATER):
        told = about_call(incident)
        if promise == Promise.FILL_ROLE:
            told = replace(told, asked_role_id=asked.pk if asked else None)
        clock = _clock(promise, version, incident, read, told, now=now)
        if clock is not None and (asked or promise != Promise.FILL_ROLE):
            found[promise] = Teller(clock, read.rows, read.directory, told, read.speech)
    return found


def _promises(service: Service, severity: int, read: Read) -> tuple[PromiseLine, ...]:
    found = []
    for promise in Promise:
        target = choose_target(read.targets, promise=promise, severity=severity, tier=service.tier)
        if target:
            found.append(PromiseLine(promise, target.amount, target.is_working_days))
    return tuple(found)


def _clock(
    promise: Promise,
    version: PolicyVersion,
    incident: Incident,
    read: Read,
    told: About,
    *,
    now: datetime,
) -> Clock | None:
    """One clock as it would run from `now`; None where nothing is promised, for nothing starts."""
    service = incident.service
    target = choose_target(
        read.targets,
        promise=promise,
        severity=incident.severity,
        tier=service.tier if service else None,
    )
    if target is None:
        return None
    zone = ZoneInfo(service.owner_team.time_zone if service else "UTC")
    span = targets.due(target, started_at=now, zone=zone).target_at - now
    specs = [policies.spec_of(step) for step in read.steps[version.pk] if step.clock == promise]
    plan = policies.plan_for(version, freeze(specs, target=span), promise=promise)
    calls = summons.forecast(
        plan,
        first_cursor(plan, started_at=now),
        started_at=now,
        steps=read.rows,
        directory=read.directory,
        about=told,
        limit=len(specs) + 1,
    )
    again_at = calls[len(specs)].at if len(calls) > len(specs) else None
    return Clock(promise, now, span, plan, calls[: len(specs)], again_at)


def _repeats(teller: Teller | None, said: Sequence[RuleStep]) -> Sentence | None:
    """What comes after the first round of calls; None when there is none."""
    if teller is None or not said:
        return None
    plan = teller.clock.plan
    last = teller.target_phrase(plan.steps[-1].step_id)
    return rules.repeats(plan, last, said[-1].verb)


def _gaps(version: PolicyVersion, read: Read, *, now: datetime) -> tuple[RosterGap, ...]:
    """Where the rosters that are called about an acknowledgement have nobody, by time."""
    wanted: dict[int, bool] = {}
    for step in read.steps[version.pk]:
        if step.clock == Promise.ACKNOWLEDGE:
            for target in read.rows[step.pk].targets:
                if target.roster_id:
                    wants_backup = wanted.get(target.roster_id, False) or target.choose == BACKUP
                    wanted[target.roster_id] = wants_backup
    horizon = now + GAPS_AHEAD
    found = [
        RosterGap(
            read.directory.roster_names[roster_id],
            gap,
            gap.holds(now),
            gap.ends_at if gap.ends_at < horizon else None,
        )
        for roster_id, wants_backup in wanted.items()
        for gap in gaps(
            read.directory.rosters[roster_id],
            read.directory.stretches(roster_id, starts_at=now, ends_at=horizon),
        )
        if wants_backup or not gap.is_backup
    ]
    return tuple(sorted(found, key=lambda one: one.gap.starts_at))


def _commander(read: Read) -> StakeholderRole | None:
    return next((role for role in read.roles if role.slug == COMMANDER), None)


def _fills(
    read: Read,
    incident: Incident,
    role: StakeholderRole | None,
    *,
    now: datetime,
    choose: str = "",
) -> tuple[Candidate, ...]:
    if role is None:
        return ()
    told = about(incident)
    return read.directory.for_role(
        role.pk,
        service_id=told.service_id,
        team_id=told.team_id,
        severity=told.severity,
        at=now,
        choose=choose or "on_call",
    )


def _duties(rule: Rule, incident: Incident, read: Read, *, now: datetime) -> tuple[Duty, ...]:
    """Roles that the rule does not call, and that somebody fills."""
    if rule.version is None:
        return ()
    told = {one.person_id for step in (*rule.ladder, *rule.later) for one in step.people}
    steps = read.steps[rule.version.pk]
    called = {target.role_id for step in steps for target in read.rows[step.pk].targets}
    found = []
    for role in read.roles:
        if role.pk not in called and (people := _fills(read, incident, role, now=now)):
            backup = _fills(read, incident, role, now=now, choose=BACKUP)
            others = tuple(one for one in backup if one not in people)
            is_called = told.issuperset(one.person_id for one in people)
            found.append(Duty(role, people, others, is_called))
    return tuple(found)

"""Who answers for a service if it breaks now: its rule, its rosters and their gaps."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from django.db.models import QuerySet

from incidents.enums import Promise
from incidents.logic import summons
from incidents.logic.plan import Plan, StepSpec, Why, first_cursor, freeze
from incidents.logic.routing import RouteSpec, choose_policy
from incidents.logic.summons import About, PlannedCall, StepRow
from incidents.models import EscalationStep, PolicyVersion
from incidents.queries import policies
from rosters.enums import CALL, Channel, SeverityLevel
from rosters.logic.coverage import Gap, gaps
from rosters.logic.directory import BACKUP, Candidate, Directory, PersonSpec
from rosters.models import Roster, Service, Team
from rosters.queries import cells
from rosters.queries.by_key import by_key
from rosters.queries.compiled import compiled
from rosters.queries.directory import Wanted, load_directory
from rosters.queries.many import Ids

LOOK_AHEAD = timedelta(days=14)
SEVERITY = SeverityLevel.CRITICAL
"""Cover is what would hold for the worst case."""
CALLS_SHOWN = 3


class Owned(Protocol):
    """A service, or as much of it as says what holds for it."""

    @property
    def pk(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def owner_team_id(self) -> int: ...


@dataclass(frozen=True)
class RosterNow:
    """One roster of a service: who is on call, the backup, until when, and where nobody is."""

    roster: Roster
    first: tuple[PersonSpec, ...]
    backup: tuple[PersonSpec, ...]
    until: datetime | None
    gaps: tuple[Gap, ...]


@dataclass(frozen=True)
class Call:
    """One call that the rule would make: to whom, how, how long after the start."""

    who: str
    person_id: int
    reason: str
    verb: str
    after: timedelta

    @property
    def after_minutes(self) -> int:
        return int(self.after.total_seconds() // 60)


FirstGap = tuple[RosterNow, Gap] | None


@dataclass
class _Read:
    """What is read once for all services."""

    routes: Mapping[int | None, Sequence[RouteSpec]]
    versions: Mapping[int, PolicyVersion]
    steps: Mapping[int, Sequence[StepSpec]]
    rows: Mapping[int, StepRow]
    directory: Directory
    rosters: Mapping[int, Roster]
    now: datetime
    zones: Mapping[int, str] = field(default_factory=dict)
    seen: dict[int, RosterNow] = field(default_factory=dict)
    gaps: dict[tuple[int, ...], FirstGap] = field(default_factory=dict)

    def gap_of(self, roster_ids: tuple[int, ...]) -> FirstGap:
        """The earliest time in which one of these rosters has nobody, worked out once."""
        if roster_ids not in self.gaps:
            found = [(one, gap) for one in map(self.roster_now, roster_ids) for gap in one.gaps]
            self.gaps[roster_ids] = min(found, key=lambda pair: pair[1].starts_at, default=None)
        return self.gaps[roster_ids]

    def roster_now(self, roster_id: int) -> RosterNow:
        """One roster, worked out once however many services it answers for."""
        if roster_id not in self.seen:
            self.seen[roster_id] = self._roster_now(roster_id)
        return self.seen[roster_id]

    def _roster_now(self, roster_id: int) -> RosterNow:
        directory, now = self.directory, self.now
        first, backup = (*directory.levels(roster_id, at=now), (), ())[:2]
        stretches = directory.stretches(roster_id, starts_at=now, ends_at=now + LOOK_AHEAD)
        found = gaps(directory.rosters[roster_id], stretches)
        return RosterNow(
            self.rosters[roster_id],
            tuple(directory.people[person] for person in first),
            tuple(directory.people[person] for person in backup),
            directory.until(roster_id, at=now, within=LOOK_AHEAD),
            tuple(gap for gap in found if not gap.is_backup),
        )


@dataclass(frozen=True)
class Cover:
    """Who answers for one service. Asks no database; what it tells is worked out when asked."""

    service: Owned
    version: PolicyVersion | None
    has_own_rule: bool
    read: _Read = field(repr=False, compare=False)

    @property
    def policy_name(self) -> str:
        return self.version.policy.name if self.version else ""

    @property
    def instead(self) -> Call | None:
        """Whom we would call first after all, while nobody is on call."""
        return next(iter(self.calls(limit=1)), None)

    @property
    def on_call(self) -> tuple[Candidate, ...]:
        """Whom we would call first now; nobody when the first step reaches nobody."""
        return self._first(choose=None)

    @property
    def backup(self) -> tuple[Candidate, ...]:
        """Who comes next if the first does not answer."""
        first = {one.person_id for one in self.on_call}
        return tuple(one for one in self._first(choose=BACKUP) if one.person_id not in first)

    @property
    def rosters(self) -> list[RosterNow]:
        """The rosters that the rule calls, in the order of its steps."""
        return [self.read.roster_now(pk) for pk in self._roster_ids()]

    @property
    def gap(self) -> FirstGap:
        """The earliest time within 14 days in which nobody is on call."""
        return self.read.gap_of(self._roster_ids())

    @property
    def calls_a_roster(self) -> bool:
        return bool(self._roster_ids())

    def calls(self, *, limit: int = CALLS_SHOWN) -> list[Call]:
        """The first calls that would be made if it broke now and nobody answered."""
        if self.version is None:
            return []
        plan = Plan(freeze(self._steps, target=timedelta(0)))
        planned = summons.forecast(
            plan,
            first_cursor(plan, started_at=self.read.now),
            started_at=self.read.now,
            steps=self.read.rows,
            directory=self.read.directory,
            about=self._about_call,
            limit=len(plan.steps),
        )
        return [self._call(call, one) for call in planned for one in call.people][:limit]

    def _call(self, call: PlannedCall, person: Candidate) -> Call:
        urgency = self.read.rows[call.step_id].urgency
        contacts = self.read.directory.contacts(
            person.person_id, urgency=urgency, severity=SEVERITY
        )
        verb = Channel(contacts[0].channel).verb if contacts else CALL
        after = call.at - self.read.now
        return Call(person.full_name, person.person_id, person.reason, verb, after)

    @property
    def _steps(self) -> Sequence[StepSpec]:
        return self.read.steps.get(self.version.pk, ()) if self.version else ()

    @property
    def _about_call(self) -> About:
        """With what the steps' conditions ask."""
        return replace(self._about, zone=self.read.zones.get(self.service.owner_team_id, ""))

    @property
    def _about(self) -> About:
        service = self.service
        return About(SEVERITY, service.pk, service.name, service.owner_team_id)

    def _first(self, *, choose: str | None) -> tuple[Candidate, ...]:
        if not self._steps:
            return ()
        row = self._first_step
        if choose is not None:
            targets = tuple(
                summons.TargetSpec(
                    one.kind, choose, one.role_id, one.roster_id, one.person_id, one.team_id
                )
                for one in row.targets
            )
            row = StepRow(row.step_id, row.clock, row.urgency, targets)
        return summons.resolve(row, self.read.directory, about=self._about, at=self.read.now)

    @property
    def _first_step(self) -> StepRow:
        """The first step that is not left out now; the first of all where all are."""
        read = self.read
        rows = [read.rows[one.step_id] for one in sorted(self._steps, key=lambda one: one.wait)]
        for row in rows:
            heard = summons.hear(row, read.directory, about=self._about_call, at=read.now)
            if heard.why != Why.CONDITION:
                return row
        return rows[0]

    def _roster_ids(self) -> tuple[int, ...]:
        """Rosters that the steps name, straight or through a cell of this service or its team."""
        read, service = self.read, self.service
        found: dict[int, None] = {}
        for step in self._steps:
            for target in read.rows[step.step_id].targets:
                if target.roster_id:
                    found[target.roster_id] = None
        for pk in read.directory.rosters_of(service.pk, service.owner_team_id, at=read.now):
            found[pk] = None
        return tuple(pk for pk in found if pk in read.rosters)


def cover_of(services: Iterable[Service], *, now: datetime) -> dict[int, Cover]:
    """Who answers for these services at `now`, by primary key; a constant number of queries."""
    return _covers(list(services), _directory, now=now)


def first_called(service_ids: Collection[int], *, at: datetime) -> Mapping[int, tuple[str, ...]]:
    """The names of those whom these services' rules would call first; a service without a rule is
    left out."""
    covers = cover_of(Service.objects.filter(pk__in=service_ids), now=at)
    return {
        pk: tuple(one.full_name for one in cover.on_call)
        for pk, cover in covers.items()
        if cover.version is not None
    }


def rosters_of(services: Iterable[Owned], *, now: datetime) -> dict[int, Cover]:
    """The same as far as rules and rosters go; whom we would call, these do not know.

    For thousands of services: nobody is read whom only their cells of the matrix name.
    """
    return _covers(list(services), _roster_directory, now=now)


def with_people(covers: Sequence[Cover]) -> dict[int, Cover]:
    """Some of these, who now know whom we would call; what was read of rosters is kept."""
    if not covers:
        return {}
    read = covers[0].read
    directory = _directory(read.rows.values(), [one.service for one in covers], now=read.now)
    more = by_key(Roster, directory.rosters.keys() - read.rosters.keys())
    known = replace(read, directory=directory, rosters={**read.rosters, **more})
    return {one.service.pk: replace(one, read=known) for one in covers}


Load = Callable[..., Directory]


def _covers(wanted: Sequence[Owned], load: Load, *, now: datetime) -> dict[int, Cover]:
    routes = _routes()
    versions = _versions()
    usual = _policy(routes, None, now=now)
    holding = {
        one.pk: _policy(routes, one.pk, now=now) if one.pk in routes else usual for one in wanted
    }
    used = {versions[policy].pk for policy in holding.values() if policy in versions}
    steps = _steps(used)
    rows = policies.step_rows(used)
    directory = load(rows.values(), wanted, now=now)
    rosters = by_key(Roster, directory.rosters)
    zones = _zones(wanted, rows.values())
    read = _Read(routes, versions, steps, rows, directory, rosters, now, zones)
    return {
        service.pk: Cover(
            service,
            versions.get(holding[service.pk] or 0),
            service.pk in routes and _has_own_rule(service.pk, routes, versions, now=now),
            read,
        )
        for service in wanted
    }


def _routes() -> Mapping[int | None, Sequence[RouteSpec]]:
    found: dict[int | None, list[RouteSpec]] = defaultdict(list)
    for one in policies.routes():
        found[one.service_id].append(one)
    return found


def _policy(
    routes: Mapping[int | None, Sequence[RouteSpec]], service_id: int | None, *, now: datetime
) -> int | None:
    fitting = [*routes.get(service_id, ()), *(routes.get(None, ()) if service_id else ())]
    return choose_policy(fitting, service_id=service_id, severity=SEVERITY, impact_id=None, at=now)


def _has_own_rule(
    service_id: int,
    routes: Mapping[int | None, Sequence[RouteSpec]],
    versions: Mapping[int, PolicyVersion],
    *,
    now: datetime,
) -> bool:
    """Whether a published policy holds because a route names this service."""
    own: dict[int | None, Sequence[RouteSpec]] = {service_id: routes.get(service_id, ())}
    return (_policy(own, service_id, now=now) or 0) in versions


def _versions() -> dict[int, PolicyVersion]:
    """The newest published version of each policy, by policy."""
    return {version.policy_id: version for version in _newest()}


@compiled
def _newest() -> QuerySet[PolicyVersion]:
    published = PolicyVersion.objects.filter(published_at__isnull=False)
    newest = published.order_by("policy", "-number").distinct("policy")
    return newest.select_related("policy")


def _steps(version_ids: Iterable[int]) -> dict[int, list[StepSpec]]:
    """The steps of the acknowledge clock by version, in their order."""
    found: dict[int, list[StepSpec]] = defaultdict(list)
    wanted = frozenset(version_ids)
    for version_id, pk, minutes in _calling(wanted) if wanted else ():
        found[version_id].append(StepSpec(pk, timedelta(minutes=minutes)))
    return found


@compiled
def _calling(versions: Ids) -> QuerySet[EscalationStep, Any]:
    steps = EscalationStep.objects.filter(version__in=versions, clock=Promise.ACKNOWLEDGE)
    return steps.order_by("order", "pk").values_list("version_id", "pk", "wait_minutes")


def _zones(services: Iterable[Owned], rows: Iterable[StepRow]) -> Mapping[int, str]:
    """The time zones of the services' teams; no query where no step reads its hours in them."""
    if not any(row.conditions.reads_in_services_zone for row in rows):
        return {}
    teams = Team.objects.filter(pk__in={one.owner_team_id for one in services})
    return dict(teams.values_list("pk", "time_zone"))


def _directory(rows: Iterable[StepRow], services: Sequence[Owned], *, now: datetime) -> Directory:
    """Everybody whom these steps name, for these services."""
    rows = list(rows)
    targets = [target for row in rows for target in row.targets]
    wanted = Wanted(
        roster_ids=frozenset(one.roster_id for one in targets if one.roster_id),
        role_ids=frozenset(one.role_id for one in targets if one.role_id),
        person_ids=frozenset(one.person_id for one in targets if one.person_id),
        team_ids=frozenset(one.team_id for one in targets if one.team_id)
        | frozenset(service.owner_team_id for service in services),
        service_ids=frozenset(service.pk for service in services),
    )
    ahead = policies.look_ahead(rows, LOOK_AHEAD)
    return load_directory(wanted, starts_at=now, ends_at=now + ahead)


def _roster_directory(
    rows: Iterable[StepRow], _services: Sequence[Owned], *, now: datetime
) -> Directory:
    """The rosters that these steps name, straight or through a cell of any service or team."""
    targets = [target for row in rows for target in row.targets]
    named = cells.with_roster((one.role_id for one in targets if one.role_id), now=now)
    rosters = {one.roster_id for one in targets} | {one.roster_id for one in named}
    wanted = Wanted(roster_ids=frozenset(pk for pk in rosters if pk))
    found = load_directory(wanted, starts_at=now, ends_at=now + LOOK_AHEAD)
    return replace(found, cells=named)

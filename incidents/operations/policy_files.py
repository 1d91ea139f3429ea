"""A reviewed file of policies, routes and promised times becomes what holds.

All of it or nothing, by the same checks as in the admin. Planning does the very same and takes it
back, so that a plan never promises what applying would refuse.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pghistory
from django.db import transaction

from config.portal import words
from config.portal.refusals import Refused, refuse_if
from config.portal.sentences import Sentence
from incidents.enums import AckMode, Promise, StepAnchor, TargetUnit
from incidents.intake.policy_file import PolicyFile, PolicyPart, RoutePart, StepPart, TargetPart
from incidents.logic.policy_diff import differences
from incidents.logic.policy_keeping import why_not_keep_policies
from incidents.logic.policy_text import said
from incidents.models import (
    EscalationPolicy,
    EscalationStep,
    PolicyVersion,
    ResponseTarget,
    Route,
    StepTarget,
)
from incidents.operations import agreeing
from incidents.queries import policy_files, policy_names, policy_texts
from incidents.queries.policy_names import Names
from rosters.enums import SeverityLevel
from rosters.models import Person
from rosters.queries import roles

WAITS = (
    "It waits: services of tier 1 go by it, so a second person must agree. Until then the version"
    " before holds."
)


class Unfit(Refused):
    """The file cannot hold as it is; `problems` are sentences, each with its place."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True)
class Change:
    """What a file changes about one thing, in words."""

    about: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """What a file changes, and the names of policies that it leaves alone."""

    changes: tuple[Change, ...]
    left: tuple[str, ...] = ()


def plan(
    file: PolicyFile, *, by: Person, now: datetime, agreed_by: Person | None = None
) -> Outcome:
    """What applying the file would change at `now`; nothing is changed. Raises as `apply`."""
    with transaction.atomic():
        outcome = apply(file, by=by, now=now, agreed_by=agreed_by)
        transaction.set_rollback(True)  # Django's signature
    return outcome


@transaction.atomic
def apply(
    file: PolicyFile, *, by: Person, now: datetime, agreed_by: Person | None = None
) -> Outcome:
    """The file holds from `now` on. Doing it again changes nothing.

    What services of tier 1 go by waits for a second person, unless `agreed_by` is one.
    Raises Refused when `by` may not, and Unfit with every problem that was found: names that nobody
    knows, a version that was followed meanwhile, calls that could end with nobody.
    """
    refuse_if(why_not_keep_policies(roles.of(by)))
    list(EscalationPolicy.objects.select_for_update(no_key=True).order_by("pk"))
    with pghistory.context(user=by.pk, reason="From a file of policies"):
        work = _Work(policy_names.load(), policy_files.in_force(), by, now, agreed_by)
        for slug, part in file.policies.items():
            work.policy(slug, part)
        if file.routes is not None:
            work.routes(file.routes)
        if file.targets is not None:
            work.targets(file.targets)
        problems = (*work.names.problems, *work.problems)
        if problems:
            raise Unfit(problems)
    left = sorted(one.policy.name for slug, one in work.live.items() if slug not in file.policies)
    return Outcome(tuple(work.changes), tuple(left))


@dataclass
class _Work:
    """One file on its way."""

    names: Names
    live: Mapping[str, PolicyVersion]
    by: Person
    now: datetime
    agreed_by: Person | None = None
    changes: list[Change] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def policy(self, slug: str, part: PolicyPart) -> None:
        live = self.live.get(slug)
        if live is None:
            self._new(slug, part)
            return
        lines = self._renamed(live.policy, part)
        if not _same(live, part):
            lines += self._followed(slug, live, part)
        if lines:
            self.changes.append(Change(part.name, tuple(lines)))

    def _new(self, slug: str, part: PolicyPart) -> None:
        if EscalationPolicy.objects.filter(name__iexact=part.name).exclude(slug=slug).exists():
            self.problems.append(
                f"policies → {slug}: another policy is called “{part.name}” already."
            )
            return
        policy, _made = EscalationPolicy.objects.get_or_create(
            slug=slug, defaults={"name": part.name}
        )
        self.names.known["policy"][slug] = policy.pk
        last = policy.versions.order_by("-number").first()
        version = self._written(policy, (last.number if last else 0) + 1, slug, part, based_on=None)
        if version:
            text = policy_texts.texts_of([version])[version.pk]
            told = [self._words(one) for step in text.steps for one in said(step)]
            self.changes.append(Change(part.name, (f"It is new: {part.why}", *told)))

    def _renamed(self, policy: EscalationPolicy, part: PolicyPart) -> list[str]:
        if part.name == policy.name:
            return []
        taken = EscalationPolicy.objects.filter(name__iexact=part.name).exclude(pk=policy.pk)
        if taken.exists():
            self.problems.append(
                f"policies → {policy.slug}: another policy is called “{part.name}” already."
            )
            return []
        before, policy.name = policy.name, part.name
        policy.save(update_fields=["name"])
        return [f"It was called “{before}”."]

    def _followed(self, slug: str, live: PolicyVersion, part: PolicyPart) -> list[str]:
        """The next version of a policy that holds, and what it changes."""
        if part.version is not None and part.version != live.number:
            self.problems.append(
                f"policies → {slug}: the file was written from version {part.version}, and version"
                f" {live.number} by {live.published_by} holds by now. Export again, and make your"
                " change there."
            )
            return []
        if part.why == live.rationale:
            self.problems.append(f"policies → {slug} → why: say why it changes.")
            return []
        last = live.policy.versions.order_by("-number")[0]
        if last.asked_at and not last.published_at and _same(last, part):
            version = self._agreed(last, slug) if self.agreed_by else last
        else:
            version = self._written(live.policy, last.number + 1, slug, part, based_on=live)
        if version is None:
            return []
        texts = policy_texts.texts_of([live, version])
        told = [self._words(one) for one in differences(texts[live.pk], texts[version.pk])]
        waits = [] if version.published_at else [WAITS]
        return [f"Version {version.number}: {part.why}", *waits, *told]

    def _agreed(self, version: PolicyVersion, slug: str) -> PolicyVersion | None:
        """The version holds, for a second person agrees; None with a problem if they may not."""
        try:
            asked = agreeing.publish_or_ask(version, by=self.by, now=self.now)
            if self.agreed_by is None:
                return asked
            return agreeing.agree(asked, by=self.agreed_by, now=self.now)
        except Refused as refused:
            self.problems.append(f"policies → {slug}: {refused}")
            return None

    def _written(
        self,
        policy: EscalationPolicy,
        number: int,
        slug: str,
        part: PolicyPart,
        *,
        based_on: PolicyVersion | None,
    ) -> PolicyVersion | None:
        """The version as the part says it, published; None with a problem if it cannot hold."""
        before = len(self.names.problems)
        version = PolicyVersion.objects.create(
            policy=policy,
            number=number,
            rationale=part.why,
            repeats=part.repeats,
            until_acknowledged=part.until_acknowledged,
            repeat_from=part.repeat_from,
            loop_minutes=part.minutes_between_rounds,
            catch_all_minutes=part.then_every_minutes,
            catch_all_rounds=part.at_most,
            based_on=based_on,
        )
        places = [f"policies → {slug} → steps → number {one + 1}" for one in range(len(part.steps))]
        for order, (step, place) in enumerate(zip(part.steps, places, strict=True), start=1):
            self._step(version, order, step, place)
        if len(self.names.problems) > before:
            return None
        return self._agreed(version, slug)

    def _step(self, version: PolicyVersion, order: int, part: StepPart, place: str) -> None:
        find, only = self.names.find, part.only
        step = EscalationStep.objects.create(
            version=version,
            clock=part.clock,
            order=order,
            wait_minutes=part.after,
            anchor=StepAnchor.TARGET if part.late else StepAnchor.START,
            urgency=part.urgency,
            ack_mode=AckMode.ALL if part.each_acknowledges else AckMode.ANY,
            mildest_severity=only.severity,
            impact_id=find("impact", only.impact, place=f"{place} → only"),
            hours_id=find("hours", only.hours, place=f"{place} → only"),
            hours_read_in=only.hours_read_in,
            least_alerts=only.alerts,
            alerts_within_minutes=only.within_minutes,
        )
        step.decisions.set(
            self.names.find_all("decision", part.decides, place=f"{place} → decides")
        )
        for one in part.tell:
            key = find(one.kind, one.named or None, place=f"{place} → tell") if one.named else None
            if key is not None or not one.named:
                named = {f"{one.kind}_id": key} if one.named else {}
                StepTarget.objects.create(step=step, kind=one.kind, choose=one.choose, **named)

    def routes(self, parts: Sequence[RoutePart]) -> None:
        """Routes are what the file says, and no others."""
        wanted = {}
        for number, part in enumerate(parts, start=1):
            place = f"routes → number {number}"
            key = (
                self.names.find("service", part.service, place=place),
                part.severity,
                self.names.find("impact", part.impact, place=place),
            )
            policy = self.names.find("policy", part.policy, place=place)
            if key in wanted and not self.names.problems:  # an unknown name looks like none
                self.problems.append(f"{place}: the same is said above.")
            wanted[key] = policy
        if self.names.problems or self.problems:
            return
        rows = Route.objects.select_related("service", "impact", "policy").order_by("pk")
        live = {(row.service_id, row.severity, row.impact_id): row for row in rows}
        catch_all = (None, None, None)
        if catch_all in live and catch_all not in wanted:
            self.problems.append(
                "routes: keep one without service, severity and impact. Without it an incident that"
                " fits no other would call nobody."
            )
            return
        self._routes_become(wanted, live)

    def _routes_become(self, wanted: Mapping[Any, int | None], live: Mapping[Any, Route]) -> None:
        lines = []
        known = EscalationPolicy.objects.in_bulk()
        for key in [one for one in live if one not in wanted]:
            lines.append(f"{_about(live[key])} goes by no rule of its own any more.")
            live[key].delete()
        for key, policy in wanted.items():
            row, before = live.get(key), None
            if row is not None and row.policy_id == policy:
                continue
            if row is None:
                row = Route(service_id=key[0], severity=key[1], impact_id=key[2])
            else:
                before = row.policy
            row.policy = known[policy or 0]
            row.save()
            was = f" Before, it went by “{before}”." if before else ""
            lines.append(f"{_about(row)} goes by “{row.policy}” now.{was}")
        if lines:
            self.changes.append(Change("Which rule holds", tuple(lines)))

    def targets(self, parts: Sequence[TargetPart]) -> None:
        """Promised times are what the file says, and no others."""
        wanted: dict[Any, TargetPart] = {}
        for number, part in enumerate(parts, start=1):
            key: Any = (part.promise, part.severity, part.tier)
            if key in wanted:
                self.problems.append(f"targets → number {number}: the same is said above.")
            wanted[key] = part
        live = {(row.promise, row.severity, row.tier): row for row in ResponseTarget.objects.all()}
        lines = []
        for key in [one for one in live if one not in wanted]:
            lines.append(f"Nothing is promised any more: {_promised(live[key])}.")
            live[key].delete()
        for key, part in wanted.items():
            unit = TargetUnit.MINUTES if part.minutes else TargetUnit.WORKING_DAYS
            amount = part.minutes or part.working_days or 0
            row = live.get(key)
            if row is not None and (row.amount, row.unit) == (amount, unit):
                continue
            was = f" Before: {_promised(row)}." if row is not None else ""
            row = row or ResponseTarget(
                promise=part.promise, severity=part.severity, tier=part.tier
            )
            row.amount, row.unit = amount, unit
            row.save()
            lines.append(f"Promised: {_promised(row)}.{was}")
        if lines:
            self.changes.append(Change("What we promise", tuple(lines)))

    def _words(self, sentence: Sentence) -> str:
        return words.as_text([sentence], zone=ZoneInfo(self.by.time_zone), now=self.now)


def _same(live: PolicyVersion, part: PolicyPart) -> bool:
    """Whether a version does what the part says, whatever its name, number and reason."""
    rows = EscalationStep.objects.filter(version=live).select_related("impact", "hours")
    steps = list(rows.prefetch_related(policy_texts.TARGETS, "decisions"))
    stands = policy_files.part_of(live, steps)
    beside = {"name": "", "version": None, "why": ""}
    asked = part.model_copy(update={**beside, "steps": tuple(sorted(part.steps, key=_by_time))})
    return bool(asked == stands.model_copy(update={**beside, "steps": stands.steps}))


def _by_time(step: StepPart) -> tuple[int, bool, int]:
    order = [promise.value for promise in Promise]
    return order.index(step.clock), step.late, step.after


def _about(route: Route) -> str:
    about = str(route.service) if route.service else "Everything else"
    if route.severity:
        about += f" at {SeverityLevel(route.severity).code}"
    return f"{about}, {route.impact}," if route.impact else about


def _promised(target: ResponseTarget) -> str:
    tier = f" for tier {target.tier}" if target.tier else ""
    return f"{target}{tier}"

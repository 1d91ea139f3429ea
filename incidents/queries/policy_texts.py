"""Versions of policies as texts that logic compares and judges; a constant number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from django.db.models import Count, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from incidents.enums import Promise, StepAnchor, TargetKind
from incidents.logic import rule_words
from incidents.logic.policy_text import CLOCKS, PolicyText, StepText, may_be_last
from incidents.logic.summons import ASKED, About, hear
from incidents.models import EscalationStep, PolicyVersion, StepTarget
from incidents.queries import policies
from rosters.enums import SeverityLevel, Urgency
from rosters.logic.directory import Directory, PersonSpec
from rosters.logic.matrix import HoursSpec
from rosters.queries import cells
from rosters.queries.directory import load_directory

TARGETS = Prefetch(
    "targets",
    StepTarget.objects.select_related("role", "roster", "person", "team", "room__team").order_by(
        "pk"
    ),
)


def texts_of(versions: Iterable[PolicyVersion]) -> dict[int, PolicyText]:
    """Each version as it reads, by primary key; at most five queries."""
    found = list(versions)
    rows = EscalationStep.objects.filter(version__in=[one.pk for one in found])
    steps = list(
        rows.select_related("impact").prefetch_related(TARGETS, "decisions").order_by("order", "pk")
    )
    hours = cells.named_hours({step.hours_id for step in steps if step.hours_id is not None})
    by_version: dict[int, list[EscalationStep]] = defaultdict(list)
    for step in steps:
        by_version[step.version_id].append(step)
    return {one.pk: text_of(one, by_version[one.pk], hours) for one in found}


def text_of(
    version: PolicyVersion, steps: Sequence[EscalationStep], hours: Mapping[int, HoursSpec]
) -> PolicyText:
    """One version with its steps, whose targets are loaded with what they name."""
    return PolicyText(
        tuple(one for clock in CLOCKS for one in _of_clock(clock, steps, hours)),
        repeats=None if version.until_acknowledged else version.repeats,
        repeat_from=version.repeat_from,
        loop=timedelta(minutes=version.loop_minutes),
        catch_all_every=timedelta(minutes=version.catch_all_minutes),
        catch_all_rounds=version.catch_all_rounds,
    )


def _of_clock(
    clock: str, steps: Sequence[EscalationStep], hours: Mapping[int, HoursSpec]
) -> list[StepText]:
    mine = _in_order(step for step in steps if step.clock == clock)
    return [
        StepText(
            clock,
            number,
            timedelta(minutes=step.wait_minutes),
            tuple(told(one) for one in step.targets.all() if one.kind != TargetKind.ROOM),
            from_target=step.anchor == StepAnchor.TARGET,
            is_urgent=step.urgency == Urgency.URGENT,
            ack_mode=step.ack_mode,
            conditions=policies.conditions_of(step, hours),
            decisions=policies.decisions_of(step),
            asks=any(target.kind == ASKED for target in step.targets.all()),
            rooms=tuple(one.room.name for one in step.targets.all() if one.room),
        )
        for number, step in enumerate(mine, start=1)
    ]


def numbered(steps: QuerySet[EscalationStep]) -> QuerySet[EscalationStep]:
    """The steps, each with the `number` that its text has: counted by time within its clock."""
    same_time = Q(anchor=OuterRef("anchor"), wait_minutes=OuterRef("wait_minutes"))
    sooner = Q(anchor__lt=OuterRef("anchor"))  # from the start, and then from the target
    sooner |= Q(anchor=OuterRef("anchor"), wait_minutes__lt=OuterRef("wait_minutes"))
    before = EscalationStep.objects.filter(
        sooner | same_time & Q(order__lt=OuterRef("order")),
        version=OuterRef("version"),
        clock=OuterRef("clock"),
    )
    count = before.order_by().values("clock").annotate(count=Count("pk")).values("count")
    return steps.annotate(number=Coalesce(Subquery(count), 0) + 1)


def _in_order(steps: Iterable[EscalationStep]) -> list[EscalationStep]:
    return sorted(
        steps, key=lambda step: (step.anchor == StepAnchor.TARGET, step.wait_minutes, step.order)
    )


def told(target: StepTarget) -> str:
    """Whom a target names, without a person's name: "the backup for Payments"."""
    names = Directory(
        people={
            one.pk: PersonSpec(one.pk, one.full_name, one.short_name, one.time_zone)
            for one in [target.person]
            if one is not None
        },
        roster_names={one.pk: one.name for one in [target.roster] if one is not None},
        role_names={one.pk: one.name for one in [target.role] if one is not None},
        team_names={one.pk: one.name for one in [target.team] if one is not None},
    )
    spec = policies.target_of(target)
    return rule_words.whom(spec, names, about=About(SeverityLevel.CRITICAL))


def last_reaches(steps: Iterable[EscalationStep], *, now: datetime) -> bool:
    """Whether the last call that waits for an acknowledgement reaches somebody at `now`.

    Of an incident without a service, at the worst severity. Each step that may be the last, for
    those that count from a target come later than they say.
    """
    mine = _in_order(step for step in steps if step.clock == Promise.ACKNOWLEDGE)
    bare = [_bare(number, step) for number, step in enumerate(mine)]
    rows = [policies.row_of(mine[one.number], {}) for one in may_be_last(bare)]
    if not rows:
        return False
    ahead = policies.look_ahead(rows, timedelta(days=1))
    directory = load_directory(policies.wanted_by(rows, []), starts_at=now, ends_at=now + ahead)
    asked = About(SeverityLevel.CRITICAL)
    return all(hear(row, directory, about=asked, at=now).people for row in rows)


def _bare(number: int, step: EscalationStep) -> StepText:
    """When a step comes, whomever it tells."""
    wait = timedelta(minutes=step.wait_minutes)
    return StepText(step.clock, number, wait, (), from_target=step.anchor == StepAnchor.TARGET)

"""What temporary schedules come to, from the one resolver: gaps, who moves up, what wins."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from rosters.logic.absences import trimmed
from rosters.logic.coverage import Gap, gaps
from rosters.logic.directory import Directory, PersonSpec
from rosters.logic.spans import Span, minus
from rosters.logic.temporaries import TemporaryPlan
from rosters.models import Roster
from rosters.queries import temporaries
from rosters.queries.temporaries import HeldTemporary
from rosters.queries.trying import directory_with


@dataclass(frozen=True)
class MovedUp:
    """A time without anybody written down as first, in which those behind are called first."""

    starts_at: datetime
    ends_at: datetime
    people: tuple[PersonSpec, ...]


@dataclass(frozen=True)
class Outcome:
    """`gaps`: nobody is called. `above`: the plans made later, which win over it."""

    gaps: tuple[Gap, ...] = ()
    moved_up: tuple[MovedUp, ...] = ()
    above: tuple[TemporaryPlan, ...] = ()


def of_plan(roster: Roster, plan: TemporaryPlan, *, instead_of: HeldTemporary | None) -> Outcome:
    """What a plan comes to once it is kept: it is made last then, so it wins."""
    if plan.ends_at <= plan.starts_at:
        return Outcome()
    window = (plan.starts_at, plan.ends_at)
    others = [
        one.plan
        for one in temporaries.touching(roster, [window])
        if instead_of is None or one.schedule.pk != instead_of.schedule.pk
    ]
    return _outcomes(roster, [*others, plan])[-1]


def of_those(roster: Roster, rows: Sequence[HeldTemporary]) -> list[tuple[HeldTemporary, Outcome]]:
    """What each of these comes to as things stand; all of a roster's that hold now or later."""
    made = sorted(rows, key=lambda one: one.schedule.pk)
    found = _outcomes(roster, [one.plan for one in made])
    by_pk = {one.schedule.pk: outcome for one, outcome in zip(made, found, strict=True)}
    return [(one, by_pk[one.schedule.pk]) for one in rows]


def _outcomes(roster: Roster, made: Sequence[TemporaryPlan]) -> list[Outcome]:
    """What each comes to, in the order in which they were made."""
    if not made:
        return []
    directory = directory_with(
        roster,
        [one.spec for one in made],
        starts_at=min(one.starts_at for one in made),
        ends_at=max(one.ends_at for one in made),
    )
    return [_outcome(roster, plan, made[place + 1 :], directory) for place, plan in enumerate(made)]


def _outcome(
    roster: Roster, plan: TemporaryPlan, later: Sequence[TemporaryPlan], directory: Directory
) -> Outcome:
    window = (plan.starts_at, plan.ends_at)
    above = [one for one in later if trimmed((one.starts_at, one.ends_at), to=window)]
    holds = minus([window], [(one.starts_at, one.ends_at) for one in above])
    missing: list[Gap] = []
    for starts_at, ends_at in holds:
        stretches = directory.stretches(roster.pk, starts_at=starts_at, ends_at=ends_at)
        missing += gaps(directory.rosters[roster.pk], stretches)
    moved = tuple(_moved_up(roster, plan, holds, directory))
    return Outcome(tuple(missing), moved, tuple(above))


def _moved_up(
    roster: Roster, plan: TemporaryPlan, holds: Sequence[Span], directory: Directory
) -> Iterator[MovedUp]:
    for hole in plan.holes:
        for span in holds:
            part = trimmed(hole, to=span)
            if part is None:
                continue
            for one in directory.stretches(roster.pk, starts_at=part[0], ends_at=part[1]):
                if one.levels:
                    people = tuple(directory.people[pk] for pk in one.levels[0])
                    yield MovedUp(one.starts_at, one.ends_at, people)

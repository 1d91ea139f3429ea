"""Shifts of temporary schedules that change hands.

Nothing wins over a temporary schedule, so whoever takes a shift of one stands in the schedule
itself afterwards: no change lies beside it.
"""

from collections.abc import Iterator, Sequence

import pghistory

from rosters.logic.temporaries import Hand, ShiftPlan
from rosters.models import Roster, TemporaryShift
from rosters.queries import temporaries as reading
from rosters.queries.temporaries import HeldTemporary


def hand_on(roster: Roster, hands: Sequence[Hand], *, reason: str) -> list[Hand]:
    """In every temporary schedule of the roster, shifts have changed hands so, all at once.

    Returns those hands that found something to change. Whoever calls this has locked the roster.
    """
    found: list[Hand] = []
    with pghistory.context(reason=reason or "Shifts changed hands."):
        for held in reading.touching(roster, [hand.window for hand in hands]):
            found += (hand for hand in hands if held.plan.has(hand))
            _write(held, held.plan.handed(hands).shifts)
    return found


def _write(held: HeldTemporary, shifts: Sequence[ShiftPlan]) -> None:
    """As few rows as it takes are changed, so that the trail reads as what was done."""
    wanted = list(shifts)
    left = []
    for row in held.schedule.shifts.all():
        plan = ShiftPlan(row.person_id, row.starts_at, row.ends_at, row.level)
        if plan in wanted:
            wanted.remove(plan)
        else:
            left.append(row)
    for row in left:
        plan_for_it = next(_fitting(row, wanted), None)
        if plan_for_it is None:
            row.delete()
            continue
        wanted.remove(plan_for_it)
        row.person_id = plan_for_it.person
        row.starts_at, row.ends_at = plan_for_it.starts_at, plan_for_it.ends_at
        row.save(update_fields=["person", "starts_at", "ends_at"])
    for one in wanted:
        TemporaryShift.objects.create(
            schedule=held.schedule,
            person_id=one.person,
            level=one.level,
            starts_at=one.starts_at,
            ends_at=one.ends_at,
        )


def _fitting(row: TemporaryShift, wanted: Sequence[ShiftPlan]) -> Iterator[ShiftPlan]:
    """What the row can become: the same time first, then whatever of its time is left."""
    near = [one for one in wanted if one.level == row.level]
    yield from (one for one in near if (one.starts_at, one.ends_at) == (row.starts_at, row.ends_at))
    yield from (one for one in near if one.starts_at < row.ends_at and row.starts_at < one.ends_at)

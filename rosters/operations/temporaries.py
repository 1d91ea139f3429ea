"""Temporary schedules: what replaces everything on a roster for a while.

Nothing changes outside of their windows, so whoever one concerns is told at once, in one message,
however far ahead it lies: whoever has Christmas reads so in autumn.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from config.portal.refusals import Refused
from rosters.logic.temporaries import ShiftPlan, TemporaryPlan, problems
from rosters.models import Person, Roster, TemporarySchedule, TemporaryShift
from rosters.operations import layering
from rosters.operations.reasons import why
from rosters.queries import last_change, plans
from rosters.queries import temporaries as reading

IS_OVER = "This temporary schedule is over. What has been stays as it was."
IS_GONE = "Somebody removed this temporary schedule. Nothing was changed."


class Overtaken(Refused):
    """Somebody else changed it meanwhile."""

    def __init__(self, who: str) -> None:
        super().__init__(
            f"{who} changed this temporary schedule while you were writing. Nothing of yours"
            " is saved yet. Look at what stands now, then save again."
        )


@dataclass(frozen=True)
class Edit:
    """What a temporary schedule is to be, against `expects`, the revision that was read."""

    plan: TemporaryPlan
    expects: str


@transaction.atomic
def make(
    roster: Roster, plan: TemporaryPlan, *, by: Person, now: datetime, reason: str
) -> TemporarySchedule:
    """In its window the roster is what the plan says and nothing else. Raises Refused."""
    roster = layering.locked(roster, by=by)
    _check(plan)
    if plan.starts_at < now:
        raise Refused("It begins in the past. What has been stays as it was: begin now or later.")
    window = (plan.starts_at, plan.ends_at)
    with layering.because(roster, by=by, now=now, reason=reason, window=window):
        return _write(roster, plan, by=by, reason=reason)


@transaction.atomic
def change(
    schedule: TemporarySchedule, edit: Edit, *, by: Person, now: datetime, reason: str
) -> TemporarySchedule:
    """It is what the plan says; of one that runs, from now on. Raises Overtaken, Refused."""
    roster = layering.locked(schedule.roster, by=by)
    held = reading.find(roster, schedule.pk)
    if held is None:
        raise Refused(IS_GONE)
    if held.schedule.ends_at <= now:
        raise Refused(IS_OVER)
    if held.plan == edit.plan:
        return held.schedule
    if held.plan.revision != edit.expects:
        raise Overtaken(last_change.who(roster, by=by))
    _check(edit.plan)
    window = (
        min(held.schedule.starts_at, edit.plan.starts_at),
        max(held.schedule.ends_at, edit.plan.ends_at),
    )
    with layering.because(roster, by=by, now=now, reason=reason, window=window):
        if held.schedule.starts_at < now:
            if edit.plan.ends_at <= now:
                raise Refused("That end is past. End it now, or choose a later one.")
            TemporarySchedule.objects.filter(pk=schedule.pk).update(ends_at=now)
            return _write(roster, edit.plan.cut(now), by=by, reason=reason)
        if edit.plan.starts_at < now:
            raise Refused("It begins in the past. What has been stays as it was.")
        held.schedule.delete()
        return _write(roster, edit.plan, by=by, reason=reason)


@transaction.atomic
def end(schedule: TemporarySchedule, *, by: Person, now: datetime, reason: str) -> None:
    """The regular turns hold again from now on; one that has not begun is gone."""
    roster = layering.locked(schedule.roster, by=by)
    held = reading.find(roster, schedule.pk)
    if held is None or held.schedule.ends_at <= now:
        return
    window = (held.schedule.starts_at, held.schedule.ends_at)
    with layering.because(roster, by=by, now=now, reason=reason, window=window):
        if held.schedule.starts_at < now:
            TemporarySchedule.objects.filter(pk=schedule.pk).update(ends_at=now)
        else:
            held.schedule.delete()


def _check(plan: TemporaryPlan) -> None:
    names = plans.names_of(shift.person for shift in plan.shifts)
    found = problems(plan, names=names)
    if found:
        raise Refused(found[0].text)


def _write(roster: Roster, plan: TemporaryPlan, *, by: Person, reason: str) -> TemporarySchedule:
    schedule = TemporarySchedule.objects.create(
        roster=roster,
        name=plan.name,
        starts_at=plan.starts_at,
        ends_at=plan.ends_at,
        reason=why(reason),
        created_by=by,
    )
    _add(schedule, plan.shifts)
    return schedule


def _add(schedule: TemporarySchedule, shifts: Sequence[ShiftPlan]) -> None:
    TemporaryShift.objects.bulk_create(
        TemporaryShift(
            schedule=schedule,
            person_id=one.person,
            level=one.level,
            starts_at=one.starts_at,
            ends_at=one.ends_at,
        )
        for one in shifts
    )

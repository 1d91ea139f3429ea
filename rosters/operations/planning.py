"""A fair plan taken over: it holds in its weeks as a temporary schedule, and can be taken back."""

from datetime import datetime

from django.db import transaction

from config.portal.refusals import Refused
from rosters.logic.spans import joined
from rosters.logic.temporaries import LONGEST, ShiftPlan, TemporaryPlan
from rosters.models import Person, Roster, TemporarySchedule
from rosters.operations import aftermath, layering, temporaries
from rosters.queries import leading, planning
from rosters.queries.planning import Asked, Proposal

CHANGED = "Something changed since you opened the plan. Look at it again, then take it over."


@transaction.atomic
def take_over(
    roster: Roster, asked: Asked, *, expects: str, by: Person, now: datetime, reason: str
) -> list[TemporarySchedule]:
    """The plan that was read holds from its start on; the rotation goes on beneath it.

    Where the roster's layers leave hours free by design, the plan is one schedule for each stretch,
    so that they stay free. Raises Refused for those who may not, for a plan that is another one by
    now, for one with a shift that nobody has, and where a temporary schedule holds already.
    """
    roster = layering.locked(roster, by=by)
    found = planning.propose_for(roster, asked, standing=leading.of(by, roster), now=now)
    if why_not := why_not_take(found, now=now):
        raise Refused(why_not)
    if found.fingerprint != expects:
        raise Refused(CHANGED)
    schedules = _schedules(found)
    window = (schedules[0].starts_at, schedules[-1].ends_at)
    with aftermath.told(roster, by=by, now=now, why=reason, window=window):
        return [temporaries.make(roster, one, by=by, now=now, reason=reason) for one in schedules]


def why_not_take(found: Proposal, *, now: datetime) -> str | None:
    """Whether a plan can be taken over."""
    if not found.plan.given:
        return "This roster has no turns in these weeks, so there is nothing to plan."
    if found.starts_at < now:
        return "It begins in the past. What has been stays as it was: choose a later day."
    if found.arranged:
        return f"“{found.arranged[0].name}” is arranged for then already. End it first."
    if found.ends_at - found.starts_at > LONGEST:
        return f"A plan lasts at most {LONGEST.days} days. Choose fewer weeks."
    if not found.plan.moved:
        return "The rotation gives every shift to the same person: nothing is left to take over."
    return None


def _schedules(found: Proposal) -> list[TemporaryPlan]:
    """The plan as temporary schedules: one for each stretch in which somebody is asked for."""
    spans = joined(span for one in found.plan.given for span in one.slot.spans)
    shifts = [
        ShiftPlan(one.person, begin, end, one.slot.level)
        for one in found.plan.given
        if one.person is not None
        for begin, end in one.slot.spans
    ]
    name = f"Fair plan, {found.asked.first_day:%-d %B %Y}"
    return [
        TemporaryPlan(
            name,
            begin,
            end,
            tuple(one for one in shifts if begin <= one.starts_at and one.ends_at <= end),
        )
        for begin, end in spans
    ]


@transaction.atomic
def take_back(schedule: TemporarySchedule, *, by: Person, now: datetime, reason: str) -> int:
    """The rotation holds again from now on; returns how many stretches of the plan are ended."""
    roster = layering.locked(schedule.roster, by=by)
    same = TemporarySchedule.objects.filter(
        roster=roster, name=schedule.name, created_by=schedule.created_by_id, ends_at__gt=now
    )
    found = list(same.order_by("starts_at", "pk"))
    window = (
        min((one.starts_at for one in found), default=now),
        max((one.ends_at for one in found), default=now),
    )
    with aftermath.told(roster, by=by, now=now, why=reason, window=window):
        for one in found:
            temporaries.end(one, by=by, now=now, reason=reason)
    return len(found)

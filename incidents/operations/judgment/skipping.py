"""Somebody skips to a later step of the rule: its people are called now."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from config.portal import queue
from config.portal.refusals import Refused, refuse_if
from incidents.enums import EntryKind, FiringOutcome
from incidents.logic import judgment
from incidents.logic.plan import Plan
from incidents.logic.summons import PlannedCall
from incidents.models import EscalationRun, Incident, StepFiring
from incidents.operations import lifecycle, timeline
from incidents.queries import calls, policies, standing
from rosters.logic.reasons import in_one_line
from rosters.models import Person

AHEAD = 24
NO_SUCH_STEP = "The rule has no such step. Look at the calls again, and choose one of them."


@dataclass(frozen=True)
class Jump:
    """To which firing of which climb, and why if somebody says so."""

    run_id: int
    position: int
    reason: str = ""


@transaction.atomic
def jump(incident: Incident, asked: Jump, *, by: Person, now: datetime) -> list[str]:
    """The people of that step are called now, those between are not; returns their names.

    The steps after it keep their times. Doing it twice is the same as once. Raises Refused.
    """
    incident = lifecycle.lock(incident.pk)
    part, state = standing.of(by, incident), standing.state(incident)
    refuse_if(judgment.why_not_steer(part, state, standing.lead_of(incident, by)))
    runs = EscalationRun.objects.filter(pk=asked.run_id, clock__incident=incident)
    run = (
        runs.select_related("clock", "version").select_for_update(no_key=True, of=("self",)).first()
    )
    if run is None:
        raise Refused(NO_SUCH_STEP)
    if run.finished_at is not None or run.next_due_at is None:
        raise Refused("These calls are over. Call somebody by hand instead.")
    plan = policies.plan_of(run, promise=run.clock.promise)
    occurrence = plan.occurrence(asked.position)
    if occurrence is None:
        raise Refused(NO_SUCH_STEP)
    if asked.position < run.position:
        raise Refused("That step has been reached already. Choose one that is still to come.")
    names = _names(incident, run, asked.position, now=now)
    if asked.position == run.position and run.next_due_at <= now:
        return names
    _note_skipped(run, plan, asked.position, now=now)
    run.position, run.next_due_at = asked.position, now
    run.save(update_fields=["position", "next_due_at"])
    reason = in_one_line(asked.reason)
    params = {"who": str(by), "number": str(occurrence.index + 1), "target": ", ".join(names)}
    if reason:
        params |= {"what": "why", "reason": judgment.ended(reason)}
    timeline.record(incident, EntryKind.JUMPED, at=now, by=by, **params)
    queue.wake("muster.tick")
    return names


def _names(incident: Incident, run: EscalationRun, position: int, *, now: datetime) -> list[str]:
    """Who is called at that step. Raises Refused when nobody can be, or the calls wait."""
    found = calls.calls_for([incident], now=now, ahead=AHEAD)[incident.pk]
    wait = next((one for one in found.waits if one.covers(run.clock.promise)), None)
    if wait is not None:
        raise Refused(
            f"The calls wait, because {wait.who} said so: {judgment.ended(wait.reason)} Let them go"
            " on first."
        )
    planned = [one for climb in found.climbs if climb.run.pk == run.pk for one in climb.calls]
    step = next((one for one in planned if one.position == position), PlannedCall(now, 0, 0, ()))
    if not step.people:
        raise Refused("Nobody of that step can be reached now. Choose another one.")
    return [person.full_name for person in step.people]


def _note_skipped(run: EscalationRun, plan: Plan, position: int, *, now: datetime) -> None:
    between = (plan.occurrence(number) for number in range(run.position, position))
    shift = timedelta(seconds=run.shift_seconds)
    StepFiring.objects.bulk_create(
        StepFiring(
            run=run,
            position=one.position,
            step_id=one.step_id,
            due_at=run.clock.started_at + one.offset + shift,
            fired_at=now,
            outcome=FiringOutcome.JUMPED,
        )
        for one in between
        if one is not None
    )

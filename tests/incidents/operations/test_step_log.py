"""Each position that a tick consumes leaves one row: due, fired, what became of it and why."""

from datetime import timedelta

import pytest

from incidents.enums import FiringOutcome, Promise
from incidents.logic.plan import Why
from incidents.models import EscalationRun, Incident, StepFiring
from incidents.operations import engine, lifecycle
from incidents.operations.lifecycle import Opening
from rosters.models import Absence
from tests.world import NOW, World

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def declare(world: World) -> Incident:
    opening = Opening(title="Card payments fail", severity=1, service=world.service)
    return lifecycle.open_incident(opening, by=world.erin, now=NOW)


def logged(incident: Incident) -> list[tuple[int, float, float, str, str]]:
    rows = StepFiring.objects.filter(run__clock__incident=incident).order_by("pk")
    return [
        (
            row.position,
            (row.due_at - NOW) / MINUTE,
            (row.fired_at - NOW) / MINUTE,
            row.outcome,
            row.why,
        )
        for row in rows
    ]


def test_a_step_that_told_somebody_stands_in_the_log(world: World) -> None:
    incident = declare(world)

    engine.tick(now=NOW)
    engine.tick(now=NOW + 5.5 * MINUTE)

    assert logged(incident) == [
        (0, 0, 0, FiringOutcome.TOLD, ""),
        (1, 5, 5.5, FiringOutcome.TOLD, ""),
    ]


def test_a_step_that_reached_nobody_says_why(world: World) -> None:
    Absence.objects.create(
        person=world.bob, starts_at=NOW - 60 * MINUTE, ends_at=NOW + 600 * MINUTE
    )
    incident = declare(world)

    engine.tick(now=NOW)
    engine.tick(now=NOW + 5 * MINUTE)

    assert logged(incident)[1:] == [
        (1, 5, 5, FiringOutcome.NOBODY, Why.NOBODY),
        (2, 5, 5, FiringOutcome.TOLD, ""),
    ]


def test_every_position_that_a_climb_has_passed_stands_in_the_log_once(world: World) -> None:
    incident = declare(world)
    for minute in range(120):
        engine.tick(now=NOW + minute * MINUTE)

    run = EscalationRun.objects.get(clock__incident=incident, clock__promise=Promise.ACKNOWLEDGE)
    positions = list(run.firings.order_by("pk").values_list("position", flat=True))
    assert positions == list(range(run.position))


def test_a_position_that_stands_in_the_log_already_stops_no_call(world: World) -> None:
    incident = declare(world)
    run = EscalationRun.objects.get(clock__incident=incident, clock__promise=Promise.ACKNOWLEDGE)
    StepFiring.objects.create(
        run=run,
        position=0,
        step_id=run.plan[0][0],
        due_at=NOW,
        fired_at=NOW,
        outcome=FiringOutcome.JUMPED,
    )

    engine.tick(now=NOW)

    assert incident.notifications.count() == 1

"""What people decide while the engine ticks, raced on real PostgreSQL."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from config.portal.refusals import Refused
from incidents.enums import HoldKind, Promise
from incidents.models import EscalationRun, Hold, Incident, Notification, RoutingOverride
from incidents.operations import engine, lifecycle
from incidents.operations.judgment import calling, ending, holding, rerouting, severity, skipping
from incidents.operations.judgment.calling import Ask
from incidents.operations.judgment.rerouting import Elsewhere
from incidents.operations.judgment.severity import Change, ChangedMeanwhile
from incidents.operations.lifecycle import Opening
from rosters.enums import MessageState
from rosters.models import Message
from tests.races import together
from tests.world import NOW, World, build

pytestmark = pytest.mark.django_db(transaction=True)


def minutes(count: float) -> datetime:
    return NOW + timedelta(minutes=count)


@pytest.fixture
def world() -> World:
    return build()


@pytest.fixture
def incident(world: World) -> Incident:
    """Alice has been called; Bob comes at 5 minutes, Carol at 15."""
    opening = Opening(title="Card payments fail", severity=2, service=world.service)
    found = lifecycle.open_incident(opening, by=world.erin, now=NOW)
    engine.tick(now=NOW)
    return found


def told(incident: Incident) -> list[str]:
    rows = Notification.objects.filter(incident=incident, run__clock__promise=Promise.ACKNOWLEDGE)
    found = rows.order_by("created_at", "pk").values_list("person__short_name", flat=True)
    return list(found)


def hold(incident: Incident, world: World, *, at: float, until: float) -> Hold:
    asked = holding.Asked(HoldKind.HOLD, minutes(until), "The bank calls back")
    return holding.hold(incident, asked, by=world.alice, now=minutes(at))


@pytest.mark.parametrize("_round", range(4))
def test_a_hold_that_is_over_against_its_step_tells_once(
    world: World, incident: Incident, _round: int
) -> None:
    hold(incident, world, at=2, until=12)
    engine.tick(now=minutes(5))

    together(
        *(lambda: engine.tick(now=minutes(12)) for _ in range(3)),
        lambda: ending.end_over(now=minutes(12)),
        lambda: holding.end_early(incident, by=world.bob, now=minutes(12)),
    )
    engine.tick(now=minutes(12))

    assert told(incident) == ["Alice", "Bob"]
    assert Hold.objects.get().ended_at == minutes(12)
    said = incident.timeline.filter(kind="calls_resumed")
    assert said.count() == 1


@pytest.mark.parametrize("_round", range(4))
def test_a_hold_against_a_step_that_is_due_is_before_or_after_it(
    world: World, incident: Incident, _round: int
) -> None:
    together(
        lambda: hold(incident, world, at=5, until=20),
        lambda: engine.tick(now=minutes(5)),
        lambda: engine.tick(now=minutes(5)),
    )
    at_once = "Bob" in told(incident)
    engine.tick(now=minutes(6))

    assert told(incident) == (["Alice", "Bob"] if at_once else ["Alice"])
    waiting = Message.objects.filter(state=MessageState.PLANNED, subject_key__startswith="run:")
    assert not waiting.filter(not_before__lt=minutes(20)).exists()
    engine.tick(now=minutes(20))
    assert told(incident)[:2] == ["Alice", "Bob"]
    assert len(set(told(incident))) == len(told(incident))


@pytest.mark.parametrize("_round", range(4))
def test_worse_against_a_tick_tells_each_person_once(
    world: World, incident: Incident, _round: int
) -> None:
    together(
        lambda: severity.change(
            incident, Change(2, 1, "Every card fails"), by=world.alice, now=minutes(5)
        ),
        lambda: engine.tick(now=minutes(5)),
        lambda: engine.tick(now=minutes(5)),
    )
    for count in (5, 6, 15, 16):
        engine.tick(now=minutes(count))

    incident.refresh_from_db()
    assert incident.severity == 1
    assert told(incident) == ["Alice", "Bob", "Carol"]
    assert EscalationRun.objects.open().filter(clock__promise="acknowledge").count() == 1


@pytest.mark.parametrize("_round", range(4))
def test_of_two_changes_of_severity_at_once_one_reads_the_other(
    world: World, incident: Incident, _round: int
) -> None:
    results = together(
        lambda: severity.change(incident, Change(2, 1, "All fail"), by=world.alice, now=NOW),
        lambda: severity.change(incident, Change(2, 3, "Only some"), by=world.bob, now=NOW),
        lambda: severity.change(incident, Change(2, 1, "All fail"), by=world.alice, now=NOW),
    )

    assert not [one for one in results if not isinstance(one, Incident | ChangedMeanwhile)]
    incident.refresh_from_db()
    assert incident.severity in (1, 3)
    assert incident.timeline.filter(kind="severity_changed").count() == 1


@pytest.mark.parametrize("_round", range(4))
def test_worse_against_an_acknowledgement_leaves_nothing_to_be_called(
    world: World, incident: Incident, _round: int
) -> None:
    together(
        lambda: severity.change(incident, Change(2, 1, "All fail"), by=world.bob, now=minutes(5)),
        lambda: lifecycle.acknowledge(incident, by=world.alice, now=minutes(5)),
        lambda: engine.tick(now=minutes(5)),
    )
    engine.tick(now=minutes(30))

    open_runs = EscalationRun.objects.open().filter(clock__promise="acknowledge")
    assert not open_runs.exists()
    planned = Message.objects.filter(state=MessageState.PLANNED, subject_key__startswith="run:")
    ringing = Notification.objects.filter(run__clock__promise="acknowledge").values("pk")
    assert not planned.filter(topic="notification", topic_id__in=ringing).exists()


@pytest.mark.parametrize("_round", range(4))
def test_a_detour_that_ends_against_a_tick_calls_one_of_both(
    world: World, incident: Incident, _round: int
) -> None:
    asked = Elsewhere(minutes(60), "She knows it", person=world.frank)
    rerouting.reroute(incident, asked, by=world.alice, now=minutes(1))

    together(
        lambda: rerouting.end(incident, by=world.alice, now=minutes(5)),
        lambda: engine.tick(now=minutes(5)),
        lambda: engine.tick(now=minutes(5)),
    )
    engine.tick(now=minutes(5))

    assert told(incident) in (["Alice", "Bob"], ["Alice", "Frank"])
    assert RoutingOverride.objects.get().ended_at == minutes(5)


@pytest.mark.parametrize("_round", range(4))
def test_skipping_against_a_tick_calls_that_step_once(
    world: World, incident: Incident, _round: int
) -> None:
    climb = EscalationRun.objects.get(clock__promise="acknowledge", clock__incident=incident)
    jumped = skipping.Jump(climb.pk, 2)

    results = together(
        lambda: skipping.jump(incident, jumped, by=world.alice, now=minutes(5)),
        lambda: engine.tick(now=minutes(5)),
        lambda: skipping.jump(incident, jumped, by=world.bob, now=minutes(5)),
    )
    engine.tick(now=minutes(6))

    assert all(isinstance(one, list | int | Refused) for one in results), results
    assert told(incident).count("Carol") == 1
    assert len(set(told(incident))) == len(told(incident))


def test_one_press_sent_many_times_at_once_is_one(world: World, incident: Incident) -> None:
    asked = Ask(UUID(int=9), "The bank's answers", person=world.frank, is_help=True)

    together(
        *(lambda: calling.call(incident, asked, by=world.alice, now=minutes(1)) for _ in range(4)),
        *(lambda: hold(incident, world, at=1, until=11) for _ in range(4)),
    )

    assert Notification.objects.filter(person=world.frank).count() == 1
    assert Message.objects.filter(person=world.frank).count() == 1
    assert Hold.objects.count() == 1


@pytest.mark.parametrize("_round", range(4))
def test_resolving_against_a_hold_leaves_nothing_that_waits(
    world: World, incident: Incident, _round: int
) -> None:
    together(
        lambda: hold(incident, world, at=2, until=12),
        lambda: lifecycle.resolve(incident, by=world.bob, at=minutes(2), now=minutes(2)),
    )

    assert not Hold.objects.filter(ended_at__isnull=True).exists()

"""Calls wait because somebody said so, and go on by themselves."""

from datetime import datetime, timedelta

import pytest

from config.portal.refusals import Refused
from incidents.enums import HoldKind, Promise
from incidents.models import EscalationRun, Hold, Incident, Notification
from incidents.operations import engine, lifecycle
from incidents.operations.judgment import holding
from incidents.operations.judgment.holding import Asked
from incidents.operations.lifecycle import Opening
from rosters.enums import MessageState
from rosters.models import Message, Person
from tests.world import NOW, World

pytestmark = pytest.mark.django_db


def minutes(count: float) -> datetime:
    return NOW + timedelta(minutes=count)


def declare(world: World, *, severity: int = 1) -> Incident:
    opening = Opening(title="Card payments fail", severity=severity, service=world.service)
    return lifecycle.open_incident(opening, by=world.erin, now=NOW)


def told(incident: Incident) -> list[tuple[str, float]]:
    rows = Notification.objects.filter(incident=incident).order_by("created_at", "pk")
    return [
        (row.person.short_name, (row.created_at - NOW) / timedelta(minutes=1))
        for row in rows.select_related("person")
    ]


def run(first: float, last: float) -> None:
    count = first
    while count <= last:
        engine.tick(now=minutes(count))
        count += 1


def kinds(incident: Incident) -> list[str]:
    return list(incident.timeline.order_by("at", "pk").values_list("kind", flat=True))


def hold(
    incident: Incident,
    by: Person,
    *,
    at: float,
    until: float,
    kind: HoldKind = HoldKind.HOLD,
    reason: str = "The bank calls back",
) -> Hold:
    return holding.hold(incident, Asked(kind, minutes(until), reason), by=by, now=minutes(at))


@pytest.fixture
def ringing(world: World) -> Incident:
    """Alice has been called at once; Bob is next after five minutes, Carol after fifteen."""
    incident = declare(world)
    engine.tick(now=NOW)
    return incident


def test_what_is_due_waits_for_the_end_and_later_steps_keep_their_distances(
    world: World, ringing: Incident
) -> None:
    hold(ringing, world.alice, at=2, until=12)

    run(3, 30)

    assert told(ringing)[:3] == [("Alice", 0), ("Bob", 12), ("Carol", 22)]


def test_what_is_due_after_the_end_keeps_its_time(world: World, ringing: Incident) -> None:
    hold(ringing, world.alice, at=1, until=4)

    run(2, 16)

    assert told(ringing) == [("Alice", 0), ("Bob", 5), ("Carol", 15)]


def test_it_resumes_by_itself_and_says_so_once(world: World, ringing: Incident) -> None:
    made = hold(ringing, world.alice, at=2, until=12)

    run(3, 14)

    made.refresh_from_db()
    assert (made.ended_at, made.ended_by) == (minutes(12), None)
    assert kinds(ringing).count("calls_resumed") == 1


def test_a_step_that_is_due_when_the_hold_comes_waits(world: World, ringing: Incident) -> None:
    hold(ringing, world.alice, at=5, until=15)

    engine.tick(now=minutes(5))
    run(6, 15)

    assert told(ringing) == [("Alice", 0), ("Bob", 15)]


def test_a_hold_that_ends_early_makes_what_waited_due(world: World, ringing: Incident) -> None:
    hold(ringing, world.alice, at=2, until=32)
    run(3, 9)

    assert holding.end_early(ringing, by=world.bob, now=minutes(10))
    run(10, 20)

    assert told(ringing) == [("Alice", 0), ("Bob", 10), ("Carol", 20)]
    assert not holding.end_early(ringing, by=world.bob, now=minutes(21))


def test_what_was_decided_and_not_sent_waits_too(world: World, ringing: Incident) -> None:
    message = Message.objects.get(person=world.alice)
    lasts = (message.expires_at or NOW) - message.not_before

    hold(ringing, world.bob, at=0.5, until=10)
    message.refresh_from_db()

    assert message.state == MessageState.PLANNED
    assert message.not_before == minutes(10)
    assert message.expires_at == minutes(10) + lasts

    holding.end_early(ringing, by=world.bob, now=minutes(4))
    message.refresh_from_db()
    assert message.not_before == minutes(4)
    assert message.expires_at == minutes(4) + lasts


def test_a_hold_is_about_every_call_and_a_snooze_about_acknowledging_alone(world: World) -> None:
    held, snoozed = declare(world), declare(world)
    run(0, 1)
    hold(held, world.alice, at=50, until=75)
    hold(snoozed, world.alice, at=50, until=65, kind=HoldKind.SNOOZE)

    run(51, 64)
    directors = Notification.objects.filter(run__clock__promise=Promise.CONTAIN)

    assert [one.incident for one in directors] == [snoozed]
    for one in (held, snoozed):
        ringing = Notification.objects.filter(incident=one, run__clock__promise="acknowledge")
        assert not ringing.filter(created_at__gt=minutes(50), created_at__lt=minutes(65)).exists()


def test_whoever_acknowledges_ends_the_snooze_and_not_the_hold(
    world: World, ringing: Incident
) -> None:
    hold(ringing, world.alice, at=1, until=30)
    hold(ringing, world.alice, at=1, until=11, kind=HoldKind.SNOOZE)

    lifecycle.acknowledge(ringing, by=world.bob, now=minutes(3))

    assert Hold.objects.get(kind=HoldKind.SNOOZE).ended_at == minutes(3)
    assert Hold.objects.get(kind=HoldKind.HOLD).ended_at is None
    run(4, 29)
    assert told(ringing) == [("Alice", 0)]  # the update is late at 23, and its call waits
    run(30, 30)
    assert told(ringing) == [("Alice", 0), ("Dora", 30)]


def test_handing_back_while_it_is_held_calls_at_the_end(world: World, ringing: Incident) -> None:
    lifecycle.acknowledge(ringing, by=world.alice, now=minutes(1))
    hold(ringing, world.alice, at=2, until=20)

    lifecycle.hand_back(ringing, by=world.alice, now=minutes(3))
    run(3, 21)

    assert told(ringing) == [("Alice", 0), ("Bob", 20)]


def test_resolving_ends_every_wait(world: World, ringing: Incident) -> None:
    made = hold(ringing, world.alice, at=1, until=30)

    lifecycle.resolve(ringing, by=world.bob, at=minutes(4), now=minutes(4))

    made.refresh_from_db()
    assert (made.ended_at, made.ended_by) == (minutes(4), world.bob)
    assert "calls_resumed" not in kinds(ringing)


def test_a_second_hold_takes_the_place_of_the_first(world: World, ringing: Incident) -> None:
    first = hold(ringing, world.alice, at=2, until=12)
    run(3, 6)

    second = hold(ringing, world.bob, at=7, until=27, reason="They need longer")
    run(8, 27)

    first.refresh_from_db()
    assert first.ended_at == minutes(7)
    assert Hold.objects.get(ended_at=minutes(27)) == second
    assert told(ringing) == [("Alice", 0), ("Bob", 27)]


def test_a_second_hold_may_end_sooner(world: World, ringing: Incident) -> None:
    hold(ringing, world.alice, at=2, until=50)
    run(3, 6)

    hold(ringing, world.bob, at=7, until=10)
    run(7, 10)

    assert told(ringing) == [("Alice", 0), ("Bob", 10)]


def test_the_same_press_twice_holds_once(world: World, ringing: Incident) -> None:
    first = hold(ringing, world.alice, at=2, until=12)

    again = hold(ringing, world.alice, at=2.1, until=12.1)

    assert again == first
    assert kinds(ringing).count("held") == 1


@pytest.mark.parametrize(
    ("kind", "severity", "until", "part"),
    [
        (HoldKind.HOLD, 1, 2, "over already"),
        (HoldKind.HOLD, 1, 70, "for 1 hour at most"),
        (HoldKind.HOLD, 2, 130, "for 2 hours at most"),
        (HoldKind.SNOOZE, 1, 20, "for 15 minutes at most"),
        (HoldKind.SNOOZE, 2, 40, "for 30 minutes at most"),
        (HoldKind.SNOOZE, 3, 300, "for 4 hours at most"),
    ],
)
def test_nobody_waits_for_too_long(
    world: World, kind: HoldKind, severity: int, until: float, part: str
) -> None:
    incident = declare(world, severity=severity)

    with pytest.raises(Refused, match=part):
        hold(incident, world.alice, at=2, until=until, kind=kind)


def test_it_needs_a_reason_and_the_right(world: World, ringing: Incident) -> None:
    with pytest.raises(Refused, match="Say why"):
        hold(ringing, world.alice, at=2, until=12, reason=" \u200b ")
    with pytest.raises(Refused, match="Only the people we called"):
        hold(ringing, world.frank, at=2, until=12)

    lifecycle.take_command(ringing, by=world.carol, now=minutes(1))
    with pytest.raises(Refused, match="Carol Example commands"):
        hold(ringing, world.alice, at=2, until=12)
    hold(ringing, world.carol, at=2, until=12)
    assert Hold.objects.count() == 1


def test_nobody_snoozes_what_is_acknowledged(world: World, ringing: Incident) -> None:
    lifecycle.acknowledge(ringing, by=world.alice, now=minutes(1))

    with pytest.raises(Refused, match="A hold lets all its other calls wait"):
        hold(ringing, world.alice, at=2, until=12, kind=HoldKind.SNOOZE)


def test_nothing_is_late_in_the_engine_while_it_waits(world: World, ringing: Incident) -> None:
    hold(ringing, world.alice, at=2, until=12)

    run(3, 8)

    assert not EscalationRun.objects.due(now=minutes(8)).exists()
    assert "ran_late" not in kinds(ringing)

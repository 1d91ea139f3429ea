"""A step of which each person must acknowledge: who has it, who is still called, when it ends."""

from datetime import timedelta

import pytest

from incidents.enums import AckMode, Choose, Promise
from incidents.models import EscalationRun, Incident, Notification, ResponseClock
from incidents.operations import answers, engine, lifecycle
from incidents.operations.lifecycle import AlreadyAcknowledged, Opening
from incidents.queries import answering, page
from rosters.enums import MessageState
from rosters.models import Message, Person
from tests.world import NOW, World

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


@pytest.fixture
def incident(world: World) -> Incident:
    """Alice and Bob are called at once, and both must acknowledge."""
    step = world.version.steps.get(clock=Promise.ACKNOWLEDGE, order=1)
    step.ack_mode = AckMode.ALL
    step.save()
    step.targets.update(choose=Choose.ALL)
    opening = Opening(title="Card payments fail", severity=1, service=world.service)
    incident = lifecycle.open_incident(opening, by=world.erin, now=NOW)
    engine.tick(now=NOW)
    return incident


def clock_of(incident: Incident) -> ResponseClock:
    return ResponseClock.objects.get(incident=incident, promise=Promise.ACKNOWLEDGE)


def told(person: Person) -> list[float]:
    rows = Notification.objects.filter(person=person, run__clock__promise=Promise.ACKNOWLEDGE)
    return [(row.created_at - NOW) / MINUTE for row in rows.order_by("pk")]


def waiting(person: Person) -> int:
    return Message.objects.filter(person=person, state=MessageState.PLANNED).count()


def said(incident: Incident) -> list[str]:
    rows = incident.timeline.order_by("pk").values_list("kind", "params")
    return [f"{kind}:{params.get('what', '')}" for kind, params in rows]


def test_the_first_has_it_and_the_other_is_called_on(world: World, incident: Incident) -> None:
    lifecycle.acknowledge(incident, by=world.alice, now=NOW + MINUTE)

    incident.refresh_from_db()
    assert incident.acknowledged_by == world.alice
    assert clock_of(incident).is_open
    assert (waiting(world.alice), waiting(world.bob)) == (0, 1)
    assert "acknowledged:each" in said(incident)


def test_it_is_kept_once_the_last_has_acknowledged(world: World, incident: Incident) -> None:
    lifecycle.acknowledge(incident, by=world.alice, now=NOW + MINUTE)

    lifecycle.acknowledge(incident, by=world.bob, now=NOW + 2 * MINUTE)

    incident.refresh_from_db()
    assert incident.acknowledged_by == world.alice
    assert clock_of(incident).met_at == NOW + 2 * MINUTE
    assert waiting(world.bob) == 0
    assert "acknowledged:too" in said(incident)


def test_the_climb_goes_on_without_those_who_have_heard(world: World, incident: Incident) -> None:
    lifecycle.acknowledge(incident, by=world.alice, now=NOW + MINUTE)

    for minute in range(1, 46):
        engine.tick(now=NOW + minute * MINUTE)

    assert told(world.alice) == [0]
    assert told(world.bob) == [0, 5, 30, 35]
    assert told(world.carol) == [15, 45]


def test_where_everybody_of_a_step_has_heard_it_is_skipped(
    world: World, incident: Incident
) -> None:
    lifecycle.acknowledge(incident, by=world.bob, now=NOW + MINUTE)

    for minute in range(1, 7):
        engine.tick(now=NOW + minute * MINUTE)

    assert told(world.bob) == [0]
    assert told(world.carol) == [5]  # the backup's step is skipped at once
    assert "step_skipped:known" in said(incident)


def test_somebody_whom_nobody_waits_for_reads_who_has_it(world: World, incident: Incident) -> None:
    lifecycle.acknowledge(incident, by=world.alice, now=NOW + MINUTE)

    Notification.objects.create(
        incident=incident, person=world.carol, reason="asked", created_at=NOW
    )

    with pytest.raises(AlreadyAcknowledged):
        lifecycle.acknowledge(incident, by=world.carol, now=NOW + 2 * MINUTE)


def test_passing_it_on_ends_the_wait(world: World, incident: Incident) -> None:
    lifecycle.acknowledge(incident, by=world.alice, now=NOW + MINUTE)
    mine = Notification.objects.get(incident=incident, person=world.bob)

    answers.pass_on(mine, now=NOW + 2 * MINUTE)

    assert clock_of(incident).met_at == NOW + 2 * MINUTE


def test_leaving_ends_the_wait(world: World, incident: Incident) -> None:
    lifecycle.acknowledge(incident, by=world.alice, now=NOW + MINUTE)
    Person.objects.filter(pk=world.bob.pk).update(left_at=NOW + 2 * MINUTE)

    engine.tick(now=NOW + 3 * MINUTE)

    assert clock_of(incident).met_at == NOW + 3 * MINUTE


def test_handing_back_calls_everybody_again(world: World, incident: Incident) -> None:
    lifecycle.acknowledge(incident, by=world.alice, now=NOW + MINUTE)

    lifecycle.hand_back(incident, by=world.alice, now=NOW + 2 * MINUTE)
    for minute in range(2, 31):
        engine.tick(now=NOW + minute * MINUTE)

    assert EscalationRun.objects.filter(clock=clock_of(incident)).count() == 1
    assert told(world.alice) == [0, 30]
    assert told(world.bob) == [0, 2, 30]


def test_handing_back_after_everybody_was_called_begins_anew(
    world: World, incident: Incident
) -> None:
    lifecycle.acknowledge(incident, by=world.alice, now=NOW + MINUTE)
    EscalationRun.objects.filter(clock=clock_of(incident)).update(
        finished_at=NOW + MINUTE, finish_reason="exhausted", next_due_at=None
    )

    lifecycle.hand_back(incident, by=world.alice, now=NOW + 2 * MINUTE)
    engine.tick(now=NOW + 2 * MINUTE)

    assert clock_of(incident).is_open
    assert told(world.alice) == [0, 2]


def test_containing_ends_the_wait(world: World, incident: Incident) -> None:
    lifecycle.acknowledge(incident, by=world.alice, now=NOW + MINUTE)
    at = NOW + 2 * MINUTE

    lifecycle.contain(incident, by=world.alice, at=at, now=at)

    assert clock_of(incident).met_at == at


def test_the_pages_ask_only_those_who_are_waited_for(world: World, incident: Incident) -> None:
    lifecycle.acknowledge(incident, by=world.alice, now=NOW + MINUTE)
    incident.refresh_from_db()
    now = NOW + 2 * MINUTE

    may = {
        person.short_name: page.of(incident, viewer=person, now=now).may_acknowledge
        for person in (world.alice, world.bob, world.carol)
    }
    states = {
        one.person.short_name: answering.of(one, now=now).state
        for one in Notification.objects.filter(incident=incident)
    }

    assert may == {"Alice": False, "Bob": True, "Carol": False}
    assert states == {"Alice": "mine", "Bob": "ringing"}

"""Whoever was told too hears that they can rest, once, and never by a phone call."""

from datetime import timedelta

import pytest

from incidents.models import Incident
from incidents.operations import engine, lifecycle, replies
from rosters.enums import Channel, MessageState
from rosters.models import ContactRule, DeskMessage, Message, Person
from rosters.operations import carriage
from tests.incidents.operations.test_replies import NUMBER, opened, text_phone
from tests.world import NOW, World

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


@pytest.fixture
def incident(world: World) -> Incident:
    """Alice was told by text message, Bob five minutes later by phone."""
    text_phone(world.alice, NUMBER)
    incident = opened(world)
    engine.tick(now=NOW + 5 * MINUTE)
    carriage.carry_all(clock=lambda: NOW + 5 * MINUTE)
    return incident


def rests(person: Person) -> list[str]:
    rows = DeskMessage.objects.filter(message__person=person, message__topic="rest")
    return [row.body for row in rows.order_by("pk")]


def acknowledge(incident: Incident, by: Person, minutes: int) -> None:
    now = NOW + minutes * MINUTE
    lifecycle.acknowledge(incident, by=by, now=now)
    carriage.carry_all(clock=lambda: now)


def test_whoever_was_told_before_reads_who_has_it(world: World, incident: Incident) -> None:
    acknowledge(incident, world.bob, 6)

    said = f"Bob Example acknowledged {incident.reference} at 03:06."
    assert rests(world.alice) == [f"Muster: {said} You do not need to do anything."]
    assert rests(world.bob) == []


def test_nobody_is_phoned_to_hear_it(world: World, incident: Incident) -> None:
    acknowledge(incident, world.alice, 6)

    assert rests(world.bob) == []


def test_a_mailbox_reads_it_in_the_same_thread(world: World, incident: Incident) -> None:
    ContactRule.objects.filter(person=world.bob, contact_point__channel=Channel.PHONE).update(
        contact_point=world.bob.contact_points.get(channel=Channel.EMAIL)
    )
    other = opened(world, "Invoices are late")
    engine.tick(now=NOW + 5 * MINUTE)
    carriage.carry_all(clock=lambda: NOW + 5 * MINUTE)

    acknowledge(other, world.alice, 6)

    sent = Message.objects.get(person=world.bob, topic="rest")
    assert sent.subject == f"[SEV1] Alice Example has it: Invoices are late ({other.reference})"
    assert sent.thread_key == f"incident:{other.pk}"
    assert "Times are in" in rests(world.bob)[0]


def test_handed_back_and_taken_again_is_heard_again(world: World, incident: Incident) -> None:
    acknowledge(incident, world.bob, 6)
    lifecycle.hand_back(incident, by=world.bob, now=NOW + 7 * MINUTE)
    engine.tick(now=NOW + 7 * MINUTE)
    carriage.carry_all(clock=lambda: NOW + 7 * MINUTE)

    acknowledge(incident, world.carol, 8)

    assert len(rests(world.alice)) == 2


def test_handed_back_at_once_nobody_is_told_to_rest(world: World, incident: Incident) -> None:
    lifecycle.acknowledge(incident, by=world.bob, now=NOW + 6 * MINUTE)
    lifecycle.hand_back(incident, by=world.bob, now=NOW + 6 * MINUTE)

    carriage.carry_all(clock=lambda: NOW + 7 * MINUTE)

    assert rests(world.alice) == []
    assert Message.objects.get(topic="rest").state == MessageState.CANCELLED


def test_whoever_passed_it_on_is_left_in_peace(world: World, incident: Incident) -> None:
    replies.hear_text(NUMBER, "2", now=NOW + 5 * MINUTE)

    acknowledge(incident, world.bob, 6)

    assert rests(world.alice) == []

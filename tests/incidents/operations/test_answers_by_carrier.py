"""A key or a button where the message arrived: what it does, and what is said back."""

from datetime import timedelta

import pytest

from incidents.models import Incident, Notification
from incidents.operations import engine, lifecycle, replies
from incidents.operations.lifecycle import Opening
from rosters.enums import Channel
from rosters.models import Message
from tests.factories import make_message, make_point
from tests.world import NOW, World

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(minutes=1)


def called(world: World) -> tuple[Incident, Message]:
    """An open incident, and the message that calls Alice about it."""
    opening = Opening(title="Card payments fail", severity=1, service=world.service)
    incident = lifecycle.open_incident(opening, by=world.erin, now=NOW)
    engine.tick(now=NOW)
    notification = Notification.objects.get(incident=incident, person=world.alice)
    return incident, Message.objects.filter(topic_id=notification.pk).order_by("pk")[0]


def test_a_key_acknowledges_and_says_so(world: World) -> None:
    incident, message = called(world)

    said = replies.by_carrier(message, "acknowledge", now=LATER)

    incident.refresh_from_db()
    assert incident.acknowledged_by == world.alice
    assert said == f"Muster: thank you. You have {incident.reference}. Calls have stopped."


def test_whoever_loses_the_race_reads_who_has_it(world: World) -> None:
    incident, message = called(world)
    lifecycle.acknowledge(incident, by=world.bob, now=NOW)

    said = replies.by_carrier(message, "acknowledge", now=LATER)

    assert said == (
        f"Muster: Bob Example acknowledged {incident.reference} at 03:00. You do not need to do"
        " anything."
    )


def test_the_other_key_has_the_next_person_called(world: World) -> None:
    incident, message = called(world)

    said = replies.by_carrier(message, "pass", now=LATER)

    incident.refresh_from_db()
    assert incident.acknowledged_by is None
    assert said == f"Muster: you passed {incident.reference} on. We call the next person now."


def test_in_a_chat_the_answer_comes_as_a_message_in_its_thread(world: World) -> None:
    _, message = called(world)
    point = make_point(world.alice, channel=Channel.CHAT)
    Message.objects.filter(pk=message.pk).update(contact_point=point)
    message.refresh_from_db()

    said = replies.by_carrier(message, "acknowledge", now=LATER)

    word = Message.objects.get(topic=replies.TOPIC)
    assert (word.contact_point, word.body) == (point, said)
    assert word.thread_key == message.thread_key != ""


def test_what_is_over_says_so(world: World) -> None:
    incident, message = called(world)
    lifecycle.resolve(incident, by=world.alice, at=LATER, now=LATER)

    assert "is resolved" in replies.by_carrier(message, "acknowledge", now=LATER)


def test_there_is_nothing_to_answer_in_a_letter(world: World) -> None:
    del world

    assert replies.by_carrier(make_message(topic="digest"), "acknowledge", now=LATER) == (
        "There is nothing to answer."
    )

"""Answers by a text message, a key or a button: what they do, once, and what is said back."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client

from incidents.enums import Answer, AnswerWay
from incidents.models import Incident, Notification, ReplyNumber
from incidents.operations import engine, lifecycle, replies
from incidents.operations.lifecycle import Opening
from rosters.enums import Channel, Urgency
from rosters.models import ContactPoint, ContactRule, DeskMessage, Message, Person
from rosters.operations import carriage
from tests.races import together
from tests.world import NOW, World

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
NUMBER = "+49 171 555 0001"


def text_phone(person: Person, number: str = NUMBER) -> ContactPoint:
    """From now on the person is called by text messages alone."""
    ContactRule.objects.filter(person=person, urgency=Urgency.URGENT).delete()
    point = ContactPoint.objects.create(
        person=person, channel=Channel.SMS, address=number, verified_at=NOW
    )
    ContactRule.objects.create(person=person, urgency=Urgency.URGENT, contact_point=point)
    return point


def opened(world: World, title: str = "Card payments fail") -> Incident:
    opening = Opening(title=title, severity=1, service=world.service)
    incident = lifecycle.open_incident(opening, by=world.erin, now=NOW)
    engine.tick(now=NOW)
    carriage.carry_all(clock=lambda: NOW)
    return incident


@pytest.fixture
def phone(world: World) -> ContactPoint:
    return text_phone(world.alice)


def texts(person: Person) -> list[str]:
    rows = DeskMessage.objects.filter(message__person=person).order_by("pk")
    return [row.body for row in rows]


def test_a_reply_takes_the_call_and_is_answered(world: World, phone: ContactPoint) -> None:
    incident = opened(world)

    heard = replies.hear_text("+491715550001", "1", now=NOW + MINUTE)
    carriage.carry_all(clock=lambda: NOW + MINUTE)

    incident.refresh_from_db()
    link = f"{settings.PUBLIC_URL}/incidents/{incident.reference}/"
    said = (
        f"Muster: thank you. You have {incident.reference}. Calls have stopped. Start here: {link}"
    )
    assert "Reply 1 to acknowledge, 2 to pass to Bob." in texts(world.alice)[0]
    assert incident.acknowledged_by == world.alice
    assert heard is not None
    assert heard.said == texts(world.alice)[-1] == said
    assert incident.timeline.get(kind="acknowledged").params["what"] == "sms"
    assert Notification.objects.get(person=world.alice).answered_through == AnswerWay.SMS


def test_a_reply_passes_it_on_and_the_next_is_called(world: World, phone: ContactPoint) -> None:
    incident = opened(world)

    replies.hear_text(NUMBER, "2", now=NOW + MINUTE)
    engine.tick(now=NOW + MINUTE)

    asked = Notification.objects.filter(incident=incident).order_by("pk")
    assert [(one.person, one.answer) for one in asked] == [
        (world.alice, Answer.PASSED),
        (world.bob, ""),
    ]


def test_each_open_call_has_numbers_of_its_own(world: World, phone: ContactPoint) -> None:
    first, second = opened(world), opened(world, "Invoices are late")

    replies.hear_text(NUMBER, "3", now=NOW + MINUTE)

    first.refresh_from_db()
    second.refresh_from_db()
    assert "Reply 3 to acknowledge" in texts(world.alice)[1]
    assert (first.acknowledged_by, second.acknowledged_by) == (None, world.alice)


def test_a_late_number_never_takes_another_incident(world: World, phone: ContactPoint) -> None:
    first = opened(world)
    lifecycle.acknowledge(first, by=world.bob, now=NOW + MINUTE)
    second = opened(world, "Invoices are late")

    heard = replies.hear_text(NUMBER, "1", now=NOW + 2 * MINUTE)

    second.refresh_from_db()
    assert heard is not None
    assert heard.said == (
        f"Muster: Bob Example acknowledged {first.reference} at 03:01. You do not need to do"
        " anything."
    )
    assert second.acknowledged_by is None


def test_the_same_reply_twice_is_one(world: World, phone: ContactPoint) -> None:
    incident = opened(world)

    first, again = (replies.hear_text(NUMBER, "1", now=NOW + MINUTE) for _ in range(2))

    assert first == again
    assert incident.timeline.filter(kind="acknowledged").count() == 1


def test_a_word_answers_where_one_call_waits(world: World, phone: ContactPoint) -> None:
    incident = opened(world)

    replies.hear_text(NUMBER, "OK", now=NOW + MINUTE)

    incident.refresh_from_db()
    assert incident.acknowledged_by == world.alice


def test_a_word_is_too_little_where_two_calls_wait(world: World, phone: ContactPoint) -> None:
    first, second = opened(world), opened(world, "Invoices are late")

    heard = replies.hear_text(NUMBER, "OK", now=NOW + MINUTE)

    assert heard is not None
    assert heard.said.endswith(
        f"Reply 1 to acknowledge {first.reference}, 3 for {second.reference}."
    )
    assert not Incident.objects.filter(acknowledged_at__isnull=False).exists()


def test_a_strange_number_hears_nothing(world: World, phone: ContactPoint) -> None:
    incident = opened(world)
    before = Message.objects.count()

    heard = replies.hear_text("+49 171 555 9999", "1", now=NOW + MINUTE)

    incident.refresh_from_db()
    assert heard is None
    assert incident.acknowledged_by is None
    assert Message.objects.count() == before


def test_two_machines_do_not_talk_for_ever(world: World, phone: ContactPoint) -> None:
    for second in range(20):
        replies.hear_text(NUMBER, "I am away", now=NOW + timedelta(seconds=second))

    assert Message.objects.filter(topic=replies.TOPIC).count() == replies.MOST_REPLIES


def test_whoever_has_left_cannot_answer(world: World, phone: ContactPoint) -> None:
    incident = opened(world)
    Person.objects.filter(pk=world.alice.pk).update(left_at=NOW + MINUTE)

    heard = replies.hear_text(NUMBER, "1", now=NOW + 2 * MINUTE)

    incident.refresh_from_db()
    assert incident.acknowledged_by is None
    assert heard is not None
    assert "has left" in heard.said


@pytest.mark.parametrize(("way", "what"), [(AnswerWay.PHONE, "phone"), (AnswerWay.CHAT, "chat")])
def test_a_key_and_a_button_answer_for_their_message(
    world: World, phone: ContactPoint, way: AnswerWay, what: str
) -> None:
    incident = opened(world)
    message = Message.objects.get(person=world.alice)

    first, again = (replies.press(message, takes=True, way=way, now=NOW + MINUTE) for _ in range(2))

    incident.refresh_from_db()
    assert incident.acknowledged_by == world.alice
    assert incident.timeline.get(kind="acknowledged").params["what"] == what
    assert first == again


def test_a_key_under_a_message_that_asks_nothing_does_nothing(world: World) -> None:
    point = text_phone(world.alice)
    message = Message.objects.create(
        topic="word",
        topic_id=1,
        person=world.alice,
        contact_point=point,
        subject="Word",
        body="Word",
        created_at=NOW,
        not_before=NOW,
    )

    assert replies.press(message, takes=True, way=AnswerWay.PHONE, now=NOW) is None


@pytest.mark.django_db(transaction=True)
def test_of_two_who_reply_at_once_one_has_it_and_the_other_learns_who(world: World) -> None:
    text_phone(world.alice)
    text_phone(world.bob, "+49 171 555 0002")
    incident = opened(world)
    engine.tick(now=NOW + 5 * MINUTE)
    carriage.carry_all(clock=lambda: NOW + 5 * MINUTE)

    one, other = together(
        lambda: replies.hear_text(NUMBER, "1", now=NOW + 6 * MINUTE),
        lambda: replies.hear_text("+49 171 555 0002", "1", now=NOW + 6 * MINUTE),
    )

    incident.refresh_from_db()
    winner, loser = (one, other) if one.is_answer else (other, one)
    assert winner.said.startswith("Muster: thank you.")
    assert loser.said.startswith(f"Muster: {incident.acknowledged_by} acknowledged")


@pytest.mark.django_db(transaction=True)
def test_two_senders_give_one_call_one_number(world: World) -> None:
    text_phone(world.alice)
    opening = Opening(title="Card payments fail", severity=1, service=world.service)
    lifecycle.open_incident(opening, by=world.erin, now=NOW)
    engine.tick(now=NOW)
    message = Message.objects.get(person=world.alice)

    minted = together(*(lambda: replies.mint_yes(message=message, now=NOW) for _ in range(4)))

    assert minted == ["1"] * 4
    assert ReplyNumber.objects.count() == 1


def test_the_desk_is_answered_like_a_phone(
    world: World, phone: ContactPoint, client: Client
) -> None:
    incident = opened(world)
    client.force_login(world.erin)
    pk = DeskMessage.objects.get(message__person=world.alice).pk

    client.post("/desk/reply/", {"message": pk, "text": "1"})
    gone = client.post("/desk/reply/", {"message": "9" * 30, "text": "1"}, follow=True)

    incident.refresh_from_db()
    assert incident.acknowledged_by == world.alice
    assert "That message is gone" in gone.content.decode()


def test_a_title_that_reads_like_a_placeholder_stays_a_title(world: World) -> None:
    title = "{code} {confirm_link} {reply_yes} {reply_no}"
    ContactRule.objects.filter(person=world.alice, urgency=Urgency.URGENT).update(
        contact_point=world.alice.contact_points.get(channel=Channel.EMAIL)
    )

    opened(world, title)

    assert title in texts(world.alice)[0]
    assert not ReplyNumber.objects.exists()

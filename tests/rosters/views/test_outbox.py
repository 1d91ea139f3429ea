"""The outbox as a page: who may read it, what it says, what its presses do, and what they cost."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from config.portal import clock
from incidents.enums import AnswerWay
from incidents.models import Notification
from incidents.operations import engine, lifecycle, replies
from incidents.operations.lifecycle import Opening
from rosters.enums import MessageState
from rosters.models import ContactPoint, Message, Person
from tests.pages import a_message
from tests.world import NOW, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(world: World) -> Client:
    Person.objects.filter(pk=world.carol.pk).update(is_superuser=True, is_staff=True)
    client = Client()
    client.force_login(Person.objects.get(pk=world.carol.pk))
    return client


def plan(person: Person, count: int, **changes: object) -> list[Message]:
    now = clock.act_now()
    point = ContactPoint.objects.filter(person=person).order_by("pk")[0]
    start = Message.objects.count()
    return Message.objects.bulk_create(
        Message(
            **{
                "topic": "many",
                "topic_id": start + number,
                "person": person,
                "contact_point": point,
                "subject": f"Word {start + number}",
                "body": "Word",
                "created_at": now,
                "not_before": now + timedelta(hours=1),
                **changes,
            }
        )
        for number in range(count)
    )


def test_others_read_why_not_and_whom_to_ask(world: World, administrator: Client) -> None:
    stranger = Client()
    stranger.force_login(world.erin)

    answer = stranger.get("/messages/")

    assert answer.status_code == 403
    assert "Only administrators see the messages of everybody" in answer.content.decode()
    assert "Ask Carol Example." in answer.content.decode()


def test_a_message_says_each_try_in_words_and_never_a_number(
    world: World, administrator: Client
) -> None:
    pk = a_message(world.bob, now=clock.act_now())["rosters:message"]["pk"]

    shown = administrator.get("/messages/").content.decode()
    page = administrator.get(f"/messages/{pk}/").content.decode()

    number = Message.objects.get(pk=pk).contact_point.address
    for text in (shown, page):
        assert "[SEV1] Card payments fail (INC-1)" in text
        assert "The carrier says that nobody is reached at this address" in text
        assert number not in text
    assert "Try 1: failed for good" in page
    assert "550 no such user" in page
    assert "[answer link]" in page


@pytest.mark.parametrize(
    ("changes", "cancel", "again"),
    [
        ({}, True, False),
        ({"state": "failed"}, False, True),
        ({"state": "failed", "topic": "code"}, False, False),
        ({"state": "cancelled"}, False, False),
    ],
    ids=["it waits", "it failed", "an old code", "nobody needs it"],
)
def test_a_press_stands_under_the_list_only_where_it_does_something(
    world: World,
    administrator: Client,
    changes: dict[str, object],
    cancel: bool,
    again: bool,
) -> None:
    plan(world.bob, 1, **changes)

    shown = administrator.get("/messages/").content.decode()

    assert ('id="do-cancel"' in shown) is cancel
    assert ('id="do-again"' in shown) is again
    assert ('name="message"' in shown) is (cancel or again)


def test_chosen_messages_are_cancelled_and_the_filter_stays(
    world: World, administrator: Client
) -> None:
    first, second, third = plan(world.bob, 3)

    answer = administrator.post(
        "/messages/?state=planned", {"do": "cancel", "message": [first.pk, second.pk, "x"]}
    )

    states = dict(Message.objects.values_list("pk", "state"))
    assert answer["Location"] == "/messages/?state=planned"
    assert [states[one.pk] for one in (first, second, third)] == [
        MessageState.CANCELLED,
        MessageState.CANCELLED,
        MessageState.PLANNED,
    ]


@pytest.mark.parametrize("do", ["", "explode"])
def test_an_unknown_press_changes_nothing(world: World, administrator: Client, do: str) -> None:
    [message] = plan(world.bob, 1)

    page = administrator.post(f"/messages/{message.pk}/act/", {"do": do}, follow=True)

    assert "Press one of the two buttons" in page.content.decode()
    assert Message.objects.get().state == MessageState.PLANNED


@pytest.mark.parametrize(
    ("query", "found"),
    [("", 4), ("?state=failed", 1), ("?q=bob", 4), ("?q=nobody", 0), ("?channel=phone", 4),
     ("?state=x", 4), ("?since=day", 3), ("?since=all", 4)],
)  # fmt: skip
def test_what_the_address_asks_for(
    world: World, administrator: Client, query: str, found: int
) -> None:
    plan(world.bob, 2)
    plan(world.bob, 1, state=MessageState.FAILED)
    plan(world.bob, 1, created_at=clock.act_now() - timedelta(days=3))

    page = administrator.get(f"/messages/{query}").content.decode()

    assert len(re.findall(r'href="/messages/[0-9]+/"', page)) == found


def test_a_file_holds_the_same_without_what_was_said(world: World, administrator: Client) -> None:
    a_message(world.bob, now=clock.act_now())

    said = administrator.get("/messages/?format=csv").content.decode()

    assert "Bob Example,Phone call,[SEV1] Card payments fail (INC-1),Could not be sent" in said
    assert "Acknowledge or pass it on" not in said


def test_thousands_of_messages_cost_as_many_queries_as_few(
    world: World, administrator: Client
) -> None:
    plan(world.bob, 30)
    administrator.get("/messages/")
    with CaptureQueriesContext(connection) as few:
        administrator.get("/messages/")
    plan(world.bob, 3000)
    with CaptureQueriesContext(connection) as many:
        administrator.get("/messages/")

    assert len(few) == len(many)


@pytest.mark.parametrize(
    ("takes", "said"),
    [(True, "Acknowledged by text message"), (False, "Passed on by text message")],
)
def test_the_list_and_the_page_say_what_the_receiver_answered(
    world: World, administrator: Client, takes: bool, said: str
) -> None:
    opening = Opening(title="Card payments fail", severity=1, service=world.service)
    incident = lifecycle.open_incident(opening, by=world.erin, now=NOW)
    engine.tick(now=NOW)
    call = Notification.objects.get(incident=incident, person=world.alice)
    message = Message.objects.filter(topic="notification", topic_id=call.pk).order_by("pk")[0]

    before = administrator.get("/messages/?since=all").content.decode()
    replies.press(message, takes=takes, way=AnswerWay.SMS, now=NOW + timedelta(minutes=1))
    after = administrator.get("/messages/?since=all").content.decode()
    page = administrator.get(f"/messages/{message.pk}/").content.decode()

    assert said not in before
    assert said in after
    assert f"Alice Example answered: {said.split(' by ')[0].lower()}" in page


def test_that_others_were_quicker_is_no_answer(world: World, administrator: Client) -> None:
    opening = Opening(title="Card payments fail", severity=1, service=world.service)
    incident = lifecycle.open_incident(opening, by=world.erin, now=NOW)
    engine.tick(now=NOW)

    lifecycle.acknowledge(incident, by=world.bob, now=NOW)

    shown = administrator.get("/messages/?since=all").content.decode()
    assert "Acknowledged" not in shown
    assert "No longer needed," not in shown

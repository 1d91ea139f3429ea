"""The message desk: short on a phone, whoever rings first, nothing lost."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from config.front.queries.desk import Received, desk
from incidents.enums import Promise
from incidents.models import ResponseTarget
from incidents.operations import attending, engine, lifecycle
from incidents.operations.lifecycle import Opening
from rosters.models import ContactPoint, DeskMessage, Message, Person
from rosters.operations import carriage
from tests.factories import make_person
from tests.world import NOW, World

pytestmark = pytest.mark.django_db


def give(person: Person, *, number: int, minutes: int = 0, topic_id: int | None = None) -> None:
    point = ContactPoint.objects.filter(person=person).order_by("pk")[number % 2]
    message = Message.objects.create(
        topic="word",
        topic_id=topic_id or number,
        person=person,
        contact_point=point,
        subject=f"Word {number}",
        body=f"Word {number}",
        lane=3,
        created_at=NOW,
        not_before=NOW,
        expires_at=NOW + timedelta(hours=4),
    )
    DeskMessage.objects.create(
        message=message, body=f"Word {number}", arrived_at=NOW + timedelta(minutes=minutes)
    )


def test_earlier_messages_are_folded_away(world: World) -> None:
    for number in range(5):
        give(world.erin, number=number, minutes=number)

    handset = desk(page="", now=NOW).handsets[0]

    assert [one.message.body for one in handset.newest] == ["Word 4"]
    assert [one.message.body for one in handset.earlier] == ["Word 3", "Word 2", "Word 1", "Word 0"]


def test_one_word_by_two_ways_stands_once(world: World) -> None:
    give(world.erin, number=0, topic_id=7)
    give(world.erin, number=1, topic_id=7, minutes=1)

    handset = desk(page="", now=NOW).handsets[0]

    assert len(handset.messages) == 1
    assert [one.body for one in handset.messages[0].others] == ["Word 0"]


def test_whoever_is_called_stands_first(world: World) -> None:
    opening = Opening(title="Cards fail", severity=1, service=world.service)
    lifecycle.open_incident(opening, by=world.erin, now=NOW)
    engine.tick(now=NOW)
    carriage.carry_all(clock=lambda: NOW)
    give(world.erin, number=1, minutes=9)

    found = desk(page="", now=NOW)

    assert [handset.person for handset in found.handsets] == [world.alice, world.erin]
    assert found.ringing == 1


def received_by(person: Person, *, at: datetime) -> list[Received]:
    handsets = desk(page="", now=at).handsets
    return next(one.messages for one in handsets if one.person == person)


def test_a_question_that_waits_is_not_called_answered(world: World, client: Client) -> None:
    ResponseTarget.objects.create(promise=Promise.ATTENTION, severity=1, amount=60)
    opening = Opening(title="Cards fail", severity=1, service=world.service)
    incident = lifecycle.open_incident(opening, by=world.erin, now=NOW)
    lifecycle.acknowledge(incident, by=world.alice, now=NOW)
    at = NOW + timedelta(minutes=49)
    engine.tick(now=at)
    carriage.carry_all(clock=lambda: at)

    [asked] = received_by(world.alice, at=at)
    attending.give(incident, by=world.alice, now=at)
    [answered] = received_by(world.alice, at=at)

    assert (asked.is_open, asked.is_question) == (True, True)
    assert not answered.is_open


@pytest.mark.parametrize(
    ("page", "shown"), [("", 9), ("1", 9), ("2", 2), ("99", 2), ("x", 9)], ids=str
)
def test_nine_people_stand_on_a_page(world: World, page: str, shown: int) -> None:
    for number in range(11):
        give(make_person(f"Nina {number}"), number=0, minutes=number)

    assert len(desk(page=page, now=NOW).handsets) == shown


def test_a_refresh_keeps_the_page(client: Client, world: World) -> None:
    for number in range(11):
        give(make_person(f"Nina {number}"), number=0, minutes=number)
    client.force_login(world.erin)

    page = client.get("/desk/?page=2").content.decode()

    assert 'hx-get="/desk/?page=2"' in page
    assert "Nina 0" in page
    assert "Nina 10" not in page


def test_only_the_newest_message_of_an_incident_is_answered_here(
    world: World, client: Client
) -> None:
    opening = Opening(title="Cards fail", severity=1, service=world.service)
    incident = lifecycle.open_incident(opening, by=world.erin, now=NOW)
    for minute in range(60):
        called_at = NOW + timedelta(minutes=minute)
        engine.tick(now=called_at)
        carriage.carry_all(clock=called_at.replace)
    at = NOW + timedelta(minutes=60)

    newest, *older = received_by(world.alice, at=at)
    client.force_login(world.alice)
    page = client.get("/desk/").content.decode()

    assert newest.is_open
    assert newest.newer is None
    assert older
    assert {(one.is_open, one.newer) for one in older} == {(False, newest.message)}
    assert "Answer the newer message above" in page

    lifecycle.acknowledge(incident, by=world.alice, now=at)

    assert not any(one.is_open or one.newer for one in received_by(world.alice, at=at))
    assert "Alice Example acknowledged it" in client.get("/desk/").content.decode()

"""Figures of reach: what left, arrived and was answered, counted from real calls."""

from datetime import timedelta

import pytest
from django.test import Client

from incidents.operations import engine, lifecycle
from incidents.operations.lifecycle import Opening
from incidents.queries.reaching import Figures, figures
from rosters.models import ContactPoint, Message, Person
from rosters.operations import carriage
from tests.world import NOW, World

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def calls(world: World) -> None:
    """Alice is phoned and does not answer; Bob is phoned after five minutes and does after two."""
    opening = Opening(title="Card payments fail", severity=1, service=world.service)
    incident = lifecycle.open_incident(opening, by=world.erin, now=NOW)
    for at in (NOW, NOW + 5 * MINUTE):
        engine.tick(now=at)
        carriage.carry_all(clock=lambda at=at: at)  # type: ignore[misc]  # each its own
    lifecycle.acknowledge(incident, by=world.bob, now=NOW + 7 * MINUTE)


def named(by: str) -> dict[str, Figures]:
    return {one.name: one for one in figures(by, days=30, now=NOW + 10 * MINUTE)}


def test_by_channel(world: World) -> None:
    phone = named("channel")["Phone call"]

    assert (phone.attempted, phone.handed_over, phone.failed, phone.answered) == (2, 2, 0, 1)
    assert phone.to_answer == 2 * MINUTE
    assert phone.to_hand_over == timedelta(0)


def test_by_person_country_and_carrier(world: World) -> None:
    assert {name: one.answered for name, one in named("person").items()} == {
        "Alice Example": 0,
        "Bob Example": 1,
    }
    assert {name: one.attempted for name, one in named("country").items()} == {"+49 Germany": 2}
    assert {name: one.attempted for name, one in named("carrier").items()} == {
        "Without an account": 2
    }


def test_what_is_delivered_is_timed_from_leaving(world: World) -> None:
    message = Message.objects.get(person=world.alice)
    Message.objects.filter(pk=message.pk).update(
        delivered_at=(message.sent_at or NOW) + timedelta(seconds=9)
    )

    phone = named("channel")["Phone call"]

    assert (phone.delivered, phone.to_deliver) == (1, timedelta(seconds=9))


def test_what_never_left_is_not_counted(world: World) -> None:
    point = ContactPoint.objects.filter(person=world.erin)[0]
    Message.objects.create(
        topic="word",
        topic_id=1,
        person=world.erin,
        contact_point=point,
        subject="Word",
        body="Word",
        created_at=NOW,
        not_before=NOW + timedelta(hours=1),
    )

    assert named("channel")["Phone call"].attempted == 2


@pytest.mark.parametrize("query", ["", "?by=person&days=90", "?by=nobody&days=x", "?by=country"])
def test_the_page_and_its_file(world: World, client: Client, query: str) -> None:
    Person.objects.filter(pk=world.carol.pk).update(is_superuser=True)
    client.force_login(Person.objects.get(pk=world.carol.pk))

    page = client.get(f"/messages/reach/{query}")
    file = client.get("/messages/reach/?by=person&format=csv")

    assert page.status_code == 200
    assert file.content.decode().startswith("Person,Attempted,Handed over")

"""Whoever follows an incident reads each update in four parts, as any mail program has it."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from config.portal.refusals import Refused
from incidents.models import Incident, Subscription
from incidents.operations import following, lifecycle, updates
from incidents.operations.lifecycle import Opening
from incidents.operations.updates import UpdateText
from rosters.enums import MessageState
from rosters.models import ContactPoint, Message, Person
from rosters.operations import carriage
from tests.rosters.channels import mail_server
from tests.world import NOW, World

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(minutes=10)
TEXT = UpdateText(
    "One in five customers cannot pay by card.",
    "The card provider answers slowly. We do not know why <yet>.",
    "We move payments to the second provider.",
)


@pytest.fixture
def incident(world: World) -> Incident:
    opening = Opening(title="Card payments fail", severity=1, service=world.service)
    return lifecycle.open_incident(opening, by=world.alice, now=NOW)


@pytest.fixture
def erin(world: World) -> Person:
    ContactPoint.objects.filter(person=world.erin).delete()
    ContactPoint.objects.create(person=world.erin, channel="email", address="erin@example.org")
    return world.erin


def post(incident: Incident, by: Person) -> None:
    updates.post(incident, TEXT, key=uuid4(), by=by, now=LATER)


def told() -> list[Message]:
    return list(Message.objects.filter(topic=following.TOPIC).order_by("pk"))


def plain(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split()).replace("&lt;", "<").replace("&gt;", ">")


def test_an_update_comes_in_four_parts_as_text_and_the_same_as_html(
    incident: Incident, world: World, erin: Person, settings: Any
) -> None:
    settings.CARRIERS = {"email": "rosters.channels.smtp.SmtpCarrier"}
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, behavior = "127.0.0.1", mail_server.Behavior()
    following.follow(incident, by=erin, now=NOW)
    post(incident, world.alice)

    with mail_server.running(behavior) as port:
        settings.EMAIL_PORT = port
        carriage.carry_all(clock=lambda: LATER, jitter=lambda: 0.0)

    mail = next(one for one in behavior.mails if one["To"] == "erin@example.org")
    assert mail["Subject"] == "[SEV1] Not contained: Card payments fail (update 1)"
    text, html = (
        part.get_payload(decode=True).decode()  # type: ignore[union-attr]  # bytes, as it is a leaf
        for part in mail.walk()
        if not part.is_multipart()
    )
    headings = ["Impact", "What we know", "What we are doing", "Next update"]
    assert [line for line in text.splitlines() if line in headings] == headings
    assert TEXT.impact in text
    assert re.search(r"Next update\s+\S.*\(.+\)", text)
    assert f"You get this because you follow {incident.reference}." in text
    assert " ".join(text.split()) == plain(html)


def test_following_twice_is_once_and_stopping_takes_back_what_waits(
    incident: Incident, world: World, erin: Person
) -> None:
    following.follow(incident, by=erin, now=NOW)
    following.follow(incident, by=erin, now=NOW)
    post(incident, world.alice)
    assert [one.person for one in told()] == [erin]

    following.unfollow(incident, by=erin, now=LATER)
    following.unfollow(incident, by=erin, now=LATER)

    assert [one.state for one in told()] == [MessageState.CANCELLED]
    post(incident, world.alice)
    assert len(told()) == 1


def test_nobody_is_told_what_they_wrote(incident: Incident, world: World) -> None:
    following.follow(incident, by=world.alice, now=NOW)

    post(incident, world.alice)

    assert told() == []


def test_what_became_restricted_is_told_to_those_with_a_part_alone(
    incident: Incident, world: World, erin: Person
) -> None:
    following.follow(incident, by=erin, now=NOW)
    Incident.objects.filter(pk=incident.pk).update(is_restricted=True)

    post(incident, world.alice)

    assert told() == []


def test_who_has_no_address_and_what_is_over_cannot_be_followed(
    incident: Incident, world: World
) -> None:
    ContactPoint.objects.filter(person=world.erin).delete()
    with pytest.raises(Refused, match="no address of yours"):
        following.follow(incident, by=world.erin, now=NOW)
    lifecycle.resolve(incident, by=world.alice, at=LATER, now=LATER)
    incident.refresh_from_db()

    with pytest.raises(Refused, match="there will be no further update"):
        following.follow(incident, by=world.alice, now=LATER)


def test_one_press_on_the_status_page_follows_and_another_stops(
    incident: Incident, erin: Person
) -> None:
    client = Client()
    client.force_login(erin)
    address = f"/incidents/{incident.reference}/follow/"

    said = client.post(address, {"to": "on"}, follow=True).content.decode()

    assert f"We send you each update of {incident.reference}." in said
    assert "Stop following" in said
    client.get(address)
    assert Subscription.objects.count() == 1
    client.post(address, {"to": "off"})
    assert not Subscription.objects.exists()

"""The pages of a source that sends mails: its address, a try, what arrived."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from config.portal import clock
from incidents.models import Alert, AlertSource, RawReceipt
from incidents.operations import mail_door
from incidents.operations.mail_door import Envelope
from tests.incidents.intake.test_email import PROBLEM
from tests.world import World

pytestmark = pytest.mark.django_db
DOMAIN = "localhost"


def page(name: str, *args: Any) -> str:
    return reverse(f"incidents:{name}", args=args)


@pytest.fixture
def keeper(client: Client, world: World) -> Client:
    world.alice.is_superuser = True
    world.alice.save()
    client.force_login(world.alice)
    return client


@pytest.fixture
def token(keeper: Client) -> str:
    """The token of a source that was made on the page, as the page shows it this once."""
    made = keeper.post(
        page("source_new") + "?kind=email", {"name": "Old storage", "default_severity": "3"}
    )
    text: str = made.context["made"]
    assert made.status_code == 200
    return text


def test_the_page_shows_the_whole_address_once(keeper: Client, token: str) -> None:
    text = keeper.get(page("source", "old-storage")).content.decode()

    assert token == token.lower()
    assert token not in text
    assert "THE-TOKEN@localhost" in text
    assert "THE-TOKEN+payments@localhost" in text
    assert "localhost, port 2525" in text
    assert "The mail door is shut" not in text


def test_the_page_says_that_the_door_is_shut(keeper: Client, token: str, settings: Any) -> None:
    settings.MAIL_DOOR_PORT = 0

    assert "The mail door is shut" in keeper.get(page("source", "old-storage")).content.decode()
    AlertSource.objects.update(kind="generic")
    assert "The mail door" not in keeper.get(page("source", "old-storage")).content.decode()


def test_a_mail_that_is_pasted_is_tried(keeper: Client, token: str) -> None:
    tried = keeper.post(
        page("source_try", "old-storage"), {"do": "paste", "payload": PROBLEM.decode()}
    )

    text = tried.content.decode()
    assert "This is what would happen now" in text
    assert "PROBLEM Service Alert: db1/Disk is CRITICAL" in text
    assert not Alert.objects.exists()


def test_the_example_is_a_mail_as_people_read_one(keeper: Client, token: str) -> None:
    text = keeper.get(page("source_try", "old-storage")).content.decode()

    assert "Subject: WARNING: the nightly backup of db1 failed" in text


def test_what_arrived_is_shown_as_a_mail(keeper: Client, token: str) -> None:
    envelope = Envelope(f"{token}+payments@{DOMAIN}", "nagios@db1.example.com")
    mail_door.take(envelope, PROBLEM, domain=DOMAIN, now=clock.act_now())

    text = keeper.get(page("receipt", RawReceipt.objects.get().pk)).content.decode()

    assert "Subject: ** PROBLEM Service Alert: db1/Disk is CRITICAL **" in text
    assert "The disk of db1 is full." in text
    assert token not in text


def test_a_source_of_mails_is_not_signed(keeper: Client, token: str) -> None:
    where = page("source_secret", "old-storage")

    text = keeper.get(where).content.decode()
    refused = keeper.post(where, {"do": "set"})

    assert "Mails cannot be signed" in text
    assert where not in keeper.get(page("source", "old-storage")).content.decode()
    assert refused.status_code == 422
    assert AlertSource.objects.get(slug="old-storage").sealed_secret == ""


def test_a_mail_can_be_posted_as_it_is(client: Client, world: World, token: str) -> None:
    answer = client.post(
        "/api/v1/alerts/email",
        PROBLEM,
        content_type="message/rfc822",
        headers={"Authorization": f"Bearer {token}"},
    )

    assert answer.status_code == 202
    assert Alert.objects.get().name == "PROBLEM Service Alert: db1/Disk is CRITICAL"

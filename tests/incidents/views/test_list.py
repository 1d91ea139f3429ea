"""The list of incidents: what is open first, and plain words for an odd address."""

from datetime import timedelta

import pytest
from django.test import Client

from incidents.models import Incident
from incidents.operations import lifecycle
from incidents.operations.lifecycle import Opening
from tests.world import NOW, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(world: World, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr("config.portal.clock.show_now", lambda: NOW + timedelta(minutes=3))
    for title in ("Cards fail", "Mails are late"):
        opening = Opening(title=title, severity=1, service=world.service)
        lifecycle.open_incident(opening, by=world.erin, now=NOW)
    Incident.objects.filter(title="Mails are late").update(
        acknowledged_at=NOW,
        acknowledged_by=world.alice,
        contained_at=NOW,
        contained_by=world.alice,
        resolved_at=NOW,
        resolved_by=world.alice,
    )
    client = Client()
    client.force_login(world.frank)
    return client


def text_of(client: Client, query: str) -> str:
    return client.get(f"/incidents/{query}").content.decode()


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", {"Cards fail"}),
        ("?sort=severity&page=1", {"Cards fail"}),
        ("?state=all", {"Cards fail", "Mails are late"}),
        ("?q=late", {"Mails are late"}),
        ("?q=late&state=open", set()),
        ("?service=payments", {"Cards fail", "Mails are late"}),
        ("?state=resolved", {"Mails are late"}),
    ],
)
def test_without_a_filter_it_shows_what_is_open(
    reader: Client, query: str, shown: set[str]
) -> None:
    page = text_of(reader, query)

    assert {title for title in ("Cards fail", "Mails are late") if title in page} == shown


def test_who_finds_nothing_open_is_led_to_all(reader: Client) -> None:
    page = text_of(reader, "?q=late&state=open")

    assert "No open incident matches" in page
    assert 'href="?q=late&amp;state=all"' in page


@pytest.mark.parametrize("field", ["state", "severity", "service", "team"])
def test_an_unknown_value_is_answered_in_plain_words(reader: Client, field: str) -> None:
    page = text_of(reader, f"?{field}=nonsense")

    assert "We do not know this one, so nothing is left out." in page
    assert "Select a valid choice" not in page


def test_a_page_that_is_not_there_says_so(reader: Client) -> None:
    assert "There is no page 99. This is page 1, the last one." in text_of(reader, "?page=99")
    assert "There is no page" not in text_of(reader, "?page=1")

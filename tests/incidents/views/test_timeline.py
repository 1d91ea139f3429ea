"""The timeline of an incident, narrowed by its address: on the screen, never on paper."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from incidents.enums import EntryKind
from incidents.models import Incident
from incidents.operations import engine, lifecycle, timeline
from incidents.operations.lifecycle import Opening
from incidents.queries.timeline import LENGTH
from tests.world import NOW, World

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def incident(world: World, monkeypatch: pytest.MonkeyPatch) -> Incident:
    monkeypatch.setattr("config.portal.clock.show_now", lambda: NOW + 9 * MINUTE)
    opening = Opening(title="Card payments fail", severity=1, service=world.service)
    made = lifecycle.open_incident(opening, by=world.erin, now=NOW)
    engine.tick(now=NOW)
    lifecycle.acknowledge(made, by=world.alice, now=NOW + MINUTE)
    lifecycle.add_note(made, by=world.bob, text="The bank is down", now=NOW + 2 * MINUTE)
    return made


@pytest.fixture
def alice(world: World, client: Client) -> Client:
    client.force_login(world.alice)
    return client


def shown(client: Client, incident: Incident, query: str = "", **headers: str) -> str:
    answer = client.get(f"/incidents/{incident.reference}/{query}", headers=headers)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def story(page: str) -> str:
    return page.split('id="timeline"')[1]


def rows(page: str) -> list[tuple[bool, str]]:
    """Each entry with whether it is on the screen."""
    found = re.findall(r'<li class="([^"]*)"><time.*?<div class="body">(.*?)<', story(page))
    return [("off" not in classes.split(), text) for classes, text in found]


def test_the_chips_say_how_many_of_each_there_are(alice: Client, incident: Incident) -> None:
    page = story(shown(alice, incident))

    chips = re.findall(r'id="show-[a-z]+" href="[^"]*"(?: aria-current="true")?>([^<]+)</a>', page)
    assert chips == ["All 4", "Milestones 2", "Calls 1", "Notes 1"]


def test_only_what_was_asked_for_is_on_the_screen_and_all_is_on_paper(
    alice: Client, incident: Incident
) -> None:
    page = shown(alice, incident, "?show=notes")

    assert [on for on, _text in rows(page)] == [True, False, False, False]
    assert rows(page)[0] == (True, "The bank is down ")
    assert "1 of 4 entries are shown: notes." in page
    assert 'href="/incidents/INC-' in page.split('id="show-every"')[1][:60]


def test_the_part_that_renews_itself_asks_for_the_same(alice: Client, incident: Incident) -> None:
    part = shown(alice, incident, "?show=notes", HX_Request="true")

    assert f'hx-get="/incidents/{incident.reference}/?show=notes"' in part
    assert [on for on, _text in rows(part)] == [True, False, False, False]


def test_nothing_of_a_kind_is_said_with_a_way_back(alice: Client, incident: Incident) -> None:
    page = shown(alice, incident, "?show=decisions")

    assert "The timeline has no decisions yet." in page
    assert "Show all 4" in page
    assert not any(on for on, _text in rows(page))


@pytest.mark.parametrize("query", ["?show=nonsense", "?show=%00", "?show=notes&show=all"])
def test_nonsense_shows_everything(alice: Client, incident: Incident, query: str) -> None:
    assert all(on for on, _text in rows(shown(alice, incident, query)))


@pytest.mark.parametrize("query", ["?show=notes", "?show=decisions", "?show=all"])
def test_to_narrow_asks_nothing_more_of_the_database(
    alice: Client, incident: Incident, query: str
) -> None:
    shown(alice, incident)

    with CaptureQueriesContext(connection) as every:
        shown(alice, incident)
    with CaptureQueriesContext(connection) as some:
        shown(alice, incident, query)

    assert len(some) == len(every)


def test_a_day_without_an_entry_on_the_screen_is_on_paper_only(
    alice: Client, incident: Incident, world: World
) -> None:
    earlier = NOW - timedelta(days=1)
    timeline.record(incident, EntryKind.NOTE, at=earlier, by=world.bob, text="It was slow")

    noted = story(shown(alice, incident, "?show=notes"))
    called = story(shown(alice, incident, "?show=calls"))

    assert re.findall(r'<li class="(day[^"]*)">', noted) == ["day"]
    assert re.findall(r'<li class="(day[^"]*)">', called) == ["day off"]


def test_of_a_very_long_timeline_the_newest_are_shown_and_older_ones_of_a_group(
    alice: Client, incident: Incident, world: World
) -> None:
    for number in range(LENGTH + 20):
        at = NOW + 3 * MINUTE + timedelta(seconds=number)
        timeline.record(incident, EntryKind.STEP_SKIPPED, at=at, by=world.bob)
    total = LENGTH + 24

    page = shown(alice, incident)
    noted = shown(alice, incident, "?show=notes")
    whole = shown(alice, incident, "?show=all")

    assert f"The newest {LENGTH} of {total} entries are shown." in page
    assert "Notes 1</a>" in story(page)
    assert (True, "The bank is down ") in rows(noted)
    assert f"1 of {total} entries are shown: notes." in noted
    assert len(rows(whole)) == total

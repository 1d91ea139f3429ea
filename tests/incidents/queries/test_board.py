"""What a card tells its own reader: who is next, and when it is themselves."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.template.loader import render_to_string

from config.portal import words
from config.portal.context import Portal
from incidents.models import Incident
from incidents.operations import engine, lifecycle
from incidents.operations.lifecycle import Opening
from incidents.queries import board, ladder
from incidents.queries.board import Card
from rosters.models import Person
from tests.world import NOW, World


@pytest.fixture
def incident(world: World) -> Incident:
    opening = Opening(title="Card payments fail", severity=1, service=world.service)
    found = lifecycle.open_incident(opening, by=world.erin, now=NOW)
    engine.tick(now=NOW)
    return found


def card(incident: Incident, viewer: Person, *, now: datetime = NOW) -> Card:
    fresh = Incident.objects.for_board().get(pk=incident.pk)
    return board.cards([fresh], viewer=viewer, now=now)[0]


def told(shown: Card) -> str:
    return words.as_text(shown.outlook.sentence, zone=ZoneInfo("UTC"), now=NOW)


def test_who_is_next_reads_you_and_when(world: World, incident: Incident) -> None:
    shown = card(incident, world.bob)

    assert "we phone you, backup for Payments" in told(shown)
    assert shown.my_call_at == shown.outlook.at
    assert not shown.is_calling_me
    assert shown.called_me_at is None


def test_others_read_the_name(world: World, incident: Incident) -> None:
    shown = card(incident, world.erin)

    assert f"we phone {world.bob.full_name}, backup for Payments" in told(shown)
    assert shown.my_call_at is None


def test_who_is_called_now_reads_no_later_time(world: World, incident: Incident) -> None:
    shown = card(incident, world.alice)

    assert shown.is_calling_me
    assert shown.my_call_at is None


def test_once_acknowledged_nobody_is_promised_a_call(world: World, incident: Incident) -> None:
    lifecycle.acknowledge(incident, by=world.alice, now=NOW + timedelta(minutes=1))

    shown = card(incident, world.bob)

    assert shown.my_call_at is None
    assert words.as_text(shown.lead, zone=ZoneInfo("UTC"), now=NOW) == (
        f"{world.alice} acknowledged it. No commander yet"
    )


def test_a_call_that_is_made_at_once_has_no_condition(world: World) -> None:
    opening = Opening(title="Card payments fail", severity=1, service=world.service)
    found = lifecycle.open_incident(opening, by=world.erin, now=NOW)  # nothing has gone out yet

    rungs = ladder.of(card(found, world.frank), now=NOW).rungs
    portal = Portal(zone=ZoneInfo("UTC"), now=NOW)
    drawn = render_to_string("components/ladder.html", {"rungs": rungs, "portal": portal})

    first, second = (" ".join(one.split()) for one in drawn.split("<li")[1:3])
    assert "We phone now" in first
    assert "if nobody acknowledges" not in first
    assert "if nobody acknowledges" in second


def test_a_call_within_a_minute_says_its_time(world: World) -> None:
    opening = Opening(title="Card payments fail", severity=1, service=world.service)
    found = lifecycle.open_incident(opening, by=world.erin, now=NOW)
    engine.tick(now=NOW)
    now = NOW + timedelta(minutes=4, seconds=20)

    rungs = ladder.of(card(found, world.frank, now=now), now=now).rungs
    portal = Portal(zone=ZoneInfo("UTC"), now=now)
    drawn = render_to_string("components/ladder.html", {"rungs": rungs, "portal": portal})

    second = " ".join(drawn.split("<li")[2].split())
    assert "at 02:05</time></b> if nobody acknowledges" in second

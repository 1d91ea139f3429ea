"""The log of calls: who was due when, who was called, and whose the delay was."""

from datetime import timedelta
from functools import partial

import pytest
from django.test import Client

from incidents.models import Incident
from incidents.operations import engine, lifecycle
from incidents.operations.lifecycle import Opening, open_incident
from incidents.queries import escalation
from rosters.models import Absence, Message
from rosters.operations import carriage
from tests.world import NOW, World

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def incident(world: World) -> Incident:
    """Alice was called and silent, Bob was away, Carol was called and acknowledged."""
    Absence.objects.create(person=world.bob, starts_at=NOW, ends_at=NOW + 600 * MINUTE)
    opened = open_incident(Opening("Cards fail", 1, service=world.service), by=world.erin, now=NOW)
    for minute in (0, 5):
        now = NOW + minute * MINUTE
        engine.tick(now=now)
        carriage.carry_all(clock=partial(lambda at: at, now + MINUTE / 20))
    lifecycle.acknowledge(opened, by=world.carol, now=NOW + 7 * MINUTE)
    return opened


def test_system_and_human_delay_stand_apart(incident: Incident) -> None:
    rows = [row for row in escalation.rows_of(incident) if row.promise == "acknowledge"]

    assert [(row.number, row.who) for row in rows] == [
        (1, "Alice Example"),
        (2, ""),
        (3, "Carol Example"),
    ]
    assert rows[0].system_delay == rows[2].system_delay == timedelta(seconds=3)
    assert rows[0].human_delay is None
    assert rows[1].skipped == "Nobody could be called, so the next step took its place."
    assert rows[2].human_delay == timedelta(minutes=1, seconds=57)


def test_the_page_says_what_was_and_what_comes(
    world: World, client: Client, incident: Incident
) -> None:
    client.force_login(world.alice)

    page = client.get(f"/incidents/{incident.reference}/calls/").content.decode()

    assert "Two calls were made" in page
    assert "Nobody could be called, so the next step took its place." in page
    assert "What happens next if nobody does anything" in page
    assert "Dora Example" in page
    assert "3.0 s" in page


def test_a_long_delay_of_muster_is_told_in_hours(
    world: World, client: Client, incident: Incident
) -> None:
    Message.objects.update(sent_at=NOW + timedelta(hours=3))
    client.force_login(world.alice)

    page = client.get(f"/incidents/{incident.reference}/calls/").content.decode()

    assert "3\xa0h" in page


def test_the_file_has_a_line_for_each_call(
    world: World, client: Client, incident: Incident
) -> None:
    client.force_login(world.alice)

    answer = client.get(f"/incidents/{incident.reference}/calls/?format=csv")

    lines = answer.content.decode().splitlines()
    assert answer["Content-Type"].startswith("text/csv")
    assert lines[0].startswith("Promise,Step,Round,Due (UTC)")
    assert "Alice Example" in lines[1]
    assert ",3.0," in lines[1]


def test_a_step_of_a_later_round_says_which(world: World) -> None:
    opened = open_incident(Opening("Cards fail", 1, service=world.service), by=world.erin, now=NOW)
    for minute in range(31):
        engine.tick(now=NOW + minute * MINUTE)

    rows = [row for row in escalation.rows_of(opened) if row.promise == "acknowledge"]
    log = escalation.log_of(opened, now=NOW + 31 * MINUTE)

    assert [(row.number, row.round) for row in rows] == [(1, 1), (2, 1), (3, 1), (1, 2)]
    planned = [(promise, call.step_id) for promise, call in log.coming]
    assert len(planned) == len(set(planned))


def test_nothing_due_yet_is_said(world: World, client: Client) -> None:
    opened = open_incident(Opening("Cards fail", 1, service=world.service), by=world.erin, now=NOW)
    client.force_login(world.alice)

    page = client.get(f"/incidents/{opened.reference}/calls/").content.decode()

    assert "No step has been due yet." in page
    assert "Nobody has been called yet" in page


def test_a_restricted_incident_has_no_log_for_strangers(world: World, client: Client) -> None:
    opened = open_incident(Opening("Cards fail", 1, service=world.service), by=world.erin, now=NOW)
    Incident.objects.filter(pk=opened.pk).update(is_restricted=True)
    client.force_login(world.frank)

    assert client.get(f"/incidents/{opened.reference}/calls/").status_code == 404


@pytest.mark.parametrize("minutes", [6, 60])
def test_a_long_log_asks_as_often_as_a_short_one(
    world: World, minutes: int, django_assert_max_num_queries
) -> None:
    opened = open_incident(Opening("Cards fail", 1, service=world.service), by=world.erin, now=NOW)
    for minute in range(minutes):
        engine.tick(now=NOW + minute * MINUTE)

    with django_assert_max_num_queries(5):
        escalation.rows_of(opened)

"""The scorecard of one service, on the page and as CSV."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from incidents.models import Incident
from reviews.operations import drills
from rosters.models import Service
from tests.reviews.conftest import over
from tests.reviews.views.conftest import MONDAY, client
from tests.world import NOW, World


def test_scorecard_asks_for_sign_in(world: World) -> None:
    assert Client().get("/scorecards/payments/").status_code == 302


def test_scorecard_says_how_long_each_step_took(world: World, incident: Incident) -> None:
    page = client(world.frank).get("/scorecards/payments/").content.decode()

    assert "Payments had 1 incident in the last 30 days." in page
    assert "The SEV1 incident was acknowledged after 3\xa0min." in page
    assert "Only 1 incident: read with care." in page
    assert "Payments met all 3 promises in the last 30 days" in page
    assert "The thing to do is a drill" in page


def test_scorecard_without_incidents_is_good_news(world: World) -> None:
    page = client(world.frank).get("/scorecards/payments/").content.decode()

    assert "No incidents in this period." in page
    assert "never been drilled" in page


def test_scorecard_shows_drills(world: World) -> None:
    drill = drills.plan(
        world.service,
        title="Nobody answers",
        kind="call_out",
        leader=world.bob,
        planned_at=NOW,
        by=world.alice,
        now=NOW,
    )
    drills.finish(drill, passed=True, asked=5, answered=4, by=world.bob, now=NOW)

    page = client(world.frank).get("/scorecards/payments/").content.decode()

    assert "4 of 5 answered, one was not reached" in page
    assert "The last one was 2 days ago." in page


def test_scorecard_leaves_restricted_incidents_out(world: World, incident: Incident) -> None:
    Incident.objects.update(is_restricted=True)

    page = client(world.carol).get("/scorecards/payments/?format=csv").content.decode()

    assert incident.reference not in page


def test_scorecard_counts_each_incident_in_one_period(world: World, incident: Incident) -> None:
    Incident.objects.update(detected_at=MONDAY - timedelta(days=31))

    page = client(world.frank).get("/scorecards/payments/?days=30").content.decode()

    assert "Payments had no incidents in the last 30 days." in page


def test_scorecard_as_csv_has_a_line_an_incident(world: World, incident: Incident) -> None:
    answer = client(world.frank).get("/scorecards/payments/?format=csv")
    heading, line = csv.reader(io.StringIO(answer.content.decode()))

    row = dict(zip(heading, line, strict=True))
    assert (row["Incident"], row["Minutes to contain"]) == (incident.reference, "50.0")


def test_scorecard_leads_to_the_chosen_service(world: World) -> None:
    Service.objects.create(name="Search", slug="search", owner_team=world.team)

    answer = client(world.frank).get("/scorecards/payments/?service=search&days=30")

    assert answer["Location"] == "/scorecards/search/?days=30"


@pytest.mark.parametrize("query", ["?service=nothing", "?days=7", "?service=%00"])
def test_scorecard_survives_a_strange_address(world: World, query: str) -> None:
    assert client(world.frank).get(f"/scorecards/payments/{query}").status_code == 200


def test_scorecard_of_nothing_is_not_found(world: World) -> None:
    assert client(world.frank).get("/scorecards/nothing/").status_code == 404


def test_scorecard_asks_as_much_for_thirty_as_for_three(world: World) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as seen:
            client(world.frank).get("/scorecards/payments/")
        return len(seen)

    for _ in range(3):
        over(world)
    few = count()
    for _ in range(27):
        over(world)

    assert count() == few

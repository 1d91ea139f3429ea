"""Drills as their readers and leaders see them."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from incidents.models import Incident
from reviews.models import Drill
from reviews.operations import drills
from rosters.models import Service
from tests.reviews.views.conftest import MONDAY, client
from tests.world import World

HOUR = timedelta(hours=1)


def planned(world: World, *, title: str = "Nobody answers", after: timedelta = -HOUR) -> Drill:
    return drills.plan(
        world.service,
        title=title,
        kind="call_out",
        leader=world.bob,
        planned_at=MONDAY + after,
        by=world.alice,
        now=MONDAY - timedelta(days=9),
    )


def result(**changes: str) -> dict[str, str]:
    typed = {
        "passed": "no",
        "asked": "5",
        "answered": "4",
        "summary": "One did not answer.",
        "findings-TOTAL_FORMS": "2",
        "findings-INITIAL_FORMS": "0",
        "findings-0-text": "Bob's number is old",
        "findings-0-due_date": "2026-12-04",
    }
    return typed | changes


@pytest.mark.parametrize("path", ["/drills/", "/drills/new/", "/drills/1/"])
def test_drills_ask_for_sign_in(world: World, path: str) -> None:
    assert Client().get(path).status_code == 302


def test_an_empty_list_says_where_to_start(world: World, incident: Incident) -> None:
    page = client(world.alice).get("/drills/").content.decode()

    assert "No service has been drilled." in page
    assert "Start with Payments: it had a SEV1" in page
    assert "One service waits for a drill" in page


def test_an_empty_list_never_names_a_restricted_incident(world: World, incident: Incident) -> None:
    Incident.objects.update(is_restricted=True)

    assert "it had a SEV1" not in client(world.alice).get("/drills/").content.decode()


def test_the_list_shows_next_past_and_who_waits(world: World) -> None:
    planned(world, title="Soon", after=HOUR)
    over = planned(world, title="Before")
    drills.finish(over, passed=True, asked=2, answered=2, by=world.bob, now=MONDAY)

    page = client(world.frank).get("/drills/").content.decode()

    assert page.index("Soon") < page.index("Before")
    assert "Every service was drilled in the last 180 days" in page
    assert "Plan a drill" not in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?show=passed", True),
        ("?show=failed", False),
        ("?q=bob", True),
        ("?q=zebra", False),
        ("?service=payments", True),
        ("?team=other", True),
        ("?show=nothing", True),
    ],
)
def test_the_list_narrows(world: World, query: str, found: bool) -> None:
    drills.finish(planned(world), passed=True, by=world.bob, now=MONDAY)

    page = client(world.frank).get(f"/drills/{query}").content.decode()

    assert ("Nobody answers" in page) is found


def test_the_list_as_csv(world: World) -> None:
    drills.finish(planned(world, title="=1"), passed=True, by=world.bob, now=MONDAY)

    text = client(world.frank).get("/drills/?format=csv").content.decode()

    assert "'=1,Call-out test,Payments,Bob Example" in text


def test_a_drill_is_planned_in_the_readers_zone(world: World) -> None:
    typed = {
        "title": "Nobody answers",
        "service": "payments",
        "kind": "tabletop",
        "leader": str(world.bob.pk),
        "planned_at": "2026-12-04T14:00",
    }

    answer = client(world.alice).post("/drills/new/", typed)

    drill = Drill.objects.get()
    assert answer["Location"] == f"/drills/{drill.pk}/"
    assert drill.planned_at.isoformat() == "2026-12-04T13:00:00+00:00"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("title", "", "Say what you rehearse"),
        ("service", "", "Choose the service."),
        ("leader", "0", "Choose one of the people in the list."),
        ("planned_at", "soon", "Write the time like"),
        ("planned_at", "2020-01-01T10:00", "That time has passed."),
    ],
)
def test_a_plan_says_what_is_missing(world: World, name: str, value: str, said: str) -> None:
    typed = {
        "title": "Nobody answers",
        "service": "payments",
        "kind": "tabletop",
        "leader": str(world.bob.pk),
        "planned_at": "2026-12-04T14:00",
    }

    answer = client(world.alice).post("/drills/new/", typed | {name: value})

    assert answer.status_code in (409, 422)
    assert "There is a problem" in answer.content.decode()
    assert said in answer.content.decode()


def test_a_stranger_plans_nothing(world: World) -> None:
    typed = {
        "title": "Nobody answers",
        "service": "payments",
        "kind": "tabletop",
        "leader": str(world.bob.pk),
        "planned_at": "2026-12-04T14:00",
    }

    answer = client(world.frank).post("/drills/new/", typed)

    assert "Only the team that owns Payments" in answer.content.decode()
    assert not Drill.objects.exists()


def test_the_leader_writes_the_result_down(world: World) -> None:
    drill = planned(world)
    bob = client(world.bob)
    form = bob.get(f"/drills/{drill.pk}/").content.decode()

    typed = result(**{"findings-0-owner": str(world.bob.pk)})
    answer = bob.post(f"/drills/{drill.pk}/finish/", typed)

    page = bob.get(answer["Location"]).content.decode()
    assert "Write down the result" in form
    assert "It did not work. That is why we drill." in page
    assert "4 of 5 people answered; one was not reached." in page
    assert "One finding is still open." in page


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"passed": ""}, "Say whether it worked."),
        ({"answered": "9"}, "No more people can have answered than were asked."),
        ({"answered": "x"}, "Write a number from 0 to 500."),
        ({"findings-0-owner": ""}, "Choose one owner."),
        ({"findings-0-due_date": "2020-01-01"}, "That day has passed."),
        ({"findings-TOTAL_FORMS": ""}, "This form arrived incomplete."),
    ],
    ids=["passed", "too many", "no number", "no owner", "past", "incomplete"],
)
def test_a_result_says_what_is_missing(world: World, change: dict[str, str], said: str) -> None:
    drill = planned(world)
    typed = result(**{"findings-0-owner": str(world.bob.pk)}) | change

    answer = client(world.bob).post(f"/drills/{drill.pk}/finish/", typed)

    assert answer.status_code in (409, 422)
    assert said in answer.content.decode()
    drill.refresh_from_db()
    assert drill.finished_at is None


def test_a_drill_to_come_shows_how_it_goes(world: World) -> None:
    drill = planned(world, after=HOUR)

    page = client(world.bob).get(f"/drills/{drill.pk}/").content.decode()

    assert "It has not started yet." in page
    assert "Call it off" in page


def test_a_stranger_reads_and_changes_nothing(world: World) -> None:
    drill = planned(world)
    frank = client(world.frank)

    page = frank.get(f"/drills/{drill.pk}/").content.decode()
    frank.post(f"/drills/{drill.pk}/call-off/")

    drill.refresh_from_db()
    assert "Call it off" not in page
    assert drill.called_off_at is None


def test_a_drill_is_called_off(world: World) -> None:
    drill = planned(world, after=HOUR)
    bob = client(world.bob)

    asked = bob.get(f"/drills/{drill.pk}/call-off/").content.decode()
    page = bob.post(f"/drills/{drill.pk}/call-off/", follow=True).content.decode()
    again = bob.get(f"/drills/{drill.pk}/call-off/").content.decode()

    assert "Call off this drill?" in asked
    assert "The drill is called off." in page
    assert 'id="confirm"' not in again


def test_a_finding_is_dealt_with(world: World) -> None:
    drill = planned(world)
    bob = client(world.bob)
    bob.post(f"/drills/{drill.pk}/finish/", result(**{"findings-0-owner": str(world.bob.pk)}))
    finding = drill.findings.get()

    page = bob.post(f"/drills/findings/{finding.pk}/done/", follow=True).content.decode()

    assert "Everything it showed is dealt with." in page


def test_what_was_dealt_with_is_undone_from_the_notice_or_the_row(world: World) -> None:
    drill = planned(world)
    bob, alice = client(world.bob), client(world.alice)
    bob.post(f"/drills/{drill.pk}/finish/", result(**{"findings-0-owner": str(world.bob.pk)}))
    one = drill.findings.get().pk

    told = bob.post(f"/drills/findings/{one}/done/", follow=True).content.decode()
    too_late = alice.post(f"/drills/findings/{one}/done/", follow=True).content.decode()
    undone = bob.post(f"/drills/findings/{one}/reopen/", follow=True).content.decode()

    assert told.count(f'action="/drills/findings/{one}/reopen/"') == 2
    assert "Bob Example has dealt with it already" in too_late
    assert "Open again: Bob&#x27;s number is old" in undone
    assert f'action="/drills/findings/{one}/done/"' in undone


def test_a_stranger_gets_no_undo(world: World) -> None:
    drill = planned(world)
    bob, frank = client(world.bob), client(world.frank)
    bob.post(f"/drills/{drill.pk}/finish/", result(**{"findings-0-owner": str(world.bob.pk)}))
    one = drill.findings.get().pk
    bob.post(f"/drills/findings/{one}/done/")

    page = frank.get(f"/drills/{drill.pk}/").content.decode()
    refused = frank.post(f"/drills/findings/{one}/reopen/", follow=True).content.decode()

    assert "/reopen/" not in page
    assert "Only Bob Example, the leader of the drill" in refused


@pytest.mark.parametrize(
    "path",
    ["/drills/99/finish/", "/drills/findings/99/done/", "/drills/findings/99/reopen/"],
)
def test_nothing_is_not_found(world: World, path: str) -> None:
    assert client(world.bob).post(path, result()).status_code == 404


def test_the_list_asks_as_much_for_thirty_as_for_three(world: World) -> None:
    def fill(number: int) -> int:
        for each in range(number):
            planned(world, title=f"Next {each}", after=HOUR)
            drills.finish(planned(world), passed=True, by=world.bob, now=MONDAY)
            Service.objects.create(
                name=f"S{Service.objects.count()}",
                slug=f"s{Service.objects.count()}",
                owner_team=world.team,
            )
        with CaptureQueriesContext(connection) as seen:
            client(world.frank).get("/drills/")
        return len(seen)

    assert fill(3) == fill(27)

"""Saved views and filters of the list of incidents, in the browser's words."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from incidents.models import Incident
from incidents.operations import lifecycle
from incidents.operations.lifecycle import Opening
from rosters.models import Person, SavedView
from tests.world import NOW, World


def client(person: Person) -> Client:
    made = Client()
    made.force_login(person)
    return made


def incident(world: World, title: str = "Card payments fail") -> Incident:
    opening = Opening(title=title, severity=1, service=world.service)
    return lifecycle.open_incident(opening, by=world.erin, now=NOW)


def test_a_view_is_kept_and_shown_to_its_owner_alone(world: World) -> None:
    alice = client(world.alice)

    answer = alice.post("/incidents/views/", {"name": "Payments", "query": "service=payments"})

    assert answer["Location"] == "/incidents/?service=payments"
    assert 'aria-current="true">Payments' in alice.get(answer["Location"]).content.decode()
    assert "Your views" not in client(world.bob).get("/incidents/").content.decode()


def test_a_view_without_a_name_says_so(world: World) -> None:
    answer = client(world.alice).post("/incidents/views/", {"query": "state=open"}, follow=True)

    assert "Give the view a name" in answer.content.decode()
    assert answer.redirect_chain[0][0] == "/incidents/?state=open"


@pytest.mark.parametrize("name", ["x" * 61, "<b>" * 21])
def test_a_refused_name_stands_in_its_field_again(world: World, name: str) -> None:
    answer = client(world.alice).post(
        "/incidents/views/", {"name": name, "query": "state=open"}, follow=True
    )

    page = answer.content.decode()
    assert f'value="{escape(name)}" aria-invalid="true"' in page
    assert page.count("Use 60 characters or fewer for the name.") == 2
    assert '<details class="disclose saved-views no-print" open>' in page


def test_a_refused_new_name_stands_beside_its_own_view(world: World) -> None:
    alice = client(world.alice)
    for name in ("Payments", "Money"):
        alice.post("/incidents/views/", {"name": name, "query": "service=payments"})
    pk = SavedView.objects.get(name="Money").pk

    answer = alice.post(f"/incidents/views/{pk}/rename/", {"name": "Payments"}, follow=True)

    page = answer.content.decode()
    assert f'id="view-{pk}-error"' in page
    assert page.count('aria-invalid="true"') == 1
    assert 'aria-invalid="true"' not in alice.get("/incidents/").content.decode()


def test_a_view_is_renamed_and_removed(world: World) -> None:
    alice = client(world.alice)
    alice.post("/incidents/views/", {"name": "Payments", "query": "service=payments"})
    pk = SavedView.objects.get().pk

    renamed = alice.post(f"/incidents/views/{pk}/rename/", {"name": "Money"}, follow=True)
    removed = alice.post(f"/incidents/views/{pk}/remove/", follow=True)

    assert "Its name is “Money” now." in renamed.content.decode()
    assert "Removed: Money." in removed.content.decode()


@pytest.mark.parametrize("act", ["rename", "remove"])
def test_somebody_elses_view_is_not_there(world: World, act: str) -> None:
    client(world.alice).post("/incidents/views/", {"name": "A", "query": "state=open"})
    pk = SavedView.objects.get().pk

    answer = client(world.bob).post(f"/incidents/views/{pk}/{act}/", {"name": "B"})

    assert answer.status_code == 404
    assert SavedView.objects.get().name == "A"


def test_views_change_nothing_on_get(world: World) -> None:
    assert client(world.alice).get("/incidents/views/").status_code == 405
    assert Client().post("/incidents/views/").status_code == 403


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("month=2026-11", True),
        ("month=2026-10", False),
        ("month=soon", True),
        ("state=unreviewed", True),
        ("state=reviewed", False),
        ("state=open", False),
        ("team=payments", True),
        ("mine=on", True),
    ],
)
def test_the_list_narrows(world: World, query: str, found: bool) -> None:
    made = incident(world)
    lifecycle.acknowledge(made, by=world.alice, now=NOW)
    lifecycle.resolve(made, by=world.alice, at=NOW, now=NOW)

    page = client(world.alice).get(f"/incidents/?{query}").content.decode()

    assert ("Card payments fail" in page) is found


def test_a_month_begins_where_the_reader_is(world: World) -> None:
    Incident.objects.filter(pk=incident(world).pk).update(detected_at="2026-10-31T23:30:00Z")

    page = client(world.alice).get("/incidents/?month=2026-11").content.decode()

    assert "Card payments fail" in page


def test_an_empty_list_says_why(world: World) -> None:
    alice = client(world.alice)

    assert "No incident is open. That is good news." in alice.get("/incidents/").content.decode()
    assert "No incident matches" in alice.get("/incidents/?q=zebra").content.decode()


def test_the_list_asks_as_much_for_thirty_as_for_three(world: World) -> None:
    def fill(number: int) -> int:
        for each in range(number):
            made = incident(world, f"Trouble {each}")
            Incident.objects.filter(pk=made.pk).update(detected_at=NOW - timedelta(minutes=each))
            SavedView.objects.create(
                person=world.alice,
                page="incidents:list",
                name=f"View {SavedView.objects.count()}",
                query="state=open",
            )
        with CaptureQueriesContext(connection) as seen:
            client(world.alice).get("/incidents/")
        return len(seen)

    assert fill(3) == fill(27)

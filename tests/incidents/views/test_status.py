"""The status page: read by everybody, in the words of the updates; nothing restricted shows."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from config.portal import clock
from incidents.models import (
    ImpactClass,
    Incident,
    MaintenanceWindow,
    ResponseClock,
    StatusUpdate,
)
from incidents.operations import lifecycle
from incidents.operations.lifecycle import Opening
from rosters.models import Person, Service
from tests.world import NOW, World

LATER = NOW + timedelta(minutes=10)


@pytest.fixture(autouse=True)
def _shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "show_now", lambda: LATER)


def as_person(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def text_of(person: Person) -> str:
    return as_person(person).get("/status/").content.decode()


def open_one(world: World, title: str = "Card payments fail", **changes: object) -> Incident:
    opening = Opening(title=title, severity=1, service=world.service)
    incident = lifecycle.open_incident(opening, by=world.erin, now=NOW)
    Incident.objects.filter(pk=incident.pk).update(**changes)
    return incident


def write(incident: Incident, number: int, by: Person) -> None:
    StatusUpdate.objects.create(
        incident=incident,
        number=number,
        impact=f"Impact {number}.",
        known=f"Known {number}.",
        doing=f"Doing {number}.",
        posted_at=NOW + timedelta(minutes=number),
        posted_by=by,
        post_key=uuid4(),
    )


def test_a_stranger_is_asked_to_sign_in(client: Client, world: World) -> None:
    assert client.get("/status/").status_code == 302


def test_frank_reads_it_without_any_permission(world: World) -> None:
    assert as_person(world.frank).get("/status/").status_code == 200


def test_when_nothing_is_open_all_works(world: World) -> None:
    shown = text_of(world.frank)

    assert "Everything is working" in shown
    assert "No customer is affected." in shown
    assert "Nothing is planned for the next 30 days." in shown
    assert "Customers noticed no problem in the last 90 days." in shown


def test_an_incident_says_impact_what_we_do_and_when_we_write_again(world: World) -> None:
    incident = open_one(world)
    lifecycle.acknowledge(incident, by=world.alice, now=NOW + timedelta(minutes=1))
    write(incident, 1, world.carol)
    write(incident, 2, world.carol)

    shown = text_of(world.frank)

    assert "Card payments fail</h1>" in shown
    assert shown.count("We write again by") == 2
    for words in ("Impact 2.", "Known 2.", "Doing 2.", "Earlier updates", "Impact 1."):
        assert words in shown


def test_before_the_first_update_it_says_what_is_happening(world: World) -> None:
    open_one(world)

    shown = text_of(world.frank)

    for words in (
        "We are calling the people who can fix it.",
        "Nobody has acknowledged this yet",
        "The first update comes",
        "What customers see",
    ):
        assert words in shown
    assert "We do not know the cause yet." in shown


def test_contained_reads_as_fixed_for_customers(world: World) -> None:
    open_one(world, contained_at=NOW + timedelta(minutes=5), contained_by=world.alice)

    shown = text_of(world.frank)

    assert "Customers are no longer affected</h1>" in shown
    assert "We are watching it until all is back to normal." in shown


def test_after_containment_the_page_speaks_of_the_past(world: World) -> None:
    open_one(world, contained_at=NOW + timedelta(minutes=5), contained_by=world.alice)

    shown = text_of(world.frank)

    assert "What customers saw" in shown
    assert "What customers see" not in shown
    assert "Working again since" in shown
    assert "ailing" not in shown


def test_title_and_lead_count_the_same(world: World) -> None:
    titles = ["Card payments fail", "Invoices wait", "Search is slow"]
    for title in titles:
        open_one(world, title)

    head = text_of(world.frank).split('id="status-head"')[1].split("</div>")[0]

    assert "Card payments fail, and two more problems" in head
    assert all(title in head for title in titles)


def test_a_late_update_is_told_once_with_who_owes_it(world: World) -> None:
    incident = open_one(world)
    lifecycle.acknowledge(incident, by=world.alice, now=NOW)
    ResponseClock.objects.filter(promise="update").update(target_at=LATER - timedelta(minutes=4))

    shown = text_of(world.frank)

    assert shown.count("owes it.") == 1
    assert "4 min late" in shown
    assert str(world.alice) in shown
    assert "It is late" not in shown


def test_what_ended_says_for_how_long_and_how(world: World) -> None:
    incident = open_one(world)
    at = NOW + timedelta(minutes=5)
    lifecycle.contain(incident, by=world.alice, at=at, now=at)
    write(incident, 6, world.carol)
    at = NOW + timedelta(minutes=9)
    lifecycle.resolve(incident, by=world.alice, at=at, now=at)

    shown = text_of(world.frank)

    assert "Ended in the last 7 days" in shown
    assert "Customers noticed it for 5\xa0min" in shown
    assert "Known 6." in shown


def test_what_customers_do_not_notice_is_only_counted(world: World) -> None:
    inside = ImpactClass.objects.create(name="Internal", slug="internal")
    open_one(world, "Reports are late", impact=inside)

    shown = text_of(world.frank)

    assert "Everything is working" in shown
    assert "Our teams work on 1 thing that customers do not notice." in shown


def test_a_restricted_incident_stays_hidden(world: World) -> None:
    open_one(world, "Personal data leaks", is_restricted=True)

    assert "Personal data leaks" not in text_of(world.frank)
    assert "Everything is working" in text_of(world.frank)
    assert "Personal data leaks" in text_of(world.erin)


def test_planned_work_says_what_customers_notice(world: World) -> None:
    for title, impact in (("New database", "Signing in is slow."), ("New cable", "")):
        MaintenanceWindow.objects.create(
            title=title,
            customer_impact=impact,
            starts_at=NOW + timedelta(days=2),
            ends_at=NOW + timedelta(days=2, hours=1),
            owner=world.bob,
        )

    shown = text_of(world.frank)

    assert "New database" in shown
    assert "Signing in is slow." in shown
    assert "Customers will notice nothing." in shown


def test_the_live_part_comes_alone(world: World) -> None:
    incident = open_one(world)

    response = as_person(world.frank).get("/status/", headers={"HX-Request": "true"})
    shown = response.content.decode()

    assert "HX-Request" in response["Vary"]
    assert "<html" not in shown
    assert 'id="status-head" hx-swap-oob="true"' in shown
    assert incident.title in shown


def test_the_number_of_queries_does_not_grow(world: World) -> None:
    client = as_person(world.frank)

    def grow(first: int, last: int) -> None:
        for number in range(first, last):
            service = Service.objects.create(
                name=f"Service {number}", slug=f"service-{number}", owner_team=world.team, tier=1
            )
            incident = Incident.objects.create(
                title="It fails", severity=2, service=service, detected_at=NOW
            )
            write(incident, 1, world.carol)
            work = MaintenanceWindow.objects.create(
                title="Work",
                starts_at=NOW,
                ends_at=NOW + timedelta(days=1),
                owner=world.bob,
            )
            work.services.add(service)

    def count() -> int:
        client.get("/status/")
        with CaptureQueriesContext(connection) as asked:
            client.get("/status/")
        return len(asked)

    grow(0, 3)
    few = count()
    grow(3, 30)

    assert count() == few

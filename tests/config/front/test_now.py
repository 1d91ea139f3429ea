"""Now: what is open and what is next, for one reader, one team, or what is theirs."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from config.front import reader
from config.portal import clock
from incidents.enums import Promise
from incidents.models import AffectedService, Change, Incident, MaintenanceWindow, ResponseClock
from incidents.operations import engine, lifecycle
from incidents.operations.lifecycle import Opening
from reviews.models import Drill
from rosters.enums import Channel
from rosters.models import Absence, ContactPoint, CoverRequest, Person, Roster, Service, Team
from tests import planner
from tests.config.front.conftest import SHOWN, as_person, text_of
from tests.world import NOW, World

FRAGMENT = {"HX-Request": "true"}


def open_one(world: World, **changes: object) -> Incident:
    opening = Opening(title="Card payments fail", severity=1, service=world.service)
    incident = lifecycle.open_incident(opening, by=world.erin, now=NOW)
    Incident.objects.filter(pk=incident.pk).update(**changes)
    incident.refresh_from_db()
    return incident


def make_other(name: str = "Search") -> Service:
    team = Team.objects.create(name=f"{name} team", slug=f"{name.lower()}-team")
    return Service.objects.create(name=name, slug=name.lower(), owner_team=team)


def make_change(**facts: object) -> Change:
    values = {"title": "Payments 4.12", "made_at": NOW - timedelta(hours=1)}
    return Change.objects.create(**(values | facts))


def test_a_stranger_is_asked_to_sign_in(client: Client, world: World) -> None:
    assert client.get("/").headers["Location"].startswith("/sign-in/")


@pytest.mark.parametrize("name", ["alice", "frank"])
def test_everybody_signed_in_may_read(world: World, name: str) -> None:
    open_one(world)

    assert as_person(world.people[name]).get("/").status_code == 200


def test_a_restricted_incident_shows_to_nobody_without_a_part(world: World) -> None:
    open_one(world, is_restricted=True, title="Names were sent to strangers")

    shown = text_of(world.frank, "/")

    assert "Nothing is open" in shown
    assert "Names were sent" not in shown


def test_it_says_what_the_reader_is_on_call_for_and_whether_their_phone_works(world: World) -> None:
    assert "Your phone has never been tested." in text_of(world.alice, "/")

    ContactPoint.objects.filter(person=world.alice, channel=Channel.PHONE).update(
        last_tested_at=SHOWN - timedelta(days=4)
    )
    shown = text_of(world.alice, "/")

    assert "<b>Payments on call</b>" in shown
    assert "Phone tested" in shown
    assert "4 days" in shown
    assert "You are not on call now." in text_of(world.frank, "/")


@pytest.mark.parametrize(
    ("query", "who", "shown", "hidden"),
    [
        ("", "frank", {"Card payments fail", "Search is slow"}, set()),
        ("?team=payments", "frank", {"Card payments fail"}, {"Search is slow"}),
        ("?team=search-team", "frank", {"Search is slow"}, {"Card payments fail"}),
        ("?mine=1", "bob", {"Card payments fail"}, {"Search is slow"}),
        ("?mine=1", "frank", set(), {"Card payments fail", "Search is slow"}),
        ("?team=nobody", "frank", {"Card payments fail", "Search is slow"}, set()),
    ],
    ids=["all", "one team", "another", "mine", "nothing of mine", "unknown"],
)
def test_filters(world: World, query: str, who: str, shown: set[str], hidden: set[str]) -> None:
    open_one(world)
    open_one(world, title="Search is slow", service=make_other())

    board = text_of(world.people[who], f"/{query}").split('id="board"')[1]

    assert {title for title in shown | hidden if f">{title}</a></h3>" in board} == shown


def test_a_filter_says_what_it_hides_and_stays_in_the_links(world: World) -> None:
    open_one(world)

    shown = text_of(world.frank, "/?team=payments&x=1")
    quiet = text_of(world.frank, "/?mine=1")

    assert 'hx-get="/?team=payments"' in shown
    assert f"/incidents/?state=all&amp;team={world.team.slug}" in shown
    assert "1 more is open</b> elsewhere" in quiet


def test_a_team_that_does_not_exist_is_named(world: World) -> None:
    shown = text_of(world.frank, "/?team=<b>")

    assert "We do not know the team “&lt;b&gt;”, so you see everything." in shown


def test_who_is_being_called_reads_it_whatever_they_filter(world: World) -> None:
    make_other()
    open_one(world)
    engine.tick(now=NOW)

    shown = text_of(world.alice, "/?team=search-team")

    assert "We are calling you: Card payments fail" in shown
    assert "favicon-sev1" in shown


def test_services_that_do_not_work_come_first(world: World) -> None:
    search = make_other()
    incident = open_one(world)
    AffectedService.objects.create(incident=incident, service=search)
    make_other("Accounts")

    shown = text_of(world.frank, "/").split('id="health-h"')[1]

    assert "1 failing, 1 partly failing, 1 working" in shown
    places = [shown.index(f'id="service-{slug}"') for slug in ("payments", "search", "accounts")]
    assert places == sorted(places)
    assert "last 30 days: 1 day with incidents, the worst a SEV1" in shown


def test_services_that_work_are_counted_once(world: World) -> None:
    for number in range(14):
        make_other(f"Service {number:02}")

    shown = text_of(world.frank, "/").split('id="health-h"')[1]

    assert "</svg>15 working</summary>" in shown
    inside = shown.split("</summary>")[1].split("</details>")[0]
    assert "5 more work</a>" in inside
    assert "more service" not in shown


def test_changes_and_planned_work(world: World) -> None:
    make_change(service=world.service, made_by=world.bob, link="https://example.org/4.12")
    make_change(title="Too old", made_at=NOW - timedelta(hours=25))
    make_change(title="Bad link", link="javascript:alert(1)")
    window = MaintenanceWindow.objects.create(
        title="New database",
        starts_at=NOW - timedelta(hours=1),
        ends_at=NOW + timedelta(hours=1),
        owner=world.bob,
    )
    window.services.add(world.service)

    shown = text_of(world.frank, "/")

    assert "New version, Payments, Bob Example" in shown
    assert 'href="https://example.org/4.12"' in shown
    assert "Too old" not in shown
    assert "javascript:" not in shown
    assert "New database" in shown
    assert "Customers notice nothing." in shown
    assert "New database" not in text_of(world.frank, "/?mine=1")


def test_nothing_open_says_when_the_last_one_ended_and_what_is_next(world: World) -> None:
    incident = open_one(world)
    Incident.objects.filter(pk=incident.pk).update(
        detected_at=NOW - timedelta(days=4),
        resolved_at=SHOWN - timedelta(days=3),
        resolved_by=world.bob,
    )
    Drill.objects.create(
        title="Call-out test",
        service=world.service,
        leader=world.carol,
        planned_at=NOW + timedelta(days=2),
        created_at=NOW,
        created_by=world.carol,
    )

    shown = text_of(world.frank, "/")

    assert "Nothing is open. The last incident ended" in shown
    assert "3 days" in shown
    assert "Call-out test" in shown
    assert "Carol Example leads it." in shown
    assert "Somebody is on call for everything in the next 7 days." in shown


def test_gaps_now_and_to_come(world: World) -> None:
    for person in (world.alice, world.bob):
        Absence.objects.create(
            person=person, starts_at=NOW + timedelta(days=1), ends_at=NOW + timedelta(days=2)
        )
    Roster.objects.create(name="Empty", slug="empty", time_zone="UTC")

    shown = text_of(world.frank, "/")

    assert "<b>Payments on call</b>: nobody from" in shown
    assert "Nobody is on call for Empty" in shown


def test_an_empty_company_has_a_page(world: World) -> None:
    make_other()
    Team.objects.create(name="New", slug="new")

    assert "No services here yet." in text_of(world.frank, "/?team=new")


# The live part


def test_the_live_part_is_sent_once_and_again_when_something_happens(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_one(world)
    client = as_person(world.alice)
    first = client.get("/", headers=FRAGMENT)
    asked = FRAGMENT | {"If-None-Match": first.headers["ETag"]}

    monkeypatch.setattr(clock, "show_now", lambda: SHOWN + timedelta(seconds=75))
    later = client.get("/", headers=asked)
    open_one(world, title="Another")
    again = client.get("/", headers=asked)

    assert b"<html" not in first.content
    assert (later.status_code, later.content) == (304, b"")
    assert (first.headers["As-Of"], later.headers["As-Of"]) == ("03:03:00", "03:04:15")
    assert again.status_code == 200
    assert b"Another" in again.content
    assert "HX-Request" in again.headers["Vary"]


def test_the_live_part_changes_when_a_change_is_a_day_old(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sentence that changes by the clock alone is sent, although nobody did anything."""
    make_change(made_at=SHOWN - timedelta(hours=23, minutes=55))
    client = as_person(world.alice)
    tag = client.get("/", headers=FRAGMENT).headers["ETag"]

    monkeypatch.setattr(clock, "show_now", lambda: SHOWN + timedelta(minutes=10))
    later = client.get("/", headers=FRAGMENT | {"If-None-Match": tag})

    assert later.status_code == 200


# Queries


def count_queries(client: Client, path: str) -> int:
    planner.renew()
    client.get(path)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    return len(asked)


def add_incidents(world: World, number: int) -> None:
    made = Incident.objects.bulk_create(
        Incident(title=f"Trouble {n}", severity=1 + n % 4, service=world.service, detected_at=NOW)
        for n in range(number)
    )
    ResponseClock.objects.bulk_create(
        ResponseClock(
            incident=incident,
            promise=Promise.ACKNOWLEDGE,
            started_at=NOW,
            target_at=NOW + timedelta(minutes=5),
            at_risk_at=NOW,
        )
        for incident in made
    )


def add_services(world: World, *, until: int) -> None:
    Service.objects.bulk_create(
        Service(name=f"Service {n}", slug=f"service-{n}", owner_team=world.team)
        for n in range(Service.objects.count(), until)
    )


@pytest.mark.parametrize("path", ["/", "/?team=payments", "/?mine=1"])
def test_the_number_of_queries_does_not_grow(world: World, path: str) -> None:
    open_one(world)
    engine.tick(now=NOW)
    add_incidents(world, 2)
    add_services(world, until=6)
    client = as_person(world.alice)
    few = count_queries(client, path)

    add_incidents(world, 297)
    add_services(world, until=200)
    many = count_queries(client, path)

    assert many == few
    assert many <= 60


@pytest.mark.parametrize("only_reads", [True, False])
def test_who_only_reads_is_offered_no_press(client: Client, world: World, only_reads: bool) -> None:
    open_one(world)
    client.force_login(world.frank)
    session = client.session
    session[reader.KEY] = only_reads
    session.save()

    page = client.get("/").content.decode()

    assert ("The people we call acknowledge it." in page) is only_reads
    assert ('id="acknowledge-' in page) is not only_reads


def test_whoever_is_called_answers_at_once_below_the_title(world: World) -> None:
    open_one(world)
    engine.tick(now=NOW)

    shown = text_of(world.alice, "/")
    main = shown.split('id="main"')[1]

    assert 'class="tour"' not in main
    assert main.index('id="take-') < main.index("What is shown")
    assert main.index('id="take-') < main.index('class="next"')


def test_the_lead_says_what_customers_notice_of_the_worst(world: World) -> None:
    incident = open_one(world)
    incident.summary = "One payment in five fails."
    incident.save(update_fields=["summary"])

    assert "One payment in five fails." in text_of(world.frank, "/").split("me-line")[0]


def test_a_question_to_cover_stands_with_what_needs_the_reader(world: World) -> None:
    away = Absence.objects.create(
        person=world.alice,
        starts_at=NOW + timedelta(days=3),
        ends_at=NOW + timedelta(days=4),
    )
    CoverRequest.objects.create(absence=away, person=world.bob, asked_by=world.alice, asked_at=NOW)

    assert "Can you take calls for Alice Example?" in text_of(world.bob, "/")
    assert "Can you take calls" not in text_of(world.carol, "/")


def acknowledges(who: Person) -> list[str]:
    """How each button looks that acknowledges an incident on Now."""
    return re.findall(r'class="(btn[^"]*)" id="(?:take|acknow)', text_of(who, "/"))


def test_one_acknowledge_is_the_primary_button(world: World) -> None:
    for title in ("Cards fail", "Refunds fail"):
        opening = Opening(title=title, severity=1, service=world.service)
        lifecycle.open_incident(opening, by=world.erin, now=NOW)

    assert sum("primary" in one for one in acknowledges(world.bob)) == 1
    engine.tick(now=NOW)
    rung = acknowledges(world.alice)
    assert len(rung) > 2
    assert sum("primary" in one for one in rung) == 1


def test_the_lead_tells_the_impact_with_the_incident_that_has_it(world: World) -> None:
    open_one(world, summary="1 in 5 payments fail.", acknowledged_at=NOW, acknowledged_by=world.bob)
    opening = Opening(title="Invoices wait", severity=3, service=world.service)
    lifecycle.open_incident(opening, by=world.erin, now=NOW)

    lead = " ".join(text_of(world.frank, "/").split())

    assert "The worst: <b>Card payments fail</b>. 1 in 5 payments fail. Nobody" in lead
    assert "Nobody has acknowledged this yet: <b>Invoices wait</b>." in lead


def test_what_is_contained_is_not_the_worst_while_something_else_goes_on(world: World) -> None:
    over = {"acknowledged_by": world.bob, "contained_by": world.bob}
    open_one(world, summary="1 in 5 pay twice.", acknowledged_at=NOW, contained_at=NOW, **over)

    alone = text_of(world.frank, "/")
    opening = Opening(title="Invoices wait", severity=3, service=world.service)
    lifecycle.open_incident(opening, by=world.erin, now=NOW)
    both = text_of(world.frank, "/")

    assert "Customers are no longer affected by it, as far as we know." in alone
    assert "Nobody has acknowledged this yet: <b>Invoices wait</b>." in both
    assert "The worst: <b>Card payments fail</b>" not in both

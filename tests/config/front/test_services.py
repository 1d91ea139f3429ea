"""The list of services and the page of one: who sees what, in how many queries."""

import csv
import io
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from incidents.models import AffectedService, Change, Incident, MaintenanceWindow, Route
from reviews.enums import ActionKind
from reviews.models import ActionItem, Drill, Review
from rosters.logic.cells import Filling
from rosters.models import (
    Absence,
    MatrixEntry,
    Roster,
    Service,
    ServiceDependency,
    StakeholderRole,
)
from rosters.operations.changing import applying
from rosters.operations.changing.cells import CellChange
from runbooks.models import Runbook, RunbookVersion
from tests.config.front.conftest import SHOWN, as_person, text_of
from tests.world import NOW, World


def make_service(world: World, name: str, **facts: object) -> Service:
    values = {"slug": name.lower().replace(" ", "-"), "owner_team": world.team, "tier": 2}
    return Service.objects.create(name=name, **(values | facts))


def make_incident(service: Service, **facts: object) -> Incident:
    values = {"title": "Cards fail", "severity": 1, "detected_at": NOW}
    return Incident.objects.create(service=service, **(values | facts))


def make_ready(world: World) -> None:
    """Payments has everything that the seven checks ask for."""
    Service.objects.update(backup_owner=world.bob)
    Route.objects.create(service=world.service, policy=world.version.policy)
    book = Runbook.objects.create(title="Second bank", slug="bank", service=world.service)
    RunbookVersion.objects.create(
        runbook=book, number=1, change_note="First.", published_at=NOW, published_by=world.carol
    )
    MatrixEntry.objects.create(
        role=world.director,
        service=world.service,
        person=world.dora,
        confirmed_at=NOW,
        confirmed_by=world.dora,
    )
    Drill.objects.create(
        title="Call-out test",
        service=world.service,
        leader=world.carol,
        planned_at=NOW - timedelta(days=3),
        created_at=NOW - timedelta(days=5),
        created_by=world.carol,
        finished_at=NOW - timedelta(days=3),
        passed=True,
    )


@pytest.mark.parametrize("path", ["/services/", "/services/payments/"])
def test_a_stranger_is_asked_to_sign_in(client: Client, world: World, path: str) -> None:
    response = client.get(path)

    assert response.status_code == 302
    assert response.headers["Location"].startswith("/sign-in/")


@pytest.mark.parametrize("path", ["/services/", "/services/payments/"])
@pytest.mark.parametrize("name", ["alice", "frank"])
def test_everybody_signed_in_may_read(world: World, path: str, name: str) -> None:
    assert as_person(world.people[name]).get(path).status_code == 200


def test_an_unknown_service_is_not_found(world: World) -> None:
    assert as_person(world.erin).get("/services/nothing/").status_code == 404


def test_the_list_says_what_comes_first(world: World) -> None:
    Service.objects.update(customer_impact="Customers cannot pay.")

    shown = text_of(world.erin, "/services/")

    assert "This service works" in shown
    assert "Customers cannot pay." in shown
    assert "Alice Example" in shown
    assert "2 of 7" in shown
    assert "Nobody stands in for the owner." in shown


def test_a_service_with_everything_is_ready(world: World) -> None:
    make_ready(world)

    assert "7 of 7" in text_of(world.erin, "/services/")
    assert "Ready</h2>" in text_of(world.erin, "/services/payments/")


def test_a_gap_is_a_sentence_with_what_happens_instead(world: World) -> None:
    for person in (world.alice, world.bob):
        Absence.objects.create(
            person=person, starts_at=NOW - timedelta(hours=1), ends_at=NOW + timedelta(hours=5)
        )

    shown = text_of(world.erin, "/services/")
    page = text_of(world.erin, "/services/payments/")

    assert "Nobody now" in shown
    assert "We phone Carol Example" in shown
    assert "Nobody is on call on Payments on call from" in page


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", {"Payments", "Search", "Checkout"}),
        ("q=pay", {"Payments", "Search", "Checkout"}),  # the team's name
        ("q=sear", {"Search"}),
        ("tier=1", {"Payments"}),
        ("team=payments", {"Payments", "Search", "Checkout"}),
        ("health=failing", {"Payments"}),
        ("health=partly", {"Checkout"}),
        ("health=working", {"Search"}),
        ("attention=yes", {"Payments", "Search", "Checkout"}),
        ("attention=no", set()),
        ("q=nothing-like-it", set()),
    ],
)
def test_filters(world: World, query: str, names: set[str]) -> None:
    make_service(world, "Search")
    ServiceDependency.objects.create(service=make_service(world, "Checkout"), needs=world.service)
    make_incident(world.service)

    answer = as_person(world.erin).get(f"/services/?{query}&format=csv").content.decode()
    _, *rows = csv.reader(io.StringIO(answer))

    assert {row[0] for row in rows} == names


def test_an_empty_list_says_how_to_go_on(world: World) -> None:
    shown = text_of(world.erin, "/services/?q=zzz")

    assert "No service matches" in shown
    assert "Clear filters" in shown


def test_an_unknown_choice_is_named(world: World) -> None:
    shown = text_of(world.erin, "/services/?tier=9")

    assert "We do not know this one, so nothing is left out." in shown
    assert "Payments" in shown


@pytest.mark.parametrize("column", ["name", "-tier", "team", "health", "rule", "-readiness"])
def test_columns_sort(world: World, column: str) -> None:
    make_service(world, "Search")

    assert as_person(world.erin).get(f"/services/?sort={column}").status_code == 200


def test_trouble_sorts_first_by_health(world: World) -> None:
    make_service(world, "Accounts")
    make_incident(world.service)

    shown = text_of(world.erin, "/services/?sort=health")

    assert shown.index("/services/payments/") < shown.index("/services/accounts/")


def test_csv_holds_no_formula(world: World) -> None:
    Service.objects.update(name="=HYPERLINK(1)")

    answer = as_person(world.erin).get("/services/?format=csv")
    heading, line = csv.reader(io.StringIO(answer.content.decode()))

    assert answer["Content-Disposition"].endswith('"services.csv"')
    assert line[0] == "'=HYPERLINK(1)"
    assert len(heading) == len(line)


def test_the_page_says_who_answers_and_who_feels_it(world: World) -> None:
    checkout = make_service(world, "Checkout")
    ServiceDependency.objects.create(service=checkout, needs=world.service)
    shop = make_service(world, "Shop front")
    ServiceDependency.objects.create(service=shop, needs=checkout)

    shown = text_of(world.erin, "/services/payments/")

    assert "Payments is working" in shown
    assert "Straight away we phone" in shown
    assert "If nobody acknowledges, we phone" in shown
    assert "Shop front" in shown
    assert "feels it too" in shown
    assert 'href="/incidents/new/?service=payments"' in shown


@pytest.mark.parametrize(
    ("path", "shown", "said"),
    [
        ("/services/payments/", 40, "The first 40 of 130, by tier."),
        ("/services/map/?service=payments", 100, "The first 100 of 130, by tier."),
    ],
    ids=["the page", "the map"],
)
def test_what_hundreds_need_shows_the_first_and_counts_the_rest(
    world: World, path: str, shown: int, said: str
) -> None:
    found = [make_service(world, f"Shop {n}", customer_impact="No shop.") for n in range(130)]
    ServiceDependency.objects.bulk_create(
        ServiceDependency(service=one, needs=world.service) for one in found
    )
    other = make_service(world, "Elsewhere")
    ServiceDependency.objects.create(service=other, needs=make_service(world, "Far away"))

    page = as_person(world.frank).get(path).content.decode()

    assert said in page
    assert page.count("No shop.") == shown
    assert page.count('<a class="quiet" href="/services/shop-') <= 40 or "map" in path


def test_the_page_shows_everything_there_is(world: World) -> None:
    make_ready(world)
    service = world.service
    Service.objects.update(
        vendor_contacts="First Bank, contract 7\n\nSecond Bank", region="DE", operating_hours="Day"
    )
    incident = make_incident(service, resolved_at=NOW, resolved_by=world.alice)
    other = make_incident(make_service(world, "Search"), title="Search is slow", severity=3)
    AffectedService.objects.create(incident=other, service=service)
    review = Review.objects.create(incident=incident, due_at=NOW, opened_at=NOW)
    ActionItem.objects.create(
        review=review,
        title="Alert at two percent",
        kind=ActionKind.DETECT,
        owner=world.bob,
        due_date=NOW.date(),
        created_at=NOW,
        created_by=world.bob,
    )
    Change.objects.create(service=service, title="Payments 4.12", made_at=NOW, made_by=world.bob)
    work = MaintenanceWindow.objects.create(
        title="New database",
        starts_at=NOW,
        ends_at=NOW + timedelta(hours=2),
        owner=world.bob,
    )
    work.services.add(service)

    shown = text_of(world.alice, "/services/payments/")

    for words in (
        "Payments is partly failing",
        "Search is slow",
        "One incident in the last 90 days",
        "Alert at two percent",
        "Payments 4.12",
        "New database",
        "Second Bank",
        "Second bank",
        "Call-out test",
        "Its customers are in Germany.",
    ):
        assert words in shown


def test_a_restricted_incident_stays_hidden(world: World) -> None:
    make_incident(
        world.service, title="Personal data leaks", is_restricted=True, declared_by=world.carol
    )

    assert "Personal data leaks" not in text_of(world.erin, "/services/payments/")
    assert "Personal data leaks" not in text_of(world.erin, "/services/")
    assert "Personal data leaks" in text_of(world.carol, "/services/payments/")


def test_links_into_the_admin_are_for_those_who_may(world: World) -> None:
    world.carol.is_staff = world.carol.is_superuser = True
    world.carol.save()

    assert "/admin/" not in text_of(world.erin, "/services/payments/")
    assert f"/admin/rosters/service/{world.service.pk}/change/" in text_of(
        world.carol, "/services/payments/"
    )


def test_stale_contacts_are_one_press_away(world: World) -> None:
    world.carol.is_staff = world.carol.is_superuser = True
    world.carol.save()
    entry = MatrixEntry.objects.create(role=world.director, team=world.team, person=world.dora)

    page = as_person(world.carol).get("/services/payments/").content.decode()
    link = f"/admin/rosters/matrixentry/?id__in={entry.pk}"
    listed = as_person(world.carol).get(link)

    assert link in page
    assert "more for the whole company" in page
    assert listed.status_code == 200
    assert "engineering director" in listed.content.decode().lower()


def test_a_drill_is_planned_by_those_who_may(world: World) -> None:
    link = "/drills/new/?service=payments"

    assert link in text_of(world.alice, "/services/payments/")
    assert link not in text_of(world.frank, "/services/payments/")


def test_declaring_starts_with_the_service_chosen(world: World) -> None:
    shown = text_of(world.erin, "/incidents/new/?service=payments")

    assert 'list="services"' in shown
    assert 'value="Payments"' in shown


def queries_of(world: World, path: str) -> int:
    client = as_person(world.erin)
    client.get(path)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        client.get(path)
    return len(asked)


@pytest.mark.parametrize(
    "path", ["/services/", "/services/?sort=-readiness", "/services/payments/"]
)
def test_the_number_of_queries_does_not_grow(world: World, path: str) -> None:
    def grow(first: int, last: int) -> None:
        for number in range(first, last):
            service = make_service(world, f"Service {number}")
            roster = Roster.objects.create(
                name=f"Roster {number}", slug=f"roster-{number}", time_zone="UTC"
            )
            MatrixEntry.objects.create(role=world.commander, service=service, roster=roster)
            ServiceDependency.objects.create(service=service, needs=world.service)
            ServiceDependency.objects.create(service=world.service, needs=service)
            Route.objects.create(service=service, policy=world.version.policy)
            Runbook.objects.create(
                title=f"Book {number}", slug=f"book-{number}", service=world.service
            )
            make_incident(service, detected_at=SHOWN - timedelta(hours=number))
            make_incident(world.service, detected_at=SHOWN - timedelta(hours=number))
            Change.objects.create(service=world.service, title="Change", made_at=NOW)

    grow(0, 3)
    few = queries_of(world, path)
    grow(3, 30)

    assert queries_of(world, path) == few


def test_a_service_tells_who_changed_its_contacts_and_why(world: World, client: Client) -> None:
    client.force_login(world.frank)
    role = StakeholderRole.objects.create(name="product owner", slug="po")
    applying.apply_changes(
        [CellChange(role.pk, Filling(world.alice.pk), service_id=world.service.pk)],
        by=world.carol,
        now=NOW,
        reason="Ben moved to another team.",
    )

    page = re.sub(r"<[^>]+>", "", client.get("/services/payments/").content.decode())

    assert (
        "Carol Example named Alice Example as the product owner for Payments,"
        " because Ben moved to another team." in page
    )


@pytest.mark.parametrize(
    ("who", "sees"), [("alice", True), ("bob", True), ("frank", False)], ids=str
)
def test_suppliers_numbers_are_for_those_who_may_need_them(
    world: World, who: str, sees: bool
) -> None:
    Service.objects.update(vendor_contacts="First Bank: +49 30 5550 901")

    shown = text_of(getattr(world, who), "/services/payments/")

    assert ("+49 30 5550 901" in shown) is sees
    assert (
        "Only the Payments team and people who are called with them see suppliers" in shown
    ) is not sees

"""What programs read: people, services, the matrix, whom to call, and who is on call."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.portal import clock
from rosters.models import (
    Absence,
    ContactPoint,
    ContactView,
    MatrixEntry,
    Membership,
    Person,
    Service,
    ServiceDependency,
    StakeholderRole,
    Team,
)
from tests.rosters.api.conftest import MakeProgram, Program
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def asks(world: World, program: MakeProgram) -> Program:
    """A program of somebody with no part in anything, which may only read."""
    return program(world.frank, ["read"])


def items(asks: Program, path: str) -> list[Any]:
    answer = asks.get(path)
    assert answer.status_code == 200, answer.content
    return list(answer.json()["items"])


def test_a_person_is_shown_without_any_number(world: World, asks: Program) -> None:
    found = asks.get(f"people/{world.alice.pk}").json()

    assert found.pop("updated_at")
    assert found == {
        "id": world.alice.pk,
        "full_name": "Alice Example",
        "short_name": "Alice",
        "time_zone": "Europe/Berlin",
        "region": "",
        "may_sign_in": None,
        "left_at": None,
        "teams": [{"slug": "payments", "name": "Payments", "is_lead": True}],
    }


@pytest.mark.parametrize(
    ("scopes", "told"),
    [(["read"], None), (["read_numbers", "read"], True), (["write", "read"], True)],
)
def test_who_may_sign_in_is_for_those_who_keep_people(
    world: World, program: MakeProgram, scopes: list[str], told: bool | None
) -> None:
    keeper = program(world.alice, scopes)

    assert keeper.get(f"people/{world.frank.pk}").json()["may_sign_in"] is told
    assert items(keeper, "people?q=frank")[0]["may_sign_in"] is told


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("q=ali", {"Alice"}),
        ("team=payments", {"Alice", "Bob"}),
        ("region=DE-BE", {"Carol"}),
        ("time_zone=Asia/Kolkata", {"Dora"}),
        ("has_left=true", {"Erin"}),
        ("q=erin", set()),
        ("q=%25", set()),
    ],
)
def test_people_are_found(world: World, asks: Program, query: str, names: set[str]) -> None:
    Person.objects.filter(pk=world.carol.pk).update(region="DE-BE")
    Person.objects.filter(pk=world.dora.pk).update(time_zone="Asia/Kolkata")
    Person.objects.filter(pk=world.erin.pk).update(left_at=clock.act_now())

    assert {one["short_name"] for one in items(asks, f"people?{query}")} == names


def test_pages_follow_each_other_without_a_hole(world: World, asks: Program) -> None:
    path: str | None = "people?limit=2"
    seen: list[int] = []
    while path:
        answer = asks.get(path).json()
        assert len(answer["items"]) <= 2
        seen += [one["id"] for one in answer["items"]]
        path = answer["next"]

    assert seen == sorted(Person.objects.values_list("pk", flat=True))


@pytest.mark.parametrize(
    ("query", "slugs"),
    [
        ("q=PAY", {"payments"}),
        ("team=payments", {"payments"}),
        ("tier=3", {"ledger"}),
        ("label=pci", {"ledger"}),
        ("region=DE", {"ledger"}),
    ],
)
def test_services_are_found(world: World, asks: Program, query: str, slugs: set[str]) -> None:
    team = Team.objects.create(name="Books", slug="books")
    Service.objects.create(
        name="Ledger", slug="ledger", owner_team=team, tier=3, labels=["pci"], region="DE"
    )

    assert {one["slug"] for one in items(asks, f"services?{query}")} == slugs


def test_a_service_says_what_it_needs_and_who_needs_it(world: World, asks: Program) -> None:
    ledger = Service.objects.create(name="Ledger", slug="ledger", owner_team=world.team)
    ServiceDependency.objects.create(service=world.service, needs=ledger)

    assert asks.get("services/payments").json()["needs"] == ["ledger"]
    assert asks.get("services/ledger").json()["needed_by"] == ["payments"]


def test_teams_and_roles_are_listed(world: World, asks: Program) -> None:
    Person.objects.filter(pk=world.bob.pk).update(left_at=clock.act_now())

    (team,) = items(asks, "teams")
    assert [one["full_name"] for one in team["members"]] == ["Alice Example"]
    assert [one["slug"] for one in items(asks, "roles")] == [
        "incident-commander",
        "engineering-director",
    ]


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("", 3),
        ("service=payments", 1),
        ("team=payments", 1),
        ("role=engineering-director", 1),
        ("person={dora}", 2),
        ("severity=1", 3),
        ("severity=3", 2),
        ("stale=true", 2),
        ("stale=false", 1),
        ("at=2020-01-01T00:00:00Z", 2),
        ("limit=1", 1),
    ],
)
def test_cells_are_found(world: World, asks: Program, query: str, number: int) -> None:
    now = clock.act_now()
    owner = StakeholderRole.objects.create(name="product owner", slug="product-owner")
    MatrixEntry.objects.create(
        role=owner,
        service=world.service,
        person=world.alice,
        severity=2,
        and_worse=True,
        valid_from=now - timedelta(days=1),
        confirmed_at=now,
        confirmed_by=world.alice,
    )

    assert len(items(asks, "matrix?" + query.format(dora=world.dora.pk))) == number


def test_vacancies_are_listed(world: World, asks: Program) -> None:
    owner = StakeholderRole.objects.create(name="product owner", slug="product-owner")
    other = Service.objects.create(name="Ledger", slug="ledger", owner_team=world.team)
    MatrixEntry.objects.create(role=owner, service=other, person=world.alice)

    (vacancy,) = items(asks, "matrix?vacant=true")

    assert (vacancy["id"], vacancy["service"]["slug"]) == (None, "payments")
    assert vacancy["role"]["slug"] == "product-owner"
    assert (vacancy["faults"], vacancy["revision"]) == (["vacant"], "..")


def test_whom_to_call_is_what_the_one_resolver_says(world: World, asks: Program) -> None:
    now = clock.act_now()
    Absence.objects.create(
        person=world.carol, starts_at=now - timedelta(hours=1), ends_at=now + timedelta(hours=1)
    )

    path = "matrix/resolve?service=payments&role=incident-commander"
    (found,) = items(asks, path)
    later = (now + timedelta(days=1)).isoformat().replace("+", "%2B")
    (then,) = items(asks, f"{path}&at={later}")

    assert [one["full_name"] for one in found["people"]] == ["Dora Example"]
    assert (found["backup"], found["inherited_from"]) == ([], "company")
    assert [one["full_name"] for one in then["people"]] == ["Carol Example"]
    assert [one["full_name"] for one in then["backup"]] == ["Dora Example"]


def test_nobody_is_said_with_its_reason(world: World, asks: Program) -> None:
    Person.objects.filter(pk=world.dora.pk).update(left_at=clock.act_now())

    (found,) = items(asks, "matrix/resolve?role=engineering-director")

    assert found["people"] == []
    assert found["why_nobody"] == "Dora Example has left the company"


def test_on_call_and_shifts_come_from_the_one_resolver(world: World, asks: Program) -> None:
    now = clock.act_now()
    Absence.objects.create(
        person=world.alice, starts_at=now - timedelta(hours=1), ends_at=now + timedelta(hours=1)
    )

    found = asks.get("rosters/payments-on-call/on-call").json()
    shifts = asks.get("rosters/payments-on-call/shifts").json()["items"]

    assert [one["full_name"] for one in found["first"]] == ["Bob Example"]
    assert found["missing"] == ["Alice Example is away."]
    assert [one["levels"][0][0]["full_name"] for one in shifts] == ["Bob Example", "Alice Example"]
    assert shifts[0]["ends_at"] == shifts[1]["starts_at"]
    assert found["time_zone"] == "Europe/Berlin"
    assert [one["slug"] for one in items(asks, "rosters")] == ["payments-on-call"]


def test_what_was_read_is_not_sent_again(world: World, asks: Program) -> None:
    first = asks.get("services/payments")
    again = asks.get("services/payments", If_None_Match=first["ETag"])
    Service.objects.update(operating_hours="Day and night")
    changed = asks.get("services/payments", If_None_Match=first["ETag"])

    assert (again.status_code, again.content) == (304, b"")
    assert changed.status_code == 200
    assert changed["ETag"] != first["ETag"]


def test_head_is_answered(asks: Program) -> None:
    assert asks.ask("HEAD", "services").status_code == 200


# --- Numbers --------------------------------------------------------------------------------------


def test_numbers_need_the_scope_a_reason_and_closeness(world: World, program: MakeProgram) -> None:
    path = f"people/{world.alice.pk}/numbers"
    near = program(world.bob, ["read", "read_numbers"])
    far = program(world.frank, ["read", "read_numbers"])

    assert program(world.bob, ["read"], "Reader").get(f"{path}?reason=call").status_code == 403
    assert near.get(path).status_code == 422
    assert near.get(f"{path}?reason=%20.").status_code == 422
    refused = far.get(f"{path}?reason=call")
    assert refused.status_code == 403
    assert "Only people who work with Alice" in refused.json()["message"]
    assert not ContactView.objects.exists()

    shown = near.get(f"{path}?reason=INC-1+calls")

    assert shown.json()["items"][0]["address"] == f"+49 30 555{world.alice.pk:05d}"
    assert shown["Cache-Control"] == "no-store"
    look = ContactView.objects.get()
    assert (look.viewer, look.person) == (world.bob, world.alice)
    assert look.reason == "Through HR sync: INC-1 calls"


def test_no_number_stands_in_anything_else(world: World, program: MakeProgram) -> None:
    """A program of a reader reads everything there is, and nowhere a number or an address."""
    ContactPoint.objects.create(
        person=world.alice, channel="sms", address="+44 7700 900123", label="SMS"
    )
    Service.objects.update(vendor_contacts="Northbank: +44 20 7946 0955")
    asks = program(world.frank, ["read"])
    secret = [*ContactPoint.objects.values_list("address", flat=True), "+44 20 7946 0955"]
    secret += [str(one) for one in Person.objects.values_list("email", flat=True) if one]
    paths = [
        "people",
        *(f"people/{one.pk}" for one in Person.objects.all()),
        f"people/{world.alice.pk}/numbers?reason=call",
        "services",
        "services/payments",
        "teams",
        "roles",
        "matrix",
        "matrix?vacant=true",
        "matrix/resolve?service=payments",
        *(f"matrix/cells/{one.pk}" for one in MatrixEntry.objects.all()),
        "rosters",
        "rosters/payments-on-call/on-call",
        "rosters/payments-on-call/shifts",
        "openapi.json",
    ]

    leaks = {
        (path, one) for path in paths for one in secret if one in asks.get(path).content.decode()
    }

    assert leaks == set()


# --- Queries --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("people", 4),
        ("services", 5),
        ("teams", 4),
        ("roles", 3),
        ("matrix", 16),
        ("matrix?vacant=true", 8),
        ("matrix/resolve?service=payments", 16),
        ("rosters", 3),
        ("rosters/payments-on-call/on-call", 18),
        ("rosters/payments-on-call/shifts", 14),
    ],
)
def test_three_hundred_rows_ask_no_more_than_three(
    world: World, asks: Program, path: str, most: int
) -> None:
    _many(world, range(3))
    few = _queries(asks, path)
    _many(world, range(3, 300))
    many = _queries(asks, path)

    assert many <= few <= most, (few, many)


def _queries(asks: Program, path: str) -> int:
    asks.get(path)  # its use has been noted, this minute
    with CaptureQueriesContext(connection) as asked:
        assert asks.get(path).status_code == 200
    return len(asked)


def _many(world: World, numbers: range) -> None:
    people = Person.objects.bulk_create(
        Person(full_name=f"Person {n}", short_name=f"P{n}", email=f"p{n}@example.org")
        for n in numbers
    )
    Membership.objects.bulk_create(Membership(team=world.team, person=one) for one in people)
    services = Service.objects.bulk_create(
        Service(name=f"Service {n}", slug=f"service-{n}", owner_team=world.team) for n in numbers
    )
    ServiceDependency.objects.bulk_create(
        ServiceDependency(service=one, needs=world.service) for one in services
    )
    MatrixEntry.objects.bulk_create(
        MatrixEntry(role=world.director, service=service, person=person)
        for service, person in zip(services, people, strict=True)
    )

"""Services from a file, with what they need."""

import pytest

from rosters.enums import ImportSubject
from rosters.logic.roles import Role
from rosters.models import Person, Service
from rosters.models.history import ServiceEvent
from rosters.operations import accounts
from rosters.operations.imports import runs
from tests.rosters.operations.imports.conftest import Send
from tests.rosters.operations.imports.said import kept, said, told
from tests.world import NOW, World, make_person

pytestmark = pytest.mark.django_db

SERVICES = ImportSubject.SERVICES
HEADINGS = [
    "Name",
    "Owner team",
    "Tier",
    "What customers notice",
    "Labels",
    "Needs",
    "Backup owner",
]


def test_new_services_may_need_each_other(world: World, send: Send, grace: Person) -> None:
    rows = [
        [
            "Checkout",
            "Payments",
            "Tier 1: critical",
            "Nobody can buy.",
            "web; eu",
            "Basket; Payments",
        ],
        ["Basket", "Payments", "4", "", "", ""],
    ]

    run = send(SERVICES, [HEADINGS, *rows])

    assert told(run) == [(3, "Tier", "Write 1, 2 or 3: 1 when customers cannot work without it.")]
    rows[1][2] = "3"
    run = send(SERVICES, [HEADINGS, *rows])
    checkout, basket = said(run)
    assert checkout == (
        "Checkout: New service. Owner team: Payments. Tier: 1."
        " What customers notice: Nobody can buy. Labels: also web, eu."
        " Needs: also Basket and Payments."
    )
    assert basket == "Basket: New service. Owner team: Payments. Tier: 3."
    runs.apply(run, by=grace, reason="The shop", now=NOW)
    made = Service.objects.get(slug="checkout")
    assert {one.name for one in made.needs.all()} == {"Basket", "Payments"}
    assert made.labels == ["web", "eu"]
    assert len(kept(ServiceEvent, pgh_context__reason="The shop")) == 2
    assert send(SERVICES, [HEADINGS, *rows]).differences == []


def test_labels_and_needs_are_added_and_never_taken_away(
    world: World, send: Send, grace: Person
) -> None:
    Service.objects.update(labels=["pci"], customer_impact="Cards fail.")

    run = send(SERVICES, [HEADINGS, ["payments", "", "", "", "EU, PCI", "", "Bob Example"]])

    assert said(run) == ["Payments: Backup owner: Bob Example. Labels: also EU."]
    runs.apply(run, by=grace, reason="Labels", now=NOW)
    service = Service.objects.get()
    assert (service.labels, service.customer_impact) == (["pci", "EU"], "Cards fail.")
    assert service.backup_owner == world.bob


@pytest.mark.parametrize(
    ("row", "column", "text"),
    [
        pytest.param(["Basket"], "Owner team", "needs a team that answers", id="no team"),
        pytest.param(["Payments", "Paymens"], "Owner team", "Did you mean Payments?", id="team"),
        pytest.param(
            ["Payments", "", "", "", "", "Checkut"], "Needs", "here or in the file", id="needs"
        ),
        pytest.param(
            ["Payments", "", "", "", "", "payments"], "Needs", "cannot need itself", id="itself"
        ),
        pytest.param(["Payments", "", "", "", "x" * 41], "Labels", "too long", id="label"),
        pytest.param(["", "Payments"], "Name", "Is empty", id="no name"),
    ],
)
def test_a_mistake_says_what_to_do(
    world: World, send: Send, row: list[str], column: str, text: str
) -> None:
    found = told(send(SERVICES, [HEADINGS, row]))

    assert [(number, where) for number, where, _ in found] == [(2, column)]
    assert text in found[0][2]


def test_a_service_owner_changes_services_and_adds_none(world: World, send: Send) -> None:
    olga = make_person("Olga")
    accounts.give_roles(olga, {Role.SERVICE_OWNER}, of={Role.SERVICE_OWNER})

    assert said(send(SERVICES, [HEADINGS, ["Payments", "", "2"]], by=olga)) == [
        "Payments: Tier from 1 to 2."
    ]
    (mistake,) = told(send(SERVICES, [HEADINGS, ["Paymint", "Payments"]], by=olga))
    assert "your account may not add one. Did you mean Payments?" in mistake[2]

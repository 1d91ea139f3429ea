"""Search: the right thing first, nothing secret, as many queries for many as for few."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from config.portal import clock
from incidents.enums import TargetKind
from incidents.models import Incident, StepTarget
from incidents.operations import lifecycle
from incidents.operations.lifecycle import Opening
from reviews.models import Factor, Review
from reviews.operations import sweep
from rosters.models import MatrixEntry, Service, StakeholderRole
from runbooks.models import GlossaryTerm, Runbook
from tests import factories
from tests import world as small_world
from tests.world import NOW, World


@pytest.fixture
def world(db: None, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(clock, "show_now", lambda: NOW + timedelta(hours=1))
    return small_world.build()


@pytest.fixture
def reader(world: World) -> Client:
    made = Client()
    made.force_login(world.frank)
    return made


def incident(world: World, title: str = "Card payments fail") -> Incident:
    opening = Opening(title=title, severity=1, service=world.service)
    return lifecycle.open_incident(opening, by=world.erin, now=NOW)


def found(reader: Client, asked: str) -> str:
    return reader.get("/search/", {"q": asked}).content.decode()


def test_search_asks_for_sign_in(world: World) -> None:
    assert Client().get("/search/?q=payments").status_code == 302


@pytest.mark.parametrize("asked", ["INC-{}", "inc {}", "{}", "#{}"])
def test_search_leads_straight_to_an_incident(world: World, reader: Client, asked: str) -> None:
    made = incident(world)

    answer = reader.get("/search/", {"q": asked.format(made.pk)})

    assert (answer.status_code, answer["Location"]) == (302, f"/incidents/{made.reference}/")


def test_whoever_still_types_a_number_is_led_nowhere(world: World, reader: Client) -> None:
    made = incident(world)

    answer = reader.get("/search/", {"q": made.reference}, headers={"HX-Request": "true"})

    assert (answer.status_code, answer.content) == (204, b"")


def test_search_says_when_an_incident_is_not_there(reader: Client) -> None:
    assert "There is no INC-999 that you can see" in found(reader, "INC-999")


def test_search_keeps_restricted_incidents_secret(world: World, reader: Client) -> None:
    made = incident(world)
    Incident.objects.filter(pk=made.pk).update(is_restricted=True)

    assert "Card payments fail" not in found(reader, "card")
    assert f"There is no {made.reference}" in found(reader, made.reference)


@pytest.mark.parametrize(
    "asked", ["who do I call for payments", "who do i call for paymnts?", "payments"]
)
def test_search_answers_with_who_is_called_first(reader: Client, asked: str) -> None:
    page = found(reader, asked)

    assert page.index("Alice Example") < page.index("Bob Example")
    assert "Who to call for Payments" in page


def test_search_says_when_no_rule_reaches_anybody(world: World, reader: Client) -> None:
    world.version.steps.all().delete()

    assert "No rule reaches anybody for Payments" in found(reader, "payments")


def test_search_says_what_was_meant(reader: Client) -> None:
    page = found(reader, "paymnts")

    assert "We read “paymnts” as <b>payments</b>." in page


@pytest.mark.parametrize(
    ("asked", "seen"),
    [
        ("alcie", "Alice Example"),
        ("second bank", "Move cards to the second bank"),
        ("page", "Summon a person."),
        ("card pay", "Card payments fail"),
        ("waited", "Review of INC-"),
    ],
    ids=["a person", "a runbook", "a word people say", "a beginning", "a factor"],
)
def test_search_finds_every_kind(world: World, reader: Client, asked: str, seen: str) -> None:
    Runbook.objects.create(
        title="Move cards to the second bank", slug="bank", service=world.service
    )
    GlossaryTerm.objects.create(
        term="call", slug="call", meaning="Summon a person.", instead_of="page, ping"
    )
    made = incident(world)
    lifecycle.resolve(made, by=world.alice, at=NOW, now=NOW)
    sweep.open_due_reviews(now=NOW)
    review = Review.objects.get()
    Factor.objects.create(review=review, text="The alert waited ten minutes.")
    Review.objects.update(published_at=NOW, published_by=world.alice)

    assert seen in found(reader, asked)


def test_search_leaves_out_reviews_that_are_not_published(world: World, reader: Client) -> None:
    made = incident(world)
    lifecycle.resolve(made, by=world.alice, at=NOW, now=NOW)
    sweep.open_due_reviews(now=NOW)

    assert "Review of INC-" not in found(reader, "card")


def test_search_says_when_there_is_nothing(reader: Client) -> None:
    assert "Nothing for “zebra”" in found(reader, "zebra")


@pytest.fixture
def legal(world: World) -> StakeholderRole:
    role = StakeholderRole.objects.create(
        name="legal counsel", slug="legal", description="Reads what goes to the press."
    )
    MatrixEntry.objects.create(role=role, person=world.erin, backup=world.bob)
    return role


@pytest.mark.parametrize(
    "asked",
    ["legal", "leagl counsel", "who do I call for legal", "who do I call when the press asks"],
)
def test_search_finds_who_fills_a_role(reader: Client, legal: StakeholderRole, asked: str) -> None:
    page = found(reader, asked)

    assert "Erin Example is the legal counsel" in page
    assert page.index("Erin Example") < page.index("Bob Example")
    assert "Whom to call in any case" not in page


@pytest.mark.parametrize("asked", ["who do I call", "who do I call for zebras?", "zebra"])
def test_search_says_whom_to_call_in_any_case(
    settings: Any, reader: Client, legal: StakeholderRole, asked: str
) -> None:
    settings.DUTY_NAME, settings.DUTY_PHONE = "The duty desk", "+49 30 555 0110"

    page = found(reader, asked)

    assert "Whom to call in any case" in page
    assert "Carol Example leads when something breaks, and knows whom else to call." in page
    assert page.index("Carol Example") < page.index("Dora Example")
    assert "phone The duty desk:" in page


def test_search_says_when_nobody_fills_the_role(reader: Client, legal: StakeholderRole) -> None:
    MatrixEntry.objects.filter(role=legal).delete()

    assert "Nobody is the legal counsel now" in found(reader, "legal")


def test_search_of_a_service_is_not_in_doubt(reader: Client, legal: StakeholderRole) -> None:
    page = found(reader, "who do I call for payments")

    assert "Who to call for Payments" in page
    assert 'id="role-h"' not in page


@pytest.mark.parametrize("asked", ["", "   ", "?!", "'", "a & b | !c", ":*", "\\", "\0", "x" * 500])
def test_search_survives_what_people_type(reader: Client, asked: str) -> None:
    assert reader.get("/search/", {"q": asked}).status_code == 200


def test_search_asks_as_much_for_thirty_as_for_three(world: World, reader: Client) -> None:
    def fill(number: int) -> None:
        for each in range(number):
            incident(world, f"Card payments fail {each}")
            factories.make_roster([factories.make_person(f"Payments Person {each}")])
            Service.objects.create(
                name=f"Payments {world.team} {Service.objects.count()}",
                slug=f"s{Service.objects.count()}",
                owner_team=world.team,
            )

    fill(3)
    with CaptureQueriesContext(connection) as few:
        reader.get("/search/?q=payments")
    fill(30)
    with CaptureQueriesContext(connection) as many:
        reader.get("/search/?q=payments")

    assert len(many) == len(few)


def test_every_page_holds_the_search_field(reader: Client) -> None:
    assert 'id="q"' in reader.get("/incidents/").content.decode()


@pytest.mark.parametrize(
    "asked", ["card payments", "customers cannot pay", "cards refused", "Payments"]
)
def test_search_finds_whom_to_call_by_what_customers_see(
    world: World, reader: Client, asked: str
) -> None:
    world.service.customer_impact = "Customers cannot pay."
    world.service.save()
    Runbook.objects.create(
        title="Move cards to the second bank",
        slug="cards",
        service=world.service,
        when_to_use="Card payments are refused.",
    )

    page = found(reader, asked)

    assert "Who to call for Payments" in page
    assert page.index("Alice Example") < page.index("Bob Example") < page.index("Carol Example")
    assert "+49" not in page


@pytest.mark.parametrize(
    "asked",
    ["payments is slow", "Payments not working!", "the payments page hangs", "payment broken"],
)
def test_search_understands_a_symptom(reader: Client, asked: str) -> None:
    page = found(reader, asked)

    assert "Alice Example is called first for Payments" in page
    assert "Did you mean" not in page


@pytest.mark.parametrize("asked", ["login broken", "cannot sign in", "log-in fails", "sign on"])
def test_search_knows_that_people_sign_in_in_many_words(
    world: World, reader: Client, asked: str
) -> None:
    world.service.customer_impact = "Nobody can sign in."
    world.service.save()

    assert "Alice Example is called first for Payments" in found(reader, asked)


@pytest.mark.parametrize("asked", ["e-mails not arriving", "emails are stuck", "E-Mail gone"])
def test_search_shows_what_is_open_about_it(world: World, reader: Client, asked: str) -> None:
    old = incident(world, "Invoice e-mails were late")
    lifecycle.resolve(old, by=world.alice, at=NOW, now=NOW)
    incident(world, "Invoice emails are not going out")

    page = found(reader, asked)

    assert "Alice Example is called first for Payments" in page
    assert page.index("Invoice emails are not going out") < page.index("Invoice e-mails were late")


def test_search_by_symptom_keeps_restricted_incidents_secret(world: World, reader: Client) -> None:
    made = incident(world, "Invoice emails are not going out")
    Incident.objects.filter(pk=made.pk).update(is_restricted=True)

    for asked in ("e-mails not arriving", "payments is slow"):
        assert "Invoice emails" not in found(reader, asked)


def test_what_is_open_on_the_service_comes_before_declaring(world: World, reader: Client) -> None:
    made = incident(world)
    others = incident(world, "Payouts are late")
    Incident.objects.filter(pk=others.pk).update(is_restricted=True)

    page = found(reader, "payments")

    found_here = page.split('id="found"', 1)[1]
    assert f"{made.reference} is open on Payments:" in found_here
    assert others.reference not in found_here
    assert found_here.index(f"Open {made.reference}") < found_here.index("Who to call for Payments")
    assert "Declare another incident" in found_here
    assert found_here.count(" primary") == 1
    assert found_here.count(made.title) == 1, "it stands above, and nowhere else"


def test_who_to_call_is_answered_only_where_the_question_names_a_service(
    world: World, reader: Client
) -> None:
    title = "Move cards to the second bank"
    Runbook.objects.create(
        title=title, slug="cards", service=world.service, when_to_use="Card payments are refused."
    )

    assert "Who to call for" not in found(reader, title)
    assert "Who to call for Payments" in found(reader, f"who do I call for {title}")


def test_nothing_open_leaves_declaring_first(reader: Client) -> None:
    panel = found(reader, "payments").split('class="panel who-first"', 1)[1]
    assert "is open on" not in panel
    assert "Declare an incident" in panel


def test_the_answer_is_the_headline(reader: Client) -> None:
    page = found(reader, "paymnts")

    assert "Alice Example is called first for Payments" in page
    assert "We read “paymnts” as <b>payments</b>." in page
    assert "Nothing for" not in page


def test_two_that_fit_equally_well_are_both_offered(world: World, reader: Client) -> None:
    world.service.customer_impact = "Card payments fail."
    world.service.save()
    Service.objects.create(name="Gift cards", slug="gift-cards", owner_team=world.team, tier=3)

    page = found(reader, "card")
    headline = page[page.index("<h1") : page.index("</h1>")]

    assert headline.index("/search/?q=Payments") < headline.index("/search/?q=Gift%20cards")
    assert "Payments: Alice Example is called first" in page
    assert "is called first for Gift cards" not in page
    assert "is called first for Payments" in found(reader, "card payments")
    assert "/search/?q=Payments" in reader.get("/contacts/?q=card").content.decode()


def test_a_person_is_answered_with_what_they_do_now(reader: Client) -> None:
    assert "Bob Example is backup for Payments" in found(reader, "bob")
    assert "Bob Example is backup for Payments" in found(reader, "bob exampel")


@pytest.mark.parametrize("is_asked", [False, True], ids=["the roster", "the role"])
def test_the_card_names_one_person_who_is_really_called(
    world: World, reader: Client, is_asked: bool
) -> None:
    engineer = StakeholderRole.objects.create(name="on-call engineer", slug="engineer")
    MatrixEntry.objects.create(role=engineer, team=world.team, roster=world.roster)
    MatrixEntry.objects.create(role=engineer, service=world.service, person=world.frank)
    if is_asked:
        step = world.version.steps.get(order=1, clock="acknowledge")
        StepTarget.objects.create(step=step, kind=TargetKind.ROLE, role=engineer)

    page = found(reader, "payments")

    assert "Alice Example is called first for Payments" in page
    assert ("Not asked: the Payments on call roster answers" in page) is not is_asked

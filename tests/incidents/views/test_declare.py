"""Declaring: who will be called is known before, also without script."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client

from incidents.models import Incident, Notification, TimelineEntry
from incidents.operations import lifecycle
from incidents.operations.lifecycle import Opening
from rosters.models import MatrixEntry, Message, Person, StakeholderRole
from tests.world import NOW, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def erin(world: World, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr("config.portal.clock.show_now", lambda: NOW + timedelta(minutes=3))
    client = Client()
    client.force_login(world.erin)
    return client


def test_a_press_that_asks_says_who_is_called_and_declares_nothing(erin: Client) -> None:
    answers = {"title": "Cards fail", "service": "payments", "severity": "1", "ask": "1"}

    page = erin.post("/incidents/new/", answers).content.decode()

    assert "Declare and phone Alice Example" in page or "Declare and call Alice Example" in page
    assert 'value="Cards fail"' in page
    assert "There is a problem" not in page
    assert page.index('id="declare"') < page.index('name="ask"')
    assert Incident.objects.count() == 0


def test_the_button_stands_right_after_the_questions(erin: Client, world: World) -> None:
    for severity in (3, 1):
        opening = Opening(title=f"At {severity}", severity=severity, service=world.service)
        lifecycle.open_incident(opening, by=world.erin, now=NOW)

    page = erin.get("/incidents/new/").content.decode()

    assert page.index('id="declare"') < page.index('id="similar-h"')
    assert page.index("At 1") < page.index("At 3")
    assert 'class="tabbar"' not in page


def test_who_is_not_sure_reads_what_happens(erin: Client) -> None:
    page = erin.get("/incidents/new/").content.decode()

    assert "If you are not sure, nobody is called by itself" in page or "Not sure? Leave it" in page


def declared(client: Client, **answers: str) -> Incident:
    sent = {"key": str(UUID(int=9)), "title": "Cards fail", "severity": "1", "service": "Payments"}
    response = client.post("/incidents/new/", sent | answers)
    assert response.status_code == 302, response.content.decode()
    return Incident.objects.get()


@pytest.fixture
def officer(world: World) -> Person:
    role = StakeholderRole.objects.create(name="privacy officer", slug="privacy-officer")
    MatrixEntry.objects.create(role=role, person=world.frank)
    return world.frank


@pytest.mark.parametrize(
    ("typed", "found"),
    [("Payments", True), ("payments", True), ("PAYM", True), (" pay ments", False), ("", None)],
    ids=["its-name", "its-address", "a-part", "misspelt", "not-sure"],
)
def test_a_service_is_found_by_what_people_type(
    erin: Client, world: World, typed: str, found: bool | None
) -> None:
    sent = {"key": str(UUID(int=9)), "title": "Cards fail", "severity": "1", "service": typed}

    response = erin.post("/incidents/new/", sent)

    if found is False:
        assert response.status_code == 422
        assert "Did you mean Payments?" in response.content.decode()
    else:
        assert Incident.objects.get().service == (world.service if found else None)


def test_the_list_of_services_can_be_searched(erin: Client) -> None:
    page = erin.get("/incidents/new/").content.decode()

    assert 'list="services"' in page
    assert '<option value="Payments">Payments</option>' in page


@pytest.mark.parametrize("answer", ["no", ""], ids=["no", "unanswered"])
def test_without_personal_data_nobody_more_is_told(
    erin: Client, officer: Person, answer: str
) -> None:
    incident = declared(erin, personal_data=answer)

    assert not incident.is_restricted
    assert not Notification.objects.filter(person=officer).exists()


@pytest.mark.parametrize(
    ("answer", "is_restricted", "said"),
    [
        ("yes", True, "Personal data is at risk."),
        ("unsure", False, "Personal data may be at risk. Nobody is sure yet."),
    ],
    ids=["yes", "not-sure"],
)
def test_whoever_looks_after_personal_data_is_told_at_once(
    erin: Client, officer: Person, answer: str, is_restricted: bool, said: str
) -> None:
    incident = declared(erin, personal_data=answer)

    message = Message.objects.get(person=officer)
    assert incident.is_restricted is is_restricted
    assert "privacy officer" in message.body
    assert ("Cards fail" in message.body) is not is_restricted
    assert TimelineEntry.objects.filter(kind="note", params__text=said).exists()
    assert Incident.objects.visible_to(officer).exists()


def test_a_restricted_one_is_hidden_from_everybody_else(
    erin: Client, officer: Person, world: World
) -> None:
    incident = declared(erin, personal_data="yes")

    assert Incident.objects.visible_to(world.erin).exists()
    assert not Incident.objects.visible_to(world.bob).exists()
    assert erin.get(f"/incidents/{incident.reference}/").status_code == 200


def test_where_nobody_looks_after_personal_data_it_says_so(erin: Client) -> None:
    declared(erin, personal_data="unsure")

    entries = TimelineEntry.objects.filter(kind="note").values_list("params__text", flat=True)
    assert any("Phone them yourself." in text for text in entries)


def test_who_is_told_of_personal_data_is_said_before(erin: Client, officer: Person) -> None:
    answers = {"service": "Payments", "severity": "1", "personal_data": "yes"}

    line = " ".join(
        erin.get("/incidents/new/", answers, headers={"HX-Request": "true"})
        .content.decode()
        .split()
    )

    assert 'We also phone <span class="who">Frank Example</span>, the privacy officer.' in line
    assert "Only you, the people we call and whoever gets a role in it can read it." in line


def test_a_drill_declares_nothing_and_takes_the_words_along(erin: Client) -> None:
    sent = {"title": "Cards fail", "service": "Payments", "severity": "1", "drill": "1"}

    response = erin.post("/incidents/new/", sent)
    page = erin.get(response.headers["Location"]).content.decode()

    assert Incident.objects.count() == 0
    assert response.headers["Location"] == "/drills/new/?title=Cards+fail&service=payments"
    assert 'value="Cards fail"' in page

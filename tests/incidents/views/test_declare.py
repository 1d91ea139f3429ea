"""Declaring: who will be called is known before, also without script."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from incidents.models import (
    AffectedService,
    ImpactClass,
    Incident,
    IncidentTemplate,
    Notification,
    TimelineEntry,
)
from incidents.operations import lifecycle
from incidents.operations.lifecycle import Opening
from rosters.models import MatrixEntry, Message, Person, Service, StakeholderRole
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


HELP = {"help_who": "customers", "help_much": "all", "help_around": "no"}


def test_five_questions_suggest_and_decide_nothing(erin: Client) -> None:
    page = erin.post("/incidents/new/", HELP | {"ask": "1"}).content.decode()

    assert "This looks like <b>SEV1</b>, because customers cannot work" in page
    assert Incident.objects.count() == 0
    assert page.count("checked") == 4, "three answers, and no personal data"


def test_the_answers_stand_on_the_timeline_beside_the_choice(erin: Client) -> None:
    incident = declared(erin, severity="2", **HELP)

    entry = TimelineEntry.objects.get(incident=incident, kind="advised")
    assert incident.severity == 2
    assert (entry.params["suggested"], entry.params["chosen"]) == ("SEV1", "SEV2")
    page = erin.get(f"/incidents/{incident.reference}/").content.decode()
    assert "customers notice it, all of it fails, there is no way around it" in page
    assert "That suggests SEV1;" in page


def test_without_answers_the_timeline_says_nothing_of_them(erin: Client) -> None:
    declared(erin)

    assert not TimelineEntry.objects.filter(kind="advised").exists()


@pytest.fixture
def known(world: World) -> Incident:
    opening = Opening(title="Card payments fail", severity=1, service=world.service)
    return lifecycle.open_incident(opening, by=world.bob, now=NOW)


def test_what_is_alike_is_offered_with_the_reason(erin: Client, known: Incident) -> None:
    answers = {"title": "Cards are refused", "service": "Payments"}

    page = erin.get("/incidents/new/", answers, headers={"HX-Request": "true"}).content.decode()

    assert "One open incident looks similar" in page
    assert "Same service. Both say “cards”." in " ".join(page.split())
    assert f"Add to {known.reference} instead" in page


def test_a_second_report_becomes_a_note_and_calls_nobody(erin: Client, known: Incident) -> None:
    sent = {"title": "Cards are refused", "service": "Payments", "join": known.reference}

    response = erin.post("/incidents/new/", sent)

    assert response.headers["Location"] == f"/incidents/{known.reference}/"
    assert Incident.objects.count() == 1
    entry = TimelineEntry.objects.get(incident=known, kind="note")
    assert entry.params["text"] == "Reported again: “Cards are refused”."


def test_personal_data_never_joins_what_everybody_reads(erin: Client, known: Incident) -> None:
    sent = {"title": "The card of Ada", "join": known.reference, "personal_data": "yes"}

    response = erin.post("/incidents/new/", sent)

    assert response.status_code == 409
    assert "declare it on its own" in response.content.decode()
    assert not TimelineEntry.objects.filter(kind="note").exists()


def test_nothing_joins_what_is_hidden(erin: Client, known: Incident) -> None:
    Incident.objects.filter(pk=known.pk).update(is_restricted=True)

    response = erin.post("/incidents/new/", {"title": "Cards", "join": known.reference})
    page = erin.get("/incidents/new/?service=payments").content.decode()

    assert response.status_code == 404
    assert known.reference not in page


@pytest.fixture
def privacy(officer: Person) -> ImpactClass:
    return ImpactClass.objects.create(
        name="Privacy or regulatory",
        slug="privacy",
        is_restricted=True,
        told_role=StakeholderRole.objects.get(slug="privacy-officer"),
        usual_severity=2,
    )


def test_a_kind_of_harm_restricts_tells_and_says_how_bad(
    erin: Client, privacy: ImpactClass, officer: Person, world: World
) -> None:
    incident = declared(erin, severity="", impact=str(privacy.pk))

    assert (incident.severity, incident.is_restricted, incident.impact) == (2, True, privacy)
    assert Message.objects.filter(person=officer).count() == 1
    assert not Incident.objects.visible_to(world.bob).exists()


def test_who_looks_after_personal_data_is_told_once(
    erin: Client, privacy: ImpactClass, officer: Person
) -> None:
    declared(erin, impact=str(privacy.pk), personal_data="yes")

    assert Notification.objects.filter(person=officer).count() == 1


def test_what_follows_from_a_kind_of_harm_is_said_before(
    erin: Client, privacy: ImpactClass
) -> None:
    page = " ".join(erin.get("/incidents/new/").content.decode().split())
    answers = {"service": "Payments", "impact": str(privacy.pk)}
    line = erin.get("/incidents/new/", answers, headers={"HX-Request": "true"}).content.decode()

    assert "The privacy officer is told at once." in page
    assert 'We also phone <span class="who">Frank Example</span>' in line
    assert "Only you, the people we call" in line


def test_without_a_severity_and_a_usual_one_it_is_asked_for(erin: Client) -> None:
    plain = ImpactClass.objects.create(name="Internal", slug="internal")
    sent = {"key": str(UUID(int=9)), "title": "Cards fail", "impact": str(plain.pk)}

    response = erin.post("/incidents/new/", sent)

    assert response.status_code == 422
    assert "Choose how bad it is." in response.content.decode()


@pytest.mark.parametrize("impact", ["x", "999999999999", "9" * 40, "\0"])
def test_a_kind_of_harm_that_nobody_knows_is_refused(erin: Client, impact: str) -> None:
    sent = {"key": str(UUID(int=9)), "title": "Cards fail", "severity": "1", "impact": impact}

    response = erin.post("/incidents/new/", sent)

    assert response.status_code == 422


@pytest.fixture
def template(world: World) -> IncidentTemplate:
    row = IncidentTemplate.objects.create(
        name="Card payments fail",
        service=world.service,
        title="Cards fail for customers",
        summary="Customers cannot pay by card.",
        severity=1,
        containment="Use the second bank.\n\nUndo the last version.",
        evidence="Ten refused payments.",
    )
    row.stakeholders.add(world.director)
    return row


def test_a_template_fills_the_form(erin: Client, template: IncidentTemplate) -> None:
    page = erin.get(f"/incidents/new/?template={template.pk}").content.decode()

    assert "Started from “Card payments fail”" in page
    assert 'value="Cards fail for customers"' in page
    assert 'value="Payments"' in page
    assert ">Customers cannot pay by card.</textarea>" in page
    assert "Declare and phone Alice Example" in page or "Declare and call Alice Example" in page


def test_a_template_stands_on_the_incident_afterwards(
    erin: Client, template: IncidentTemplate, world: World
) -> None:
    sent = {"template": str(template.pk), "summary": "Customers cannot pay by card."}
    incident = declared(erin, **sent)

    page = erin.get(f"/incidents/{incident.reference}/").content.decode()

    assert incident.summary == "Customers cannot pay by card."
    assert "starting from the template “Card payments fail”" in page
    assert "<li>Use the second bank.</li><li>Undo the last version.</li>" in page
    assert "Ten refused payments." in page
    assert "Dora Example" in page


def test_templates_of_the_service_are_offered(
    erin: Client, template: IncidentTemplate, world: World
) -> None:
    other = Service.objects.create(name="Search", slug="search", owner_team=world.team)
    IncidentTemplate.objects.create(name="Search is slow", service=other, title="Slow")
    IncidentTemplate.objects.create(name="Anything", title="Anything")
    IncidentTemplate.objects.create(name="Old", title="Old", retired_at=NOW)

    page = erin.get("/incidents/new/?service=payments").content.decode()

    assert page.index("Card payments fail") < page.index("Anything")
    assert "Search is slow" not in page
    assert ">Old<" not in page


@pytest.mark.parametrize("number", ["x", "99999999", "9" * 40, "-1", ""])
def test_a_template_that_nobody_knows_fills_nothing(erin: Client, number: str) -> None:
    response = erin.get(f"/incidents/new/?template={number}")

    assert response.status_code == 200
    assert "Started from" not in response.content.decode()


def test_the_declare_page_asks_as_little_of_many(erin: Client, world: World) -> None:
    def open_one(number: int) -> None:
        opening = Opening(title=f"Cards fail {number}", severity=3, service=world.service)
        incident = lifecycle.open_incident(opening, by=world.erin, now=NOW)
        AffectedService.objects.create(incident=incident, service=world.service)
        IncidentTemplate.objects.create(
            name=f"Cards {number}", title="Cards", service=world.service
        )

    address = "/incidents/new/?service=payments&title=cards"
    for number in range(3):
        open_one(number)
    with CaptureQueriesContext(connection) as few:
        erin.get(address)
    for number in range(3, 30):
        open_one(number)
    with CaptureQueriesContext(connection) as many:
        erin.get(address)

    assert len(many) == len(few)


def test_that_the_officer_was_told_leaves_the_first_call_due_now(
    erin: Client, officer: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("config.portal.clock.act_now", lambda: NOW)
    monkeypatch.setattr("config.portal.clock.show_now", lambda: NOW)

    incident = declared(erin, personal_data="yes")

    shown = " ".join(erin.get(f"/incidents/{incident.reference}/").content.decode().split())
    assert 'We phone <span class="who">Alice Example</span> now' in shown
    assert "If nobody acknowledges by" not in shown.split('id="calls"')[0]
    assert '<span class="t">at ' not in shown, "its clock names no time that has come"

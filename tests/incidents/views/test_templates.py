"""Incident templates: everybody reads them, few change them, none is lost."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from incidents.models import ImpactClass, Incident, IncidentTemplate
from incidents.models.history import IncidentTemplateEvent
from incidents.operations.lifecycle import Opening, open_incident
from rosters.logic.roles import Role
from rosters.models import Person, Service
from tests.world import NOW, World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("config.portal.clock.show_now", lambda: NOW + timedelta(minutes=3))


@pytest.fixture
def template(world: World) -> IncidentTemplate:
    return IncidentTemplate.objects.create(
        name="Card payments fail",
        service=world.service,
        title="Cards fail",
        severity=1,
        symptoms="One in twenty is refused.",
        containment="Use the second bank.",
    )


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def typed(**more: Any) -> dict[str, Any]:
    return {"name": "Refunds are stuck", "title": "Refunds are stuck", "personal_data": "no"} | more


def test_everybody_reads_them(world: World, template: IncidentTemplate) -> None:
    frank = signed_in(world.frank)

    page = frank.get("/templates/").content.decode()
    one = frank.get(f"/templates/{template.pk}/").content.decode()

    assert "One template to start from" in page
    assert "Use the second bank." in one
    assert "Only leads of the owning team" in one
    assert "Write a template" not in page


@pytest.mark.parametrize("path", ["new/", "{pk}/edit/"], ids=["new", "edit"])
def test_a_stranger_changes_nothing(world: World, template: IncidentTemplate, path: str) -> None:
    frank = signed_in(world.frank)

    response = frank.post(f"/templates/{path.format(pk=template.pk)}", typed(name="Mine"))

    assert "Only leads of the owning team" in response.content.decode()
    assert list(IncidentTemplate.objects.values_list("name", flat=True)) == ["Card payments fail"]
    frank.post(f"/templates/{template.pk}/retire/")
    template.refresh_from_db()
    assert template.retired_at is None


def test_the_lead_of_the_team_writes_for_its_services_only(world: World) -> None:
    other = Service.objects.create(
        name="Search", slug="search", owner_team=type(world.team).objects.create(name="X", slug="x")
    )
    alice = signed_in(world.alice)

    for service in ("", str(other.pk)):
        refused = alice.post("/templates/new/", typed(service=service))
        assert refused.status_code == 422
    written = alice.post("/templates/new/", typed(service=str(world.service.pk)))

    row = IncidentTemplate.objects.get()
    assert written.headers["Location"] == f"/templates/{row.pk}/"
    assert row.service == world.service


def test_a_service_owner_writes_for_any_service(world: World) -> None:
    world.erin.groups.add(Group.objects.get_or_create(name=Role.SERVICE_OWNER.value)[0])
    impact = ImpactClass.objects.create(name="Internal", slug="internal")
    sent = typed(impact=str(impact.pk), stakeholders=[str(world.director.pk)], severity="4")

    signed_in(world.erin).post("/templates/new/", sent)

    row = IncidentTemplate.objects.get()
    assert (row.service, row.impact, row.severity) == (None, impact, 4)
    assert list(row.stakeholders.all()) == [world.director]


def test_a_change_is_kept_and_read_in_the_audit(world: World, template: IncidentTemplate) -> None:
    sent = typed(service=str(world.service.pk), name="Cards are refused", severity="2")

    signed_in(world.alice).post(f"/templates/{template.pk}/edit/", sent)

    template.refresh_from_db()
    assert (template.name, template.severity) == ("Cards are refused", 2)
    labels = IncidentTemplateEvent.objects.order_by("pk").values_list("pgh_label", flat=True)
    assert list(labels) == ["insert", "update"]


def test_a_name_is_used_once_for_a_service(world: World, template: IncidentTemplate) -> None:
    sent = typed(service=str(world.service.pk), name="Card payments fail")

    response = signed_in(world.alice).post("/templates/new/", sent)

    assert response.status_code == 422
    assert "There is a template of this name" in response.content.decode()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": ""}, "Say what happens"),
        ({"title": ""}, "Say what the incident will be called."),
        ({"severity": "9"}, "Choose one of the four."),
        ({"impact": "999"}, "Choose a kind of the list."),
        ({"stakeholders": ["999"]}, "Choose roles of the list."),
    ],
    ids=["name", "title", "severity", "impact", "roles"],
)
def test_what_is_missing_is_said_at_its_field(
    world: World, wrong: dict[str, Any], said: str
) -> None:
    sent = typed(service=str(world.service.pk)) | wrong

    response = signed_in(world.alice).post("/templates/new/", sent)

    assert response.status_code == 422
    assert said in response.content.decode()


def test_a_retired_one_is_offered_no_more_and_comes_back(
    world: World, template: IncidentTemplate
) -> None:
    alice = signed_in(world.alice)
    opening = Opening(title="Cards", severity=1, service=world.service, template=template)
    incident = open_incident(opening, by=world.alice, now=NOW)

    alice.post(f"/templates/{template.pk}/retire/")

    assert "is retired." in alice.get("/templates/").content.decode()
    assert "Card payments fail" not in alice.get("/incidents/new/").content.decode()
    assert "Card payments fail" not in alice.get("/templates/").content.decode()
    assert "Card payments fail" in alice.get("/templates/?show=retired").content.decode()
    assert "Use the second bank." in alice.get(f"/incidents/{incident.reference}/").content.decode()
    alice.post(f"/templates/{template.pk}/retire/")
    assert "Card payments fail" in alice.get("/incidents/new/").content.decode()


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ("q=refused", True),
        ("q=second+bank", True),
        ("q=elephant", False),
        ("service=payments", True),
        ("team=payments&severity=1", True),
        ("severity=3", False),
        ("q=%00&service=nothing", True),
        ("sort=-used", True),
    ],
)
def test_the_list_is_searched_and_narrowed(
    world: World, template: IncidentTemplate, query: str, is_found: bool
) -> None:
    page = signed_in(world.frank).get(f"/templates/?{query}").content.decode()

    assert ("Card payments fail" in page) is is_found
    assert ("No template matches." in page) is not is_found


def test_an_empty_list_says_what_it_is_for(world: World) -> None:
    page = signed_in(world.alice).get("/templates/").content.decode()

    assert "No incident template is written yet" in page
    assert "Write the first" in page


def test_a_restricted_incident_is_not_counted_for_others(
    world: World, template: IncidentTemplate
) -> None:
    opening = Opening(title="Secret", severity=1, service=world.service, template=template)
    incident = open_incident(opening, by=world.alice, now=NOW)
    Incident.objects.filter(pk=incident.pk).update(is_restricted=True)

    frank = signed_in(world.frank)

    assert "Never" in frank.get("/templates/").content.decode()
    assert "Secret" not in frank.get(f"/templates/{template.pk}/").content.decode()


def test_the_list_asks_as_little_of_many(world: World, template: IncidentTemplate) -> None:
    frank = signed_in(world.frank)
    with CaptureQueriesContext(connection) as few:
        frank.get("/templates/")
    for number in range(30):
        IncidentTemplate.objects.create(
            name=f"Trouble {number}", title="Trouble", service=world.service
        )

    with CaptureQueriesContext(connection) as many:
        frank.get("/templates/")

    assert len(many) == len(few)


def test_one_that_is_not_there_is_not_found(world: World) -> None:
    assert signed_in(world.alice).get("/templates/999/").status_code == 404

"""Calls sent elsewhere by a form, and the register of all that people decided."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from config.portal import clock
from incidents.enums import HoldKind
from incidents.models import Hold, Incident, PolicyVersion, RoutingOverride
from incidents.operations import engine, lifecycle, policies
from incidents.operations.judgment import holding
from incidents.operations.judgment.holding import Asked
from incidents.operations.lifecycle import Opening
from rosters.models import Absence, Person
from tests.world import World, build, make_person

pytestmark = pytest.mark.django_db

GIVEN = {"person": "Frank", "minutes": "60", "reason": "She knows it best"}


@pytest.fixture
def world() -> World:
    return build(clock.act_now())


@pytest.fixture
def incident(world: World) -> Incident:
    now = clock.act_now()
    opening = Opening(title="Card payments fail", severity=2, service=world.service)
    found = lifecycle.open_incident(opening, by=world.erin, now=now)
    engine.tick(now=now)
    return found


def browser(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def said(client: Client, path: str, data: dict[str, str]) -> str:
    return client.post(path, data, follow=True).content.decode()


def test_calls_of_an_incident_go_elsewhere_and_back(world: World, incident: Incident) -> None:
    client, path = browser(world.alice), f"/incidents/{incident.reference}/reroute/"
    assert "Who takes the calls for now?" in client.get(path).content.decode()

    page = said(client, path, GIVEN)
    assert "The next calls go to Frank Example first" in page
    assert "Calls go to Frank Example first" in page
    assert "Back to the rule now" in page

    assert "The calls go where they went before." in said(client, f"{path}end/", {})
    assert "before already." in said(client, f"{path}end/", {})


def test_calls_of_a_service_go_elsewhere_and_back(world: World) -> None:
    client, path = browser(world.alice), "/services/payments/reroute/"
    assert "Calls about Payments go by its rule" in client.get(path).content.decode()

    page = said(client, path, GIVEN)
    assert "Calls about Payments go to Frank Example first" in page

    assert "Calls about Payments go by its rule" in said(client, f"{path}end/", {})
    assert RoutingOverride.objects.get().ended_by == world.alice


def test_somebody_who_is_away_is_taken_with_a_word_of_warning(world: World) -> None:
    now = clock.act_now()
    Absence.objects.create(person=world.frank, starts_at=now, ends_at=now + timedelta(days=1))

    page = said(browser(world.alice), "/services/payments/reroute/", GIVEN)

    assert "Frank Example is away. Until that changes, those of the rule are called." in page


@pytest.mark.parametrize(
    ("data", "part"),
    [
        ({"person": ""}, "Write a name, or choose a roster"),
        ({"person": "Nobody at all"}, "Nobody here is called"),
        ({"minutes": ""}, "Say for how long."),
        ({"reason": " "}, "Say why, in a few words."),
        ({"roster": "999"}, "Choose a roster of the list."),
    ],
)
def test_what_is_missing_is_said(
    world: World, incident: Incident, data: dict[str, str], part: str
) -> None:
    for path in ("/services/payments/reroute/", f"/incidents/{incident.reference}/reroute/"):
        response = browser(world.alice).post(path, GIVEN | data)
        assert response.status_code == 422
        assert part in response.content.decode()


def test_who_may_not_reads_who_may(world: World, incident: Incident) -> None:
    client = browser(world.frank)
    page = client.get("/services/payments/reroute/").content.decode()
    assert "Only leads of the owning team, service owners" in page

    assert "Only leads" in said(client, "/services/payments/reroute/", GIVEN)
    assert "Only leads" in said(client, "/services/payments/reroute/end/", {})
    assert client.post("/services/payments/reroute/", GIVEN).status_code == 409
    assert not RoutingOverride.objects.exists()


def test_the_register_shows_what_goes_on_and_what_is_over(world: World, incident: Incident) -> None:
    client = browser(world.frank)
    assert "Every call goes by its rule" in client.get("/holds/").content.decode()
    now = clock.act_now()
    asked = Asked(HoldKind.HOLD, now + timedelta(minutes=20), "The bank calls back")
    holding.hold(incident, asked, by=world.alice, now=now)
    said(browser(world.alice), "/services/payments/reroute/", GIVEN)

    page = client.get("/holds/").content.decode()
    assert "2 decisions change who is called now" in page or "decisions change" in page
    assert "The bank calls back" in page
    assert "Calls go to Frank Example first" in page
    assert "No hold or detour matches." in client.get("/holds/?q=nonsense").content.decode()
    assert "The bank calls back" in client.get("/holds/?q=bank").content.decode()

    holding.end_early(incident, by=world.bob, now=clock.act_now())
    page = client.get("/holds/?show=over").content.decode()
    assert "Ended by Bob Example" in page


def test_the_register_as_csv_and_without_what_is_hidden(world: World, incident: Incident) -> None:
    now = clock.act_now()
    asked = Asked(HoldKind.SNOOZE, now + timedelta(minutes=20), "The bank calls back")
    holding.hold(incident, asked, by=world.alice, now=now)

    answer = browser(world.frank).get("/holds/?format=csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row[0] for row in rows] == ["About", incident.reference]

    incident.is_restricted = True
    incident.save()
    assert "bank" not in browser(world.frank).get("/holds/").content.decode()


@pytest.mark.parametrize("count", [3, 30])
def test_the_register_reads_a_constant_number_of_times(
    world: World, incident: Incident, count: int
) -> None:
    now = clock.act_now()
    Hold.objects.bulk_create(
        Hold(
            incident=incident,
            kind=HoldKind.HOLD,
            reason=f"Reason {number}",
            starts_at=now - timedelta(hours=2),
            until=now - timedelta(hours=1),
            ended_at=now - timedelta(hours=1),
            by=world.alice,
        )
        for number in range(count)
    )
    client = browser(world.frank)
    with CaptureQueriesContext(connection) as queries:
        client.get("/holds/?show=over")
    assert len(queries) <= 16


def test_a_service_goes_by_another_rule_for_a_while(world: World) -> None:
    boss = make_person("Grace", is_administrator=True)
    other = policies.copy_to_new(world.version, name="Migration crew", by=boss)
    PolicyVersion.objects.filter(pk=other.pk).update(rationale="For the move.")
    policies.publish(other, by=boss, now=clock.act_now())
    client, path = browser(world.alice), f"/services/{world.service.slug}/reroute/"
    assert "Or by another rule" in client.get(path).content.decode()

    given = {"policy": str(other.policy_id), "minutes": "60", "reason": "We move the database"}
    page = said(client, path, given)

    assert "What breaks from now on goes by the rule “Migration crew”" in page
    assert "What breaks in Payments goes by the rule “Migration crew”" in page
    assert "Goes by the rule “Migration crew”" in client.get("/holds/").content.decode()
    rule = client.get(f"/rules/{world.service.slug}/").content.decode()
    assert "For now it goes by" in rule
    assert "another rule, “Migration crew”" in rule
    assert "The calls go where they went before." in said(client, f"{path}end/", {})


def test_a_rule_and_a_person_at_once_are_refused_in_words(world: World) -> None:
    client, path = browser(world.alice), f"/services/{world.service.slug}/reroute/"

    page = said(client, path, {**GIVEN, "policy": str(world.version.policy_id)})

    assert "Choose a person, a roster or a rule, only one of them." in page
    assert not RoutingOverride.objects.exists()

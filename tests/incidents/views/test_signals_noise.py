"""Noise: what rules and services cost, and whether those who were called say it was worth it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from config.portal import clock
from config.portal.refusals import Refused
from incidents.logic.noise import Noise, finding, is_night
from incidents.models import CallVerdict, Incident, Notification
from incidents.operations import engine, lifecycle, verdicts
from incidents.operations.opening import Opening, open_incident
from tests.incidents.operations.test_sorting import rule, send, signal, when
from tests.world import World, at

pytestmark = pytest.mark.django_db
PAGE = "/signals/noise/"
HOUR = timedelta(hours=1)


@pytest.fixture
def alice(client: Client, world: World) -> Client:
    client.force_login(world.alice)
    return client


def contained(world: World, key: str = "a") -> Incident:
    """An incident by an alert, for which Alice was called, contained by her."""
    now = clock.act_now() - HOUR
    send(world, signal(key, service="payments"), at=now)
    engine.tick(now=now + HOUR / 2)
    incident = Incident.objects.latest("pk")
    lifecycle.acknowledge(incident, by=world.alice, now=now + HOUR / 2)
    lifecycle.contain(incident, by=world.alice, at=now + HOUR / 2, now=now + HOUR / 2)
    incident.refresh_from_db()
    return incident


@pytest.mark.parametrize(
    ("instant", "zone", "expected"),
    [
        ("2026-11-21 21:00", "UTC", False),
        ("2026-11-21 21:00", "Europe/Berlin", True),
        ("2026-11-21 05:00", "Europe/Berlin", False),
        ("2026-11-21 04:59", "Europe/Berlin", True),
    ],
)
def test_it_is_night_where_the_person_lives(instant: str, zone: str, *, expected: bool) -> None:
    assert is_night(at(instant), zone) is expected


@pytest.mark.parametrize(
    ("services", "expected"),
    [
        ([], "No alert in 30 days"),
        ([Noise("Shop", alerts=3)], "Nobody was called at night; Shop is the loudest"),
        ([Noise("Shop", alerts=3, nights=1)], "Shop called somebody once at night"),
        (
            [Noise("Shop", alerts=3, nights=4), Noise("Pay", alerts=9, nights=1)],
            "Shop made 4 of 5 calls at night",
        ),
    ],
)
def test_the_title_is_a_finding(services: list[Noise], expected: str) -> None:
    assert finding(services, 30) == expected


@pytest.mark.parametrize(
    ("noise", "expected"),
    [
        (Noise("A", worth=1, answers=4), ""),
        (Noise("A", worth=2, answers=5), "3 of 5 calls were not worth it."),
        (Noise("A", worth=4, answers=8), ""),
        (Noise("A", is_unheard=True), "It has not fired in this time."),
    ],
)
def test_below_five_answers_nothing_is_said_of_worth(noise: Noise, expected: str) -> None:
    assert noise.retire == expected


def test_without_alerts_the_page_says_so(alice: Client) -> None:
    page = alice.get(PAGE).content.decode()

    assert "No alert in 30 days" in page
    assert "No alert and no incident in this time." in page


def test_rules_and_services_are_counted(alice: Client, world: World) -> None:
    made = rule(world, "Cards", conditions=[when("name", "contains", "alert")])
    incident = contained(world)
    alice.post(f"/incidents/{incident.reference}/worth/", {"worth": "no"})

    page = alice.get(f"{PAGE}?days=7").content.decode()
    text = alice.get(f"{PAGE}?format=csv").content.decode()

    assert f"/signals/rules/{made.pk}/" in page
    assert "1 answer<" in page
    assert "rule,Cards,1,1," in text
    assert "service,Payments,1,1," in text


def test_what_people_had_to_declare_is_a_silence(alice: Client, world: World) -> None:
    now = clock.act_now() - HOUR
    opening = Opening(title="Cards fail", severity=3, service=world.service)
    open_incident(opening, by=world.erin, now=now)

    text = alice.get(f"{PAGE}?format=csv").content.decode()

    assert "service,Payments,0,1,0,0,0,1," in text


def test_the_last_answer_counts_and_can_be_changed(alice: Client, world: World) -> None:
    address = f"/incidents/{contained(world).reference}/"
    asked = alice.get(address).content.decode()

    alice.post(f"{address}worth/", {"worth": "yes"})
    alice.post(f"{address}worth/", {"worth": "no"})

    assert "Was this worth a call?" in asked
    assert "Not worth a call" in alice.get(address).content.decode()
    assert CallVerdict.objects.get().was_worth_it is False


def test_only_those_with_a_part_in_it_answer(client: Client, world: World) -> None:
    incident = contained(world)
    client.force_login(world.frank)
    page = client.get(f"/incidents/{incident.reference}/").content.decode()
    client.post(f"/incidents/{incident.reference}/worth/", {"worth": "no"})

    assert "Was this worth a call?" not in page
    assert not CallVerdict.objects.exists()


def test_nobody_answers_before_it_is_contained(world: World) -> None:
    now = clock.act_now()
    send(world, signal("a", service="payments"), at=now)
    incident = Incident.objects.get()
    Notification.objects.create(incident=incident, person=world.alice, created_at=now)

    with pytest.raises(Refused, match="Once it is contained"):
        verdicts.say(incident, was_worth_it=True, by=world.alice, now=now)


def test_more_rules_and_incidents_cost_no_more_queries(alice: Client, world: World) -> None:
    def grow(first: int, last: int) -> None:
        for number in range(first, last):
            rule(world, f"Rule {number}", conditions=[when("name", "is", f"Alert k{number}")])
        found = (signal(f"k{number}", service="payments") for number in range(first, last))
        send(world, *found, at=clock.act_now() - HOUR + timedelta(seconds=last))

    grow(0, 3)
    alice.get(PAGE)
    with CaptureQueriesContext(connection) as few:
        alice.get(PAGE)
    grow(3, 30)
    with CaptureQueriesContext(connection) as many:
        alice.get(PAGE)

    assert len(many) == len(few)

"""Other systems hear of incidents: over a real connection, signed, again until it is taken."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.portal import secrets, standard_webhooks
from config.portal.refusals import Refused
from incidents.enums import DeliveryState, IncidentEvent
from incidents.models import Incident, WebhookDelivery, WebhookEndpoint
from incidents.operations import engine, lifecycle, opening, webhook_carriage, webhooks
from incidents.operations.opening import Opening
from incidents.operations.webhooks import EndpointFacts
from rosters.models import Service
from tests.incidents.operations.hearing_server import HearingServer, running
from tests.races import together
from tests.world import NOW, World

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
ALL = tuple(IncidentEvent.values)


@pytest.fixture
def hearer(settings: Any) -> Iterator[HearingServer]:
    settings.WEBHOOK_HOSTS = ["127.0.0.1"]
    with running() as found:
        yield found


@pytest.fixture
def endpoint(world: World, hearer: HearingServer) -> WebhookEndpoint:
    return begin(world, hearer.url)[0]


def begin(world: World, address: str, **facts: Any) -> tuple[WebhookEndpoint, str]:
    given: dict[str, Any] = {
        "name": "Warehouse",
        "address": address,
        "events": ALL,
        "severity_from": 4,
    }
    world.alice.is_superuser = True
    world.alice.save()
    return webhooks.begin(EndpointFacts(**(given | facts)), by=world.alice, now=NOW)


def declare(world: World, **facts: Any) -> Incident:
    given: dict[str, Any] = {"title": "Cards fail", "severity": 1, "service": world.service}
    return opening.open_incident(Opening(**(given | facts)), by=world.erin, now=NOW)


def carry(at: datetime = NOW) -> int:
    return webhook_carriage.carry_all(clock=lambda: at, jitter=lambda: 0.0)


def events(hearer: HearingServer) -> list[str]:
    return [json.loads(one.body)["type"] for one in hearer.heard]


def test_the_life_of_an_incident_is_told_in_its_order(
    world: World, endpoint: WebhookEndpoint, hearer: HearingServer
) -> None:
    incident = declare(world)
    engine.tick(now=NOW)
    engine.tick(now=NOW + 5 * MINUTE)
    lifecycle.acknowledge(incident, by=world.alice, now=NOW + 6 * MINUTE)
    lifecycle.contain(incident, by=world.alice, at=NOW + 7 * MINUTE, now=NOW + 7 * MINUTE)
    lifecycle.resolve(incident, by=world.alice, at=NOW + 8 * MINUTE, now=NOW + 8 * MINUTE)
    lifecycle.mark_reviewed(incident, by=world.alice, now=NOW + 9 * MINUTE)

    carry(NOW + 10 * MINUTE)

    assert events(hearer) == [
        "incident.opened",
        "incident.escalated",
        "incident.acknowledged",
        "incident.contained",
        "incident.resolved",
        "incident.reviewed",
    ]
    last = json.loads(hearer.heard[-1].body)["data"]
    assert last["reference"] == incident.reference
    assert last["url"].endswith(f"/incidents/{incident.reference}/")


def test_what_arrives_is_signed_and_proves_itself(world: World, hearer: HearingServer) -> None:
    _endpoint, secret = begin(world, hearer.url)
    declare(world)

    carry()

    [heard] = hearer.heard
    why_not = standard_webhooks.why_not(secret, body=heard.body, found=heard.headers, now=NOW)
    assert why_not is None
    assert heard.headers["content-type"] == "application/json"


def test_an_event_is_told_once_however_often_the_sweep_runs(
    world: World, endpoint: WebhookEndpoint, hearer: HearingServer
) -> None:
    declare(world)

    assert [carry(), carry(), carry(NOW + 600 * MINUTE)] == [1, 0, 0]
    assert WebhookDelivery.objects.get().state == DeliveryState.DELIVERED


def test_what_is_not_taken_is_tried_again_with_the_same_id_then_given_up(
    world: World, endpoint: WebhookEndpoint, hearer: HearingServer
) -> None:
    hearer.status = 500
    declare(world)
    at = NOW
    for _ in range(20):
        carry(at)
        due = WebhookDelivery.objects.get().next_attempt_at
        if due is None:
            break
        at = due

    delivery = WebhookDelivery.objects.get()
    assert delivery.state == DeliveryState.DEAD
    assert delivery.last_problem == "It answers 500."
    assert len(hearer.heard) == delivery.attempts == 10
    assert len({one.headers["webhook-id"] for one in hearer.heard}) == 1


def test_the_hosts_own_word_about_when_counts(
    world: World, endpoint: WebhookEndpoint, hearer: HearingServer
) -> None:
    hearer.status, hearer.headers = 503, {"Retry-After": "120"}
    declare(world)

    carry()

    assert WebhookDelivery.objects.get().next_attempt_at == NOW + 2 * MINUTE


def test_a_host_that_says_gone_is_left_alone(
    world: World, endpoint: WebhookEndpoint, hearer: HearingServer
) -> None:
    hearer.status = 410
    declare(world)

    carry()
    declare(world)

    endpoint.refresh_from_db()
    assert not endpoint.is_active
    assert WebhookDelivery.objects.get().state == DeliveryState.DEAD


def test_it_is_followed_nowhere_else(
    world: World, endpoint: WebhookEndpoint, hearer: HearingServer
) -> None:
    hearer.status, hearer.headers = 307, {"Location": hearer.url}
    declare(world)

    carry()

    assert len(hearer.heard) == 1
    assert WebhookDelivery.objects.get().last_status == 307


def test_a_host_that_is_away_holds_nobody_else_up(world: World, hearer: HearingServer) -> None:
    with running() as gone:
        begin(world, gone.url, name="Away")
    begin(world, hearer.url, name="Here")
    declare(world)
    declare(world)

    carry()

    assert len(hearer.heard) == 2
    waiting = WebhookDelivery.objects.filter(endpoint__name="Away")
    assert sorted(waiting.values_list("attempts", flat=True)) == [0, 1]
    assert "does not answer" in waiting.get(attempts=1).last_problem


def test_of_a_restricted_incident_nobody_outside_hears(
    world: World, endpoint: WebhookEndpoint, hearer: HearingServer
) -> None:
    incident = declare(world)
    Incident.objects.filter(pk=incident.pk).update(is_restricted=True)
    WebhookDelivery.objects.all().delete()

    lifecycle.acknowledge(incident, by=world.alice, now=NOW)

    assert not WebhookDelivery.objects.exists()


def test_it_hears_only_of_its_services_and_as_severe_as_it_asked(
    world: World, hearer: HearingServer
) -> None:
    other = Service.objects.create(name="Shop", slug="shop", owner_team=world.team)
    begin(world, hearer.url, service_ids=(other.pk,), severity_from=2)

    declare(world)
    declare(world, service=other, severity=3)
    declare(world, service=other, severity=2, title="Told")
    declare(world, affected=(other,), title="Told too")

    told = WebhookDelivery.objects.order_by("pk").values_list("incident__title", flat=True)
    assert list(told) == ["Told", "Told too"]


def test_opening_many_incidents_costs_no_more_statements_than_one(
    world: World, endpoint: WebhookEndpoint
) -> None:
    def several(count: int) -> int:
        wanted = [Opening(title="Cards fail", severity=1, service=world.service)] * count
        with CaptureQueriesContext(connection) as queries:
            opening.open_all(wanted, by=world.erin, now=NOW)
        return len(queries)

    assert several(1) == several(20)
    assert WebhookDelivery.objects.count() == 21


def test_a_given_up_event_is_sent_again_by_a_press(
    world: World, endpoint: WebhookEndpoint, hearer: HearingServer
) -> None:
    declare(world)
    WebhookDelivery.objects.update(state=DeliveryState.DEAD, next_attempt_at=None, attempts=10)

    assert webhooks.send_dead_again(endpoint, by=world.alice, now=NOW) == 1
    carry()

    assert events(hearer) == ["incident.opened"]


def test_neither_address_nor_secret_stands_in_the_open(world: World, hearer: HearingServer) -> None:
    endpoint, secret = begin(world, hearer.url)

    stored = str(WebhookEndpoint.objects.values().get())
    assert secret not in stored
    assert "key=secret" not in stored
    assert endpoint.host == "127.0.0.1"
    assert secrets.decrypt(endpoint.sealed_secret) == secret


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"address": "ftp://warehouse.example/"}, "begins with https"),
        ({"address": "http://warehouse.example/"}, "begins with https"),
        ({"address": "https://me:pw@warehouse.example/"}, "password"),
        ({"address": ""}, "Give the address"),
        ({"events": ()}, "at least one event"),
        ({"events": ("incident.exploded",)}, "at least one event"),
    ],
)
def test_what_cannot_be_told_is_refused(world: World, facts: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        begin(world, **({"address": "https://warehouse.example/"} | facts))


def test_only_those_who_keep_signals_may_set_one_up(world: World) -> None:
    facts = EndpointFacts("Mine", "https://x.example/", ALL, 4)

    with pytest.raises(Refused):
        webhooks.begin(facts, by=world.frank, now=NOW)


@pytest.mark.django_db(transaction=True)
def test_of_sweeps_at_once_each_event_is_sent_by_one(
    world: World, endpoint: WebhookEndpoint, hearer: HearingServer
) -> None:
    for _ in range(6):
        declare(world)

    together(*[carry for _ in range(4)])

    assert len(hearer.heard) == 6
    assert set(WebhookDelivery.objects.values_list("state", flat=True)) == {"delivered"}


def test_a_sweep_that_was_killed_loses_its_lease_and_the_event_is_sent_again(
    world: World, endpoint: WebhookEndpoint, hearer: HearingServer
) -> None:
    declare(world)
    killed = webhook_carriage.claim(now=NOW)
    assert killed is not None

    assert carry(NOW + timedelta(seconds=59)) == 0
    assert carry(NOW + timedelta(seconds=60)) == 1

    webhook_carriage.carry(killed, clock=lambda: NOW, jitter=lambda: 0.0)
    assert WebhookDelivery.objects.get().attempts == 2
    assert WebhookDelivery.objects.get().state == DeliveryState.DELIVERED


def test_a_test_is_signed_said_and_kept_nowhere(world: World, hearer: HearingServer) -> None:
    endpoint, secret = begin(world, hearer.url, is_active=False)

    tested = webhook_carriage.send_test(endpoint, by=world.alice, now=NOW)

    [one] = hearer.heard
    said = json.loads(one.body)
    assert (tested.said.status, tested.said.problem, tested.body) == (200, "", one.body.decode())
    assert (said["type"], said["data"]["reference"]) == ("test", "INC-0")
    assert standard_webhooks.why_not(secret, body=one.body, found=one.headers, now=NOW) is None
    assert not WebhookDelivery.objects.exists()


@pytest.mark.parametrize(
    ("status", "problem"), [(404, "It answers 404."), (410, "It answers 410.")]
)
def test_a_test_that_is_not_taken_says_so_and_changes_nothing(
    world: World, hearer: HearingServer, endpoint: WebhookEndpoint, status: int, problem: str
) -> None:
    hearer.status = status

    assert webhook_carriage.send_test(endpoint, by=world.alice, now=NOW).said.problem == problem

    endpoint.refresh_from_db()
    assert endpoint.is_active
    assert carry() == 0


def test_a_stranger_sends_no_test(
    world: World, hearer: HearingServer, endpoint: WebhookEndpoint
) -> None:
    with pytest.raises(Refused):
        webhook_carriage.send_test(endpoint, by=world.frank, now=NOW)

    assert not hearer.heard

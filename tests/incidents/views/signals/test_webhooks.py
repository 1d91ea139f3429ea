"""The pages of who hears of incidents."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from incidents.enums import DeliveryState, IncidentEvent
from incidents.models import Incident, WebhookDelivery, WebhookEndpoint
from incidents.operations import opening
from incidents.operations.opening import Opening
from rosters.models import Person
from tests.incidents.operations.hearing_server import running
from tests.world import NOW, World

pytestmark = pytest.mark.django_db
LIST, NEW = "/signals/webhooks/", "/signals/webhooks/new/"
TYPED = {
    "name": "Data warehouse",
    "address": "https://warehouse.example/muster?key=abc",
    "events": ["incident.opened", "incident.resolved"],
    "severity_from": "2",
    "is_active": "on",
}


@pytest.fixture
def keeper(client: Client, world: World) -> Client:
    """Alice, who may set up who hears of incidents."""
    Person.objects.filter(pk=world.alice.pk).update(is_superuser=True, is_staff=True)
    client.force_login(world.alice)
    return client


@pytest.fixture
def reader(client: Client, world: World) -> Client:
    client.force_login(world.frank)
    return client


def endpoint(world: World, **facts: Any) -> WebhookEndpoint:
    given: dict[str, Any] = {
        "name": "Warehouse",
        "host": "warehouse.example",
        "events": IncidentEvent.values,
        "owner": world.alice,
        "created_at": NOW,
    }
    return WebhookEndpoint.objects.create(**(given | facts))


def tell(world: World, **facts: Any) -> WebhookDelivery:
    """One incident of which the endpoint hears."""
    told = Opening(title="Cards fail", severity=1, service=world.service)
    opening.open_incident(told, by=world.erin, now=NOW)
    WebhookDelivery.objects.filter(state=DeliveryState.PLANNED).update(**facts)
    return WebhookDelivery.objects.latest("pk")


def text(response: Any) -> str:
    return str(response.content.decode())


def test_without_any_the_list_says_what_one_is_for(keeper: Client) -> None:
    page = text(keeper.get(LIST))

    assert "No other system hears of incidents" in page
    assert "Add the first" in page


def test_one_is_set_up_and_its_secret_shown_this_once(keeper: Client) -> None:
    made = text(keeper.post(NEW, TYPED))
    row = WebhookEndpoint.objects.get()
    again = text(keeper.get(f"/signals/webhooks/{row.pk}/"))

    assert "whsec_" in made
    assert "whsec_" not in again
    assert "key=abc" not in made + again
    assert "warehouse.example" in again
    assert "An incident opened. It is resolved." in again


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": ""}, "Give the endpoint a name."),
        ({"address": ""}, "Give the address that is told."),
        ({"address": "http://warehouse.example/"}, "begins with https://"),
        ({"address": "no address"}, "begins with https://"),
        ({"events": []}, "Choose at least one event."),
        ({"events": ["incident.exploded"]}, "Choose events of the list."),
        ({"severity_from": "9"}, "Choose a severity of the list."),
        ({"services": ["999999"]}, "Choose services of the list."),
    ],
)
def test_what_is_wrong_is_a_sentence_and_nothing_is_lost(
    keeper: Client, changes: dict[str, Any], sentence: str
) -> None:
    response = keeper.post(NEW, TYPED | changes)

    assert response.status_code == 422
    assert sentence in text(response)
    assert not WebhookEndpoint.objects.exists()


def test_an_empty_address_leaves_the_one_that_stands(keeper: Client, world: World) -> None:
    keeper.post(NEW, TYPED)
    row = WebhookEndpoint.objects.get()

    keeper.post(f"/signals/webhooks/{row.pk}/edit/", TYPED | {"address": "", "name": "Lake"})

    changed = WebhookEndpoint.objects.get()
    assert (changed.name, changed.sealed_url) == ("Lake", row.sealed_url)


def test_two_of_one_name_are_refused(keeper: Client, world: World) -> None:
    endpoint(world, name="data WAREHOUSE")

    assert "Another endpoint is called" in text(keeper.post(NEW, TYPED))


def test_a_reader_sees_how_it_does_and_changes_nothing(reader: Client, world: World) -> None:
    row = endpoint(world)
    page = text(reader.get(f"/signals/webhooks/{row.pk}/"))

    assert "Settings" not in page
    assert "Add it and show its secret" not in text(reader.get(NEW))
    assert "Send a test" not in page
    for path in ("edit/", "secret/", "again/", "test/"):
        reader.post(f"/signals/webhooks/{row.pk}/{path}", TYPED)
    same = WebhookEndpoint.objects.get()
    assert (same.name, same.sealed_secret) == (row.name, row.sealed_secret)


def test_what_was_given_up_is_on_top_and_sent_again_by_a_press(
    keeper: Client, world: World
) -> None:
    row = endpoint(world)
    tell(world, state=DeliveryState.DEAD, next_attempt_at=None, last_problem="It answers 500.")

    page = text(keeper.get(f"/signals/webhooks/{row.pk}/"))
    keeper.post(f"/signals/webhooks/{row.pk}/again/")

    assert "One event was given up for Warehouse" in page
    assert "It answers 500." in page
    assert WebhookDelivery.objects.get().state == DeliveryState.PLANNED


def test_one_event_is_sent_again(keeper: Client, world: World) -> None:
    endpoint(world)
    delivery = tell(world, state=DeliveryState.DELIVERED, next_attempt_at=None)

    keeper.post(f"/signals/deliveries/{delivery.pk}/again/")

    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.PLANNED


def test_one_that_is_on_its_way_is_left_alone(keeper: Client, world: World) -> None:
    endpoint(world)
    delivery = tell(world, state=DeliveryState.SENDING)

    response = keeper.post(f"/signals/deliveries/{delivery.pk}/again/", follow=True)

    assert "on its way just now" in text(response)


def test_an_incident_that_became_restricted_is_not_named(reader: Client, world: World) -> None:
    row = endpoint(world)
    delivery = tell(world)
    Incident.objects.filter(pk=delivery.incident_id).update(is_restricted=True)

    assert delivery.incident.reference not in text(reader.get(f"/signals/webhooks/{row.pk}/"))


def test_states_and_events_narrow_the_list(keeper: Client, world: World) -> None:
    row = endpoint(world)
    tell(world, state=DeliveryState.DELIVERED, next_attempt_at=None)
    address = f"/signals/webhooks/{row.pk}/"

    assert "Taken" in text(keeper.get(address, {"state": "delivered"}))
    assert "No event matches." in text(keeper.get(address, {"state": "dead"}))
    assert keeper.get(address, {"state": "x"}).status_code == 200


def test_the_lists_cost_the_same_with_many_rows(keeper: Client, world: World) -> None:
    row = endpoint(world)
    for number in range(2):
        endpoint(world, name=f"More {number}")
    tell(world)

    def asked(path: str) -> int:
        keeper.get(path)
        with CaptureQueriesContext(connection) as queries:
            keeper.get(path)
        return len(queries)

    few = asked(LIST), asked(f"/signals/webhooks/{row.pk}/")
    for number in range(30):
        endpoint(world, name=f"Many {number}")
    for _ in range(3):
        tell(world, planned_at=NOW + timedelta(minutes=1))

    assert (asked(LIST), asked(f"/signals/webhooks/{row.pk}/")) == few


def test_a_test_says_what_came_of_it_and_what_was_sent(
    keeper: Client, world: World, settings: Any
) -> None:
    settings.WEBHOOK_HOSTS = ["127.0.0.1"]
    with running() as hearer:
        keeper.post(NEW, TYPED | {"address": hearer.url})
        where = f"/signals/webhooks/{WebhookEndpoint.objects.get().pk}/"
        offered = text(keeper.get(where))
        taken = text(keeper.post(f"{where}test/"))
        hearer.status = 500
        refused = text(keeper.post(f"{where}test/"))

    assert "Send a test" in offered
    assert "Data warehouse took the test" in taken
    assert "A test from Muster: nothing has happened" in taken
    assert "Data warehouse did not take the test" in refused
    assert "It answers 500." in refused
    assert "It was told nothing yet." in refused

"""Other systems that hear of incidents, as people set them up; and events sent again."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from config.portal import fetching, queue, secrets, standard_webhooks
from config.portal.refusals import Refused, refuse_if
from incidents.enums import DeliveryState, IncidentEvent
from incidents.logic.signal_keeping import why_not_keep_signals
from incidents.models import WebhookDelivery, WebhookEndpoint
from incidents.queries.signal_keeping import keeper
from rosters.models import Person

MOST_AGAIN = 500


@dataclass(frozen=True)
class EndpointFacts:
    """What people say of an endpoint. An empty `address` leaves the one that stands."""

    name: str
    address: str
    events: tuple[str, ...]
    severity_from: int
    service_ids: tuple[int, ...] = ()
    is_active: bool = True


def why_not_keep(reader: Person) -> str | None:
    """Whether a reader may set up who hears of incidents. No team owns an endpoint."""
    return why_not_keep_signals(keeper(reader, None))


@transaction.atomic
def begin(facts: EndpointFacts, *, by: Person, now: datetime) -> tuple[WebhookEndpoint, str]:
    """A new endpoint and its secret, which is returned once."""
    refuse_if(why_not_keep(by))
    _refuse_wrong(facts, besides=None)
    secret = standard_webhooks.new_secret()
    endpoint = WebhookEndpoint(owner=by, created_at=now, sealed_secret=secrets.encrypt(secret))
    _write(endpoint, facts)
    return endpoint, secret


@transaction.atomic
def settle(endpoint: WebhookEndpoint, facts: EndpointFacts, *, by: Person) -> WebhookEndpoint:
    """The endpoint is as these facts say; its secret stays."""
    endpoint = _locked(endpoint, by=by)
    _refuse_wrong(facts, besides=endpoint)
    _write(endpoint, facts)
    return endpoint


@transaction.atomic
def new_secret(endpoint: WebhookEndpoint, *, by: Person) -> str:
    """From now on events are signed with another secret, which is returned once."""
    endpoint = _locked(endpoint, by=by)
    secret = standard_webhooks.new_secret()
    endpoint.sealed_secret = secrets.encrypt(secret)
    endpoint.save(update_fields=["sealed_secret"])
    return secret


@transaction.atomic
def send_again(delivery: WebhookDelivery, *, by: Person, now: datetime) -> WebhookDelivery:
    """The event is sent once more, with the same message id. One that waits is sent now."""
    _locked(delivery.endpoint, by=by)
    rows = WebhookDelivery.objects.filter(pk=delivery.pk)
    again = rows.exclude(state=DeliveryState.SENDING)
    if not again.update(
        state=DeliveryState.PLANNED, attempts=0, next_attempt_at=now, finished_at=None
    ):
        raise Refused("It is on its way just now. Look again in a minute.")
    queue.wake("muster.carry_webhooks")
    sent: WebhookDelivery = rows.get()
    return sent


@transaction.atomic
def send_dead_again(endpoint: WebhookEndpoint, *, by: Person, now: datetime) -> int:
    """Events that were given up are sent once more, the oldest first; returns how many."""
    endpoint = _locked(endpoint, by=by)
    dead = WebhookDelivery.objects.filter(endpoint=endpoint, state=DeliveryState.DEAD)
    chosen = list(dead.order_by("planned_at", "pk").values_list("pk", flat=True)[:MOST_AGAIN])
    WebhookDelivery.objects.filter(pk__in=chosen).update(
        state=DeliveryState.PLANNED, attempts=0, next_attempt_at=now, finished_at=None
    )
    queue.wake("muster.carry_webhooks")
    return len(chosen)


def _write(endpoint: WebhookEndpoint, facts: EndpointFacts) -> None:
    endpoint.name = facts.name
    endpoint.events = list(facts.events)
    endpoint.severity_from = facts.severity_from
    endpoint.is_active = facts.is_active
    if facts.address:
        endpoint.sealed_url = secrets.encrypt(facts.address)
        endpoint.host = fetching.host(facts.address)
    endpoint.save()
    endpoint.services.set(facts.service_ids)


def _refuse_wrong(facts: EndpointFacts, *, besides: WebhookEndpoint | None) -> None:
    """Raises Refused, about the fact that has to be another one."""
    others = WebhookEndpoint.objects.all()
    if besides:
        others = others.exclude(pk=besides.pk)
    if others.filter(name__iexact=facts.name).exists():
        said = f"Another endpoint is called “{facts.name}”. Choose another name."
        raise Refused(said, about="name")
    if not set(facts.events) or not set(facts.events) <= set(IncidentEvent.values):
        raise Refused("Choose at least one event.", about="events")
    if not facts.address:
        refuse_if(None if besides else "Give the address that is told.", about="address")
        return
    errand = fetching.Errand(
        "a webhook", own_hosts=settings.WEBHOOK_HOSTS, allowed_by="WEBHOOK_HOSTS"
    )
    refuse_if(fetching.why_not(facts.address, errand), about="address")


def _locked(endpoint: WebhookEndpoint, *, by: Person) -> WebhookEndpoint:
    refuse_if(why_not_keep(by))
    found: WebhookEndpoint = WebhookEndpoint.objects.select_for_update().get(pk=endpoint.pk)
    return found

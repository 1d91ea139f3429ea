"""Carrying events to other systems, under a lease, until each is taken or given up.

A delivery is claimed in a short transaction and recorded only by the sender that still holds its
lease; no transaction is open while the other side is asked. A sender that is killed loses its
lease, and the event is sent again with the same message id, by which the other side knows it.
"""

import json
import logging
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from config.portal import fetching, secrets, standard_webhooks
from config.portal.refusals import refuse_if
from incidents.enums import DeliveryState
from incidents.logic.webhook_events import GONE, is_taken, next_try, sample
from incidents.models import WebhookDelivery, WebhookEndpoint
from incidents.operations import webhooks
from rosters.models import Person

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
SWEEP_SECONDS = 5.0
MOST_SECONDS = 10.0
BATCH = 20
Send = Callable[[str, bytes, Mapping[str, str], fetching.Errand], fetching.Reply]
ERRAND = fetching.Errand("a webhook", allowed_by="WEBHOOK_HOSTS", most_seconds=MOST_SECONDS)


def carry_all(*, clock: Callable[[], datetime], jitter: Callable[[], float] = random.random) -> int:
    """Carry until nothing is due or five seconds have passed; returns how many were tried.

    Any number of sweeps may run at once. Behind an endpoint that did not answer nobody waits: what
    else is for it is left for the next sweep. `jitter` gives numbers from 0 to 1.
    """
    stop_at = time.monotonic() + SWEEP_SECONDS
    away: set[int] = set()
    tried = 0
    while time.monotonic() < stop_at:
        delivery = claim(now=clock(), without=away)
        if delivery is None:
            break
        if not carry(delivery, clock=clock, jitter=jitter):
            away.add(delivery.endpoint_id)
        tried += 1
    return tried


@transaction.atomic
def claim(*, now: datetime, without: set[int] = frozenset()) -> WebhookDelivery | None:  # type: ignore[assignment]  # never changed
    """The delivery that has been due for longest, leased to the caller; of none of `without`."""
    due = (
        WebhookDelivery.objects.filter(next_attempt_at__lte=now, endpoint__is_active=True)
        .exclude(endpoint__in=without)
        .select_related("endpoint")
        .select_for_update(of=("self",), skip_locked=True)
        .order_by("next_attempt_at", "pk")
    )
    delivery: WebhookDelivery | None = due.first()
    if delivery is None:
        return None
    delivery.state = DeliveryState.SENDING
    delivery.attempts += 1
    delivery.lease_token = uuid4()
    delivery.lease_until = delivery.next_attempt_at = now + LEASE
    delivery.save(
        update_fields=["state", "attempts", "lease_token", "lease_until", "next_attempt_at"]
    )
    return delivery


def carry(
    delivery: WebhookDelivery,
    *,
    clock: Callable[[], datetime],
    jitter: Callable[[], float],
    send: Send = fetching.send,
) -> bool:
    """The claimed event is sent, and what came of it is recorded; says whether it was taken.

    `send` stands for the network.
    """
    body = _as_sent(delivery.payload)
    said = _post(delivery.endpoint, body, message_id=delivery.message_id, at=clock(), send=send)
    again_at = next_try(
        delivery.attempts, now=clock(), jitter=jitter(), retry_after=said.retry_after
    )
    _record(delivery, said, again_at=again_at, now=clock())
    return not said.problem


@dataclass(frozen=True)
class Said:
    """What came of one request: the status, if one was answered, and why it was not taken."""

    status: int | None = None
    problem: str = ""
    retry_after: int | None = None


@dataclass(frozen=True)
class Tested:
    """What a test sent, word for word, and what came of it."""

    said: Said
    body: str
    took_seconds: float


def send_test(endpoint: WebhookEndpoint, *, by: Person, now: datetime) -> Tested:
    """One signed request with a made-up incident, sent at once; nothing is kept or tried again.

    It goes to an endpoint that is switched off, too. Raises Refused.
    """
    refuse_if(webhooks.why_not_keep(by))
    address = f"{settings.PUBLIC_URL}{reverse('incidents:list')}"
    body = _as_sent(sample(address=address, at=now))
    begun = time.monotonic()
    said = _post(endpoint, body, message_id=uuid4(), at=now, send=fetching.send)
    return Tested(said, body.decode(), time.monotonic() - begun)


def _as_sent(payload: Mapping[str, Any]) -> bytes:
    return json.dumps(payload, separators=(",", ":"), sort_keys=True).encode()


def _post(
    endpoint: WebhookEndpoint, body: bytes, *, message_id: UUID, at: datetime, send: Send
) -> Said:
    """The body is sent to the endpoint, signed; never raises for what the other side does."""
    try:
        headers = standard_webhooks.headers(
            secrets.decrypt(endpoint.sealed_secret), message_id=str(message_id), body=body, at=at
        )
        headers["Content-Type"] = "application/json"
        reply = send(secrets.decrypt(endpoint.sealed_url), body, headers, _errand())
    except (fetching.CannotFetch, secrets.CannotRead) as error:
        return Said(problem=str(error))
    problem = "" if is_taken(reply.status) else f"It answers {reply.status}."
    return Said(reply.status, problem, reply.retry_after)


def _errand() -> fetching.Errand:
    return fetching.Errand(
        ERRAND.what,
        own_hosts=settings.WEBHOOK_HOSTS,
        allowed_by=ERRAND.allowed_by,
        most_seconds=ERRAND.most_seconds,
    )


@transaction.atomic
def _record(
    delivery: WebhookDelivery, said: Said, *, again_at: datetime | None, now: datetime
) -> None:
    """What came of it, if the lease still holds: whoever has taken it over records instead."""
    status, problem = said.status, said.problem
    held = WebhookDelivery.objects.filter(pk=delivery.pk, lease_token=delivery.lease_token)
    facts = {"last_status": status, "last_problem": problem[:200], "lease_token": None}
    if not problem:
        held.update(**facts, state=DeliveryState.DELIVERED, next_attempt_at=None, finished_at=now)
        return
    if status == GONE:
        again_at = None
        WebhookEndpoint.objects.filter(pk=delivery.endpoint_id).update(is_active=False)
    state = DeliveryState.PLANNED if again_at else DeliveryState.DEAD
    finished = None if again_at else now
    held.update(**facts, state=state, next_attempt_at=again_at, finished_at=finished)
    logger.warning(
        "a webhook was not taken",
        extra={"endpoint": delivery.endpoint_id, "status": status, "attempts": delivery.attempts},
    )

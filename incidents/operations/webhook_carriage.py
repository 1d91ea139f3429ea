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
from datetime import datetime, timedelta
from uuid import uuid4

from django.conf import settings
from django.db import transaction

from config.portal import fetching, secrets, standard_webhooks
from incidents.enums import DeliveryState
from incidents.logic.webhook_events import GONE, is_taken, next_try
from incidents.models import WebhookDelivery, WebhookEndpoint

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
    endpoint = delivery.endpoint
    body = json.dumps(delivery.payload, separators=(",", ":"), sort_keys=True).encode()
    status, problem, retry_after = None, "", None
    try:
        headers = standard_webhooks.headers(
            secrets.decrypt(endpoint.sealed_secret),
            message_id=str(delivery.message_id),
            body=body,
            at=clock(),
        )
        headers["Content-Type"] = "application/json"
        reply = send(secrets.decrypt(endpoint.sealed_url), body, headers, _errand())
        status, retry_after = reply.status, reply.retry_after
        if not is_taken(status):
            problem = f"It answers {status}."
    except (fetching.CannotFetch, secrets.CannotRead) as error:
        problem = str(error)
    _record(
        delivery,
        status=status,
        problem=problem,
        again_at=next_try(delivery.attempts, now=clock(), jitter=jitter(), retry_after=retry_after),
        now=clock(),
    )
    return not problem


def _errand() -> fetching.Errand:
    return fetching.Errand(
        ERRAND.what,
        own_hosts=settings.WEBHOOK_HOSTS,
        allowed_by=ERRAND.allowed_by,
        most_seconds=ERRAND.most_seconds,
    )


@transaction.atomic
def _record(
    delivery: WebhookDelivery,
    *,
    status: int | None,
    problem: str,
    again_at: datetime | None,
    now: datetime,
) -> None:
    """What came of it, if the lease still holds: whoever has taken it over records instead."""
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

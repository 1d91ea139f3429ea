"""Other systems that heard of incidents: one takes what it is told, one is gone.

What was sent is told by the real carriage with a past clock, and answered here: nothing leaves.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta

from config.demo.cast import Cast
from config.portal.fetching import Errand, Reply
from incidents.enums import IncidentEvent
from incidents.logic.webhook_events import GONE
from incidents.models import WebhookDelivery
from incidents.operations import webhook_carriage, webhooks
from incidents.operations.webhooks import EndpointFacts
from rosters.enums import SeverityLevel

Act = Callable[[datetime], object]
Add = Callable[[datetime, Act], None]
BY = "Amara"
DAY = timedelta(days=1)
DAYS = 60
UNDERWAY = timedelta(seconds=2)
WAREHOUSE = EndpointFacts(
    "Data warehouse",
    "https://warehouse.demo.muster.example/incidents",
    (IncidentEvent.RESOLVED.value, IncidentEvent.REVIEWED.value),
    SeverityLevel.SMALL,
)
CHAT = EndpointFacts(
    "Old chat room",
    "https://chat.demo.muster.example/rooms/incidents",
    (IncidentEvent.OPENED.value, IncidentEvent.RESOLVED.value),
    SeverityLevel.SERIOUS,
)
AWAY = (21, 12)
"""For these days, counted back from today, the warehouse was moved and answered nothing useful."""
CHAT_DAYS = 45
"""Since so many days ago there is no chat room."""


def plan(cast: Cast, add: Add, *, ends_at: datetime) -> None:
    """Both were set up long ago; each day what they were told since the last one is carried."""
    add(ends_at - DAYS * DAY, lambda at: _set_up(cast, at))
    for day in range(DAYS - 1, -1, -1):
        add(ends_at - day * DAY - UNDERWAY, lambda at: _carry(at, ends_at=ends_at))


def _set_up(cast: Cast, at: datetime) -> None:
    for facts in (WAREHOUSE, CHAT):
        webhooks.begin(facts, by=cast.people[BY], now=at)


def _carry(until: datetime, *, ends_at: datetime) -> None:
    """Whatever was due by then has been sent, each at its own instant."""
    waiting = WebhookDelivery.objects.filter(next_attempt_at__lte=until, endpoint__is_active=True)
    dues = waiting.order_by("next_attempt_at", "pk").values_list("next_attempt_at", flat=True)
    with _nothing_logged():
        while due := dues.first():
            at = due + UNDERWAY
            delivery = webhook_carriage.claim(now=at)
            if delivery is None:
                return
            webhook_carriage.carry(
                delivery,
                clock=lambda at=at: at,  # type: ignore[misc]  # bound as it is now
                jitter=lambda: 0.5,
                send=_answers(at, ends_at=ends_at),
            )


def _answers(
    at: datetime, *, ends_at: datetime
) -> Callable[[str, bytes, Mapping[str, str], Errand], Reply]:
    """What the other side says at this instant."""
    begun, over = (ends_at - days * DAY for days in AWAY)

    def answer(address: str, _body: bytes, _headers: Mapping[str, str], _errand: Errand) -> Reply:
        if address == CHAT.address:
            return Reply(200 if at < ends_at - CHAT_DAYS * DAY else GONE)
        return Reply(503 if begun <= at < over else 200)

    return answer


@contextmanager
def _nothing_logged() -> Iterator[None]:
    """What failed in a past that never was is no news for whoever starts the demo."""
    log = logging.getLogger(webhook_carriage.__name__)
    log.disabled = True
    try:
        yield
    finally:
        log.disabled = False

"""What has happened at the demo organisation: months of calm, a few incidents, two that are open.

Everything is made by the same operations that people and the engine use, with a past clock.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from django.db.models import F

from config.demo import lessons
from config.demo.people import Cast
from incidents.models import Incident
from incidents.operations import engine, lifecycle, updates
from incidents.operations.updates import UpdateText
from rosters.enums import MessageState
from rosters.models import Message


@dataclass(frozen=True)
class Past:
    """One incident that is over: minutes until each milestone, and who led it."""

    days_ago: int
    hour: int
    service: str
    severity: int
    title: str
    by: str
    acknowledged: int
    contained: int
    resolved: int


UPDATES = [
    (
        14,
        UpdateText(
            "Some card payments in the EU fail at the last step. Bank transfers work.",
            "We do not know the cause yet. It began about 15 minutes ago.",
            "We are comparing failing cards to find what they share.",
        ),
    ),
    (
        34,
        UpdateText(
            "About 1 in 5 card payments in the EU fail at the last step. Customers see “Try again"
            " later”. Bank transfers and wallets work.",
            "It only affects cards sent through our main EU bank partner. The partner has"
            " confirmed a problem on their side.",
            "We are moving EU card traffic to the second bank partner.",
        ),
    ),
]

HISTORY = [
    Past(61, 9, "Search", 3, "Search shows old prices", "Lena", 12, 70, 150),
    Past(40, 2, "Payments", 1, "Card payments fail for all customers", "Jonas", 4, 38, 96),
    Past(27, 14, "Checkout", 2, "Discount codes are refused", "Lena", 7, 45, 80),
    Past(16, 11, "Notifications", 2, "Order texts arrive an hour late", "Nadia", 13, 75, 140),
    Past(9, 16, "Accounts", 3, "Password mails land in spam", "Sam", 25, 130, 400),
    Past(4, 10, "Search", 2, "Search is empty for some customers", "Aiko", 6, 31, 55),
]


def tell(cast: Cast, *, now: datetime) -> None:
    """History is written, and two incidents are open: one led, one ringing."""
    for past in HISTORY:
        incident = _happen(cast, past, now=now)
        silence(now=now)
        lessons.learn(cast, incident, by=cast.people[past.by], now=now)
    _led(cast, now=now)
    silence(now=now)
    _ringing(cast, now=now)


def _happen(cast: Cast, past: Past, *, now: datetime) -> Incident:
    begins_at = (now - timedelta(days=past.days_ago)).replace(hour=past.hour, minute=4, second=0)
    by = cast.people[past.by]
    incident = _open(cast, past.service, past.severity, past.title, at=begins_at)
    _tick_through(begins_at, minutes=past.acknowledged)
    at = begins_at + timedelta(minutes=past.acknowledged)
    lifecycle.acknowledge(incident, by=by, now=at)
    at = begins_at + timedelta(minutes=past.contained)
    lifecycle.contain(incident, by=by, at=at, now=at)
    at = begins_at + timedelta(minutes=past.resolved)
    return lifecycle.resolve(incident, by=by, at=at, now=at)


def _led(cast: Cast, *, now: datetime) -> None:
    """Card payments have failed for 47 minutes; somebody leads, and the next update is due soon."""
    begins_at = now - timedelta(minutes=47)
    title = "Card payments fail for some customers in the EU"
    incident = _open(cast, "Payments", 1, title, at=begins_at)
    _tick_through(begins_at, minutes=3)
    mei, amara, ben = (cast.people[name] for name in ("Mei", "Amara", "Ben"))
    lifecycle.acknowledge(incident, by=mei, now=begins_at + timedelta(minutes=3))
    lifecycle.take_command(incident, by=amara, now=begins_at + timedelta(minutes=5))
    lifecycle.add_note(
        incident,
        by=mei,
        text="Only cards that go through our main EU bank partner fail.",
        now=begins_at + timedelta(minutes=9),
    )
    for number, (minute, text) in enumerate(UPDATES, start=1):
        updates.post(
            incident,
            text,
            key=uuid5(NAMESPACE_URL, f"demo-update-{number}"),
            by=amara,
            now=begins_at + timedelta(minutes=minute),
        )
    lifecycle.add_note(
        incident,
        by=ben,
        text="Customer care has had 40 messages in 10 minutes.",
        now=begins_at + timedelta(minutes=26),
    )


def _ringing(cast: Cast, *, now: datetime) -> None:
    """Invoice emails stopped just now: the first person is being called, the next soon."""
    opening = lifecycle.Opening(
        title="Invoice emails are not going out",
        summary="About 300 emails are waiting. No customer has written to us yet.",
        severity=2,
        service=cast.services["Notifications"],
    )
    lifecycle.open_incident(opening, by=cast.people["Olivia"], now=now)
    engine.tick(now=now)


def _open(cast: Cast, service: str, severity: int, title: str, *, at: datetime) -> Incident:
    opening = lifecycle.Opening(title=title, severity=severity, service=cast.services[service])
    return lifecycle.open_incident(opening, by=cast.people["Olivia"], now=at)


def _tick_through(starts_at: datetime, *, minutes: int) -> None:
    for minute in range(minutes):
        at = starts_at + timedelta(minutes=minute)
        engine.tick(now=at)
        silence(now=at + timedelta(seconds=1))


def silence(*, now: datetime) -> None:
    """What history said counts as delivered then; none of it is ever sent."""
    Message.objects.filter(state=MessageState.PLANNED, not_before__lt=now).update(
        state=MessageState.SENT, sent_at=F("not_before")
    )

"""Whom the demo organisation calls for which part: the contact matrix, with a few weak spots."""

import secrets
from dataclasses import dataclass
from datetime import time, timedelta

from config.demo.cast import Cast
from rosters.models import (
    ConfirmationRequest,
    MatrixEntry,
    NamedHours,
    NamedHoursSpan,
    StakeholderRole,
)
from rosters.operations import roles

HOURS = {
    # name: zone, weekdays, from, until
    "Tokyo office hours": ("Asia/Tokyo", range(5), time(9), time(18)),
    "waking hours": ("Europe/Berlin", range(7), time(7), time(22)),
    "the night in Berlin": ("Europe/Berlin", range(7), time(22), time(6)),
}


@dataclass(frozen=True)
class Cell:
    """One cell: a person with a backup, or a roster; confirmed some days ago, or never (0)."""

    role: str
    person: str = ""
    backup: str = ""
    roster: str = ""
    team: str = ""
    service: str = ""
    severity: int | None = None
    and_worse: bool = False
    hours: str = ""
    confirmed_days_ago: int = 12


CELLS = [
    # The whole company
    Cell("incident commander", roster="Incident command"),
    Cell("engineering director", "Sam", "Tomás"),
    Cell("legal counsel", "Ines", "Olivia"),
    Cell("legal counsel", "Pedro", "Ines", severity=1, confirmed_days_ago=33),
    Cell("privacy officer", "Ines", "Pedro", confirmed_days_ago=20),
    Cell("security officer", "Viktor", "Chloe", confirmed_days_ago=41),
    Cell("customer success manager", "Olivia", "Ines"),
    Cell("customer success manager", "Naoki", "Emily", hours="Tokyo office hours"),
    Cell("communications lead", "Laura", "Beatrix", confirmed_days_ago=58),
    Cell("executive sponsor", roster="Duty executive", confirmed_days_ago=9),
    Cell("executive sponsor", "Sam", "Tomás", severity=4, confirmed_days_ago=9),
    # Teams
    Cell("on-call engineer", roster="Payments", team="Payments"),
    Cell("on-call engineer", roster="Storefront", team="Storefront"),
    Cell("on-call engineer", roster="Platform", team="Platform", confirmed_days_ago=31),
    Cell("on-call engineer", roster="Orders", team="Orders"),
    Cell("on-call engineer", roster="Messaging", team="Messaging"),
    Cell("on-call engineer", roster="Delivery", team="Delivery", confirmed_days_ago=52),
    Cell("on-call engineer", roster="Data", team="Data", confirmed_days_ago=48),
    Cell("on-call engineer", roster="Security", team="Security", confirmed_days_ago=41),
    Cell("product owner", "Grace", "Amara", team="Platform", confirmed_days_ago=23),
    Cell("engineering lead", "Jonas", "Mei", team="Payments"),
    Cell("engineering lead", "Nadia", "Ben", team="Messaging"),
    Cell("engineering lead", "Lena", "Aiko", team="Storefront"),
    Cell("engineering lead", "Sam", "Tomás", team="Platform"),
    Cell("engineering lead", "Marcus", "Sofia", team="Orders", confirmed_days_ago=27),
    Cell("engineering lead", "Anita", "Rahul", team="Delivery", confirmed_days_ago=118),
    Cell("engineering lead", "Freya", "", team="Data", confirmed_days_ago=0),
    Cell("engineering lead", "Viktor", "Chloe", team="Security", confirmed_days_ago=41),
    Cell("product owner", "Beatrix", "Jonas", team="Payments", confirmed_days_ago=66),
    Cell("product owner", "Zoe", "Lena", team="Storefront", confirmed_days_ago=14),
    Cell("product owner", "Elif", "Nadia", team="Messaging", confirmed_days_ago=97),
    Cell("product owner", "Rachel", "Marcus", team="Orders", confirmed_days_ago=30),
    Cell("product owner", "Leila", "Anita", team="Delivery", confirmed_days_ago=0),
    Cell("customer success manager", "Rosa", "Olivia", team="Orders", confirmed_days_ago=45),
    Cell("customer success manager", "Naoki", "Emily", team="Delivery", confirmed_days_ago=131),
    # Single services
    Cell("product owner", "Nils", "Lena", service="Checkout", confirmed_days_ago=74),
    Cell("product owner", "Lena", "Zoe", service="Checkout", severity=2, and_worse=True),
    Cell("legal counsel", "Pedro", "Ines", service="Payments", confirmed_days_ago=15),
    Cell("security officer", "Chloe", "Viktor", service="Fraud checks", confirmed_days_ago=25),
    Cell("engineering lead", "Felix", "Priya", service="Gift cards", confirmed_days_ago=36),
    Cell("engineering lead", "Theo", "Lena", service="Basket", hours="the night in Berlin"),
    Cell("product owner", "Nils", "", service="Billing", confirmed_days_ago=152),
    Cell("customer success manager", "Callum", "Rosa", service="Seller portal"),
    Cell("engineering lead", "Priya", "Jonas", service="Fraud checks", confirmed_days_ago=19),
]

SAID_NO = ("Naoki", "Since October that is Emily")


def build(cast: Cast) -> None:
    """Every role, and who fills it. Some cells are vacant, stale, or name somebody who left."""
    roles.load(renew=False)
    cast.roles = {one.name: one for one in StakeholderRole.objects.all()}
    hours = {name: _hours(name) for name in HOURS}
    MatrixEntry.objects.bulk_create(_entry(cast, cell, hours) for cell in CELLS)
    _answer(cast)


def _answer(cast: Cast) -> None:
    """Somebody was asked whether what we know is right, and said no."""
    who, note = SAID_NO
    ConfirmationRequest.objects.create(
        person=cast.people[who],
        asked_by=cast.people["Amara"],
        asked_at=cast.made_at - timedelta(days=4),
        expires_at=cast.made_at + timedelta(days=10),
        token_hash=secrets.token_hex(32),
        is_right=False,
        note=note,
        answered_at=cast.made_at - timedelta(days=3),
    )


def _hours(name: str) -> NamedHours:
    zone, days, starts_at, ends_at = HOURS[name]
    hours = NamedHours.objects.create(name=name, time_zone=zone)
    NamedHoursSpan.objects.bulk_create(
        NamedHoursSpan(hours=hours, weekday=day, starts_at=starts_at, ends_at=ends_at)
        for day in days
    )
    return hours


def _entry(cast: Cast, cell: Cell, hours: dict[str, NamedHours]) -> MatrixEntry:
    days = cell.confirmed_days_ago
    return MatrixEntry(
        role=cast.roles[cell.role],
        person=cast.people.get(cell.person),
        backup=cast.people.get(cell.backup),
        roster=cast.rosters.get(cell.roster),
        team=cast.teams.get(cell.team),
        service=cast.services.get(cell.service),
        severity=cell.severity,
        and_worse=cell.and_worse,
        hours=hours.get(cell.hours),
        confirmed_at=cast.made_at - timedelta(days=days) if days else None,
        confirmed_by=cast.people["Amara"] if days else None,
    )

"""Shifts out of a calendar that somebody else keeps (RFC 5545); hostile ones are refused in words.

Repetition is left to a library. Before it, what would keep it busy for hours is refused: rules by
the minute or second, and rules that go back too far.
"""

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import recurring_ical_events
from icalendar import Calendar

from config.portal.refusals import Refused
from rosters.logic.walltime import instant

logger = logging.getLogger(__name__)

MOST_EVENTS = 5_000
MOST_STEPS = 300_000
"""How often the rules of a calendar may repeat, all together, up to the end that is asked for."""
A_DAY = {"HOURLY": 24.0, "DAILY": 1.0, "WEEKLY": 1.0, "MONTHLY": 1.0, "YEARLY": 1.0}
"""How often a rule repeats on one day at most."""
RULE = re.compile(rb"^(?:RRULE|EXRULE)[;:].*$", re.IGNORECASE | re.MULTILINE)
TOO_OFTEN = re.compile(rb"FREQ=(?:SECONDLY|MINUTELY)", re.IGNORECASE)
ZONES = re.compile(rb"BEGIN:VTIMEZONE.*?END:VTIMEZONE", re.IGNORECASE | re.DOTALL)
FOLD = re.compile(rb"\r?\n[ \t]")
NO_CALENDAR = "This is no calendar that we can read. It should be in iCalendar form (.ics)."
CANCELLED = "CANCELLED"


class CannotRead(Refused):
    """The calendar as a whole cannot be used; the sentence says why."""


@dataclass(frozen=True)
class EventRead:
    """One event in its own words: who, by address, else by its title. UTC instants."""

    emails: tuple[str, ...]
    title: str
    starts_at: datetime
    ends_at: datetime


def read(
    content: bytes, *, zone: ZoneInfo, starts_at: datetime, ends_at: datetime
) -> list[EventRead]:
    """The events that touch [starts_at, ends_at), in order. Raises CannotRead.

    An event of whole days, or without a zone, is in the calendar's own zone, else in `zone`.
    """
    calendar = _parsed(content)
    events = list(calendar.walk("VEVENT"))
    if len(events) > MOST_EVENTS:
        raise CannotRead(f"It has {len(events):,} events, more than {MOST_EVENTS:,}.")
    _refuse_endless(events, until=ends_at)
    own = _zone(calendar, zone)
    try:
        found = recurring_ical_events.of(calendar, skip_bad_series=True).between(
            starts_at.astimezone(own), ends_at.astimezone(own)
        )
        read_events = sorted(
            _events(found, own), key=lambda one: (one.starts_at, one.ends_at, one.title)
        )
    except CannotRead:
        raise
    except Exception as error:  # noqa: BLE001  # whatever a library says of hostile input
        logger.info("A calendar could not be expanded: %s", type(error).__name__)
        raise CannotRead(NO_CALENDAR) from None
    return [one for one in read_events if one.starts_at < ends_at and starts_at < one.ends_at]


def _parsed(content: bytes) -> Calendar:
    if b"BEGIN:VCALENDAR" not in content[:4096].upper():
        raise CannotRead(NO_CALENDAR)
    unfolded = FOLD.sub(b"", content)
    if any(TOO_OFTEN.search(rule) for rule in RULE.findall(unfolded)):
        raise CannotRead("It repeats something every minute or second. Shifts do not.")
    zones = ZONES.findall(unfolded)
    if any(b"FREQ=YEARLY" not in rule.upper() for zone in zones for rule in RULE.findall(zone)):
        raise CannotRead("It describes a time zone in a way that we do not read.")
    try:
        return Calendar.from_ical(content)
    except Exception as error:  # noqa: BLE001  # whatever a library says of hostile input
        logger.info("A calendar could not be parsed: %s", type(error).__name__)
        raise CannotRead(NO_CALENDAR) from None


def _refuse_endless(events: list[Any], *, until: datetime) -> None:
    """Rules that would take too long to follow up to `until`."""
    steps = 0.0
    for event in events:
        rules = event.get("RRULE", [])
        for rule in rules if isinstance(rules, list) else [rules]:
            begins = event.get("DTSTART")
            first = _day(begins.dt) if begins is not None else until.date()
            steps += max((until.date() - first).days, 1) * _a_day(rule)
    if steps > MOST_STEPS:
        raise CannotRead("Its rules repeat too often or go back too far to be followed.")


def _a_day(rule: Any) -> float:  # noqa: ANN401  # a rule as the library holds it
    often = A_DAY.get(str(rule.get("FREQ", ["DAILY"])[0]).upper(), 1.0)
    for part in ("BYHOUR", "BYMINUTE", "BYSECOND"):
        often *= max(len(rule.get(part, [])), 1)
    return often


def _zone(calendar: Calendar, other: ZoneInfo) -> ZoneInfo:
    """The calendar's own zone, when it names one that exists."""
    try:
        return ZoneInfo(str(calendar["X-WR-TIMEZONE"]))
    except (KeyError, ValueError, OSError, ZoneInfoNotFoundError):
        return other


def _events(found: list[Any], zone: ZoneInfo) -> Iterator[EventRead]:
    for event in found:
        if str(event.get("STATUS", "")).upper() == CANCELLED:
            continue
        begins, ends = _instant(event.start, zone), _instant(event.end, zone)
        if ends > begins:
            title = " ".join(str(event.get("SUMMARY", "")).split())[:200]
            yield EventRead(tuple(_emails(event)), title, begins, ends)


def _emails(event: Any) -> Iterator[str]:  # noqa: ANN401  # an event as the library holds it
    found = event.get("ATTENDEE", [])
    for one in found if isinstance(found, list) else [found]:
        scheme, _, address = str(one).partition(":")
        if scheme.lower() == "mailto" and address:
            yield address.strip().lower()[:254]


def _day(at: date) -> date:
    return at.date() if isinstance(at, datetime) else at


def _instant(at: date, zone: ZoneInfo) -> datetime:
    """In UTC; a day begins at midnight, and what names no zone is in `zone`."""
    if not isinstance(at, datetime):
        at = datetime.combine(at, time.min)
    return at.astimezone(UTC) if at.tzinfo else instant(at, zone)

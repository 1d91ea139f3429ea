"""Calendars as other programs read them (RFC 5545)."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event, vDatetime, vDuration, vText

from rosters.logic.feeds import Entry

AGAIN_AFTER = timedelta(hours=1)
"""How often a program should read it again."""


def write(
    name: str, entries: Iterable[Entry], *, host: str, time_zone: str, made_at: datetime
) -> bytes:
    """The calendar of this name. Instants are written in UTC: right in every program and zone.

    `host` makes the names of events unique in the world; `time_zone` only says where it belongs.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Muster//Shifts//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar["name"] = vText(name)
    calendar["x-wr-calname"] = vText(name)
    calendar["x-wr-timezone"] = vText(time_zone)
    calendar["refresh-interval"] = vDuration(AGAIN_AFTER, params={"VALUE": "DURATION"})
    calendar["x-published-ttl"] = vDuration(AGAIN_AFTER)
    for entry in entries:
        calendar.add_component(_event(entry, host=host, made_at=made_at))
    written: bytes = calendar.to_ical()
    return written


def _event(entry: Entry, *, host: str, made_at: datetime) -> Event:
    event = Event()
    event.add("uid", f"{entry.uid}@{host}")
    event["dtstamp"] = vDatetime(made_at.astimezone(UTC).replace(microsecond=0))
    event["dtstart"] = vDatetime(entry.starts_at.astimezone(UTC))
    event["dtend"] = vDatetime(entry.ends_at.astimezone(UTC))
    event.add("summary", entry.title)
    event.add("description", entry.about)
    event.add("transp", "TRANSPARENT")
    return event

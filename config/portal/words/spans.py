"""Durations, ages and countdowns. `script_words` gives portal.js the same patterns."""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cache

from django.utils.translation import get_language, gettext, ngettext

from config.portal.words.days import between

SOON = timedelta(minutes=30)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
UNIT = re.compile(r"(?<=\d) (?=[^\W\d])|(?<=\bh) (?=\d)")
"""The blank of "5 minutes", and both of "3 h 05"."""


def script_words() -> Mapping[str, str | int]:
    """The patterns of ages and countdowns: for the functions below and for portal.js alike."""
    return _patterns(get_language())


@cache
def _patterns(_language: str | None) -> Mapping[str, str | int]:
    """In the language that is active; a page full of figures looks them up hundreds of times."""
    return {
        "in": gettext("in %s"),
        "now": gettext("now"),
        "late": gettext("%s late"),
        "left": gettext("%s left"),
        "brief": gettext("under 1 min"),
        "minutes": gettext("%s min"),
        "hours": gettext("%s h"),
        "both": gettext("%s h %s"),
        "days": gettext("%s days"),
        "soon": int(SOON.total_seconds()),
    }


def duration(minutes: int) -> str:
    """ "5 minutes", "90 minutes", "2 hours", "2 hours 30 minutes", "3 days"; for rules."""
    if minutes < 60 or (minutes % 60 and minutes < 120):
        return ngettext("{n} minute", "{n} minutes", minutes).format(n=minutes)
    hours, rest = divmod(minutes, 60)
    if hours >= 48:
        return _two(_days(hours // 24), _hours(hours % 24) if hours % 24 else "")
    return _two(_hours(hours), duration(rest) if rest else "")


def span(length: timedelta) -> str:
    """A measured time, short: "under 1 min", "47 min", "3 h 05", "20 h", "2 days"."""
    minutes, hours = length // MINUTE, length // HOUR
    if minutes < 1:
        return _put("brief")
    if hours < 1:
        return _put("minutes", minutes)
    if hours >= 48:
        return _put("days", hours // 24)
    if hours >= 10 or minutes % 60 == 0:
        return _put("hours", hours)
    return _put("both", hours, f"{minutes % 60:02d}")


def age(since: datetime, *, now: datetime) -> str:
    """How long ago, as `span`; something to come is "under 1 min" old."""
    return span(max(between(since, now), timedelta(0)))


def countdown(due: datetime, *, now: datetime) -> str:
    """ "in 13 min", "now" from a minute before to a minute after, then "1 min late"."""
    return _counted("in", between(now, due))


def left(due: datetime, *, now: datetime) -> str:
    """ "13 min left", "now", "1 min late"; for the step of a clock."""
    return _counted("left", between(now, due))


def bare(due: datetime, *, now: datetime) -> str:
    """ "13 min", "now", "1 min late"; for a list of deadlines."""
    return _counted("", between(now, due))


def urgency(due: datetime, *, now: datetime) -> str:
    """The pill's look: "late", "soon" (within half an hour) or "later"."""
    remaining = between(now, due)
    if remaining <= -MINUTE:
        return "late"
    return "soon" if remaining <= SOON else "later"


def bound(length: str) -> str:
    """A length for a page, where no line breaks between a number and its unit."""
    return UNIT.sub("\N{NO-BREAK SPACE}", length)


def days_late(due: date, *, today: date) -> str:
    """ "1 day late", "3 days late"."""
    return gettext("{days} late").format(days=_days((today - due).days))


def _counted(kind: str, remaining: timedelta) -> str:
    if remaining <= -MINUTE:
        return _put("late", span(-remaining))
    if remaining < MINUTE:
        return _put("now")
    return _put(kind, span(remaining)) if kind else span(remaining)


def _put(pattern: str, *values: object) -> str:
    text = str(script_words()[pattern])
    for value in values:
        text = text.replace("%s", str(value), 1)
    return text


def _hours(number: int) -> str:
    return ngettext("{n} hour", "{n} hours", number).format(n=number)


def _days(number: int) -> str:
    return ngettext("{n} day", "{n} days", number).format(n=number)


def _two(first: str, second: str) -> str:
    return f"{first} {second}".strip()


def short_minutes(minutes: int) -> str:
    """Minutes where room is short, as `span`: "3 min", "1 h 37"."""
    return span(timedelta(minutes=minutes))

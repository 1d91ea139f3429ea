"""How times of a payload are read: always to an aware instant, in UTC.

A time before 1971 is how tools write "not set". One after 2200 is none that people could mean.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from incidents.intake import fields
from incidents.intake.body import Unreadable

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FIRST_YEAR = 1971
LAST_YEAR = 2200
FIRST_OF_A_SECOND = ((10**18, 10**9), (10**15, 10**6), (10**11, 10**3))
"""From which number on Unix time counts nanoseconds, microseconds, milliseconds."""
LONGEST = 60
EXAMPLE = "2026-11-21T14:29:00Z"
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?", re.IGNORECASE)
_LEAP_SECOND = re.compile(r"(\d\d:\d\d):60")


def instant(holder: Mapping[str, Any], *names: str) -> datetime | None:
    """The first of these fields that holds a time, as RFC 3339 text with a zone."""
    for name in names:
        said = fields.line(holder, name, most=LONGEST)
        if said:
            return _read(said, name)
    return None


def instant_in_utc(holder: Mapping[str, Any], *names: str) -> datetime | None:
    """Like `instant`, for tools that write UTC without saying so."""
    for name in names:
        said = fields.line(holder, name, most=LONGEST)
        if said:
            return _read(said, name, zone=UTC)
    return None


def unix_instant(holder: Mapping[str, Any], *names: str) -> datetime | None:
    """The first of these fields that holds Unix seconds, or parts of one, as number or text."""
    for name in names:
        found = fields.number(holder, name)
        if found is not None:
            return _unix(found, name)
    return None


def spare_unix_instant(holder: Mapping[str, Any], name: str) -> datetime | None:
    """Like `unix_instant`, for what an alert can do without: nothing instead of Unreadable."""
    try:
        return unix_instant(holder, name)
    except Unreadable:
        return None


def any_instant(holder: Mapping[str, Any], *names: str) -> datetime | None:
    """The first of these fields that holds a time in either form."""
    for name in names:
        said = fields.word(holder, name, most=LONGEST)
        if said:
            is_number = _NUMBER.fullmatch(said) is not None
            return unix_instant(holder, name) if is_number else _read(said, name)
    return None


def _read(said: str, name: str, *, zone: tzinfo | None = None) -> datetime | None:
    try:
        at = datetime.fromisoformat(_as_python_writes(said))
        at = at.replace(tzinfo=at.tzinfo or zone)
        at = at.astimezone(UTC) if at.tzinfo else at
    except (ValueError, OverflowError):
        raise Unreadable(f"“{name}” is not a time such as {EXAMPLE}.") from None
    if at.tzinfo is None:
        raise Unreadable(f"“{name}” needs a time zone, such as {EXAMPLE}.")
    return _plausible(at, name)


def _as_python_writes(said: str) -> str:
    """Go writes nine decimals where Python reads six, and Ruby writes " UTC" at the end.

    RFC 3339 allows small letters, and a second 60 once in some years.
    """
    said = _LEAP_SECOND.sub(r"\1:59", said.upper())
    if said.endswith(" UTC"):
        said = said.removesuffix(" UTC") + "+00:00"
    head, dot, tail = said.partition(".")
    if not dot:
        return said
    digits = len(tail) - len(tail.lstrip("0123456789"))
    return f"{head}.{tail[:digits][:6]}{tail[digits:]}"


def _unix(found: float, name: str) -> datetime | None:
    parts = next((parts for first, parts in FIRST_OF_A_SECOND if abs(found) >= first), 1)
    try:
        at = EPOCH + timedelta(seconds=found / parts)
    except OverflowError:
        raise Unreadable(f"“{name}” is not a time such as {EXAMPLE}.") from None
    return _plausible(at, name)


def _plausible(at: datetime, name: str) -> datetime | None:
    if at.year < FIRST_YEAR:
        return None
    if at.year > LAST_YEAR:
        raise Unreadable(f"“{name}” is not a time such as {EXAMPLE}.")
    return at

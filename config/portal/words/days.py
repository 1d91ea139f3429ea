"""Clock times and days as one reader says them."""

from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache

from django.utils.dateformat import format as format_date
from django.utils.translation import get_language, gettext

from config.portal.words.catalogue import translated

DAY = timedelta(days=1)


def clock(at: datetime, *, zone: tzinfo) -> str:
    """ "14:29", "midnight", "midday"; with the zone's name in an hour that a DST night repeats."""
    local = at.astimezone(zone)
    if (local.hour, local.minute) == (0, 0):
        return gettext("midnight")
    if (local.hour, local.minute) == (12, 0):
        return gettext("midday")
    return _spoken(local)


def moment(at: datetime, *, zone: tzinfo, now: datetime) -> str:
    """A time that says its day when that is not today; reads well after at, by, since, until.

    "14:29", "Mon 23 Nov, 09:00", "Fri 4 Jan 2027, 09:00". The midnight that ends today is
    "midnight".
    """
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    is_tonight = local.date() == today + DAY and (local.hour, local.minute) == (0, 0)
    return clock(at, zone=zone) if is_tonight or local.date() == today else _dated(local, today)


def until(at: datetime, *, zone: tzinfo, now: datetime) -> str:
    """ "until 18:00", "until Sun 22 Nov, 08:00", "until midnight"."""
    return gettext("until {moment}").format(moment=moment(at, zone=zone, now=now))


def until_day(at: datetime, *, zone: tzinfo, now: datetime) -> str:
    """Whole days, as people say them: "until Mon 30 Nov" for the midnight that ends it."""
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    if (local.hour, local.minute) != (0, 0):
        return until(at, zone=zone, now=now)
    return gettext("until {day}").format(day=full_day(local.date() - DAY, today=today))


def from_day(at: datetime, *, zone: tzinfo, now: datetime) -> str:
    """ "from Tue 1 Dec" for the midnight that begins it, "from Tue 1 Dec, 06:00"."""
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    is_whole = (local.hour, local.minute) == (0, 0)
    said = full_day(local.date(), today=today) if is_whole else moment(at, zone=zone, now=now)
    return gettext("from {day}").format(day=said)


def period(starts_at: datetime, ends_at: datetime | None, *, zone: tzinfo, now: datetime) -> str:
    """ "from Mon 23 Nov, 09:00 to 17:00", "from Fri 27 Nov, 22:00 to Sat 28 Nov, 06:00".

    Without an end it only begins.
    """
    starts = moment(starts_at, zone=zone, now=now)
    if ends_at is None:
        return gettext("from {starts}").format(starts=starts)
    is_one_day = starts_at.astimezone(zone).date() == ends_at.astimezone(zone).date()
    ends = clock(ends_at, zone=zone) if is_one_day else moment(ends_at, zone=zone, now=now)
    return gettext("from {starts} to {ends}").format(starts=starts, ends=ends)


def on_day(at: datetime, *, zone: tzinfo, now: datetime) -> str:
    """A time with its preposition: "at 14:05", "on Tue 17 Nov, 14:05"."""
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    if local.date() == today:
        return gettext("at {clock}").format(clock=clock(at, zone=zone))
    return gettext("on {day}").format(day=_dated(local, today))


def short(at: datetime, *, zone: tzinfo, now: datetime) -> str:
    """For columns and gutters, in digits: "14:05" today, else "Tue 17 Nov, 14:05"."""
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    if local.date() == today:
        return _digits(local)
    return f"{full_day(local.date(), today=today)}, {_digits(local)}"


def day(on: date, *, today: date) -> str:
    """A date in a list: "Today", "Tomorrow", "Mon 23 Nov", "Fri 3 Dec 2027"."""
    days = (on - today).days
    if days == 0:
        return gettext("Today")
    if days == 1:
        return gettext("Tomorrow")
    return full_day(on, today=today)


def full_day(on: date, *, today: date) -> str:
    """A date to keep, with its weekday: "Fri 27 Nov", "Fri 27 Nov 2027"."""
    return _written(on, on.year == today.year, get_language())


def dated(on: date) -> str:
    """A date that is read years later, with its year: "Fri 27 Nov 2026"."""
    return _written(on, False, get_language())  # noqa: FBT003  # a key


@lru_cache(maxsize=1000)
def _written(on: date, is_this_year: bool, _language: str) -> str:  # noqa: FBT001  # a key
    """A list has hundreds of dates, and few different ones."""
    # Translators: the letters of Django's date formats.
    short, long = translated("D j M", context="day"), translated("D j M Y", context="day")
    return format_date(on, short if is_this_year else long)


def utc(at: datetime) -> str:
    """ "Fri 20 Nov 2026, 13:29 UTC", for a title."""
    there = at.astimezone(UTC)
    return f"{full_day(there.date(), today=date.min)}, {there:%H:%M} UTC"  # with its year


def zone_name(zone: tzinfo, *, now: datetime) -> str:
    """ "Berlin (CET)", "New York (EST)", "UTC"."""
    city = str(zone).rsplit("/", 1)[-1].replace("_", " ")
    short_name = now.astimezone(zone).tzname() or ""
    return city if short_name in ("", city) else f"{city} ({short_name})"


def zone_words(name: str) -> str:
    """ "Berlin time", "UTC", for a zone by its name where no moment is known."""
    area, _, _ = name.partition("/")
    city = name.rsplit("/", 1)[-1].replace("_", " ")
    return name if area == name else gettext("{city} time").format(city=city)


def zone_aside(zone: tzinfo, *, now: datetime) -> str:
    """The same for between parentheses: "Berlin, CET", "UTC"."""
    return zone_name(zone, now=now).replace(" (", ", ").rstrip(")")


def this_day(now: datetime, *, zone: tzinfo) -> str:
    """ "Tonight" from 20:00 to 06:00, else "Today", as the first word of a sentence."""
    hour = now.astimezone(zone).hour
    return gettext("Tonight") if hour >= 20 or hour < 6 else gettext("Today")


def between(first: datetime, second: datetime) -> timedelta:
    """Real time: Python subtracts two wall clocks when both carry the same zone."""
    return second.astimezone(UTC) - first.astimezone(UTC)


def _digits(local: datetime) -> str:
    twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    return f"{local:%H:%M} {local.tzname()}" if twice else f"{local:%H:%M}"


def _spoken(local: datetime) -> str:
    """The digits as they are said: in German "14:05 Uhr", and "02:30 Uhr CET"."""
    found, pattern = _digits(local), translated("{digits}", context="clock")
    if pattern == "{digits}":
        return found
    digits, _, zone = found.partition(" ")
    return f"{pattern.format(digits=digits)} {zone}".rstrip()


def _dated(local: datetime, today: date) -> str:
    return f"{full_day(local.date(), today=today)}, {_spoken(local)}"

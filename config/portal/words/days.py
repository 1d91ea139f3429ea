"""Clock times and days as one reader says them."""

from datetime import UTC, date, datetime, timedelta, tzinfo

from django.utils.dateformat import format as format_date
from django.utils.translation import gettext

DAY = timedelta(days=1)


def clock(at: datetime, *, zone: tzinfo) -> str:
    """ "14:29", "midnight", "midday"; with the zone's name in an hour that a DST night repeats."""
    local = at.astimezone(zone)
    if (local.hour, local.minute) == (0, 0):
        return gettext("midnight")
    if (local.hour, local.minute) == (12, 0):
        return gettext("midday")
    return _digits(local)


def moment(at: datetime, *, zone: tzinfo, now: datetime) -> str:
    """A time that says its day when that is not today; reads well after at, by, since, until.

    "14:29", "08:00 tomorrow", "09:00 on Monday", "09:00 on 3 December", "14:05 yesterday". A
    midnight to come ends its day ("midnight" is tonight's); one that has passed begins it.
    """
    local, day = at.astimezone(zone), at.astimezone(zone).date()
    today = now.astimezone(zone).date()
    word = clock(at, zone=zone)
    if (local.hour, local.minute) == (0, 0) and day != today:
        if between(now, at) > timedelta(0):
            day -= DAY
        else:
            word = _digits(local)
    return _with_day(day, today=today).format(clock=word)


def until(at: datetime, *, zone: tzinfo, now: datetime) -> str:
    """ "until 18:00", "until 08:00 tomorrow", "until midnight"."""
    return gettext("until {moment}").format(moment=moment(at, zone=zone, now=now))


def period(starts_at: datetime, ends_at: datetime | None, *, zone: tzinfo, now: datetime) -> str:
    """ "from 09:00 to 17:00 on Monday", "from 22:00 on Friday to 06:00 on Saturday", "from 18:00".

    Without an end it only begins.
    """
    starts = moment(starts_at, zone=zone, now=now)
    if ends_at is None:
        return gettext("from {starts}").format(starts=starts)
    if starts_at.astimezone(zone).date() == ends_at.astimezone(zone).date():
        starts = clock(starts_at, zone=zone)
    ends = moment(ends_at, zone=zone, now=now)
    return gettext("from {starts} to {ends}").format(starts=starts, ends=ends)


def on_day(at: datetime, *, zone: tzinfo, now: datetime) -> str:
    """A time with its own preposition: "at 14:05", "yesterday at 14:05", "on Tuesday at 14:05"."""
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    days = (local.date() - today).days
    word = clock(at, zone=zone) if days == 0 else _digits(local)
    if days == 0:
        pattern = gettext("at {clock}")
    elif days == 1:
        pattern = gettext("tomorrow at {clock}")
    elif days == -1:
        pattern = gettext("yesterday at {clock}")
    else:
        pattern = gettext("on {day} at {clock}")
    return pattern.format(clock=word, day=_day_name(local.date(), today=today))


def short(at: datetime, *, zone: tzinfo, now: datetime) -> str:
    """For columns and gutters: "14:05", "Tue 14:05", "3 Dec 14:05", "3 Dec 2025"."""
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    if local.date() == today:
        return _digits(local)
    if abs((local.date() - today).days) < 7:
        return f"{format_date(local, 'D')} {_digits(local)}"
    return format_date(local, "j M H:i" if local.year == today.year else "j M Y")


def day(on: date, *, today: date) -> str:
    """A date in a list: "Today", "Tomorrow", "Mon 23", "3 Dec", "3 Dec 2027"."""
    days = (on - today).days
    if days == 0:
        return gettext("Today")
    if days == 1:
        return gettext("Tomorrow")
    if abs(days) < 14:
        return format_date(on, "D j")
    return format_date(on, "j M" if on.year == today.year else "j M Y")


def full_day(on: date, *, today: date) -> str:
    """A date to keep, with its weekday: "Fri 27 Nov", "Fri 27 Nov 2027"."""
    return format_date(on, "D j M" if on.year == today.year else "D j M Y")


def utc(at: datetime) -> str:
    """ "Fri 20 Nov 2026, 13:29 UTC", for a title."""
    return f"{format_date(at.astimezone(UTC), 'D j M Y, H:i')} UTC"


def zone_name(zone: tzinfo, *, now: datetime) -> str:
    """ "Berlin (CET)", "New York (EST)", "UTC"."""
    city = str(zone).rsplit("/", 1)[-1].replace("_", " ")
    short_name = now.astimezone(zone).tzname() or ""
    return city if short_name in ("", city) else f"{city} ({short_name})"


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


def _with_day(on: date, *, today: date) -> str:
    days = (on - today).days
    if days == 0:
        return "{clock}"
    if days == 1:
        return gettext("{clock} tomorrow")
    if days == -1:
        return gettext("{clock} yesterday")
    return gettext("{clock} on {day}").replace("{day}", _day_name(on, today=today))


def _day_name(on: date, *, today: date) -> str:
    if abs((on - today).days) < 7:
        return format_date(on, "l")
    return format_date(on, "j F" if on.year == today.year else "j F Y")

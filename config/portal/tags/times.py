"""Times in the reader's zone, and countdowns that portal.js keeps true."""

from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from django import template
from django.conf import settings
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, override

from config.portal import words
from config.portal.context import Portal
from config.portal.sentences import Sentence
from config.portal.tags.marks import icon
from config.portal.tags.reader import viewer

register = template.Library()

EMPTY = SafeString("")
NAMED_BY_DAY = timedelta(hours=12)
"""From here on what is due on another day is named by the day."""


@register.simple_tag(takes_context=True)
def when(context: Context, at: datetime | None, form: str = "moment") -> SafeString:
    """A `time` element in the reader's zone, UTC in its title; nothing for None.

    Forms: moment (fits after at, by, since), until, until_day and from_day (whole days where they
    are), on_day (with its preposition), short, clock, minutes (digits even at midnight), seconds,
    day.
    """
    if at is None:
        return EMPTY
    reader = viewer(context)
    return words.time_element(at, _worded(at, form, reader))


@register.simple_tag(takes_context=True)
def when_text(context: Context, at: datetime | None, form: str = "moment") -> str:
    """The words of `when` without the element, for an attribute."""
    return _worded(at, form, viewer(context)) if at else ""


def _worded(at: datetime, form: str, reader: Portal) -> str:
    zone, now = reader.zone, reader.now
    forms = {
        "moment": words.moment,
        "until": words.until,
        "until_day": words.until_day,
        "from_day": words.from_day,
        "on_day": words.on_day,
    }
    if form in forms:
        return forms[form](at, zone=zone, now=now)
    if form == "short":
        return words.short(at, zone=zone, now=now)
    local = at.astimezone(zone)
    if form == "day":
        return words.day(local.date(), today=now.astimezone(zone).date())
    if form == "dated":
        return words.dated(local.date())
    digits = {"minutes": "%H:%M", "seconds": "%H:%M:%S"}.get(form)
    return local.strftime(digits) if digits else words.clock(at, zone=zone)


@register.simple_tag(takes_context=True)
def period(context: Context, starts_at: datetime, ends_at: datetime | None) -> str:
    """ "from Mon 23 Nov, 09:00 to 17:00", for this reader."""
    reader = viewer(context)
    return words.period(starts_at, ends_at, zone=reader.zone, now=reader.now)


@register.simple_tag(takes_context=True)
def zone_city(context: Context, zone: tzinfo) -> str:
    """ "Tokyo (JST)"."""
    return words.zone_name(zone, now=viewer(context).now)


@register.simple_tag(takes_context=True)
def local_time(context: Context, zone_name: str, at: datetime | None = None) -> str:
    """What time it is for somebody else, "22:16 in Tokyo"; nothing where it equals the reader's."""
    reader = viewer(context)
    moment, zone = at or reader.now, ZoneInfo(zone_name)
    theirs, ours = moment.astimezone(zone), moment.astimezone(reader.zone)
    if theirs.utcoffset() == ours.utcoffset():
        return ""
    city = zone_name.rsplit("/", 1)[-1].replace("_", " ")
    day = (
        ""
        if theirs.date() == ours.date()
        else f"{words.full_day(theirs.date(), today=ours.date())}, "
    )
    return gettext("{day}{clock} in {city}").format(day=day, clock=f"{theirs:%H:%M}", city=city)


@register.simple_tag(takes_context=True)
def day_word(context: Context, at: datetime) -> str:
    """ "Today", "Tue 17": what a list that spans days is parted by."""
    reader = viewer(context)
    return _worded(at, "day", reader)


@register.simple_tag(takes_context=True)
def as_of(context: Context) -> SafeString:
    """ "As of 14:16:05", so that a page that stands still shows it."""
    reader = viewer(context)
    shown = words.time_element(reader.now, _worded(reader.now, "seconds", reader))
    return format_html('<span class="asof">{} {}</span>', gettext("As of"), shown)


COUNTED = {"in": words.countdown, "left": words.left, "bare": words.bare}


def _ticking(at: datetime, text: str, *, form: str, said: str = "") -> SafeString:
    """Text that portal.js keeps true; `said` is what the status line adds near the end."""
    spoken = format_html(' data-say="{}"', said) if said else EMPTY
    return format_html(
        '<span data-due="{}" data-form="{}" title="{}"{}>{}</span>',
        at.astimezone(UTC).isoformat(),
        form,
        words.utc(at),
        spoken,
        text,
    )


@register.simple_tag(takes_context=True)
def countdown(
    context: Context,
    at: datetime | None,
    form: str = "in",
    symbol: str = "clock",
    say: Sentence | None = None,
) -> SafeString:
    """The pill: "in 13 min", "now", "1 min late". Form "bare" leaves out the "in"."""
    if at is None:
        return EMPTY
    reader = viewer(context)
    with override(settings.LANGUAGE_CODE if context.get("part_language") else get_language()):
        text = COUNTED[form](at, now=reader.now)  # portal.js knows the words of the page alone
    said = words.as_text(say, zone=reader.zone, now=reader.now) if say else ""
    return format_html(
        '<span class="in {}">{}{}</span>',
        words.urgency(at, now=reader.now),
        icon(symbol) if symbol else EMPTY,
        _ticking(at, text, form=form, said=said),
    )


@register.simple_tag(takes_context=True)
def countdown_text(context: Context, at: datetime | None) -> SafeString:
    """The words of the pill in running text, ticking."""
    if at is None:
        return EMPTY
    return _ticking(at, words.countdown(at, now=viewer(context).now), form="in")


@register.simple_tag(takes_context=True)
def left(context: Context, at: datetime | None) -> SafeString:
    """ "13 min left", "1 min late", ticking."""
    if at is None:
        return EMPTY
    return _ticking(at, words.left(at, now=viewer(context).now), form="left")


@register.simple_tag(takes_context=True)
def age(context: Context, since: datetime | None) -> SafeString:
    """ "47 min", ticking."""
    if since is None:
        return EMPTY
    return _ticking(since, words.age(since, now=viewer(context).now), form="since")


@register.simple_tag(takes_context=True)
def due_word(context: Context, at: datetime | None) -> SafeString:
    """How soon: "13 min", "3 h 44", "1 min late", in grey "Mon 23 Nov" from 12 hours away on,
    unless it is today."""
    if at is None:
        return EMPTY
    reader = viewer(context)
    is_later = words.urgency(at, now=reader.now) == "later"
    on, today = (one.astimezone(reader.zone).date() for one in (at, reader.now))
    if on != today and at - reader.now >= NAMED_BY_DAY:
        shown = words.time_element(at, words.day(on, today=today))
    else:
        shown = _ticking(at, words.bare(at, now=reader.now), form="bare")
    return format_html('<span class="w{}">{}</span>', " later" if is_later else "", shown)


def _date_word(on: date, *, today: date) -> str:
    return words.days_late(on, today=today) if on < today else words.day(on, today=today)


@register.simple_tag(takes_context=True)
def due_tag(context: Context, on: date | None, form: str = "day") -> SafeString:
    """A date to keep: a red pill when past, amber today and tomorrow, else plain text.

    Forms of the plain text: day ("Mon 23"), full ("Mon 23 Nov").
    """
    if on is None:
        return EMPTY
    reader = viewer(context)
    today = reader.now.astimezone(reader.zone).date()
    text = _date_word(on, today=today)
    if on > today + timedelta(days=1):
        text = words.full_day(on, today=today) if form == "full" else text
        return format_html('<time datetime="{}">{}</time>', on.isoformat(), text)
    look = "in late" if on < today else "tag warn"
    return format_html('<time class="{}" datetime="{}">{}</time>', look, on.isoformat(), text)


@register.filter
def span(length: timedelta | None) -> str:
    """ "3 min", "1 h 37" for a measured time; nothing for None."""
    return words.bound(words.span(length)) if isinstance(length, timedelta) else ""


@register.filter
def duration(minutes: int) -> str:
    """ "5 minutes", "2 hours" for a rule."""
    return words.bound(words.duration(minutes))


@register.filter
def in_zone(at: datetime, portal: Portal) -> date:
    """The reader's day of an instant, to group a list by."""
    return at.astimezone(portal.zone).date()

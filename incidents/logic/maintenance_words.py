"""What planned work will do, in sentences; times are the wall time of its own zone. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from config.portal.sentences import Param, Sentence, sentence
from incidents.enums import MaintenanceMode, Recurrence
from incidents.logic.maintenance import Spell, Window, next_spells, stronger
from rosters.logic.walltime import wall

EFFECTS = {
    MaintenanceMode.TELL: "Readers are told. Alerts on {about_names} call as always.",
    MaintenanceMode.HOLD: (
        "Alerts on {about_names} wait. What still fails at {end} opens an incident then."
    ),
    MaintenanceMode.LOG: (
        "Alerts on {about_names} are kept and nobody is called, not at {end} either."
    ),
    MaintenanceMode.PAUSE: (
        "Alerts on {about_names} open incidents. Their calls wait until {end}; what a person"
        " declares calls at once."
    ),
}
SHORT = {
    MaintenanceMode.TELL: "Alerts call as always.",
    MaintenanceMode.HOLD: "Alerts wait. What still fails at the end opens an incident then.",
    MaintenanceMode.LOG: "Alerts are kept and nobody is called.",
    MaintenanceMode.PAUSE: "Incidents open. Their calls wait until the end.",
}
TAGS = {
    MaintenanceMode.TELL: "Tells only",
    MaintenanceMode.HOLD: "Holds alerts",
    MaintenanceMode.LOG: "Log only",
    MaintenanceMode.PAUSE: "Pauses calls",
}


@dataclass(frozen=True)
class Time:
    """One of the next times, and what the clocks or the calendar do to it."""

    spell: Spell
    words: str
    note: Sentence | None = None


def what_it_does(window: Window, about: Sequence[str], *, now: datetime) -> tuple[Sentence, ...]:
    """When it is and what it does, for people: "Every Sunday, 02:00 to 04:00 Berlin time." """
    params: dict[str, Param] = {
        "about_names": list(about) or ["nothing yet"],
        "end": f"{wall(window.ends_at, window.zone):%H:%M}",
    }
    effect = Sentence(EFFECTS[MaintenanceMode(window.mode)], params)
    return (*_when(window, now=now), effect)


def _when(window: Window, *, now: datetime) -> tuple[Sentence, ...]:
    begin = wall(window.starts_at, window.zone)
    often = {
        Recurrence.ONCE: lambda: sentence(
            "On {day}, {hours}.", day=day(begin), hours=hours(window)
        ),
        Recurrence.DAILY: lambda: sentence("Every day, {hours}.", hours=hours(window)),
        Recurrence.WEEKLY: lambda: sentence(
            "Every {weekday}, {hours}.", weekday=f"{begin:%A}", hours=hours(window)
        ),
        Recurrence.MONTHLY: lambda: _monthly(begin, window),
    }[Recurrence(window.recurrence)]()
    if not window.comes_again:
        return (often,)
    coming = next_spells(window, now=now, most=1)
    if not coming:
        return (often, sentence("It is over."))
    first = wall(coming[0].starts_at, window.zone)
    following = sentence("Next on {day}.", day=day(first))
    if coming[0].holds(now):
        following = sentence("It is going on now.")
    if window.until is None:
        return (often, following)
    return (often, following, sentence("For the last time on {day}.", day=day(window.until)))


def _monthly(begin: datetime, window: Window) -> Sentence:
    if begin.day > 28:
        return sentence(
            "Every month on day {number}, or the last day of a shorter month, {hours}.",
            number=begin.day,
            hours=hours(window),
        )
    return sentence("Every month on day {number}, {hours}.", number=begin.day, hours=hours(window))


def hours(window: Window) -> str:
    """ "02:00 to 04:00 Berlin time", with the day of the end when it is another one."""
    begin, end = wall(window.starts_at, window.zone), wall(window.ends_at, window.zone)
    return f"{clock_words(begin, end)} {zone_word(window.zone)}"


def clock_words(begin: datetime, end: datetime) -> str:
    """Wall times of a period: 02:00 to 04:00, with the day of the end when it is another."""
    days = (end.date() - begin.date()).days
    if days == 0:
        return f"{begin:%H:%M} to {end:%H:%M}"
    later = "the next day" if days == 1 else f"{days} days later"
    return f"{begin:%H:%M} to {end:%H:%M} {later}"


def zone_word(zone: ZoneInfo) -> str:
    """ "Berlin time", as people say it."""
    city = zone.key.rsplit("/", 1)[-1].replace("_", " ")
    return city if city == "UTC" else f"{city} time"


def day(on: date) -> str:
    """ "Sunday 29 Nov 2026"; the year because it may be another one."""
    return f"{on:%A} {on.day} {on:%b %Y}"


def next_times(window: Window, *, now: datetime, most: int = 3) -> tuple[Time, ...]:
    """The next times, each with what is special about it; of work that is planned once, none."""
    if not window.comes_again:
        return ()
    return tuple(_time(window, spell) for spell in next_spells(window, now=now, most=most))


def _time(window: Window, spell: Spell) -> Time:
    begin, end = wall(spell.starts_at, window.zone), wall(spell.ends_at, window.zone)
    return Time(spell, f"{day(begin)}, {clock_words(begin, end)}", _note(window, spell))


def _note(window: Window, spell: Spell) -> Sentence | None:
    first, last = wall(window.starts_at, window.zone), wall(window.ends_at, window.zone)
    begin, planned = wall(spell.starts_at, window.zone), last - first
    lasts = spell.ends_at - spell.starts_at
    if window.called_off_at == spell.ends_at:
        return None
    if spell in window.exceptions.values():
        return sentence("It was moved here.")
    if begin.time() != first.time():
        return sentence(
            "The clocks go forward over {hour}, so it begins at {begin}.",
            hour=f"{first:%H:%M}",
            begin=f"{begin:%H:%M}",
        )
    if lasts != planned:
        minutes = int(lasts / timedelta(minutes=1))
        return sentence("The clocks change in it: it lasts {lasts_minutes}.", lasts_minutes=minutes)
    if window.recurrence == Recurrence.MONTHLY and begin.day != first.day:
        return sentence("This month has no day {number}: its last day.", number=first.day)
    return None


def conflict(window: Window, other: Window, spell: Spell) -> Sentence:
    """Another window is planned at the same time: when, and which of them decides."""
    begin, end = wall(spell.starts_at, window.zone), wall(spell.ends_at, window.zone)
    params: dict[str, Param] = {
        "other": other.title,
        "day": day(begin),
        "hours": f"{clock_words(begin, end)} {zone_word(window.zone)}",
        "effect": SHORT[MaintenanceMode(stronger(window, other).mode)],
    }
    if window.mode == other.mode:
        return Sentence("“{other}” does the same on {day}, {hours}.", params)
    if stronger(window, other) is other:
        return Sentence("“{other}” is stronger on {day}, {hours}: {effect}", params)
    return Sentence("This is stronger than “{other}” on {day}, {hours}: {effect}", params)

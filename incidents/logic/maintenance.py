"""Planned work in wall time: when it is going on, what it is about, and which of several wins.

Every time of a window begins and ends at the wall time of its first one, in its own zone. A
beginning that a clock change skips is the first instant after the gap; one that happens twice is
the first of the two, and an end that happens twice is the last. A time that lies in the gap as a
whole does not happen. Monthly work of the 31st is on the last day of a shorter month. All periods
are half-open; `until` is the last day on which a time may begin.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fnmatch import fnmatchcase
from zoneinfo import ZoneInfo

from incidents.enums import MaintenanceMode, Recurrence
from rosters.logic.walltime import add_months, instant, months_between, wall

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
SLACK = 2
"""How many times before the looked-for one are looked at: clocks change, months differ."""

STRENGTH = (
    MaintenanceMode.TELL,
    MaintenanceMode.PAUSE,
    MaintenanceMode.HOLD,
    MaintenanceMode.LOG,
)
"""The weakest first. Of several windows at once the strongest decides."""

LONGEST: Mapping[str, timedelta] = {
    Recurrence.ONCE: timedelta(days=31),
    Recurrence.DAILY: DAY,
    Recurrence.WEEKLY: WEEK,
    Recurrence.MONTHLY: timedelta(days=28),
}
"""A time that comes again must be over before the next one; work that is planned once, in time."""


@dataclass(frozen=True, order=True)
class Spell:
    """One time of a window; half-open."""

    starts_at: datetime
    ends_at: datetime

    def holds(self, at: datetime) -> bool:
        return self.starts_at <= at < self.ends_at


@dataclass(frozen=True)
class Window:
    """Planned work as far as time and alerts ask. `starts_at` and `ends_at` are its first time.

    What is empty of services, sources and labels does not narrow it down; with none of them it is
    about nothing. After `called_off_at` it does not happen. `exceptions` are times that are moved,
    or left out (None), by the day on which they would begin: see incidents.logic.exceptions.
    """

    window_id: int
    mode: str
    starts_at: datetime
    ends_at: datetime
    zone: ZoneInfo
    recurrence: str = Recurrence.ONCE
    until: date | None = None
    called_off_at: datetime | None = None
    service_ids: frozenset[int] = frozenset()
    source_ids: frozenset[int] = frozenset()
    labels: Mapping[str, str] = field(default_factory=dict)
    title: str = ""
    exceptions: Mapping[date, Spell | None] = field(default_factory=dict)

    @property
    def comes_again(self) -> bool:
        return self.recurrence != Recurrence.ONCE


@dataclass(frozen=True)
class Subject:
    """What a window may be about: an alert, or an incident. Without labels: an incident."""

    service_id: int | None
    source_id: int | None = None
    labels: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Cover:
    """The window that decides about something now, and when it stops to."""

    window_id: int
    mode: str
    starts_at: datetime
    ends_at: datetime
    title: str = ""


def spells(window: Window, *, after: datetime) -> Iterator[Spell]:
    """The times of the window that end after `after`, the earliest first; maybe without end."""
    number = max(0, _number_near(window, after) - SLACK)
    while (spell := _spell(window, number)) is not None:
        number += 1
        if spell.ends_at > max(after, spell.starts_at):
            yield spell


def spell_at(window: Window, at: datetime) -> Spell | None:
    """The time of the window that is going on at `at`."""
    found = next(spells(window, after=at), None)
    return found if found and found.holds(at) else None


def next_spells(window: Window, *, now: datetime, most: int) -> tuple[Spell, ...]:
    """The time that is going on at `now`, and those that follow; at most `most`."""
    return tuple(spell for spell, _ in zip(spells(window, after=now), range(most), strict=False))


def is_over(window: Window, *, now: datetime) -> bool:
    """Whether nothing of it is left."""
    return next(spells(window, after=now), None) is None


def is_special(window: Window, spell: Spell) -> bool:
    """Whether a clock change or a short month makes this time differ from the first."""
    first, last = wall(window.starts_at, window.zone), wall(window.ends_at, window.zone)
    begin, end = wall(spell.starts_at, window.zone), wall(spell.ends_at, window.zone)
    is_moved = window.recurrence == Recurrence.MONTHLY and begin.day != first.day
    return is_moved or (begin.time(), end - begin) != (first.time(), last - first)


def _spell(window: Window, number: int) -> Spell | None:
    """Time number `number` of the window, counted from 0; None when it has no more."""
    if number and not window.comes_again:
        return None
    found = Spell(window.starts_at, window.ends_at)
    if number:
        begin, length = _walls(window)
        begin = _moved(window, begin, number)
        if window.until is not None and begin.date() > window.until:
            return None
        starts_at = instant(begin, window.zone)
        found = Spell(starts_at, max(starts_at, instant(begin + length, window.zone, is_end=True)))
    found = _excepted(window, found)
    off_at = window.called_off_at
    if off_at is None:
        return found
    if off_at <= found.starts_at:
        return None
    return Spell(found.starts_at, min(found.ends_at, off_at))


def _excepted(window: Window, spell: Spell) -> Spell:
    """Where it is instead; what is left out is as short as nothing."""
    if not window.exceptions or not window.comes_again:
        return spell
    on = wall(spell.starts_at, window.zone).date()
    return window.exceptions.get(on, spell) or Spell(spell.starts_at, spell.starts_at)


def _walls(window: Window) -> tuple[datetime, timedelta]:
    """The wall time of its beginning, and how long it lasts on the clock."""
    begin, end = wall(window.starts_at, window.zone), wall(window.ends_at, window.zone)
    return begin, max(end - begin, timedelta(0))


def _moved(window: Window, begin: datetime, number: int) -> datetime:
    if window.recurrence == Recurrence.MONTHLY:
        return add_months(begin, number)
    return begin + number * (WEEK if window.recurrence == Recurrence.WEEKLY else DAY)


def _number_near(window: Window, at: datetime) -> int:
    """Which time of the window lies about `at`; never a later one than the last that began."""
    begin, length = _walls(window)
    then = wall(at, window.zone) - length
    if then <= begin or not window.comes_again:
        return 0
    if window.recurrence == Recurrence.MONTHLY:
        return months_between(begin, then)
    return (then - begin) // (WEEK if window.recurrence == Recurrence.WEEKLY else DAY)


def is_about(window: Window, subject: Subject) -> bool:
    """Whether everything that narrows the window down fits. Labels are asked of alerts only."""
    if not (window.service_ids or window.source_ids or window.labels):
        return False
    if window.service_ids and subject.service_id not in window.service_ids:
        return False
    if window.source_ids and subject.source_id not in window.source_ids:
        return False
    if not window.labels:
        return True
    labels = subject.labels
    return labels is not None and all(
        _reads(labels.get(name, ""), value) for name, value in window.labels.items()
    )


def _reads(found: str, asked: str) -> bool:
    """Whether a label says what is asked: without case, and with * and ? for anything."""
    return fnmatchcase(found.casefold(), asked.casefold().replace("[", "[[]"))


def cover(
    windows: Iterable[Window],
    subject: Subject,
    *,
    at: datetime,
    modes: Collection[str] = (MaintenanceMode.LOG, MaintenanceMode.HOLD),
) -> Cover | None:
    """The window of these modes that decides about the subject at `at`: the strongest.

    Of equally strong ones it is the one that lasts longest. When it ends, who asks asks again: a
    window that follows without a break decides then.
    """
    found = [
        Cover(window.window_id, window.mode, spell.starts_at, spell.ends_at, window.title)
        for window in windows
        if window.mode in modes and is_about(window, subject)
        if (spell := spell_at(window, at)) is not None
    ]
    return max(found, key=_rank, default=None)


def _rank(one: Cover) -> tuple[int, datetime, int]:
    return (STRENGTH.index(MaintenanceMode(one.mode)), one.ends_at, -one.window_id)


def stronger(one: Window, other: Window) -> Window:
    """Which of two decides where both go on; of equally strong ones the first."""
    modes = [STRENGTH.index(MaintenanceMode(window.mode)) for window in (one, other)]
    return other if modes[1] > modes[0] else one


def decides_until(
    windows: Iterable[Window], subject: Subject, *, at: datetime, modes: Collection[str]
) -> datetime | None:
    """When nothing covers the subject any more, windows that touch or overlap taken together."""
    known = list(windows)
    ends_at: datetime | None = None
    found = cover(known, subject, at=at, modes=modes)
    for _ in range(2 * len(known)):
        if found is None:
            break
        ends_at = found.ends_at
        found = cover(known, subject, at=ends_at, modes=modes)
    return ends_at


def holds_until(window: Window | None, until: datetime, *, now: datetime) -> bool:
    """Whether the window still holds alerts at `now`, and up to `until`."""
    if window is None or window.mode != MaintenanceMode.HOLD:
        return False
    spell = spell_at(window, now)
    return spell is not None and spell.ends_at == until


def meets(one: Window, other: Window, *, after: datetime, before: datetime) -> Spell | None:
    """The first time between `after` and `before` in which both go on and may meet, if any."""
    if not _may_meet(one, other):
        return None
    for spell in spells(one, after=after):
        if spell.starts_at >= before:
            return None
        theirs = next(spells(other, after=max(after, spell.starts_at)), None)
        if theirs is None:
            return None
        if theirs.starts_at < min(spell.ends_at, before):
            return Spell(max(spell.starts_at, theirs.starts_at), min(spell.ends_at, theirs.ends_at))
    return None


def _may_meet(one: Window, other: Window) -> bool:
    """Whether one alert may be about both."""
    return all(
        not mine or not theirs or mine & theirs
        for mine, theirs in (
            (one.service_ids, other.service_ids),
            (one.source_ids, other.source_ids),
        )
    )

"""Single times of planned work that are left out or moved. Pure.

A window keeps them by the day on which the time would begin, on the wall of its own zone:
{"2026-12-12": {"reason": "The shop is full"}} leaves that time out; with "starts_at" and "ends_at"
as ISO instants it is moved there. A moved time stays between its neighbors, so that times never
change their order.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise

from config.portal.sentences import Sentence, sentence
from incidents.logic.maintenance import LONGEST, Spell, Window, next_spells, spells
from incidents.logic.maintenance_keeping import Mistake
from incidents.logic.maintenance_words import clock_words, day
from rosters.logic.walltime import wall

OFFERED = 8
"""How many of the coming times can be chosen at once."""
Stored = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Excepted:
    """One time that differs: the day, when it is instead (None: not at all), and why."""

    on: date
    spell: Spell | None
    reason: str
    words: Sentence


def times_of(stored: Stored) -> dict[date, Spell | None]:
    """The exceptions as the window wants them."""
    return {date.fromisoformat(on): _spell_of(one) for on, one in stored.items()}


def _spell_of(one: Mapping[str, str]) -> Spell | None:
    if "starts_at" not in one:
        return None
    return Spell(*(datetime.fromisoformat(one[name]) for name in ("starts_at", "ends_at")))


def as_stored(spell: Spell | None, reason: str) -> dict[str, str]:
    """One exception as a window keeps it."""
    if spell is None:
        return {"reason": reason}
    starts_at, ends_at = spell.starts_at.isoformat(), spell.ends_at.isoformat()
    return {"reason": reason, "starts_at": starts_at, "ends_at": ends_at}


def listed(window: Window, stored: Stored, *, now: datetime) -> tuple[Excepted, ...]:
    """The exceptions that still matter, the earliest first."""
    found = [_excepted(window, on, one) for on, one in sorted(stored.items())]
    today = wall(now, window.zone).date()
    return tuple(
        one for one in found if (one.spell.ends_at > now if one.spell else one.on >= today)
    )


def _excepted(window: Window, on: str, one: Mapping[str, str]) -> Excepted:
    planned, spell = date.fromisoformat(on), _spell_of(one)
    if spell is None:
        words = sentence("{day} is left out.", day=day(planned))
        return Excepted(planned, None, one["reason"], words)
    begin, end = wall(spell.starts_at, window.zone), wall(spell.ends_at, window.zone)
    words = sentence(
        "{day} is moved to {moved}, {hours}.",
        day=day(planned),
        moved=day(begin),
        hours=clock_words(begin, end),
    )
    return Excepted(planned, spell, one["reason"], words)


def choices(window: Window, *, now: datetime) -> tuple[tuple[date, str], ...]:
    """The coming times as they are planned, that may be left out or moved: the day, and words."""
    found = next_spells(_plain(window), now=now, most=OFFERED + 1)
    return tuple(
        (_day(window, spell), _in_words(window, spell)) for spell in found if spell.starts_at > now
    )[:OFFERED]


def _in_words(window: Window, spell: Spell) -> str:
    begin, end = wall(spell.starts_at, window.zone), wall(spell.ends_at, window.zone)
    return f"{day(begin)}, {clock_words(begin, end)}"


def _plain(window: Window) -> Window:
    return replace(window, exceptions={})


def _day(window: Window, spell: Spell) -> date:
    return wall(spell.starts_at, window.zone).date()


def why_not_except(window: Window, on: date, *, now: datetime) -> str | None:
    """Whether the time of this day can be left out or moved."""
    if not window.comes_again:
        return "It is planned once. Change it itself."
    spell = _planned(window, on)
    if spell is None:
        return "It has no time on that day. Choose one of the list."
    if spell.starts_at <= now:
        return "That time has begun already. End it instead."
    return None


def _planned(window: Window, on: date) -> Spell | None:
    """The time that is planned for this day, exceptions aside."""
    midnight = datetime.combine(on, datetime.min.time(), tzinfo=window.zone)
    for spell in spells(_plain(window), after=midnight):
        if _day(window, spell) >= on:
            return spell if _day(window, spell) == on else None
    return None


def mistakes(window: Window, on: date, moved: Spell, *, now: datetime) -> tuple[Mistake, ...]:
    """What is wrong with moving the time of this day there; the day itself can be moved."""
    if moved.ends_at <= moved.starts_at:
        return (Mistake("ends_at", "It must end after it starts."),)
    if moved.starts_at <= now:
        return (Mistake("starts_at", "That is past. Choose a later time."),)
    planned, longest = _planned(window, on), LONGEST[window.recurrence]
    if planned is None or abs(moved.starts_at - planned.starts_at) > longest:
        return (Mistake("starts_at", "That is too far from the time that is planned."),)
    if moved.ends_at - moved.starts_at >= longest:
        return (Mistake("ends_at", "It must be over before its next time begins."),)
    return _neighbors(window, on, moved)


def _neighbors(window: Window, on: date, moved: Spell) -> tuple[Mistake, ...]:
    if moved.starts_at < window.starts_at:
        return (Mistake("starts_at", "That is before its first time. Choose a later one."),)
    after = moved.starts_at - 3 * LONGEST[window.recurrence]
    changed = replace(window, exceptions={**window.exceptions, on: moved})
    for one, other in pairwise(_some(changed, after, until=moved.ends_at)):
        if other.starts_at < one.ends_at:
            return (Mistake("starts_at", "It meets another of its times. Choose one between."),)
    return ()


def _some(window: Window, after: datetime, *, until: datetime) -> list[Spell]:
    """The times around a moved one, in the order of the plan."""
    last = until + 2 * LONGEST[window.recurrence] + timedelta(days=1)
    found = []
    for spell in spells(window, after=after):
        found.append(spell)
        if spell.starts_at > last:
            break
    return found


def still_fitting(window: Window, stored: Stored, *, now: datetime) -> dict[str, dict[str, str]]:
    """The exceptions that a changed window keeps: those of days on which it still has a time."""
    kept: dict[str, dict[str, str]] = {}
    for on, one in sorted(stored.items()):
        day_of, spell = date.fromisoformat(on), _spell_of(one)
        known = replace(window, exceptions=times_of(kept))
        if _planned(known, day_of) is None:
            continue
        if spell is None or not mistakes(known, day_of, spell, now=now):
            kept[on] = dict(one)
    return kept

"""Each person's shifts, and who is on call on two rosters at once. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from operator import attrgetter

from rosters.logic.rotation import Segment


@dataclass(frozen=True)
class Shift:
    """A half-open time in which one person stands at one level: 0 is the first on call."""

    person: int
    level: int
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class DoubleBooking:
    """A half-open time in which one person is on call on these rosters, two at least."""

    person: int
    starts_at: datetime
    ends_at: datetime
    rosters: tuple[int, ...]


def shifts(stretches: Iterable[Segment]) -> list[Shift]:
    """Each person's shifts in stretches of one roster, by their start, then level.

    A shift goes on while only other people change. The first and the last of the stretches cut off
    what began before and ends after them.
    """
    found: list[Shift] = []
    held: dict[tuple[int, int], int] = {}
    for stretch in stretches:
        here: dict[tuple[int, int], int] = {}
        for level, people in enumerate(stretch.levels):
            for person in people:
                place = held.get((person, level), len(found))
                if place == len(found):
                    found.append(Shift(person, level, stretch.starts_at, stretch.ends_at))
                else:
                    found[place] = replace(found[place], ends_at=stretch.ends_at)
                here[person, level] = place
        held = here
    return sorted(found, key=attrgetter("starts_at", "level"))


def double_bookings(
    stretches: Mapping[int, Iterable[Segment]], *, levels: int = 1
) -> list[DoubleBooking]:
    """When one person is on call on several rosters at once, by person and time.

    `stretches` by roster, as the resolver gives them. Of each roster the first `levels` count: with
    1, a backup on another roster is no double booking.
    """
    held: dict[int, list[tuple[datetime, bool, int]]] = defaultdict(list)
    for roster, found in stretches.items():
        for shift in shifts(replace(one, levels=one.levels[:levels]) for one in found):
            held[shift.person].append((shift.starts_at, True, roster))
            held[shift.person].append((shift.ends_at, False, roster))
    bookings: list[DoubleBooking] = []
    for person in sorted(held):
        for booking in _together(person, sorted(held[person])):
            _extend(bookings, booking)
    return bookings


def _together(
    person: int, changes: Iterable[tuple[datetime, bool, int]]
) -> Iterable[DoubleBooking]:
    """One person's double bookings; an end comes before a start at the same instant."""
    here: list[int] = []
    since: datetime | None = None
    for at, begins, roster in changes:
        if since is not None and since < at and len(set(here)) > 1:
            yield DoubleBooking(person, since, at, tuple(sorted(set(here))))
        since = at
        if begins:
            here.append(roster)
        else:
            here.remove(roster)


def _extend(found: list[DoubleBooking], one: DoubleBooking) -> None:
    """Add it, joined to the one before it when it goes on on the same rosters."""
    last = found[-1] if found else None
    if last and (last.person, last.ends_at, last.rosters) == (
        one.person,
        one.starts_at,
        one.rosters,
    ):
        found[-1] = replace(last, ends_at=one.ends_at)
    else:
        found.append(one)

"""Calendars for other programs: which shifts they hold, and under which lasting names. Pure.

Instants are aware, in UTC; every stretch is half-open. A calendar holds whole months, so that the
same shift begins at the same instant, and has the same name, however often it is read: a window
that moved with the clock would cut the shift that runs anew each time. What lasts for more than a
month, as the shift of somebody who alone is on a layer, is shown month by month; nothing is left
out because it began before the window.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from rosters.logic.rotation import Segment
from rosters.logic.sharing import in_hours

MONTHS_BACK, MONTHS_AHEAD = 1, 13
LOOK_BACK = timedelta(days=35)
"""How long before the window the shifts that reach into it are looked for. What has run for as long
by the beginning of a month is cut there, so where the looking began does not matter."""
TICK = timedelta(microseconds=1)
LENGTH = 32
"""Characters of a secret address: 165 random bits."""
LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
HINT_LENGTH = 6
MOST = 20
"""Live calendars of one person."""
LEVELS = ("First on call", "Backup", "Third", "Fourth")


@dataclass(frozen=True)
class Held:
    """One person's stretch on one level of one roster; level 0 is the first on call."""

    roster: int
    level: int
    person: int
    starts_at: datetime
    ends_at: datetime

    @property
    def lasts(self) -> str:
        """How long it is: "24 h"."""
        return in_hours(self.starts_at, self.ends_at)

    @property
    def uid(self) -> str:
        """Lasting: the same shift has it whenever it is read, whatever changes after it begins."""
        begins = self.starts_at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
        return f"{self.roster}-{self.level}-{self.person}-{begins}"


@dataclass(frozen=True)
class Entry:
    """One event of a calendar."""

    uid: str
    starts_at: datetime
    ends_at: datetime
    title: str
    about: str


def window(now: datetime) -> tuple[datetime, datetime]:
    """Whole months in UTC: from the beginning of the last one, over a year ahead."""
    return _month(now, -MONTHS_BACK), _month(now, MONTHS_AHEAD)


def _month(now: datetime, step: int) -> datetime:
    year, month = divmod(now.astimezone(UTC).year * 12 + now.astimezone(UTC).month - 1 + step, 12)
    return datetime(year, month + 1, 1, tzinfo=UTC)


def held(roster: int, stretches: Iterable[Segment], *, since: datetime) -> Iterator[Held]:
    """Who holds which level when from `since` on, the first instant of a month; joined while only
    others change. The stretches begin `LOOK_BACK` before it."""
    return (
        part
        for one in joined_by_person(roster, stretches)
        for part in _by_month(one)
        if part.ends_at > since
    )


def _by_month(one: Held) -> Iterator[Held]:
    """A shift in one piece; a very long one cut where months begin."""
    cut = _month(one.starts_at + LOOK_BACK - TICK, 1)
    while cut < one.ends_at:
        yield replace(one, ends_at=cut)
        one, cut = replace(one, starts_at=cut), _month(cut, 1)
    yield one


def joined_by_person(roster: int, stretches: Iterable[Segment]) -> Iterator[Held]:
    """Who holds which level when, joined while only others change, in the order of the ends."""
    running: dict[tuple[int, int], Held] = {}
    for stretch in stretches:
        now_on = {
            (level, person) for level, people in enumerate(stretch.levels) for person in people
        }
        for key in [key for key in running if key not in now_on]:
            yield running.pop(key)
        for level, person in sorted(now_on):
            before = running.get((level, person))
            running[level, person] = (
                replace(before, ends_at=stretch.ends_at)
                if before
                else Held(roster, level, person, stretch.starts_at, stretch.ends_at)
            )
    yield from running.values()


def of_roster(
    found: Iterable[Held], *, roster_name: str, names: Mapping[int, str], address: str
) -> list[Entry]:
    """The calendar of one roster: who holds which level."""
    return [
        Entry(
            one.uid,
            one.starts_at,
            one.ends_at,
            f"{names[one.person]}: {level_name(one.level).lower()}",
            f"{level_name(one.level)} on {roster_name}. {address}",
        )
        for one in _by_time(found)
    ]


def of_person(found: Iterable[Held], *, rosters: Mapping[int, tuple[str, str]]) -> list[Entry]:
    """The calendar of one person; `rosters` has the name and the address of each."""
    return [
        Entry(
            one.uid,
            one.starts_at,
            one.ends_at,
            f"{_duty(one.level)}: {rosters[one.roster][0]}",
            f"{level_name(one.level)} on {rosters[one.roster][0]}. {rosters[one.roster][1]}",
        )
        for one in _by_time(found)
    ]


def _by_time(found: Iterable[Held]) -> list[Held]:
    return sorted(found, key=lambda one: (one.starts_at, one.roster, one.level, one.person))


def _duty(level: int) -> str:
    return "On call" if level == 0 else level_name(level)


def level_name(level: int) -> str:
    """What a level is called; level 0 is the first."""
    return LEVELS[level] if level < len(LEVELS) else f"Level {level + 1}"


def why_not_make(
    *, live: int, is_own: bool, is_administrator: bool, has_left: bool = False
) -> str | None:
    """Whether somebody may make a calendar address for a person."""
    if has_left:
        return "They have left, so there is no calendar of theirs to read."
    if not is_own and not is_administrator:
        return "Only they can make an address for their own calendar."
    if live >= MOST:
        return f"There are {live} addresses already. End one that nobody uses any more."
    return None


def why_not_end(*, is_own: bool, is_administrator: bool) -> str | None:
    """Whether somebody may end a calendar address."""
    if is_own or is_administrator:
        return None
    return "Only they or an administrator can end this address."

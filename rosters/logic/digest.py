"""When somebody's weekly letter is due, and what it says. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from rosters.enums import Weekday
from rosters.logic.walltime import wall

DAY = Weekday.MONDAY
AT = time(9)
MOST = 20


@dataclass(frozen=True)
class Point:
    """One thing that needs somebody."""

    heading: str
    title: str
    detail: str
    due_on: date | None
    link: str


def due_day(now: datetime, zone: ZoneInfo) -> date | None:
    """The day whose letter may leave at `now`: Monday from 09:00 until midnight in `zone`.

    After a pause it is caught up within the same day, never later.
    """
    here = wall(now, zone)
    return here.date() if here.weekday() == DAY and here.time() >= AT else None


@dataclass(frozen=True)
class Letter:
    """One sort of letter. `because` ends it: why they get it."""

    one: str
    many: str
    opening: str
    because: str

    def subject(self, points: Sequence[Point]) -> str:
        """How the letter begins."""
        return self.one if len(points) == 1 else self.many.format(n=len(points))


CONTACTS = Letter(
    "One contact needs you",
    "{n} contacts need you",
    "When something breaks, a call can go astray here. You can mend it:",
    "You get this on Mondays because you own it, and only when there is something to do.",
)
COVERAGE = Letter(
    "One shift in the next 30 days needs somebody",
    "{n} shifts in the next 30 days need somebody",
    "When something breaks at these times, the first call reaches nobody. You can mend it:",
    "You get this on Mondays because you lead the team, and only when there is something to do.",
)


def body(letter: Letter, points: Sequence[Point], *, mine: str, rest: str) -> str:
    """The letter as text; `mine` and `rest` are links to the reader's page and to everything."""
    lines = []
    for point in points[:MOST]:
        until = f" Until {point.due_on:%-d %B}." if point.due_on else ""
        lines.append(f"- {point.heading}: {point.title}. {point.detail}{until}\n  {point.link}")
    if len(points) > MOST:
        lines.append(f"And {len(points) - MOST} more: {rest}")
    parts = [
        letter.opening,
        *lines,
        f"All of it on one page: {mine}",
        letter.because,
    ]
    return "\n\n".join(parts)

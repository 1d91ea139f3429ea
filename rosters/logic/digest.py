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


def subject(points: Sequence[Point]) -> str:
    """How the letter begins."""
    if len(points) == 1:
        return "One contact needs you"
    return f"{len(points)} contacts need you"


def body(points: Sequence[Point], *, mine: str, rest: str) -> str:
    """The letter as text; `mine` and `rest` are links to the reader's page and to the audit."""
    lines = []
    for point in points[:MOST]:
        until = f" Until {point.due_on:%-d %B}." if point.due_on else ""
        lines.append(f"- {point.heading}: {point.title}. {point.detail}{until}\n  {point.link}")
    if len(points) > MOST:
        lines.append(f"And {len(points) - MOST} more: {rest}")
    parts = [
        "When something breaks, a call can go astray here. You can mend it:",
        *lines,
        f"All of it on one page: {mine}",
        "You get this on Mondays because you own it, and only when there is something to do.",
    ]
    return "\n\n".join(parts)

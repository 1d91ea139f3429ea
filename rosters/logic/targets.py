"""How much of the time a roster should have somebody, as its owner declares it. Pure."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from rosters.logic.shifts import RestrictionSpec, is_within

ALWAYS, HOURS, NONE = "always", "hours", "none"
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True)
class TargetSpec:
    """What is declared: "always" (day and night), "hours" (the named ones), or "none", by design.

    `hours` are wall time in the roster's zone. `levels`: how deep; 1 is somebody on call, 2 also
    somebody behind them. ValueError for an unknown kind, and for less than one level.
    """

    kind: str = ALWAYS
    hours: tuple[RestrictionSpec, ...] = ()
    levels: int = 1

    def __post_init__(self) -> None:
        if self.kind not in (ALWAYS, HOURS, NONE):
            raise ValueError(f"Coverage is declared always, in hours or as none, not: {self.kind}.")
        if self.levels < 1:
            raise ValueError("Coverage asks for one level at least; declare “none” for nobody.")

    def holds(self, zone: ZoneInfo, *, at: datetime) -> bool:
        """Whether somebody should be on call at the instant `at`; `zone` is the roster's."""
        if self.kind == HOURS:
            return is_within(self.hours, zone, at=at)
        return self.kind == ALWAYS


def in_short(hours: Iterable[tuple[int | None, time, time]]) -> str:
    """Hours as people say them: "Mon to Fri 08:00 to 18:00, Sat 10:00 to 14:00"; 0 is Monday."""
    days: dict[tuple[time, time], set[int]] = defaultdict(set)
    for weekday, starts_at, ends_at in hours:
        days[starts_at, ends_at] |= set(range(7)) if weekday is None else {weekday}
    parts = [
        f"{_days(on)} {starts_at:%H:%M} to {ends_at:%H:%M}"
        for (starts_at, ends_at), on in sorted(days.items(), key=lambda one: (min(one[1]), one[0]))
    ]
    return ", ".join(parts)


def _days(on: set[int]) -> str:
    if len(on) == len(DAYS):
        return "Every day"
    runs: list[list[int]] = []
    for day in sorted(on):
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    said = [
        f"{DAYS[run[0]]} to {DAYS[run[-1]]}" if len(run) > 2 else " and ".join(DAYS[d] for d in run)
        for run in runs
    ]
    return ", ".join(said)

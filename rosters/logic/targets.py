"""How much of the time a roster should have somebody, as its owner declares it. Pure."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from rosters.logic.shifts import RestrictionSpec, is_within

ALWAYS, HOURS, NONE = "always", "hours", "none"


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

"""Quiet hours: what can wait, waits until they end. Nothing urgent is ever asked here. Pure."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from rosters.logic.walltime import wall, window

DAY = timedelta(days=1)
MOST_STEPS = 4
"""Hours may end in the instant in which the next ones begin, on the night the clocks change."""


@dataclass(frozen=True)
class QuietHours:
    """Half-open wall time in `zone`; from 22:00 until 07:00 runs over midnight."""

    starts_at: time
    ends_at: time
    zone: ZoneInfo

    def end_of(self, at: datetime) -> datetime | None:
        """When the hours that hold `at` end; None outside of them."""
        today = wall(at, self.zone).date()
        for day in (today - DAY, today):
            begin, end = window(day, self.starts_at, self.ends_at, self.zone)
            if begin <= at < end:
                return end
        return None

    def released(self, at: datetime) -> datetime:
        """The first instant from `at` on that is not quiet."""
        for _ in range(MOST_STEPS):
            end = self.end_of(at)
            if end is None:
                return at
            at = end
        return at


def quiet_hours(
    quiet_from: time | None, quiet_until: time | None, zone: ZoneInfo
) -> QuietHours | None:
    """The quiet hours of a person, if they set any."""
    if quiet_from is None or quiet_until is None or quiet_from == quiet_until:
        return None
    return QuietHours(quiet_from, quiet_until, zone)


def why_not_quiet(quiet_from: time | None, quiet_until: time | None) -> str | None:
    """Whether these two times can be kept."""
    if (quiet_from is None) != (quiet_until is None):
        return "Write both times, or leave both empty."
    if quiet_from is not None and quiet_from == quiet_until:
        return "Choose two different times. What is not urgent has to arrive some time."
    return None

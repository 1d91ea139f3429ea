"""Quiet hours: what can wait, waits until they end. Nothing urgent is ever asked here. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from rosters.logic import holidays
from rosters.logic.walltime import instant, wall, window

DAY = timedelta(days=1)
MOST_STEPS = 30
"""Hours may end in the instant in which the next ones begin; holidays may follow one another."""
HOURS, HOLIDAY = "quiet", "holiday"


@dataclass(frozen=True)
class QuietHours:
    """Half-open wall time in `zone`; from 22:00 until 07:00 runs over midnight.

    With a `region` its public holidays are quiet as well, from midnight to midnight.
    """

    starts_at: time | None
    ends_at: time | None
    zone: ZoneInfo
    region: str = ""

    def end_of(self, at: datetime) -> datetime | None:
        """When the hours, or the holiday, that hold `at` end; None outside of them."""
        today = wall(at, self.zone).date()
        ends = [self._hours_end(at, today), self._holiday_end(today)]
        return max((one for one in ends if one is not None), default=None)

    def why(self, at: datetime) -> str:
        """Whether it is a holiday or the hours that hold `at`; empty outside of both."""
        if self._holiday_end(wall(at, self.zone).date()):
            return HOLIDAY
        return HOURS if self.end_of(at) else ""

    def _hours_end(self, at: datetime, today: date) -> datetime | None:
        if self.starts_at is None or self.ends_at is None:
            return None
        for day in (today - DAY, today):
            begin, end = window(day, self.starts_at, self.ends_at, self.zone)
            if begin <= at < end:
                return end
        return None

    def _holiday_end(self, today: date) -> datetime | None:
        if not self.region or not holidays.name_of(self.region, today):
            return None
        return instant(datetime.combine(today + DAY, time()), self.zone)

    def released(self, at: datetime) -> datetime:
        """The first instant from `at` on that is not quiet."""
        for _ in range(MOST_STEPS):
            end = self.end_of(at)
            if end is None:
                return at
            at = end
        return at


def quiet_hours(
    quiet_from: time | None, quiet_until: time | None, zone: ZoneInfo, *, region: str = ""
) -> QuietHours | None:
    """The quiet hours of a person, if they set any; `region`, if its holidays are quiet too."""
    has_hours = quiet_from is not None and quiet_until is not None and quiet_from != quiet_until
    if not has_hours and not region:
        return None
    hours = (quiet_from, quiet_until) if has_hours else (None, None)
    return QuietHours(*hours, zone, region)


def why_not_quiet(quiet_from: time | None, quiet_until: time | None) -> str | None:
    """Whether these two times can be kept."""
    if (quiet_from is None) != (quiet_until is None):
        return "Write both times, or leave both empty."
    if quiet_from is not None and quiet_from == quiet_until:
        return "Choose two different times. What is not urgent has to arrive some time."
    return None


def why_not_holidays(wants: bool, region: str) -> str | None:  # noqa: FBT001  # read beside the region
    """Whether somebody's public holidays can be quiet."""
    if wants and not region:
        return "We do not know your region, so not your holidays. An administrator can set it."
    return None

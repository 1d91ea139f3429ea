"""When a promise is due: response targets in minutes or in working days."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

CLOSE_OF_BUSINESS = time(17, 0)
AT_RISK_SHARE = 0.8
SATURDAY = 5


@dataclass(frozen=True)
class Target:
    """One response target; `tier` None holds for services of every tier."""

    promise: str
    severity: int
    tier: int | None
    amount: int
    is_working_days: bool = False


@dataclass(frozen=True)
class Due:
    """A clock's instants, in UTC: when it is missed and from when on it is at risk."""

    target_at: datetime
    at_risk_at: datetime

    def stretched(self, times: int, *, started_at: datetime) -> "Due":
        """So many times as far from the start."""
        return Due(
            started_at + (self.target_at - started_at) * times,
            started_at + (self.at_risk_at - started_at) * times,
        )


def choose_target(
    targets: Iterable[Target], *, promise: str, severity: int, tier: int | None
) -> Target | None:
    """The target that holds: the one for this tier wins over the one for every tier."""
    fitting = [
        target
        for target in targets
        if target.promise == promise and target.severity == severity and target.tier in (None, tier)
    ]
    return min(fitting, key=lambda target: target.tier is None, default=None)


def due(target: Target, *, started_at: datetime, zone: ZoneInfo) -> Due:
    """When `target` is missed. Working days are Monday to Friday and end at 17:00 in `zone`."""
    if target.is_working_days:
        target_at = _close_of_working_day(target.amount, started_at=started_at, zone=zone)
    else:
        target_at = started_at + timedelta(minutes=target.amount)
    return Due(target_at, started_at + (target_at - started_at) * AT_RISK_SHARE)


def _close_of_working_day(days: int, *, started_at: datetime, zone: ZoneInfo) -> datetime:
    day = started_at.astimezone(zone).date()
    left = days
    while left > 0:
        day += timedelta(days=1)
        if day.weekday() < SATURDAY:
            left -= 1
    return datetime.combine(day, CLOSE_OF_BUSINESS, zone).astimezone(UTC)

"""When a step of a rule is left out: what must be so before anybody is told. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from rosters.logic.matrix import HoursSpec

MILDEST = 4
"""The mildest severity: a step for it or worse is for every incident."""
HOURS, SERVICE, RECIPIENT = "hours", "service", "recipient"


class Kind(StrEnum):
    """What a condition asks."""

    SEVERITY = "severity"
    IMPACT = "impact"
    ALERTS = "alerts"
    HOURS = "hours"


@dataclass(frozen=True)
class Conditions:
    """What must be so when the step fires; nothing set is always so. All that is set must be so.

    `hours` are read as `hours_read_in` says: in their own zone, in that of the service's team, or
    in that of each person who would be called.
    """

    mildest: int | None = None
    impact_id: int | None = None
    impact_name: str = ""
    hours: HoursSpec | None = None
    hours_read_in: str = HOURS
    least_alerts: int | None = None
    alerts_within: timedelta = timedelta(0)

    @property
    def are_none(self) -> bool:
        """Whether the step is never left out because of them."""
        mild = self.mildest is None or self.mildest >= MILDEST
        return mild and self.impact_id is None and self.hours is None and self.least_alerts is None

    @property
    def reads_in_services_zone(self) -> bool:
        return self.hours is not None and self.hours_read_in == SERVICE


@dataclass(frozen=True)
class Facts:
    """What conditions ask of an incident. `alerts_at`: its newest signals, the newest first.

    `zone` is the one of the service's team; without a service there is none.
    """

    severity: int
    impact_id: int | None = None
    zone: str = ""
    alerts_at: Sequence[datetime] = ()


def fails(conditions: Conditions, facts: Facts, *, at: datetime) -> Kind | None:
    """Which condition is not so at `at`, the first of them; None when all are so.

    Hours in the zone of whoever is called are asked of each person: `holds_for`.
    """
    if conditions.mildest is not None and facts.severity > conditions.mildest:
        return Kind.SEVERITY
    if conditions.impact_id is not None and facts.impact_id != conditions.impact_id:
        return Kind.IMPACT
    if conditions.least_alerts is not None and not _has_alerts(conditions, facts, at=at):
        return Kind.ALERTS
    if conditions.hours is None or conditions.hours_read_in == RECIPIENT:
        return None
    own = conditions.hours_read_in == HOURS or not facts.zone
    zone = conditions.hours.zone if own else ZoneInfo(facts.zone)
    return None if _hold(conditions.hours, zone, at=at) else Kind.HOURS


def _has_alerts(conditions: Conditions, facts: Facts, *, at: datetime) -> bool:
    """Whether so many signals arrived in the time before `at`; the first instant is not in it."""
    since = at - conditions.alerts_within
    return sum(since < one <= at for one in facts.alerts_at) >= (conditions.least_alerts or 0)


def holds_for(conditions: Conditions, time_zone: str, *, at: datetime) -> bool:
    """Whether somebody in this zone may be called, by hours that are read in theirs."""
    if conditions.hours is None or conditions.hours_read_in != RECIPIENT:
        return True
    return _hold(conditions.hours, ZoneInfo(time_zone), at=at)


def _hold(hours: HoursSpec, zone: ZoneInfo, *, at: datetime) -> bool:
    return HoursSpec(hours.name, zone, hours.spans).hold(at)

"""By when a review is due."""

from datetime import datetime
from zoneinfo import ZoneInfo

from incidents.enums import Promise
from incidents.logic.targets import Target, due
from rosters.enums import SeverityLevel

WORKING_DAYS = 5


def due_at(target_at: datetime | None, *, resolved_at: datetime, zone: ZoneInfo) -> datetime:
    """By when the review is due: as promised, else five working days after the incident ended."""
    if target_at is not None:
        return target_at
    promise = Target(Promise.REVIEW, SeverityLevel.MINOR, None, WORKING_DAYS, is_working_days=True)
    return due(promise, started_at=resolved_at, zone=zone).target_at

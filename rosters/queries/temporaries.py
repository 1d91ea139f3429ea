"""Temporary schedules of a roster; a constant number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, Q, QuerySet

from rosters.logic.spans import Span
from rosters.logic.temporaries import ShiftPlan, TemporaryPlan
from rosters.models import Roster, TemporarySchedule, TemporaryShift


@dataclass(frozen=True)
class HeldTemporary:
    """One temporary schedule and what it says."""

    schedule: TemporarySchedule
    plan: TemporaryPlan

    def is_running(self, now: datetime) -> bool:
        return self.schedule.starts_at <= now < self.schedule.ends_at


def ahead(roster: Roster, *, now: datetime) -> list[HeldTemporary]:
    """Those that hold now or later, by time."""
    rows = _rows(roster).filter(ends_at__gt=now).order_by("starts_at", "pk")
    return [_held(row) for row in rows]


def find(roster: Roster, pk: int) -> HeldTemporary | None:
    """One of this roster's."""
    row = _rows(roster).filter(pk=pk).first()
    return _held(row) if row else None


def touching(roster: Roster, windows: Iterable[Span]) -> list[HeldTemporary]:
    """Those that hold at some time in one of these windows, as they were made."""
    near = Q(pk__in=())
    for starts_at, ends_at in windows:
        near |= Q(starts_at__lt=ends_at, ends_at__gt=starts_at)
    return [_held(row) for row in _rows(roster).filter(near).order_by("pk")]


def _rows(roster: Roster) -> QuerySet[TemporarySchedule]:
    shifts = TemporaryShift.objects.select_related("person").order_by("starts_at", "level", "pk")
    return (
        TemporarySchedule.objects.filter(roster=roster)
        .select_related("created_by", "roster")
        .prefetch_related(Prefetch("shifts", shifts))
    )


def _held(row: TemporarySchedule) -> HeldTemporary:
    shifts = tuple(
        ShiftPlan(one.person_id, one.starts_at, one.ends_at, one.level) for one in row.shifts.all()
    )
    return HeldTemporary(row, TemporaryPlan(row.name, row.starts_at, row.ends_at, shifts))

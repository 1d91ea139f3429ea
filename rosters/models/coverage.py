"""When somebody is meant to be on call, and who really was."""

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from rosters.enums import CoverageKind, ShiftSource, Weekday
from rosters.models.people import Person
from rosters.models.schedule import Roster


class CoverageTarget(models.Model):
    """When a roster is meant to have somebody, and how deep; without one, its layers say.

    Example: Payments, day and night, two levels. Example: Data reports, never, by design, because
    nothing there cannot wait for the morning.
    """

    roster = models.OneToOneField(Roster, on_delete=models.CASCADE, related_name="coverage")
    kind = models.CharField(max_length=8, choices=CoverageKind, default=CoverageKind.ALWAYS)
    levels = models.PositiveSmallIntegerField(
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(4)],
        help_text="1: somebody is on call. 2: somebody is behind them, too.",
    )
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="rosters_coveragetarget_none_has_a_reason",
                condition=~Q(kind=CoverageKind.NONE) | ~Q(reason=""),
                violation_error_message="Say why nobody needs to be on call.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.roster}: {self.get_kind_display().lower()}"


class CoverageHours(models.Model):
    """Hours in which somebody is meant to be on call, wall time in the roster's zone.

    Half-open; an end at or before the start runs into the next day. Empty weekday: every day.
    """

    target = models.ForeignKey(CoverageTarget, on_delete=models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField(
        choices=Weekday, null=True, blank=True, help_text="Empty: every day."
    )
    starts_at = models.TimeField()
    ends_at = models.TimeField()

    class Meta:
        verbose_name_plural = "coverage hours"

    def __str__(self) -> str:
        day = "Every day" if self.weekday is None else Weekday(self.weekday).label
        return f"{day} {self.starts_at:%H:%M} to {self.ends_at:%H:%M}"


class ShiftLog(models.Model):
    """Who really was on call, level by level: written after the fact and never changed.

    UTC instants, half-open. It outlives leavers and edits of the roster: the names stand as they
    were. Level 1 is the first on call. Example: Mei on Payments, level 1, Monday 09:00 to 18:00.
    """

    roster = models.ForeignKey(Roster, on_delete=models.PROTECT, related_name="shift_logs")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="shift_logs")
    level = models.PositiveSmallIntegerField(validators=[MinValueValidator(1)])
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    source = models.CharField(max_length=10, choices=ShiftSource, default=ShiftSource.TURN)
    roster_name = models.CharField(max_length=80)
    person_name = models.CharField(max_length=120)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["roster", "starts_at"], name="rosters_shiftlog_roster_time"),
            models.Index(fields=["person", "starts_at"], name="rosters_shiftlog_person_time"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["roster", "level", "person", "starts_at"], name="rosters_shiftlog_once"
            ),
            models.CheckConstraint(
                name="rosters_shiftlog_valid_period", condition=Q(ends_at__gt=F("starts_at"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_name} on {self.roster_name}"

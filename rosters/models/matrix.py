"""Whom we call about what: roles, named hours and the contact matrix."""

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce

from config.portal.validators import validate_time_zone
from rosters.enums import SeverityLevel, Weekday
from rosters.models.people import Person, Team
from rosters.models.services import Service


class StakeholderRole(models.Model):
    """A part somebody plays when things break. Example: incident commander."""

    name = models.CharField(
        max_length=80, unique=True, help_text="As read after “the”: incident commander"
    )
    slug = models.SlugField(unique=True)
    description = models.CharField(
        max_length=300, blank=True, help_text="One plain sentence that everybody may read."
    )
    actions = models.TextField(
        "non-negotiable actions",
        max_length=1000,
        blank=True,
        db_default="",
        help_text="What whoever fills it always does, one a line.",
    )
    is_needed = models.BooleanField(
        "every service needs one",
        default=True,
        db_default=True,
        help_text="If nobody fills it for a service, that is shown as a vacancy.",
    )
    order = models.PositiveSmallIntegerField(
        default=100, db_default=100, help_text="Where it stands in the grid: lower comes first."
    )

    def __str__(self) -> str:
        return self.name

    @property
    def action_list(self) -> list[str]:
        """Its non-negotiable actions, in order."""
        return [line.strip() for line in self.actions.splitlines() if line.strip()]


class NamedHours(models.Model):
    """Hours of the week by a name, as wall time in one zone. Example: Berlin office hours."""

    name = models.CharField(
        max_length=60, unique=True, help_text="As read after “during”: Berlin office hours"
    )
    time_zone = models.CharField(max_length=64, validators=[validate_time_zone])

    class Meta:
        verbose_name = verbose_name_plural = "named hours"

    def __str__(self) -> str:
        return self.name


class NamedHoursSpan(models.Model):
    """Hours of one weekday, at wall time in the zone of the named hours.

    Half-open; an end at or before the start runs into the next day. On the night the clocks change
    they follow the wall. Example: Monday 22:00 to 06:00 ends on Tuesday morning.
    """

    hours = models.ForeignKey(NamedHours, on_delete=models.CASCADE, related_name="spans")
    weekday = models.PositiveSmallIntegerField(choices=Weekday)
    starts_at = models.TimeField("from")
    ends_at = models.TimeField("until")

    class Meta:
        verbose_name = "span"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["hours", "weekday", "starts_at"],
                name="rosters_namedhoursspan_once",
                violation_error_message="These hours begin at that time already.",
            ),
            models.CheckConstraint(
                name="rosters_namedhoursspan_weekday", condition=Q(weekday__lte=6)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.starts_at:%H:%M} to {self.ends_at:%H:%M}"


def _range(lowest: models.Expression, highest: models.Expression) -> models.Func:
    """A range of integers with both ends in it, as PostgreSQL compares them without extensions."""
    return models.Func(lowest, highest, models.Value("[]"), function="int8range")


def _only(field: str) -> models.Func:
    """One row's id as a range; 0 stands for none."""
    here = Coalesce(models.F(field), 0, output_field=models.BigIntegerField())
    return _range(here, here)


MILDEST = Coalesce(models.F("severity"), 0, output_field=models.BigIntegerField())
WORST = models.Case(
    models.When(and_worse=True, then=models.Value(1)),
    default=MILDEST,
    output_field=models.BigIntegerField(),
)


class MatrixEntry(models.Model):
    """One cell of the contact matrix: who fills a role for a service or a team.

    A named person with a named backup, or a roster. Without service and team it holds for the whole
    company. `severity` alone is that one, with `and_worse` it and every worse one. Half-open: valid
    from `valid_from` (inclusive) until `valid_to` (exclusive), in UTC. A service without a cell of
    its own has its team's, else the company's. Two cells of the same square and rank never hold at
    once: with hours it is checked before they are saved, without them by the database.
    Example: engineering lead of Payments is Jonas Weber, backup Mei Tan.
    """

    role = models.ForeignKey(StakeholderRole, on_delete=models.CASCADE, related_name="entries")
    service = models.ForeignKey(
        Service, on_delete=models.CASCADE, null=True, blank=True, related_name="matrix_entries"
    )
    team = models.ForeignKey(
        Team, on_delete=models.CASCADE, null=True, blank=True, related_name="matrix_entries"
    )
    severity = models.PositiveSmallIntegerField(
        choices=SeverityLevel, null=True, blank=True, help_text="Empty: at every severity."
    )
    and_worse = models.BooleanField(
        "and worse",
        default=False,
        db_default=False,
        help_text="At this severity and at every worse one.",
    )
    hours = models.ForeignKey(
        NamedHours,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="matrix_entries",
        help_text="Empty: day and night.",
    )
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="matrix_entries"
    )
    backup = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="matrix_backups"
    )
    roster = models.ForeignKey(
        "rosters.Roster",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="matrix_entries",
    )
    valid_from = models.DateTimeField(null=True, blank=True)
    valid_to = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = "contact matrix entry"
        verbose_name_plural = "contact matrix"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="rosters_matrixentry_person_or_roster",
                condition=Q(person__isnull=False, roster__isnull=True)
                | Q(person__isnull=True, backup__isnull=True, roster__isnull=False),
                violation_error_message="Name a person and a backup, or choose a roster; not both.",
            ),
            models.CheckConstraint(
                name="rosters_matrixentry_service_or_team",
                condition=Q(service__isnull=True) | Q(team__isnull=True),
                violation_error_message="Choose a service or a team, not both.",
            ),
            models.CheckConstraint(
                name="rosters_matrixentry_backup_is_another",
                condition=Q(backup__isnull=True) | ~Q(backup=models.F("person")),
                violation_error_message="The backup must be somebody else.",
            ),
            models.CheckConstraint(
                name="rosters_matrixentry_valid_period",
                condition=Q(valid_from__isnull=True)
                | Q(valid_to__isnull=True)
                | Q(valid_to__gt=models.F("valid_from")),
                violation_error_message="It must end after it starts.",
            ),
            models.CheckConstraint(
                name="rosters_matrixentry_confirmed_pair",
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
                violation_error_message="Say when and by whom it was confirmed.",
            ),
            models.CheckConstraint(
                name="rosters_matrixentry_worse_than_what",
                condition=Q(and_worse=False) | Q(severity__isnull=False),
                violation_error_message="“And worse” needs a severity.",
            ),
            ExclusionConstraint(
                name="rosters_matrixentry_one_at_a_time",
                expressions=[
                    (_only("role"), RangeOperators.OVERLAPS),
                    (_only("service"), RangeOperators.OVERLAPS),
                    (_only("team"), RangeOperators.OVERLAPS),
                    (_only("hours"), RangeOperators.OVERLAPS),
                    (_range(WORST, MILDEST), RangeOperators.OVERLAPS),
                    (
                        models.Func("valid_from", "valid_to", function="tstzrange"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message=(
                    "Another cell of this role holds at the same time. End that one first."
                ),
            ),
        ]

    def __str__(self) -> str:
        about = self.service or self.team or "everything"
        return f"{self.role} for {about}"

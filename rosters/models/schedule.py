"""Who answers when: rosters, their layers and rotations, overrides and absences."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from config.portal.validators import validate_time_zone
from rosters.enums import OverrideKind, RotationUnit, Weekday
from rosters.models.people import Person, Team


class Roster(models.Model):
    """A list of who is on call, in one time zone. Example: Payments on call, Europe/Berlin.

    Nobody is on call on a draft. `logged_until` is the instant up to which the log of shifts
    holds what really was.
    """

    name = models.CharField(max_length=80, unique=True)
    slug = models.SlugField(unique=True)
    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, null=True, blank=True, related_name="rosters"
    )
    time_zone = models.CharField(
        max_length=64,
        validators=[validate_time_zone],
        help_text="Handovers happen at this zone's wall time, on both sides of a clock change.",
    )
    is_draft = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Nobody is called by a draft: publish it when it is right.",
    )
    swaps_need_approval = models.BooleanField(
        default=False,
        db_default=False,
        help_text="A lead of the team approves every swap before it holds.",
    )
    rest_hours = models.PositiveSmallIntegerField(
        default=11,
        db_default=11,
        validators=[MaxValueValidator(72)],
        help_text="Rest between two shifts, in hours. Less is shown as a hint, never refused.",
    )
    logged_until = models.DateTimeField(null=True, blank=True, editable=False)

    def __str__(self) -> str:
        return self.name


class Layer(models.Model):
    """One level of a roster: the highest priority with somebody available is on call.

    Layers of equal priority are on call together. Example: priority 1 first on call, 2 backup.
    A layer counts within [`valid_from`, `valid_until`), UTC instants; empty is without end. One
    that runs is never changed: it is closed and another begins, so the past stays as it was.
    """

    roster = models.ForeignKey(Roster, on_delete=models.CASCADE, related_name="layers")
    name = models.CharField(max_length=60)
    priority = models.PositiveSmallIntegerField(
        default=1, help_text="1 is asked first, 2 is the backup, and so on."
    )
    time_zone = models.CharField(
        max_length=64,
        blank=True,
        db_default="",
        validators=[validate_time_zone],
        help_text="In which it hands over and keeps its hours. Empty: the roster's.",
    )
    is_shadow = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Rides along to learn: shown, but never called and never counted.",
    )
    valid_from = models.DateTimeField(null=True, blank=True, editable=False)
    valid_until = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["roster", "name"],
                name="rosters_layer_once_per_roster",
                condition=Q(valid_until__isnull=True),
                violation_error_message="This roster has a layer of that name already.",
            ),
            models.CheckConstraint(
                name="rosters_layer_valid_period",
                condition=Q(valid_from__isnull=True)
                | Q(valid_until__isnull=True)
                | Q(valid_until__gt=F("valid_from")),
                violation_error_message="It must end after it starts.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.roster}: {self.name}"


class Rotation(models.Model):
    """People taking turns in a layer, handing over at wall time.

    The first person's first turn begins on `starts_on` at `handover_at`, wall time in the roster's
    zone. Each turn lasts `length` units of wall time; a day may have 23 or 25 hours. Nobody is on
    call before the start, nor from `ends_on` at `handover_at` on (exclusive). `first` is the turn
    that begins, counted from 0. With weekdays, a turn of days counts only those days, and a turn of
    weeks holds only on them. Example: weekly from Monday 2 November 2026, 09:00.
    """

    layer = models.ForeignKey(Layer, on_delete=models.CASCADE, related_name="rotations")
    starts_on = models.DateField(help_text="The first person's first day.")
    handover_at = models.TimeField(help_text="Wall time in the roster's zone.")
    ends_on = models.DateField(null=True, blank=True, help_text="Nobody is on call from here on.")
    unit = models.CharField(max_length=6, choices=RotationUnit, default=RotationUnit.WEEK)
    length = models.PositiveSmallIntegerField(
        default=1, validators=[MinValueValidator(1), MaxValueValidator(366)]
    )
    weekdays = ArrayField(
        models.PositiveSmallIntegerField(choices=Weekday),
        default=list,
        db_default=[],
        blank=True,
        help_text="Only on these days; empty means every day.",
    )
    first = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="Which turn in the list begins, counted from 0."
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="rosters_rotation_length_positive", condition=Q(length__gte=1)
            ),
            models.CheckConstraint(
                name="rosters_rotation_weekdays_fit_unit",
                condition=Q(weekdays=[]) | Q(unit__in=[RotationUnit.DAY, RotationUnit.WEEK]),
                violation_error_message="Only turns of days or weeks can keep to weekdays.",
            ),
            models.CheckConstraint(
                name="rosters_rotation_ends_after_start",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on")),
                violation_error_message="It must end after it starts.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.layer}, every {self.length} {self.get_unit_display()}"


class RotationMember(models.Model):
    """One person's place in a rotation; those of equal `order` take their turn together.

    The same person may hold several places, but only one in each turn.
    """

    rotation = models.ForeignKey(Rotation, on_delete=models.CASCADE, related_name="members")
    order = models.PositiveSmallIntegerField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="rotation_places")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["rotation", "order", "person"],
                name="rosters_rotationmember_once_per_turn",
                deferrable=models.Deferrable.DEFERRED,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order}. {self.person}"


class Restriction(models.Model):
    """Hours of the week in which a layer counts, as wall time in the layer's zone.

    Half-open; an end at or before the start runs into the next day. Several restrictions of one
    layer add up; a layer without any always counts. Example: Monday 08:00 to 18:00.
    """

    layer = models.ForeignKey(Layer, on_delete=models.CASCADE, related_name="restrictions")
    weekday = models.PositiveSmallIntegerField(
        choices=Weekday, null=True, blank=True, help_text="Empty: every day."
    )
    starts_at = models.TimeField()
    ends_at = models.TimeField()

    def __str__(self) -> str:
        day = "Every day" if self.weekday is None else Weekday(self.weekday).label
        return f"{day} {self.starts_at:%H:%M} to {self.ends_at:%H:%M}"


class Override(models.Model):
    """A change to who is on call in one window; never transitive. UTC instants, half-open.

    Example: Ben instead of Mei from Friday 18:00 to Saturday 09:00, because of a wedding.
    """

    roster = models.ForeignKey(Roster, on_delete=models.CASCADE, related_name="overrides")
    kind = models.CharField(max_length=8, choices=OverrideKind, default=OverrideKind.REPLACE)
    person = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="overrides",
        help_text="Who is on call in this window.",
    )
    instead_of = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="overridden",
        help_text="Who is not. Empty with “one person instead of another”: everybody.",
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = models.CharField(max_length=200, blank=True)
    covers = models.ForeignKey(
        "rosters.Absence",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="overrides",
        help_text="The absence it makes up for; it ends with it.",
    )
    swap = models.ForeignKey(
        "rosters.ShiftSwap",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="overrides",
        help_text="The swap that made it.",
    )
    created_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["roster", "ends_at"], name="rosters_override_window")
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="rosters_override_valid_period",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message="It must end after it starts.",
            ),
            models.CheckConstraint(
                name="rosters_override_people_fit_kind",
                condition=Q(kind=OverrideKind.REPLACE, person__isnull=False)
                | Q(
                    kind__in=[OverrideKind.ADD, OverrideKind.SHADOW],
                    person__isnull=False,
                    instead_of__isnull=True,
                )
                | Q(kind=OverrideKind.REMOVE, person__isnull=True, instead_of__isnull=False),
                violation_error_message=(
                    "“Instead” names who comes and may name who goes; “one more” names only who"
                    " comes; “one fewer” names only who goes."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} on {self.roster}"


class Absence(models.Model):
    """A time in which a person counts as nobody. UTC instants, half-open. Example: Mei's leave."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="absences")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["person", "ends_at"], name="rosters_absence_window")
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="rosters_absence_valid_period",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message="It must end after it starts.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} is away"


class CoverRequest(models.Model):
    """One person asked to take another's calls while they are away.

    `agreed` is empty until the asked person answers; saying yes makes the overrides.
    Example: Ben is asked for Mei's leave from Monday on, and says yes.
    """

    absence = models.ForeignKey(Absence, on_delete=models.CASCADE, related_name="cover_requests")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="cover_requests")
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    agreed = models.BooleanField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["absence", "person"], name="rosters_coverrequest_once_per_person"
            ),
            models.CheckConstraint(
                name="rosters_coverrequest_answer_has_a_time",
                condition=Q(agreed__isnull=True, answered_at__isnull=True)
                | Q(agreed__isnull=False, answered_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} is asked to cover: {self.absence}"

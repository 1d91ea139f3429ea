"""Living with shifts: temporary schedules, swaps, hand-over notes, wishes."""

from typing import ClassVar

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from rosters.enums import SwapState, WishKind
from rosters.logic.sharing import in_hours
from rosters.models.people import Person
from rosters.models.schedule import Roster


class TemporarySchedule(models.Model):
    """What replaces everything on a roster in its window; its holes are real gaps.

    UTC instants, half-open. Example: Christmas on Payments, 24 December 09:00 to 27 December 09:00.
    """

    roster = models.ForeignKey(Roster, on_delete=models.CASCADE, related_name="temporary_schedules")
    name = models.CharField(max_length=60)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = models.CharField(max_length=200, blank=True)
    created_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["roster", "ends_at"], name="rosters_temporary_window")
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="rosters_temporaryschedule_valid_period",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message="It must end after it starts.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} on {self.roster}"


class TemporaryShift(models.Model):
    """One person's shift in a temporary schedule. UTC instants, half-open; level 1 is the first."""

    schedule = models.ForeignKey(TemporarySchedule, on_delete=models.CASCADE, related_name="shifts")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="temporary_shifts")
    level = models.PositiveSmallIntegerField(default=1, validators=[MinValueValidator(1)])
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="rosters_temporaryshift_valid_period",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message="It must end after it starts.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} in {self.schedule}"


class ShiftSwap(models.Model):
    """A stretch of one person's shifts that somebody else is asked to take.

    UTC instants, half-open. Without `asked_of` the whole team is asked. Once `taker` is agreed, and
    approved where the roster wants that, overrides make it hold. Example: Mei asks the team to take
    Saturday 09:00 to 21:00; Ben takes it and gives her his Sunday.
    """

    roster = models.ForeignKey(Roster, on_delete=models.CASCADE, related_name="swaps")
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="swaps", help_text="Whose shift it is."
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    asked_of = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="swaps_asked_of"
    )
    wants_return = models.BooleanField(
        default=False, help_text="They want a shift of the taker in exchange."
    )
    reason = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=10, choices=SwapState, default=SwapState.ASKED)
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True, blank=True)
    taker = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="swaps_taken"
    )
    agreed_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=200, blank=True, help_text="Why it was refused.")

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["ends_at"],
                name="rosters_shiftswap_open",
                condition=Q(state__in=[SwapState.ASKED, SwapState.AGREED]),
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="rosters_shiftswap_valid_period",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message="It must end after it starts.",
            ),
            models.CheckConstraint(
                name="rosters_shiftswap_agreed_has_a_taker",
                condition=~Q(state__in=[SwapState.AGREED, SwapState.DONE])
                | Q(taker__isnull=False, agreed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} gives a shift on {self.roster}"

    @property
    def lasts(self) -> str:
        """How long the shift is: "24 h"."""
        return in_hours(self.starts_at, self.ends_at)


class ShiftOffer(models.Model):
    """One person's answer to a swap: they would take it, perhaps for a shift of theirs.

    One that is withdrawn does not stand; whoever said no to begin with has one of these.

    `returns_*` are UTC instants, half-open: what of their own shifts they give in exchange.
    """

    swap = models.ForeignKey(ShiftSwap, on_delete=models.CASCADE, related_name="offers")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="shift_offers")
    returns_starts_at = models.DateTimeField(null=True, blank=True)
    returns_ends_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True)
    offered_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["swap", "person"], name="rosters_shiftoffer_once_per_person"
            ),
            models.CheckConstraint(
                name="rosters_shiftoffer_return_period",
                condition=Q(returns_starts_at__isnull=True, returns_ends_at__isnull=True)
                | Q(returns_ends_at__gt=F("returns_starts_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} offers: {self.swap}"

    @property
    def lasts(self) -> str:
        """How long what they give in exchange is: "133 h"; empty when they give nothing."""
        if self.returns_starts_at is None or self.returns_ends_at is None:
            return ""
        return in_hours(self.returns_starts_at, self.returns_ends_at)


class HandoverNote(models.Model):
    """What the one who leaves tells the one who comes, at a change of shift.

    `about_at` is the instant of the hand-over, UTC. Example: Mei to Ben, Monday 09:00: "The disk of
    db-3 fills up, ticket open."
    """

    roster = models.ForeignKey(Roster, on_delete=models.CASCADE, related_name="handover_notes")
    about_at = models.DateTimeField()
    text = models.TextField(max_length=4000)
    written_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="handover_notes_written"
    )
    written_at = models.DateTimeField()
    read_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["roster", "about_at"], name="rosters_handovernote_time")
        ]

    def __str__(self) -> str:
        return f"Hand-over of {self.written_by} on {self.roster}"


class ShiftWish(models.Model):
    """When somebody would rather not, or gladly, be on call: days in their zone, inclusive.

    A wish is weighed when the next shifts are planned; it is no absence.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="shift_wishes")
    kind = models.CharField(max_length=10, choices=WishKind, default=WishKind.RATHER_NOT)
    first_day = models.DateField()
    last_day = models.DateField()
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name_plural = "shift wishes"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="rosters_shiftwish_valid_period",
                condition=Q(last_day__gte=F("first_day")),
                violation_error_message="The last day cannot be before the first.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_kind_display().lower()}"

"""Somebody leaves on a later day: what is handed over then."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from rosters.enums import HandOverState
from rosters.models.people import Person


class PlannedHandOver(models.Model):
    """What names `person` goes to others at `due_at`, as it was chosen before.

    `successors` says who takes what, by the key of the thing: cell-12. What has dates of its own is
    written at once, to begin at `due_at`: those rows are `parts`, so that it can be called off. The
    rest has no dates and goes when the time has come. Example: Sofia's last day is 30 November;
    Marcus leads her team from 1 December, 00:00 where she is.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="planned_hand_overs")
    due_at = models.DateTimeField()
    successors = models.JSONField(default=dict)
    parts = models.JSONField(default=list)
    reason = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=HandOverState, default=HandOverState.PLANNED)
    planned_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    planned_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who called it off.",
    )
    outcome = models.TextField(blank=True, help_text="What could not be handed over, and why.")

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["due_at"],
                name="rosters_plannedhandover_open",
                condition=Q(state=HandOverState.PLANNED),
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="rosters_plannedhandover_settled_has_a_time",
                condition=Q(state=HandOverState.PLANNED, settled_at__isnull=True)
                | (~Q(state=HandOverState.PLANNED) & Q(settled_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"Hand-over from {self.person}"

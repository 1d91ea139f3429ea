"""What we learned: one review per incident, and its action items."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from incidents.models import Incident
from reviews.enums import ActionKind
from rosters.models import Person


class Review(models.Model):
    """The blameless look back at one incident. Example: the review of INC-12, due on Friday."""

    incident = models.OneToOneField(Incident, on_delete=models.CASCADE, related_name="review")
    due_at = models.DateTimeField()
    opened_at = models.DateTimeField()
    facilitator = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="facilitated_reviews"
    )
    story = models.TextField("what happened", blank=True, max_length=10000)
    went_well = models.TextField("what helped", blank=True, max_length=5000)
    was_lucky = models.TextField("where we were lucky", blank=True, max_length=5000)
    escalation_look_back = models.TextField("how the calls went", blank=True, max_length=5000)
    edited_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=0)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="reviews_review_published_pair",
                condition=Q(published_at__isnull=True, published_by__isnull=True)
                | Q(published_at__isnull=False, published_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"Review of {self.incident.reference}"


class Factor(models.Model):
    """One condition that contributed. Example: the alert waited for ten minutes of errors."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="factors")
    text = models.CharField(max_length=500)

    def __str__(self) -> str:
        return self.text


class ActionItem(models.Model):
    """One change with one owner and one date. Example: alert when EU card errors pass 2%."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="actions")
    title = models.CharField(max_length=160)
    kind = models.CharField(max_length=8, choices=ActionKind, default=ActionKind.PREVENT)
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="action_items")
    due_date = models.DateField()
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    evidence = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="reviews_actionitem_done_pair",
                condition=Q(done_at__isnull=True, done_by__isnull=True)
                | Q(done_at__isnull=False, done_by__isnull=False),
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["due_date"],
                name="reviews_actionitem_open",
                condition=Q(done_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.title

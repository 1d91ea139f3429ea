"""What we learned: one review per incident, its action items, and drills."""

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import F, Q

from config.portal.trail import keep
from incidents.models import Incident
from reviews.enums import ActionKind, DrillKind
from rosters.models import Person, Service


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
        indexes: ClassVar = [
            models.Index(
                fields=["facilitator", "due_at"],
                name="reviews_review_waiting",
                condition=Q(published_at__isnull=True),
            ),
            models.Index(
                fields=["due_at", "id"],
                name="reviews_review_due",
                condition=Q(published_at__isnull=True),
            ),
            models.Index(
                F("published_at").desc(nulls_first=True), "due_at", "id", name="reviews_review_list"
            ),
        ]
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

    class Meta:
        indexes: ClassVar = [
            GinIndex(SearchVector("text", config="simple"), name="reviews_factor_words")
        ]

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
            models.Index(
                fields=["-done_at"],
                name="reviews_actionitem_done",
                condition=Q(done_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Drill(models.Model):
    """One rehearsal. Example: the call-out test of Payments on Tuesday; 4 of 5 people answered.

    Planned, then either finished with a result or called off. Nobody is called by it.
    """

    title = models.CharField(max_length=160)
    kind = models.CharField(max_length=12, choices=DrillKind, default=DrillKind.TABLETOP)
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="drills")
    leader = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="led_drills")
    planned_at = models.DateTimeField()
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    finished_at = models.DateTimeField(null=True, blank=True)
    called_off_at = models.DateTimeField(null=True, blank=True)
    asked = models.PositiveSmallIntegerField("people asked", null=True, blank=True)
    answered = models.PositiveSmallIntegerField("people who answered", null=True, blank=True)
    passed = models.BooleanField("it worked", null=True, blank=True)
    summary = models.TextField("what we saw", blank=True, max_length=2000)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["-planned_at"], name="reviews_drill_newest"),
            models.Index(fields=["service", "-planned_at"], name="reviews_drill_service"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="reviews_drill_finished_with_result",
                condition=Q(finished_at__isnull=True, passed__isnull=True)
                | Q(finished_at__isnull=False, passed__isnull=False, called_off_at__isnull=True),
            ),
            models.CheckConstraint(
                name="reviews_drill_answered_of_asked",
                condition=Q(asked__isnull=True, answered__isnull=True)
                | Q(asked__isnull=False, answered__isnull=False, answered__lte=F("asked")),
                violation_error_message="No more people can have answered than were asked.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def missed(self) -> int:
        """How many of those who were asked did not answer; 0 where nobody counted."""
        return (self.asked or 0) - (self.answered or 0)


class DrillFinding(models.Model):
    """One thing a drill showed, with one owner and one date. Example: Ben's number is old."""

    drill = models.ForeignKey(Drill, on_delete=models.CASCADE, related_name="findings")
    text = models.CharField(max_length=300)
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="drill_findings")
    due_date = models.DateField()
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="reviews_drillfinding_done_pair",
                condition=Q(done_at__isnull=True, done_by__isnull=True)
                | Q(done_at__isnull=False, done_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.text


ActionItemEvent = keep(ActionItem)
DrillEvent = keep(Drill)

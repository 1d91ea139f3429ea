"""The engine's rows: one clock per promise, one run per clock, whom it told."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from incidents.enums import Answer, AnswerWay, FinishReason, FiringOutcome, Promise
from incidents.models.incident import Incident
from incidents.models.judgment import Approval
from incidents.models.policy import EscalationStep, PolicyVersion
from incidents.querysets import RunQuerySet
from rosters.models import ContactPoint, Person, StakeholderRole


class ResponseClock(models.Model):
    """One promise about one incident. Example: contain INC-12 by 14:29.

    `target_at` is frozen when it starts. It ends by being met, or by being stopped because a later
    fact made it meaningless. A new update clock starts with each update. `role` is the one to be
    filled, `approval` the one to be decided; other promises have neither.
    """

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="clocks")
    promise = models.CharField(max_length=12, choices=Promise)
    role = models.ForeignKey(
        StakeholderRole,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
    )
    approval = models.ForeignKey(
        Approval,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        db_index=False,
        related_name="clocks",
    )
    started_at = models.DateTimeField()
    target_at = models.DateTimeField()
    at_risk_at = models.DateTimeField()
    met_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    breached_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["incident", "promise", "role", "approval"],
                name="incidents_clock_one_open_per_promise",
                nulls_distinct=False,
                condition=Q(met_at__isnull=True, stopped_at__isnull=True),
            ),
            models.CheckConstraint(
                name="incidents_clock_ends_once",
                condition=Q(met_at__isnull=True) | Q(stopped_at__isnull=True),
            ),
            models.CheckConstraint(
                name="incidents_clock_asks_what_it_is_for",
                condition=Q(promise=Promise.FILL_ROLE, role__isnull=False, approval__isnull=True)
                | Q(promise=Promise.DECIDE, role__isnull=False, approval__isnull=False)
                | (
                    ~Q(promise__in=[Promise.FILL_ROLE, Promise.DECIDE])
                    & Q(role__isnull=True, approval__isnull=True)
                ),
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["target_at"],
                name="incidents_clock_open_target",
                condition=Q(met_at__isnull=True, stopped_at__isnull=True, breached_at__isnull=True),
            ),
            models.Index(  # countdowns of a law: few, asked for once a minute
                fields=["at_risk_at"],
                name="incidents_clock_open_report",
                condition=Q(promise=Promise.REPORT, met_at__isnull=True, stopped_at__isnull=True),
            ),
            models.Index(
                fields=["role"], name="incidents_clock_role", condition=Q(role__isnull=False)
            ),
            models.Index(
                fields=["approval"],
                name="incidents_clock_approval",
                condition=Q(approval__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_promise_display()} {self.incident.reference}"

    @property
    def is_open(self) -> bool:
        return self.met_at is None and self.stopped_at is None


class EscalationRun(models.Model):
    """One climb through a policy's steps for one clock.

    Frozen when it starts: the version, the start (the clock's) and `plan`, a list of
    [step id, offset in seconds from the start]. `position` counts occurrences, repeats included;
    `shift_seconds` is the lateness added so far. `next_due_at` is when the occurrence at `position`
    fires.
    """

    clock = models.ForeignKey(ResponseClock, on_delete=models.CASCADE, related_name="runs")
    version = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="runs")
    plan = models.JSONField()
    position = models.PositiveIntegerField(default=0)
    shift_seconds = models.PositiveIntegerField(default=0)
    next_due_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    finish_reason = models.CharField(max_length=12, choices=FinishReason, blank=True)

    objects = RunQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["clock"],
                name="incidents_run_one_open_per_clock",
                condition=Q(finished_at__isnull=True),
            ),
            models.CheckConstraint(
                name="incidents_run_open_has_next_due",
                condition=Q(finished_at__isnull=True, next_due_at__isnull=False, finish_reason="")
                | (Q(finished_at__isnull=False) & ~Q(finish_reason="")),
            ),
        ]
        indexes: ClassVar = [
            models.Index(  # the order of a claim: of thousands due at once it sorts none
                fields=["next_due_at", "id"],
                name="incidents_run_due_in_order",
                condition=Q(finished_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"Run of {self.clock}"


class StepFiring(models.Model):
    """What became of one step of one climb when its time had come. Append-only.

    `due_at` is when it was due, `fired_at` when a tick took it; `why` says more in a word of logic.
    """

    run = models.ForeignKey(
        EscalationRun, on_delete=models.CASCADE, db_index=False, related_name="firings"
    )
    position = models.PositiveIntegerField()
    step = models.ForeignKey(EscalationStep, on_delete=models.PROTECT, related_name="+")
    due_at = models.DateTimeField()
    fired_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=FiringOutcome)
    why = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "position"], name="incidents_firing_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()}, step {self.position} of {self.run}"


class EngineFence(models.Model):
    """Which engine may move climbs: one row. An engine older than it claims nothing.

    A migration after which older programs would do harm raises `version`.
    """

    version = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"Version {self.version}"


class Notification(models.Model):
    """One person was summoned, and why. Example: Mei, as backup for Payments, at step 2.

    `asked_by` and `note` are set when a person called them, not a step.
    """

    TOPIC: ClassVar[str] = "notification"
    """Of the messages that carry it; their `topic_id` is its key."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="notifications")
    run = models.ForeignKey(
        EscalationRun,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        db_index=False,
        related_name="notifications",
    )
    step = models.ForeignKey(
        EscalationStep, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    position = models.PositiveIntegerField(default=0)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="notifications")
    reason = models.CharField(
        max_length=160, help_text="As read after “You are”: on call for Payments"
    )
    purpose = models.CharField(max_length=40, blank=True)
    asked_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, db_index=False, related_name="+"
    )
    note = models.CharField(max_length=300, blank=True, db_default="")
    created_at = models.DateTimeField()
    answer = models.CharField(max_length=12, choices=Answer, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_through = models.CharField(
        max_length=5, choices=AnswerWay, blank=True, db_default=AnswerWay.PORTAL
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["run", "position", "person", "purpose"],
                name="incidents_notification_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="incidents_notification_answered_pair",
                condition=Q(answer="", answered_at__isnull=True)
                | (~Q(answer="") & Q(answered_at__isnull=False)),
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["asked_by"],
                name="incidents_notification_by_hand",
                condition=Q(asked_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.reason}"

    @property
    def ended_by_leaving(self) -> bool:
        """Nobody answers once they have left: an answer from then on is the engine's, for them."""
        return self.answered_at is not None and self.person.has_left(self.answered_at)


class AnswerToken(models.Model):
    """One secret link to one notification, good while its run is open; stored as SHA-256."""

    notification = models.ForeignKey(
        Notification, on_delete=models.CASCADE, related_name="answer_tokens"
    )
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Link for {self.notification}"


class ReplyNumber(models.Model):
    """What a text message from one phone means: `number` takes this call, the next passes it on.

    `number` is odd. A phone keeps its few rows for ever; each is given to another call once what it
    was about has been over for an hour.
    """

    contact_point = models.ForeignKey(ContactPoint, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveSmallIntegerField()
    notification = models.ForeignKey(Notification, on_delete=models.CASCADE, related_name="+")
    given_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["contact_point", "number"], name="incidents_replynumber_once_per_phone"
            ),
            models.UniqueConstraint(
                fields=["contact_point", "notification"], name="incidents_replynumber_one_per_call"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} for {self.notification}"

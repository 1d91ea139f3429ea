"""The outbox and what became of it; the desk of the embedded set-up; the engine's pulse."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from rosters.enums import AttemptOutcome, FailureReason, Lane, MessageState, Withheld
from rosters.models.carriers import CarrierAccount
from rosters.models.people import ContactPoint, Person
from rosters.querysets import MessageQuerySet


class Message(models.Model):
    """One thing to say to one person by one contact point. Example: INC-12, Mei's phone.

    Written in the transaction that decided it; carried later under a lease. `topic` and `topic_id`
    say what it is about in the words of the app that wrote it, without pointing upwards;
    `subject_key` names what must be cancelled together. `body` and `subject` may hold placeholders
    such as {answer_link}, which are filled when the message leaves, never stored.

    `via`: only this account may carry it, as when somebody tests one. That it was delivered or read
    are facts beside its state: its carrier may say so later, in any order, or never. `handled_by`
    cancelled it or sent it again by hand.

    `withheld` says why it waits, or why it was not sent on purpose. What needs no answer names what
    it is about (`about_key`, `about_name`), so that several can be said in one: `told_with` is the
    message that names this one too.
    """

    topic = models.CharField(max_length=20)
    topic_id = models.BigIntegerField()
    subject_key = models.CharField(max_length=60)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="messages")
    contact_point = models.ForeignKey(
        ContactPoint, on_delete=models.PROTECT, related_name="messages"
    )
    thread_key = models.CharField(max_length=60, blank=True)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    lane = models.PositiveSmallIntegerField(choices=Lane, default=Lane.ESCALATION)
    state = models.CharField(max_length=10, choices=MessageState, default=MessageState.PLANNED)
    created_at = models.DateTimeField()
    not_before = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    attempts_made = models.PositiveSmallIntegerField(default=0)
    attempts_before = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="Made before somebody sent it again by hand."
    )
    lease_until = models.DateTimeField(null=True, blank=True)
    lease_token = models.UUIDField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    failure_noted_at = models.DateTimeField(null=True, blank=True)
    via = models.ForeignKey(
        CarrierAccount,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
    )
    delivered_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    handled_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, db_index=False, related_name="+"
    )
    handled_at = models.DateTimeField(null=True, blank=True)

    withheld = models.CharField(
        max_length=10, choices=Withheld, blank=True, default="", db_default=""
    )
    told_with = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="names",
        db_index=False,
    )
    about_key = models.CharField(max_length=40, blank=True, default="", db_default="")
    about_name = models.CharField(max_length=120, blank=True, default="", db_default="")

    objects = MessageQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["topic", "topic_id", "contact_point"],
                name="rosters_message_once_per_contact_point",
            ),
            models.CheckConstraint(
                name="rosters_message_lease_while_sending",
                condition=Q(
                    state=MessageState.SENDING, lease_until__isnull=False, lease_token__isnull=False
                )
                | ~Q(state=MessageState.SENDING),
            ),
            models.CheckConstraint(
                name="rosters_message_sent_at_when_sent",
                condition=Q(state=MessageState.SENT, sent_at__isnull=False)
                | ~Q(state=MessageState.SENT),
            ),
            models.CheckConstraint(
                name="rosters_message_arrives_after_leaving",
                condition=Q(sent_at__isnull=False)
                | Q(delivered_at__isnull=True, read_at__isnull=True),
            ),
            models.CheckConstraint(
                name="rosters_message_suppressed_says_why",
                condition=~Q(state=MessageState.SUPPRESSED) | ~Q(withheld=""),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["subject_key"], name="rosters_message_subject"),
            models.Index(
                fields=["via"], name="rosters_message_via", condition=Q(via__isnull=False)
            ),
            models.Index(
                fields=["handled_by"],
                name="rosters_message_handled_by",
                condition=Q(handled_by__isnull=False),
            ),
            models.Index(
                fields=["contact_point", "about_key"],
                name="rosters_message_to_bundle",
                condition=Q(state=MessageState.PLANNED) & ~Q(about_key=""),
            ),
            models.Index(
                fields=["told_with"],
                name="rosters_message_told_with",
                condition=Q(told_with__isnull=False),
            ),
            models.Index(
                fields=["lane", "not_before"],
                name="rosters_message_waiting",
                condition=Q(state__in=[MessageState.PLANNED, MessageState.SENDING]),
            ),
            models.Index(
                fields=["contact_point", "sent_at"],
                name="rosters_message_sent_lately",
                condition=Q(state=MessageState.SENT),
            ),
            models.Index(fields=["created_at"], name="rosters_message_created"),
            models.Index(
                fields=["contact_point", "thread_key"],
                name="rosters_message_thread",
                condition=Q(state=MessageState.SENT) & ~Q(thread_key=""),
            ),
            models.Index(
                fields=["topic", "topic_id"],
                name="rosters_message_failed_unnoted",
                condition=Q(
                    state__in=[MessageState.FAILED, MessageState.EXPIRED],
                    failure_noted_at__isnull=True,
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} to {self.person}"

    @property
    def tries(self) -> int:
        """How often it was tried since it was planned, or since somebody sent it again."""
        return self.attempts_made - self.attempts_before

    @property
    def stands(self) -> str:
        """Where it is, in one word more than its state: what its carrier said since counts."""
        if self.read_at:
            return "Read"
        if self.delivered_at:
            return "Delivered"
        if self.state == MessageState.SENT:
            return "Handed over"
        if self.state == MessageState.PLANNED and self.withheld:
            return "Held back"
        return str(self.get_state_display())


class DeliveryAttempt(models.Model):
    """One try to hand a message to its carrier. Append-only evidence.

    `reason` is for everybody; `detail` is the carrier's own text, for administrators alone. Without
    an account it was the mail server of the settings, or the message desk. `price` is what the
    account said a message costs on that day.
    """

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField()
    outcome = models.CharField(max_length=12, choices=AttemptOutcome)
    reason = models.CharField(max_length=12, choices=FailureReason, blank=True)
    detail = models.CharField(max_length=300, blank=True)
    provider_reference = models.CharField(max_length=120, blank=True)
    account = models.ForeignKey(
        CarrierAccount, on_delete=models.PROTECT, null=True, blank=True, related_name="attempts"
    )
    price = models.DecimalField(max_digits=10, decimal_places=4, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["message", "number"], name="rosters_attempt_number_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["account", "started_at"],
                name="rosters_attempt_of_account",
                condition=Q(account__isnull=False),
            ),
            models.Index(
                fields=["account", "provider_reference"],
                name="rosters_attempt_reference",
                condition=Q(account__isnull=False) & ~Q(provider_reference=""),
            ),
        ]

    def __str__(self) -> str:
        return f"Attempt {self.number}: {self.get_outcome_display()}"


class WordingVersion(models.Model):
    """Words that administrators gave one kind of message in one form; the newest holds.

    Never changed. `kind` and `form` are words of the app that writes the messages. Without `text`
    the words that Muster came with hold again. Example: calls by text message, version 3, by Grace,
    because people asked for the reference.
    """

    kind = models.CharField(max_length=20)
    form = models.CharField(max_length=20)
    number = models.PositiveIntegerField()
    text = models.TextField(blank=True)
    why = models.CharField(max_length=200)
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "form", "number"], name="rosters_wordingversion_number"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.form}, version {self.number}"


class DeskMessage(models.Model):
    """What a receiver of the embedded set-up sees: the message desk's copy of one message.

    Exists only where Muster runs its own database for trying out, because it holds live links.
    """

    message = models.OneToOneField(Message, on_delete=models.CASCADE, related_name="on_desk")
    subject = models.CharField(max_length=200)
    body = models.TextField()
    answer_link = models.CharField(max_length=300, blank=True)
    arrived_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.subject


class Pulse(models.Model):
    """The last time one part of the engine ran. Example: tick, by beat, two seconds ago."""

    name = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField()
    runner = models.CharField(max_length=20)
    is_clean = models.BooleanField(default=True)
    detail = models.JSONField(default=list, blank=True)

    def __str__(self) -> str:
        return f"{self.name} by {self.runner}"

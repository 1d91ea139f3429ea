"""Accounts with carriers, how each of them does, and what they told us afterwards."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from rosters.enums import Channel, CircuitState, FailureReason, SeverityLevel
from rosters.models.people import Person


class CarrierAccount(models.Model):
    """One way out of Muster: an account with a carrier. Example: Text messages by Gateway North.

    For each channel the lowest `order` is asked first, the next while that one is out. Settings are
    sealed with FIELD_KEYS. `door` is the secret-free name under which its carrier calls back.
    """

    kind = models.CharField(max_length=20, help_text="A name of rosters.channels.kinds.")
    name = models.CharField(max_length=60)
    channels = ArrayField(models.CharField(max_length=10, choices=Channel))
    order = models.PositiveSmallIntegerField(default=1)
    is_enabled = models.BooleanField(default=True)
    sealed_settings = models.TextField(editable=False)
    price = models.DecimalField(max_digits=10, decimal_places=4, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    door = models.CharField(max_length=32, unique=True, editable=False)
    created_at = models.DateTimeField(editable=False)
    created_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, editable=False, related_name="+"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(Lower("name"), name="rosters_carrieraccount_name"),
            models.CheckConstraint(
                name="rosters_carrieraccount_price_has_currency",
                condition=Q(price__isnull=True) | ~Q(currency=""),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CarrierHealth(models.Model):
    """How one way out does, shared by every worker. Without a row nothing has gone wrong yet.

    `key` names an account, or what the settings bring along: "account:3", "built-in:email". The
    counts are of what was refused at its door.
    """

    key = models.CharField(max_length=40, primary_key=True)
    state = models.CharField(max_length=10, choices=CircuitState, default=CircuitState.CLOSED)
    failures = models.PositiveSmallIntegerField(default=0)
    counting_since = models.DateTimeField(null=True, blank=True)
    times_opened = models.PositiveSmallIntegerField(default=0)
    opened_at = models.DateTimeField(null=True, blank=True)
    try_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    last_failed_at = models.DateTimeField(null=True, blank=True)
    last_reason = models.CharField(max_length=12, choices=FailureReason, blank=True)
    last_failure = models.CharField(max_length=300, blank=True)
    forged = models.PositiveIntegerField(default=0)
    replayed = models.PositiveIntegerField(default=0)
    late = models.PositiveIntegerField(default=0)
    last_refused_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "carrier healths"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="rosters_carrierhealth_tried_again",
                condition=Q(state=CircuitState.CLOSED) | Q(try_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.get_state_display()}"


class CarrierReceipt(models.Model):
    """One event that a carrier called back with, so that the same one counts once.

    `proof` is a digest of the signature: the very same request again is a replay, the same event
    signed anew is a duplicate. One about a message that is not written down as sent yet waits until
    it is. Purged after some days.
    """

    account = models.ForeignKey(CarrierAccount, on_delete=models.CASCADE, related_name="receipts")
    event_id = models.CharField(max_length=160)
    proof = models.CharField(max_length=64, blank=True)
    reference = models.CharField(max_length=120)
    fate = models.CharField(max_length=12)
    detail = models.CharField(max_length=300, blank=True)
    received_at = models.DateTimeField(db_index=True)
    applied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account", "event_id"], name="rosters_carrierreceipt_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["account", "reference"],
                name="rosters_receipt_waiting",
                condition=Q(applied_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.event_id


class ChannelOrder(models.Model):
    """Which channels calls of one severity may use. Without a row what was shipped holds.

    Example: SEV3 texts people and never phones them.
    """

    severity = models.PositiveSmallIntegerField(primary_key=True, choices=SeverityLevel)
    channels = models.CharField(max_length=60, help_text="With commas between them: sms,push.")

    def __str__(self) -> str:
        return f"SEV{self.severity}: {self.channels}"

    @property
    def listed(self) -> tuple[str, ...]:
        """The channels one by one."""
        return tuple(self.channels.split(","))

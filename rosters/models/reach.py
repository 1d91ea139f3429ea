"""Whether a person can be reached: codes that prove a number, questions whether it is right."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from rosters.enums import DigestKind
from rosters.models.people import ContactPoint, Person


class VerificationCode(models.Model):
    """The code on its way to one contact point; typing it proves that messages arrive there.

    One at a time for each contact point: a new one takes the place of the old. Only its hash is
    kept. Example: six digits by text to Mei's phone, good for fifteen minutes.
    """

    contact_point = models.OneToOneField(
        ContactPoint, on_delete=models.CASCADE, related_name="verification_code"
    )
    code_hash = models.CharField(max_length=64)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0, help_text="Wrong codes typed so far.")
    sent_today = models.PositiveSmallIntegerField(
        default=1, help_text="Codes sent within a day, so that nobody is flooded."
    )

    def __str__(self) -> str:
        return f"Code for {self.contact_point}"


class ConfirmationRequest(models.Model):
    """One person asked whether what Muster knows of them is right; one press answers it.

    Answered by a link that works without signing in; only the hash of its token is kept.
    Example: Olivia is asked whether she is still the product owner of Payments.
    """

    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="confirmation_requests"
    )
    asked_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    asked_at = models.DateTimeField(db_index=True)
    expires_at = models.DateTimeField()
    token_hash = models.CharField(max_length=64, unique=True)
    is_right = models.BooleanField(null=True, blank=True)
    note = models.CharField(max_length=300, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="rosters_confirmationrequest_answer_has_a_time",
                condition=Q(is_right__isnull=True, answered_at__isnull=True)
                | Q(is_right__isnull=False, answered_at__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["person"],
                name="rosters_confirmationrequest_one_open",
                condition=Q(answered_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} is asked to confirm"


class Digest(models.Model):
    """That one person's regular letter of one day was written, so that it is written once.

    `day` is the day it is for, in the reader's zone. Example: Nadia's contacts, Monday 23 November.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="digests")
    kind = models.CharField(max_length=20, choices=DigestKind)
    day = models.DateField()
    made_at = models.DateTimeField()
    findings = models.PositiveIntegerField(default=0, help_text="How much there was to say.")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "kind", "day"], name="rosters_digest_once_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.day} for {self.person}"

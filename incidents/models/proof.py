"""What the proof of the rules found: a row for each thing, and for each time it is silenced."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from incidents.enums import FindingKind
from rosters.models import Person, Service


class Proof(models.Model):
    """One service was proved; without a service, the company. `fingerprint`: from what.

    Equal fingerprints have equal findings, so that nothing is proved twice.
    """

    service = models.OneToOneField(
        Service, on_delete=models.CASCADE, null=True, blank=True, related_name="proof"
    )
    fingerprint = models.CharField(max_length=64)
    proved_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["service"],
                name="incidents_proof_one_of_company",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"Proof of {self.service or 'the company'}"


class Finding(models.Model):
    """One thing that the rules come to and should not, from when it was first seen until gone.

    `severity` is the worst that has it, `severities` are all. `spans`: when it is so, the first of
    them, as pairs of instants; `times` and `minutes` count all, until `ends_at`. `whole`: at any
    time. `mends` and `mends_id` name the row on which it is mended. Example: from Saturday 02:00 a
    critical incident on Payments would reach nobody.
    """

    service = models.ForeignKey(
        Service, on_delete=models.CASCADE, null=True, blank=True, related_name="findings"
    )
    kind = models.CharField(max_length=10, choices=FindingKind)
    severity = models.PositiveSmallIntegerField()
    severities = ArrayField(models.PositiveSmallIntegerField())
    subject = models.CharField(max_length=200, blank=True)
    facts = models.JSONField(default=dict)
    spans = models.JSONField(default=list)
    times = models.PositiveIntegerField(default=1)
    minutes = models.PositiveIntegerField(default=0)
    whole = models.BooleanField(default=False)
    mends = models.CharField(max_length=10)
    mends_id = models.PositiveBigIntegerField(default=0)
    owner = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    first_seen_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["service", "kind", "severity", "subject"],
                name="incidents_finding_once_open",
                condition=Q(gone_at__isnull=True),
                nulls_distinct=False,
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["starts_at"],
                name="incidents_finding_open",
                condition=Q(gone_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.service or 'the company'}"


class FindingSilence(models.Model):
    """Somebody says why a finding may stand for a while. It ends at `until`, or before by hand.

    `minutes`: how long the finding was so in all when it was silenced; a worse one speaks again.
    """

    finding = models.ForeignKey(Finding, on_delete=models.CASCADE, related_name="silences")
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    until = models.DateTimeField()
    minutes = models.PositiveIntegerField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["finding"],
                name="incidents_findingsilence_one_open",
                condition=Q(ended_at__isnull=True),
            ),
            models.CheckConstraint(
                name="incidents_findingsilence_ends_later",
                condition=Q(until__gt=F("starts_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"Silence of {self.finding}"

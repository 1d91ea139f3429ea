"""What comes in from elsewhere: files to import, and tokens of the API."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from rosters.enums import ApiScope, ImportState, ImportSubject
from rosters.models.people import Person


class ImportRun(models.Model):
    """One file on its way in: checked first, and applied whole or not at all.

    `mistakes` and `differences` hold what the check found, as data (row, column, words and their
    parameters). `fingerprint` is of everything the check compared with: when that has changed
    since, it is checked again before it is applied. The file itself is dropped when it has ended.
    Example: contacts.xlsx by Nadia, 300 rows, 12 mistakes, nothing changed.
    """

    subject = models.CharField(max_length=20, choices=ImportSubject)
    file_name = models.CharField(max_length=200)
    content = models.BinaryField(blank=True)
    state = models.CharField(max_length=10, choices=ImportState, default=ImportState.WAITING)
    uploaded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(db_index=True)
    reason = models.CharField(max_length=200, blank=True)
    rows_total = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0)
    mistakes = models.JSONField(default=list, blank=True)
    differences = models.JSONField(default=list, blank=True)
    unchanged = models.PositiveIntegerField(default=0)
    fingerprint = models.CharField(max_length=64, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["uploaded_at"],
                name="rosters_importrun_under_way",
                condition=Q(
                    state__in=[ImportState.WAITING, ImportState.CHECKING, ImportState.APPLYING]
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file_name}, {self.get_state_display().lower()}"


class ApiToken(models.Model):
    """A key with which a program acts for one person, within its scopes. Only its hash is kept.

    Good until `expires_at` (exclusive) and until it is revoked; without an expiry, until revoked.
    Example: "HR sync", for Amara, may read and change, since 2 November.
    """

    name = models.CharField(max_length=60, help_text="What uses it: HR sync.")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="api_tokens")
    scopes = ArrayField(models.CharField(max_length=20, choices=ApiScope))
    token_hash = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=8, help_text="Its first characters, to tell it apart.")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = "API token"

    def __str__(self) -> str:
        return self.name

"""Calendars out to other programs, and in from them."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from rosters.models.people import Person
from rosters.models.schedule import Layer, Roster


class FeedToken(models.Model):
    """A secret address of a calendar, until it is revoked. Only its hash is kept.

    Without a roster it holds the person's own shifts. Example: Mei's phone, all her shifts.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="feed_tokens")
    roster = models.ForeignKey(
        Roster, on_delete=models.CASCADE, null=True, blank=True, related_name="feed_tokens"
    )
    name = models.CharField(max_length=60, blank=True, help_text="Where it is used: my phone.")
    token_hash = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=8, help_text="Its first characters, to tell it apart.")
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    def __str__(self) -> str:
        return f"Calendar of {self.roster or self.person}"


class CalendarFeed(models.Model):
    """A calendar elsewhere that fills a layer, read only. Its address may be a secret: sealed.

    What was read last keeps holding while reading fails; `read_at` says how old it is.
    `unknown_names` are those in it that are nobody here.
    """

    layer = models.OneToOneField(Layer, on_delete=models.CASCADE, related_name="feed")
    sealed_url = models.TextField()
    host = models.CharField(max_length=253, help_text="Where it is read from, to show.")
    next_read_at = models.DateTimeField(db_index=True)
    tried_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=300, blank=True)
    unknown_names = models.JSONField(default=list, blank=True)

    def __str__(self) -> str:
        return f"Calendar at {self.host} for {self.layer}"


class ImportedShift(models.Model):
    """One shift read from a calendar elsewhere. UTC instants, half-open."""

    feed = models.ForeignKey(CalendarFeed, on_delete=models.CASCADE, related_name="shifts")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="imported_shifts")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["feed", "ends_at"], name="rosters_importedshift_window")
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="rosters_importedshift_valid_period", condition=Q(ends_at__gt=F("starts_at"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} by {self.feed}"

"""How: runbooks as immutable versions of steps, and the words we use."""

from typing import ClassVar

from django.db import models

from config.portal.trail import keep
from rosters.models import Person, Service
from runbooks.enums import StepKind


class Runbook(models.Model):
    """What to do about one kind of trouble. Example: move EU cards to the second bank."""

    title = models.CharField(max_length=120)
    slug = models.SlugField(unique=True)
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="runbooks")
    when_to_use = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return self.title


class RunbookVersion(models.Model):
    """One published text of a runbook; never edited, only followed by the next number."""

    runbook = models.ForeignKey(Runbook, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    change_note = models.CharField(max_length=300)
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["runbook", "number"], name="runbooks_version_number_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.runbook}, version {self.number}"


class Step(models.Model):
    """One thing to do, decide, tell or check, and what should happen then."""

    version = models.ForeignKey(RunbookVersion, on_delete=models.CASCADE, related_name="steps")
    order = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8, choices=StepKind, default=StepKind.DO)
    text = models.CharField(max_length=300)
    expected = models.CharField("what should happen", max_length=300, blank=True)
    command = models.CharField(max_length=300, blank=True)
    undo = models.CharField("how to undo it", max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "order"], name="runbooks_step_order_once"),
        ]

    def __str__(self) -> str:
        return f"{self.order}. {self.text}"


class GlossaryTerm(models.Model):
    """One word that Muster uses, in one plain sentence. Example: contained."""

    term = models.CharField(max_length=60, unique=True)
    slug = models.SlugField(unique=True)
    meaning = models.CharField(max_length=300)
    example = models.CharField(max_length=300, blank=True)
    instead_of = models.CharField(
        "words we do not use", max_length=200, blank=True, help_text="MTTA, page, outage"
    )

    def __str__(self) -> str:
        return self.term


RunbookEvent = keep(Runbook)
RunbookVersionEvent = keep(RunbookVersion)
StepEvent = keep(Step)
GlossaryTermEvent = keep(GlossaryTerm)

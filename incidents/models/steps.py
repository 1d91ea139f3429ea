"""What came of the steps of a runbook while people followed it in one incident."""

from typing import ClassVar

from django.db import models

from incidents.enums import StepOutcome
from incidents.models.incident import Incident
from rosters.models import Person
from runbooks.models import Step

NOTE_LENGTH = 300


class StepMark(models.Model):
    """What came of one step in one incident, who said so and when.

    All of an incident belong to one version of one runbook, which is the one it follows.
    Example: Mei Tan did step 3 of INC-2481 at 14:02.
    """

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="step_marks")
    step = models.ForeignKey(Step, on_delete=models.CASCADE, related_name="+")
    outcome = models.CharField(max_length=8, choices=StepOutcome)
    note = models.CharField(max_length=NOTE_LENGTH, blank=True)
    marked_at = models.DateTimeField()
    marked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["incident", "step"], name="incidents_step_mark_once_per_incident"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.incident}, {self.step}: {self.get_outcome_display()}"

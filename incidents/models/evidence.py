"""What people have collected of what a template says to keep."""

from typing import ClassVar

from django.db import models

from incidents.models.incident import Incident
from rosters.models import Person

WHAT_LENGTH = 500


class EvidenceItem(models.Model):
    """One thing that somebody has collected for an incident, in the words of its template.

    It stays when the template says something else later. Example: the changes of the last 24 hours.
    """

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="evidence")
    what = models.CharField(max_length=WHAT_LENGTH)
    collected_at = models.DateTimeField()
    collected_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["incident", "what"], name="incidents_evidence_once_per_incident"
            ),
        ]

    def __str__(self) -> str:
        return self.what

"""What people keep for themselves, and what they looked at."""

from typing import ClassVar

from django.db import models

from rosters.models.people import Person


class SavedView(models.Model):
    """One person's filters of one list, by a name. Example: "Payments, this year" of incidents."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="saved_views")
    page = models.CharField(max_length=40, help_text="The list's address name: incidents:list")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=500, help_text="Its filters as they stand in the address.")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "page", "name"], name="rosters_savedview_name_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Draft(models.Model):
    """What somebody has typed into one form and not sent yet. Example: update 4 of INC-12, by Ben.

    `form` names the form and what it is about; `fields` holds the answers by field name, and the
    turn: how often the form was sent (rosters.logic.typed). A row without answers tells only that.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="drafts")
    form = models.CharField(max_length=80)
    fields = models.JSONField(default=dict)
    saved_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "form"], name="rosters_draft_once"),
        ]

    def __str__(self) -> str:
        return f"{self.form}, by {self.person}"


class ContactView(models.Model):
    """Somebody saw the numbers of somebody else, with the reason they had. Append-only."""

    viewer = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="contact_views")
    at = models.DateTimeField(db_index=True)
    reason = models.CharField(max_length=200)

    def __str__(self) -> str:
        return f"{self.viewer} saw the numbers of {self.person}"

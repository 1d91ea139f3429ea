"""Chainable reads of incidents."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q

if TYPE_CHECKING:
    from rosters.models import Person


class IncidentQuerySet(models.QuerySet):  # type: ignore[type-arg]  # the model imports this module
    def open(self) -> Self:
        """Incidents that are not resolved."""
        return self.filter(resolved_at__isnull=True)

    def visible_to(self, person: "Person") -> Self:
        """What this person may know of: all but restricted ones in which they have no part."""
        if person.is_superuser:
            return self
        mine = type(self)(self.model).filter(
            Q(notifications__person=person) | Q(assignments__person=person) | Q(declared_by=person)
        )
        return self.filter(Q(is_restricted=False) | Q(pk__in=mine.values("pk")))

    def for_board(self) -> Self:
        """With everything that a card or a page head touches."""
        return self.select_related(
            "service__owner_team", "source", "declared_by", "acknowledged_by", "contained_by"
        ).prefetch_related("affected__service")

    def for_list(self) -> Self:
        """With the times that the list shows and sorts by."""
        return self.select_related("service").annotate(
            acknowledge_took=F("acknowledged_at") - F("detected_at"),
            contain_took=F("contained_at") - F("detected_at"),
        )

    def most_severe_first(self) -> Self:
        return self.order_by("severity", "detected_at", "pk")


class RunQuerySet(models.QuerySet):  # type: ignore[type-arg]  # the model imports this module
    def open(self) -> Self:
        return self.filter(finished_at__isnull=True)

    def due(self, *, now: datetime) -> Self:
        """Open runs whose next step is due at `now` (inclusive)."""
        return self.open().filter(next_due_at__lte=now)

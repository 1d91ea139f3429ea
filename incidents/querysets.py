"""Chainable reads of incidents."""

from collections.abc import Iterable
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
        mine = self._all().filter(_has_part(person))
        return self.filter(Q(is_restricted=False) | Q(pk__in=mine.values("pk")))

    def for_teams(self, teams: Iterable[int]) -> Self:
        """Incidents that touch a service of one of these teams."""
        return self.filter(pk__in=self._all().filter(_touches(teams)).values("pk"))

    def for_person(self, person: "Person", *, teams: Iterable[int]) -> Self:
        """Incidents in which this person has a part, or that touch a service of their `teams`."""
        mine = self._all().filter(_has_part(person) | _touches(teams))
        return self.filter(pk__in=mine.values("pk"))

    def calling(self, person: "Person") -> Self:
        """Incidents that nobody has acknowledged and for which this person is being called."""
        called = self._all().filter(notifications__person=person, notifications__answer="")
        return self.open().filter(acknowledged_at__isnull=True, pk__in=called.values("pk"))

    def _all(self) -> Self:
        return type(self)(self.model)

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


def _has_part(person: "Person") -> Q:
    return Q(notifications__person=person) | Q(assignments__person=person) | Q(declared_by=person)


def _touches(teams: Iterable[int]) -> Q:
    owners = list(teams)
    return Q(service__owner_team__in=owners) | Q(affected__service__owner_team__in=owners)


class RunQuerySet(models.QuerySet):  # type: ignore[type-arg]  # the model imports this module
    def open(self) -> Self:
        return self.filter(finished_at__isnull=True)

    def due(self, *, now: datetime) -> Self:
        """Open runs whose next step is due at `now` (inclusive)."""
        return self.open().filter(next_due_at__lte=now)

"""Chainable reads of incidents."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Self

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import F, OuterRef, Q

from incidents.enums import AlertOutcome, AlertStatus, Recurrence

if TYPE_CHECKING:
    from rosters.models import Person

LONGEST_TIME = timedelta(days=33)
"""Longer than any time of work that comes again, whatever its zone."""


class IncidentQuerySet(models.QuerySet):  # type: ignore[type-arg]  # the model imports this module
    def open(self) -> Self:
        """Incidents that are not resolved."""
        return self.filter(resolved_at__isnull=True)

    def visible_to(self, person: "Person") -> Self:
        """What this person may know of: all but restricted ones in which they have no part."""
        if person.is_superuser:
            return self
        return self.filter(Q(is_restricted=False) | self._has_part(person))

    def hidden_from(self, person: "Person") -> Self:
        """The others: restricted ones in which this person has no part. They are few."""
        if person.is_superuser:
            return self.none()
        return self.filter(is_restricted=True).exclude(self._has_part(person))

    def for_teams(self, teams: Iterable[int]) -> Self:
        """Incidents that touch a service of one of these teams."""
        return self.filter(self._touches(teams))

    def for_person(self, person: "Person", *, teams: Iterable[int]) -> Self:
        """Incidents in which this person has a part, or that touch a service of their `teams`."""
        return self.filter(self._has_part(person) | self._touches(teams))

    def calling(self, person: "Person") -> Self:
        """Incidents that nobody has acknowledged and for which this person is being called."""
        called = self._any("notifications", person=person, answer="", asked_by=None)
        return self.open().filter(called, acknowledged_at__isnull=True)

    def _any(self, rows: str, **condition: object) -> Q:
        """Incidents of which one of these rows fits; apart, so that its own index finds it."""
        related = getattr(self.model, rows).field.model
        return Q(pk__in=related.objects.filter(**condition).values("incident"))

    def _has_part(self, person: "Person") -> Q:
        called = self._any("notifications", person=person)
        in_role = self._any("assignments", person=person)
        return Q(declared_by=person) | called | in_role

    def _touches(self, teams: Iterable[int]) -> Q:
        owners = list(teams)
        affected = self._any("affected", service__owner_team__in=owners)
        return Q(service__owner_team__in=owners) | affected

    def for_board(self) -> Self:
        """With everything that a card or a page head touches."""
        return self.select_related(
            "service__owner_team", "source", "declared_by", "acknowledged_by", "contained_by"
        ).prefetch_related("affected__service")

    def for_list(self) -> Self:
        """With the times that the list shows and sorts by."""
        return self.select_related("service").annotate(
            acknowledge_took=F("first_acknowledged_at") - F("detected_at"),
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


class AlertQuerySet(models.QuerySet):  # type: ignore[type-arg]  # the model imports this module
    def kept_apart(self) -> Self:
        """Alerts without an incident: kept quietly, or waiting."""
        return self.filter(incident__isnull=True)

    def waiting_for_impact(self, services: Iterable[int | None]) -> Self:
        """Firing alerts of these services that join an incident once there is one."""
        return self.kept_apart().filter(
            outcome=AlertOutcome.HELD,
            held_until__isnull=True,
            status=AlertStatus.FIRING,
            service__in=list(services),
        )

    def held_until(self, *, now: datetime) -> Self:
        """Alerts whose time to wait is over at `now` (inclusive)."""
        return self.kept_apart().filter(held_until__lte=now, status=AlertStatus.FIRING)

    def held_by_work(self, *, now: datetime) -> Self:
        """Firing alerts that wait for the end of planned work at `now`."""
        return self.kept_apart().filter(
            held_by__isnull=False, held_until__gt=now, status=AlertStatus.FIRING
        )


class MaintenanceQuerySet(models.QuerySet):  # type: ignore[type-arg]  # the model imports this module
    def not_over(self, *, now: datetime) -> Self:
        """Work of which something may be left at `now`; the last days of what comes again too."""
        return self.left_at(now, last=(now - LONGEST_TIME).date())

    def left_at(self, now: datetime, *, last: date) -> Self:
        """The same where it is known on which day the last of what comes again may have begun."""
        return self.filter(
            Q(recurrence=Recurrence.ONCE, ends_at__gt=now)
            | ~Q(recurrence=Recurrence.ONCE) & (Q(until__isnull=True) | Q(until__gte=last)),
            Q(called_off_at__isnull=True) | Q(called_off_at__gt=now),
        )

    def with_subjects(self) -> Self:
        """With what it is about: `service_ids` and `source_ids`, without a query of their own."""
        services = self.model.services.through.objects.filter(maintenancewindow=OuterRef("pk"))
        sources = self.model.sources.through.objects.filter(maintenancewindow=OuterRef("pk"))
        return self.annotate(
            service_ids=ArraySubquery(services.values("service")),
            source_ids=ArraySubquery(sources.values("alertsource")),
        )


class EndpointQuerySet(models.QuerySet):  # type: ignore[type-arg]  # the model imports this module
    def listening(self) -> Self:
        """Other systems that are told of incidents now."""
        return self.filter(is_active=True).order_by("pk")

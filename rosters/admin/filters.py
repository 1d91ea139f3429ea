"""Filters that find what has to be mended."""

from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest

from config.portal import clock
from rosters.enums import Urgency
from rosters.models import ContactRule, Person, Roster
from rosters.queries import freshness
from rosters.queries.oncall import on_call_overview

Rows = QuerySet[Any]


class Tested(admin.SimpleListFilter):
    """Whether a number or address still works, as far as anybody knows."""

    title = "tested"
    parameter_name = "tested"

    def lookups(self, _request: HttpRequest, _admin: object) -> list[tuple[str, str]]:
        return [("stale", "Not for 90 days"), ("never", "Never"), ("fresh", "In the last 90 days")]

    def queryset(self, _request: HttpRequest, rows: Rows) -> Rows:
        stale = freshness.untested(now=clock.show_now()).values("pk")
        narrowed = {
            "stale": Q(pk__in=stale),
            "never": Q(last_tested_at__isnull=True),
            "fresh": Q(last_tested_at__isnull=False) & ~Q(pk__in=stale),
        }
        return rows.filter(narrowed.get(self.value() or "", Q()))


class CellState(admin.SimpleListFilter):
    """What is wrong with a cell of the matrix."""

    title = "state"
    parameter_name = "state"

    def lookups(self, _request: HttpRequest, _admin: object) -> list[tuple[str, str]]:
        return [
            ("stale", "Not confirmed for 90 days"),
            ("vacant", "Names somebody who left"),
            ("alone", "Without a backup"),
            ("fresh", "Confirmed"),
        ]

    def queryset(self, _request: HttpRequest, rows: Rows) -> Rows:
        now = clock.show_now()
        stale = freshness.unconfirmed(now=now).values("pk")
        narrowed = {
            "stale": Q(pk__in=stale),
            "vacant": Q(pk__in=freshness.vacant(now=now).values("pk")),
            "alone": Q(person__isnull=False, backup__isnull=True),
            "fresh": ~Q(pk__in=stale),
        }
        return rows.filter(narrowed.get(self.value() or "", Q()))


class OnCallNow(admin.SimpleListFilter):
    """Whether anybody of a roster is on call now."""

    title = "now"
    parameter_name = "now"

    def lookups(self, _request: HttpRequest, _admin: object) -> list[tuple[str, str]]:
        return [("gap", "Nobody is on call"), ("alone", "Nobody is the backup")]

    def queryset(self, _request: HttpRequest, rows: QuerySet[Roster]) -> QuerySet[Roster]:
        if self.value() not in ("gap", "alone"):
            return rows
        duties = on_call_overview(now=clock.show_now())
        found = [
            duty.roster.pk
            for duty in duties
            if (duty.is_gap if self.value() == "gap" else duty.first and not duty.backup)
        ]
        return rows.filter(pk__in=found)


class Reachable(admin.SimpleListFilter):
    """Whether somebody can be woken, and whether they still work here."""

    title = "reached"
    parameter_name = "reached"

    def lookups(self, _request: HttpRequest, _admin: object) -> list[tuple[str, str]]:
        return [
            ("not", "No urgent way to reach them"),
            ("here", "Works here"),
            ("left", "Left the company"),
        ]

    def queryset(self, _request: HttpRequest, rows: QuerySet[Person]) -> QuerySet[Person]:
        here = Person.objects.employed(now=clock.show_now()).values("pk")
        urgent = ContactRule.objects.filter(person=OuterRef("pk"), urgency=Urgency.URGENT)
        narrowed = {
            "not": Q(pk__in=here) & ~Q(Exists(urgent)),
            "here": Q(pk__in=here),
            "left": ~Q(pk__in=here),
        }
        return rows.filter(narrowed.get(self.value() or "", Q()))


class ImpactKnown(admin.SimpleListFilter):
    """Whether a service says what customers notice."""

    title = "what customers notice"
    parameter_name = "impact"

    def lookups(self, _request: HttpRequest, _admin: object) -> list[tuple[str, str]]:
        return [("unknown", "Not said"), ("known", "Said")]

    def queryset(self, _request: HttpRequest, rows: Rows) -> Rows:
        if self.value() == "unknown":
            return rows.filter(customer_impact="")
        return rows.exclude(customer_impact="") if self.value() == "known" else rows

"""The four levels as everybody may read them: what each means, and what follows from it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from incidents.enums import Promise, TargetUnit
from incidents.models import Incident, IncidentTemplate, ResponseTarget, Severity
from incidents.queries import preview
from rosters.enums import SeverityLevel, Tier
from rosters.models import Person

EXAMPLES = 4


@dataclass(frozen=True)
class Level:
    """One level: its meaning, scenarios that are usually this bad, and when it was last so."""

    severity: Severity
    scenarios: tuple[IncidentTemplate, ...]
    more: int
    latest: Incident | None


@dataclass(frozen=True)
class Span:
    """How long a promise may take. `tier`: only for services of this one."""

    amount: int
    is_working_days: bool
    tier: Tier | None = None


@dataclass(frozen=True)
class PromiseRow:
    """One promise and what is set for each level, the worst first; empty is no promise."""

    promise: Promise
    cells: tuple[tuple[SeverityLevel, tuple[Span, ...]], ...]


@dataclass(frozen=True)
class LevelsPage:
    """What the page shows."""

    levels: tuple[Level, ...]
    promises: tuple[PromiseRow, ...]


def page(reader: Person) -> LevelsPage:
    """All of it for one reader, in nine queries at most, however many incidents there are."""
    scenarios = _scenarios()
    levels = (
        Level(
            one,
            tuple(scenarios[one.level][:EXAMPLES]),
            max(0, len(scenarios[one.level]) - EXAMPLES),
            _latest(one.level, reader),
        )
        for one in preview.severities()
    )
    return LevelsPage(tuple(levels), promises_of(ResponseTarget.objects.order_by("pk")))


def promises_of(targets: Iterable[ResponseTarget]) -> tuple[PromiseRow, ...]:
    """One row for each promise that anything is set for, in the order of an incident."""
    found: Mapping[tuple[str, int], list[Span]] = defaultdict(list)
    for row in targets:
        tier = Tier(row.tier) if row.tier else None
        days = row.unit == TargetUnit.WORKING_DAYS
        found[row.promise, row.severity].append(Span(row.amount, days, tier))
    return tuple(
        PromiseRow(
            promise,
            tuple((level, _in_order(found.get((promise, level), ()))) for level in SeverityLevel),
        )
        for promise in Promise
        if any((promise, level) in found for level in SeverityLevel)
    )


def _in_order(spans: Iterable[Span]) -> tuple[Span, ...]:
    """What holds for every tier first, then the exceptions from the first tier on."""
    return tuple(sorted(spans, key=lambda one: one.tier or 0))


def _scenarios() -> Mapping[int, list[IncidentTemplate]]:
    found: Mapping[int, list[IncidentTemplate]] = defaultdict(list)
    rows = IncidentTemplate.objects.filter(retired_at__isnull=True, severity__isnull=False)
    for row in rows.select_related("service").order_by("service__tier", "service__name", "name"):
        found[row.severity or 0].append(row)
    return found


def _latest(level: int, reader: Person) -> Incident | None:
    rows = Incident.objects.visible_to(reader).filter(severity=level)
    return rows.order_by("-detected_at", "-pk").first()

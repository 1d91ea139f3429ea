"""Alerts and open incidents that found no service, grouped by what they name."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q, QuerySet

from incidents.enums import AlertStatus
from incidents.logic.placing import Naming, naming
from incidents.models import Alert, AlertSource, Incident
from incidents.queries import preview
from incidents.queries.preview import Called
from incidents.queries.trigger_list import sources_to_keep
from rosters.models import Person

MOST = 1000
MOST_SHOWN = 5


@dataclass
class Homeless:
    """Alerts of one source that name the same. `severity` is the worst of them."""

    source: AlertSource
    naming: Naming
    last_at: datetime
    severity: int
    alerts: int = 0
    incidents: dict[int, Incident] = field(default_factory=dict)
    may_place: bool = False

    @property
    def shown(self) -> list[Incident]:
        """The first of its open incidents; thousands would hide the page."""
        return list(self.incidents.values())[:MOST_SHOWN]

    @property
    def more(self) -> int:
        return len(self.incidents) - len(self.shown)

    @property
    def key(self) -> str:
        return f"{self.source.pk}|{self.naming.what}|{self.naming.value}"


@dataclass(frozen=True)
class Overview:
    """Every group, the newest first. `told` are those who hear of a new one today, first first."""

    groups: Sequence[Homeless]
    told: Sequence[Called]
    more: bool

    @property
    def alerts(self) -> int:
        return sum(group.alerts for group in self.groups)


def overview(reader: Person, *, now: datetime) -> Overview:
    """What found no home, and who hears of it; a constant number of queries."""
    rows = list(rows_for(reader).select_related("source", "incident")[: MOST + 1])
    kept = {source.pk for source in sources_to_keep(reader)}
    found: dict[tuple[int, Naming], Homeless] = {}
    for row in rows[:MOST]:
        severity = row.severity or row.source.default_severity
        key = (row.source_id, naming(row.name, row.labels))
        group = found.setdefault(key, Homeless(row.source, key[1], row.last_received_at, severity))
        group.alerts += 1
        group.severity = min(group.severity, severity)
        group.may_place = row.source_id in kept
        if row.incident is not None:
            group.incidents[row.incident.pk] = row.incident
    worst = min((group.severity for group in found.values()), default=3)
    told = preview.of_incident(Incident(severity=worst, detected_at=now), now=now)
    return Overview(list(found.values()), _once(told)[:3], more=len(rows) > MOST)


def _once(told: Sequence[Called]) -> list[Called]:
    """Everybody once, when they hear of it first."""
    return list({one.who: one for one in reversed(told)}.values())[::-1]


def rows_for(reader: Person) -> QuerySet[Alert]:
    """Firing alerts without a service, and those of open incidents without one; newest first."""
    visible = Incident.objects.visible_to(reader).open().filter(service__isnull=True)
    apart = Q(incident__isnull=True, status=AlertStatus.FIRING)
    rows = Alert.objects.filter(apart | Q(incident__in=visible), service__isnull=True)
    return rows.order_by("-last_received_at", "-pk")

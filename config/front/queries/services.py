"""The list of services: how each is doing, who answers, and what it still needs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import F, Func, Q, QuerySet

from incidents.logic.health import Health, HealthState
from incidents.queries.cover import Cover, rosters_of, with_people
from incidents.queries.health import health_of
from reviews.logic.readiness import Readiness
from reviews.queries.readiness import checks_of, readiness_of
from rosters.enums import Tier
from rosters.logic import labels
from rosters.models import Person, Service
from rosters.queries.compiled import compiled
from rosters.queries.many import Ids

HEALTH_ORDER = {state: place for place, state in enumerate(HealthState)}


class Glance(NamedTuple):
    """One service as far as the list orders, narrows and counts it."""

    pk: int
    name: str
    tier: int
    owner_team_id: int
    team: str
    has_backup: bool
    health: Health
    cover: Cover
    ready: Readiness

    @property
    def needs_attention(self) -> bool:
        """It does not work, or one of the seven checks is not done."""
        return not (self.health.is_working and self.ready.is_ready)

    @property
    def rule(self) -> str:
        return self.cover.policy_name

    @property
    def health_order(self) -> tuple[int, str]:
        return (HEALTH_ORDER[self.health.state], self.name.casefold())

    @property
    def readiness_order(self) -> tuple[int, int, str]:
        return (self.ready.done, self.tier, self.name.casefold())


@dataclass(frozen=True)
class Line:
    """One service on the list, with who answers for it."""

    service: Service
    health: Health
    readiness: Readiness
    cover: Cover

    @property
    def name(self) -> str:
        return self.service.name

    @property
    def tier(self) -> Tier:
        return Tier(self.service.tier)


class _Named(NamedTuple):
    """One service as it is stored."""

    pk: int
    name: str
    tier: int
    owner_team_id: int
    team: str
    has_backup: bool


def glances(services: QuerySet[Service], *, viewer: Person, now: datetime) -> list[Glance]:
    """Every one of these services, in their order; a constant number of queries."""
    has_backup = Q(backup_owner__isnull=False) & (
        Q(backup_owner__left_at__isnull=True) | Q(backup_owner__left_at__gt=now)
    )
    rows = services.annotate(team=F("owner_team__name"), has_backup=has_backup)
    found = [_Named(*row) for row in rows.values_list(*_Named._fields)]
    health = health_of(found, viewer=viewer)
    covers = rosters_of(found, now=now)
    ready = checks_of(found, covers, now=now)
    return [Glance(*one, health[one.pk], covers[one.pk], ready[one.pk]) for one in found]


def lines(shown: Sequence[Glance], *, now: datetime) -> list[Line]:
    """These services in full, in this order; a constant number of queries."""
    services = {one.pk: one for one in _in_full({one.pk for one in shown})} if shown else {}
    covers = with_people([one.cover for one in shown])
    ready = readiness_of(services.values(), covers, now=now)
    return [
        Line(services[one.pk], one.health, ready[one.pk], covers[one.pk])
        for one in shown
        if one.pk in services
    ]


@compiled
def _in_full(services: Ids) -> QuerySet[Service]:
    rows = Service.objects.filter(pk__in=services)
    return rows.select_related("owner_team", "backup_owner")


def known_labels() -> list[tuple[str, str]]:
    """Every label that a service has, as a form offers it; one query."""
    each = Service.objects.annotate(one=Func(F("labels"), function="unnest"))
    found = each.order_by("one").values_list("one", flat=True).distinct()
    return labels.each_in_words(found)


@dataclass(frozen=True)
class Counts:
    """What the head of the list says of the services below it."""

    total: int
    failing: int
    partly: int
    silent: int
    unready: int


def counts(shown: Iterable[Glance]) -> Counts:
    """How many there are, how many do not work, and how many need something."""
    found = list(shown)
    states = [line.health.state for line in found]
    return Counts(
        len(found),
        states.count(HealthState.FAILING),
        states.count(HealthState.PARTLY),
        states.count(HealthState.SILENT),
        sum(not line.ready.is_ready for line in found),
    )

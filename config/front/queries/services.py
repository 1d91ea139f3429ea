"""The list of services: how each is doing, who answers, and what it still needs."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Func, QuerySet

from incidents.logic.health import Health, HealthState
from incidents.queries.cover import Cover, cover_of, rosters_of
from incidents.queries.health import health_of
from reviews.logic.readiness import Readiness
from reviews.queries.readiness import readiness_of
from rosters.enums import Tier
from rosters.models import Person, Service

HEALTH_ORDER = tuple(HealthState)


@dataclass(frozen=True)
class Line:
    """One service on the list."""

    service: Service
    health: Health
    readiness: Readiness

    @property
    def name(self) -> str:
        return self.service.name

    @property
    def tier(self) -> Tier:
        return Tier(self.service.tier)

    @property
    def needs_attention(self) -> bool:
        """It does not work, or one of the seven checks is not done."""
        return not (self.health.is_working and self.readiness.is_ready)

    @property
    def health_order(self) -> tuple[int, str]:
        return (HEALTH_ORDER.index(self.health.state), self.name.casefold())

    @property
    def readiness_order(self) -> tuple[int, int, str]:
        return (self.readiness.done, self.service.tier, self.name.casefold())


@dataclass(frozen=True)
class Answered(Line):
    """One service on the list, with who answers for it."""

    cover: Cover


def lines(services: QuerySet[Service], *, viewer: Person, now: datetime) -> list[Line]:
    """A line for each of these services, in their order; a constant number of queries."""
    found = list(services.select_related("owner_team", "backup_owner"))
    health = health_of(found, viewer=viewer)
    ready = readiness_of(found, rosters_of(found, now=now), now=now)
    return [Line(one, health[one.pk], ready[one.pk]) for one in found]


def answered(shown: Iterable[Line], *, now: datetime) -> list[Answered]:
    """These lines, with who answers for each; a constant number of queries."""
    found = list(shown)
    covers = cover_of([line.service for line in found], now=now)
    return [
        Answered(line.service, line.health, line.readiness, covers[line.service.pk])
        for line in found
    ]


def known_labels() -> list[tuple[str, str]]:
    """Every label that a service has, as a form offers it; one query."""
    each = Service.objects.annotate(one=Func(F("labels"), function="unnest"))
    found = each.order_by("one").values_list("one", flat=True).distinct()
    return [(label, label) for label in found]


@dataclass(frozen=True)
class Counts:
    """What the head of the list says of the services below it."""

    total: int
    failing: int
    partly: int
    unready: int


def counts(shown: Iterable[Line]) -> Counts:
    """How many there are, how many do not work, and how many need something."""
    found = list(shown)
    states = [line.health.state for line in found]
    return Counts(
        len(found),
        states.count(HealthState.FAILING),
        states.count(HealthState.PARTLY),
        sum(not line.readiness.is_ready for line in found),
    )

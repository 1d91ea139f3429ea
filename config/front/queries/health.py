"""Service health as Now and the wall show it: what does not work first."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from incidents.logic.health import Day, Health, HealthState
from incidents.models import Incident
from incidents.queries.health import days_of, health_among
from rosters.models import Person, Service
from rosters.queries.calling import Line

TOLD_ROWS = 30
ALL_ROWS = 10
WORKING_ROWS = 3
"""How many are shown: all with something to tell up to a bound, then working ones until there are
ten in all, and three of those in any case. The rest is a number and a link."""

RANKS = {state: rank for rank, state in enumerate(HealthState)}


@dataclass(frozen=True)
class ServiceLine:
    """One service: how it does, its last 30 days, and the roster that its rule calls, if any."""

    service: Service
    health: Health
    days: tuple[Day, ...]
    roster: Line | None


@dataclass(frozen=True)
class ServiceHealth:
    """The services of one scope. `told` holds those with something to tell, `working` the rest."""

    told: tuple[ServiceLine, ...] = ()
    working: tuple[ServiceLine, ...] = ()
    failing_count: int = 0
    partly_count: int = 0
    silent_count: int = 0
    watched_count: int = 0
    working_count: int = 0

    @property
    def total(self) -> int:
        return self.told_count + self.working_count

    @property
    def told_count(self) -> int:
        return self.failing_count + self.partly_count + self.silent_count + self.watched_count

    @property
    def counted(self) -> list[str]:
        """ "2 failing", "3 partly failing", "15 working": how many there are of each, if any."""
        counts = (
            self.failing_count,
            self.partly_count,
            self.silent_count,
            self.watched_count,
            self.working_count,
        )
        return [
            f"{count} {state.label.lower()}"
            for state, count in zip(HealthState, counts, strict=True)
            if count
        ]

    @property
    def hidden_told(self) -> int:
        """How many have something to tell and are not in the table."""
        return self.told_count - len(self.told)

    @property
    def hidden_working(self) -> int:
        """How many work and are not in the table."""
        return self.working_count - len(self.working)

    @property
    def shown(self) -> tuple[ServiceLine, ...]:
        return self.told + self.working

    @property
    def strips(self) -> list[tuple[str, tuple[Day, ...]]]:
        """For the table behind the strips: those that had an incident."""
        return [
            (line.service.name, line.days)
            for line in self.shown
            if any(day.level is not None for day in line.days)
        ]


def service_health(
    services: Sequence[Service],
    opened: Iterable[Incident],
    rosters: Sequence[Line],
    *,
    viewer: Person,
    now: datetime,
) -> ServiceHealth:
    """How these services do, by the open incidents; five queries, whatever their number."""
    judged = health_among(services, opened)
    ranked = sorted(services, key=lambda service: RANKS[judged[service.pk].state])
    told = [one for one in ranked if not judged[one.pk].is_working]
    working = ranked[len(told) :]
    shown = (*told[:TOLD_ROWS], *working[: max(WORKING_ROWS, ALL_ROWS - len(told))])
    days = days_of(shown, viewer=viewer, now=now, zone=ZoneInfo(viewer.time_zone))
    answering = {one.pk: line for line in reversed(rosters) for one in line.services}

    def lines(some: Sequence[Service]) -> tuple[ServiceLine, ...]:
        return tuple(_line(one, judged, days, answering) for one in some if one.pk in days)

    count = Counter(judged[one.pk].state for one in services)
    return ServiceHealth(
        lines(told),
        lines(working),
        count[HealthState.FAILING],
        count[HealthState.PARTLY],
        count[HealthState.SILENT],
        count[HealthState.WATCHED],
        count[HealthState.WORKING],
    )


def _line(
    service: Service,
    judged: Mapping[int, Health],
    days: Mapping[int, tuple[Day, ...]],
    answering: Mapping[int, Line],
) -> ServiceLine:
    return ServiceLine(service, judged[service.pk], days[service.pk], answering.get(service.pk))

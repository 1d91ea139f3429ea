"""Which policy holds for an incident: the most specific route wins."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class RouteSpec:
    """One route; None means any.

    One with `starts_at` and `until` is a detour of its service: of what is detected in that time,
    half-open, it wins over every other.
    """

    policy_id: int
    service_id: int | None = None
    severity: int | None = None
    impact_id: int | None = None
    starts_at: datetime | None = None
    until: datetime | None = None

    @property
    def is_detour(self) -> bool:
        return self.starts_at is not None

    def holds(self, at: datetime) -> bool:
        """Whether it can hold for what is detected at `at`."""
        if self.starts_at is None or self.until is None:
            return True
        return self.starts_at <= at < self.until


def choose_policy(
    routes: Iterable[RouteSpec],
    *,
    service_id: int | None,
    severity: int,
    impact_id: int | None,
    at: datetime,
) -> int | None:
    """The policy of the most specific fitting route: service first, then severity, then impact.

    `at` is when the incident was detected.
    """
    best = choose_route(
        routes, service_id=service_id, severity=severity, impact_id=impact_id, at=at
    )
    return best.policy_id if best else None


def choose_route(
    routes: Iterable[RouteSpec],
    *,
    service_id: int | None,
    severity: int,
    impact_id: int | None,
    at: datetime,
) -> RouteSpec | None:
    """The route itself."""
    fitting = [
        route
        for route in routes
        if route.service_id in (None, service_id)
        and route.severity in (None, severity)
        and route.impact_id in (None, impact_id)
        and route.holds(at)
    ]
    return max(fitting, key=_specificity, default=None)


def _specificity(route: RouteSpec) -> tuple[bool, bool, bool, bool]:
    return (
        route.is_detour,
        route.service_id is not None,
        route.severity is not None,
        route.impact_id is not None,
    )

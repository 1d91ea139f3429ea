"""Which policy holds for an incident: the most specific route wins."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class RouteSpec:
    """One route; None means any."""

    policy_id: int
    service_id: int | None = None
    severity: int | None = None
    impact_id: int | None = None


def choose_policy(
    routes: Iterable[RouteSpec], *, service_id: int | None, severity: int, impact_id: int | None
) -> int | None:
    """The policy of the most specific fitting route: service first, then severity, then impact."""
    fitting = [
        route
        for route in routes
        if route.service_id in (None, service_id)
        and route.severity in (None, severity)
        and route.impact_id in (None, impact_id)
    ]
    best = max(fitting, key=_specificity, default=None)
    return best.policy_id if best else None


def _specificity(route: RouteSpec) -> tuple[bool, bool, bool]:
    return (
        route.service_id is not None,
        route.severity is not None,
        route.impact_id is not None,
    )

"""What can go wrong at the demo organisation, as its people tell it.

`times` says how often it happened in ninety days; `speed` stretches or shortens how long it took.
"""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Plot:
    """One kind of trouble: what readers noticed, what lay behind it, and what was learned."""

    service: str
    severity: int
    title: str
    noticed: str
    behind: str
    fixed_by: str
    factor: str
    helped: str
    action: str
    owner: str
    times: int = 1
    speed: float = 1.0
    is_from_monitor: bool = False
    is_restricted: bool = False


def seen(*facts: str, severity: int = 2, times: int = 1, speed: float = 1.0) -> Plot:
    """A plot that a monitor saw first; its facts in the order of `Plot`, without the severity."""
    return replace(told(*facts, severity=severity, times=times, speed=speed), is_from_monitor=True)


def told(*facts: str, severity: int = 3, times: int = 1, speed: float = 1.0) -> Plot:
    """A plot that a person told us of; its facts in the order of `Plot`, without the severity."""
    service, title, noticed, behind, fixed_by, factor, helped, action, owner = facts
    return Plot(
        service,
        severity,
        title,
        noticed,
        behind,
        fixed_by,
        factor,
        helped,
        action,
        owner,
        times=times,
        speed=speed,
    )

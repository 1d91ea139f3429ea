"""Rosters for the tables of cases: short words for long specifications, and people's names."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from rosters.logic.rotation import (
    LayerSpec,
    Levels,
    OverrideSpec,
    RestrictionSpec,
    RosterSpec,
    RotationSpec,
    ShiftSpec,
    Span,
    TemporarySpec,
    segments,
)
from tests.world import at

ADA, BEN, CY, DEE, EVE, MEI = 1, 2, 3, 4, 5, 6
BERLIN = "Europe/Berlin"
WORKDAYS = (0, 1, 2, 3, 4)


def turns(
    starts: str,
    *people: int | tuple[int, ...],
    unit: str = "day",
    length: int = 1,
    ends: str | None = None,
    **rest: Any,
) -> RotationSpec:
    return RotationSpec(
        datetime.fromisoformat(starts),
        unit,
        length,
        people,
        datetime.fromisoformat(ends) if ends else None,
        **rest,
    )


def hours(text: str, *weekdays: int) -> tuple[RestrictionSpec, ...]:
    """Hours such as "22:00-06:00", on these weekdays or on every day."""
    opens, closes = (time.fromisoformat(part) for part in text.split("-"))
    return tuple(RestrictionSpec(day, opens, closes) for day in weekdays or (None,))


def layer(priority: int, *rotations: RotationSpec, **rest: Any) -> LayerSpec:
    if zone := rest.pop("zone", None):
        rest["zone"] = ZoneInfo(zone)
    return LayerSpec(priority, rotations, **rest)


def roster(
    *layers: LayerSpec,
    zone: str = BERLIN,
    overrides: Iterable[OverrideSpec] = (),
    away: Mapping[int, Sequence[Span]] | None = None,
    temporaries: Iterable[TemporarySpec] = (),
    **rest: Any,
) -> RosterSpec:
    return RosterSpec(
        ZoneInfo(zone), layers, tuple(overrides), away or {}, tuple(temporaries), **rest
    )


def alone(rotation: RotationSpec, *, zone: str = BERLIN, **rest: Any) -> RosterSpec:
    """A roster of one layer with one rotation."""
    return roster(layer(1, rotation, **rest), zone=zone)


def span(starts: str, ends: str, zone: str = "UTC") -> Span:
    return at(starts, zone), at(ends, zone)


def temporary(window: Span, *shifts: tuple[int, str, str], zone: str = "UTC") -> TemporarySpec:
    """A temporary schedule; shifts are (person, from, until)."""
    found = (ShiftSpec(one, at(starts, zone), at(ends, zone)) for one, starts, ends in shifts)
    return TemporarySpec(*window, tuple(found))


def told(spec: RosterSpec, starts: str, ends: str, zone: str = "UTC") -> list[tuple[str, Levels]]:
    """Who is on call in a window: from when, as wall time of `zone`, which people by level."""
    return [
        (one.starts_at.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M"), one.levels)
        for one in segments(spec, starts_at=at(starts, zone), ends_at=at(ends, zone))
    ]


def firsts(
    spec: RosterSpec, starts: str, ends: str, zone: str = "UTC"
) -> list[tuple[str, tuple[int, ...]]]:
    """The same without the backups."""
    return [(when, levels[0] if levels else ()) for when, levels in told(spec, starts, ends, zone)]

"""A roster as it is arranged at one instant, as if it had always been arranged like that. Pure.

With it, what happened is gone through once more under an arrangement that is new or only planned.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import lcm
from zoneinfo import ZoneInfo

from rosters.logic.layers import LayerSpec
from rosters.logic.rotation import RosterSpec
from rosters.logic.shifts import COUNTED, DAY, HOUR, MONTH, UNITS, RotationSpec
from rosters.logic.walltime import add_months, instant, wall

WEEK = 7 * DAY
MONTHS_OF_A_YEAR = 12


def settled_at(spec: RosterSpec, *, now: datetime) -> datetime:
    """When the last change of its layers that is planned has come; `now` where none is."""
    edges = [now]
    for layer in spec.layers:
        edges += [edge for edge in (layer.valid_from, layer.valid_until) if edge is not None]
        zone = layer.zone or spec.zone
        for rotation in layer.rotations:
            edges += [instant(one, zone) for one in (rotation.starts_at, rotation.ends_at) if one]
    return max(edges)


def as_if_always(spec: RosterSpec, *, at: datetime, since: datetime) -> RosterSpec:
    """The roster's layers of the instant `at`, from the instant `since` on.

    Turns are counted backwards from where they begin, in whole rounds, so that whoever is on call
    at `at` still is. Overrides and temporary schedules were agreed for another arrangement and are
    left out; absences stay, and so do shifts that came from a calendar, which has no earlier ones.
    """
    layers = (
        _always(layer, layer.zone or spec.zone, at=at, since=since)
        for layer in spec.layers
        if layer.is_valid(at)
    )
    return replace(spec, layers=tuple(layers), overrides=(), temporaries=())


def _always(layer: LayerSpec, zone: ZoneInfo, *, at: datetime, since: datetime) -> LayerSpec:
    rotations = (
        begun_by(replace(one, ends_at=None), wall(since.astimezone(UTC), zone))
        for one in layer.rotations
        if one.people and _runs(one, zone, at)
    )
    return replace(layer, rotations=tuple(rotations), valid_from=None, valid_until=None)


def _runs(rotation: RotationSpec, zone: ZoneInfo, at: datetime) -> bool:
    begun = instant(rotation.starts_at, zone) <= at
    return begun and (rotation.ends_at is None or at < instant(rotation.ends_at, zone))


def begun_by(rotation: RotationSpec, start: datetime) -> RotationSpec:
    """The same turns, begun at the naive wall time `start` or before, whole rounds earlier."""
    if rotation.starts_at <= start:
        return rotation
    if rotation.unit == MONTH:
        return replace(rotation, starts_at=_months_earlier(rotation, start))
    round_ = _round(rotation)
    rounds = -((start - rotation.starts_at) // round_)
    return replace(rotation, starts_at=rotation.starts_at - rounds * round_)


def _round(rotation: RotationSpec) -> timedelta:
    """How long it takes until the same people begin at the same time of a week again."""
    units = rotation.length * len(rotation.people)
    if not rotation.weekdays or rotation.unit not in COUNTED:
        return units * UNITS[rotation.unit]
    each_week = len(set(rotation.weekdays)) * (DAY // HOUR if rotation.unit == "hour" else 1)
    return lcm(units, each_week) // each_week * WEEK


def _months_earlier(rotation: RotationSpec, start: datetime) -> datetime:
    """Whole rounds and whole years: the 31st stays the 31st."""
    months = lcm(rotation.length * len(rotation.people), MONTHS_OF_A_YEAR)
    rounds = 0
    while add_months(rotation.starts_at, -rounds * months) > start:
        rounds += 1
    return add_months(rotation.starts_at, -rounds * months)

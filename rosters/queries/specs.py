"""Rosters as the resolver wants them: the one loader, a constant number of queries."""

import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Q, Value

from rosters.enums import CoverageKind
from rosters.logic.rotation import (
    LayerSpec,
    OverrideSpec,
    People,
    RestrictionSpec,
    RosterSpec,
    RotationSpec,
    ShiftSpec,
    TargetSpec,
    TemporarySpec,
)
from rosters.models import (
    CoverageHours,
    ImportedShift,
    Layer,
    Override,
    Restriction,
    Roster,
    TemporarySchedule,
)
from rosters.queries.many import Ids, these

logger = logging.getLogger(__name__)

LAYER, TARGET = "layer", "target"
"""Whose hours they are."""


@dataclass(frozen=True)
class LoadedRoster:
    """A roster's row, and the roster as the resolver wants it.

    `as_published` is what it would be if it were no draft; `spec` is what it is: of a draft nobody.
    """

    roster: Roster
    as_published: RosterSpec

    @property
    def spec(self) -> RosterSpec:
        if self.roster.is_draft:
            return RosterSpec(self.as_published.zone)
        return self.as_published


@dataclass
class _Rows:
    """What was read, by the primary key of the roster, the layer or the target it belongs to."""

    hours: dict[tuple[str, int], list[RestrictionSpec]] = field(
        default_factory=lambda: defaultdict(list)
    )
    shifts: dict[int, list[ShiftSpec]] = field(default_factory=lambda: defaultdict(list))
    layers: dict[int, list[LayerSpec]] = field(default_factory=lambda: defaultdict(list))
    overrides: dict[int, list[OverrideSpec]] = field(default_factory=lambda: defaultdict(list))
    temporaries: dict[int, list[TemporarySpec]] = field(default_factory=lambda: defaultdict(list))


def load_rosters(which: Q, *, starts_at: datetime, ends_at: datetime) -> list[LoadedRoster]:
    """The rosters by name, right for every instant in [starts_at, ends_at); six queries."""
    found = Roster.objects.filter(which).select_related("team", "coverage").order_by("name", "pk")
    rosters = {roster.pk: roster for roster in found}
    rows, wanted = _Rows(), these(rosters.keys())
    window = Q(ends_at__gt=starts_at, starts_at__lt=ends_at)
    _read_hours(rows, wanted)
    _read_imported(rows, wanted, window)
    valid = (Q(valid_from__isnull=True) | Q(valid_from__lt=ends_at)) & (
        Q(valid_until__isnull=True) | Q(valid_until__gt=starts_at)
    )
    _read_layers(rows, wanted, valid)
    _read_overrides(rows, wanted, window)
    _read_temporaries(rows, wanted, window)
    return [LoadedRoster(roster, _spec(roster, rows)) for roster in rosters.values()]


def _spec(roster: Roster, rows: _Rows) -> RosterSpec:
    return RosterSpec(
        _zone(roster.time_zone, roster=roster.pk),
        tuple(rows.layers[roster.pk]),
        tuple(rows.overrides[roster.pk]),
        temporaries=tuple(rows.temporaries[roster.pk]),
        target=_target(roster, rows),
    )


def _target(roster: Roster, rows: _Rows) -> TargetSpec | None:
    """What the roster declares; hours without any are none."""
    if not hasattr(roster, "coverage"):
        return None
    target = roster.coverage
    hours = tuple(rows.hours[TARGET, target.pk]) if target.kind == CoverageKind.HOURS else ()
    return TargetSpec(target.kind, hours, target.levels)


def _read_hours(rows: _Rows, rosters: Ids) -> None:
    """The hours of layers and of what is declared; one query."""
    fields = ("weekday", "starts_at", "ends_at", "pk")
    layers = Restriction.objects.filter(layer__roster__in=rosters)
    targets = CoverageHours.objects.filter(target__roster__in=rosters)
    found = layers.values_list(Value(LAYER), "layer_id", *fields).union(
        targets.values_list(Value(TARGET), "target_id", *fields), all=True
    )
    for owner, pk, weekday, starts_at, ends_at, _ in sorted(found, key=itemgetter(-1)):
        rows.hours[owner, pk].append(RestrictionSpec(weekday, starts_at, ends_at))


def _read_imported(rows: _Rows, rosters: Ids, window: Q) -> None:
    """What calendars elsewhere put into layers; one query."""
    found = ImportedShift.objects.filter(window, feed__layer__roster__in=rosters)
    fields = ("feed__layer_id", "person_id", "starts_at", "ends_at")
    for layer_id, *shift in found.order_by("starts_at", "pk").values_list(*fields):
        rows.shifts[layer_id].append(ShiftSpec(*shift))


def _read_layers(rows: _Rows, rosters: Ids, valid: Q) -> None:
    """The layers by priority with their rotations; one query.

    A row for each rotation with the people who take turns; a layer without any has one too.
    """
    place = "rotations__members"
    in_order = (f"{place}__order", f"{place}__pk")
    turn = ("starts_on", "ends_on", "handover_at", "unit", "length", "weekdays", "first")
    layer = ("roster_id", "pk", "priority", "time_zone", "valid_from", "valid_until", "is_shadow")
    found = (
        Layer.objects.filter(valid, roster__in=rosters)
        .order_by("priority", "pk", "rotations__pk")
        .values_list(*layer, "rotations__pk", *(f"rotations__{name}" for name in turn))
        .annotate(
            orders=ArrayAgg(f"{place}__order", order_by=in_order),
            people=ArrayAgg(f"{place}__person_id", order_by=in_order),
        )
    )
    for fields, group in groupby(found, key=itemgetter(slice(len(layer)))):
        rotations = (_rotation(row[len(layer) :]) for row in group if row[len(layer)] is not None)
        spec = _layer(fields, tuple(rotations), rows)
        rows.layers[fields[0]].append(spec)


def _layer(fields: Sequence[Any], rotations: tuple[RotationSpec, ...], rows: _Rows) -> LayerSpec:
    roster_id, pk, priority, time_zone, valid_from, valid_until, is_shadow = fields
    return LayerSpec(
        priority,
        rotations,
        tuple(rows.hours[LAYER, pk]),
        _zone(time_zone, roster=roster_id) if time_zone else None,
        valid_from,
        valid_until,
        is_shadow,
        tuple(rows.shifts[pk]),
        pk,
    )


def _rotation(row: Sequence[Any]) -> RotationSpec:
    _, starts_on, ends_on, handover_at, unit, length, weekdays, first, orders, people = row
    return RotationSpec(
        starts_at=datetime.combine(starts_on, handover_at),
        unit=unit,
        length=length,
        people=_places(orders, people),
        ends_at=datetime.combine(ends_on, handover_at) if ends_on else None,
        weekdays=tuple(weekdays),
        first=first,
    )


def _places(
    orders: Sequence[int | None], people: Sequence[int]
) -> tuple[int, ...] | tuple[People, ...]:
    """The turns in their order; people of equal order take theirs together."""
    if None in orders:
        return ()
    if len(set(orders)) == len(orders):
        return tuple(people)
    members = zip(orders, people, strict=True)
    return tuple(
        tuple(person for _, person in turn) for _, turn in groupby(members, key=itemgetter(0))
    )


def _read_overrides(rows: _Rows, rosters: Ids, window: Q) -> None:
    """What was arranged by hand and by swaps, in the order in which it was made; one query."""
    fields = ("roster_id", "kind", "starts_at", "ends_at", "person_id", "instead_of_id", "swap_id")
    found = Override.objects.filter(window, roster__in=rosters).order_by("pk")
    for roster_id, kind, starts_at, ends_at, person, other, swap in found.values_list(*fields):
        one = OverrideSpec(kind, starts_at, ends_at, person, other, is_swap=swap is not None)
        rows.overrides[roster_id].append(one)


def _read_temporaries(rows: _Rows, rosters: Ids, window: Q) -> None:
    """Temporary schedules with their shifts, in the order in which they were made; one query."""
    schedule = ("roster_id", "pk", "starts_at", "ends_at")
    shift = ("person_id", "starts_at", "ends_at", "level")
    found = (
        TemporarySchedule.objects.filter(window, roster__in=rosters)
        .order_by("pk", "shifts__level", "shifts__starts_at", "shifts__pk")
        .values_list(*schedule, *(f"shifts__{name}" for name in shift))
    )
    for (roster_id, _, starts_at, ends_at), group in groupby(found, key=itemgetter(slice(4))):
        shifts = (ShiftSpec(*row[4:]) for row in group if row[4] is not None)
        rows.temporaries[roster_id].append(TemporarySpec(starts_at, ends_at, tuple(shifts)))


def _zone(name: str, *, roster: int) -> ZoneInfo:
    """The zone. One that this machine does not know must not stop every other call."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        logger.exception("unknown time zone, using UTC", extra={"roster": roster})
        return ZoneInfo("UTC")

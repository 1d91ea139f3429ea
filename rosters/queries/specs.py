"""Rosters as the resolver wants them: the one loader, a constant number of queries."""

import logging
from collections import defaultdict
from collections.abc import Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Q, QuerySet, Value

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
from rosters.queries.compiled import compiled
from rosters.queries.many import Ids

logger = logging.getLogger(__name__)

LAYER, TARGET = "layer", "target"
"""Whose hours they are."""


class Head(NamedTuple):
    """A roster's own row, with what it declares."""

    pk: int
    name: str
    time_zone: str
    is_draft: bool
    target_id: int | None
    kind: str | None
    levels: int | None


@dataclass(frozen=True)
class LoadedRoster:
    """A roster's row, and the roster as the resolver wants it.

    `as_published` is what it would be if it were no draft; `spec` is what it is: of a draft nobody.
    """

    head: Head
    as_published: RosterSpec

    @property
    def spec(self) -> RosterSpec:
        if self.head.is_draft:
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


def load_rosters(
    ids: Set[int], *, starts_at: datetime, ends_at: datetime
) -> dict[int, LoadedRoster]:
    """These rosters by name, right for every instant in [starts_at, ends_at); six queries."""
    if not ids:
        return {}
    rows, window = _Rows(), (ids, starts_at, ends_at)
    for owner, pk, weekday, opens, closes, _ in sorted(_hours(ids), key=itemgetter(-1)):
        rows.hours[owner, pk].append(RestrictionSpec(weekday, opens, closes))
    for layer_id, *shift in _imported(*window):
        rows.shifts[layer_id].append(ShiftSpec(*shift))
    _read_layers(rows, _layers(*window))
    for roster_id, kind, begins, ends, person, other, swap in _overrides(*window):
        one = OverrideSpec(kind, begins, ends, person, other, is_swap=swap is not None)
        rows.overrides[roster_id].append(one)
    _read_temporaries(rows, _temporaries(*window))
    heads = [Head(*row) for row in _heads(ids)]
    return {head.pk: LoadedRoster(head, _spec(head, rows)) for head in heads}


def _spec(head: Head, rows: _Rows) -> RosterSpec:
    return RosterSpec(
        _zone(head.time_zone, roster=head.pk),
        tuple(rows.layers[head.pk]),
        tuple(rows.overrides[head.pk]),
        temporaries=tuple(rows.temporaries[head.pk]),
        target=_target(head, rows),
    )


def _target(head: Head, rows: _Rows) -> TargetSpec | None:
    """What the roster declares; hours without any are none."""
    if head.target_id is None or head.kind is None or head.levels is None:
        return None
    hours = tuple(rows.hours[TARGET, head.target_id]) if head.kind == CoverageKind.HOURS else ()
    return TargetSpec(head.kind, hours, head.levels)


@compiled
def _heads(rosters: Ids) -> QuerySet[Roster, Any]:
    coverage = (f"coverage__{name}" for name in ("pk", "kind", "levels"))
    found = Roster.objects.filter(pk__in=rosters).order_by("name", "pk")
    return found.values_list("pk", "name", "time_zone", "is_draft", *coverage)


@compiled
def _hours(rosters: Ids) -> QuerySet[Any, Any]:
    """The hours of layers and of what is declared."""
    fields = ("weekday", "starts_at", "ends_at", "pk")
    layers = Restriction.objects.filter(layer__roster__in=rosters)
    targets = CoverageHours.objects.filter(target__roster__in=rosters)
    return layers.values_list(Value(LAYER), "layer_id", *fields).union(
        targets.values_list(Value(TARGET), "target_id", *fields), all=True
    )


@compiled
def _imported(rosters: Ids, starts_at: datetime, ends_at: datetime) -> QuerySet[Any, Any]:
    """What calendars elsewhere put into layers."""
    window = Q(ends_at__gt=starts_at, starts_at__lt=ends_at)
    found = ImportedShift.objects.filter(window, feed__layer__roster__in=rosters)
    fields = ("feed__layer_id", "person_id", "starts_at", "ends_at")
    return found.order_by("starts_at", "pk").values_list(*fields)


LAYER_FIELDS = (
    "roster_id",
    "pk",
    "priority",
    "time_zone",
    "valid_from",
    "valid_until",
    "is_shadow",
)


@compiled
def _layers(rosters: Ids, starts_at: datetime, ends_at: datetime) -> QuerySet[Layer, Any]:
    """The layers by priority with their rotations.

    A row for each rotation with the people who take turns; a layer without any has one too.
    """
    valid = Q(valid_from__isnull=True) | Q(valid_from__lt=ends_at)
    valid &= Q(valid_until__isnull=True) | Q(valid_until__gt=starts_at)
    place = "rotations__members"
    in_order = (f"{place}__order", f"{place}__pk")
    turn = ("pk", "starts_on", "ends_on", "handover_at", "unit", "length", "weekdays", "first")
    return (
        Layer.objects.filter(valid, roster__in=rosters)
        .order_by("priority", "pk", "rotations__pk")
        .values_list(*LAYER_FIELDS, *(f"rotations__{name}" for name in turn))
        .annotate(
            orders=ArrayAgg(f"{place}__order", order_by=in_order),
            people=ArrayAgg(f"{place}__person_id", order_by=in_order),
        )
    )


def _read_layers(rows: _Rows, found: Sequence[Sequence[Any]]) -> None:
    width = len(LAYER_FIELDS)
    for fields, group in groupby(found, key=itemgetter(slice(width))):
        rotations = (_rotation(row[width:]) for row in group if row[width] is not None)
        rows.layers[fields[0]].append(_layer(fields, tuple(rotations), rows))


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


@compiled
def _overrides(rosters: Ids, starts_at: datetime, ends_at: datetime) -> QuerySet[Override, Any]:
    """What was arranged by hand and by swaps, in the order in which it was made."""
    window = Q(ends_at__gt=starts_at, starts_at__lt=ends_at)
    fields = ("roster_id", "kind", "starts_at", "ends_at", "person_id", "instead_of_id", "swap_id")
    return Override.objects.filter(window, roster__in=rosters).order_by("pk").values_list(*fields)


@compiled
def _temporaries(rosters: Ids, starts_at: datetime, ends_at: datetime) -> QuerySet[Any, Any]:
    """Temporary schedules with their shifts, in the order in which they were made."""
    window = Q(ends_at__gt=starts_at, starts_at__lt=ends_at)
    shift = ("person_id", "starts_at", "ends_at", "level")
    return (
        TemporarySchedule.objects.filter(window, roster__in=rosters)
        .order_by("pk", "shifts__level", "shifts__starts_at", "shifts__pk")
        .values_list(
            "roster_id", "pk", "starts_at", "ends_at", *(f"shifts__{name}" for name in shift)
        )
    )


def _read_temporaries(rows: _Rows, found: Sequence[Sequence[Any]]) -> None:
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

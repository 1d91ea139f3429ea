"""One layer of a roster by itself: whom its rotations and fixed shifts put on call. Pure.

A layer knows nothing of other layers, overrides and absences; `rosters.logic.rotation` does.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from rosters.logic.shifts import (
    People,
    RestrictionSpec,
    RotationSpec,
    hours,
    is_within,
    on_turn,
    turns,
)
from rosters.logic.spans import Span, joined
from rosters.logic.walltime import utc

NOBODY: People = ()
Stay = tuple[datetime, datetime, People]
"""From when until when, half-open, who."""


@dataclass(frozen=True)
class ShiftSpec:
    """One person on call from `starts_at` until `ends_at`: instants, half-open.

    `level` counts in a temporary schedule alone: 1 is the first on call, 2 the backup. A shift that
    does not end after it starts holds never. ValueError for a naive datetime.
    """

    person: int
    starts_at: datetime
    ends_at: datetime
    level: int = 1

    def __post_init__(self) -> None:
        in_utc(self, "starts_at", "ends_at")


@dataclass(frozen=True)
class LayerSpec:
    """One level of a roster: 1 is the first on call, 2 the backup, and so on.

    `zone` is the layer's own, for a roster that follows the sun; None means the roster's. Rotations
    and restrictions are wall time in it. Without restrictions the layer always counts; several add
    up. `shifts` are fixed ones, from a calendar that was read in; restrictions hold for them too.

    The layer counts from the instant `valid_from` (inclusive) until `valid_until` (exclusive); None
    is open. A running layer is changed by closing it and opening a new one at the same instant, so
    the past stays as it was.

    `is_shadow`: its people ride along. They are shown, never on call, and never counted. `layer_id`
    tells which layer it is, and changes nothing.

    ValueError for a naive datetime in `valid_from` or `valid_until`, and for a zone by its name
    alone: write ZoneInfo("Europe/London").
    """

    priority: int
    rotations: tuple[RotationSpec, ...] = ()
    restrictions: tuple[RestrictionSpec, ...] = ()
    zone: ZoneInfo | None = None
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    is_shadow: bool = False
    shifts: tuple[ShiftSpec, ...] = ()
    layer_id: int | None = None

    def __post_init__(self) -> None:
        in_utc(self, "valid_from", "valid_until")
        if self.zone is not None:
            must_be_zone(self.zone)

    @property
    def everybody(self) -> set[int]:
        """Each person whom the layer could put on call."""
        fixed = {shift.person for shift in self.shifts}
        return fixed.union(*(rotation.everybody for rotation in self.rotations))

    def is_valid(self, at: datetime) -> bool:
        """Whether the layer counts at the instant `at`, whatever its hours."""
        begun = self.valid_from is None or self.valid_from <= at
        return begun and (self.valid_until is None or at < self.valid_until)


def must_be_zone(zone: ZoneInfo) -> None:
    """ValueError for what is no time zone, such as its name alone."""
    if not isinstance(zone, ZoneInfo):
        raise ValueError(f"A zone is a ZoneInfo, not {zone!r}.")  # noqa: TRY004


def in_utc(spec: object, *names: str) -> None:
    """These instants of a frozen dataclass are in UTC from here on."""
    for name in names:
        at = getattr(spec, name)
        if at is not None and (moved := utc(at)) is not at:
            object.__setattr__(spec, name, moved)


def standing(layer: LayerSpec, zone: ZoneInfo, *, at: datetime) -> list[People]:
    """Whom each rotation and fixed shift of the layer puts on call at `at`, in their order.

    `zone` is the roster's, used where the layer has none of its own.
    """
    zone = layer.zone or zone
    if not layer.is_valid(at):
        return []
    if layer.restrictions and not is_within(layer.restrictions, zone, at=at):
        return []
    found = [on_turn(rotation, zone, at=at) for rotation in layer.rotations]
    found += [(one.person,) for one in layer.shifts if one.starts_at <= at < one.ends_at]
    return [people for people in found if people]


def stays(
    layer: LayerSpec, zone: ZoneInfo, *, starts_at: datetime, ends_at: datetime
) -> Iterator[list[Stay]]:
    """When whom each rotation and fixed shift puts on call, one list for each, in their order.

    Half-open, in the order of time, without overlap inside a list; enough to cover
    [starts_at, ends_at), which the first and the last may reach out of.
    """
    zone = layer.zone or zone
    open_at = opening(layer, zone, starts_at=starts_at, ends_at=ends_at)
    for rotation in layer.rotations:
        found = turns(rotation, zone, starts_at=starts_at, ends_at=ends_at)
        yield _within(_lasting(found, ends_at), open_at)
    for one in layer.shifts:
        if one.starts_at < ends_at and one.ends_at > starts_at:
            yield _within([(one.starts_at, one.ends_at, (one.person,))], open_at)


def opening(
    layer: LayerSpec, zone: ZoneInfo, *, starts_at: datetime, ends_at: datetime
) -> list[Span] | None:
    """When the layer counts, as far as it touches [starts_at, ends_at); None means throughout.

    `zone` is the one that the layer's hours are in. The spans are apart from each other, in order.
    """
    valid = (layer.valid_from or starts_at, layer.valid_until or ends_at)
    if not layer.restrictions:
        if layer.valid_from is None and layer.valid_until is None:
            return None
        return [valid] if valid[0] < valid[1] else []
    found = hours(layer.restrictions, zone, starts_at=starts_at, ends_at=ends_at)
    if layer.valid_from is not None:
        found = ((max(begin, valid[0]), end) for begin, end in found)
    if layer.valid_until is not None:
        found = ((begin, min(end, valid[1])) for begin, end in found)
    return joined(span for span in found if span[0] < span[1])


def _lasting(found: Iterable[tuple[datetime, People]], until: datetime) -> list[Stay]:
    """Turns with their ends: each lasts until the next one begins, and the last until `until`."""
    lasting: list[Stay] = []
    since, people = until, NOBODY
    for at, following in found:
        if people and since < at:
            lasting.append((since, at, people))
        since, people = at, following
    if people and since < until:
        lasting.append((since, until, people))
    return lasting


def _within(found: list[Stay], spans: Sequence[Span] | None) -> list[Stay]:
    """What lies inside the spans; both are in order."""
    if spans is None:
        return found
    inside: list[Stay] = []
    place = 0
    for starts_at, ends_at, people in found:
        while place < len(spans) and spans[place][0] < ends_at:
            begin, end = max(spans[place][0], starts_at), min(spans[place][1], ends_at)
            if begin < end:
                inside.append((begin, end, people))
            if spans[place][1] > ends_at:
                break
            place += 1
    return inside

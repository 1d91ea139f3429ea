"""Each thing that names somebody goes to whoever was chosen for it. In the caller's transaction."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from config.front.logic.leaving import DATED, Kind, Place
from reviews.operations import handing_over as reviews
from rosters.models import MatrixEntry, Person
from rosters.operations import handing_over, matrix
from rosters.operations.handing_over import CELL, Part

Dated = Callable[[list[int], Person, Person, datetime, datetime, Person], list[Part]]
Undated = Callable[[list[int], Person, Person], None]

FROM_THEN_ON: Mapping[Kind, Dated] = {
    Kind.CELL: lambda ids, old, new, at, now, by: handing_over.fill_cells(
        ids, old, new, at=at, by=by, now=now
    ),
    Kind.OVERRIDE: lambda ids, old, new, at, now, _by: handing_over.stand_in(
        ids, old, new, at=at, now=now
    ),
    Kind.TEMPORARY: lambda ids, old, new, at, now, _by: handing_over.take_shifts(
        ids, old, new, at=at, now=now
    ),
}
AT_ONCE: Mapping[Kind, Undated] = {
    Kind.OWNER: handing_over.back_up,
    Kind.LEAD: handing_over.lead,
    Kind.ACTION: reviews.own_actions,
    Kind.FINDING: reviews.own_findings,
    Kind.DRILL: reviews.lead_drills,
}

Taken = Iterable[tuple[Place, Person]]


def give_dated(taken: Taken, old: Person, *, at: datetime, by: Person, now: datetime) -> list[Part]:
    """What holds from one instant to another is theirs from `at` on; says how it was cut."""
    dated = [(place, new) for place, new in taken if place.kind in DATED]
    turns = {place.pk: new for place, new in dated if place.kind == Kind.ROTATION}
    parts = handing_over.take_turns(turns, old, at=at)
    for (kind, new), ids in _together(dated).items():
        if kind in FROM_THEN_ON:
            parts += FROM_THEN_ON[kind](ids, old, new, at, now, by)
    return parts


def stand_for(parts: Iterable[Part], *, at: datetime, by: Person, now: datetime) -> None:
    """Contacts that were handed over are right, says `by`; whoever has one now is asked once. What
    is still to come is asked about by nobody."""
    cells = MatrixEntry.objects.filter(pk__in=[one.row for one in parts if one.what == CELL])
    if at <= now:
        matrix.stand_for(list(cells), by=by, now=now)
    else:
        cells.filter(confirmed_at__isnull=True).update(confirmed_at=now, confirmed_by=by)


def give_undated(taken: Taken, old: Person) -> None:
    """What has no dates is theirs at once. Raises Refused."""
    for (kind, new), ids in _together(taken).items():
        if kind in AT_ONCE:
            AT_ONCE[kind](ids, old, new)


def _together(taken: Taken) -> dict[tuple[Kind, Person], list[int]]:
    found: dict[tuple[Kind, Person], list[int]] = defaultdict(list)
    for place, new in taken:
        found[place.kind, new].append(place.pk)
    return found

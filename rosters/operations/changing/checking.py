"""Why changes of cells cannot be made: what is gone, what somebody else changed, what is wrong."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from django.db.models import Model

from rosters.logic.cells import Dates, Known, problems
from rosters.logic.matrix import CellSpec, HoursSpec
from rosters.models import (
    MatrixEntry,
    NamedHours,
    Person,
    Roster,
    Service,
    StakeholderRole,
    Team,
)
from rosters.operations.changing.cells import (
    IS_PAST,
    ROSTER_IS_GONE,
    ROW_IS_GONE,
    UNREAD,
    CellChange,
    Place,
    Trouble,
    held_in,
    place_of,
)
from rosters.queries import cells as reading


class Free:
    """Where no cell holds now: between one that is over and one that is still to come."""

    def __init__(self, changes: Iterable[CellChange], *, now: datetime) -> None:
        roles = {one.role_id for one in changes}
        others = MatrixEntry.objects.filter(role__in=roles)
        over = others.filter(valid_to__lte=now)
        coming = others.filter(valid_from__gt=now).order_by("-valid_from")
        self.begins_at = dict.fromkeys(map(place_of, over), now)
        self.ends_at = {place_of(row): row.valid_from for row in coming}

    def dates(self, change: CellChange) -> Dates:
        if change.dates is not None:
            return change.dates
        return Dates(self.begins_at.get(change.place), self.ends_at.get(change.place))


def differs(change: CellChange, row: MatrixEntry | None, *, now: datetime) -> bool:
    if change.filling != held_in(row):
        return True
    dates = change.dates
    return bool(dates and row and not dates.begins(now) and dates.ends_at != row.valid_to)


def gone(changes: Iterable[CellChange]) -> dict[CellChange, Trouble]:
    """Changes that fill a cell of what is no longer there, or with it."""
    filled = [one for one in changes if not one.filling.is_empty]
    roles = _there(StakeholderRole, (one.role_id for one in filled))
    services = _there(Service, (one.service_id for one in filled))
    teams = _there(Team, (one.team_id for one in filled))
    hours = _there(NamedHours, (one.hours_id for one in filled))
    rosters = _there(Roster, (one.filling.roster_id for one in filled))
    found = {
        one: Trouble(one, problems=(ROSTER_IS_GONE,))
        for one in filled
        if one.filling.roster_id not in rosters
    }
    return found | {
        one: Trouble(one, problems=(ROW_IS_GONE,))
        for one in filled
        if one.role_id not in roles
        or one.service_id not in services
        or one.team_id not in teams
        or one.hours_id not in hours
    }


def _there(model: type[Model], ids: Iterable[int | None]) -> set[int | None]:
    """Those of these ids that exist; naming none is always possible."""
    asked = {pk for pk in ids if pk is not None}
    rows = model._default_manager.filter(pk__in=asked) if asked else ()  # noqa: SLF001
    return {None, *(row.pk for row in rows)}


def conflicts(
    changes: Iterable[CellChange], rows: Mapping[Place, MatrixEntry]
) -> Iterable[Trouble]:
    for change in changes:
        theirs = held_in(rows.get(change.place))
        if change.expects == UNREAD and theirs.is_empty:
            continue
        if change.expects not in (None, theirs.revision) and theirs != change.filling:
            yield Trouble(change, theirs=theirs)


def wrong(
    changes: Sequence[CellChange], rows: Mapping[Place, MatrixEntry], *, now: datetime
) -> Iterable[Trouble]:
    filled = [
        one
        for one in changes
        if not one.filling.is_empty and differs(one, rows.get(one.place), now=now)
    ]
    people = _people(filled)
    hours = reading.named_hours({one.hours_id for one in filled if one.hours_id is not None})
    beside = _beside(filled, rows, now=now)
    free = Free(filled, now=now)
    specs = [
        _spec(change, _dates(change, rows.get(change.place), free), hours) for change in filled
    ]
    for number, (change, spec) in enumerate(zip(filled, specs, strict=True)):
        found = problems(
            spec,
            others=[*beside[spec.place], *specs[:number]],
            people=people,
            at=(change.dates and change.dates.begins(now)) or now,
            today=now.astimezone(UTC).date(),
        )
        if change.dates and change.dates.is_past(now):
            found = (*found, IS_PAST)
        if found:
            yield Trouble(change, problems=found)


def _people(changes: Iterable[CellChange]) -> dict[int, Known]:
    ids = {pk for one in changes for pk in (one.filling.person_id, one.filling.backup_id) if pk}
    rows = Person.objects.filter(pk__in=ids).values_list("pk", "full_name", "left_at")
    return {pk: Known(full_name, left_at) for pk, full_name, left_at in rows}


def _beside(
    changes: Sequence[CellChange], rows: Mapping[Place, MatrixEntry], *, now: datetime
) -> dict[tuple[int, int | None, int | None], list[CellSpec]]:
    """The cells that stay as they are, by their square of the grid."""
    changed = {rows[one.place].pk for one in changes if one.place in rows}
    same = MatrixEntry.objects.filter(role__in={one.role_id for one in changes})
    beside: dict[tuple[int, int | None, int | None], list[CellSpec]] = defaultdict(list)
    for spec in reading.specs(same.exclude(pk__in=changed).order_by("pk")):
        if spec.valid_to is None or spec.valid_to > now:
            beside[spec.place].append(spec)
    return beside


def _dates(change: CellChange, row: MatrixEntry | None, free: Free) -> Dates:
    if change.dates is None and row is not None:
        return Dates(row.valid_from, row.valid_to)
    return free.dates(change)


def _spec(change: CellChange, dates: Dates, hours: Mapping[int, HoursSpec]) -> CellSpec:
    filling = change.filling
    return CellSpec(
        change.role_id,
        change.service_id,
        change.team_id,
        change.severity,
        filling.person_id,
        filling.backup_id,
        filling.roster_id,
        dates.begins_at,
        dates.ends_at,
        change.and_worse,
        hours.get(change.hours_id) if change.hours_id is not None else None,
    )

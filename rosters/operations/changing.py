"""Changing the contact matrix: many cells at once, all or nothing, never over somebody's work."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import pghistory
from django.db import DatabaseError, transaction
from django.db.models import Model, Q

from config.portal import clashes
from config.portal.refusals import Refused
from rosters.logic.cells import ALWAYS, ROSTER, Dates, Filling, Known, Problem, problems
from rosters.logic.matrix import CellSpec, HoursSpec
from rosters.logic.reasons import in_one_line
from rosters.models import (
    MatrixEntry,
    NamedHours,
    Person,
    Roster,
    Service,
    StakeholderRole,
    Team,
)
from rosters.operations import dating
from rosters.queries import cells as reading

ROW_IS_GONE = Problem("row", "This row is gone: somebody removed it.")
IS_PAST = Problem("valid_to", "“Valid to”: that is past. Choose a later day.")
ROSTER_IS_GONE = Problem(ROSTER, "“Roster”: somebody removed it. Choose another.")
FILLED = ("person", "backup", "roster", "confirmed_at", "confirmed_by")
FILLED_FOR_GOOD = (*FILLED, "valid_to")

Place = tuple[int, int | None, int | None, int | None, bool, int | None]


@dataclass(frozen=True)
class CellChange:
    """What one cell is to hold. An empty filling takes the cell away: the service inherits again.

    The cell is that of a role for a service, a team, or (without both) the whole company, at a
    severity and in named hours if given. `expects` is the revision that was read
    (`Filling.revision`); None writes over whatever is there. With `dates` it holds from then until
    then, and what holds now is cut around it; without them the cell keeps its own.
    """

    role_id: int
    filling: Filling
    service_id: int | None = None
    team_id: int | None = None
    severity: int | None = None
    and_worse: bool = False
    hours_id: int | None = None
    expects: str | None = None
    dates: Dates | None = None

    @property
    def place(self) -> Place:
        return (
            self.role_id,
            self.service_id,
            self.team_id,
            self.severity,
            self.and_worse,
            self.hours_id,
        )


@dataclass(frozen=True)
class Trouble:
    """Why one change cannot be made. With `theirs` somebody else has changed the cell meanwhile."""

    change: CellChange
    problems: tuple[Problem, ...] = ()
    theirs: Filling | None = None


class NotSaved(Refused):
    """Nothing was changed; `troubles` names every change that stands in the way."""

    def __init__(self, troubles: Sequence[Trouble]) -> None:
        self.troubles = tuple(troubles)
        number = len(troubles)
        which = "One cell" if number == 1 else f"{number} cells"
        super().__init__(f"Nothing was saved. {which} cannot be changed like this.")


def apply_changes(
    changes: Iterable[CellChange], *, by: Person, now: datetime, reason: str
) -> list[MatrixEntry]:
    """Every change is made, with one entry in the trail for each cell; returns the filled cells.

    What is there already stays as it is. A cell that names somebody else than before has been
    confirmed by nobody. Raises Refused without a reason, NotSaved when any change cannot be made.
    """
    wanted = list(changes)
    reason = why(reason)
    try:
        return _apply(wanted, by=by, now=now, reason=reason)
    except DatabaseError as error:
        if not clashes.is_clash(error):
            raise
    # Something that is named here was removed while it was written. Judged again, it is missed.
    return _apply(wanted, by=by, now=now, reason=reason)


@transaction.atomic
def _apply(
    wanted: Sequence[CellChange], *, by: Person, now: datetime, reason: str
) -> list[MatrixEntry]:
    _lock({change.role_id for change in wanted})
    rows = _rows(wanted, now=now)
    gone = _gone(wanted)
    standing = [one for one in wanted if one not in gone]
    troubles = [*gone.values(), *_conflicts(standing, rows), *_wrong(standing, rows, now=now)]
    if troubles:
        raise NotSaved(troubles)
    with pghistory.context(user=by.pk, reason=reason):
        different = [one for one in wanted if _differs(one, rows.get(one.place), now=now)]
        return _write(different, rows, _Free(different, now=now), now=now)


def why(reason: str) -> str:
    """The reason in one line. Raises Refused when there is none."""
    line = in_one_line(reason)
    if not line:
        raise Refused("Say why in one line. Whoever reads the history will want to know.")
    return line


@transaction.atomic
def replace_person(
    old: Person, new: Person, *, entry_ids: Collection[int], by: Person, now: datetime, reason: str
) -> list[MatrixEntry]:
    """In these cells `new` stands wherever `old` stood; one entry in the trail for each.

    Cells that do not name `old` any more stay as they are. Raises Refused, NotSaved.
    """
    reason = why(reason)
    named = naming(old, new, entry_ids=entry_ids, at=now)
    with pghistory.context(user=by.pk, reason=reason):
        for row in named:
            _fill(row, _held(row).instead(old.pk, new.pk))
        MatrixEntry.objects.bulk_update(named, FILLED)
    return named


def naming(
    old: Person, new: Person, *, entry_ids: Collection[int], at: datetime
) -> list[MatrixEntry]:
    """Those of these cells that name `old`, held against others, for `new` to stand in from `at`
    on. Raises Refused when `new` cannot."""
    rows = MatrixEntry.objects.filter(pk__in=entry_ids).order_by("pk")
    _lock({row.role_id for row in rows})
    named = [row for row in rows.all() if _held(row).names(old.pk)]
    if new.pk == old.pk:
        raise Refused("Choose somebody else to put in their place.")
    if new.left_at is not None and new.left_at <= at:
        raise Refused(f"{new.full_name} has left. Choose somebody else.")
    return named


def fill_instead(row: MatrixEntry, old: Person, new: Person) -> None:
    """In this cell `new` stands wherever `old` stood; nobody has confirmed that."""
    _fill(row, _held(row).instead(old.pk, new.pk)).save(update_fields=FILLED)


def _lock(role_ids: Collection[int]) -> None:
    """Whoever changes cells of these roles waits for whoever came first: an empty cell has no row
    that could be locked."""
    roles = StakeholderRole.objects.filter(pk__in=role_ids).order_by("pk")
    list(roles.select_for_update(no_key=True).values_list("pk", flat=True))


def _rows(changes: Iterable[CellChange], *, now: datetime) -> dict[Place, MatrixEntry]:
    """The cells of these roles that hold at `now`, by place."""
    roles = {change.role_id for change in changes}
    begun = Q(valid_from__isnull=True) | Q(valid_from__lte=now)
    lasting = Q(valid_to__isnull=True) | Q(valid_to__gt=now)
    rows = MatrixEntry.objects.filter(begun, lasting, role__in=roles)
    return {_place(row): row for row in rows.order_by("pk")}


class _Free:
    """Where no cell holds now: between one that is over and one that is still to come."""

    def __init__(self, changes: Iterable[CellChange], *, now: datetime) -> None:
        roles = {one.role_id for one in changes}
        others = MatrixEntry.objects.filter(role__in=roles)
        over = others.filter(valid_to__lte=now)
        coming = others.filter(valid_from__gt=now).order_by("-valid_from")
        self.begins_at = dict.fromkeys(map(_place, over), now)
        self.ends_at = {_place(row): row.valid_from for row in coming}

    def dates(self, change: CellChange) -> Dates:
        if change.dates is not None:
            return change.dates
        return Dates(self.begins_at.get(change.place), self.ends_at.get(change.place))


def _differs(change: CellChange, row: MatrixEntry | None, *, now: datetime) -> bool:
    if change.filling != _held(row):
        return True
    dates = change.dates
    return bool(dates and row and not dates.begins(now) and dates.ends_at != row.valid_to)


def _place(row: MatrixEntry) -> Place:
    return (row.role_id, row.service_id, row.team_id, row.severity, row.and_worse, row.hours_id)


def _held(row: MatrixEntry | None) -> Filling:
    return Filling(row.person_id, row.backup_id, row.roster_id) if row else Filling()


def _gone(changes: Iterable[CellChange]) -> dict[CellChange, Trouble]:
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


def overtaken(changes: Iterable[CellChange], *, now: datetime) -> list[Trouble]:
    """Those of these changes whose cell somebody else has changed since it was read."""
    wanted = list(changes)
    return list(_conflicts(wanted, _rows(wanted, now=now)))


def _conflicts(
    changes: Iterable[CellChange], rows: Mapping[Place, MatrixEntry]
) -> Iterable[Trouble]:
    for change in changes:
        theirs = _held(rows.get(change.place))
        if change.expects not in (None, theirs.revision) and theirs != change.filling:
            yield Trouble(change, theirs=theirs)


def _wrong(
    changes: Sequence[CellChange], rows: Mapping[Place, MatrixEntry], *, now: datetime
) -> Iterable[Trouble]:
    filled = [
        one
        for one in changes
        if not one.filling.is_empty and _differs(one, rows.get(one.place), now=now)
    ]
    people = _people(filled)
    hours = reading.named_hours({one.hours_id for one in filled if one.hours_id is not None})
    beside = _beside(filled, rows, now=now)
    free = _Free(filled, now=now)
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


def _dates(change: CellChange, row: MatrixEntry | None, free: _Free) -> Dates:
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


def _write(
    changes: Iterable[CellChange],
    rows: Mapping[Place, MatrixEntry],
    free: _Free,
    *,
    now: datetime,
) -> list[MatrixEntry]:
    gone, changed, fresh, dated = [], [], [], []
    for change in changes:
        row = rows.get(change.place)
        if row and change.dates and (change.dates != ALWAYS or change.filling == _held(row)):
            dated += dating.put(row, change.filling, change.dates, now=now)
        elif change.filling.is_empty:
            gone += [row.pk] if row else []
        elif row:
            row.valid_to = row.valid_to if change.dates is None else None
            changed.append(_fill(row, change.filling))
        else:
            fresh.append(_fill(_new(change, free.dates(change)), change.filling))
    MatrixEntry.objects.filter(pk__in=gone).delete()
    MatrixEntry.objects.bulk_update(changed, FILLED_FOR_GOOD)
    return [*changed, *dated, *MatrixEntry.objects.bulk_create(fresh)]


def _new(change: CellChange, dates: Dates) -> MatrixEntry:
    return MatrixEntry(
        valid_from=dates.begins_at,
        valid_to=dates.ends_at,
        role_id=change.role_id,
        service_id=change.service_id,
        team_id=change.team_id,
        severity=change.severity,
        and_worse=change.and_worse,
        hours_id=change.hours_id,
    )


def _fill(row: MatrixEntry, filling: Filling) -> MatrixEntry:
    row.person_id = filling.person_id
    row.backup_id = filling.backup_id
    row.roster_id = filling.roster_id
    row.confirmed_at = row.confirmed_by = None
    return row

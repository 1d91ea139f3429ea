"""Many cells changed at once: all of them, or none."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import pghistory
from django.db import DatabaseError, transaction

from config.portal import clashes
from rosters.logic.cells import ALWAYS, Dates
from rosters.models import MatrixEntry, Person
from rosters.operations import dating
from rosters.operations.changing.cells import (
    BY_NOBODY,
    FILLED,
    CellChange,
    Confirmed,
    NotSaved,
    Place,
    Trouble,
    fill,
    held_in,
    lock,
    rows_of,
)
from rosters.operations.changing.checking import Free, conflicts, differs, gone, wrong
from rosters.operations.reasons import why

FILLED_FOR_GOOD = (*FILLED, "valid_to")


def apply_changes(
    changes: Iterable[CellChange],
    *,
    by: Person,
    now: datetime,
    reason: str,
    confirmed: Confirmed = BY_NOBODY,
) -> list[MatrixEntry]:
    """Every change is made, with one entry in the trail for each cell; returns the filled cells.

    What is there already stays as it is. A cell that names somebody else than before has been
    confirmed by nobody, unless its caller says who stands for it: with it, so that the trail has
    one line, or later (`operations.matrix.stand_for`).
    Raises Refused without a reason, NotSaved when any change cannot be made.
    """
    wanted = list(changes)
    reason = why(reason)
    try:
        return _apply(wanted, by=by, now=now, reason=reason, confirmed=confirmed)
    except DatabaseError as error:
        if not clashes.is_clash(error):
            raise
    # Something that is named here was removed while it was written. Judged again, it is missed.
    return _apply(wanted, by=by, now=now, reason=reason, confirmed=confirmed)


@transaction.atomic
def _apply(
    wanted: Sequence[CellChange],
    *,
    by: Person,
    now: datetime,
    reason: str,
    confirmed: Confirmed,
) -> list[MatrixEntry]:
    lock({change.role_id for change in wanted})
    rows = rows_of(wanted, now=now)
    missing = gone(wanted)
    standing = [one for one in wanted if one not in missing]
    troubles = [*missing.values(), *conflicts(standing, rows), *wrong(standing, rows, now=now)]
    if troubles:
        raise NotSaved(troubles)
    with pghistory.context(user=by.pk, reason=reason):
        different = [one for one in wanted if differs(one, rows.get(one.place), now=now)]
        return _write(different, rows, Free(different, now=now), now=now, confirmed=confirmed)


def overtaken(changes: Iterable[CellChange], *, now: datetime) -> list[Trouble]:
    """Those of these changes whose cell somebody else has changed since it was read."""
    wanted = list(changes)
    return list(conflicts(wanted, rows_of(wanted, now=now)))


def _write(
    changes: Iterable[CellChange],
    rows: Mapping[Place, MatrixEntry],
    free: Free,
    *,
    now: datetime,
    confirmed: Confirmed,
) -> list[MatrixEntry]:
    removed, changed, fresh, dated = [], [], [], []
    for change in changes:
        row = rows.get(change.place)
        if row and change.dates and (change.dates != ALWAYS or change.filling == held_in(row)):
            dated += dating.put(row, change.filling, change.dates, now=now)
        elif change.filling.is_empty:
            removed += [row.pk] if row else []
        elif row:
            row.valid_to = row.valid_to if change.dates is None else None
            changed.append(fill(row, change.filling, confirmed=confirmed))
        else:
            new = _new(change, free.dates(change))
            fresh.append(fill(new, change.filling, confirmed=confirmed))
    MatrixEntry.objects.filter(pk__in=removed).delete()
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

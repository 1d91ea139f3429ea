"""A cell of the contact matrix that holds from or until a day: what stands there is cut around it.

In the caller's transaction, who has judged the change already.
"""

from datetime import datetime

from rosters.logic.cells import Dates, Filling
from rosters.models import MatrixEntry


def put(row: MatrixEntry, filling: Filling, dates: Dates, *, now: datetime) -> list[MatrixEntry]:
    """From `dates.begins_at` on (or now) the square holds this; what stood there comes back at
    `dates.ends_at`, if it still held then. Returns the cells that name somebody anew.

    `row` holds now. The same people until another day is only another end.
    """
    begins_at, until = dates.begins(now), row.valid_to
    if begins_at is None and filling == _held(row):
        row.valid_to = dates.ends_at
        row.save(update_fields=["valid_to"])
        return [row]
    comes_back = dates.ends_at is not None and (until is None or dates.ends_at < until)
    before = _another(row, _held(row), dates.ends_at, until)
    before.confirmed_at, before.confirmed_by_id = row.confirmed_at, row.confirmed_by_id
    end(row, at=begins_at or now)
    fresh = _another(row, filling, begins_at or now, dates.ends_at)
    if comes_back:
        before.save(force_insert=True)
    return [] if filling.is_empty else MatrixEntry.objects.bulk_create([fresh])


def call_off(row: MatrixEntry) -> None:
    """A cell that has not begun is gone; the one that ends where it was to begin goes on."""
    begins_at, until = row.valid_from, row.valid_to
    row.delete()
    same = MatrixEntry.objects.filter(
        role=row.role_id,
        service=row.service_id,
        team=row.team_id,
        severity=row.severity,
        and_worse=row.and_worse,
        hours=row.hours_id,
    )
    same.filter(valid_to=begins_at).update(valid_to=until)


def end(row: MatrixEntry, *, at: datetime) -> None:
    """The cell ends at `at`; one that began no sooner is gone."""
    if row.valid_from is not None and row.valid_from >= at:
        MatrixEntry.objects.filter(pk=row.pk).delete()
        return
    MatrixEntry.objects.filter(pk=row.pk).update(valid_to=at)


def _held(row: MatrixEntry) -> Filling:
    return Filling(row.person_id, row.backup_id, row.roster_id)


def _another(
    row: MatrixEntry, filling: Filling, begins_at: datetime | None, ends_at: datetime | None
) -> MatrixEntry:
    """Another cell of the same square, not saved yet."""
    return MatrixEntry(
        role_id=row.role_id,
        service_id=row.service_id,
        team_id=row.team_id,
        severity=row.severity,
        and_worse=row.and_worse,
        hours_id=row.hours_id,
        person_id=filling.person_id,
        backup_id=filling.backup_id,
        roster_id=filling.roster_id,
        valid_from=begins_at,
        valid_to=ends_at,
    )

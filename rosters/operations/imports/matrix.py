"""Writing what a file says of the contact matrix: in bulk, one entry in the trail for each cell."""

from collections.abc import Sequence
from datetime import datetime

from rosters.logic.imports.matrix import Cell
from rosters.models import MatrixEntry, Person, StakeholderRole
from rosters.operations.imports import bulk

CHANGED = ("person", "backup", "roster", "valid_to", "confirmed_at", "confirmed_by")


def lock() -> None:
    """Whoever changes a cell meanwhile waits: every way in locks its role first."""
    roles = StakeholderRole.objects.order_by("pk").select_for_update(no_key=True)
    list(roles.values_list("pk", flat=True))


def write(plans: Sequence[Cell], *, by: Person, now: datetime) -> None:  # noqa: ARG001  # as every subject is written
    """These cells are as planned. One that names somebody else was confirmed by nobody."""
    rows = MatrixEntry.objects.select_for_update(no_key=True)
    there = rows.in_bulk([one.pk for one in plans if one.pk])
    changed = [_fill(there[one.pk], one) for one in plans if one.pk in there]
    bulk.change(changed, CHANGED)
    bulk.add(_fill(_new(one), one) for one in plans if not one.pk)


def _new(cell: Cell) -> MatrixEntry:
    return MatrixEntry(
        role_id=cell.role_id,
        service_id=cell.service_id,
        team_id=cell.team_id,
        severity=cell.severity,
        and_worse=cell.and_worse,
        hours_id=cell.hours_id,
        valid_from=cell.valid_from,
    )


def _fill(row: MatrixEntry, cell: Cell) -> MatrixEntry:
    if (row.person_id, row.backup_id, row.roster_id) != (
        cell.person_id,
        cell.backup_id,
        cell.roster_id,
    ):
        row.confirmed_at = row.confirmed_by = None
    row.person_id, row.backup_id = cell.person_id, cell.backup_id
    row.roster_id, row.valid_to = cell.roster_id, cell.valid_to
    return row

"""What was to go to somebody else on a later day stays with whom it is: the cuts are mended.

In the caller's transaction. What somebody has changed since is left as they made it.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from rosters.logic.cells import Filling
from rosters.models import Layer, MatrixEntry, Override, Person, RotationMember, TemporaryShift
from rosters.operations.changing import replacing
from rosters.operations.handing_over import CELL, LAYER, OVERRIDE, SHIFT, TURN, Part

Row = MatrixEntry | Layer | Override | TemporaryShift | RotationMember

DATES: Mapping[str, tuple[type[Row], str, str]] = {
    CELL: (MatrixEntry, "valid_from", "valid_to"),
    LAYER: (Layer, "valid_from", "valid_until"),
    OVERRIDE: (Override, "starts_at", "ends_at"),
    SHIFT: (TemporaryShift, "starts_at", "ends_at"),
    TURN: (RotationMember, "", ""),
}


def take_back(
    parts: Iterable[Part], old: Person, successors: Collection[int], *, at: datetime
) -> int:
    """`old` stands in these rows again; returns how many were changed since and stay as they are.

    `at` is the instant of the cut, still to come.
    """
    return sum(not _is_taken_back(part, old, successors, at=at) for part in parts)


def _is_taken_back(part: Part, old: Person, successors: Collection[int], *, at: datetime) -> bool:
    model, begins, ends = DATES[part.what]
    rows = model._default_manager.select_for_update(no_key=True)  # noqa: SLF001  # Django's own
    held = {row.pk: row for row in rows.filter(pk__in=[part.row, part.closed or part.row])}
    row, closed = held.get(part.row), held.get(part.closed or 0)
    if row is None:
        return False
    if part.closed is None:
        return _is_named_back(row, old, successors)
    is_as_cut = closed is not None and getattr(closed, ends) == at and getattr(row, begins) == at
    if closed is None or not is_as_cut or not _is_theirs(closed, row, old, successors):
        return False
    until = getattr(row, ends)
    row.delete()
    setattr(closed, ends, until)
    closed.save(update_fields=[ends])
    return True


def _is_theirs(closed: Row, row: Row, old: Person, successors: Collection[int]) -> bool:
    """Whether the row is what the cut made of the closed one, and nothing else."""
    if isinstance(closed, MatrixEntry) and isinstance(row, MatrixEntry):
        was = _filling(closed)
        return any(_filling(row) == was.instead(old.pk, new) for new in successors)
    if isinstance(closed, Layer) and isinstance(row, Layer):
        before, after = _turns(closed), _turns(row)
        kept = {one for one in before if one[-1] != old.pk}
        return kept <= after and {one[-1] for one in after - kept} <= {*successors, old.pk}
    return not isinstance(row, Layer) and row.person_id in successors


def _is_named_back(row: Row, old: Person, successors: Collection[int]) -> bool:
    """A row that begins later than the cut names `old` again, where one successor stands."""
    if isinstance(row, MatrixEntry):
        new = [one for one in (row.person, row.backup) if one and one.pk in successors]
        if len(new) == 1:
            replacing.fill_instead(row, new[0], old)
        return len(new) == 1
    if isinstance(row, Layer) or row.person_id not in successors:
        return False
    row.person = old
    row.save(update_fields=["person"])
    return True


def _filling(row: MatrixEntry) -> Filling:
    return Filling(row.person_id, row.backup_id, row.roster_id)


def _turns(layer: Layer) -> set[tuple[object, ...]]:
    """Every place of a layer, with what its rotation is."""
    rows = RotationMember.objects.filter(rotation__layer=layer)
    found = rows.values_list(
        *(
            f"rotation__{name}"
            for name in ("starts_on", "handover_at", "ends_on", "unit", "length", "first")
        ),
        "order",
        "person_id",
    )
    return set(found)

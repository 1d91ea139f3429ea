"""One cell of the contact matrix as it is to be, and why it cannot be."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import Q

from config.portal.refusals import Refused
from rosters.logic.cells import ROSTER, Dates, Filling, Problem
from rosters.models import MatrixEntry, Person, StakeholderRole

ROW_IS_GONE = Problem("row", "This row is gone: somebody removed it.")
IS_PAST = Problem("valid_to", "“Valid to”: that is past. Choose a later day.")
ROSTER_IS_GONE = Problem(ROSTER, "“Roster”: somebody removed it. Choose another.")
FILLED = ("person", "backup", "roster", "confirmed_at", "confirmed_by")

UNREAD = ""
"""What somebody expects who has not read the cell."""

Place = tuple[int, int | None, int | None, int | None, bool, int | None]


@dataclass(frozen=True)
class CellChange:
    """What one cell is to hold. An empty filling takes the cell away: the service inherits again.

    The cell is that of a role for a service, a team, or (without both) the whole company, at a
    severity and in named hours if given. `expects` is the revision that was read
    (`Filling.revision`); None writes over whatever is there, UNREAD only where nobody is named.
    With `dates` it holds from then until then, and what holds now is cut around it; without them
    the cell keeps its own.
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
    """Why one change cannot be made. With `theirs` the cell names others than was expected."""

    change: CellChange
    problems: tuple[Problem, ...] = ()
    theirs: Filling | None = None

    @property
    def is_unread(self) -> bool:
        """Whether the cell was written without having been read."""
        return self.theirs is not None and self.change.expects == UNREAD


class NotSaved(Refused):
    """Nothing was changed; `troubles` names every change that stands in the way."""

    def __init__(self, troubles: Sequence[Trouble]) -> None:
        self.troubles = tuple(troubles)
        number = len(troubles)
        which = "One cell" if number == 1 else f"{number} cells"
        super().__init__(f"Nothing was saved. {which} cannot be changed like this.")


def lock(role_ids: Collection[int]) -> None:
    """Whoever changes cells of these roles waits for whoever came first: an empty cell has no row
    that could be locked."""
    roles = StakeholderRole.objects.filter(pk__in=role_ids).order_by("pk")
    list(roles.select_for_update(no_key=True).values_list("pk", flat=True))


def rows_of(changes: Iterable[CellChange], *, now: datetime) -> dict[Place, MatrixEntry]:
    """The cells of these roles that hold at `now`, by place."""
    roles = {change.role_id for change in changes}
    begun = Q(valid_from__isnull=True) | Q(valid_from__lte=now)
    lasting = Q(valid_to__isnull=True) | Q(valid_to__gt=now)
    rows = MatrixEntry.objects.filter(begun, lasting, role__in=roles)
    return {place_of(row): row for row in rows.order_by("pk")}


def place_of(row: MatrixEntry) -> Place:
    return (row.role_id, row.service_id, row.team_id, row.severity, row.and_worse, row.hours_id)


def held_in(row: MatrixEntry | None) -> Filling:
    return Filling(row.person_id, row.backup_id, row.roster_id) if row else Filling()


class Confirmed(NamedTuple):
    """Who says that a filling is right, and when they said so; nobody, until somebody does."""

    by: Person | None = None
    at: datetime | None = None


BY_NOBODY = Confirmed()


def fill(row: MatrixEntry, filling: Filling, *, confirmed: Confirmed = BY_NOBODY) -> MatrixEntry:
    """The row as it will be saved. What its author confirms is one change, and so one line in the
    trail."""
    row.person_id = filling.person_id
    row.backup_id = filling.backup_id
    row.roster_id = filling.roster_id
    row.confirmed_at, row.confirmed_by = confirmed.at, confirmed.by
    return row

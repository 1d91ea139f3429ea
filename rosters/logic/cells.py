"""Whether a cell of the contact matrix may stand, in sentences that name the field. Pure.

Every way in asks `problems`: the grid, the form of one cell, a file, the API.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from rosters.logic.matrix import CellSpec, why_not_together

PERSON, BACKUP, ROSTER = "person", "backup", "roster"


@dataclass(frozen=True)
class Known:
    """Somebody whom a cell may name."""

    full_name: str
    left_at: datetime | None = None


@dataclass(frozen=True)
class Problem:
    """What is wrong with one field, as a sentence that names it."""

    field: str
    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Filling:
    """Whom a cell names: a person and a backup, a roster, or nobody."""

    person_id: int | None = None
    backup_id: int | None = None
    roster_id: int | None = None

    @property
    def is_empty(self) -> bool:
        return self.person_id is None and self.backup_id is None and self.roster_id is None

    @property
    def revision(self) -> str:
        """What was read, to be compared with what is there when it is written."""
        return f"{self.person_id or ''}.{self.backup_id or ''}.{self.roster_id or ''}"

    def names(self, person_id: int) -> bool:
        return person_id in (self.person_id, self.backup_id)

    def instead(self, old: int, new: int) -> "Filling":
        """With `new` in each place of `old`; nobody is person and backup at once."""
        person = new if self.person_id == old else self.person_id
        backup = new if self.backup_id == old else self.backup_id
        return Filling(person, None if backup == person else backup, self.roster_id)


@dataclass(frozen=True)
class Dates:
    """From when and until when something is to hold: UTC, half-open. Without a beginning from now
    on, without an end for good."""

    begins_at: datetime | None = None
    ends_at: datetime | None = None

    def begins(self, now: datetime) -> datetime | None:
        """When it begins, if that is still to come."""
        return self.begins_at if self.begins_at and self.begins_at > now else None

    def is_past(self, now: datetime) -> bool:
        """Whether it would end before it is saved."""
        return self.ends_at is not None and self.ends_at <= now


ALWAYS = Dates()
"""From now on, for good."""


def filling_of(cell: CellSpec) -> Filling:
    return Filling(cell.person_id, cell.backup_id, cell.roster_id)


def problems(
    cell: CellSpec,
    *,
    others: Iterable[CellSpec],
    people: Mapping[int, Known],
    at: datetime,
    today: date,
) -> tuple[Problem, ...]:
    """Everything that is wrong with a cell; `others` are the cells that stand beside it.

    `people` holds everybody whom it names, `at` is when it is saved, or begins if that is later.
    """
    found = [*_who(cell), *_gone(cell, people, at=at), *_when(cell)]
    if not found:
        ties = (why_not_together(cell, one, today=today) for one in others)
        found += [Problem(_field_of(tie), tie) for tie in ties if tie][:1]
    return tuple(found)


def _field_of(tie: str) -> str:
    """The field that a sentence begins with: “valid from” is valid_from."""
    return tie.partition("”")[0].removeprefix("“").replace(" ", "_")


def _who(cell: CellSpec) -> Iterable[Problem]:
    if cell.service_id is not None and cell.team_id is not None:
        yield Problem("team", "“Team”: choose a service or a team, not both.")
    if cell.roster_id is not None and (cell.person_id or cell.backup_id):
        yield Problem(ROSTER, "“Roster”: name people or choose a roster, not both.")
    elif cell.roster_id is None and cell.person_id is None:
        text = "name a person first, then the backup." if cell.backup_id else "name somebody."
        yield Problem(PERSON, f"“Person”: {text}")
    if cell.person_id is not None and cell.person_id == cell.backup_id:
        yield Problem(BACKUP, "“Backup”: choose another backup. One person cannot be both.")


def _gone(cell: CellSpec, people: Mapping[int, Known], *, at: datetime) -> Iterable[Problem]:
    for field, pk in ((PERSON, cell.person_id), (BACKUP, cell.backup_id)):
        if pk is None:
            continue
        person = people.get(pk)
        if person is None:
            yield Problem(field, f"“{field.capitalize()}”: nobody here has this name.")
        elif person.left_at is not None and person.left_at <= at:
            text = f"{person.full_name} has left. Choose somebody else."
            yield Problem(field, f"“{field.capitalize()}”: {text}")


def _when(cell: CellSpec) -> Iterable[Problem]:
    if cell.and_worse and cell.severity is None:
        yield Problem("severity", "“Severity”: “and worse” needs a severity.")
    if cell.valid_from and cell.valid_to and cell.valid_to <= cell.valid_from:
        yield Problem("valid_to", "“Valid to”: it must end after it starts.")

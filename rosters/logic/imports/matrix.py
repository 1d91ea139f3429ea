"""What a file says of the contact matrix, held to the same rules as the grid. Pure."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from config.portal.sentences import Sentence, sentence
from rosters.logic.cells import Filling, Known, problems
from rosters.logic.imports.columns import COMPANY, heading_key
from rosters.logic.imports.sheet import Checked, Difference, Mistake, Record
from rosters.logic.imports.values import People, Register, severity, when, yes_no
from rosters.logic.matrix import CellSpec, HoursSpec

Place = tuple[int, int | None, int | None, int | None, bool, int | None]
Square = tuple[int, int | None, int | None]
EVERYBODY = frozenset({"thewholecompany", "wholecompany", "company", "everything", "all"})
TOLD_EACH = 500
"""After how many rows it is told how far we are."""
COLUMN_OF = {"person", "backup", "roster", "severity", "hours", "team", "valid_from", "valid_to"}


@dataclass(frozen=True)
class Cell:
    """One cell as it is, or as it is to be; without `pk` it is new."""

    role_id: int
    service_id: int | None = None
    team_id: int | None = None
    severity: int | None = None
    and_worse: bool = False
    hours_id: int | None = None
    person_id: int | None = None
    backup_id: int | None = None
    roster_id: int | None = None
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    pk: int = 0

    @property
    def place(self) -> Place:
        return (*self.square, self.severity, self.and_worse, self.hours_id)

    @property
    def square(self) -> Square:
        return (self.role_id, self.service_id, self.team_id)

    @property
    def filling(self) -> Filling:
        return Filling(self.person_id, self.backup_id, self.roster_id)

    def with_filling(self, filling: Filling) -> "Cell":
        return replace(
            self,
            person_id=filling.person_id,
            backup_id=filling.backup_id,
            roster_id=filling.roster_id,
        )

    def spec(self, hours: Mapping[int, HoursSpec]) -> CellSpec:
        return CellSpec(
            self.role_id,
            self.service_id,
            self.team_id,
            self.severity,
            self.person_id,
            self.backup_id,
            self.roster_id,
            self.valid_from,
            self.valid_to,
            self.and_worse,
            hours.get(self.hours_id) if self.hours_id is not None else None,
        )


@dataclass(frozen=True)
class Matrix:
    """Everything that a file is compared with. `zone` is in which its times are written."""

    people: People
    services: Register
    teams: Register
    roles: Register
    hours: Register
    rosters: Register
    owners: Mapping[int, int]
    cells: tuple[Cell, ...]
    spans: Mapping[int, HoursSpec]
    zone: ZoneInfo

    def name(self, of: str, pk: int | None) -> str:
        return self._names[of].get(pk, "") if pk is not None else ""

    _names: dict[str, dict[int, str]] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        for of in ("services", "teams", "roles", "hours", "rosters"):
            register: Register = getattr(self, of)
            self._names[of] = {pk: name for name, pk in register.by_name.items()}
        self._names["people"] = {one.pk: one.full_name for one in self.people.everybody}


@dataclass
class _Work:
    """The check while it goes on."""

    known: Matrix
    now: datetime
    by_place: dict[Place, list[Cell]] = field(default_factory=lambda: defaultdict(list))
    ended: set[Square] = field(default_factory=set)
    taken: dict[tuple[Place, datetime | None], int] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)
    wanted: list[tuple[Record, Cell | None, Cell]] = field(default_factory=list)
    unchanged: int = 0

    def __post_init__(self) -> None:
        for cell in sorted(self.known.cells, key=lambda one: (one.valid_from is not None, one.pk)):
            if cell.valid_to is not None and cell.valid_to <= self.now:
                self.ended.add(cell.square)
            else:
                self.by_place[cell.place].append(cell)


def check(
    records: Sequence[Record],
    known: Matrix,
    *,
    now: datetime,
    tell: Callable[[int], None] = lambda _: None,
) -> Checked[Cell]:
    """Every mistake and every difference of a file. An empty cell of it changes nothing."""
    work = _Work(known, now)
    for number, record in enumerate(records, start=1):
        _read(record, work)
        work.mistakes += record.mistakes
        if number % TOLD_EACH == 0:
            tell(number)
    work.mistakes += _together(work)
    return Checked(
        tuple(sorted(work.mistakes, key=lambda one: one.row)),
        tuple(_difference(record, was, cell, known) for record, was, cell in work.wanted),
        tuple(cell for _, _, cell in work.wanted),
        work.unchanged,
    )


def _read(record: Record, work: _Work) -> None:
    """Note what one row wants, or what is wrong with it."""
    target = _target(record, work.known)
    given = Filling(
        record.read("person", work.known.people.find),
        record.read("backup", work.known.people.find),
        record.read("roster", lambda text: _roster(text, work.known)),
    )
    valid_from = record.read("valid_from", when(work.known.zone))
    valid_to = record.read("valid_to", when(work.known.zone))
    if target is None or record.is_wrong:
        return
    first = work.taken.setdefault((target.place, valid_from), record.number)
    if first != record.number:
        record.note("role", f"Row {first} is about the same cell. Keep one of the two rows.")
        return
    was = _existing(work, target, valid_from)
    if (given.is_empty and not (was and valid_to)) or _is_inherited(record, given, target, work):
        work.unchanged += 1
        return
    _want(record, work, was, _merged(was or target, given, valid_from, valid_to))


def _want(record: Record, work: _Work, was: Cell | None, cell: Cell) -> None:
    if cell == was:
        work.unchanged += 1
        return
    if was is None and cell.valid_from is None and cell.square in work.ended:
        cell = replace(cell, valid_from=work.now)  # what was over stays as it was
    work.wanted.append((record, was, cell))


def _target(record: Record, known: Matrix) -> Cell | None:
    """Which cell a row is about."""
    is_company = heading_key(record.get("service")) in EVERYBODY
    service = None if is_company else record.read("service", known.services.find)
    team = record.read("team", known.teams.find)
    role = record.read("role", known.roles.find)
    level = record.read("severity", severity)
    worse = record.read("and_worse", yes_no)
    hours = record.read("hours", known.hours.find)
    if not record.get("role"):
        record.note("role", "Is empty. Write the part somebody plays, such as product owner.")
    if service is not None and team is not None and known.owners.get(service) == team:
        team = None  # a list for reading names the owner team beside the service
    elif service is not None and team is not None:
        record.note("team", "Write a service or a team, not both.")
    if not record.get("service") and not record.get("team"):
        text = f"Is empty, and so is the team. Write one of them, or “{COMPANY}”."
        record.note("service", text)
    if record.is_wrong or role is None:
        return None
    number, says_worse = level or (None, False)
    return Cell(role, service, team, number, says_worse if worse is None else worse, hours)


def _roster(text: str, known: Matrix) -> int:
    return known.rosters.find(text.removeprefix("Roster:").strip())


def _existing(work: _Work, target: Cell, valid_from: datetime | None) -> Cell | None:
    """The cell that a row is about: the one that began then, else the first that is not over."""
    cells = work.by_place.get(target.place, [])
    if valid_from is None:
        return cells[0] if cells else None
    second = valid_from.replace(microsecond=0)
    return next(
        (
            one
            for one in cells
            if (one.valid_from and one.valid_from.replace(second=0, microsecond=0) == second)
            or (one.valid_from and one.valid_from.replace(microsecond=0) == second)
        ),
        None,
    )


def _merged(
    cell: Cell, given: Filling, valid_from: datetime | None, valid_to: datetime | None
) -> Cell:
    """The cell with what the row says; what it leaves empty stays. People take a roster's place."""
    filling = cell.filling
    if given.roster_id is not None:
        filling = Filling(given.person_id, given.backup_id, given.roster_id)
    elif given.person_id is not None or given.backup_id is not None:
        filling = Filling(
            given.person_id if given.person_id is not None else cell.person_id,
            given.backup_id if given.backup_id is not None else cell.backup_id,
        )
    is_new = not cell.pk
    begins_at = valid_from if is_new else cell.valid_from
    until = cell.valid_to
    if valid_to is not None and not (until and _same_minute(until, valid_to)):
        until = valid_to
    return replace(cell.with_filling(filling), valid_from=begins_at, valid_to=until)


def _same_minute(one: datetime, other: datetime) -> bool:
    return one.replace(second=0, microsecond=0) == other.replace(second=0, microsecond=0)


def _is_inherited(record: Record, given: Filling, target: Cell, work: _Work) -> bool:
    """Whether a row of an exported list repeats what the service has from its team or company."""
    if not record.get("inherited") or target.service_id is None:
        return False
    for team in (work.known.owners.get(target.service_id), None):
        place = (target.role_id, None, team, *target.place[3:])
        for cell in work.by_place.get(place, []):
            return cell.filling == given
    return False


def _together(work: _Work) -> Iterable[Mistake]:
    """What the rules of the matrix say of the cells as they would be, side by side."""
    known = work.known
    changed = {cell.pk for _, _, cell in work.wanted if cell.pk}
    beside: dict[Square, list[CellSpec]] = defaultdict(list)
    squares = {cell.square for _, _, cell in work.wanted}
    for cell in known.cells:
        if cell.square in squares and cell.pk not in changed:
            beside[cell.square].append(cell.spec(known.spans))
    today = work.now.astimezone(UTC).date()
    for record, was, cell in work.wanted:
        spec = cell.spec(known.spans)
        people = _people(cell, was, known)
        for one in problems(
            spec, others=beside[cell.square], people=people, at=work.now, today=today
        ):
            record.mistakes.clear()
            key = one.field if one.field in COLUMN_OF else "person"
            text = one.text.partition(": ")[2] if one.text.startswith("“") else one.text
            record.note(key, text[:1].upper() + text[1:])
            yield from record.mistakes
        beside[cell.square].append(spec)


def _people(cell: Cell, was: Cell | None, known: Matrix) -> dict[int, Known]:
    """Whom a cell names; that somebody named before has left is no mistake of this file."""
    before = {was.person_id, was.backup_id} if was else set()
    found = {}
    for pk in (cell.person_id, cell.backup_id):
        someone = known.people.by_pk.get(pk) if pk is not None else None
        if someone:
            left_at = None if someone.pk in before else someone.left_at
            found[someone.pk] = Known(someone.full_name, left_at)
    return found


def _difference(record: Record, was: Cell | None, cell: Cell, known: Matrix) -> Difference:
    said = [_who(was, cell, known)] if was is None or was.filling != cell.filling else []
    if was and was.valid_to != cell.valid_to:
        said.append(_until(was, cell))
    elif was is None and cell.valid_to:
        said.append(sentence("It ends at {ends_at}.", ends_at=cell.valid_to))
    if was is None and record.get("valid_from") and cell.valid_from:
        said.append(sentence("It begins at {begins_at}.", begins_at=cell.valid_from))
    begins = cell.valid_from if record.get("valid_from") else None
    key = f"{cell.pk}|{was and was.filling.revision}|{cell.filling.revision}"
    key = f"{key}|{begins}|{was and was.valid_to}|{cell.valid_to}|{cell.place}"
    return Difference(record.number, about(cell, known), tuple(said), key)


def about(cell: Cell, known: Matrix) -> str:
    """ "Payments, product owner, SEV2 and worse, during Berlin office hours"."""
    team = known.name("teams", cell.team_id)
    parts = [
        known.name("services", cell.service_id) or (f"Team {team}" if team else COMPANY),
        known.name("roles", cell.role_id),
    ]
    if cell.severity:
        parts.append(f"SEV{cell.severity}{' and worse' if cell.and_worse else ''}")
    if cell.hours_id is not None:
        parts.append(f"during {known.name('hours', cell.hours_id)}")
    return ", ".join(parts)


def _who(was: Cell | None, cell: Cell, known: Matrix) -> Sentence:
    who, backup = _names(cell, known)
    was_who, was_backup = _names(was, known) if was else ("", "")
    params = {"who": who, "backup": backup, "was_who": was_who, "was_backup": was_backup}
    if not was_who:
        return Sentence("{who} is named, backup {backup}." if backup else "{who} is named.", params)
    if who == was_who:
        text = "Backup from {was_backup} to {backup}." if was_backup else "{backup} is the backup."
        return Sentence(text, params)
    if backup == was_backup or not was_backup:
        text = "From {was_who} to {who}, backup {backup}." if backup else "From {was_who} to {who}."
        return Sentence(text, params)
    if not backup:
        return Sentence("From {was_who} with backup {was_backup} to {who}.", params)
    return Sentence("From {was_who} to {who}, backup from {was_backup} to {backup}.", params)


def _names(cell: Cell, known: Matrix) -> tuple[str, str]:
    if cell.roster_id is not None:
        return f"whoever is on call on {known.name('rosters', cell.roster_id)}", ""
    return known.name("people", cell.person_id), known.name("people", cell.backup_id)


def _until(was: Cell, cell: Cell) -> Sentence:
    if was.valid_to is None:
        return sentence("It ends at {ends_at}.", ends_at=cell.valid_to)
    return sentence(
        "It ends at {ends_at}, not at {was_at}.", ends_at=cell.valid_to, was_at=was.valid_to
    )

"""Cells of the contact matrix as programs read and send them, and what is wrong with what they
sent, each with its place in the list."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import Field

from config.portal.rest.errors import Problem, Trouble
from config.portal.rest.schema import (
    Instant,
    Reference,
    Sent,
    SentNumber,
    Shown,
    Text,
    Truth,
    Whole,
)
from rosters.api.services import Named
from rosters.logic.cells import Dates, Filling
from rosters.models import MatrixEntry, NamedHours, Person, Roster, Service, StakeholderRole, Team
from rosters.operations.changing.cells import UNREAD, CellChange, NotSaved
from rosters.queries import listing

MOST = 1000
A_ROLE = {"slug": "product-owner", "name": "product owner"}


class CellShown(Shown):
    """One cell: who fills a role for a service, a team, or (without both) the whole company."""

    id: int | None = Field(
        description="The cell's number; null where nobody is named.", examples=[7]
    )
    role: Named = Field(description="The role.", examples=[A_ROLE])
    service: Named | None = Field(description="The service, if it is a service's cell.")
    team: Named | None = Field(description="The team, if it is a team's cell.", examples=[None])
    severity: int | None = Field(
        description="Only at this severity, 1 to 4; null: at every one.", examples=[None]
    )
    and_worse: bool = Field(description="And at every worse one.", examples=[False])
    hours: str | None = Field(
        description="Only in these named hours; null: day and night.", examples=[None]
    )
    person: Reference | None = Field(description="Who is named.")
    backup: Reference | None = Field(
        description="Who stands in.", examples=[{"id": 15, "full_name": "Ben Carter"}]
    )
    roster: Named | None = Field(
        description="The roster that fills it instead of a person.", examples=[None]
    )
    valid_from: Instant | None = Field(description="From when on.", examples=[None])
    valid_to: Instant | None = Field(description="Until when (exclusive).", examples=[None])
    confirmed_at: Instant | None = Field(
        description="When somebody last said that it is right.", examples=["2026-10-02T08:00:00Z"]
    )
    revision: str = Field(
        description="Whom it names, in short. Send it back with a change, and nobody's change in"
        " between is overwritten.",
        examples=["12.15."],
    )


class CellListed(CellShown):
    """A cell with what is wrong with it."""

    faults: list[str] = Field(
        description="What is wrong: vacant, left, away, alone (no backup), never (confirmed),"
        " stale (not confirmed for 90 days).",
        examples=[["alone", "stale"]],
    )


class CellSent(Sent):
    """Whom one cell is to name. With nobody named the cell is taken away, and what the team or the
    company says holds again."""

    role: Text = Field(description="Short name of the role.", examples=["product-owner"])
    service: Text | None = Field(
        None, description="Short name of the service.", examples=["payments"]
    )
    team: Text | None = Field(None, description="Or short name of the team.", examples=[None])
    company: Truth = Field(
        default=False,
        description="True instead of both: the cell of the whole company, which answers for every"
        " service and team without one of its own.",
        examples=[False],
    )
    severity: Whole | None = Field(
        None, ge=1, le=4, description="Only at this severity.", examples=[None]
    )
    and_worse: Truth = Field(default=False, description="And at every worse one.", examples=[False])
    hours: Text | None = Field(None, description="Only in these named hours.", examples=[None])
    person: SentNumber | None = Field(None, description="Number of the person.", examples=[12])
    backup: SentNumber | None = Field(None, description="Number of the backup.", examples=[15])
    roster: Text | None = Field(
        None, description="Or short name of a roster, instead of people.", examples=[None]
    )
    valid_from: Instant | None = Field(
        None,
        description="From when on; null: from now on. What holds now is cut around it. With neither"
        " this nor “valid_to” the cell keeps its own.",
        examples=[None],
    )
    valid_to: Instant | None = Field(
        None,
        description="Until when (exclusive); null: for good. Whoever stood there before stands"
        " there again afterwards.",
        examples=[None],
    )
    revision: Text | None = Field(
        None,
        description="The revision that was read; it must still be that. “..” means: nobody was"
        " named. Needed where somebody is named and the change names others.",
        examples=["12.."],
    )


class CellsSent(Sent):
    """Changes that are made together, or not at all."""

    reason: Text = Field(
        min_length=1,
        max_length=200,
        description="Why, in one line; it stands in the history of each cell.",
        examples=["Jonas has left; Mei takes over"],
    )
    cells: list[CellSent] = Field(
        min_length=1, max_length=MOST, description="The cells, each once."
    )


def shown(entry: MatrixEntry) -> CellShown:
    """One cell as answers show it; needs its rows joined."""
    return CellShown(
        id=entry.pk,
        role=_named(entry.role),
        service=_named(entry.service),
        team=_named(entry.team),
        hours=entry.hours.name if entry.hours else None,
        person=_person(entry.person),
        backup=_person(entry.backup),
        roster=_named(entry.roster),
        revision=filling_of(entry).revision,
        **{
            name: getattr(entry, name)
            for name in ("severity", "and_worse", "valid_from", "valid_to", "confirmed_at")
        },
    )


def vacancy(role: StakeholderRole, service: Service | None) -> CellListed:
    """Where somebody should be named and nobody is."""
    return CellListed(
        id=None,
        role=_named(role),
        service=_named(service),
        team=None,
        severity=None,
        and_worse=False,
        hours=None,
        person=None,
        backup=None,
        roster=None,
        valid_from=None,
        valid_to=None,
        confirmed_at=None,
        revision=Filling().revision,
        faults=["vacant"],
    )


def filling_of(entry: MatrixEntry) -> Filling:
    return Filling(entry.person_id, entry.backup_id, entry.roster_id)


def change_to_nothing(entry: MatrixEntry) -> CellChange:
    """The change that takes the cell away, if it still names whom we read."""
    return CellChange(
        role_id=entry.role_id,
        filling=Filling(),
        service_id=entry.service_id,
        team_id=entry.team_id,
        severity=entry.severity,
        and_worse=entry.and_worse,
        hours_id=entry.hours_id,
        expects=filling_of(entry).revision,
    )


def _named(row: Any) -> Any:  # noqa: ANN401  # a row with a name, or nothing
    return Named.model_validate(row) if row is not None else None


def _person(person: Person | None) -> Reference | None:
    return Reference.model_validate(person) if person is not None else None


@dataclass(frozen=True)
class Read:
    """What was sent, with rows in place of names. `troubles` are those of the names alone."""

    changes: Mapping[int, CellChange]
    troubles: tuple[Trouble, ...]

    def index_of(self, change: CellChange) -> int:
        return next(number for number, one in self.changes.items() if one == change)


def read(cells: Sequence[CellSent]) -> Read:
    """The changes that the cells stand for; five queries at most, however many there are."""
    known = _Known(cells)
    troubles = [one for number, cell in enumerate(cells) for one in known.missing(cell, number)]
    bad = {one.index for one in troubles}
    changes = {n: known.change(cell) for n, cell in enumerate(cells) if n not in bad}
    places = Counter(one.place for one in changes.values())
    twice = [number for number, one in changes.items() if places[one.place] > 1]
    text = "This cell stands in the list more than once. Keep one of them."
    troubles += [Trouble("twice", text, "role", number) for number in twice]
    return Read({n: one for n, one in changes.items() if n not in twice}, tuple(troubles))


class _Known:
    """The rows that the cells name."""

    def __init__(self, cells: Sequence[CellSent]) -> None:
        self.rows: dict[str, Mapping[str, Any]] = {
            "role": listing.by_slug(StakeholderRole, _asked(cells, "role")),
            "service": listing.by_slug(Service, _asked(cells, "service")),
            "team": listing.by_slug(Team, _asked(cells, "team")),
            "roster": listing.by_slug(Roster, _asked(cells, "roster")),
        }
        names = _asked(cells, "hours")
        hours = NamedHours.objects.filter(name__in=names) if names else ()
        self.rows["hours"] = {row.name: row for row in hours}

    def missing(self, cell: CellSent, number: int) -> Iterable[Trouble]:
        for field, rows in self.rows.items():
            name = getattr(cell, field)
            if name is not None and name not in rows:
                text = f"“{field}”: there is nothing called “{name}”."
                yield Trouble("unknown", text, field, number)
        if (why_not := _why_no_place(cell)) is not None:
            yield Trouble("not_valid", why_not, "company", number)

    def change(self, cell: CellSent) -> CellChange:
        ids: dict[str, Any] = {
            field: rows[getattr(cell, field)].pk if getattr(cell, field) is not None else None
            for field, rows in self.rows.items()
        }
        return CellChange(
            role_id=ids["role"],
            filling=Filling(cell.person, cell.backup, ids["roster"]),
            service_id=ids["service"],
            team_id=ids["team"],
            severity=cell.severity,
            and_worse=cell.and_worse,
            hours_id=ids["hours"],
            expects=UNREAD if cell.revision is None else cell.revision,
            dates=_dates(cell),
        )


def _why_no_place(cell: CellSent) -> str | None:
    """Why it is not clear what the cell is for. The whole company is never meant by silence."""
    has_place = cell.service is not None or cell.team is not None
    if cell.company and has_place:
        return "“company”: leave it out where a service or a team is named."
    if not cell.company and not has_place:
        return "Name a “service” or a “team”, or send “company”: true for the whole company."
    return None


def _dates(cell: CellSent) -> Dates | None:
    """From and until when it is to hold, if that was sent."""
    if not {"valid_from", "valid_to"} & cell.model_fields_set:
        return None
    return Dates(cell.valid_from, cell.valid_to)


def _asked(cells: Sequence[CellSent], field: str) -> set[str]:
    return {name for cell in cells if (name := getattr(cell, field)) is not None}


def refusal(sent: Read, refused: NotSaved | None) -> Problem:
    """The answer that names every cell which stands in the way: 412 when all that is wrong is that
    somebody else was first, otherwise 422."""
    troubles = list(sent.troubles)
    if refused is not None:
        troubles += _of_operation(sent, refused)
    troubles.sort(key=lambda one: one.index or 0)
    number = len({one.index for one in troubles})
    which = "One cell" if number == 1 else f"{number} cells"
    if all(one.code == "changed_meanwhile" for one in troubles):
        text = f"Nothing was saved. {which} changed since you read them. Read them again."
        return Problem(412, "changed_meanwhile", text, troubles)
    text = f"Nothing was saved. {which} cannot be changed like this."
    return Problem(422, "not_valid", text, troubles)


def _of_operation(sent: Read, refused: NotSaved) -> Iterable[Trouble]:
    theirs = [one.theirs for one in refused.troubles if one.theirs is not None]
    names = _names(theirs)
    for trouble in refused.troubles:
        number = sent.index_of(trouble.change)
        if trouble.theirs is not None and trouble.is_unread:
            text = (
                f"Somebody is named here already: {_said(trouble.theirs, names)}."
                f" To change that, send “revision”: “{trouble.theirs.revision}”."
            )
            yield Trouble("revision_missing", text, "revision", number)
        elif trouble.theirs is not None:
            text = f"Somebody has changed this cell meanwhile: {_said(trouble.theirs, names)}."
            yield Trouble("changed_meanwhile", text, "revision", number)
        for problem in trouble.problems:
            yield Trouble("not_valid", problem.text, problem.field, number)


def _names(fillings: Iterable[Filling]) -> dict[tuple[str, int], str]:
    people = {pk for one in fillings for pk in (one.person_id, one.backup_id) if pk}
    rosters = {one.roster_id for one in fillings if one.roster_id}
    found = {("person", one.pk): one.full_name for one in Person.objects.filter(pk__in=people)}
    return found | {("roster", one.pk): one.name for one in Roster.objects.filter(pk__in=rosters)}


def _said(filling: Filling, names: Mapping[tuple[str, int], str]) -> str:
    if filling.is_empty:
        return "it names nobody now"
    if filling.roster_id:
        return f"it names the roster {names['roster', filling.roster_id]} now"
    backup = f", backup {names['person', filling.backup_id]}" if filling.backup_id else ""
    return f"it names {names['person', filling.person_id or 0]}{backup} now"

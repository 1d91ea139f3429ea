"""Who fills a role, by the contact matrix: the one place that decides it. Pure.

The most specific cell that reaches somebody answers. A service's own cell beats its team's, which
beats the whole company's; among those, severity and hours beat severity, severity beats hours,
hours beat a cell for always. Two cells of the same rank that can hold at once are refused before
they are saved (`why_not_together`), so the order never has to guess.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from rosters.logic.shifts import RestrictionSpec, hours, is_within

Place = tuple[int, int | None, int | None]
"""A square of the grid: a role, and a service or a team or neither."""

LEAST = 4
"""The mildest severity."""
YEAR = timedelta(days=366)


class Level(StrEnum):
    """Where a cell stands, the nearest first."""

    SERVICE = "service"
    TEAM = "team"
    COMPANY = "company"


@dataclass(frozen=True)
class HoursSpec:
    """Named hours of the week at wall time in one zone: half-open, possibly over midnight."""

    name: str
    zone: ZoneInfo
    spans: tuple[RestrictionSpec, ...] = ()

    def hold(self, at: datetime) -> bool:
        return is_within(self.spans, self.zone, at=at)


@dataclass(frozen=True)
class CellSpec:
    """One cell of the contact matrix: a person with a backup, or a roster.

    `severity` alone is exactly that one; with `and_worse` every one from SEV1 down to it. It holds
    from `valid_from` (inclusive) until `valid_to` (exclusive).
    """

    role_id: int
    service_id: int | None = None
    team_id: int | None = None
    severity: int | None = None
    person_id: int | None = None
    backup_id: int | None = None
    roster_id: int | None = None
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    and_worse: bool = False
    hours: HoursSpec | None = None
    cell_id: int = 0

    def holds(self, at: datetime) -> bool:
        has_begun = self.valid_from is None or self.valid_from <= at
        is_lasting = self.valid_to is None or at < self.valid_to
        return has_begun and is_lasting and (self.hours is None or self.hours.hold(at))

    def is_for(self, severity: int) -> bool:
        return severity in self.severities

    @property
    def severities(self) -> range:
        """Every severity that it is for."""
        if self.severity is None:
            return range(1, LEAST + 1)
        return range(1 if self.and_worse else self.severity, self.severity + 1)

    @property
    def level(self) -> Level:
        if self.service_id is not None:
            return Level.SERVICE
        return Level.TEAM if self.team_id is not None else Level.COMPANY

    @property
    def rank(self) -> tuple[bool, bool, bool, bool]:
        """The greater answers first."""
        return (
            self.service_id is not None,
            self.team_id is not None,
            self.severity is not None,
            self.hours is not None,
        )

    @property
    def place(self) -> Place:
        """Which square of the grid it stands in."""
        return (self.role_id, self.service_id, self.team_id)


@dataclass(frozen=True)
class Question:
    """A role for a service of a team at one severity; without a service, for the company."""

    role_id: int
    service_id: int | None = None
    team_id: int | None = None
    severity: int = 1


@dataclass(frozen=True)
class Passed:
    """A cell that holds and reaches nobody, and why: "has left the company"."""

    cell: CellSpec
    why: str


@dataclass(frozen=True)
class Answer:
    """The cell that answers, and those before it that reach nobody. Without a cell, nobody does."""

    question: Question
    cell: CellSpec | None = None
    passed: tuple[Passed, ...] = ()

    @property
    def person_id(self) -> int | None:
        return self.cell.person_id if self.cell else None

    @property
    def backup_id(self) -> int | None:
        return self.cell.backup_id if self.cell else None

    @property
    def roster_id(self) -> int | None:
        return self.cell.roster_id if self.cell else None

    @property
    def inherited_from(self) -> Level | None:
        """The level that a service has it from; None for its own, and for nobody's."""
        if self.cell is None or self.cell.level == Level.SERVICE:
            return None
        asked = Level.SERVICE if self.question.service_id is not None else Level.TEAM
        if asked == Level.TEAM and self.question.team_id is None:
            return None
        return None if self.cell.level == asked else self.cell.level

    @property
    def why_nobody(self) -> str | None:
        """Why nobody fills the role, reading after "Nobody: "; None when somebody does."""
        if self.cell is not None:
            return None
        if not self.passed:
            return "no cell of the contact matrix names anybody"
        return "; ".join(one.why for one in self.passed)


def resolve(
    cells: Iterable[CellSpec],
    question: Question,
    *,
    at: datetime,
    why_not: Callable[[CellSpec], str | None] = lambda _: None,
) -> Answer:
    """Who fills the role at `at`; `why_not` says of a cell that holds why it reaches nobody."""
    passed: list[Passed] = []
    for cell in fitting(cells, question, at=at):
        why = why_not(cell)
        if why is None:
            return Answer(question, cell, tuple(passed))
        passed.append(Passed(cell, why))
    return Answer(question, None, tuple(passed))


def fitting(cells: Iterable[CellSpec], question: Question, *, at: datetime) -> list[CellSpec]:
    """The cells that hold for a question at `at`, the most specific first."""
    found = [
        cell
        for cell in cells
        if cell.role_id == question.role_id
        and cell.service_id in (None, question.service_id)
        and cell.team_id in (None, question.team_id)
        and cell.is_for(question.severity)
        and cell.holds(at)
    ]
    return sorted(found, key=lambda cell: cell.rank, reverse=True)


def why_not_together(one: CellSpec, other: CellSpec, *, today: date) -> str | None:
    """Whether two cells would answer the same question with the same rank at some instant.

    Hours are compared over the year from `today` on, or from the later beginning if that is later.
    """
    if one.place != other.place or one.rank != other.rank:
        return None
    if not set(one.severities) & set(other.severities) or not _periods_meet(one, other):
        return None
    if one.hours is not None and other.hours is not None:
        start = max(_begins(one), _begins(other), datetime.combine(today, time(), UTC))
        if not hours_meet(one.hours, other.hours, starts_at=start, ends_at=start + YEAR):
            return None
        return "“hours”: another cell of this role holds in some of these hours. Keep one of them."
    if other.severity != one.severity or other.and_worse != one.and_worse:
        which = f"SEV{other.severity}{' and worse' if other.and_worse else ''}"
        return f"“severity”: the cell for {which} holds at the same time. End that one first."
    return "“valid from”: another cell of this role holds at the same time. End that one first."


def _begins(cell: CellSpec) -> datetime:
    return cell.valid_from or datetime.min.replace(tzinfo=UTC)


def _periods_meet(one: CellSpec, other: CellSpec) -> bool:
    def ends_before(cell: CellSpec, another: CellSpec) -> bool:
        ends_at, starts_at = cell.valid_to, another.valid_from
        return ends_at is not None and starts_at is not None and ends_at <= starts_at

    return not ends_before(one, other) and not ends_before(other, one)


def hours_meet(one: HoursSpec, other: HoursSpec, *, starts_at: datetime, ends_at: datetime) -> bool:
    """Whether two named hours share an instant of [starts_at, ends_at)."""
    if one == other:
        return bool(one.spans)
    spans = sorted(
        (max(opens_at, starts_at), min(closes_at, ends_at), number)
        for number, spec in enumerate((one, other))
        for opens_at, closes_at in hours(
            spec.spans, spec.zone, starts_at=starts_at, ends_at=ends_at
        )
        if opens_at < ends_at and closes_at > starts_at
    )
    open_until = [starts_at, starts_at]
    for opens_at, closes_at, number in spans:
        if opens_at < open_until[1 - number]:
            return True
        open_until[number] = max(open_until[number], closes_at)
    return False

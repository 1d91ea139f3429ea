"""One roster as its page shows it: now and next, a week, four weeks, the people, the gaps."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from rosters.logic.calendar import Cell, column, day_starts, level_cells, override_cells
from rosters.logic.coverage import Gap, gaps
from rosters.logic.directory import Directory, PersonSpec
from rosters.logic.readiness import Readiness
from rosters.logic.rotation import LayerSpec, RosterSpec, segments
from rosters.models import Absence, Layer, Person, Roster
from rosters.queries import calling, people
from rosters.queries.calling import Line
from rosters.queries.directory import Wanted, load_directory

WEEK, MONTH = 7, 28
GAPS_AHEAD = timedelta(days=30)
NARROW = 9
LEVEL_NAMES = ("First on call", "Backup", "Third", "Fourth")


@dataclass(frozen=True)
class Block:
    """One cell of the calendar with the names in it; `width` counts hour columns."""

    starts_at: datetime
    ends_at: datetime
    width: int
    people: tuple[PersonSpec, ...]
    instead_of: tuple[PersonSpec, ...]
    is_gap: bool
    is_override: bool
    is_now: bool

    @property
    def is_blank(self) -> bool:
        return not self.people and not self.is_gap and not self.is_override

    @property
    def is_narrow(self) -> bool:
        return self.width < NARROW


@dataclass(frozen=True)
class CalendarRow:
    """One row: a level as it really is, or what it is made of."""

    name: str
    detail: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Heading:
    """One day above the calendar, in one zone."""

    day: date
    width: int
    is_today: bool = False


@dataclass(frozen=True)
class Turn:
    """One line of the agenda: who is first and who is the backup. `goes_on` past what is shown."""

    starts_at: datetime
    ends_at: datetime
    first: tuple[PersonSpec, ...]
    backup: tuple[PersonSpec, ...]
    instead_of: tuple[PersonSpec, ...]
    is_now: bool
    is_gap: bool
    has_backup_gap: bool
    goes_on: bool = False


@dataclass(frozen=True)
class MonthDay:
    """One day of the four weeks: who is first on call, in order, from when in the day."""

    day: date
    turns: tuple[Turn, ...]
    is_today: bool
    is_past: bool


@dataclass(frozen=True)
class Member:
    """One person of the roster and whether they can be called."""

    person: Person
    readiness: Readiness


@dataclass(frozen=True)
class RosterPage:
    """One roster for one reader. The week begins on `first_day`, in the reader's zone.

    `zone` is the roster's own, in which it hands over.
    """

    line: Line
    zone: ZoneInfo
    first_day: date
    last_day: date
    headings: tuple[Heading, ...]
    other_zone: ZoneInfo | None
    other_headings: tuple[Heading, ...]
    levels: tuple[CalendarRow, ...]
    sources: tuple[CalendarRow, ...]
    turns: tuple[Turn, ...]
    month: tuple[tuple[MonthDay, ...], ...]
    gaps: tuple[Gap, ...]
    members: tuple[Member, ...]
    absences: tuple[Absence, ...]

    @property
    def roster(self) -> Roster:
        return self.line.roster

    @property
    def then_instead_of(self) -> tuple[PersonSpec, ...]:
        """In whose place somebody takes over next, if they do."""
        then = self.line.then
        turns = [turn for turn in self.turns if then and turn.starts_at == then.at]
        return turns[0].instead_of if turns else ()

    @property
    def earlier(self) -> date:
        return self.first_day - timedelta(days=WEEK)

    @property
    def later(self) -> date:
        return self.first_day + timedelta(days=WEEK)


@dataclass(frozen=True)
class _Frame:
    """Where the calendar lies: its first day in the reader's zone, and what is known in it."""

    roster_id: int
    directory: Directory
    zone: ZoneInfo
    first_day: date
    now: datetime

    @property
    def spec(self) -> RosterSpec:
        return self.directory.rosters[self.roster_id]

    def window(self, days: int) -> tuple[datetime, datetime]:
        starts = day_starts(self.first_day, days, self.zone)
        return starts[0], starts[-1]


def of(roster: Roster, *, zone: ZoneInfo, first_day: date | None, now: datetime) -> RosterPage:
    """One roster with the week from `first_day` on (today without one), as read in `zone`."""
    today = now.astimezone(zone).date()
    day = first_day or today
    frame = _frame(roster, zone=zone, day=day, today=today, now=now)
    spec = frame.spec
    found = _members(spec, now=now)
    other = _other_zone(spec, [one.person for one in found], zone, now=now)
    starts_at, ends_at = frame.window(WEEK)
    ahead = frame.directory.stretches(roster.pk, starts_at=now, ends_at=now + GAPS_AHEAD)
    return RosterPage(
        line=calling.line_of(roster, at=now),
        zone=spec.zone,
        first_day=day,
        last_day=day + timedelta(days=WEEK - 1),
        headings=_headings(frame, zone),
        other_zone=other,
        other_headings=_headings(frame, other) if other else (),
        levels=_levels(frame),
        sources=_sources(roster, frame),
        turns=tuple(_turns(frame, starts_at=starts_at, ends_at=ends_at)),
        month=_month(frame, today=today),
        gaps=gaps(spec, ahead),
        members=found,
        absences=_absences(spec, now=now),
    )


def _frame(roster: Roster, *, zone: ZoneInfo, day: date, today: date, now: datetime) -> _Frame:
    """Loads everything between the first Monday shown and the last day of the gaps."""
    monday = today - timedelta(days=today.weekday())
    first, last = min(day, monday), max(day + timedelta(days=WEEK), monday + timedelta(days=MONTH))
    bounds = day_starts(first, (last - first).days, zone)
    directory = load_directory(
        Wanted(roster_ids=frozenset({roster.pk})),
        starts_at=min(bounds[0], now),
        ends_at=max(bounds[-1], now + GAPS_AHEAD),
    )
    return _Frame(roster.pk, directory, zone, day, now)


def _headings(frame: _Frame, zone: ZoneInfo) -> tuple[Heading, ...]:
    """The days of `zone` over the week's columns."""
    starts_at, ends_at = frame.window(WEEK)
    first, today = starts_at.astimezone(zone).date(), frame.now.astimezone(zone).date()
    found = []
    for number, begins_at in enumerate(day_starts(first, WEEK + 1, zone)[:-1]):
        day = first + timedelta(days=number)
        next_day = day_starts(day, 1, zone)[1]
        width = _width(frame, max(begins_at, starts_at), min(next_day, ends_at))
        if width > 0:
            found.append(Heading(day, width, day == today))
    return tuple(found)


def _width(frame: _Frame, starts_at: datetime, ends_at: datetime) -> int:
    place = {"first": frame.first_day, "zone": frame.zone}
    return column(ends_at, **place) - column(starts_at, **place)  # type: ignore[arg-type]


def _levels(frame: _Frame) -> tuple[CalendarRow, ...]:
    """Who is really called, level by level; at least the first."""
    starts_at, ends_at = frame.window(WEEK)
    stretches = frame.directory.stretches(frame.roster_id, starts_at=starts_at, ends_at=ends_at)
    missing = gaps(frame.spec, stretches)
    wanted = len({layer.priority for layer in frame.spec.layers})
    deepest = max((len(one.levels) for one in stretches), default=0)
    rows = []
    for level in range(min(max(wanted, deepest, 1), len(LEVEL_NAMES))):
        cells = level_cells(stretches, missing, frame.spec.overrides, level=level)
        detail = "who we call" if level == 0 else "if nobody answers"
        rows.append(CalendarRow(LEVEL_NAMES[level], detail, _blocks(cells, frame)))
    return tuple(rows)


def _sources(roster: Roster, frame: _Frame) -> tuple[CalendarRow, ...]:
    """What the levels are made of: overrides first, then each layer as planned."""
    starts_at, ends_at = frame.window(WEEK)
    overrides = override_cells(frame.spec.overrides, starts_at=starts_at, ends_at=ends_at)
    rows = []
    if any(cell.is_override for cell in overrides):
        rows.append(CalendarRow("In place of", "an override wins", _blocks(overrides, frame)))
    layers = Layer.objects.filter(roster=roster).order_by("priority", "pk")
    for layer, spec in zip(layers, frame.spec.layers, strict=True):
        rows.append(CalendarRow(layer.name, "as planned", _blocks(_planned(spec, frame), frame)))
    return tuple(rows)


def _planned(layer: LayerSpec, frame: _Frame) -> list[Cell]:
    """One layer without overrides and absences."""
    starts_at, ends_at = frame.window(WEEK)
    alone = RosterSpec(frame.spec.zone, (layer,))
    return [
        Cell(one.starts_at, one.ends_at, one.levels[0] if one.levels else ())
        for one in segments(alone, starts_at=starts_at, ends_at=ends_at)
    ]


def _blocks(cells: Iterable[Cell], frame: _Frame) -> tuple[Block, ...]:
    found = []
    for cell in cells:
        width = _width(frame, cell.starts_at, cell.ends_at)
        if width > 0:
            block = Block(
                cell.starts_at,
                cell.ends_at,
                width,
                _people(cell.people, frame.directory),
                _people(cell.instead_of, frame.directory),
                cell.is_gap,
                cell.is_override,
                cell.holds(frame.now),
            )
            found.append(block)
    return tuple(found)


def _people(ids: Sequence[int], directory: Directory) -> tuple[PersonSpec, ...]:
    return tuple(directory.people[one] for one in ids if one in directory.people)


def _turns(frame: _Frame, *, starts_at: datetime, ends_at: datetime) -> Iterable[Turn]:
    """The stretches of a window as lines: who is first, who is the backup."""
    stretches = frame.directory.stretches(frame.roster_id, starts_at=starts_at, ends_at=ends_at)
    missing = gaps(frame.spec, stretches)
    for cell in level_cells(stretches, missing, frame.spec.overrides, level=0):
        if not cell.people and not cell.is_gap:
            continue
        levels = frame.directory.levels(frame.roster_id, at=cell.starts_at)
        yield Turn(
            cell.starts_at,
            cell.ends_at,
            _people(cell.people, frame.directory),
            _people(levels[1] if len(levels) > 1 else (), frame.directory),
            _people(cell.instead_of, frame.directory),
            cell.holds(frame.now),
            cell.is_gap,
            any(
                gap.is_backup and gap.starts_at < cell.ends_at and cell.starts_at < gap.ends_at
                for gap in missing
            ),
            goes_on=cell.ends_at == ends_at,
        )


def _month(frame: _Frame, *, today: date) -> tuple[tuple[MonthDay, ...], ...]:
    """Four weeks from this Monday on, in the reader's zone."""
    monday = today - timedelta(days=today.weekday())
    starts = day_starts(monday, MONTH, frame.zone)
    turns = list(_turns(frame, starts_at=starts[0], ends_at=starts[-1]))
    days = [
        MonthDay(
            monday + timedelta(days=number),
            tuple(turn for turn in turns if turn.starts_at < end and begin < turn.ends_at),
            number == (today - monday).days,
            number < (today - monday).days,
        )
        for number, (begin, end) in enumerate(pairwise(starts))
    ]
    return tuple(tuple(days[week : week + WEEK]) for week in range(0, MONTH, WEEK))


def _members(spec: RosterSpec, *, now: datetime) -> tuple[Member, ...]:
    rows = people.with_contacts(Person.objects.filter(pk__in=spec.people))
    return tuple(
        Member(person, people.readiness_of(person, now=now))
        for person in rows.order_by("full_name", "pk")
    )


def _absences(spec: RosterSpec, *, now: datetime) -> tuple[Absence, ...]:
    found = Absence.objects.filter(
        person__in=spec.people, ends_at__gt=now, starts_at__lt=now + GAPS_AHEAD
    )
    return tuple(found.select_related("person").order_by("starts_at", "pk"))


def _other_zone(
    spec: RosterSpec, members: Iterable[Person], zone: ZoneInfo, *, now: datetime
) -> ZoneInfo | None:
    """A second zone worth showing: the roster's own, else one of its people's that differs."""
    here = now.astimezone(zone).utcoffset()
    candidates = [spec.zone, *(ZoneInfo(person.time_zone) for person in members)]
    return next((one for one in candidates if now.astimezone(one).utcoffset() != here), None)

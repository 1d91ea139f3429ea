"""A roster in a window of time, as rows, lines and days that a page shows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from rosters.logic.calendar import Cell, column, day_starts, level_cells, override_cells
from rosters.logic.coverage import gaps
from rosters.logic.directory import Directory, PersonSpec
from rosters.logic.feeds import level_name
from rosters.logic.overrides import SHADOW, OverrideSpec
from rosters.logic.rotation import LayerSpec, RosterSpec, TemporarySpec
from rosters.logic.spans import Span
from rosters.models import Layer, Roster, TemporarySchedule

WEEK, MONTH = 7, 28
BEYOND = timedelta(days=35)
"""How far around a week we look, so that a shift at its edge has its own beginning and end."""
NARROW = 9
LEVEL_NAMES = ("First on call", "Backup", "Third", "Fourth")
STAMP = "%Y-%m-%dT%H:%MZ"
"""How an address names an instant, in UTC."""


def stamp(at: datetime) -> str:
    """An instant for an address: "2026-11-23T08:00Z"."""
    return at.astimezone(UTC).strftime(STAMP)


def _window(starts_at: datetime, ends_at: datetime, person: int) -> str:
    """The query that asks to take or change what one person has, or what nobody has."""
    instead_of = f"&instead_of={person}" if person else ""
    return f"from={stamp(starts_at)}&to={stamp(ends_at)}{instead_of}"


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
    shift: Span | None = None
    """The whole of what this shows a part of, as far as it is still to come."""

    @property
    def is_blank(self) -> bool:
        return not self.people and not self.is_gap and not self.is_override

    @property
    def is_of(self) -> int:
        """The one whose it is; 0 for several and for nobody."""
        return self.people[0].person_id if len(self.people) == 1 else 0

    @property
    def is_narrow(self) -> bool:
        return self.width < NARROW

    @property
    def window(self) -> str:
        """The time of the whole shift as the query of an address."""
        return _window(*(self.shift or (self.starts_at, self.ends_at)), self.is_of)


@dataclass(frozen=True)
class CalendarRow:
    """One row: a level as it really is, or what it is made of. `tone` is how its cells look."""

    name: str
    detail: str
    blocks: tuple[Block, ...]
    tone: str = ""


@dataclass(frozen=True)
class Heading:
    """One day above the calendar, in one zone."""

    day: date
    width: int
    is_today: bool = False


@dataclass(frozen=True)
class Stay:
    """Who holds one level for a time: the same people, by the same change. Without `people` it is
    a gap. `is_later`: on its day, or in its row, somebody else or nobody was there before."""

    starts_at: datetime
    ends_at: datetime
    people: tuple[PersonSpec, ...]
    instead_of: tuple[PersonSpec, ...]
    is_gap: bool = False
    is_later: bool = False


@dataclass(frozen=True)
class Depth:
    """One level below the first, with everybody who holds it, in order: the backup, the third."""

    name: str
    stays: tuple[Stay, ...]


@dataclass(frozen=True)
class Turn:
    """One line of the agenda, as long as everybody stays where they are, on every level.

    `shift` is the whole time of whoever is first, of which this may be a part, as far as it is
    still to come; `opens` is the first line of it that is not past. `goes_on` past what is shown.
    """

    starts_at: datetime
    ends_at: datetime
    first: tuple[PersonSpec, ...]
    behind: tuple[Depth, ...]
    instead_of: tuple[PersonSpec, ...]
    shift: Span
    is_now: bool
    is_gap: bool
    opens: bool = True
    goes_on: bool = False
    is_temporary: bool = False

    @property
    def is_long(self) -> bool:
        """Whether its end needs a day beside its time."""
        return self.ends_at - self.starts_at >= timedelta(days=1)

    @property
    def is_part(self) -> bool:
        """Whether it is not all that can still change hands of the shift: somebody behind them
        changes meanwhile, or it goes on beyond what is shown."""
        starts_at = self.shift[0] if self.is_now else self.starts_at
        return self.shift != (starts_at, self.ends_at)

    @property
    def is_of(self) -> int:
        """The one whose it is; 0 for several and for nobody."""
        return self.first[0].person_id if len(self.first) == 1 else 0

    @property
    def window(self) -> str:
        """The time of the whole shift as the query of an address."""
        return _window(*self.shift, self.is_of)


@dataclass(frozen=True)
class MonthDay:
    """One day of the four weeks: who is on each level, in order, from when in the day."""

    day: date
    turns: tuple[Stay, ...]
    behind: tuple[Depth, ...]
    is_today: bool
    is_past: bool
    has_clock_change: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """Everybody who is first on call on this day, in order, once."""
        return tuple(dict.fromkeys(one.short_name for turn in self.turns for one in turn.people))

    @property
    def lacks_somebody(self) -> bool:
        return any(turn.is_gap for turn in self.turns)


@dataclass(frozen=True)
class Frame:
    """Where the calendar lies: its first day in the reader's zone, and what is known in it."""

    roster_id: int
    directory: Directory
    zone: ZoneInfo
    first_day: date
    now: datetime

    @property
    def spec(self) -> RosterSpec:
        return self.directory.rosters[self.roster_id]

    def window(self, days: int) -> Span:
        starts = day_starts(self.first_day, days, self.zone)
        return starts[0], starts[-1]

    def around(self, span: Span) -> Span:
        """The span, and so much around it that a shift at its edge has its own ends."""
        return span[0] - BEYOND, span[1] + BEYOND

    def changes(self, span: Span) -> list[OverrideSpec]:
        """The changes of the span, each cut to the times in which it makes a difference."""
        found = self.directory.changes(self.roster_id, starts_at=span[0], ends_at=span[1])
        return [
            replace(one, starts_at=starts_at, ends_at=ends_at)
            for one, spans in found
            if one.person != one.instead_of
            for starts_at, ends_at in spans
        ]

    def left_of(self, span: Span) -> Span:
        """What can still change hands of it: what runs, from now on."""
        return (max(span[0], self.now), span[1]) if span[1] > self.now else span


def headings(frame: Frame, zone: ZoneInfo) -> tuple[Heading, ...]:
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


def _width(frame: Frame, starts_at: datetime, ends_at: datetime) -> int:
    place = {"first": frame.first_day, "zone": frame.zone}
    return column(ends_at, **place) - column(starts_at, **place)  # type: ignore[arg-type]


def levels(frame: Frame) -> tuple[CalendarRow, ...]:
    """Who is really called, level by level; at least the first."""
    starts_at, ends_at = frame.window(WEEK)
    wide = frame.around((starts_at, ends_at))
    around = frame.directory.stretches(frame.roster_id, starts_at=wide[0], ends_at=wide[1])
    stretches = [one for one in around if one.starts_at < ends_at and starts_at < one.ends_at]
    missing = gaps(frame.spec, around)
    wanted = len({layer.priority for layer in frame.spec.layers if not layer.is_shadow})
    deepest = max((len(one.levels) for one in stretches), default=0)
    changes = frame.changes(wide)
    rows = []
    for level in range(min(max(wanted, deepest, 1), len(LEVEL_NAMES))):
        cells = level_cells(around, missing, changes, level=level)
        detail = "who we call" if level == 0 else "if nobody answers"
        blocks = _blocks(cells, frame, shown=(starts_at, ends_at))
        rows.append(CalendarRow(LEVEL_NAMES[level], detail, blocks))
    return tuple(rows)


def sources(roster: Roster, frame: Frame) -> tuple[CalendarRow, ...]:
    """What the levels are made of: what wins first, then each layer as planned."""
    starts_at, ends_at = frame.window(WEEK)
    rows = [*_temporary_rows(frame)]
    changes = frame.changes((starts_at, ends_at))
    called = [one for one in changes if one.kind != SHADOW]
    riding = [one for one in changes if one.kind == SHADOW]
    for found, name, detail, tone in (
        (called, "In place of", "an override wins", ""),
        (riding, "Rides along", "learns, is not called", "wish"),
    ):
        cells = override_cells(found, starts_at=starts_at, ends_at=ends_at)
        if any(cell.is_override for cell in cells):
            rows.append(CalendarRow(name, detail, _blocks(cells, frame), tone))
    names = dict(Layer.objects.filter(roster=roster).values_list("pk", "name"))
    for spec in frame.spec.layers:
        blocks = _blocks(_planned(spec, frame), frame)
        name = names.get(spec.layer_id or 0, "New layer")
        detail, tone = ("rides along", "wish") if spec.is_shadow else ("as planned", "")
        if any(not one.is_blank for one in blocks):
            rows.append(CalendarRow(name, detail, blocks, tone))
    return tuple(rows)


def _temporary_rows(frame: Frame) -> Iterable[CalendarRow]:
    """Each temporary schedule that touches the week, the one that wins first; it wins over
    everything below."""
    starts_at, ends_at = frame.window(WEEK)
    touching = [
        one
        for one in frame.spec.temporaries
        if one.starts_at < ends_at and starts_at < one.ends_at and one.starts_at < one.ends_at
    ]
    if not touching:
        return
    rows = TemporarySchedule.objects.filter(
        roster=frame.roster_id, starts_at__lt=ends_at, ends_at__gt=starts_at
    )
    names = rows.order_by("pk").values_list("name", flat=True)
    for one, name in reversed(list(zip(touching, names, strict=False))):
        window = (max(one.starts_at, starts_at), min(one.ends_at, ends_at))
        for number, level in enumerate(one.levels or [1]):
            blocks = _blocks(_fixed(one, level, frame, window, is_first=number == 0), frame)
            detail = "replaces everything" if number == 0 else "and behind them"
            yield CalendarRow(name, detail, blocks, "alt")


def _fixed(
    one: TemporarySpec, level: int, frame: Frame, window: Span, *, is_first: bool
) -> list[Cell]:
    """The shifts of one level of a temporary schedule over the week; holes of the first as gaps."""
    starts_at, ends_at = frame.window(WEEK)
    stretches = frame.directory.fixed(
        frame.roster_id, one, level, starts_at=window[0], ends_at=window[1]
    )
    found = [
        Cell(
            stretch.starts_at,
            stretch.ends_at,
            stretch.levels[0] if stretch.levels else (),
            is_gap=is_first and not stretch.levels,
        )
        for stretch in stretches
    ]
    return [Cell(starts_at, window[0]), *found, Cell(window[1], ends_at)]


def _planned(layer: LayerSpec, frame: Frame) -> list[Cell]:
    """One layer without overrides and absences."""
    starts_at, ends_at = frame.window(WEEK)
    return [
        Cell(one.starts_at, one.ends_at, one.levels[0] if one.levels else ())
        for one in frame.directory.planned(
            frame.roster_id, layer, starts_at=starts_at, ends_at=ends_at
        )
    ]


def _blocks(cells: Iterable[Cell], frame: Frame, *, shown: Span | None = None) -> tuple[Block, ...]:
    """What these cells look like in the week; of those that go on beyond `shown`, that part."""
    found = []
    for cell in cells:
        starts_at, ends_at = (
            (max(cell.starts_at, shown[0]), min(cell.ends_at, shown[1]))
            if shown
            else (cell.starts_at, cell.ends_at)
        )
        width = _width(frame, starts_at, ends_at) if starts_at < ends_at else 0
        if width > 0:
            block = Block(
                starts_at,
                ends_at,
                width,
                named(cell.people, frame.directory),
                named(cell.instead_of, frame.directory),
                cell.is_gap,
                cell.is_override,
                cell.holds(frame.now),
                frame.left_of((cell.starts_at, cell.ends_at)),
            )
            found.append(block)
    return tuple(found)


def named(ids: Sequence[int], directory: Directory) -> tuple[PersonSpec, ...]:
    """These people, as far as the directory knows them."""
    return tuple(directory.people[one] for one in ids if one in directory.people)


def stays(frame: Frame, *, starts_at: datetime, ends_at: datetime) -> list[list[Stay]]:
    """A window level by level, each cut where it changes itself and nowhere else."""
    stretches = frame.directory.stretches(frame.roster_id, starts_at=starts_at, ends_at=ends_at)
    missing = gaps(frame.spec, stretches)
    changes = frame.changes((starts_at, ends_at))
    deepest = max(
        [len(one.levels) for one in stretches] + [gap.level + 1 for gap in missing], default=0
    )
    return [
        [
            Stay(
                cell.starts_at,
                cell.ends_at,
                named(cell.people, frame.directory),
                named(cell.instead_of, frame.directory),
                cell.is_gap,
            )
            for cell in level_cells(stretches, missing, changes, level=level)
            if cell.people or cell.is_gap
        ]
        for level in range(deepest)
    ]


def turns(frame: Frame, *, starts_at: datetime, ends_at: datetime) -> Iterable[Turn]:
    """A window as lines, cut wherever any level changes; none where nobody is to be first."""
    wide = frame.around((starts_at, ends_at))
    levels = stays(frame, starts_at=wide[0], ends_at=wide[1])
    inside = {edge for level in levels for one in level for edge in _span(one)}
    edges = sorted({starts_at, ends_at, *(one for one in inside if starts_at < one < ends_at)})
    opened = None
    for begin, end in pairwise(edges):
        here = [_within(level, begin, end) for level in levels]
        if not here or not here[0]:
            continue
        top = here[0][0]
        is_past = end <= frame.now
        yield Turn(
            begin,
            end,
            top.people,
            _behind(here[1:]),
            top.instead_of,
            frame.left_of(_span(top)),
            begin <= frame.now < end,
            top.is_gap,
            opens=not is_past and opened is not top,
            goes_on=end == ends_at and top.ends_at > ends_at,
            is_temporary=frame.spec.temporary_at(begin) is not None,
        )
        opened = opened if is_past else top


def month(frame: Frame) -> tuple[tuple[MonthDay, ...], ...]:
    """Four weeks from the frame's first day on, in the reader's zone."""
    starts = day_starts(frame.first_day, MONTH, frame.zone)
    today = frame.now.astimezone(frame.zone).date()
    levels = stays(frame, starts_at=starts[0], ends_at=starts[-1])
    days = []
    for number, (begin, end) in enumerate(pairwise(starts)):
        day = frame.first_day + timedelta(days=number)
        here = [_within(level, begin, end) for level in levels]
        first = (
            [replace(one, is_later=count > 0) for count, one in enumerate(here[0])] if here else []
        )
        since = max(begin, first[0].starts_at) if first else begin
        behind = [
            [replace(one, is_later=one.starts_at > since) for one in level] for level in here[1:]
        ]
        is_odd = end - begin != timedelta(days=1)
        days.append(MonthDay(day, tuple(first), _behind(behind), day == today, day < today, is_odd))
    return tuple(tuple(days[week : week + WEEK]) for week in range(0, MONTH, WEEK))


def _span(one: Stay) -> Span:
    return one.starts_at, one.ends_at


def _within(level: Iterable[Stay], starts_at: datetime, ends_at: datetime) -> list[Stay]:
    return [one for one in level if one.starts_at < ends_at and starts_at < one.ends_at]


def _behind(levels: Sequence[Sequence[Stay]]) -> tuple[Depth, ...]:
    """The levels below the first that have somebody, or lack somebody, with their names."""
    return tuple(
        Depth(level_name(number), tuple(found))
        for number, found in enumerate(levels, start=1)
        if found
    )

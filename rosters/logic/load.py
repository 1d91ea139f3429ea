"""What being on call costs a person: hours, nights, weekends and holidays, in their own zone. Pure.

Time is measured in real hours: the night of a clock change has one more, or one less. Each moment
belongs to one category, so that the categories add up to the hours exactly; a holiday comes before
a weekend, a weekend before a night. Nights are also counted by themselves, whatever else they are.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import TypeVar
from zoneinfo import ZoneInfo

from rosters.logic import holidays
from rosters.logic.walltime import instant, wall

DAY = timedelta(days=1)
NIGHT_BEGINS, NIGHT_ENDS = time(22), time(6)
COUNTS = timedelta(hours=1)
"""A night, weekend or holiday counts as one from so much of it on."""
NOTHING = timedelta(0)


class Category(StrEnum):
    """What an hour is paid as."""

    DAY = "day"
    NIGHT = "night"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"


WORDS = {
    Category.DAY: "Weekday, by day",
    Category.NIGHT: "Weekday, by night",
    Category.WEEKEND: "Weekend",
    Category.HOLIDAY: "Public holiday",
}


@dataclass(frozen=True)
class Place:
    """Where somebody lives, as far as their hours go: the zone and the public holidays."""

    zone: ZoneInfo
    region: str = ""

    def is_holiday(self, day: date) -> bool:
        return bool(holidays.name_of(self.region, day))

    def is_weekend(self, day: date) -> bool:
        return day.weekday() in holidays.weekend_of(self.region)


@dataclass(frozen=True)
class Piece:
    """A stretch inside one local day that is all day or all night. `night`: on which it began."""

    starts_at: datetime
    ends_at: datetime
    day: date
    night: date | None

    @property
    def length(self) -> timedelta:
        return self.ends_at - self.starts_at


@dataclass(frozen=True)
class Load:
    """What somebody carried: time by category, and by each night, weekend and holiday."""

    by_category: Mapping[Category, timedelta] = field(default_factory=dict)
    by_night: Mapping[date, timedelta] = field(default_factory=dict)
    by_weekend: Mapping[date, timedelta] = field(default_factory=dict)
    by_holiday: Mapping[date, timedelta] = field(default_factory=dict)

    @property
    def total(self) -> timedelta:
        return sum(self.by_category.values(), NOTHING)

    @property
    def hours(self) -> float:
        """For people who compare: to a tenth."""
        return round(self.total / timedelta(hours=1), 1)

    @property
    def nights(self) -> int:
        return _counted(self.by_night)

    @property
    def weekends(self) -> int:
        return _counted(self.by_weekend)

    @property
    def holidays(self) -> int:
        return _counted(self.by_holiday)

    def __add__(self, other: "Load") -> "Load":
        return Load(
            _sum(self.by_category, other.by_category),
            _sum(self.by_night, other.by_night),
            _sum(self.by_weekend, other.by_weekend),
            _sum(self.by_holiday, other.by_holiday),
        )


def _counted(spent: Mapping[date, timedelta]) -> int:
    return sum(length >= COUNTS for length in spent.values())


K = TypeVar("K", Category, date)


def _sum(one: Mapping[K, timedelta], other: Mapping[K, timedelta]) -> dict[K, timedelta]:
    return {key: one.get(key, NOTHING) + other.get(key, NOTHING) for key in {**one, **other}}


def load(spans: Iterable[tuple[datetime, datetime]], place: Place) -> Load:
    """What these half-open spans of instants cost somebody who lives there.

    Spans that overlap count twice. Cutting a span in two changes nothing.
    """
    by_category: dict[Category, timedelta] = defaultdict(timedelta)
    by_night: dict[date, timedelta] = defaultdict(timedelta)
    by_weekend: dict[date, timedelta] = defaultdict(timedelta)
    by_holiday: dict[date, timedelta] = defaultdict(timedelta)
    for starts_at, ends_at in spans:
        for piece in pieces(starts_at, ends_at, place.zone):
            category = category_of(piece, place)
            by_category[category] += piece.length
            if piece.night is not None:
                by_night[piece.night] += piece.length
            if place.is_weekend(piece.day):
                by_weekend[_first_of_weekend(piece.day, place)] += piece.length
            if category is Category.HOLIDAY:
                by_holiday[piece.day] += piece.length
    return Load(dict(by_category), dict(by_night), dict(by_weekend), dict(by_holiday))


def category_of(piece: Piece, place: Place) -> Category:
    """What the hours of a piece are paid as."""
    if place.is_holiday(piece.day):
        return Category.HOLIDAY
    if place.is_weekend(piece.day):
        return Category.WEEKEND
    return Category.DAY if piece.night is None else Category.NIGHT


def pieces(starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> Iterator[Piece]:
    """The span cut at each midnight, and where a night begins or ends, in `zone`."""
    if starts_at >= ends_at:
        return
    day, last = wall(starts_at, zone).date() - DAY, wall(ends_at, zone).date() + DAY
    while day <= last:
        edges = [
            instant(datetime.combine(on, at), zone)
            for on, at in (
                (day, time(0)),
                (day, NIGHT_ENDS),
                (day, NIGHT_BEGINS),
                (day + DAY, time(0)),
            )
        ]
        nights = (day - DAY, None, day)
        for (begin, end), night in zip(pairwise(edges), nights, strict=True):
            since, until = max(begin, starts_at), min(end, ends_at)
            if since < until:
                yield Piece(since, until, day, night)
        day += DAY


def _first_of_weekend(day: date, place: Place) -> date:
    """The day on which the weekend of this day begins; never more than a week before it."""
    for _ in range(6):
        if not place.is_weekend(day - DAY):
            break
        day -= DAY
    return day


@dataclass(frozen=True)
class Spread:
    """How a figure lies over a team: the sum, the mean, and between which two it lies."""

    total: float
    average: float
    least: float
    most: float


def spread(figures: Iterable[float]) -> Spread:
    """The spread of these figures; of none it is all nothing."""
    found = list(figures)
    if not found:
        return Spread(0, 0, 0, 0)
    total = sum(found)
    return Spread(total, total / len(found), min(found), max(found))


def in_hundredths(parts: Mapping[Category, timedelta]) -> dict[Category, int]:
    """Hours in hundredths, rounded so that they add up to the rounded total exactly."""
    unit = timedelta(hours=1) / 100
    whole = {one: parts.get(one, NOTHING) // unit for one in Category}
    total = sum(parts.values(), NOTHING)
    missing = (total + unit / 2) // unit - sum(whole.values())
    rest = {one: parts.get(one, NOTHING) % unit for one in Category}
    for one in sorted(Category, key=lambda each: (-rest[each], list(Category).index(each))):
        if missing <= 0:
            break
        whole[one] += 1
        missing -= 1
    return whole


@dataclass(frozen=True)
class Rest:
    """Too little rest: somebody is off only from `ends_at` until `starts_at`."""

    person: int
    ends_at: datetime
    starts_at: datetime

    @property
    def length(self) -> timedelta:
        return self.starts_at - self.ends_at


def short_rests(
    spans: Mapping[int, Iterable[tuple[datetime, datetime]]], *, rule: timedelta
) -> list[Rest]:
    """Where somebody has less than `rule` between two shifts, by time.

    Shifts that touch or overlap are one: there is no rest between them to be short.
    """
    found = []
    for person, theirs in spans.items():
        for (_, ends_at), (starts_at, _) in pairwise(joined(theirs)):
            if starts_at - ends_at < rule:
                found.append(Rest(person, ends_at, starts_at))
    return sorted(found, key=lambda rest: (rest.starts_at, rest.person))


def joined(spans: Iterable[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """The same time in as few spans as it takes, in order."""
    found: list[tuple[datetime, datetime]] = []
    for starts_at, ends_at in sorted(spans):
        if found and starts_at <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], ends_at))
        else:
            found.append((starts_at, ends_at))
    return found


def within(
    spans: Iterable[tuple[datetime, datetime]], starts_at: datetime, ends_at: datetime
) -> list[tuple[datetime, datetime]]:
    """What of the spans lies in the window."""
    cut = ((max(begin, starts_at), min(end, ends_at)) for begin, end in spans)
    return [span for span in cut if span[0] < span[1]]


def at_night(instants: Iterable[datetime], zone: ZoneInfo) -> int:
    """How many of these lie in a night, from 22:00 to 06:00."""
    hours = (at.astimezone(zone).time() for at in instants)
    return sum(one >= NIGHT_BEGINS or one < NIGHT_ENDS for one in hours)

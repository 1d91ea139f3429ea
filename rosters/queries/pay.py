"""The hours of one month for pay, from the log of shifts alone."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q

from rosters.logic.load import Category, Load, in_hundredths, load
from rosters.logic.spans import Span
from rosters.logic.walltime import instant
from rosters.models import Person, Roster, ShiftLog
from rosters.queries import leading
from rosters.queries.load import place_of

LEVELS = ("First on call", "Backup", "Third", "Fourth")
MARGIN = timedelta(days=2)
"""How far a month of somebody's zone may reach over the same month in UTC."""


@dataclass(frozen=True)
class Line:
    """What one person did on one roster at one level: hours by category, in hundredths."""

    person: Person
    name: str
    roster: str
    level: int
    load: Load

    @property
    def level_word(self) -> str:
        return LEVELS[min(self.level, len(LEVELS)) - 1]

    @property
    def hours(self) -> dict[Category, str]:
        """Each category in hours to a hundredth; they add up to the total exactly."""
        return {kind: _hours(n) for kind, n in in_hundredths(self.load.by_category).items()}

    @property
    def by_kind(self) -> list[tuple[Category, str]]:
        return list(self.hours.items())

    @property
    def total(self) -> str:
        return _hours(sum(in_hundredths(self.load.by_category).values()))


@dataclass(frozen=True)
class Month:
    """One month of some rosters, each person's in their own zone."""

    first_day: date
    lines: tuple[Line, ...]
    is_over: bool

    @property
    def people(self) -> int:
        """How many people were on call."""
        return len({line.person.pk for line in self.lines})

    @property
    def hours(self) -> int:
        """All of their hours, to the nearest."""
        found = (sum(in_hundredths(line.load.by_category).values()) for line in self.lines)
        return round(sum(found) / 100)


def _hours(hundredths: int) -> str:
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def rosters_for(reader: Person) -> tuple[Roster, ...]:
    """The rosters whose hours a reader may fetch, by name."""
    mine = Q() if reader.is_superuser else Q(team__in=leading.led_by(reader))
    return tuple(Roster.objects.filter(mine).order_by("name", "pk"))


def next_month(first_day: date) -> date:
    return (first_day + timedelta(days=32)).replace(day=1)


def of(
    rosters: Iterable[Roster], first_day: date, *, q: str = "", roster: str = "", now: datetime
) -> Month:
    """The month that begins on `first_day` on these rosters; a constant number of queries."""
    wanted = [one.pk for one in rosters if not roster or one.slug == roster]
    last_day = next_month(first_day)
    utc = ZoneInfo("UTC")
    begin, end = (instant(datetime.combine(day, time(0)), utc) for day in (first_day, last_day))
    rows = ShiftLog.objects.filter(
        roster__in=wanted, ends_at__gt=begin - MARGIN, starts_at__lt=end + MARGIN
    )
    lines = _lines(list(rows.select_related("person").order_by("starts_at", "pk")), first_day)
    text = q.lower().strip()
    found = (one for one in lines if not text or text in f"{one.name} {one.roster}".lower())
    return Month(
        first_day,
        tuple(sorted(found, key=lambda one: (one.name, one.person.pk, one.roster, one.level))),
        end + MARGIN < now,
    )


def _lines(rows: Sequence[ShiftLog], first_day: date) -> list[Line]:
    """Each person's rows together, cut where the month begins and ends for them."""
    kept: dict[tuple[int, int, int], list[ShiftLog]] = defaultdict(list)
    for row in rows:
        kept[row.person_id, row.roster_id, row.level].append(row)
    found = []
    for (_, _, level), theirs in kept.items():
        person = theirs[-1].person
        spans = _within_month(theirs, person, first_day)
        if spans:
            names = theirs[-1].person_name, theirs[-1].roster_name
            found.append(Line(person, *names, level, load(spans, place_of(person))))
    return found


def _within_month(rows: Sequence[ShiftLog], person: Person, first_day: date) -> list[Span]:
    zone = ZoneInfo(person.time_zone)
    begin = instant(datetime.combine(first_day, time(0)), zone)
    end = instant(datetime.combine(next_month(first_day), time(0)), zone)
    cut = ((max(row.starts_at, begin), min(row.ends_at, end)) for row in rows)
    return [span for span in cut if span[0] < span[1]]

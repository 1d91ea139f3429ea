"""One roster as its page shows it: now and next, a week, four weeks, the people, the gaps."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from rosters.logic.calendar import day_starts
from rosters.logic.coverage import Gap, gaps
from rosters.logic.directory import PersonSpec
from rosters.logic.readiness import Readiness
from rosters.logic.rotation import RosterSpec
from rosters.models import Absence, Person, Roster
from rosters.queries import calling, frames, people, trying
from rosters.queries.calling import Line
from rosters.queries.directory import Wanted, load_directory
from rosters.queries.frames import MONTH, WEEK, CalendarRow, Frame, Heading, MonthDay, Turn

GAPS_AHEAD = timedelta(days=30)


@dataclass(frozen=True)
class Member:
    """One person of the roster and whether they can be called."""

    person: Person
    readiness: Readiness


@dataclass(frozen=True)
class Asked:
    """What a reader asks for: week or month, from which day on, in which zone."""

    zone: ZoneInfo
    reader_zone: ZoneInfo
    view: str = "week"
    first_day: date | None = None
    in_roster_zone: bool = False

    @property
    def days(self) -> int:
        return MONTH if self.view == "month" else WEEK

    @property
    def rest(self) -> str:
        """What an address keeps beside its first day."""
        return self._kept(self.view, in_roster_zone=self.in_roster_zone)

    @property
    def as_week(self) -> str:
        return self._address("week", in_roster_zone=self.in_roster_zone)

    @property
    def as_month(self) -> str:
        return self._address("month", in_roster_zone=self.in_roster_zone)

    @property
    def own_zone(self) -> str:
        return self._address(self.view, in_roster_zone=False)

    @property
    def roster_zone(self) -> str:
        return self._address(self.view, in_roster_zone=True)

    def _kept(self, view: str, *, in_roster_zone: bool) -> str:
        month = "&view=month" if view == "month" else ""
        return f"{month}{'&zone=roster' if in_roster_zone else ''}"

    def _address(self, view: str, *, in_roster_zone: bool) -> str:
        day = f"&from={self.first_day}" if self.first_day else ""
        return "?" + (day + self._kept(view, in_roster_zone=in_roster_zone)).removeprefix("&")


@dataclass(frozen=True)
class RosterPage:
    """One roster for one reader. The calendar begins on `first_day`, in the zone that is asked for.

    `zone` is the roster's own, in which it hands over. `riding` along now, to learn.
    """

    line: Line
    asked: Asked
    today: date
    zone: ZoneInfo
    reader_zone: ZoneInfo
    first_day: date
    headings: tuple[Heading, ...]
    other_zone: ZoneInfo | None
    other_clock: str
    """Whose the other zone is: the roster's, or a person's short name."""
    other_headings: tuple[Heading, ...]
    levels: tuple[CalendarRow, ...]
    sources: tuple[CalendarRow, ...]
    turns: tuple[Turn, ...]
    month: tuple[tuple[MonthDay, ...], ...]
    gaps: tuple[Gap, ...]
    riding: tuple[PersonSpec, ...]
    members: tuple[Member, ...]
    absences: tuple[Absence, ...]

    @property
    def roster(self) -> Roster:
        return self.line.roster

    @property
    def has_zone_choice(self) -> bool:
        """Whether the reader's clock and the roster's differ on any day shown."""
        at = datetime.combine(self.first_day, time(12), self.zone)
        return at.astimezone(self.reader_zone).utcoffset() != at.utcoffset()

    @property
    def last_day(self) -> date:
        return self.first_day + timedelta(days=self.asked.days - 1)

    @property
    def then_instead_of(self) -> tuple[PersonSpec, ...]:
        """In whose place somebody takes over next, if they do."""
        then = self.line.then
        turns = [turn for turn in self.turns if then and turn.starts_at == then.at]
        return turns[0].instead_of if turns else ()

    @property
    def earlier(self) -> date:
        return self.first_day - timedelta(days=self.asked.days)

    @property
    def later(self) -> date:
        return self.first_day + timedelta(days=self.asked.days)


def of(roster: Roster, asked: Asked, *, now: datetime) -> RosterPage:
    """One roster with the week or the four weeks that are asked for."""
    today = now.astimezone(asked.zone).date()
    day = asked.first_day or today
    if asked.view == "month":
        day -= timedelta(days=day.weekday())
    frame = _frame(roster, asked, day=day, now=now)
    spec = frame.spec
    found = _members(spec, now=now)
    other, clock = _other_zone(spec, [one.person for one in found], asked, now=now)
    ahead = frame.directory.stretches(roster.pk, starts_at=now, ends_at=now + GAPS_AHEAD)
    is_month = asked.view == "month"
    starts_at, ends_at = frame.window(asked.days)
    return RosterPage(
        line=calling.line_in(roster, frame.directory, at=now),
        asked=asked,
        today=today,
        zone=spec.zone,
        reader_zone=asked.reader_zone,
        first_day=day,
        headings=() if is_month else frames.headings(frame, asked.zone),
        other_zone=other,
        other_clock=clock,
        other_headings=frames.headings(frame, other) if other and not is_month else (),
        levels=() if is_month else frames.levels(frame),
        sources=() if is_month else frames.sources(roster, frame),
        turns=() if is_month else tuple(frames.turns(frame, starts_at=starts_at, ends_at=ends_at)),
        month=frames.month(frame) if is_month else (),
        gaps=gaps(spec, ahead),
        riding=frames.named(frame.directory.shadows(roster.pk, at=now), frame.directory),
        members=found,
        absences=_absences(spec, now=now),
    )


def _frame(roster: Roster, asked: Asked, *, day: date, now: datetime) -> Frame:
    """Loads everything between the first day shown and the last day of the gaps.

    A draft is read as if it were published, to be looked at.
    """
    bounds = day_starts(day, asked.days, asked.zone)
    beyond = timedelta() if asked.view == "month" else frames.BEYOND
    window = {
        "starts_at": min(bounds[0] - beyond, now),
        "ends_at": max(bounds[-1] + beyond, now + GAPS_AHEAD, now + calling.LOOK_AHEAD),
    }
    if roster.is_draft:
        directory = trying.directory_of(roster, None, **window)
    else:
        directory = load_directory(Wanted(roster_ids=frozenset({roster.pk})), **window)
    return Frame(roster.pk, directory, asked.zone, day, now)


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
    spec: RosterSpec, members: Iterable[Person], asked: Asked, *, now: datetime
) -> tuple[ZoneInfo | None, str]:
    """A second zone worth showing, and whose it is: the roster's, else one of its people's."""
    here = now.astimezone(asked.zone).utcoffset()
    candidates = [(spec.zone, "the roster")]
    candidates += [(ZoneInfo(person.time_zone), person.short_name) for person in members]
    differing = (one for one in candidates if now.astimezone(one[0]).utcoffset() != here)
    return next(differing, (None, ""))

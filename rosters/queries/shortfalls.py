"""What the rosters of the days ahead lack: gaps, people who cannot be called, double bookings."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.db.models import Q

from config.portal.sentences import Sentence, sentence
from rosters.logic import holidays
from rosters.logic.bookings import Shift, double_bookings, shifts
from rosters.logic.coverage import gaps
from rosters.logic.directory import Directory
from rosters.logic.load import pieces
from rosters.logic.rotation import Segment
from rosters.models import Membership, Person, Roster

AHEAD = timedelta(days=30)
LEVELS = 2
"""Who is first on call and who is the backup; whoever stands below is not looked at."""
BREAK = timedelta(hours=36)
HOURS_BETWEEN = 6
"""How closely the turns of somebody who cannot be called are looked for."""


class Kind(StrEnum):
    """What was found, the most urgent first."""

    GAP = "gap"
    BACKUP = "backup"
    UNREACHABLE = "unreachable"
    TWICE = "twice"
    UNTESTED = "untested"
    HOLIDAY = "holiday"


HEADINGS = {
    Kind.GAP: "Nobody is on call",
    Kind.BACKUP: "Nobody is backup",
    Kind.UNREACHABLE: "On a shift, and cannot be called",
    Kind.TWICE: "First on call on two rosters at once",
    Kind.UNTESTED: "On a shift, and nobody knows whether their number works",
    Kind.HOLIDAY: "On call on a public holiday",
}
NEEDS_SOMEBODY = frozenset({Kind.GAP, Kind.BACKUP, Kind.UNREACHABLE, Kind.TWICE})
"""What a letter says; the rest is good to know."""


@dataclass(frozen=True)
class Finding:
    """One thing to look at, half-open: `said` for a list, `then` what happens instead.

    `times`: so often between its start and its end, with short breaks.
    """

    kind: Kind
    roster: Roster
    starts_at: datetime
    ends_at: datetime
    said: Sentence
    then: Sentence
    owners: tuple[Person, ...] = ()
    person: Person | None = None
    times: int = 1

    @property
    def needs_somebody(self) -> bool:
        return self.kind in NEEDS_SOMEBODY

    @property
    def is_about_person(self) -> bool:
        """Whether it is mended on the person's page; all else by putting somebody in."""
        return self.kind in {Kind.UNREACHABLE, Kind.UNTESTED}

    @property
    def is_good_to_know(self) -> bool:
        """Whether nobody has to do anything about it."""
        return self.kind is Kind.HOLIDAY

    @property
    def window(self) -> str:
        """The time for an address, in UTC, and whose place it is if it is somebody's."""
        times = {"starts_at": self.starts_at, "ends_at": self.ends_at}
        whose = {"instead_of": str(self.person.pk)} if self.person else {}
        return urlencode({key: f"{at:%Y-%m-%dT%H:%MZ}" for key, at in times.items()} | whose)


@dataclass(frozen=True)
class Book:
    """What is read once. `owners` by team; under None who answers where no team does."""

    rosters: Mapping[int, Roster]
    directory: Directory
    people: Mapping[int, Person]
    owners: Mapping[int | None, Sequence[Person]]
    now: datetime

    def stretches(self, roster_id: int) -> tuple[Segment, ...]:
        return self.directory.stretches(roster_id, starts_at=self.now, ends_at=self.now + AHEAD)

    def owners_of(self, roster: Roster) -> tuple[Person, ...]:
        return tuple(self.owners.get(roster.team_id) or self.owners.get(None, ()))

    def shifts(self) -> Iterator[tuple[Roster, Shift]]:
        """Every shift of the first two levels."""
        for pk, roster in self.rosters.items():
            stretches = (replace(one, levels=one.levels[:LEVELS]) for one in self.stretches(pk))
            yield from ((roster, shift) for shift in shifts(stretches))


def owners(*, now: datetime) -> dict[int | None, list[Person]]:
    """Who mends a roster: the leads of its team; administrators where there is none."""
    here = Q(person__left_at__isnull=True) | Q(person__left_at__gt=now)
    found: dict[int | None, list[Person]] = defaultdict(list)
    leads = Membership.objects.filter(here, is_lead=True).select_related("person")
    for one in leads.order_by("person__full_name", "pk"):
        found[one.team_id].append(one.person)
    administrators = Person.objects.employed(now=now).filter(is_superuser=True)
    found[None] += administrators.order_by("full_name", "pk")
    return found


def _gaps(book: Book) -> Iterator[Finding]:
    for pk, roster in book.rosters.items():
        for gap in gaps(book.directory.rosters[pk], book.stretches(pk)):
            said, then = NOBODY_BACKUP if gap.is_backup else NOBODY
            yield Finding(
                Kind.BACKUP if gap.is_backup else Kind.GAP,
                roster,
                gap.starts_at,
                gap.ends_at,
                sentence(said, roster=roster.name),
                sentence(then, why=_why(book, pk, gap.starts_at)),
                book.owners_of(roster),
            )


NOBODY = (
    "Nobody is on call for {roster}.",
    "{why}We skip that step and call the next person in the rule at once.",
)
NOBODY_BACKUP = (
    "Nobody is backup for {roster}.",
    "{why}We skip the backup and call the next person in the rule.",
)


def _why(book: Book, roster_id: int, at: datetime) -> str:
    """Who should have been there and why they are not: "Mei Tan is away. "."""
    planned = [one for level in book.directory.scheduled(roster_id, at=at) for one in level]
    return "".join(
        f"{book.people[one].full_name} {reason}. "
        for one in planned
        if (reason := book.directory.why_not_reachable(one, at=at)) and one in book.people
    )


def _unreachable(book: Book) -> Iterator[Finding]:
    """Whoever has a turn and can never be called: gone, or without any address."""
    for pk, roster in book.rosters.items():
        for person, at in _lost_turns(book, pk):
            why = book.directory.why_not_reachable(person.pk, at=at)
            yield Finding(
                Kind.UNREACHABLE,
                roster,
                at,
                book.now + AHEAD,
                sentence(
                    "{person} has turns on {roster}, and {why}.",
                    person=person.full_name,
                    roster=roster.name,
                    why=why,
                ),
                sentence("On these turns we call whoever is next, and one person is missing."),
                book.owners_of(roster),
                person,
            )


def _lost_turns(book: Book, roster_id: int) -> Iterator[tuple[Person, datetime]]:
    """Who has turns at which nobody can ever reach them, and when the first of these is."""
    spec = book.directory.rosters[roster_id]
    wanted = {pk for pk in spec.people if _is_lost(book, pk)}
    for hours in range(0, AHEAD.days * 24, HOURS_BETWEEN) if wanted else ():
        at = book.now + timedelta(hours=hours)
        levels = book.directory.scheduled(roster_id, at=at)[:LEVELS]
        for pk in wanted & {person for level in levels for person in level}:
            if pk in book.people and not book.directory.why_not_reachable(pk, at=at):
                continue  # somebody who leaves later can still be called on this turn
            if pk in book.people:
                yield book.people[pk], at
            wanted.discard(pk)


def _is_lost(book: Book, person_id: int) -> bool:
    spec = book.directory.people.get(person_id)
    return spec is None or not spec.can_be_told or spec.has_left(book.now + AHEAD)


def _twice(book: Book) -> Iterator[Finding]:
    by_roster = {pk: book.stretches(pk) for pk in book.rosters}
    for one in double_bookings(by_roster):
        first, *others = (book.rosters[pk] for pk in one.rosters)
        person = book.people[one.person]
        owners = {who.pk: who for each in (first, *others) for who in book.owners_of(each)}
        yield Finding(
            Kind.TWICE,
            first,
            one.starts_at,
            one.ends_at,
            sentence(
                "{person} is first on call for {roster_names}.",
                person=person.full_name,
                roster_names=[first.name, *(each.name for each in others)],
            ),
            sentence("When two things break at once, one of them waits."),
            tuple(owners.values()),
            person,
        )


def _together(found: Iterable[Finding]) -> list[Finding]:
    """What says the same again soon is one, so that nobody reads it seven times."""
    latest: dict[object, Finding] = {}
    kept: list[Finding] = []
    for one in sorted(found, key=lambda each: each.starts_at):
        key = (one.roster.pk, one.said.msgid, repr(sorted(one.said.params.items())))
        before = latest.get(key)
        if before is not None and one.starts_at - before.ends_at < BREAK:
            kept.remove(before)
            one = replace(before, ends_at=one.ends_at, times=before.times + 1)
        latest[key] = one
        kept.append(one)
    return kept


def _untested(book: Book) -> Iterator[Finding]:
    """Whoever is on call within 30 days while nothing shows that their numbers work."""
    seen: set[int] = set()
    for roster, shift in sorted(book.shifts(), key=lambda pair: pair[1].starts_at):
        contacts = book.directory.contacts(shift.person, urgency="urgent")
        if shift.person in seen or any(one.is_trusted for one in contacts):
            continue
        seen.add(shift.person)
        person = book.people[shift.person]
        yield Finding(
            Kind.UNTESTED,
            roster,
            shift.starts_at,
            shift.ends_at,
            sentence(
                "{person} is on call for {roster}.", person=person.full_name, roster=roster.name
            ),
            sentence("No number of theirs was ever tested. Testing one takes a minute."),
            (person,),
            person,
        )


def _holidays(book: Book) -> Iterator[Finding]:
    """Whoever is first on call on a day that is a public holiday where they live."""
    for roster, shift in book.shifts():
        person = book.people.get(shift.person)
        if shift.level or person is None:
            continue
        zone = ZoneInfo(person.time_zone)
        days = {one.day for one in pieces(shift.starts_at, shift.ends_at, zone)}
        for day in sorted(days):
            if name := holidays.name_of(person.region, day):
                begin, end = _day(day, shift, zone)
                yield Finding(
                    Kind.HOLIDAY,
                    roster,
                    begin,
                    end,
                    sentence(
                        "{person} is on call for {roster} on {name}.",
                        person=person.full_name,
                        roster=roster.name,
                        name=name,
                    ),
                    sentence("It is a public holiday where they live."),
                    book.owners_of(roster),
                    person,
                )


def _day(day: object, shift: Shift, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """What of a shift lies in one local day."""
    inside = [one for one in pieces(shift.starts_at, shift.ends_at, zone) if one.day == day]
    return inside[0].starts_at, inside[-1].ends_at


def everything(book: Book) -> tuple[Finding, ...]:
    """All that there is to look at, the most urgent first; no queries."""
    found = [
        *_gaps(book),
        *_unreachable(book),
        *_together(_twice(book)),
        *_untested(book),
        *_together(_holidays(book)),
    ]
    return tuple(sorted(found, key=order))


def order(one: Finding) -> tuple[int, datetime, str]:
    return (list(Kind).index(one.kind), one.starts_at, one.roster.name)

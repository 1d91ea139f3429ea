"""Absences: the list, one of them with what it leaves open, and who could cover."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from config.portal.sentences import Sentence, sentence
from rosters.logic import absences as rules
from rosters.logic.absences import Keeper, Slot, why_not_keep
from rosters.logic.directory import Directory
from rosters.logic.rotation import Span
from rosters.models import (
    Absence,
    CoverRequest,
    MatrixEntry,
    Membership,
    Override,
    Person,
    Roster,
    RotationMember,
    TemporaryShift,
)
from rosters.queries.compiled import compiled
from rosters.queries.directory import Wanted, load_directory

MAY_KEEP = "rosters.change_absence"
SUGGESTED = 10


@dataclass(frozen=True)
class Opening:
    """One shift that an absence leaves open, with the names of those who are called then."""

    roster: Roster
    slot: Slot
    answering: tuple[str, ...]

    @property
    def is_covered(self) -> bool:
        return not self.slot.open


@dataclass(frozen=True)
class Cell:
    """One cell of the matrix that names who is away; `answers` is who answers meanwhile, if any."""

    entry: MatrixEntry
    is_backup: bool
    answers: Person | None
    is_away_too: bool = False


@dataclass(frozen=True)
class Candidate:
    """Somebody who could cover; `clashes` say what speaks against it."""

    person: Person
    clashes: tuple[Sentence, ...]
    is_away: bool


@dataclass(frozen=True)
class Turns:
    """How often one roster loses somebody to the same absence, at one level."""

    roster: Roster
    is_backup: bool
    times: int


@dataclass(frozen=True)
class Left:
    """What one absence leaves open."""

    openings: tuple[Opening, ...]
    cells: tuple[Cell, ...]

    @property
    def uncovered(self) -> list[Opening]:
        return [one for one in self.openings if not one.is_covered]

    @property
    def turns(self) -> list[Turns]:
        """Each roster once for a level, in the order of the first shift."""
        counted = Counter((one.roster, one.slot.is_backup) for one in self.openings)
        return [Turns(roster, is_backup, n) for (roster, is_backup), n in counted.items()]

    @property
    def spans(self) -> list[Span]:
        """When somebody is still to be found."""
        return [span for one in self.openings for span in one.slot.open]

    @property
    def unanswered(self) -> list[Cell]:
        """Contacts for which nobody answers meanwhile."""
        return [one for one in self.cells if not one.is_backup and one.answers is None]


@dataclass(frozen=True)
class AbsencePage:
    """One absence as one reader sees it. `why_not` is None for whoever may keep it."""

    absence: Absence
    left: Left
    requests: tuple[CoverRequest, ...]
    covers: tuple[Override, ...]
    candidates: tuple[Candidate, ...]
    why_not: str | None
    is_over: bool
    has_begun: bool

    @property
    def waiting(self) -> list[CoverRequest]:
        """Those who have not answered."""
        return [one for one in self.requests if one.agreed is None]


def keeper(reader: Person, person: Person) -> Keeper:
    """What `reader` is to `person`."""
    leads = Membership.objects.filter(person=reader, is_lead=True, team__memberships__person=person)
    return Keeper(
        is_self=reader.pk == person.pk,
        is_administrator=reader.is_superuser,
        keeps_rosters=reader.has_perm(MAY_KEEP),
        leads_their_team=leads.exists(),
    )


def find(pk: int) -> Absence | None:
    """One absence with whose it is."""
    return Absence.objects.select_related("person").filter(pk=pk).first()


def page(absence: Absence, *, reader: Person, now: datetime) -> AbsencePage:
    """One absence for one reader; a constant number of queries."""
    person = absence.person
    found = left_open(absence)
    requests = CoverRequest.objects.filter(absence=absence).select_related("person", "asked_by")
    covers = Override.objects.filter(covers=absence).select_related("person", "roster")
    why_not = why_not_keep(keeper(reader, person), name=person.short_name)
    asked = tuple(requests.order_by("asked_at", "pk"))
    is_over = absence.ends_at <= now
    wanted = not why_not and not is_over and bool(found.spans)
    return AbsencePage(
        absence=absence,
        left=found,
        requests=asked,
        covers=tuple(covers.order_by("starts_at", "pk")),
        candidates=tuple(_candidates(absence, found, asked, now=now)) if wanted else (),
        why_not=why_not,
        is_over=is_over,
        has_begun=absence.starts_at <= now,
    )


def left_open(absence: Absence) -> Left:
    """What it leaves open, from the one resolver; a constant number of queries."""
    window = (absence.starts_at, absence.ends_at)
    person = absence.person
    covering = covering_spans(absence)
    rosters = _rosters_of([person.pk], window)
    directory = load_directory(
        Wanted(roster_ids=frozenset(rosters)), starts_at=window[0], ends_at=window[1]
    )
    found = rules.slots(directory, person.pk, window=window, covering=covering)
    openings = tuple(
        Opening(
            rosters[slot.roster_id],
            slot,
            tuple(directory.people[pk].full_name for pk in slot.answering),
        )
        for slot in found
    )
    return Left(openings, tuple(_cells(person, window)))


def covering_spans(absence: Absence) -> dict[int, list[Span]]:
    """When somebody covers already, by roster."""
    found: dict[int, list[Span]] = defaultdict(list)
    if absence.pk:
        for one in Override.objects.filter(covers=absence):
            found[one.roster_id].append((one.starts_at, one.ends_at))
    return found


def _rosters_of(person_ids: Collection[int], window: Span) -> dict[int, Roster]:
    """Rosters on which any of these people stands, or stands in, within the window."""
    places = Exists(
        RotationMember.objects.filter(person__in=person_ids, rotation__layer__roster=OuterRef("pk"))
    )
    stands_in = Exists(
        Override.objects.filter(
            roster=OuterRef("pk"),
            person__in=person_ids,
            ends_at__gt=window[0],
            starts_at__lt=window[1],
        )
    )
    for_a_time = Exists(
        TemporaryShift.objects.filter(
            schedule__roster=OuterRef("pk"),
            person__in=person_ids,
            ends_at__gt=window[0],
            starts_at__lt=window[1],
        )
    )
    return {one.pk: one for one in Roster.objects.filter(Q(places) | Q(stands_in) | Q(for_a_time))}


def _cells(person: Person, window: Span) -> Iterable[Cell]:
    """The cells that name the person within the window, and who answers instead."""
    lasting = Q(valid_to__isnull=True) | Q(valid_to__gt=window[0])
    begun = Q(valid_from__isnull=True) | Q(valid_from__lt=window[1])
    entries = MatrixEntry.objects.filter(Q(person=person) | Q(backup=person), lasting, begun)
    rows = list(
        entries.select_related("role", "service", "team", "person", "backup").order_by(
            "service__name", "team__name", "role__order", "pk"
        )
    )
    away = _away({row.backup_id for row in rows if row.backup_id}, window)
    for row in rows:
        is_backup = row.backup_id == person.pk
        backup = None if is_backup else row.backup
        is_away = backup is not None and backup.pk in away
        yield Cell(row, is_backup, None if is_away else backup, is_away)


def _away(person_ids: Collection[int], window: Span) -> set[int]:
    """Those of these people who are away, or gone, at some time within the window."""
    overlapping = Absence.objects.filter(
        person__in=person_ids, starts_at__lt=window[1], ends_at__gt=window[0]
    )
    gone = Person.objects.filter(pk__in=person_ids, left_at__lt=window[1])
    return {*overlapping.values_list("person", flat=True), *gone.values_list("pk", flat=True)}


def _candidates(
    absence: Absence, left: Left, requests: Iterable[CoverRequest], *, now: datetime
) -> list[Candidate]:
    """People of the same teams and rosters, those without a clash first."""
    waiting = {one.person_id for one in requests if one.agreed is None}
    people = _near(absence, now=now).exclude(pk__in=waiting)
    found = clashes(list(people[: SUGGESTED * 3]), left.spans, absentee=absence.person)
    return sorted(found, key=lambda one: (one.is_away, len(one.clashes)))[:SUGGESTED]


def _near(absence: Absence, *, now: datetime) -> QuerySet[Person]:
    """Who is here then and in a team or on a roster with the one who is away, by name."""
    teams = Membership.objects.filter(person=absence.person).values("team")
    rosters = RotationMember.objects.filter(person=absence.person).values("rotation__layer__roster")
    near = Q(memberships__team__in=teams) | Q(rotation_places__rotation__layer__roster__in=rosters)
    here = Person.objects.employed(now=absence.starts_at if absence.starts_at > now else now)
    found: QuerySet[Person] = here.filter(pk__in=Person.objects.filter(near).values("pk"))
    return found.exclude(pk=absence.person_id).order_by("full_name", "pk")


def everybody_near(absence: Absence, *, now: datetime) -> list[Person]:
    """Who is asked when everybody is: people of the same teams and rosters who are not away then
    and have not said no."""
    said_no = CoverRequest.objects.filter(absence=absence, agreed=False).values("person")
    people = list(_near(absence, now=now).exclude(pk__in=said_no))
    found = clashes(people, left_open(absence).spans, absentee=absence.person)
    return [one.person for one in found if not one.is_away]


def clashes(people: list[Person], spans: list[Span], *, absentee: Person) -> list[Candidate]:
    """Each of these people, with what they do in this time if `absentee` were not away; a constant
    number of queries."""
    if not spans or not people:
        return [Candidate(one, (), is_away=False) for one in people]
    window = (min(begin for begin, _ in spans), max(end for _, end in spans))
    rosters = _rosters_of([one.pk for one in people], window)
    directory = load_directory(
        Wanted(roster_ids=frozenset(rosters), person_ids=frozenset(one.pk for one in people)),
        starts_at=window[0],
        ends_at=window[1],
    )
    directory = rules.as_it_would_be(directory, absentee.pk, away=(), covering={})
    duties = _duties(directory, spans, window)
    return [_candidate(one, directory, duties, rosters, spans) for one in people]


def _duties(
    directory: Directory, spans: list[Span], window: Span
) -> Mapping[int, list[tuple[int, bool]]]:
    """By person: (roster, is backup) of what they are on call for in these spans, each once."""
    found: dict[int, dict[tuple[int, bool], None]] = defaultdict(dict)
    for roster_id in directory.rosters:
        for stretch in directory.stretches(roster_id, starts_at=window[0], ends_at=window[1]):
            if not rules.touches((stretch.starts_at, stretch.ends_at), spans):
                continue
            for number, level in enumerate(stretch.levels[:2]):
                for pk in level:
                    found[pk].setdefault((roster_id, number > 0))
    return {pk: list(ones) for pk, ones in found.items()}


def _candidate(
    person: Person,
    directory: Directory,
    duties: Mapping[int, list[tuple[int, bool]]],
    rosters: Mapping[int, Roster],
    spans: list[Span],
) -> Candidate:
    known = directory.people.get(person.pk)
    is_away = known is not None and any(rules.touches(span, spans) for span in known.away)
    said = []
    if is_away:
        said.append(sentence("{name} is away then too.", name=person.short_name))
    for roster_id, is_backup in duties.get(person.pk, ()):
        what = "the backup" if is_backup else "on call"
        pattern = f"{{name}} is {what} for {{roster}} then."
        said.append(sentence(pattern, name=person.short_name, roster=rosters[roster_id].name))
    if known is not None and not known.can_be_told:
        said.append(sentence("We cannot reach {name}.", name=person.short_name))
    return Candidate(person, tuple(said), is_away)


# --- The list ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """One absence in the list, and how it stands with its cover."""

    absence: Absence
    covered_by: tuple[str, ...]
    waiting_for: tuple[str, ...]
    is_now: bool
    is_over: bool
    shows_reason: bool


def visible_list(
    reader: Person, *, whose: str, when: str, q: str, now: datetime
) -> QuerySet[Absence]:
    """Absences by what the address asks: mine, my teams' or everybody's; coming or past."""
    teams = Membership.objects.filter(person=reader).values("team")
    near = Q(person=reader)
    if whose != "me":
        near |= Q(person__in=Membership.objects.filter(team__in=teams).values("person"))
    rows = Absence.objects.all() if whose == "all" else Absence.objects.filter(near)
    if q:
        rows = rows.filter(person__full_name__icontains=q)
    if when == "past":
        return rows.filter(ends_at__lte=now).order_by("-ends_at", "-pk")
    return rows.filter(ends_at__gt=now).order_by("starts_at", "pk")


def with_cover(rows: QuerySet[Absence]) -> QuerySet[Absence]:
    """With everything that `row_of` touches."""
    return rows.select_related("person").prefetch_related(
        Prefetch("overrides", Override.objects.select_related("person").order_by("pk")),
        Prefetch("cover_requests", CoverRequest.objects.select_related("person").order_by("pk")),
    )


def row_of(absence: Absence, *, kept: Collection[int] | None, now: datetime) -> Row:
    """One line; `kept` are those whose absences the reader keeps (None: everybody's)."""
    covering = {one.person.full_name: None for one in absence.overrides.all() if one.person}
    agreed = (one.person for one in absence.cover_requests.all() if one.agreed)
    covering |= dict.fromkeys(one.full_name for one in agreed)
    waiting = [one.person.full_name for one in absence.cover_requests.all() if one.agreed is None]
    return Row(
        absence,
        tuple(covering),
        () if covering else tuple(waiting),
        absence.starts_at <= now < absence.ends_at,
        absence.ends_at <= now,
        kept is None or absence.person_id in kept,
    )


def kept_by(reader: Person) -> set[int] | None:
    """Whose absences the reader keeps; None is everybody's."""
    if reader.is_superuser or reader.has_perm(MAY_KEEP):
        return None
    led = Membership.objects.filter(person=reader, is_lead=True).values("team")
    found = Membership.objects.filter(team__in=led).values_list("person", flat=True)
    return {reader.pk, *found}


# --- Questions to answer ----------------------------------------------------------------------


def asked_of(person: Person, *, now: datetime) -> list[CoverRequest]:
    """Whom this person is asked to cover and has not answered, while nobody else covers; one
    query."""
    return _asked_of(person, now)


@compiled
def _asked_of(person: Person, now: datetime) -> QuerySet[CoverRequest]:
    covered = Override.objects.filter(covers=OuterRef("absence"))
    open_ = CoverRequest.objects.filter(
        ~Exists(covered), person=person, agreed__isnull=True, absence__ends_at__gt=now
    )
    return open_.select_related("absence__person", "asked_by").order_by("asked_at", "pk")


def to_remind(*, now: datetime) -> list[CoverRequest]:
    """Questions of a day ago that nobody has answered, while nobody else covers either."""
    covered = Override.objects.filter(covers=OuterRef("absence"))
    due = CoverRequest.objects.filter(
        ~Exists(covered),
        agreed__isnull=True,
        absence__ends_at__gt=now,
        asked_at__lte=now - rules.REMIND_AFTER,
        asked_at__gt=now - rules.REMIND_AFTER - rules.REMIND_FOR,
    )
    return list(due.select_related("absence__person", "person").order_by("pk"))


def coming(person: Person, *, now: datetime, within: timedelta) -> list[Absence]:
    """The person's absences that end after `now` and begin within this time."""
    found = Absence.objects.filter(person=person, ends_at__gt=now, starts_at__lt=now + within)
    return list(with_cover(found).order_by("starts_at", "pk"))

"""Whom to call for what, at one instant: every roster, every duty of the whole company."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from rosters.logic.coverage import Gap, gaps, is_closed
from rosters.logic.directory import BACKUP, ON_CALL, Directory, PersonSpec
from rosters.logic.feeds import Held, joined_by_person
from rosters.logic.matrix import LEAST, CellSpec, Question
from rosters.logic.rotation import Levels
from rosters.models import MatrixEntry, Membership, Person, Roster, Service, StakeholderRole
from rosters.queries import answered, plans
from rosters.queries.compiled import compiled
from rosters.queries.directory import Wanted, load_directory
from rosters.queries.sayings import condition_of

LOOK_AHEAD = timedelta(days=14)
GAPS_AHEAD = timedelta(days=7)
SEVERITIES = range(1, LEAST + 1)
OTHERWISE = "otherwise"
DUTIES_FIRST = ("commander", "communication", "privacy", "security", "executive", "director")


@dataclass(frozen=True)
class Next:
    """Who is first on call after the present stretch, and from when; nobody is a gap."""

    at: datetime
    people: tuple[PersonSpec, ...]


@dataclass(frozen=True)
class Stint:
    """One person who holds a level now, first or backup, until somebody else does.

    It lasts while they hold that level, whoever else changes; `until` None: longer than 14 days.
    `then` are those who hold the level after them.
    """

    roster: Roster
    person_id: int
    level: int
    until: datetime | None
    then: tuple[PersonSpec, ...] = ()


@dataclass(frozen=True)
class Line:
    """One roster at one instant. Without `first` nobody is on call.

    `missing` says of everybody who should be on call and is not why: Mei Tan is away. `gaps` lie in
    the next seven days, the present one included; `leads` are those of its team, who may fix them.
    `is_named`: a rule or the contact matrix calls it, as far as somebody asked for that.
    """

    roster: Roster
    first: tuple[PersonSpec, ...]
    backup: tuple[PersonSpec, ...]
    then: Next | None
    services: tuple[Service, ...] = ()
    missing: tuple[str, ...] = ()
    gaps: tuple[Gap, ...] = ()
    leads: tuple[Person, ...] = ()
    is_closed: bool = False
    lacks_backup: bool = False
    stints: tuple[Stint, ...] = ()
    is_named: bool = False

    @property
    def is_gap(self) -> bool:
        """Somebody should be on call and nobody is. A draft asks for nobody."""
        return not (self.first or self.is_closed or self.roster.is_draft)

    @property
    def first_ids(self) -> tuple[int, ...]:
        return tuple(person.person_id for person in self.first)

    @property
    def backup_ids(self) -> tuple[int, ...]:
        return tuple(person.person_id for person in self.backup)

    @property
    def words(self) -> str:
        """Everything that a search can find it by."""
        names = [self.roster.name, self.roster.team.name if self.roster.team else ""]
        names += [service.name for service in self.services]
        names += [person.full_name for person in (*self.first, *self.backup)]
        return " ".join(names).lower()


@dataclass(frozen=True)
class OpenGap:
    """One gap of one roster. `is_now`: it holds at the overview's instant; `ends_at` None: we see
    no end of it."""

    line: Line
    is_backup: bool
    is_now: bool
    starts_at: datetime
    ends_at: datetime | None


@dataclass(frozen=True)
class Part:
    """One cell of a role: whom we call, when it holds in words ("SEV1"), and until when if a roster
    says so."""

    people: tuple[PersonSpec, ...] = ()
    backup: tuple[PersonSpec, ...] = ()
    when: str = ""
    until: datetime | None = None
    roster: Roster | None = None


@dataclass(frozen=True)
class RoleDuty:
    """Who fills one role of the whole company, wherever it is read: on a page, or on paper.

    The first part answers now, for most severities; `others` hold at a severity or in some hours.
    """

    role: StakeholderRole
    parts: tuple[Part, ...] = (Part(),)

    @property
    def people(self) -> tuple[PersonSpec, ...]:
        return self.parts[0].people

    @property
    def backup(self) -> tuple[PersonSpec, ...]:
        return self.parts[0].backup

    @property
    def until(self) -> datetime | None:
        return self.parts[0].until

    @property
    def roster(self) -> Roster | None:
        return self.parts[0].roster

    @property
    def others(self) -> tuple[Part, ...]:
        return self.parts[1:]


@dataclass(frozen=True)
class Overview:
    """Every roster at `at`, gaps first, and the duties of the whole company."""

    at: datetime
    lines: tuple[Line, ...]
    duties: tuple[RoleDuty, ...]
    without_roster: tuple[Service, ...] = ()

    @property
    def gaps(self) -> list[OpenGap]:
        """Each gap of the next seven days: where nobody is on call first, then by time."""
        horizon = self.at + GAPS_AHEAD
        found = [
            OpenGap(
                line,
                gap.is_backup,
                gap.holds(self.at),
                gap.starts_at,
                gap.ends_at if gap.ends_at < horizon else None,
            )
            for line in self.lines
            for gap in line.gaps
        ]
        return sorted(found, key=lambda gap: (gap.is_backup, gap.starts_at))

    @property
    def covered(self) -> int:
        return sum(bool(line.first) for line in self.lines)

    @property
    def asked(self) -> int:
        """How many rosters should have somebody now."""
        return sum(not line.is_closed for line in self.lines)

    @property
    def closed(self) -> list[Line]:
        """The rosters that are closed now, by plan."""
        return [line for line in self.lines if line.is_closed]

    @property
    def person_ids(self) -> set[int]:
        people = [one for line in self.lines for one in (*line.first, *line.backup)]
        parts = [part for duty in self.duties for part in duty.parts]
        people += [one for part in parts for one in (*part.people, *part.backup)]
        return {person.person_id for person in people}

    @property
    def on_duty_ids(self) -> frozenset[int]:
        """Everybody whom a roster has first or as backup at `at`."""
        return frozenset(pk for line in self.lines for pk in (*line.first_ids, *line.backup_ids))

    def mine(self, person: Person) -> list[Stint]:
        """What this person is first on call for at `at`, and until when."""
        return self._held_by(person, level=0)

    def backed_by(self, person: Person) -> list[Stint]:
        """What this person is backup for at `at`, and until when."""
        return self._held_by(person, level=1)

    def _held_by(self, person: Person, *, level: int) -> list[Stint]:
        wanted = (person.pk, level)
        return [
            one
            for line in self.lines
            for one in line.stints
            if (one.person_id, one.level) == wanted
        ]


@dataclass
class _Read:
    """What is read once for all lines."""

    rosters: dict[int, Roster] = field(default_factory=dict)
    by_name: list[Service] = field(default_factory=list)
    leads: dict[int, list[Person]] = field(default_factory=lambda: defaultdict(list))
    answered: Mapping[int, list[Service]] = field(default_factory=dict)
    """The services that each roster is called for."""
    named: frozenset[int] | None = None
    """The rosters that a rule or the contact matrix names; None where nobody asked for it."""

    def names(self, roster: Roster) -> bool:
        return self.named is None or roster.pk in self.named


@dataclass(frozen=True)
class Asked:
    """What an overview reads before it asks the directory for people."""

    read: _Read
    roles: tuple[StakeholderRole, ...]

    @property
    def services(self) -> list[Service]:
        """Every service with its team, by name."""
        return self.read.by_name

    @property
    def wanted(self) -> Wanted:
        """What the directory must hold for it."""
        return Wanted(
            roster_ids=frozenset(self.read.rosters),
            role_ids=frozenset(role.pk for role in self.roles),
        )


def ask(*, at: datetime) -> Asked:
    """The rosters and the duties of the whole company, as they are written down; leads of `at`."""
    return Asked(_read(at=at), tuple(_duties()))


def overview(*, at: datetime) -> Overview:
    """Who is called for what at `at`; a constant number of queries."""
    asked = ask(at=at)
    directory = load_directory(asked.wanted, starts_at=at, ends_at=at + LOOK_AHEAD)
    return overview_in(asked, directory, at=at)


def answering(*, at: datetime) -> Overview:
    """The same without the services for which no roster answers."""
    read = _Read({roster.pk: roster for roster in _rosters()})
    owners = {roster.team_id for roster in read.rosters.values()}
    _read_around(read, Q(owner_team__in=owners), Q(team__in=owners), at=at)
    asked = Asked(read, tuple(_duties()))
    directory = load_directory(asked.wanted, starts_at=at, ends_at=at + LOOK_AHEAD)
    return overview_in(asked, directory, at=at)


def called(*, at: datetime) -> Overview:
    """The same without services and leads: who is called for what, and no more."""
    rosters = Roster.objects.select_related("team").order_by("name", "pk")
    asked = Asked(_Read({roster.pk: roster for roster in rosters}), tuple(_duties()))
    directory = load_directory(asked.wanted, starts_at=at, ends_at=at + LOOK_AHEAD)
    return overview_in(asked, directory, at=at)


def overview_in(asked: Asked, directory: Directory, *, at: datetime) -> Overview:
    """The same from a directory that was loaded for more than this, for 14 days; no queries."""
    read = asked.read
    lines = [_line(roster, directory, read, at=at) for roster in read.rosters.values()]
    duties = [_duty(role, directory, read.rosters, at=at) for role in asked.roles]
    with_roster = {one.pk for some in read.answered.values() for one in some}
    return Overview(
        at,
        tuple(sorted(lines, key=lambda line: (not line.is_gap, line.roster.name))),
        tuple(sorted(duties, key=_duty_order)),
        tuple(service for service in read.by_name if service.pk not in with_roster),
    )


def duty_of(role: StakeholderRole, *, at: datetime) -> RoleDuty:
    """Who fills one role of the whole company at `at`; a constant number of queries."""
    wanted = Wanted(role_ids=frozenset({role.pk}))
    directory = load_directory(wanted, starts_at=at, ends_at=at + LOOK_AHEAD)
    return _duty(role, directory, {}, at=at)


def first_of(roster_ids: frozenset[int], *, at: datetime) -> dict[int, tuple[PersonSpec, ...]]:
    """Who is first on call at `at` on each of these rosters."""
    if not roster_ids:
        return {}
    directory = load_directory(Wanted(roster_ids=roster_ids), starts_at=at, ends_at=at + LOOK_AHEAD)
    return {pk: _people((*directory.levels(pk, at=at), ())[0], directory) for pk in roster_ids}


def is_on_duty(person: Person, *, at: datetime) -> bool:
    """Whether any roster has this person first or as backup at `at`; asks only where they stand."""
    named = (
        Q(layers__rotations__members__person=person)
        | Q(layers__feed__shifts__person=person)
        | Q(overrides__person=person, overrides__ends_at__gt=at)
        | Q(temporary_schedules__shifts__person=person)
    )
    ids = frozenset(Roster.objects.filter(named, is_draft=False).values_list("pk", flat=True))
    if not ids:
        return False
    wanted = Wanted(roster_ids=ids)
    directory = load_directory(wanted, starts_at=at, ends_at=at + LOOK_AHEAD)
    return any(person.pk in level for pk in ids for level in directory.levels(pk, at=at)[:2])


def line_of(roster: Roster, *, at: datetime) -> Line:
    """One roster at `at`, as the overview shows it, but for the services that it answers for."""
    directory = load_directory(
        Wanted(roster_ids=frozenset({roster.pk})), starts_at=at, ends_at=at + LOOK_AHEAD
    )
    read = _Read({roster.pk: roster})
    _read_leads(read, Q(team=roster.team_id), at=at)
    return _line(roster, directory, read, at=at)


def line_in(roster: Roster, directory: Directory, *, at: datetime) -> Line:
    """The same from a directory that holds the roster for the next 14 days."""
    read = _Read({roster.pk: roster})
    _read_around(read, Q(owner_team=roster.team_id), Q(team=roster.team_id), at=at)
    read.named = plans.named_anywhere(read.rosters)
    return _line(roster, directory, read, at=at)


def _read(*, at: datetime) -> _Read:
    read = _Read({roster.pk: roster for roster in _rosters()})
    _read_around(read, Q(), Q(), at=at)
    return read


@compiled
def _rosters() -> QuerySet[Roster]:
    return Roster.objects.filter(is_draft=False).select_related("team").order_by("name", "pk")


def _read_around(read: _Read, services: Q, teams: Q, *, at: datetime) -> None:
    """The services that rosters answer for, and the leads of their teams."""
    read.by_name += _services(services)
    read.answered = answered.by_roster(read.by_name, at=at)
    _read_leads(read, teams, at=at)


def _read_leads(read: _Read, teams: Q, *, at: datetime) -> None:
    for one in _leads(teams, at):
        read.leads[one.team_id].append(one.person)


@compiled
def _services(which: Q) -> QuerySet[Service]:
    return Service.objects.filter(which).select_related("owner_team").order_by("name", "pk")


@compiled
def _leads(teams: Q, at: datetime) -> QuerySet[Membership]:
    here = Person.objects.employed(now=at)
    leads = Membership.objects.filter(teams, person__in=here, is_lead=True)
    return leads.select_related("person").order_by("person__full_name", "pk")


@compiled
def _duties() -> QuerySet[StakeholderRole]:
    """The roles that somebody fills for the whole company."""
    cells = MatrixEntry.objects.filter(service__isnull=True, team__isnull=True)
    return StakeholderRole.objects.filter(pk__in=cells.values("role_id")).order_by("name", "pk")


def _line(roster: Roster, directory: Directory, read: _Read, *, at: datetime) -> Line:
    first, backup = (*directory.levels(roster.pk, at=at), (), ())[:2]
    spec = directory.rosters[roster.pk]
    week = directory.stretches(roster.pk, starts_at=at, ends_at=at + GAPS_AHEAD)
    team = roster.team_id or 0
    missing = gaps(spec, week)
    return Line(
        roster,
        _people(first, directory),
        _people(backup, directory),
        _next(roster.pk, directory, at=at),
        services=tuple(read.answered.get(roster.pk, ())),
        missing=_missing(directory.scheduled(roster.pk, at=at), directory, at=at),
        gaps=missing,
        leads=tuple(read.leads.get(team, ())),
        is_closed=not first and is_closed(spec, at=at),
        lacks_backup=any(gap.is_backup and gap.holds(at) for gap in missing),
        stints=tuple(_stints(roster, directory, at=at)),
        is_named=read.names(roster),
    )


def _stints(roster: Roster, directory: Directory, *, at: datetime) -> Iterator[Stint]:
    """Everybody who is first or backup at `at`, each until they leave that level."""
    found = _running(roster, directory, at=at, within=GAPS_AHEAD)
    if any(one.ends_at == at + GAPS_AHEAD for one in found):
        found = _running(roster, directory, at=at, within=LOOK_AHEAD)
    for one in found:
        if one.ends_at == at + LOOK_AHEAD:
            yield Stint(roster, one.person, one.level, None)
        else:
            after = (*directory.levels(roster.pk, at=one.ends_at), (), ())[one.level]
            yield Stint(roster, one.person, one.level, one.ends_at, _people(after, directory))


def _running(
    roster: Roster, directory: Directory, *, at: datetime, within: timedelta
) -> list[Held]:
    stretches = directory.stretches(roster.pk, starts_at=at, ends_at=at + within)
    found = joined_by_person(roster.pk, stretches)
    return sorted(
        (one for one in found if one.starts_at == at and one.level <= 1),
        key=lambda one: (one.level, one.person),
    )


def _next(roster_id: int, directory: Directory, *, at: datetime) -> Next | None:
    until = directory.until(roster_id, at=at, within=LOOK_AHEAD)
    if until is None:
        return None
    levels = directory.levels(roster_id, at=until)
    return Next(until, _people(levels[0] if levels else (), directory))


def _people(ids: Sequence[int], directory: Directory) -> tuple[PersonSpec, ...]:
    return tuple(directory.people[one] for one in ids if one in directory.people)


def _missing(scheduled: Levels, directory: Directory, *, at: datetime) -> tuple[str, ...]:
    reasons = {
        person: directory.why_not_reachable(person, at=at)
        for level in scheduled[:1]
        for person in level
    }
    return tuple(
        f"{directory.people[person].full_name} {reason}."
        for person, reason in reasons.items()
        if reason and person in directory.people
    )


def _duty(
    role: StakeholderRole, directory: Directory, rosters: dict[int, Roster], *, at: datetime
) -> RoleDuty:
    answers = Counter(
        answer.cell.cell_id
        for severity in SEVERITIES
        if (answer := directory.answer(Question(role.pk, severity=severity), at=at)).cell
    )
    cells = sorted(
        directory.of_company(role.pk, at=at),
        key=lambda one: (-answers[one.cell_id], one.rank, one.severity or 0, one.cell_id),
    )
    parts = [_part(cell, directory, rosters, at=at) for cell in cells]
    parts[1:] = [part if part.when else replace(part, when=OTHERWISE) for part in parts[1:]]
    return RoleDuty(role, tuple(parts) or (Part(),))


def _part(
    cell: CellSpec, directory: Directory, rosters: dict[int, Roster], *, at: datetime
) -> Part:
    first, behind = (
        _people([one.person_id for one in directory.in_cell(cell, at=at, choose=choose)], directory)
        for choose in (ON_CALL, BACKUP)
    )
    pk = cell.roster_id
    return Part(
        first,
        tuple(one for one in behind if one not in first),
        condition_of(cell),
        directory.until(pk, at=at, within=LOOK_AHEAD) if pk else None,
        rosters.get(pk or 0),
    )


def _duty_order(duty: RoleDuty) -> tuple[int, str]:
    name = duty.role.name.lower()
    ranks = (rank for rank, word in enumerate(DUTIES_FIRST) if word in name)
    return (next(ranks, len(DUTIES_FIRST)), name)

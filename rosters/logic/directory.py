"""The one resolver: from rosters, roles, people and teams to named people who can be told. Pure."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from operator import attrgetter

from config.portal.sentences import phrase
from rosters.logic import loudness, whys
from rosters.logic.levels import each_once, stretches_each_once
from rosters.logic.matrix import Answer, CellSpec, Place, Question, resolve
from rosters.logic.reachable import ALWAYS, Candidate, Contact, MemberSpec, PersonSpec
from rosters.logic.rotation import (
    LayerSpec,
    Levels,
    RosterSpec,
    Segment,
    Span,
    TemporarySpec,
    on_call,
    segments,
)
from rosters.logic.shifts import hours
from rosters.logic.standins import Effect, Stand, in_effect, stands
from rosters.logic.walltime import utc

__all__ = [
    "ALL",
    "BACKUP",
    "NEXT",
    "NEXT_WITHIN",
    "ON_CALL",
    "Candidate",
    "Contact",
    "Directory",
    "MemberSpec",
    "PersonSpec",
]

ON_CALL, BACKUP, ALL, NEXT = "on_call", "backup", "all", "next"
CHOSEN = {ON_CALL: slice(0, 1), BACKUP: slice(1, 2), ALL: slice(None), NEXT: slice(0, 1)}
URGENCIES = ("urgent", "normal")
ANY = "any"
LOOK_FIRST = timedelta(days=2)
"""How far the next change is looked for at first; then four times as far, and so on."""
NEXT_WITHIN = timedelta(days=32)
"""How far whoever is on call next is looked for: the longest turn that is usual is a month."""


@dataclass(frozen=True)
class Directory:
    """Everything that resolving needs, read once; asks nothing.

    Right for the instants that it was loaded for.
    """

    people: Mapping[int, PersonSpec]
    rosters: Mapping[int, RosterSpec] = field(default_factory=dict)
    roster_names: Mapping[int, str] = field(default_factory=dict)
    role_names: Mapping[int, str] = field(default_factory=dict)
    team_names: Mapping[int, str] = field(default_factory=dict)
    service_names: Mapping[int, str] = field(default_factory=dict)
    cells: tuple[CellSpec, ...] = ()
    members: Mapping[int, tuple[MemberSpec, ...]] = field(default_factory=dict)
    _present: dict[int, RosterSpec] = field(default_factory=dict, compare=False, repr=False)
    _levels: dict[tuple[int, datetime], Levels] = field(
        default_factory=dict, compare=False, repr=False
    )
    _stretches: dict[tuple[int, datetime, datetime], tuple[Segment, ...]] = field(
        default_factory=dict, compare=False, repr=False
    )
    _contacts: dict[tuple[int, str, int | None], tuple[Contact, ...]] = field(
        default_factory=dict, compare=False, repr=False
    )
    _window: Span | None = field(default=None, compare=False, repr=False)
    _settled: dict[int, tuple[Segment, ...]] = field(
        default_factory=dict, compare=False, repr=False
    )

    def settled(self, *, starts_at: datetime, ends_at: datetime) -> "Directory":
        """The same; each roster is worked out once for the window, however often it is asked.

        For whoever asks about thousands of instants in it. Outside the window nothing is faster.
        """
        return replace(self, _window=(utc(starts_at), utc(ends_at)), _settled={}, _levels={})

    def _in_window(self, roster_id: int) -> tuple[Segment, ...]:
        """The stretches of one roster in the window, worked out once."""
        if roster_id not in self._settled and self._window is not None:
            self._settled[roster_id] = self._find_stretches(roster_id, *self._window)
        return self._settled[roster_id]

    def why_not_reachable(self, person_id: int, *, at: datetime) -> str | None:
        """Whether a person cannot be told at `at`, as a sentence without their name."""
        person = self.people.get(person_id)
        if person is None:
            return "is not known to us"
        if person.has_left(at):
            return "has left the company"
        if person.is_away(at):
            return "is away"
        if not person.can_be_told:
            return "has no phone number or address that we can use"
        return None

    def contacts(
        self, person_id: int, *, urgency: str, severity: int | None = None
    ) -> tuple[Contact, ...]:
        """The contact points to use, earliest first.

        By this urgency's rules, else by the other's, else by how loud they are; as far as the
        severity may use them.
        """
        key = (person_id, urgency, severity)
        if key not in self._contacts:
            found = self.every_contact(person_id, urgency=urgency, severity=severity)
            self._contacts[key] = tuple(one for one in found if not one.is_spare)
        return self._contacts[key]

    def every_contact(
        self, person_id: int, *, urgency: str, severity: int | None = None
    ) -> tuple[Contact, ...]:
        """As `contacts`, and those that are used only when one of them fails."""
        person = self.people.get(person_id)
        if person is None:
            return ()
        is_urgent = urgency == URGENCIES[0]
        for wanted in (urgency, *URGENCIES, ANY):
            if found := person.contacts.get(wanted):
                break
        else:
            return ()
        if wanted == ANY:
            found = loudness.loudest_first(found, is_urgent=is_urgent)
        if severity is not None:
            channels = loudness.channels_of(severity, person.channels)
            found = loudness.allowed(found, channels, is_urgent=is_urgent)
        return loudness.with_spares(found, is_urgent=is_urgent)

    def on_call(
        self, roster_id: int, *, at: datetime, choose: str = ON_CALL, about: str = ""
    ) -> tuple[Candidate, ...]:
        """Who of a roster can be told at `at`; `about` names what they are on call for.

        The backup is the next level with somebody who is not on call already; with NEXT it is
        whoever comes on call next.
        """
        name = about or self.roster_names.get(roster_id, "")
        return self._of_levels(roster_id, whys.on_call(name), at=at, choose=choose)

    def _of_levels(
        self, roster_id: int, reasons: tuple[str, str], *, at: datetime, choose: str
    ) -> tuple[Candidate, ...]:
        """People of a roster with the reason of the first level, or of those below it."""
        if choose == NEXT:
            reason = whys.following(reasons[0])
            return self._candidates((one, reason) for one in self._next(roster_id, at=at))
        levels = self.levels(roster_id, at=at)
        return self._candidates(
            (person, reasons[min(number, 1)])
            for number, level in list(enumerate(levels))[CHOSEN[choose]]
            for person in level
        )

    def _next(self, roster_id: int, *, at: datetime) -> tuple[int, ...]:
        """Who is first on call next and can be told at `at`; nobody who is on call then already."""
        now = {person for level in self.levels(roster_id, at=at)[:1] for person in level}
        ahead = LOOK_FIRST
        while True:
            ahead = min(ahead, NEXT_WITHIN)
            for one in self.stretches(roster_id, starts_at=at, ends_at=at + ahead):
                first = one.levels[0] if one.levels else ()
                fresh = [person for person in first if person not in now]
                told = tuple(person for person in fresh if not self._cannot_be_told(person, at))
                if told:
                    return told
            if ahead == NEXT_WITHIN:
                return ()
            ahead *= 4

    def levels(self, roster_id: int, *, at: datetime) -> Levels:
        """The reachable people of a roster by level; each person only at their first level."""
        if self._window is not None and self._window[0] <= at < self._window[1]:
            found = self._in_window(roster_id)
            place = bisect_right(found, at, key=attrgetter("starts_at")) - 1
            return found[place].levels if found else ()
        key = (roster_id, at)
        if key not in self._levels:
            self._levels[key] = self._find_levels(roster_id, at=at)
        return self._levels[key]

    def _find_levels(self, roster_id: int, *, at: datetime) -> Levels:
        spec = self._roster(roster_id)
        return each_once(on_call(spec, at=at)) if spec else ()

    def until(
        self, roster_id: int, *, at: datetime, within: timedelta, choose: str = ON_CALL
    ) -> datetime | None:
        """When other people than at `at` will be chosen; None when nothing changes `within`."""
        ahead = within if (roster_id, at, at + within) in self._stretches else LOOK_FIRST
        while ahead < within:
            found = self._change(roster_id, at=at, within=ahead, chosen=CHOSEN[choose])
            if found is not None:
                return found
            ahead *= 4
        return self._change(roster_id, at=at, within=within, chosen=CHOSEN[choose])

    def _change(
        self, roster_id: int, *, at: datetime, within: timedelta, chosen: slice
    ) -> datetime | None:
        stretches = self.stretches(roster_id, starts_at=at, ends_at=at + within)
        first = _people(stretches[0].levels[chosen]) if stretches else frozenset()
        changed = (one.starts_at for one in stretches if _people(one.levels[chosen]) != first)
        return next(changed, None)

    def stretches(
        self, roster_id: int, *, starts_at: datetime, ends_at: datetime
    ) -> tuple[Segment, ...]:
        """Who can be told in [starts_at, ends_at): stretches with the same people, no hole."""
        window = self._window
        if window is not None and window[0] <= starts_at < ends_at <= window[1]:
            return _cut(self._in_window(roster_id), utc(starts_at), utc(ends_at))
        key = (roster_id, starts_at, ends_at)
        if key not in self._stretches:
            self._stretches[key] = self._find_stretches(*key)
        return self._stretches[key]

    def _find_stretches(
        self, roster_id: int, starts_at: datetime, ends_at: datetime
    ) -> tuple[Segment, ...]:
        spec = self._roster(roster_id)
        if spec is None:
            return ()
        found = segments(spec, starts_at=starts_at, ends_at=ends_at)
        return tuple(stretches_each_once(found))

    def scheduled(self, roster_id: int, *, at: datetime) -> Levels:
        """Who would be on call if nobody were away and everybody could be reached."""
        spec = self.rosters.get(roster_id)
        return each_once(on_call(spec, at=at)) if spec else ()

    def put_on_call(
        self, roster_id: int, *, starts_at: datetime, ends_at: datetime
    ) -> tuple[Segment, ...]:
        """Whom a roster puts on call in [starts_at, ends_at), also those who cannot be told."""
        spec = self.rosters.get(roster_id)
        return tuple(segments(spec, starts_at=starts_at, ends_at=ends_at)) if spec else ()

    def planned(
        self, roster_id: int, layer: LayerSpec, *, starts_at: datetime, ends_at: datetime
    ) -> tuple[Segment, ...]:
        """Whom one layer of a roster puts on call, whatever else is arranged and who is away."""
        spec = self.rosters[roster_id].as_planned(layer)
        return tuple(segments(spec, starts_at=starts_at, ends_at=ends_at))

    def fixed(
        self,
        roster_id: int,
        temporary: TemporarySpec,
        level: int,
        *,
        starts_at: datetime,
        ends_at: datetime,
    ) -> tuple[Segment, ...]:
        """Whom one level of a temporary schedule puts on call, whoever is away."""
        spec = self.rosters[roster_id].as_fixed(temporary, level)
        return tuple(segments(spec, starts_at=starts_at, ends_at=ends_at))

    def stands(self, roster_id: int, person_id: int, window: Span) -> list[Stand]:
        """How a person stands on a roster: by their own turns, or behind whom. Who is away counts
        as there, and temporary schedules do not hold."""
        spec = self.rosters[roster_id]
        layers = segments(spec.as_turns(), starts_at=window[0], ends_at=window[1])
        return stands(layers, spec.overrides, person_id)

    def changes(self, roster_id: int, *, starts_at: datetime, ends_at: datetime) -> list[Effect]:
        """When each change of a roster makes a difference in the window, in the order in which
        they were made. Who is away counts as there."""
        spec = self.rosters[roster_id]
        if not spec.overrides:
            return []
        layers = segments(spec.as_turns(), starts_at=starts_at, ends_at=ends_at)
        fixed = [(one.starts_at, one.ends_at) for one in spec.temporaries]
        return in_effect(layers, spec.overrides, fixed)

    def shadows(self, roster_id: int, *, at: datetime) -> tuple[int, ...]:
        """Who rides along at `at`: not on call, and there all the same."""
        spec = self._roster(roster_id)
        levels = on_call(spec.shadows, at=at) if spec else ()
        return tuple(person for level in each_once(levels) for person in level)

    def _roster(self, roster_id: int) -> RosterSpec | None:
        """The roster, with its people's absences."""
        if roster_id not in self._present and roster_id in self.rosters:
            spec = self.rosters[roster_id]
            away = {person: self._nobody[person] for person in self._nobody.keys() & spec.people}
            away |= dict.fromkeys(spec.people.difference(self.people), ALWAYS)
            self._present[roster_id] = replace(spec, away=away) if away else spec
        return self._present.get(roster_id)

    @cached_property
    def _nobody(self) -> dict[int, tuple[Span, ...]]:
        """When people count as nobody, of those for whom there is such a time."""
        return {pk: spans for pk, one in self.people.items() if (spans := one.counts_as_nobody)}

    def _cannot_be_told(self, person_id: int, at: datetime) -> bool:
        return self.why_not_reachable(person_id, at=at) is not None

    def for_role(
        self,
        role_id: int,
        *,
        service_id: int | None,
        team_id: int | None,
        severity: int,
        at: datetime,
        choose: str = ON_CALL,
    ) -> tuple[Candidate, ...]:
        """Who fills a role: the most specific cell of the matrix that reaches somebody."""
        question = Question(role_id, service_id, team_id, severity)
        cell = self.answer(question, at=at, choose=choose).cell
        return self.in_cell(cell, at=at, choose=choose) if cell else ()

    def roster_of_role(
        self,
        role_id: int,
        *,
        service_id: int | None,
        team_id: int | None,
        severity: int,
        at: datetime,
        choose: str = ON_CALL,
    ) -> int | None:
        """The roster behind `for_role`; None when named people fill the role, or nobody does."""
        question = Question(role_id, service_id, team_id, severity)
        return self.answer(question, at=at, choose=choose).roster_id

    def changes_of_role(
        self, question: Question, *, starts_at: datetime, ends_at: datetime
    ) -> list[datetime]:
        """When another cell may answer between these instants, both exclusive, in order.

        A cell or its hours begin or end, or somebody whom it names comes or goes.
        """
        found: set[datetime] = set()
        for cell in self.around(question):
            found |= {edge for edge in (cell.valid_from, cell.valid_to) if edge is not None}
            if cell.hours is not None:
                named = cell.hours
                for span in hours(named.spans, named.zone, starts_at=starts_at, ends_at=ends_at):
                    found |= {*span}
            for person in map(self.people.get, filter(None, (cell.person_id, cell.backup_id))):
                found |= {edge for span in (person.away if person else ()) for edge in span}
        return sorted(edge for edge in found if starts_at < edge < ends_at)

    def answer(self, question: Question, *, at: datetime, choose: str = ON_CALL) -> Answer:
        """The cell of the matrix behind `for_role`, and the cells before it that reach nobody."""

        def why_not(cell: CellSpec) -> str | None:
            found = self.in_cell(cell, at=at, choose=choose)
            return None if found else self._why_empty(cell, at=at)

        return resolve(self.around(question), question, at=at, why_not=why_not)

    def around(self, question: Question) -> list[CellSpec]:
        """The cells of the question's squares: its service's, its team's and the company's."""
        role, service, team = question.role_id, question.service_id, question.team_id
        places = {(role, service, None), (role, None, team), (role, None, None)}
        return [cell for place in places for cell in self._cells_by_place.get(place, ())]

    @cached_property
    def _cells_by_place(self) -> dict[Place, list[CellSpec]]:
        found: dict[Place, list[CellSpec]] = defaultdict(list)
        for cell in self.cells:
            found[cell.place].append(cell)
        return dict(found)

    def of_company(self, role_id: int, *, at: datetime) -> tuple[CellSpec, ...]:
        """The cells of a role for the whole company, whatever their severity and hours."""
        cells = self._cells_by_place.get((role_id, None, None), ())
        return tuple(cell for cell in cells if replace(cell, hours=None).holds(at))

    def rosters_of(self, service_id: int, team_id: int, *, at: datetime) -> list[int]:
        """The rosters that cells of a service or its team name at `at`, in the cells' order."""
        mine = self._rosters_by_place
        cells = [*mine.get((service_id, None), ()), *mine.get((None, team_id), ())]
        held = sorted((cell for cell in cells if cell.holds(at)), key=lambda cell: cell.cell_id)
        return [cell.roster_id for cell in held if cell.roster_id is not None]

    @cached_property
    def _rosters_by_place(self) -> dict[tuple[int | None, int | None], list[CellSpec]]:
        found: dict[tuple[int | None, int | None], list[CellSpec]] = defaultdict(list)
        for cell in self.cells:
            if cell.roster_id is not None:
                found[cell.service_id, cell.team_id].append(cell)
        return dict(found)

    def _why_empty(self, cell: CellSpec, *, at: datetime) -> str:
        """Why a cell reaches nobody: "Nils Berg has left the company"."""
        if cell.roster_id is not None:
            return f"nobody is on call for {self.roster_names.get(cell.roster_id, 'its roster')}"
        named = [pk for pk in (cell.person_id, cell.backup_id) if pk is not None]
        return " and ".join(
            f"{self.people[pk].full_name} {why}" if pk in self.people else str(why)
            for pk in named
            if (why := self.why_not_reachable(pk, at=at))
        )

    def in_cell(self, cell: CellSpec, *, at: datetime, choose: str) -> tuple[Candidate, ...]:
        """Who of one cell can be told at `at`, whether or not its severity and hours fit."""
        role = self._role_phrase(cell)
        if cell.roster_id is not None:
            reasons = (role, phrase(whys.BACKUP, what=role))
            return self._of_levels(cell.roster_id, reasons, at=at, choose=choose)
        named: list[tuple[int, str]] = [(cell.person_id, role)] if cell.person_id else []
        second = phrase(whys.BACKUP, what=role)
        backup: list[tuple[int, str]] = [(cell.backup_id, second)] if cell.backup_id else []
        by_choice = {ON_CALL: named + backup, BACKUP: backup, NEXT: backup, ALL: named + backup}
        wanted = by_choice[choose]
        present = [pair for pair in wanted if not self._cannot_be_told(pair[0], at)]
        return self._candidates(present if choose == ALL else present[:1])

    def _role_phrase(self, cell: CellSpec) -> str:
        role = self.role_names.get(cell.role_id, "responsible person")
        if cell.service_id is not None:
            place = self.service_names.get(cell.service_id, "this service")
            return phrase(whys.ROLE_FOR, role=role, place=place)
        if cell.team_id is not None:
            place = self.team_names.get(cell.team_id, "this team")
            return phrase(whys.ROLE_FOR, role=role, place=place)
        return phrase(whys.ROLE, role=role)

    def for_person(self, person_id: int, *, at: datetime) -> tuple[Candidate, ...]:
        """A named person, if they can be told at `at`."""
        if self._cannot_be_told(person_id, at):
            return ()
        return self._candidates([(person_id, phrase(whys.NAMED))])

    def for_team(
        self, team_id: int, *, at: datetime, choose: str = ON_CALL
    ) -> tuple[Candidate, ...]:
        """The leads of a team, or everybody when none can be told; with ALL everybody."""
        name = self.team_names.get(team_id, "this")
        members = [
            member
            for member in self.members.get(team_id, ())
            if not self._cannot_be_told(member.person_id, at)
        ]
        leads = [
            (member.person_id, phrase(whys.LEAD, team=name)) for member in members if member.is_lead
        ]
        others = [
            (member.person_id, phrase(whys.MEMBER, team=name))
            for member in members
            if not member.is_lead
        ]
        if choose in (BACKUP, NEXT):
            return self._candidates(others)
        return self._candidates(leads if leads and choose == ON_CALL else [*leads, *others])

    def _candidates(self, chosen: Iterable[tuple[int, str]]) -> tuple[Candidate, ...]:
        return tuple(
            Candidate(
                person_id,
                self.people[person_id].full_name,
                self.people[person_id].short_name,
                self.people[person_id].time_zone,
                reason,
                self.people[person_id].language,
            )
            for person_id, reason in chosen
            if person_id in self.people
        )


def _people(levels: Levels) -> frozenset[int]:
    """Everybody of these levels, whatever their order."""
    return frozenset(person for level in levels for person in level)


def _cut(found: tuple[Segment, ...], starts_at: datetime, ends_at: datetime) -> tuple[Segment, ...]:
    """What of these stretches lies in [starts_at, ends_at), cut at both ends."""
    first = bisect_right(found, starts_at, key=attrgetter("starts_at")) - 1
    last = bisect_left(found, ends_at, key=attrgetter("starts_at"))
    return tuple(
        replace(one, starts_at=max(one.starts_at, starts_at), ends_at=min(one.ends_at, ends_at))
        for one in found[max(first, 0) : last]
    )

"""Whom each step would tell at every instant of a window: the engine's own answer, as lines. Pure.

Nothing is decided here. Every instant at which an answer may change is found, and between two of
them the one resolver is asked once. Rosters and steps that several services share are worked out
once.
"""

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from incidents.logic.conditions import RECIPIENT
from incidents.logic.proof.lines import Line, line_of
from incidents.logic.summons import About, StepRow, TargetSpec, hear, role_of
from rosters.logic.directory import NEXT, NEXT_WITHIN, Directory, PersonSpec
from rosters.logic.matrix import CellSpec, HoursSpec, Question
from rosters.logic.shifts import hours
from rosters.logic.spans import Span

People = tuple[int, ...]
"""Who is told, in the order of the targets; nobody when it is empty."""


@dataclass
class Ground:
    """A directory that is right for the whole window, and what was worked out from it already.

    `asks_next`: some step asks who is on call next; then it is right for that much longer.
    """

    directory: Directory
    window: Span
    asks_next: bool = False
    _told: dict[Hashable, Line[People]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        starts_at, ends_at = self.window
        beyond = ends_at + NEXT_WITHIN if self.asks_next else ends_at
        self.directory = self.directory.settled(starts_at=starts_at, ends_at=beyond)

    def told(self, step: StepRow, about: About) -> Line[People]:
        """Whom the step tells, if an incident of this sort asks for it at each instant."""
        key = self._key(step, about)
        if key not in self._told:
            self._told[key] = line_of(
                self._edges(step, about),
                lambda at: self._ask(step, about, at),
                window=self.window,
            )
        return self._told[key]

    def in_role(self, role_id: int, about: About, *, service: bool = True) -> Line[People]:
        """Who fills a role for a service, or for the whole company."""
        asked = about if service else About(about.severity)
        step = StepRow(0, "", "", (TargetSpec("role", "on_call", role_id=role_id),))
        return self.told(step, asked)

    def cells(self, target: TargetSpec, about: About) -> list[CellSpec]:
        """The cells of the matrix that may answer for a target at this severity."""
        role_id = role_of(target, about)
        if role_id is None:
            return []
        question = Question(role_id, about.service_id, about.team_id, about.severity)
        found = self.directory.around(question)
        return [cell for cell in found if cell.is_for(about.severity)]

    def rosters(self, step: StepRow, about: About) -> list[int]:
        """The rosters that a step may ask, straight or through a cell."""
        found: dict[int, None] = {}
        for target in step.called:
            if target.roster_id is not None:
                found[target.roster_id] = None
            cells = sorted(self.cells(target, about), key=lambda one: one.rank, reverse=True)
            found |= dict.fromkeys(one.roster_id for one in cells if one.roster_id is not None)
        return list(found)

    def people(self, step: StepRow, about: About) -> set[int]:
        """Everybody whom a step may tell."""
        found: set[int] = set()
        for target in step.called:
            found |= {target.person_id} if target.person_id is not None else set()
            found |= self._members(target.team_id)
            for cell in self.cells(target, about):
                found |= {pk for pk in (cell.person_id, cell.backup_id) if pk is not None}
        for roster_id in self.rosters(step, about):
            spec = self.directory.rosters.get(roster_id)
            found |= spec.people if spec else set()
        return found

    def _ask(self, step: StepRow, about: About, at: datetime) -> People:
        heard = hear(step, self.directory, about=about, at=at)
        return tuple(one.person_id for one in heard.people)

    def _key(self, step: StepRow, about: About) -> Hashable:
        """Equal where the answer must be equal, whatever the service."""
        asked = tuple(
            tuple(sorted(cell.cell_id for cell in self.cells(target, about)))
            for target in step.called
        )
        roles = tuple(role_of(target, about) for target in step.called)
        conditions = step.conditions
        return (
            step.called,
            asked,
            roles,
            conditions,
            about.severity if conditions.mildest is not None else 0,
            about.zone if conditions.reads_in_services_zone else "",
        )

    def _edges(self, step: StepRow, about: About) -> Iterator[datetime]:
        for target in step.called:
            yield from self._edges_of_target(target, about)
        conditions = step.conditions
        if conditions.hours is None:
            return
        zones = {conditions.hours.zone}
        if conditions.reads_in_services_zone and about.zone:
            zones = {ZoneInfo(about.zone)}
        if conditions.hours_read_in == RECIPIENT:
            known = self._known(self.people(step, about))
            zones = {ZoneInfo(person.time_zone) for person in known}
        for zone in zones:
            yield from self._edges_of_hours(conditions.hours, zone)

    def _edges_of_target(self, target: TargetSpec, about: About) -> Iterator[datetime]:
        cells = self.cells(target, about)
        rosters = {cell.roster_id for cell in cells} | {target.roster_id}
        for roster_id in filter(None, rosters):
            yield from self._edges_of_roster(roster_id, target.choose)
        people = {target.person_id} | self._members(target.team_id)
        people |= {pk for cell in cells for pk in (cell.person_id, cell.backup_id)}
        for person in self._known(pk for pk in people if pk is not None):
            yield from _edges_of_person(person)
        for cell in cells:
            yield from (edge for edge in (cell.valid_from, cell.valid_to) if edge is not None)
            if cell.hours is not None:
                yield from self._edges_of_hours(cell.hours, cell.hours.zone)

    def _edges_of_roster(self, roster_id: int, choose: str) -> Iterator[datetime]:
        starts_at, ends_at = self.window
        if choose != NEXT:
            found = self.directory.stretches(roster_id, starts_at=starts_at, ends_at=ends_at)
            yield from (one.starts_at for one in found)
            return
        later = self.directory.stretches(
            roster_id, starts_at=starts_at, ends_at=ends_at + NEXT_WITHIN
        )
        for one in later:
            yield one.starts_at
            yield one.starts_at - NEXT_WITHIN + timedelta.resolution  # so far ahead is exclusive
        spec = self.directory.rosters.get(roster_id)
        for person in self._known(spec.people if spec else ()):
            yield from _edges_of_person(person)

    def _edges_of_hours(self, named: HoursSpec, zone: ZoneInfo) -> Iterator[datetime]:
        starts_at, ends_at = self.window
        for span in hours(named.spans, zone, starts_at=starts_at, ends_at=ends_at):
            yield from span

    def _members(self, team_id: int | None) -> set[int]:
        members = self.directory.members.get(team_id, ()) if team_id is not None else ()
        return {one.person_id for one in members}

    def _known(self, people: Iterable[int]) -> list[PersonSpec]:
        return [self.directory.people[pk] for pk in people if pk in self.directory.people]


def _edges_of_person(person: PersonSpec) -> Iterator[datetime]:
    for span in person.away:
        yield from span
    if person.left_at is not None:
        yield person.left_at

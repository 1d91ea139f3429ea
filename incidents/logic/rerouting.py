"""For a while calls go to somebody else first. Pure.

Whoever takes them is called once in each climb. When they do not answer, the calls go on to those
of the rule, so that nobody is ever the only one.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from config.portal.sentences import phrase
from rosters.logic import whys
from rosters.logic.directory import Candidate, Directory

Told = tuple[int, int]
"""A detour and a person whom it brought into a climb."""


@dataclass(frozen=True)
class Detour:
    """To whom the calls go, half-open in time; exactly one of the two ids is set.

    `name` is the person's or the roster's, `about` what they take the calls for; `is_own`: of one
    incident alone, not of its service.
    """

    detour_id: int
    starts_at: datetime
    until: datetime
    name: str
    about: str
    person_id: int | None = None
    roster_id: int | None = None
    is_own: bool = False

    def holds(self, at: datetime) -> bool:
        """Whether calls go there at `at`; the end is exclusive."""
        return self.starts_at <= at < self.until

    def people(self, directory: Directory, *, at: datetime) -> tuple[Candidate, ...]:
        """Who takes the calls at `at`; nobody when they cannot be reached."""
        if self.person_id is not None:
            found: Sequence[Candidate] = directory.for_person(self.person_id, at=at)
            reason = phrase(whys.TAKING, about=self.about)
        elif self.roster_id is not None:
            found = directory.on_call(self.roster_id, at=at)
            reason = phrase(whys.INSTEAD, roster=self.name, about=self.about)
        else:
            return ()
        return tuple(replace(one, reason=reason) for one in found)


def instead(
    detours: Sequence[Detour],
    told: Collection[Told],
    directory: Directory,
    *,
    at: datetime,
    known: Collection[int] = (),
) -> tuple[Candidate, ...]:
    """Who is called at `at` in place of a step's own people; nobody: the step calls its own.

    The first detour that holds decides, unless it reaches nobody or all of it was called already.
    """
    for one in detours:
        if not one.holds(at):
            continue
        people = tuple(
            person
            for person in one.people(directory, at=at)
            if (one.detour_id, person.person_id) not in told and person.person_id not in known
        )
        if people:
            return people
    return ()


def told_by(detours: Sequence[Detour], people: Sequence[Candidate], *, at: datetime) -> set[Told]:
    """What is known once these people have been called at `at`."""
    return {
        (one.detour_id, person.person_id) for one in detours if one.holds(at) for person in people
    }


def unreached(
    detours: Sequence[Detour], directory: Directory, *, at: datetime
) -> tuple[Detour, ...]:
    """The detours that hold at `at` and reach nobody: the calls go where they went before."""
    return tuple(one for one in detours if one.holds(at) and not one.people(directory, at=at))

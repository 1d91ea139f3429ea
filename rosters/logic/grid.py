"""What somebody typed into the grid of the contact matrix. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from rosters.logic.cells import BACKUP, PERSON, Filling, Problem

ROSTER_PREFIX = "Roster: "
_KEY = re.compile(r"([0-9]{1,18})\.(?:(s|t)([0-9]{1,18})|c)")


@dataclass(frozen=True)
class Key:
    """One square: a role for a service, a team, or (without both) the whole company."""

    role_id: int
    service_id: int | None = None
    team_id: int | None = None

    def __str__(self) -> str:
        if self.service_id is not None:
            return f"{self.role_id}.s{self.service_id}"
        return (
            f"{self.role_id}.t{self.team_id}" if self.team_id is not None else f"{self.role_id}.c"
        )


def read_key(text: str) -> Key | None:
    """The square that a field's name ends with; None for anything else."""
    match = _KEY.fullmatch(text)
    if match is None:
        return None
    place = int(match[3]) if match[3] else None
    return Key(
        int(match[1]),
        service_id=place if match[2] == "s" else None,
        team_id=place if match[2] == "t" else None,
    )


@dataclass(frozen=True)
class Typed:
    """What stands in one square: whoever is named first, and the backup."""

    who: str = ""
    backup: str = ""


@dataclass(frozen=True)
class Names:
    """Everybody and every roster that may be written into a square, by what is written."""

    people: Mapping[str, int]
    rosters: Mapping[str, int] = field(default_factory=dict)

    @cached_property
    def _people(self) -> dict[str, int]:
        return {name.casefold(): pk for name, pk in self.people.items()}

    @cached_property
    def _rosters(self) -> dict[str, int]:
        return {name.casefold(): pk for name, pk in self.rosters.items()}

    @cached_property
    def _person_names(self) -> dict[int | None, str]:
        return {pk: name for name, pk in self.people.items()}

    @cached_property
    def _roster_names(self) -> dict[int | None, str]:
        return {pk: name for name, pk in self.rosters.items()}

    def typed(self, filling: Filling) -> Typed:
        """How a filling is written."""
        if filling.roster_id is not None:
            return Typed(self._roster_names.get(filling.roster_id, ""))
        names = self._person_names
        return Typed(names.get(filling.person_id, ""), names.get(filling.backup_id, ""))

    def read(self, typed: Typed) -> Filling | Problem:
        """Whom the words name, whatever their capitals; or why they name nobody."""
        who, backup = (" ".join(text.split()) for text in (typed.who, typed.backup))
        roster_id = self._rosters.get(who.casefold())
        person_id = self._people.get(who.casefold())
        backup_id = self._people.get(backup.casefold())
        if who and person_id is None and roster_id is None:
            return Problem(
                PERSON, f"“Person”: nobody is called “{who[:60]}”. Choose from the list."
            )
        if backup and backup_id is None:
            return Problem(
                BACKUP, f"“Backup”: nobody is called “{backup[:60]}”. Choose from the list."
            )
        return Filling(person_id, backup_id, roster_id)

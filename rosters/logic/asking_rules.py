"""Whether the rules of a service ask a role of the matrix, or a roster past it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Asks:
    """What the rules of one service ask: these roles, and these rosters, the first one first."""

    role_ids: frozenset[int] = frozenset()
    rosters: tuple[str, ...] = ()
    teams: Mapping[int, int | None] = field(default_factory=dict)
    """The same rosters by number, each with its team."""

    def calls(self, role_id: int, roster_id: int) -> bool:
        """Whether these rules come to a roster: by its name, or by the role it fills."""
        return role_id in self.role_ids or roster_id in self.teams

    def why_not(self, role_id: int) -> str:
        """Why the cell of a role is not what is called; empty when it is, or nothing else is."""
        if role_id in self.role_ids or not self.rosters:
            return ""
        return f"Not asked: the {self.rosters[0]} roster answers"

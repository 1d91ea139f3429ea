"""What a file of policies names, found in the database, or said with its place if it is not."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from django.db.models import Model

from incidents.models import DecisionKind, EscalationPolicy, ImpactClass, Room
from rosters.models import NamedHours, Person, Roster, Service, StakeholderRole, Team

WORDS = {
    "role": "role",
    "roster": "roster",
    "person": "person with the address",
    "team": "team",
    "room": "room",
    "service": "service",
    "impact": "kind of harm",
    "hours": "named hours",
    "decision": "decision",
    "policy": "policy",
}


@dataclass
class Names:
    """Primary keys by kind and by the name that a file uses. `problems` grows with each search."""

    known: dict[str, dict[str, int]]
    problems: list[str] = field(default_factory=list)

    def find(self, kind: str, name: str | None, *, place: str) -> int | None:
        """The key of what is named so; None without a name, and with a problem if nobody knows."""
        if name is None:
            return None
        known = self.known[kind]
        found = known.get(name.lower() if kind == "person" else name)
        if found is None:
            close = get_close_matches(name, known, n=1)
            hint = f" Did you mean “{close[0]}”?" if close else ""
            self.problems.append(f"{place}: there is no {WORDS[kind]} “{name}”.{hint}")
        return found

    def find_all(self, kind: str, names: Iterable[str], *, place: str) -> list[int]:
        found = [self.find(kind, name, place=place) for name in names]
        return [one for one in found if one is not None]


def load() -> Names:
    """Everything that a file may name, as it is now; ten queries."""
    return Names(
        {
            "role": _by(StakeholderRole, "slug"),
            "roster": _by(Roster, "slug"),
            "person": _people(),
            "team": _by(Team, "slug"),
            "room": _by(Room, "name"),
            "service": _by(Service, "slug"),
            "impact": _by(ImpactClass, "slug"),
            "hours": _by(NamedHours, "name"),
            "decision": _by(DecisionKind, "slug"),
            "policy": _by(EscalationPolicy, "slug"),
        }
    )


def _by(model: type[Model], name: str) -> dict[str, int]:
    rows: Any = model._default_manager.values_list(name, "pk")  # noqa: SLF001  # Django's own name
    return dict(rows)


def _people() -> dict[str, int]:
    """People who have not left, by e-mail in small letters."""
    rows = Person.objects.filter(left_at__isnull=True, email__isnull=False)
    return {str(email).lower(): pk for email, pk in rows.values_list("email", "pk")}

"""The next change of shift of a roster, and the notes left for it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from rosters.models import HandoverNote, Person, Roster
from rosters.queries import sharing

AHEAD = timedelta(days=35)
SHOWN = 20


@dataclass(frozen=True)
class Change:
    """At `at` those who go hand over to those who come; people of the first level."""

    at: datetime
    goes: tuple[Person, ...]
    comes: tuple[Person, ...]


def next_change(roster: Roster, *, now: datetime) -> Change | None:
    """The next time when other people are first on call; None within five weeks."""
    held = [
        one for one in sharing.held(roster, starts_at=now, ends_at=now + AHEAD) if one.level == 0
    ]
    later = sorted({one.starts_at for one in held if one.starts_at > now})
    if not later:
        return None
    at = later[0]
    people = Person.objects.in_bulk({one.person for one in held})
    return Change(
        at,
        tuple(people[one.person] for one in held if one.ends_at == at),
        tuple(people[one.person] for one in held if one.starts_at == at),
    )


def notes_of(roster: Roster) -> QuerySet[HandoverNote]:
    """The notes of a roster, the newest first."""
    rows = HandoverNote.objects.filter(roster=roster).select_related("written_by", "read_by")
    return rows.order_by("-written_at", "-pk")

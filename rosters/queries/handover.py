"""The next change of shift of a roster, and the notes left for it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from rosters.logic.directory import Directory
from rosters.models import HandoverNote, Person, Roster
from rosters.queries import sharing
from rosters.queries.compiled import compiled
from rosters.queries.directory import Wanted, load_directory

AHEAD = timedelta(days=35)
SHOWN = 20
UNREAD_FOR = timedelta(days=7)
"""How long a note of a past hand-over is shown to the one who came."""
MOST = 20


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


def unread_for(
    person: Person, *, now: datetime, known: Directory | None = None, until: datetime | None = None
) -> list[HandoverNote]:
    """Notes that nobody has read yet, for hand-overs at which the person comes; by time.

    One query where there is none, and where `known` holds every roster from `now` to `until` and
    no hand-over is earlier or later; else a constant number.
    """
    notes = _unread(person, now - UNREAD_FOR, now, now + AHEAD)
    if not notes:
        return []
    first, last = notes[0].about_at, notes[-1].about_at
    if known is not None and until is not None and now <= first and last < until:
        directory = known
    else:
        directory = load_directory(
            Wanted(roster_ids=frozenset(one.roster_id for one in notes)),
            starts_at=first,
            ends_at=last + timedelta(minutes=1),
        )
    return [
        one
        for one in notes
        if person.pk in next(iter(directory.levels(one.roster_id, at=one.about_at)), ())
    ]


@compiled
def _unread(
    person: Person, since: datetime, now: datetime, until: datetime
) -> QuerySet[HandoverNote]:
    rows = HandoverNote.objects.filter(
        read_at__isnull=True, about_at__gt=since, about_at__lt=until
    ).exclude(written_by=person)
    mine = (
        Q(roster__layers__rotations__members__person=person)
        | Q(roster__team__memberships__person=person)
        | Q(roster__overrides__person=person, roster__overrides__ends_at__gt=now)
    )
    wanted = rows.filter(pk__in=rows.filter(mine).values("pk"))
    return wanted.select_related("roster", "written_by").order_by("about_at", "pk")[:MOST]

"""What a reader is to a roster."""

from rosters.logic.leading import Standing
from rosters.models import Membership, Person, Roster


def of(reader: Person, roster: Roster) -> Standing:
    """What `reader` is to `roster`; one query."""
    leads = set()
    if roster.team_id:
        found = Membership.objects.filter(
            team=roster.team_id, is_lead=True, person__left_at__isnull=True
        )
        leads = set(found.values_list("person_id", flat=True))
    return Standing(
        is_administrator=reader.is_superuser,
        leads=reader.pk in leads,
        has_lead=bool(leads),
    )


def led_by(reader: Person) -> list[int]:
    """The teams that `reader` leads, by primary key."""
    mine = Membership.objects.filter(person=reader, is_lead=True)
    return list(mine.values_list("team_id", flat=True))

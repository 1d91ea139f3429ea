"""What a reader is to a roster."""

from rosters.logic.leading import Standing, why_not_pay
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


def may_read_pay(reader: Person, *, leads_any: bool) -> bool:
    """Whether the hours for pay are for them; `leads_any`: they lead a team."""
    return why_not_pay(is_administrator=reader.is_superuser, leads_any=leads_any) is None

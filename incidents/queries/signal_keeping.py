"""What a reader is to the sources, rules, heartbeats and webhooks that a team owns."""

from incidents.logic.signal_keeping import SignalKeeper
from rosters.logic.roles import Role
from rosters.models import Membership, Person, Team
from rosters.queries import roles


def keeper(reader: Person, team_id: int | None) -> SignalKeeper:
    """What `reader` is to what this team owns; None: nobody owns it. At most two queries."""
    holder = roles.of(reader)
    if holder.has(Role.ADMINISTRATOR, Role.SERVICE_OWNER):
        return SignalKeeper(reader.is_superuser, is_service_owner=True)
    leads = Membership.objects.filter(person=reader, is_lead=True, team=team_id)
    return SignalKeeper(leads_the_team=team_id is not None and leads.exists())


def teams_to_own(reader: Person) -> list[Team]:
    """The teams for which a reader may set something up, by name; none: they may not at all."""
    teams = Team.objects.order_by("name", "pk")
    if roles.of(reader).has(Role.ADMINISTRATOR, Role.SERVICE_OWNER):
        return list(teams)
    return list(teams.filter(memberships__person=reader, memberships__is_lead=True))

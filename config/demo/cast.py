"""Everybody and everything of the demo organisation by the names that its stories use."""

from datetime import datetime

from django.utils.text import slugify

from incidents.models import AlertSource
from rosters.models import Person, Roster, Service, StakeholderRole, Team


class Cast:
    """The demo's people by short name; teams, services, rosters and roles by name."""

    def __init__(self, *, made_at: datetime) -> None:
        self.made_at = made_at
        self.people: dict[str, Person] = {}
        self.teams: dict[str, Team] = {}
        self.services: dict[str, Service] = {}
        self.rosters: dict[str, Roster] = {}
        self.roles: dict[str, StakeholderRole] = {}
        self.sources: dict[str, AlertSource] = {}


def find(*, now: datetime) -> Cast:
    """The cast of a demo organisation that is there already."""
    cast = Cast(made_at=now)
    cast.people = {one.short_name: one for one in Person.objects.order_by("-pk")}
    cast.teams = {one.name: one for one in Team.objects.all()}
    cast.services = {one.name: one for one in Service.objects.select_related("owner_team")}
    cast.rosters = {one.name: one for one in Roster.objects.all()}
    cast.roles = {one.name: one for one in StakeholderRole.objects.all()}
    cast.sources = {one.name: one for one in AlertSource.objects.all()}
    return cast


def slug(name: str) -> str:
    return slugify(name)

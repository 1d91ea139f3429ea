"""What a reader asked to see on Now: everything, one team, or what is theirs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from incidents.models import Incident
from rosters.models import Membership, Person, Service, Team
from rosters.queries.compiled import compiled


@dataclass(frozen=True)
class Scope:
    """The chosen part of the company. Without a team and not mine it is everything.

    `unknown` is a team that was asked for and does not exist.
    """

    person: Person
    teams: tuple[Team, ...] = ()
    my_team_ids: frozenset[int] = frozenset()
    team: Team | None = None
    is_mine: bool = False
    unknown: str = ""

    @property
    def is_everything(self) -> bool:
        return self.team is None and not self.is_mine

    @property
    def chosen(self) -> str:
        """The slug of the chosen team, or nothing."""
        return self.team.slug if self.team else ""

    @property
    def team_ids(self) -> frozenset[int] | None:
        """The teams whose things are shown; None is all of them."""
        if self.team is not None:
            return frozenset({self.team.pk})
        return self.my_team_ids if self.is_mine else None

    @property
    def query(self) -> str:
        """What links carry on: "?team=payments", "?mine=1" or nothing."""
        if self.team is not None:
            return "?" + urlencode({"team": self.team.slug})
        return "?mine=1" if self.is_mine else ""

    @property
    def chips(self) -> list[tuple[str, str, bool]]:
        """(text, address, is it shown now) of each choice that is one press away."""
        found = [
            ("Everything", reverse("front:now"), self.is_everything),
            ("Mine", f"{reverse('front:now')}?mine=1", self.is_mine),
        ]
        if self.team is not None:
            found.append((self.team.name, f"{reverse('front:now')}{self.query}", True))
        return found

    def of_incidents(self, opened: Sequence[Incident]) -> list[Incident]:
        """Those of these incidents that the reader asked for, in their order; at most a query."""
        if self.is_everything:
            return list(opened)
        rows = Incident.objects.filter(pk__in=[incident.pk for incident in opened])
        chosen = (
            rows.for_teams([self.team.pk])
            if self.team is not None
            else rows.for_person(self.person, teams=self.my_team_ids)
        )
        kept = set(chosen.values_list("pk", flat=True))
        return [incident for incident in opened if incident.pk in kept]

    def of_teams(self, services: Iterable[Service]) -> list[Service]:
        """Those of these services that the chosen teams own, the most important first."""
        kept = (
            one for one in services if self.team_ids is None or one.owner_team_id in self.team_ids
        )
        return sorted(kept, key=lambda service: service.tier)

    def of_services(self, field: str) -> Q:
        """A condition on a row's service: one of the chosen teams owns it."""
        if self.team_ids is None:
            return Q()
        return Q(**{f"{field}__owner_team__in": self.team_ids})


@compiled
def _teams(person: Person) -> QuerySet[Any, Any]:
    own = Membership.objects.filter(team=OuterRef("pk"), person=person)
    return Team.objects.annotate(is_own=Exists(own)).order_by("name", "pk")


def scope_of(person: Person, *, team: str = "", is_mine: bool = False) -> Scope:
    """What `person` asked for; one query. A team that does not exist is named and ignored."""
    rows = _teams(person)
    chosen = next((one for one in rows if one.slug == team), None)
    return Scope(
        person,
        tuple(rows),
        frozenset(one.pk for one in rows if one.is_own),
        chosen,
        is_mine=is_mine and chosen is None,
        unknown="" if chosen else team,
    )

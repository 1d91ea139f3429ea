"""One cell of the contact matrix as its keeper changes it, whether or not it is there yet."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from rosters.logic.cell_keeping import CellKeeper, why_not_change
from rosters.logic.cells import Dates, Filling
from rosters.logic.grid import Key, read_key
from rosters.logic.standing import STALE_AFTER
from rosters.models import MatrixEntry, Membership, Person, Service, StakeholderRole, Team
from rosters.queries import contacts, sayings
from rosters.queries.contacts import Square

MAY_KEEP = "rosters.change_matrixentry"
TOUCHED = ("role", "service__owner_team", "team", "hours", "person", "backup", "roster")
LONGEST = 18
"""How many digits the number of a cell has at most."""


@dataclass(frozen=True)
class Spot:
    """One role for a service, a team or the company, at a severity and in hours if it says so.

    `entry` is the cell that stands there; `square` is what answers there instead when none does.
    """

    role: StakeholderRole
    service: Service | None = None
    team: Team | None = None
    entry: MatrixEntry | None = None
    square: Square | None = None

    @property
    def key(self) -> str:
        """How its address names it."""
        entry = self.entry
        if entry is not None and (entry.severity or entry.hours_id):
            return str(entry.pk)
        return str(self.place)

    @property
    def place(self) -> Key:
        return Key(
            self.role.pk,
            self.service.pk if self.service else None,
            self.team.pk if self.team else None,
        )

    @property
    def owner(self) -> Team | None:
        """The team whose lead keeps it."""
        return self.service.owner_team if self.service else self.team

    @property
    def about(self) -> str:
        if self.service:
            return self.service.name
        return f"the {self.team.name} team" if self.team else "the whole company"

    @property
    def when(self) -> str:
        return sayings.condition(self.entry) if self.entry else ""

    @property
    def filling(self) -> Filling:
        one = self.entry
        return Filling(one.person_id, one.backup_id, one.roster_id) if one else Filling()

    def gone(self, now: datetime) -> Person | None:
        """Who is named here and has left the company."""
        named = self.entry.person if self.entry else None
        return named if named and named.has_left(now) else None

    def is_stale(self, now: datetime) -> bool:
        """Somebody is named whom nobody has confirmed for 90 days, or ever."""
        if self.entry is None:
            return False
        return self.entry.confirmed_at is None or now - self.entry.confirmed_at > STALE_AFTER

    @property
    def dates(self) -> Dates:
        """From and until when it holds; without a cell, always."""
        return Dates(self.entry.valid_from, self.entry.valid_to) if self.entry else Dates()

    @property
    def inherited(self) -> MatrixEntry | None:
        """Who answers while nobody is named here."""
        return self.square.entry if self.square and self.entry is None else None


def find(key: str, *, now: datetime) -> Spot | None:
    """The spot that an address names: a cell by its number, or a role and what it is for."""
    if key.isascii() and key.isdecimal() and len(key) <= LONGEST:
        return _of_cell(_holding(now).filter(pk=int(key)).first())
    place = read_key(key)
    return _of_place(place, now=now) if place else None


def _holding(now: datetime) -> QuerySet[MatrixEntry]:
    begun = Q(valid_from__isnull=True) | Q(valid_from__lte=now)
    lasting = Q(valid_to__isnull=True) | Q(valid_to__gt=now)
    return MatrixEntry.objects.filter(begun, lasting).select_related(*TOUCHED)


def coming(spot: Spot, *, now: datetime) -> list[MatrixEntry]:
    """The cells of the spot that are still to begin, the next first."""
    entry = spot.entry
    rows = MatrixEntry.objects.filter(
        role=spot.role,
        service=spot.service,
        team=spot.team,
        severity=entry.severity if entry else None,
        and_worse=entry.and_worse if entry else False,
        hours=entry.hours if entry else None,
        valid_from__gt=now,
    )
    return list(rows.select_related(*TOUCHED).order_by("valid_from", "pk"))


def _of_cell(entry: MatrixEntry | None) -> Spot | None:
    return Spot(entry.role, entry.service, entry.team, entry) if entry else None


def _of_place(place: Key, *, now: datetime) -> Spot | None:
    role = StakeholderRole.objects.filter(pk=place.role_id).first()
    services = Service.objects.select_related("owner_team")
    service = services.filter(pk=place.service_id).first() if place.service_id else None
    team = Team.objects.filter(pk=place.team_id).first() if place.team_id else None
    if role is None or (place.service_id and not service) or (place.team_id and not team):
        return None
    entry = _holding(now).filter(
        role=role, service=service, team=team, severity__isnull=True, hours__isnull=True
    )
    square = contacts.square_of(role, service, team, now=now)
    return Spot(role, service, team, entry.first(), square)


def keeper(reader: Person, spot: Spot) -> CellKeeper:
    """What `reader` is to one cell."""
    owner = spot.owner
    return CellKeeper(
        keeps_matrix=reader.has_perm(MAY_KEEP),
        leads_its_team=owner is not None and owner.pk in led_by(reader),
    )


def led_by(reader: Person) -> frozenset[int]:
    """The teams that `reader` leads."""
    rows = Membership.objects.filter(person=reader, is_lead=True)
    return frozenset(rows.values_list("team_id", flat=True))


def why_not(reader: Person, spot: Spot) -> str | None:
    """Whether `reader` may change what stands there."""
    return why_not_change(keeper(reader, spot), team=spot.owner.name if spot.owner else "")

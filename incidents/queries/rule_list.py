"""The rules of every service at a glance: where something is missing, without each sentence.

Two services of which everything is the same that decides whether a step reaches somebody have the
same gaps, whoever they call. So one service of each kind is judged, by `incidents.queries.rules`,
and thousands of services take a fraction of a second. Where there are too many kinds, the findings
of the proof say what is missing. A constant number of queries.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from incidents.logic.routing import RouteSpec, choose_policy
from incidents.queries import findings, rules
from incidents.queries.rules import GAPS_AHEAD, HORIZON, Book, Rule
from rosters.enums import SeverityLevel
from rosters.models import MatrixEntry, Person, Service
from rosters.queries.reach import not_plainly_here

Kind = tuple[object, ...]
MOST_JUDGED = 60
"""So many kinds of services are judged at once; judging one takes about a millisecond."""
SOMEBODY = 0
"""Anybody who can be told for the whole time: who that is makes no difference to a gap."""


@dataclass(frozen=True)
class Glance:
    """One service as far as the list orders and counts it; its own rule, if that was judged."""

    pk: int
    name: str
    tier: int
    team: str
    empty_steps: int
    has_gaps: bool
    rule: Rule | None = None


class Judged(NamedTuple):
    """The rule of one service of a kind, and what it misses as all of the kind do."""

    rule: Rule
    empty_steps: int
    has_gaps: bool


class _Asked(NamedTuple):
    """A service as far as its rule depends on it."""

    pk: int
    name: str
    tier: int
    team_id: int
    team: str
    zone: str


SERVICE = ("pk", "name", "tier", "owner_team_id", "owner_team__name", "owner_team__time_zone")
CELL = ("person_id", "backup_id", "valid_from", "valid_to", "role_id", "service_id", "team_id")
WHEN = ("severity", "and_worse", "hours_id", "roster_id")


@dataclass(frozen=True)
class _Kinds:
    """What puts services into kinds."""

    routes: Mapping[int | None, list[RouteSpec]]
    of_service: Mapping[int, list[Kind]]
    of_team: Mapping[int, list[Kind]]
    now: datetime

    def kind_of(self, one: _Asked) -> Kind:
        """Equal for two services whose rules have the same gaps."""
        fitting = [*self.routes.get(one.pk, ()), *self.routes.get(None, ())]
        policy_id = choose_policy(
            fitting,
            service_id=one.pk,
            severity=SeverityLevel.CRITICAL,
            impact_id=None,
            at=self.now,
        )
        cells = (*self.of_service.get(one.pk, ()), None, *self.of_team.get(one.team_id, ()))
        return (policy_id, one.tier, one.zone, *cells)


def glances(
    book: Book, services: QuerySet[Service], *, reader: Person, now: datetime
) -> list[Glance]:
    """These services in their order, each with what its rule misses."""
    found = [_Asked(*row) for row in services.values_list(*SERVICE)]
    kinds = _kinds(book, services, now=now)
    kind_of = {one.pk: kinds.kind_of(one) for one in found}
    if len(set(kind_of.values())) > MOST_JUDGED:
        return _as_proved(found, now=now)
    examples = {kind: pk for pk, kind in kind_of.items()}
    judged = {
        kind_of[rule.service.pk]: Judged(rule, rule.empty_steps, rule.has_gaps)
        for rule in rules.summaries(book, _in_full(examples.values()), reader=reader, now=now)
    }
    return [_glance(one, judged[kind_of[one.pk]]) for one in found]


def _as_proved(asked: Iterable[_Asked], *, now: datetime) -> list[Glance]:
    """The same where hardly two services are alike: what they miss is what the proof found.

    Only those that are shown are then judged, by `in_full`.
    """
    missing = findings.gaps_by_service(until=now + GAPS_AHEAD, now=now)
    return [
        Glance(one.pk, one.name, one.tier, one.team, missing[one.pk], missing[one.pk] > 0)
        for one in asked
    ]


def _glance(one: _Asked, kind: Judged) -> Glance:
    own = kind.rule if kind.rule.service.pk == one.pk else None
    return Glance(one.pk, one.name, one.tier, one.team, kind.empty_steps, kind.has_gaps, own)


def in_full(book: Book, shown: Iterable[Glance], *, reader: Person, now: datetime) -> list[Rule]:
    """The rules of these services, in this order."""
    known = {one.pk: one.rule for one in shown}
    services = _in_full(pk for pk, rule in known.items() if rule is None)
    if services:
        read = rules.summaries(book, services, reader=reader, now=now)
        known |= {rule.service.pk: rule for rule in read}
    return [rule for rule in known.values() if rule is not None]


def _in_full(pks: Iterable[int]) -> list[Service]:
    wanted = list(pks)
    known = Service.objects.select_related("owner_team").in_bulk(wanted)
    return [known[pk] for pk in wanted if pk in known]


def _kinds(book: Book, services: QuerySet[Service], *, now: datetime) -> _Kinds:
    routes: dict[int | None, list[RouteSpec]] = defaultdict(list)
    for route in book.routes:
        routes[route.service_id].append(route)
    kinds = _Kinds(routes, defaultdict(list), defaultdict(list), now)
    kind_of_cell = _kind_of_cell(now=now)
    for *cell, service_id, team_id, severity, and_worse, hours_id, roster_id in _cells(
        book, services, now=now
    ):
        about = kinds.of_service[service_id] if service_id else kinds.of_team[team_id]
        about.append((*kind_of_cell(*cell), severity, and_worse, hours_id, roster_id))
    return kinds


def _cells(book: Book, services: QuerySet[Service], *, now: datetime) -> QuerySet[MatrixEntry, Any]:
    """The cells of these services and their teams that a step of some rule may ask."""
    roles = {one.role_id for row in book.rows.values() for one in row.targets if one.role_id}
    about = Q(service__in=services.order_by().values("pk"))
    about |= Q(team__in=services.order_by().values("owner_team"))
    in_time = Q(valid_from__isnull=True) | Q(valid_from__lt=now + HORIZON)
    in_time &= Q(valid_to__isnull=True) | Q(valid_to__gt=now)
    rows = MatrixEntry.objects.filter(about, in_time, role__in=roles).order_by("pk")
    return rows.values_list(*CELL, *WHEN)


KindOfCell = Callable[[int | None, int | None, datetime | None, datetime | None, int], Kind]


def _kind_of_cell(*, now: datetime) -> KindOfCell:
    """What a cell is to a rule: whom it names only where that may make a difference."""
    horizon = now + HORIZON
    special = not_plainly_here(starts_at=now, ends_at=horizon)

    def kind(
        person: int | None,
        backup: int | None,
        begins: datetime | None,
        ends: datetime | None,
        role: int,
    ) -> Kind:
        return (
            role,
            person if person is None or person in special else SOMEBODY,
            backup if backup is None or backup in special else SOMEBODY,
            begins if begins is not None and begins > now else None,
            ends if ends is not None and ends < horizon else None,
        )

    return kind

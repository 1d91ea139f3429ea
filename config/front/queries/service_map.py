"""What needs what, as a picture and as a list; and who feels it when one service fails."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from config.portal.drawing import Arrow, Box, Flow, flow
from incidents.logic.health import Health, HealthState
from incidents.queries.health import health_of
from rosters.logic import graph
from rosters.models import Person, Service, ServiceDependency, Team

DRAWN_AT_MOST = 60
"""More boxes than these are no picture that anybody reads."""
LISTED_AT_MOST = 300
"""Beyond these the page counts by team instead of listing."""
FOLLOWED = 20
"""Of how many failing services the page counts who feels them."""
CHOICES = 400
"""How many services the page offers to choose from; more are found through the list."""


@dataclass(frozen=True)
class Node:
    """One box: a service, how it is doing, and what the picture says of it.

    `part` is chosen, felt, needed or nothing; `x` and `y` are its place.
    """

    service: Service
    health: Health
    part: str
    x: float
    y: float

    width = Box.width
    height = Box.height


@dataclass(frozen=True)
class Item:
    """One line of the nested list. `is_again`: it stands earlier, with all below it."""

    service: Service
    health: Health
    items: tuple["Item", ...] = ()
    is_again: bool = False


@dataclass(frozen=True)
class Line:
    """One arrow of the picture; `is_felt` when trouble would come along it."""

    arrow: Arrow
    is_felt: bool


@dataclass(frozen=True)
class Picture:
    """The drawing. Without nodes there is none; `too_many` is how many boxes it would have had."""

    drawn: Flow = field(default_factory=Flow)
    nodes: tuple[Node, ...] = ()
    lines: tuple[Line, ...] = ()
    too_many: int = 0


@dataclass(frozen=True)
class Finding:
    """The service to look at first, and of how many others it is felt.

    `is_failing`: it does not work now; else it is the one that most others need.
    """

    service: Service
    felt_by: int
    is_failing: bool


@dataclass(frozen=True)
class MapPage:
    """The map for one reader."""

    chosen: Service | None
    team: Team | None
    total: int
    items: tuple[Item, ...]
    picture: Picture
    by_team: tuple[tuple[Team, int], ...] = ()
    felt: tuple[tuple[Service, int], ...] = ()
    finding: Finding | None = None
    failing: int = 0
    loops: tuple[tuple[str, ...], ...] = ()
    alone: tuple[Service, ...] = ()
    services: tuple[Service, ...] = ()
    teams: tuple[Team, ...] = ()

    @property
    def direct(self) -> list[Service]:
        """Who feels it at once."""
        return [service for service, steps in self.felt if steps == 1]

    @property
    def further(self) -> list[Service]:
        """Who feels it through another service."""
        return [service for service, steps in self.felt if steps > 1]


@dataclass(frozen=True)
class _Company:
    """Every service and what it needs, read once."""

    services: Mapping[int, Service]
    needs: Mapping[int, set[int]]

    def in_order(self, ids: Iterable[int]) -> list[int]:
        """By tier, then by name."""
        return sorted(ids, key=lambda pk: (self.services[pk].tier, self.services[pk].name.lower()))


def page(*, team: str, service: str, viewer: Person) -> MapPage:
    """The map, narrowed to one team or told from one service; a constant number of queries."""
    company = _company()
    teams = list(Team.objects.order_by("name", "pk"))
    chosen = next((one for one in company.services.values() if one.slug == service), None)
    owner = next((one for one in teams if one.slug == team), None)
    needed_by = graph.turned(company.needs)
    felt = graph.reached(chosen.pk, needed_by) if chosen else {}
    shown = _shown(company, needed_by, chosen=chosen, team=owner, felt=felt)
    linked = {one for one in shown if company.needs.get(one) or needed_by.get(one)}
    listed = linked if len(linked) <= LISTED_AT_MOST else set()
    health = health_of([company.services[one] for one in company.in_order(shown)], viewer=viewer)
    failing = [pk for pk in company.in_order(shown) if health[pk].state is HealthState.FAILING]
    return MapPage(
        chosen=chosen,
        team=owner,
        total=len(company.services),
        items=_items(company, listed, needed_by, health, chosen),
        by_team=() if listed else _by_team(company, linked, teams),
        picture=_picture(company, linked, health, chosen, felt),
        felt=tuple((company.services[pk], felt[pk]) for pk in company.in_order(felt)),
        finding=None if chosen else _finding(company, linked, needed_by, failing),
        failing=len(failing),
        loops=_loops(company, linked),
        alone=tuple(company.services[pk] for pk in company.in_order(shown - linked))[:CHOICES],
        services=tuple(company.services.values())[:CHOICES],
        teams=tuple(teams),
    )


def _company() -> _Company:
    services = {one.pk: one for one in Service.objects.order_by("name", "pk")}
    needs: dict[int, set[int]] = defaultdict(set)
    for one, other in ServiceDependency.objects.values_list("service", "needs"):
        needs[one].add(other)
    return _Company(services, needs)


def _finding(
    company: _Company,
    linked: Collection[int],
    needed_by: Mapping[int, set[int]],
    failing: Sequence[int],
) -> Finding | None:
    """Of what fails now the one that most others feel; else what most others need at once."""
    if failing:
        felt = {pk: len(graph.reached(pk, needed_by)) for pk in failing[:FOLLOWED]}
        worst = max(felt, key=lambda pk: felt[pk])
        return Finding(company.services[worst], felt[worst], is_failing=True)
    if not linked:
        return None
    most = max(company.in_order(linked), key=lambda pk: len(needed_by.get(pk, ())))
    return Finding(company.services[most], len(needed_by.get(most, ())), is_failing=False)


def _shown(
    company: _Company,
    needed_by: Mapping[int, set[int]],
    *,
    chosen: Service | None,
    team: Team | None,
    felt: Collection[int],
) -> set[int]:
    """What the page is about: everything, a team and its neighbors, or who feels one service."""
    if team:
        own = {pk for pk, one in company.services.items() if one.owner_team_id == team.pk}
        edges = (company.needs, needed_by)
        beside = {other for pk in own for edge in edges for other in edge.get(pk, ())}
        return own | beside | ({chosen.pk, *felt} if chosen else set())
    if chosen and len(company.services) > DRAWN_AT_MOST:
        return {chosen.pk, *felt, *company.needs.get(chosen.pk, ())}
    return set(company.services)


def _picture(
    company: _Company,
    linked: set[int],
    health: Mapping[int, Health],
    chosen: Service | None,
    felt: Collection[int],
) -> Picture:
    """The boxes and arrows, or how many there would be if they are too many."""
    if len(linked) > DRAWN_AT_MOST:
        return Picture(too_many=len(linked))
    depth = graph.layers(linked, company.needs)
    deepest = max(depth.values(), default=0)
    columns = {pk: deepest - depth[pk] for pk in company.in_order(linked)}
    drawn = flow(columns, [(one, other) for one in linked for other in company.needs.get(one, ())])
    hit = {*felt, chosen.pk} if chosen else set()
    nodes = tuple(
        Node(
            company.services[box.pk],
            health[box.pk],
            _part(company, box.pk, chosen, felt),
            box.x,
            box.y,
        )
        for box in drawn.boxes
    )
    lines = tuple(Line(one, one.start in hit and one.end in hit) for one in drawn.arrows)
    return Picture(drawn, nodes, lines)


def _part(company: _Company, pk: int, chosen: Service | None, felt: Collection[int]) -> str:
    if chosen is None:
        return ""
    if pk == chosen.pk:
        return "chosen"
    if pk in felt:
        return "felt"
    return "needed" if pk in company.needs.get(chosen.pk, ()) else ""


def _items(
    company: _Company,
    linked: set[int],
    needed_by: Mapping[int, set[int]],
    health: Mapping[int, Health],
    chosen: Service | None,
) -> tuple[Item, ...]:
    """Who feels the chosen service, and through whom; without one, what each needs."""
    edges = needed_by if chosen else company.needs
    inside = {one: company.in_order(linked & set(edges.get(one, ()))) for one in linked}
    if chosen:
        roots = inside.get(chosen.pk, [])
        found = graph.branches([chosen.pk], inside)
        return _told(found[0].branches if roots else (), company, health)
    tops = [one for one in company.in_order(linked) if not linked & needed_by.get(one, set())]
    roots = [*tops, *company.in_order(linked)]  # the second time: loops that nobody else needs
    return _told(graph.branches(roots, inside), company, health)


def _told(
    found: Sequence[graph.Branch], company: _Company, health: Mapping[int, Health]
) -> tuple[Item, ...]:
    return tuple(
        Item(
            company.services[one.pk],
            health[one.pk],
            _told(one.branches, company, health),
            one.is_again,
        )
        for one in found
    )


def _loops(company: _Company, linked: set[int]) -> tuple[tuple[str, ...], ...]:
    inside = {one: linked & company.needs.get(one, set()) for one in linked}
    return tuple(
        tuple(company.services[pk].name for pk in (*loop, loop[0])) for loop in graph.loops(inside)
    )


def _by_team(
    company: _Company, linked: Iterable[int], teams: Iterable[Team]
) -> tuple[tuple[Team, int], ...]:
    """How many of these services each team owns."""
    owned = Counter(company.services[pk].owner_team_id for pk in linked)
    return tuple((team, owned[team.pk]) for team in teams if owned[team.pk])

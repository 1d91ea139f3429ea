"""One service on one page: what it is, who answers, and what happens when it breaks."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Prefetch, Q

from incidents.enums import Promise
from incidents.logic.health import Day, Health
from incidents.models import Change, Incident, MaintenanceWindow, ResponseClock, Severity
from incidents.queries.cover import Call, Cover, cover_of
from incidents.queries.health import days_of, health_of
from incidents.queries.preview import severities
from reviews.logic.readiness import CONTACTS_GOOD_FOR, Readiness
from reviews.logic.scoring import ActionFacts, IncidentFacts, Score, score
from reviews.models import ActionItem, Drill
from reviews.queries.readiness import contacts_of, leads_of, readiness_of
from reviews.queries.waiting import visible_actions
from rosters.logic import graph
from rosters.models import MatrixEntry, Person, Service, ServiceDependency
from runbooks.models import Runbook, RunbookVersion

DAYS = 90
HISTORY = timedelta(days=DAYS)
CHANGES_FOR = timedelta(days=30)
INCIDENTS_SHOWN = 20
CHANGES_SHOWN = 6
WORK_SHOWN = 5
ACTIONS_SHOWN = 8
MILESTONES = {"acknowledge": "acknowledged_at", "contain": "contained_at", "resolve": "resolved_at"}


@dataclass(frozen=True)
class Contact:
    """One cell of the matrix: who fills a role here, and whether somebody checked it lately."""

    entry: MatrixEntry
    is_stale: bool

    @property
    def has_left(self) -> bool:
        """A person who stands here has left the company."""
        people = (self.entry.person, self.entry.backup)
        return any(person is not None and person.left_at is not None for person in people)

    @property
    def is_for_all(self) -> bool:
        """It holds for the whole company, not for this service or its team."""
        return self.entry.service_id is None and self.entry.team_id is None


@dataclass(frozen=True)
class Neighbor:
    """A service that this one needs, or that needs this one."""

    service: Service
    health: Health


@dataclass(frozen=True)
class Example:
    """What a severity means, and the last time that it happened here."""

    severity: Severity
    incident: Incident | None


@dataclass(frozen=True)
class ServicePage:
    """Everything that the page of one service shows."""

    service: Service
    health: Health
    troubles: list[Incident]
    days: tuple[Day, ...]
    leads: list[Person]
    cover: Cover
    calls: list[Call]
    readiness: Readiness
    contacts: list[Contact]
    needs: list[Neighbor]
    needed_by: list[Neighbor]
    further: list[str]
    examples: list[Example]
    runbooks: list[Runbook]
    incidents: list[Incident]
    incidents_total: int
    score: Score
    changes: list[Change]
    work: list[MaintenanceWindow]
    actions: list[ActionItem]
    drill: Drill | None

    @property
    def needed_by_names(self) -> list[str]:
        """Who feels it at once."""
        return [one.service.name for one in self.needed_by]

    @property
    def strips(self) -> list[tuple[str, tuple[Day, ...]]]:
        """The days with whose they are, for the table behind the strip."""
        return [(self.service.name, self.days)]

    @property
    def vendors(self) -> list[str]:
        """Supplier and contract lines, one a line."""
        return [line.strip() for line in self.service.vendor_contacts.splitlines() if line.strip()]


def find(slug: str) -> Service | None:
    """The service called `slug`."""
    found = Service.objects.select_related("owner_team", "backup_owner").filter(slug=slug)
    return found.first()


def page(service: Service, *, viewer: Person, now: datetime) -> ServicePage:
    """The page of one service for one reader; a constant number of queries."""
    covers = cover_of([service], now=now)
    cover = covers[service.pk]
    around = _around(service)
    health = health_of([service, *around.nearby], viewer=viewer)
    lately = _lately(service, viewer=viewer, now=now)
    zone = ZoneInfo(viewer.time_zone)
    actions = list(_actions(service, viewer=viewer))
    leads = leads_of([service.owner_team_id], now=now).get(service.owner_team_id, [])
    return ServicePage(
        service=service,
        health=health[service.pk],
        troubles=[one for one in _touching(service, viewer=viewer) if one.is_open],
        days=days_of([service], viewer=viewer, now=now, zone=zone, days=DAYS)[service.pk],
        leads=[membership.person for membership in leads],
        cover=cover,
        calls=cover.calls(),
        readiness=readiness_of([service], covers, now=now)[service.pk],
        contacts=_contacts(service, now=now),
        needs=[Neighbor(one, health[one.pk]) for one in around.needs],
        needed_by=[Neighbor(one, health[one.pk]) for one in around.needed_by],
        further=around.further,
        examples=_examples(service, viewer=viewer),
        runbooks=_runbooks(service),
        incidents=lately[:INCIDENTS_SHOWN],
        incidents_total=len(lately),
        score=_score(lately, actions, now=now, zone=zone),
        changes=_changes(service, now=now),
        work=_work(service, now=now),
        actions=actions[:ACTIONS_SHOWN],
        drill=_drill(service, now=now),
    )


@dataclass(frozen=True)
class _Around:
    needs: list[Service]
    needed_by: list[Service]
    further: list[str]

    @property
    def nearby(self) -> list[Service]:
        return [*self.needs, *self.needed_by]


def _around(service: Service) -> _Around:
    """Its neighbors, and by name those that feel it through another one; two queries."""
    needs: dict[int, set[int]] = defaultdict(set)
    for one, other in ServiceDependency.objects.values_list("service", "needs"):
        needs[one].add(other)
    needed_by = graph.turned(needs)
    feeling = graph.reached(service.pk, needed_by)
    wanted = {*needs.get(service.pk, ()), *feeling}
    known = Service.objects.order_by("tier", "name", "pk").in_bulk(wanted)
    rows = sorted(known.values(), key=lambda one: (one.tier, one.name.casefold()))
    return _Around(
        [one for one in rows if one.pk in needs.get(service.pk, ())],
        [one for one in rows if feeling.get(one.pk) == 1],
        [one.name for one in rows if feeling.get(one.pk, 0) > 1],
    )


def _touching(service: Service, *, viewer: Person) -> Iterable[Incident]:
    mine = Q(service=service) | Q(affected__service=service)
    opened = Incident.objects.visible_to(viewer).open().filter(mine).distinct()
    return opened.order_by("severity", "detected_at", "pk")


def _lately(service: Service, *, viewer: Person, now: datetime) -> list[Incident]:
    """Its incidents of 90 days, newest first."""
    mine = Incident.objects.visible_to(viewer).filter(
        service=service, detected_at__gte=now - HISTORY, detected_at__lte=now
    )
    return list(mine.for_list().order_by("-detected_at", "-pk"))


def _score(
    incidents: Iterable[Incident],
    actions: Iterable[ActionItem],
    *,
    now: datetime,
    zone: ZoneInfo,
) -> Score:
    """The scorecard's own sums over what the page lists; restricted incidents are left out."""
    counted = [one for one in incidents if not one.is_restricted]
    targets = _targets(counted)
    facts = [
        IncidentFacts(
            severity=one.severity,
            detected_at=one.detected_at,
            reached_at={
                step: at
                for step, name in MILESTONES.items()
                if (at := getattr(one, name)) is not None
            },
            target_at=targets.get(one.pk, {}),
            is_escalated=one.escalated_at is not None,
        )
        for one in counted
    ]
    items = [ActionFacts(one.due_date, is_done=False) for one in actions]
    return score(facts, items, now=now, today=now.astimezone(zone).date())


def _targets(incidents: Iterable[Incident]) -> Mapping[int, dict[str, datetime]]:
    clocks = ResponseClock.objects.filter(
        incident__in=[one.pk for one in incidents],
        promise__in=[Promise.ACKNOWLEDGE, Promise.CONTAIN, Promise.RESOLVE],
        stopped_at__isnull=True,
    ).order_by("started_at", "pk")
    found: dict[int, dict[str, datetime]] = defaultdict(dict)
    for incident_id, promise, target_at in clocks.values_list("incident", "promise", "target_at"):
        found[incident_id][promise] = target_at
    return found


def _contacts(service: Service, *, now: datetime) -> list[Contact]:
    """Every cell that holds for it: its own first, then its team's, then the company's."""
    about = Q(service=service) | Q(team=service.owner_team_id)
    about |= Q(service__isnull=True, team__isnull=True)
    entries = MatrixEntry.objects.filter(about, contacts_of(now=now)).select_related(
        "role", "person", "backup", "roster", "team"
    )
    found = [
        Contact(one, one.confirmed_at is None or now - one.confirmed_at > CONTACTS_GOOD_FOR)
        for one in entries
    ]
    return sorted(
        found,
        key=lambda one: (
            one.entry.service_id is None,
            one.entry.team_id is None,
            one.entry.role.name,
            one.entry.severity or 0,
            one.entry.pk,
        ),
    )


def _examples(service: Service, *, viewer: Person) -> list[Example]:
    """Each severity with the newest incident of it here; two queries."""
    newest = (
        Incident.objects.visible_to(viewer)
        .filter(service=service, is_restricted=False)
        .order_by("severity", "-detected_at", "-pk")
        .distinct("severity")
    )
    by_level = {incident.severity: incident for incident in newest}
    return [Example(one, by_level.get(one.level)) for one in severities()]


def _runbooks(service: Service) -> list[Runbook]:
    """Its runbooks, each with its newest version at `versions_newest_first`; two queries."""
    newest = Prefetch(
        "versions", RunbookVersion.objects.order_by("-number"), to_attr="versions_newest_first"
    )
    return list(
        Runbook.objects.filter(service=service).prefetch_related(newest).order_by("title", "pk")
    )


def _changes(service: Service, *, now: datetime) -> list[Change]:
    made = Change.objects.filter(
        service=service, made_at__gte=now - CHANGES_FOR, made_at__lte=now
    ).select_related("made_by")
    return list(made.order_by("-made_at", "-pk")[:CHANGES_SHOWN])


def _work(service: Service, *, now: datetime) -> list[MaintenanceWindow]:
    planned = MaintenanceWindow.objects.filter(services=service, ends_at__gt=now)
    return list(planned.select_related("owner").order_by("starts_at", "pk")[:WORK_SHOWN])


def _actions(service: Service, *, viewer: Person) -> Iterable[ActionItem]:
    mine = visible_actions(viewer).filter(review__incident__service=service, done_at__isnull=True)
    return mine.select_related("owner", "review__incident").order_by("due_date", "pk")


def _drill(service: Service, *, now: datetime) -> Drill | None:
    """The next planned drill, or else the last one that was finished."""
    mine = Drill.objects.filter(service=service, called_off_at__isnull=True)
    planned = mine.filter(finished_at__isnull=True, planned_at__gte=now)
    return (
        planned.order_by("planned_at", "pk").first()
        or mine.filter(finished_at__isnull=False).order_by("-finished_at", "-pk").first()
    )

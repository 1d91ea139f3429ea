"""One service on one page: what it is, who answers, and what happens when it breaks."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import OuterRef, Prefetch, Q, QuerySet, Subquery

from config.front.queries import audit
from config.front.queries.audit_rows import Entry
from config.portal.sentences import Sentence
from incidents.logic.health import Day, Health
from incidents.models import Change, Incident, IncidentTemplate, Severity
from incidents.queries import findings, planned_work, template_list
from incidents.queries.cover import Call, Cover, cover_of
from incidents.queries.findings import Tally
from incidents.queries.health import days_of, health_of
from incidents.queries.planned_work import Planned
from incidents.queries.preview import severities
from reviews.logic.drills import why_not_plan
from reviews.logic.readiness import Readiness
from reviews.logic.scoring import IncidentFacts, Score, score
from reviews.logic.verdict import Trend
from reviews.models import ActionItem, Drill
from reviews.queries.drills import part_of
from reviews.queries.readiness import leads_of, readiness_of
from reviews.queries.scorecards import verdict_of
from reviews.queries.waiting import few_actions
from rosters.logic import graph
from rosters.models import Person, Service, ServiceDependency
from rosters.queries import contacts, numbers
from rosters.queries.by_key import by_key
from rosters.queries.compiled import compiled
from rosters.queries.contacts import Held
from runbooks.models import Runbook, RunbookVersion

DAYS = 90
HISTORY = timedelta(days=DAYS)
CHANGES_FOR = timedelta(days=30)
INCIDENTS_SHOWN = 20
CHANGES_SHOWN = 6
WORK_SHOWN = 5
ACTIONS_SHOWN = 8
FINDINGS_SHOWN = 5
MILESTONES = {
    "acknowledge": "first_acknowledged_at",
    "contain": "contained_at",
    "resolve": "resolved_at",
}


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
    contacts: tuple[Held, ...]
    why_not_vendors: str | None
    contact_changes: list[Entry]
    needs: list[Neighbor]
    needed_by: list[Neighbor]
    further: list[Service]
    loops: tuple[tuple[str, ...], ...]
    examples: list[Example]
    runbooks: list[Runbook]
    templates: list[IncidentTemplate]
    incidents: list[Incident]
    incidents_total: int
    score: Score
    verdict: Sentence
    trend: Trend | None
    changes: list[Change]
    work: list[Planned]
    actions: list[ActionItem]
    drill: Drill | None
    why_not_drill: str | None
    findings: Tally

    @property
    def needed_by_names(self) -> list[str]:
        """Who feels it at once."""
        return [one.service.name for one in self.needed_by]

    @property
    def further_names(self) -> list[str]:
        """Who feels it through another service."""
        return [one.name for one in self.further]

    @property
    def felt(self) -> list[Service]:
        """Everybody who feels it, at once or through another, the most important first."""
        direct = [one.service for one in self.needed_by]
        return sorted([*direct, *self.further], key=lambda one: (one.tier, one.name.casefold()))

    @property
    def strips(self) -> list[tuple[str, tuple[Day, ...]]]:
        """The days with whose they are, for the table behind the strip."""
        return [(self.service.name, self.days)]

    @property
    def own_contacts(self) -> list[Held]:
        """Those of this service and of its team."""
        return [one for one in self.contacts if not one.is_for_all]

    @property
    def company_contacts(self) -> list[Held]:
        """Those of the whole company, who answer for this service too."""
        return [one for one in self.contacts if one.is_for_all]

    @property
    def to_confirm(self) -> str:
        """Its contacts that somebody must look at, as an address takes several: 3,7."""
        return ",".join(
            str(one.entry.pk) for one in self.own_contacts if one.is_stale or one.has_left
        )

    @property
    def vendors(self) -> list[str]:
        """Supplier and contract lines, one a line."""
        return [line.strip() for line in self.service.vendor_contacts.splitlines() if line.strip()]


def find(slug: str) -> Service | None:
    """The service called `slug`."""
    return next(iter(_called(slug)), None)


@compiled
def _called(slug: str) -> QuerySet[Service]:
    return Service.objects.select_related("owner_team", "backup_owner").filter(slug=slug)


def page(service: Service, *, viewer: Person, now: datetime) -> ServicePage:
    """The page of one service for one reader; a constant number of queries."""
    covers = cover_of([service], now=now)
    cover = covers[service.pk]
    around = _around(service)
    health = health_of([service, *around.nearby], viewer=viewer)
    lately = service, viewer, now - HISTORY, now
    facts = _facts(*lately)
    zone = ZoneInfo(viewer.time_zone)
    said, moved = verdict_of(service, days=DAYS, now=now)
    leads = leads_of([service.owner_team_id], now=now).get(service.owner_team_id, [])
    return ServicePage(
        service=service,
        health=health[service.pk],
        troubles=[one for one in _touching(service, viewer) if one.is_open],
        days=days_of([service], viewer=viewer, now=now, zone=zone, days=DAYS)[service.pk],
        leads=[membership.person for membership in leads],
        cover=cover,
        calls=cover.calls(),
        readiness=readiness_of([service], covers, now=now)[service.pk],
        contacts=contacts.about(service, now=now),
        why_not_vendors=numbers.why_not_suppliers(viewer, service),
        contact_changes=audit.of_cells(service, most=CHANGES_SHOWN),
        needs=[Neighbor(one, health[one.pk]) for one in around.needs],
        needed_by=[Neighbor(one, health[one.pk]) for one in around.needed_by],
        further=around.further,
        loops=around.loops,
        examples=_examples(service, viewer=viewer),
        runbooks=_runbooks(service),
        templates=template_list.of_service(service),
        incidents=_lately(*lately),
        incidents_total=len(facts),
        score=_score(facts, now=now),
        verdict=said,
        trend=moved,
        changes=_changes(service, now - CHANGES_FOR, now),
        work=_work(service, now=now),
        actions=_actions(service, viewer),
        drill=_drill(service, now=now),
        why_not_drill=why_not_plan(part_of(viewer, service), service=service.name),
        findings=findings.counted(Q(service=service), most=FINDINGS_SHOWN, now=now),
    )


@dataclass(frozen=True)
class _Around:
    needs: list[Service]
    needed_by: list[Service]
    further: list[Service]
    loops: tuple[tuple[str, ...], ...]

    @property
    def nearby(self) -> list[Service]:
        return [*self.needs, *self.needed_by]


def _around(service: Service) -> _Around:
    """Its neighbors, and by name those that feel it through another one; two queries."""
    needs: dict[int, set[int]] = defaultdict(set)
    for one, other in _dependencies():
        needs[one].add(other)
    needed_by = graph.turned(needs)
    feeling = graph.reached(service.pk, needed_by)
    wanted = {*needs.get(service.pk, ()), *feeling}
    known = by_key(Service, wanted)
    rows = sorted(known.values(), key=lambda one: (one.tier, one.name.casefold()))
    return _Around(
        [one for one in rows if one.pk in needs.get(service.pk, ())],
        [one for one in rows if feeling.get(one.pk) == 1],
        [one for one in rows if feeling.get(one.pk, 0) > 1],
        tuple(
            tuple(service.name if pk == service.pk else known[pk].name for pk in loop)
            for loop in (_from(service.pk, one) for one in graph.loops(needs) if service.pk in one)
        ),
    )


@compiled
def _dependencies() -> QuerySet[ServiceDependency, Any]:
    return ServiceDependency.objects.values_list("service_id", "needs_id")


def _from(pk: int, loop: tuple[int, ...]) -> tuple[int, ...]:
    """The same circle, told from one of its members back to it."""
    at = loop.index(pk)
    return (*loop[at:], *loop[:at], pk)


@compiled
def _touching(service: Service, viewer: Person) -> QuerySet[Incident]:
    mine = Q(service=service) | Q(affected__service=service)
    opened: QuerySet[Incident] = Incident.objects.visible_to(viewer).open().filter(mine).distinct()
    return opened.order_by("severity", "detected_at", "pk")


@compiled
def _lately(service: Service, viewer: Person, since: datetime, now: datetime) -> QuerySet[Incident]:
    """The newest of its incidents since then, newest first."""
    visible: QuerySet[Incident] = Incident.objects.visible_to(viewer).for_list()
    mine = visible.filter(service=service, detected_at__gte=since, detected_at__lte=now)
    return mine.order_by("-detected_at", "-pk")[:INCIDENTS_SHOWN]


@compiled
def _facts(
    service: Service, viewer: Person, since: datetime, now: datetime
) -> QuerySet[Incident, Any]:
    visible: QuerySet[Incident] = Incident.objects.visible_to(viewer)
    mine = visible.filter(service=service, detected_at__gte=since, detected_at__lte=now)
    return mine.values_list("is_restricted", "severity", "detected_at", *MILESTONES.values())


def _score(lately: Iterable[Sequence[Any]], *, now: datetime) -> Score:
    """The scorecard's own three times over these; restricted incidents are left out for all."""
    rows = [rest for is_restricted, *rest in lately if not is_restricted]
    facts = [
        IncidentFacts(
            severity=severity,
            detected_at=detected_at,
            reached_at={step: at for step, at in zip(MILESTONES, reached, strict=True) if at},
            target_at={},
        )
        for severity, detected_at, *reached in rows
    ]
    return score(facts, [], now=now, today=now.date())


def _examples(service: Service, *, viewer: Person) -> list[Example]:
    """Each severity with the newest incident of it here; two queries."""
    by_level = {incident.severity: incident for incident in _newest(service, viewer)}
    return [Example(one, by_level.get(one.level)) for one in severities()]


@compiled
def _newest(service: Service, viewer: Person) -> QuerySet[Incident]:
    visible: QuerySet[Incident] = Incident.objects.visible_to(viewer)
    here = visible.filter(service=service, is_restricted=False)
    newest = here.filter(severity=OuterRef("level")).order_by("-detected_at", "-pk").values("pk")
    levels = Severity.objects.values_list(Subquery(newest[:1]))
    return Incident.objects.filter(pk__in=levels)


@compiled
def _runbooks(service: Service) -> QuerySet[Runbook]:
    """Its runbooks, each with its newest version at `versions_newest_first`; two queries."""
    newest = Prefetch(
        "versions", RunbookVersion.objects.order_by("-number"), to_attr="versions_newest_first"
    )
    found = Runbook.objects.filter(service=service).prefetch_related(newest)
    return found.order_by("title", "pk")


@compiled
def _changes(service: Service, since: datetime, now: datetime) -> QuerySet[Change]:
    made = Change.objects.filter(service=service, made_at__gte=since, made_at__lte=now)
    return made.select_related("made_by").order_by("-made_at", "-pk")[:CHANGES_SHOWN]


def _work(service: Service, *, now: datetime) -> list[Planned]:
    return planned_work.of_service(service, now=now, most=WORK_SHOWN)


@compiled
def _actions(service: Service, viewer: Person) -> QuerySet[ActionItem]:
    mine = few_actions(viewer).filter(review__incident__service=service, done_at__isnull=True)
    joined = mine.select_related("owner", "review__incident")
    return joined.order_by("due_date", "pk")[:ACTIONS_SHOWN]


def _drill(service: Service, *, now: datetime) -> Drill | None:
    """The next planned drill, or else the last one that was finished."""
    return next(chain(_planned(service, now), _finished(service)), None)


@compiled
def _planned(service: Service, now: datetime) -> QuerySet[Drill]:
    mine = Drill.objects.filter(service=service, called_off_at__isnull=True)
    planned = mine.filter(finished_at__isnull=True, planned_at__gte=now)
    return planned.order_by("planned_at", "pk")[:1]


@compiled
def _finished(service: Service) -> QuerySet[Drill]:
    mine = Drill.objects.filter(service=service, called_off_at__isnull=True)
    return mine.filter(finished_at__isnull=False).order_by("-finished_at", "-pk")[:1]

"""Drills: what is planned, what they showed, and which services wait for one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery

from incidents.models import Incident
from reviews.logic import drills as rules
from reviews.logic.drills import Part, State
from reviews.models import Drill, DrillFinding
from rosters.models import Membership, Person, Service

RESULTS = {"all": "All", "passed": "It worked", "failed": "It did not work", "off": "Called off"}
EARLIER = 5
LATELY = timedelta(days=90)


def part_of(person: Person, service: Service, *, leader_id: int | None = None) -> Part:
    """`person`'s part in the drills of `service`, in one query."""
    in_team = Membership.objects.filter(team=service.owner_team_id, person=person).exists()
    return Part(in_team, leader_id == person.pk, person.is_superuser)


def state(drill: Drill) -> State:
    """The facts of a drill that the rules ask for."""
    return State(
        drill.title,
        drill.planned_at,
        is_finished=drill.finished_at is not None,
        is_called_off=drill.called_off_at is not None,
    )


def may_plan(person: Person) -> bool:
    """Whether there is a service whose drills this person may plan."""
    return person.is_superuser or Membership.objects.filter(person=person).exists()


def upcoming() -> list[Drill]:
    """Drills without a result, the next first; one whose time has passed waits for its result."""
    waiting = Drill.objects.filter(finished_at__isnull=True, called_off_at__isnull=True)
    return list(waiting.select_related("service", "leader").order_by("planned_at", "pk"))


def past(*, result: str, words: str = "", service: str = "", team: str = "") -> QuerySet[Drill]:
    """Drills that are over, the newest first."""
    results = {
        "passed": Q(passed=True),
        "failed": Q(passed=False),
        "off": Q(called_off_at__isnull=False),
    }
    over = Q(finished_at__isnull=False) | Q(called_off_at__isnull=False)
    found = Drill.objects.filter(over, results.get(result, Q()))
    if words:
        found = found.filter(
            Q(title__icontains=words)
            | Q(summary__icontains=words)
            | Q(leader__full_name__icontains=words)
        )
    if service:
        found = found.filter(service__slug=service)
    if team:
        found = found.filter(service__owner_team__slug=team)
    return (
        found.select_related("service", "leader")
        .annotate(
            findings_total=Count("findings"),
            findings_open=Count("findings", filter=Q(findings__done_at__isnull=True)),
        )
        .order_by("-planned_at", "-pk")
    )


def overdue(*, now: datetime) -> QuerySet[Service]:
    """Services without a drill in 180 days, those that matter most first.

    With `drilled_at`, when the last one ended, and `planned_at`, when the next one is; both may be
    empty.
    """
    drills = Drill.objects.filter(service=OuterRef("pk"))
    ended = drills.filter(finished_at__isnull=False).order_by("-finished_at")
    waiting = drills.filter(finished_at__isnull=True, called_off_at__isnull=True)
    return (
        Service.objects.annotate(
            drilled_at=Subquery(ended.values("finished_at")[:1]),
            planned_at=Subquery(waiting.order_by("planned_at").values("planned_at")[:1]),
        )
        .filter(Q(drilled_at__isnull=True) | Q(drilled_at__lt=now - rules.OVERDUE_AFTER))
        .select_related("owner_team")
        .order_by("tier", F("drilled_at").asc(nulls_first=True), "name", "pk")
    )


def where_to_start(*, now: datetime) -> Incident | None:
    """The worst incident of late, to drill its service first. Never a restricted one."""
    lately = Incident.objects.filter(
        is_restricted=False, service__isnull=False, detected_at__gte=now - LATELY
    )
    found: Incident | None = (
        lately.select_related("service").order_by("severity", "-detected_at", "-pk").first()
    )
    return found


@dataclass(frozen=True)
class DrillPage:
    """One drill for one reader. Each `why_not_…` is None, or why its button is off."""

    drill: Drill
    findings: Sequence[DrillFinding]
    others: Sequence[Drill]
    part: Part
    now: datetime

    @property
    def open_findings(self) -> int:
        return sum(one.done_at is None for one in self.findings)

    @property
    def has_begun(self) -> bool:
        return self.drill.planned_at <= self.now

    @property
    def why_not_act(self) -> str | None:
        return rules.why_not_act(self.part, state(self.drill))

    @property
    def why_not_finish(self) -> str | None:
        return rules.why_not_finish(self.part, state(self.drill), now=self.now)


def find(pk: int) -> Drill | None:
    """One drill with its service and its people."""
    found = Drill.objects.select_related("service__owner_team", "leader", "created_by")
    return found.filter(pk=pk).first()


def page_of(drill: Drill, *, viewer: Person, now: datetime) -> DrillPage:
    """The page of one drill; a constant number of queries."""
    findings = drill.findings.select_related("owner", "done_by").order_by("due_date", "pk")
    others = Drill.objects.filter(service=drill.service_id).exclude(pk=drill.pk)
    return DrillPage(
        drill=drill,
        findings=list(findings),
        others=list(others.order_by("-planned_at", "-pk")[:EARLIER]),
        part=part_of(viewer, drill.service, leader_id=drill.leader_id),
        now=now,
    )

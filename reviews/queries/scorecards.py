"""The scorecard of every service, in a constant number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import chain
from zoneinfo import ZoneInfo

from django.db.models import Q

from config.portal.sentences import Sentence
from incidents.models import Incident, ResponseClock
from reviews.logic import figures, scoring
from reviews.logic.figures import Figure
from reviews.logic.scoring import STEPS, ActionFacts, IncidentFacts, Score
from reviews.models import ActionItem, Review
from rosters.models import Person, Service

MILESTONES = {"acknowledge": "acknowledged_at", "contain": "contained_at", "resolve": "resolved_at"}
NOWHERE = "No service chosen"


@dataclass(frozen=True)
class Line:
    """One service's line. Incidents without a service share one, whose `service` is None."""

    service: Service | None
    score: Score

    @property
    def name(self) -> str:
        return self.service.name if self.service else NOWHERE

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        return scoring.sentences(self.score)

    @property
    def severities(self) -> list[tuple[int, int]]:
        """How many incidents of each level there were, the worst first."""
        return sorted(self.score.by_severity.items())


@dataclass(frozen=True)
class Scorecards:
    """Every service's line, those that need a look first, and the score of all together."""

    lines: list[Line]
    total: Score

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        return scoring.sentences(self.total)

    @property
    def figures(self) -> tuple[Figure, ...]:
        return figures.figures(self.total)


@dataclass
class _Facts:
    incidents: dict[int, list[IncidentFacts]] = field(default_factory=lambda: defaultdict(list))
    actions: dict[int, list[ActionFacts]] = field(default_factory=lambda: defaultdict(list))


def scorecards(reader: Person, *, days: int, now: datetime) -> Scorecards:
    """A line for each service: its incidents of the last `days`, in a constant number of queries.

    Restricted incidents are left out for everybody. Actions are those done in the period and all
    that are open now.
    """
    today = now.astimezone(ZoneInfo(reader.time_zone)).date()
    facts = _facts(since=now - timedelta(days=days))
    services: list[Service | None] = list(Service.objects.select_related("owner_team"))
    if facts.incidents[0] or facts.actions[0]:
        services.append(None)
    lines = [_line(service, facts, now=now, today=today) for service in services]
    incidents = list(chain.from_iterable(facts.incidents.values()))
    actions = list(chain.from_iterable(facts.actions.values()))
    total = scoring.score(incidents, actions, now=now, today=today)
    return Scorecards(sorted(lines, key=_order), total)


def _order(line: Line) -> tuple[bool, int, int, str]:
    found = line.score
    trouble = found.missed_targets + found.actions.late + found.reviews.missed
    return (line.service is None, -trouble, -found.incidents, line.name.casefold())


def _line(service: Service | None, facts: _Facts, *, now: datetime, today: date) -> Line:
    key = service.pk if service else 0
    score = scoring.score(facts.incidents[key], facts.actions[key], now=now, today=today)
    return Line(service, score)


def _facts(*, since: datetime) -> _Facts:
    facts = _Facts()
    incidents = Incident.objects.filter(is_restricted=False, detected_at__gte=since).only(
        "service_id", "severity", "detected_at", "escalated_at", *MILESTONES.values()
    )
    targets = _targets(since=since)
    reviews = {
        incident_id: (due_at, published_at)
        for incident_id, due_at, published_at in Review.objects.filter(
            incident__in=incidents.values("pk")
        ).values_list("incident_id", "due_at", "published_at")
    }
    for incident in incidents:
        due_at, published_at = reviews.get(incident.pk, (None, None))
        facts.incidents[incident.service_id or 0].append(
            IncidentFacts(
                severity=incident.severity,
                detected_at=incident.detected_at,
                reached_at=_reached(incident),
                target_at=targets.get(incident.pk, {}),
                is_escalated=incident.escalated_at is not None,
                review_due_at=due_at,
                published_at=published_at,
            )
        )
    for service_id, action in _actions(since=since):
        facts.actions[service_id].append(action)
    return facts


def _reached(incident: Incident) -> dict[str, datetime]:
    reached = {step: getattr(incident, name) for step, name in MILESTONES.items()}
    return {step: at for step, at in reached.items() if at is not None}


def _targets(*, since: datetime) -> Mapping[int, dict[str, datetime]]:
    """The newest promise of each step, by incident."""
    clocks = ResponseClock.objects.filter(
        promise__in=STEPS,
        incident__is_restricted=False,
        incident__detected_at__gte=since,
        stopped_at__isnull=True,
    ).order_by("started_at", "pk")
    found: dict[int, dict[str, datetime]] = defaultdict(dict)
    for incident_id, promise, target_at in clocks.values_list(
        "incident_id", "promise", "target_at"
    ):
        found[incident_id][promise] = target_at
    return found


def _actions(*, since: datetime) -> Iterable[tuple[int, ActionFacts]]:
    rows = ActionItem.objects.filter(
        Q(done_at__isnull=True) | Q(done_at__gte=since), review__incident__is_restricted=False
    ).values_list("review__incident__service_id", "due_date", "done_at")
    for service_id, due_date, done_at in rows:
        yield service_id or 0, ActionFacts(due_date, done_at is not None)

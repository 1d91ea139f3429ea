"""The scorecard of every service, in a constant number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from zoneinfo import ZoneInfo

from django.db.models import FloatField, Q
from django.db.models.functions import Cast, Extract

from config.portal.sentences import Sentence
from incidents.models import Incident, ResponseClock
from reviews.logic import figures, scoring
from reviews.logic.figures import Figure
from reviews.logic.scoring import STEPS, ActionFacts, IncidentFacts, Score
from reviews.models import ActionItem
from rosters.models import Person, Service

MILESTONES = {"acknowledge": "acknowledged_at", "contain": "contained_at", "resolve": "resolved_at"}
NOTHING: Mapping[str, datetime] = {}
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
    targets = _targets(since=since)
    rows = Incident.objects.filter(is_restricted=False, detected_at__gte=since).values_list(
        "pk",
        "service_id",
        "severity",
        "escalated_at",
        *map(_number, ("detected_at", *MILESTONES.values())),
        *map(_number, ("review__due_at", "review__published_at")),
    )
    for pk, service_id, severity, escalated, detected, *reached, due, published in rows:
        steps = zip(MILESTONES, reached, strict=True)
        facts.incidents[service_id or 0].append(
            IncidentFacts(
                severity=severity,
                detected_at=_instant(detected),
                reached_at={step: _instant(at) for step, at in steps if at},
                target_at=targets.get(pk, NOTHING),
                is_escalated=escalated is not None,
                review_due_at=due and _instant(due),
                published_at=published and _instant(published),
            )
        )
    for service_id, action in _actions(since=since):
        facts.actions[service_id].append(action)
    return facts


def _targets(*, since: datetime) -> Mapping[int, dict[str, datetime]]:
    """The newest promise of each step, by incident."""
    clocks = ResponseClock.objects.filter(
        promise__in=STEPS,
        incident__is_restricted=False,
        incident__detected_at__gte=since,
        stopped_at__isnull=True,
    ).order_by("started_at", "pk")
    found: dict[int, dict[str, datetime]] = defaultdict(dict)
    for incident_id, promise, target in clocks.values_list(
        "incident_id", "promise", _number("target_at")
    ):
        found[incident_id][promise] = _instant(target)
    return found


def _number(name: str) -> Cast:
    """An instant as seconds since 1970: the driver reads tens of thousands of these far sooner."""
    return Cast(Extract(name, "epoch"), FloatField())


def _instant(seconds: float) -> datetime:
    """The same instant again, to the microsecond that the database keeps."""
    return datetime.fromtimestamp(seconds, UTC)


def _actions(*, since: datetime) -> Iterable[tuple[int, ActionFacts]]:
    rows = ActionItem.objects.filter(
        Q(done_at__isnull=True) | Q(done_at__gte=since), review__incident__is_restricted=False
    ).values_list("review__incident__service_id", "due_date", "done_at")
    for service_id, due_date, done_at in rows:
        yield service_id or 0, ActionFacts(due_date, done_at is not None)

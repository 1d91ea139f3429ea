"""The scorecard of every service, counted by the database in a constant number of queries.

What each figure means says `reviews.logic.scoring.score`; a test holds both to the same result.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Aggregate, Count, F, FloatField, Q, QuerySet
from django.db.models.functions import Cast, Extract

from config.portal.sentences import Sentence
from incidents.models import Incident
from reviews.logic import figures, scoring
from reviews.logic.figures import Figure
from reviews.logic.scoring import STEPS, ActionCount, Kept, Score, Timing
from reviews.models import ActionItem
from rosters.enums import SeverityLevel
from rosters.models import Person, Service

MILESTONES = {"acknowledge": "acknowledged_at", "contain": "contained_at", "resolve": "resolved_at"}
NOWHERE = "No service chosen"

TARGETS = """
SELECT service_id, promise,
    count(*) FILTER (WHERE reached_at <= target_at),
    count(*) FILTER (WHERE reached_at IS NOT NULL OR target_at < %(now)s)
FROM (
    SELECT DISTINCT ON (incident.id, promise) service_id, promise, target_at,
        CASE promise
            WHEN 'acknowledge' THEN acknowledged_at
            WHEN 'contain' THEN contained_at
            WHEN 'resolve' THEN resolved_at
        END AS reached_at
    FROM incidents_responseclock AS clock
    JOIN incidents_incident AS incident ON incident.id = clock.incident_id
    WHERE promise = ANY(%(steps)s) AND stopped_at IS NULL
        AND NOT is_restricted AND detected_at >= %(since)s
    ORDER BY incident.id, promise, started_at DESC, clock.id DESC
) AS newest
GROUP BY service_id, promise
"""
"""By service and step, how many were in time, of how many: the newest promise of each counts.

In plain SQL, since the ORM does not group what it has made distinct.
"""


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


class Median(Aggregate):
    """The middle of all values, between the two middle ones if their number is even."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


@dataclass(frozen=True)
class _Counts:
    """What the database counted, by service; 0 stands for no service."""

    incidents: Mapping[int, Mapping[str, Any]]
    targets: Mapping[int, Mapping[str, Kept]]
    actions: Mapping[int, ActionCount]

    def score(self, key: int) -> Score:
        return _score(
            self.incidents.get(key, {}),
            self.targets.get(key, {}),
            self.actions.get(key, ActionCount()),
        )


def scorecards(reader: Person, *, days: int, now: datetime) -> Scorecards:
    """A line for each service: its incidents of the last `days`, in a constant number of queries.

    Restricted incidents are left out for everybody. Actions are those done in the period and all
    that are open now.
    """
    today = now.astimezone(ZoneInfo(reader.time_zone)).date()
    since = now - timedelta(days=days)
    counts = _Counts(
        _incidents(since=since, now=now),
        _targets(since=since, now=now),
        _actions(since=since, today=today),
    )
    services: list[Service | None] = list(Service.objects.select_related("owner_team"))
    if 0 in counts.incidents or 0 in counts.actions:
        services.append(None)
    lines = [Line(one, counts.score(one.pk if one else 0)) for one in services]
    total = scoring.together([line.score for line in lines], _medians(since=since))
    return Scorecards(sorted(lines, key=_order), total)


def _order(line: Line) -> tuple[bool, int, int, str]:
    found = line.score
    trouble = found.missed_targets + found.actions.late + found.reviews.missed
    return (line.service is None, -trouble, -found.incidents, line.name.casefold())


def _score(row: Mapping[str, Any], targets: Mapping[str, Kept], actions: ActionCount) -> Score:
    levels = {level: row.get(f"severity_{level}", 0) for level in map(int, SeverityLevel)}
    return Score(
        incidents=row.get("number", 0),
        by_severity={level: number for level, number in levels.items() if number},
        **{step: _timing(row, step, targets.get(step, Kept())) for step in STEPS},
        escalated=row.get("escalated", 0),
        reviews=Kept(row.get("reviews_in_time", 0), row.get("reviews_judged", 0)),
        actions=actions,
    )


def _timing(row: Mapping[str, Any], step: str, kept: Kept) -> Timing:
    return Timing(_span(row.get(f"{step}_median")), row.get(f"{step}_count", 0), kept)


def _span(seconds: float | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)


def _lately(*, since: datetime) -> QuerySet[Incident]:
    return Incident.objects.filter(is_restricted=False, detected_at__gte=since).order_by()


def _incidents(*, since: datetime, now: datetime) -> Mapping[int, Mapping[str, Any]]:
    """One row of counts and medians for each service that had an incident."""
    is_judged = Q(review__published_at__isnull=False) | Q(review__due_at__lt=now)
    is_in_time = Q(review__published_at__lte=F("review__due_at"))
    rows = _lately(since=since).values("service_id")
    counted = rows.annotate(
        number=Count("pk"),
        **{f"severity_{level}": Count("pk", filter=Q(severity=level)) for level in SeverityLevel},
        **{f"{step}_count": Count(name) for step, name in MILESTONES.items()},
        **{f"{step}_median": _median(name) for step, name in MILESTONES.items()},
        escalated=Count("escalated_at"),
        reviews_judged=Count("review", filter=is_judged),
        reviews_in_time=Count("review", filter=is_in_time),
    )
    return {row["service_id"] or 0: row for row in counted}


def _medians(*, since: datetime) -> Mapping[str, timedelta | None]:
    """How long each step took over all services: medians do not add up."""
    middles = {step: _median(name) for step, name in MILESTONES.items()}
    found = _lately(since=since).aggregate(**middles)
    return {step: _span(seconds) for step, seconds in found.items()}


def _median(name: str) -> Median:
    """The seconds from detection to a milestone, of those that reached it."""
    return Median(Cast(Extract(F(name) - F("detected_at"), "epoch"), FloatField()))


def _targets(*, since: datetime, now: datetime) -> Mapping[int, Mapping[str, Kept]]:
    found: dict[int, dict[str, Kept]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(TARGETS, {"steps": list(STEPS), "since": since, "now": now})
        for service_id, step, in_time, judged in cursor:
            found[service_id or 0][step] = Kept(in_time, judged)
    return found


def _actions(*, since: datetime, today: date) -> Mapping[int, ActionCount]:
    is_open = Q(done_at__isnull=True)
    rows = ActionItem.objects.filter(
        is_open | Q(done_at__gte=since), review__incident__is_restricted=False
    )
    counted = rows.values_list("review__incident__service_id").annotate(
        done=Count("done_at"),
        open=Count("pk", filter=is_open),
        late=Count("pk", filter=is_open & Q(due_date__lt=today)),
    )
    return {service_id or 0: ActionCount(*numbers) for service_id, *numbers in counted}

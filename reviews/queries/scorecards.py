"""The scorecard of every service, counted by the database in a constant number of queries.

What each figure means says `reviews.logic.scoring.score`; a test holds both to the same result.
"""

import sys
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.core.cache import cache
from django.db import connection
from django.db.models import Aggregate, Count, F, FloatField, Q, QuerySet
from django.db.models.functions import Cast, Extract

from config.portal.cache import edition
from config.portal.sentences import Sentence
from incidents.models import Incident
from reviews.logic import figures, scoring
from reviews.logic.figures import Compared, compared
from reviews.logic.scoring import STEPS, ActionCount, Kept, Score, Timing
from reviews.logic.service_score import doubt
from reviews.logic.verdict import Trend, trend, verdict
from reviews.models import ActionItem
from rosters.enums import SeverityLevel
from rosters.models import Person, Service

Found = TypeVar("Found")

MILESTONES = {
    "acknowledge": "first_acknowledged_at",
    "contain": "contained_at",
    "resolve": "resolved_at",
}
NOWHERE = "No service chosen"
LONG = timedelta(days=180)
PRESENT_FOR, BEFORE_FOR = timedelta(minutes=1), timedelta(minutes=10)
EDITION = edition(sys.modules[__name__], scoring)
"""Of the modules whose objects are kept between requests."""
NO_MEDIANS: Mapping[str, timedelta | None] = dict.fromkeys(STEPS)

TARGETS = """
SELECT service_id, promise,
    count(*) FILTER (WHERE reached_at <= target_at),
    count(*) FILTER (WHERE reached_at IS NOT NULL OR target_at < %(now)s)
FROM (
    SELECT DISTINCT ON (incident.id, promise) service_id, promise, target_at,
        CASE promise
            WHEN 'acknowledge' THEN first_acknowledged_at
            WHEN 'contain' THEN contained_at
            WHEN 'resolve' THEN resolved_at
        END AS reached_at
    FROM incidents_responseclock AS clock
    JOIN incidents_incident AS incident ON incident.id = clock.incident_id
    WHERE promise = ANY(%(steps)s) AND stopped_at IS NULL
        AND NOT is_restricted AND detected_at >= %(since)s AND detected_at < %(until)s
        AND (%(service)s::bigint IS NULL OR service_id = %(service)s)
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
    before: Score | None = None

    @property
    def trend(self) -> Trend | None:
        """Its promises beside as many days before; None where there is nothing to compare."""
        was = self.before
        things = min(self.score.incidents, was.incidents) if was else 0
        return trend(self.score.promises, was.promises if was else None, things=things)

    @property
    def missed(self) -> int:
        return self.score.promises.missed

    @property
    def doubt(self) -> Sentence | None:
        return doubt(self.score.incidents)

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
    before: Score | None
    days: int

    @property
    def verdict(self) -> Sentence:
        """The headline: how many promises were met, beside as many days before."""
        before = self.before.promises if self.before else None
        return verdict("We", self.total.promises, before, days=self.days)

    @property
    def doubt(self) -> Sentence | None:
        return doubt(self.total.incidents)

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        return scoring.sentences(self.total)

    @property
    def figures(self) -> list[Compared]:
        """The six figures of all together, each beside what it was."""
        before = figures.figures(self.before) if self.before else None
        return compared(figures.figures(self.total), before)


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

    @property
    def keys(self) -> set[int]:
        return {*self.incidents, *self.targets, *self.actions}

    def score(self, key: int) -> Score:
        return _score(
            self.incidents.get(key, {}),
            self.targets.get(key, {}),
            self.actions.get(key, ActionCount()),
        )


@dataclass(frozen=True)
class _Span:
    """Detected from `since` on, and before `until`; judged as things stand at `now`."""

    since: datetime
    until: datetime
    now: datetime


def scorecards(reader: Person, *, days: int, now: datetime) -> Scorecards:
    """A line for each service: its incidents of the last `days`, in a constant number of queries.

    Beside it stands what the same number of days before was, if anything was on record by then.
    Restricted incidents are left out for everybody. Actions are those done in the period, and all
    that were open when it ended.
    """
    zone, length = ZoneInfo(reader.time_zone), timedelta(days=days)
    present = _Span(now - length, now, now)
    earlier = _Span(now - 2 * length, now - length, now)
    counts, medians = _present(present, zone)
    was = _before(earlier, zone) if is_on_record(earlier.since) else None
    services: list[Service | None] = list(Service.objects.select_related("owner_team"))
    if 0 in counts.incidents or 0 in counts.actions:
        services.append(None)
    keys = {one: one.pk if one else 0 for one in services}
    lines = [
        Line(one, counts.score(key), was.score(key) if was else None) for one, key in keys.items()
    ]
    total = scoring.together([line.score for line in lines], medians)
    return Scorecards(
        lines=sorted(lines, key=_order),
        total=total,
        before=scoring.together([was.score(key) for key in was.keys], NO_MEDIANS) if was else None,
        days=days,
    )


def is_on_record(at: datetime) -> bool:
    """Whether anything was written down by then: else the time before shows nothing."""
    return Incident.objects.filter(is_restricted=False, detected_at__lte=at).exists()


def verdict_of(service: Service, *, days: int, now: datetime) -> tuple[Sentence, Trend | None]:
    """The same headline for one service, for a page that shows no more of its scorecard."""
    length = timedelta(days=days)
    present = _Span(now - length, now, now)
    earlier = _Span(now - 2 * length, now - length, now)
    kept, things = _promises(present, service)
    before, were = _promises(earlier, service) if is_on_record(earlier.since) else (None, 0)
    moved = trend(kept, before, things=min(things, were))
    return verdict(service.name, kept, before, days=days), moved


def _promises(span: _Span, service: Service) -> tuple[Kept, int]:
    """How many promises were met, and of how many incidents at least."""
    found = list(_targets(span, service=service).get(service.pk, {}).values())
    kept = Kept(sum(one.in_time for one in found), sum(one.judged for one in found))
    return kept, max((one.judged for one in found), default=0)


def _counted(span: _Span, zone: ZoneInfo) -> _Counts:
    return _Counts(_incidents(span), _targets(span), _actions(span, zone))


def _present(span: _Span, zone: ZoneInfo) -> tuple[_Counts, Mapping[str, timedelta | None]]:
    """What is asked for, with the medians over all services. Of a long time it is counted once in a
    minute: what a minute adds to a year nobody can see."""
    return _kept("present", PRESENT_FOR, span, zone, lambda: (_counted(span, zone), _medians(span)))


def _before(span: _Span, zone: ZoneInfo) -> _Counts:
    """What to compare with. Of a long time it is counted once in ten minutes: hardly any of it can
    still change, and counting it takes as long as the period that is asked for."""
    return _kept("before", BEFORE_FOR, span, zone, lambda: _counted(span, zone))


def _kept(
    name: str, length: timedelta, span: _Span, zone: ZoneInfo, count: Callable[[], Found]
) -> Found:
    """What `count` finds; of a long time, what it found since the minutes of `length` began."""
    if span.until - span.since < LONG:
        return count()
    key = _key(name, length, span, zone)
    kept: Found | None = cache.get(key)
    if kept is None:
        kept = count()
        cache.set(key, kept, timeout=length.total_seconds())
    return kept


def _key(name: str, length: timedelta, span: _Span, zone: ZoneInfo) -> str:
    slot = int(span.until.timestamp() // length.total_seconds())
    return f"scorecards-{name}:{EDITION}:{(span.until - span.since).days}:{zone.key}:{slot}"


def _order(line: Line) -> tuple[bool, int, int, str]:
    found = line.score
    trouble = found.promises.missed + found.actions.late + found.reviews.missed
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


def _lately(span: _Span) -> QuerySet[Incident]:
    found = Incident.objects.filter(is_restricted=False, detected_at__gte=span.since)
    return found.filter(detected_at__lt=span.until).order_by()


def _incidents(span: _Span) -> Mapping[int, Mapping[str, Any]]:
    """One row of counts and medians for each service that had an incident."""
    is_judged = Q(review__published_at__isnull=False) | Q(review__due_at__lt=span.now)
    is_in_time = Q(review__published_at__lte=F("review__due_at"))
    rows = _lately(span).values("service_id")
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


def _medians(span: _Span) -> Mapping[str, timedelta | None]:
    """How long each step took over all services: medians do not add up."""
    middles = {step: _median(name) for step, name in MILESTONES.items()}
    found = _lately(span).aggregate(**middles)
    return {step: _span(seconds) for step, seconds in found.items()}


def _median(name: str) -> Median:
    """The seconds from detection to a milestone, of those that reached it."""
    return Median(Cast(Extract(F(name) - F("detected_at"), "epoch"), FloatField()))


def _targets(span: _Span, *, service: Service | None = None) -> Mapping[int, Mapping[str, Kept]]:
    found: dict[int, dict[str, Kept]] = defaultdict(dict)
    params: dict[str, Any] = {
        "steps": list(STEPS),
        "since": span.since,
        "until": span.until,
        "now": span.now,
        "service": service.pk if service else None,
    }
    with connection.cursor() as cursor:
        cursor.execute(TARGETS, params)
        for service_id, step, in_time, judged in cursor:
            found[service_id or 0][step] = Kept(in_time, judged)
    return found


def _actions(span: _Span, zone: ZoneInfo) -> Mapping[int, ActionCount]:
    """Those done in the period, and those that were open and late when it ended."""
    today = span.until.astimezone(zone).date()
    is_done = Q(done_at__gte=span.since, done_at__lt=span.until)
    is_open = Q(done_at__isnull=True) | Q(done_at__gte=span.until)
    rows = ActionItem.objects.filter(
        is_done | is_open, created_at__lt=span.until, review__incident__is_restricted=False
    )
    counted = rows.values_list("review__incident__service_id").annotate(
        done=Count("pk", filter=is_done),
        open=Count("pk", filter=is_open),
        late=Count("pk", filter=is_open & Q(due_date__lt=today)),
    )
    return {service_id or 0: ActionCount(*numbers) for service_id, *numbers in counted}

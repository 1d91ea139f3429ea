"""The scorecard of one service, in a constant number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Q

from config.portal.drawing import LogAxis, Row, axis
from config.portal.sentences import Sentence
from incidents.models import Incident, ResponseClock
from reviews.logic import figures, scoring, service_score
from reviews.logic.figures import Compared, Figure
from reviews.logic.scoring import STEPS, ActionFacts, IncidentFacts, Kept, Score, Timing
from reviews.logic.service_score import DrillFacts, Timed
from reviews.logic.verdict import Trend, trend, verdict
from reviews.models import ActionItem, Drill
from reviews.queries.scorecards import MILESTONES, is_on_record
from rosters.models import Person, Service

DRILLS_SHOWN = 4
MOST_LISTED = 200


@dataclass(frozen=True)
class Plot:
    """One step: its heading, its figure in words, and every incident as a mark."""

    heading: str
    caption: tuple[Sentence, ...]
    rows: tuple[Row, ...]
    axis: LogAxis
    trend: Trend | None = None


@dataclass(frozen=True)
class NumberLine:
    """One severity of the table of numbers: each step's heading and row."""

    level: int
    cells: tuple[tuple[str, Row], ...]


@dataclass(frozen=True)
class ServiceCard:
    """Everything that the scorecard of one service shows."""

    service: Service
    days: int
    score: Score
    incidents: Sequence[Timed]
    plots: Sequence[Plot]
    figures: Sequence[Compared]
    drills: Sequence[Drill]
    is_compared: bool
    verdict: Sentence
    trend: Trend | None
    opening: Sentence
    fix: Sentence

    @property
    def going_on(self) -> Sentence | None:
        """Why an incident that nobody has ended yet counts already; None where there is none."""
        late = [one.reference for one in self.incidents if one.is_overdue]
        if not late:
            return None
        words = (
            "{reference_names} is still open past its target, so it counts as missed."
            if len(late) == 1
            else "{reference_names} are still open past their targets, so they count as missed."
        )
        return Sentence(words, {"reference_names": late})

    @property
    def is_countable(self) -> bool:
        """Whether a table behind each plot still helps; beyond that there is the CSV."""
        return len(self.incidents) <= MOST_LISTED

    @property
    def doubt(self) -> Sentence | None:
        return service_score.doubt(self.score.incidents)

    @property
    def numbers(self) -> list[NumberLine]:
        """The same figures as a table, the worst severity first."""
        headings = [plot.heading for plot in self.plots]
        return [
            NumberLine(rows[0].level, tuple(zip(headings, rows, strict=True)))
            for rows in zip(*(plot.rows for plot in self.plots), strict=True)
        ]


@dataclass(frozen=True)
class _Facts:
    """Everything of one service that two periods are counted from."""

    incidents: Sequence[Incident]
    targets: Mapping[int, dict[str, datetime]]
    again: set[str]
    actions: Sequence[tuple[datetime, datetime | None, date]]
    drills: Sequence[Drill]
    now: datetime
    zone: ZoneInfo


@dataclass(frozen=True)
class _Period:
    """What happened from one instant to another."""

    incidents: Sequence[Incident]
    score: Score
    repeated: int
    drills: DrillFacts

    def kept(self, step: str) -> Kept:
        timing: Timing = getattr(self.score, step)
        return timing.kept

    @property
    def figures(self) -> tuple[Figure, ...]:
        usual = figures.figures(self.score)
        return service_score.figures_of(
            self.score, usual, repeated=self.repeated, drills=self.drills
        )


def service_card(service: Service, reader: Person, *, days: int, now: datetime) -> ServiceCard:
    """The scorecard of `service` for its last `days`, beside as many days before.

    Restricted incidents are left out for everybody.
    """
    length = timedelta(days=days)
    facts = _read(service, reader, since=now - 2 * length, now=now)
    present = _period(facts, now - length, now)
    before = _period(facts, now - 2 * length, now - length)
    was = before if is_on_record(now - 2 * length) else None
    timed = [_timed(one, facts) for one in present.incidents]
    plots = {step: _plot(timed, step, present, was) for step in STEPS}
    found, kept = present.score, was.score.promises if was else None
    return ServiceCard(
        service=service,
        days=days,
        score=found,
        incidents=timed,
        plots=list(plots.values()),
        figures=figures.compared(present.figures, was.figures if was else None),
        drills=facts.drills[:DRILLS_SHOWN],
        is_compared=was is not None,
        verdict=verdict(service.name, found.promises, kept, days=days),
        trend=trend(
            found.promises,
            kept,
            things=min(found.incidents, was.score.incidents) if was else 0,
        ),
        opening=service_score.opening(
            service.name,
            now=found.incidents,
            before=was.score.incidents if was else None,
            days=days,
        ),
        fix=service_score.thing_to_fix(
            {step: plot.rows for step, plot in plots.items()},
            found,
            repeated=present.repeated,
            drills=present.drills,
        ),
    )


def _read(service: Service, reader: Person, *, since: datetime, now: datetime) -> _Facts:
    incidents = _incidents(service, since=since)
    rows = ((one.reference, one.title, one.alert_key) for one in incidents)
    return _Facts(
        incidents=incidents,
        targets=_targets(incidents),
        again=service_score.repeats(rows),
        actions=_actions(service, since=since),
        drills=_drills(service),
        now=now,
        zone=ZoneInfo(reader.time_zone),
    )


def _period(facts: _Facts, starts_at: datetime, ends_at: datetime) -> _Period:
    """From `starts_at` on, before `ends_at`; its actions are as they were when it ended."""
    mine = [one for one in facts.incidents if starts_at <= one.detected_at < ends_at]
    return _Period(
        mine,
        scoring.score(
            [_incident_facts(one, facts.targets) for one in mine],
            list(_actions_of(facts, starts_at, ends_at)),
            now=facts.now,
            today=ends_at.astimezone(facts.zone).date(),
        ),
        sum(one.reference in facts.again for one in mine),
        _drill_facts(facts, starts_at, ends_at),
    )


def _actions_of(facts: _Facts, starts_at: datetime, ends_at: datetime) -> Iterable[ActionFacts]:
    for created_at, done_at, due_date in facts.actions:
        is_done = done_at is not None and done_at < ends_at
        if created_at < ends_at and (done_at is None or done_at >= starts_at):
            yield ActionFacts(due_date, is_done)


def _incidents(service: Service, *, since: datetime) -> list[Incident]:
    found = Incident.objects.filter(
        service=service, is_restricted=False, detected_at__gte=since
    ).select_related("review")
    return list(found.defer("summary").order_by("detected_at", "pk"))


def _targets(incidents: Iterable[Incident]) -> Mapping[int, dict[str, datetime]]:
    """The newest promise of each step, by incident."""
    clocks = ResponseClock.objects.filter(
        incident__in=[one.pk for one in incidents], promise__in=STEPS, stopped_at__isnull=True
    ).order_by("started_at", "pk")
    found: dict[int, dict[str, datetime]] = defaultdict(dict)
    for incident_id, promise, at in clocks.values_list("incident_id", "promise", "target_at"):
        found[incident_id][promise] = at
    return found


def _incident_facts(
    incident: Incident, targets: Mapping[int, dict[str, datetime]]
) -> IncidentFacts:
    review = getattr(incident, "review", None)
    return IncidentFacts(
        severity=incident.severity,
        detected_at=incident.detected_at,
        reached_at=_reached(incident),
        target_at=targets.get(incident.pk, {}),
        is_escalated=incident.escalated_at is not None,
        review_due_at=review.due_at if review else None,
        published_at=review.published_at if review else None,
    )


def _reached(incident: Incident) -> dict[str, datetime]:
    reached = {step: getattr(incident, name) for step, name in MILESTONES.items()}
    return {step: at for step, at in reached.items() if at is not None}


def _timed(incident: Incident, facts: _Facts) -> Timed:
    start = incident.detected_at
    return Timed(
        incident.reference,
        incident.title,
        incident.severity,
        start,
        {step: at - start for step, at in _reached(incident).items()},
        {step: at - start for step, at in facts.targets.get(incident.pk, {}).items()},
        incident.reference in facts.again,
        facts.now - start,
    )


def _plot(incidents: Sequence[Timed], step: str, present: _Period, was: _Period | None) -> Plot:
    rows = service_score.rows_of(incidents, step)
    return Plot(
        service_score.HEADINGS[step],
        service_score.caption(rows, step),
        rows,
        axis(rows),
        _moved(present.kept(step), was.kept(step) if was else None),
    )


def _moved(now: Kept, was: Kept | None) -> Trend | None:
    return trend(now, was, things=min(now.judged, was.judged if was else 0))


def _actions(service: Service, *, since: datetime) -> list[tuple[datetime, datetime | None, date]]:
    rows = ActionItem.objects.filter(
        Q(done_at__isnull=True) | Q(done_at__gte=since),
        review__incident__service=service,
        review__incident__is_restricted=False,
    )
    return list(rows.values_list("created_at", "done_at", "due_date"))


def _drills(service: Service) -> list[Drill]:
    """Those with a result, the newest first."""
    found = Drill.objects.filter(service=service, finished_at__isnull=False).annotate(
        findings_total=Count("findings"),
        findings_closed=Count("findings", filter=Q(findings__done_at__isnull=False)),
    )
    return list(found.select_related("leader").order_by("-finished_at", "-pk"))


def _drill_facts(facts: _Facts, starts_at: datetime, ends_at: datetime) -> DrillFacts:
    ended = [
        (one.finished_at, one)
        for one in facts.drills
        if one.finished_at and one.finished_at <= ends_at
    ]
    mine = [one for finished_at, one in ended if finished_at > starts_at]
    return DrillFacts(
        finished=len(mine),
        passed=sum(bool(one.passed) for one in mine),
        findings=sum(getattr(one, "findings_total", 0) for one in mine),
        closed=sum(getattr(one, "findings_closed", 0) for one in mine),
        days_since=_days_ago(ended[0][0], facts) if ended else None,
    )


def _days_ago(at: datetime, facts: _Facts) -> int:
    today, day = (moment.astimezone(facts.zone).date() for moment in (facts.now, at))
    return (today - day).days

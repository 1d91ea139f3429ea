"""What a scorecard line says about one service: counts, medians with their count, one sentence.

A step counts as in time when its milestone lies at or before the target that was promised when the
incident began, so a milestone that people date back counts as they dated it. A step that is still
running counts only once its target has passed, and then as missed (`kept_of`, the one rule).
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from statistics import median

from config.portal.sentences import Sentence

STEPS = ("acknowledge", "contain", "resolve")


@dataclass(frozen=True)
class IncidentFacts:
    """One incident as far as scoring asks; both mappings go by step."""

    severity: int
    detected_at: datetime
    reached_at: Mapping[str, datetime]
    target_at: Mapping[str, datetime]
    is_escalated: bool = False
    review_due_at: datetime | None = None
    published_at: datetime | None = None


@dataclass(frozen=True)
class ActionFacts:
    """One action item as far as scoring asks: as it was at the end of the period."""

    due_date: date
    is_done: bool


@dataclass(frozen=True)
class Kept:
    """How many of those that could be judged were in time."""

    in_time: int = 0
    judged: int = 0

    @property
    def missed(self) -> int:
        return self.judged - self.in_time


@dataclass(frozen=True)
class Timing:
    """How long one step took: the median, of how many, and how many were in time."""

    median: timedelta | None = None
    count: int = 0
    kept: Kept = field(default_factory=Kept)


@dataclass(frozen=True)
class ActionCount:
    """Action items done in the period, and open or late now. A late one is open too."""

    done: int = 0
    open: int = 0
    late: int = 0


@dataclass(frozen=True)
class Score:
    """Everything that one line of the scorecard says."""

    incidents: int
    by_severity: Mapping[int, int]
    acknowledge: Timing
    contain: Timing
    resolve: Timing
    escalated: int
    reviews: Kept
    actions: ActionCount

    @property
    def promises(self) -> Kept:
        """All three steps together: how many promises came due, and how many were kept."""
        return _sum([self.acknowledge.kept, self.contain.kept, self.resolve.kept])


def score(
    incidents: Sequence[IncidentFacts],
    actions: Sequence[ActionFacts],
    *,
    now: datetime,
    today: date,
) -> Score:
    """The score of one service."""
    steps = {step: _timing(step, incidents, now=now) for step in STEPS}
    return Score(
        incidents=len(incidents),
        by_severity=Counter(incident.severity for incident in incidents),
        **steps,
        escalated=sum(incident.is_escalated for incident in incidents),
        reviews=_kept(((one.published_at, one.review_due_at) for one in incidents), now=now),
        actions=_actions(actions, today=today),
    )


def together(scores: Sequence[Score], medians: Mapping[str, timedelta | None]) -> Score:
    """The score of several services; their counts add up, the medians by step are handed in."""
    levels: Counter[int] = Counter()
    for one in scores:
        levels.update(one.by_severity)
    return Score(
        incidents=sum(one.incidents for one in scores),
        by_severity=levels,
        **{step: _timings([getattr(one, step) for one in scores], medians[step]) for step in STEPS},
        escalated=sum(one.escalated for one in scores),
        reviews=_sum([one.reviews for one in scores]),
        actions=ActionCount(
            done=sum(one.actions.done for one in scores),
            open=sum(one.actions.open for one in scores),
            late=sum(one.actions.late for one in scores),
        ),
    )


def kept_of(reached_at: datetime | None, target_at: datetime | None, *, now: datetime) -> Kept:
    """What one promise adds to the count; nothing while there is none, or it still has time."""
    if target_at is None or (reached_at is None and target_at >= now):
        return Kept()
    return Kept(int(reached_at is not None and reached_at <= target_at), 1)


def _timings(timings: Sequence[Timing], middle: timedelta | None) -> Timing:
    count = sum(one.count for one in timings)
    return Timing(middle, count, _sum([one.kept for one in timings]))


def _sum(several: Sequence[Kept]) -> Kept:
    return Kept(sum(one.in_time for one in several), sum(one.judged for one in several))


def _timing(step: str, incidents: Sequence[IncidentFacts], *, now: datetime) -> Timing:
    took = [
        (incident.reached_at[step] - incident.detected_at).total_seconds()
        for incident in incidents
        if step in incident.reached_at
    ]
    pairs = ((one.reached_at.get(step), one.target_at.get(step)) for one in incidents)
    middle = timedelta(seconds=median(took)) if took else None
    return Timing(middle, len(took), _kept(pairs, now=now))


def _kept(pairs: Iterable[tuple[datetime | None, datetime | None]], *, now: datetime) -> Kept:
    return _sum([kept_of(reached_at, target_at, now=now) for reached_at, target_at in pairs])


def _actions(actions: Sequence[ActionFacts], *, today: date) -> ActionCount:
    waiting = [action for action in actions if not action.is_done]
    return ActionCount(
        done=len(actions) - len(waiting),
        open=len(waiting),
        late=sum(action.due_date < today for action in waiting),
    )


MISSED = {
    "acknowledge": "{missed} of {count} were not acknowledged in time.",
    "contain": "{missed} of {count} were not contained in time.",
    "resolve": "{missed} of {count} were not resolved in time.",
}
MISSED_ONE = {
    "acknowledge": "1 of {count} was not acknowledged in time.",
    "contain": "1 of {count} was not contained in time.",
    "resolve": "1 of {count} was not resolved in time.",
}

MISSED_ALONE = {
    "acknowledge": "The one incident was not acknowledged in time.",
    "contain": "The one incident was not contained in time.",
    "resolve": "The one incident was not resolved in time.",
}


def sentences(found: Score) -> tuple[Sentence, ...]:
    """The line in plain words, ending in the one thing to look at."""
    return (_targets(found), *_to_do(found))


def _targets(found: Score) -> Sentence:
    if not found.incidents:
        return Sentence("No incidents in this period.")
    timings = [(step, getattr(found, step).kept) for step in STEPS]
    judged = [(step, kept) for step, kept in timings if kept.judged]
    if not judged:
        return Sentence("No target has been reached yet.")
    step, worst = max(judged, key=lambda pair: pair[1].missed / pair[1].judged)
    if not worst.missed:
        return Sentence("Every target was met.")
    if worst.judged == 1:
        return Sentence(MISSED_ALONE[step])
    words = MISSED_ONE if worst.missed == 1 else MISSED
    return Sentence(words[step], {"missed": worst.missed, "count": worst.judged})


def _to_do(found: Score) -> list[Sentence]:
    if late := found.actions.late:
        return [_counted(late, "1 action is late.", "{number} actions are late.")]
    if missed := found.reviews.missed:
        return [_counted(missed, "1 review was late.", "{number} reviews were late.")]
    return []


def _counted(number: int, one: str, many: str) -> Sentence:
    return Sentence(one if number == 1 else many, {"number": number})

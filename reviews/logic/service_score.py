"""The scorecard of one service: every incident as a mark, and the one thing to fix. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from config.portal.drawing import Mark, Row
from config.portal.sentences import Param, Sentence
from reviews.logic.figures import Figure
from reviews.logic.scoring import Score

LEVELS = (1, 2, 3, 4)
FIRST_LEVELS = 3
FROM_COUNT_TREND = 20
HEADINGS = {"acknowledge": "To acknowledge", "contain": "To contain", "resolve": "To resolve"}
DONE = {"acknowledge": "acknowledged", "contain": "contained", "resolve": "resolved"}


@dataclass(frozen=True)
class Timed:
    """One incident: how long each step took, and how long it was promised to take.

    `lasted` is how long ago it was detected: a step that is not reached has taken so long so far.
    """

    reference: str
    title: str
    severity: int
    detected_at: datetime
    took: Mapping[str, timedelta] = field(default_factory=dict)
    target: Mapping[str, timedelta] = field(default_factory=dict)
    is_repeat: bool = False
    lasted: timedelta = timedelta()

    def is_open(self, step: str) -> bool:
        return step not in self.took

    @property
    def is_overdue(self) -> bool:
        """Still going on, past one of its targets."""
        return "resolve" not in self.took and any(
            self.is_open(step) and self.is_late(step) for step in self.target
        )

    def is_late(self, step: str) -> bool:
        """Past its target, whether reached or not: what `scoring.kept_of` counts as missed."""
        target = self.target.get(step)
        if target is None:
            return False
        took = self.took.get(step)
        return self.lasted > target if took is None else took > target


@dataclass(frozen=True)
class DrillFacts:
    """Drills of the period with a result, and what they showed. Days since the last, if any."""

    finished: int = 0
    passed: int = 0
    findings: int = 0
    closed: int = 0
    days_since: int | None = None


def repeats(rows: Iterable[tuple[str, str, str]]) -> set[str]:
    """The references that say what an earlier one of (reference, title, alert key) said."""
    seen: set[str] = set()
    found = set()
    for reference, title, key in rows:
        names = {f"title:{' '.join(title.casefold().split())}", f"key:{key}" if key else ""} - {""}
        if names & seen:
            found.add(reference)
        seen |= names
    return found


def rows_of(incidents: Sequence[Timed], step: str) -> tuple[Row, ...]:
    """One row a severity, the worst first; SEV4 only where there was one."""
    used = {incident.severity for incident in incidents}
    return tuple(
        _row(incidents, step, level) for level in LEVELS if level <= FIRST_LEVELS or level in used
    )


def _row(incidents: Sequence[Timed], step: str, level: int) -> Row:
    mine = [one for one in incidents if one.severity == level]
    targets = [one.target[step] for one in mine if step in one.target]
    marks = tuple(
        Mark(
            one.reference,
            _minutes(one.took.get(step, one.lasted)),
            is_late=one.is_late(step),
            href=f"/incidents/{one.reference}/",
            is_open=one.is_open(step),
            is_judged=step in one.target,
        )
        for one in mine
        if step in one.took or one.is_late(step)
    )
    return Row(f"SEV{level}", marks, level, _minutes(targets[-1]) if targets else None)


def _minutes(length: timedelta) -> int:
    return int(length.total_seconds() // 60)


def caption(rows: Sequence[Row], step: str) -> tuple[Sentence, ...]:
    """The figure in words: how long the worst kind took, and how many were late."""
    if not any(row.marks for row in rows):
        return (Sentence("There is no time to measure yet."),)
    worst = next((row for row in rows if row.measured), None)
    return (*([_half(worst, step)] if worst else []), *_missed(rows, step))


def _half(worst: Row, step: str) -> Sentence:
    one, many = (
        f"The {{level}} incident was {DONE[step]} after {{middle_age_minutes}}.",
        f"Half of {{level}} incidents were {DONE[step]} within {{middle_age_minutes}}.",
    )
    params: dict[str, Param] = {"level": worst.name, "middle_age_minutes": worst.median_minutes}
    return Sentence(one if len(worst.measured) == 1 else many, params)


def _missed(rows: Sequence[Row], step: str) -> list[Sentence]:
    judged = [mark for row in rows for mark in row.judged]
    late = [mark for mark in judged if mark.is_late]
    if not judged:
        return []
    if not late:
        words = "It met its target." if len(judged) == 1 else "All {count} met their target."
        return [Sentence(words, {"count": len(judged)})]
    over = [mark.minutes for mark in late if not mark.is_open]
    return [*_slowest(over, len(late), len(judged)), *_going_on(len(late) - len(over), step)]


def _slowest(over: Sequence[int], late: int, count: int) -> list[Sentence]:
    params: dict[str, Param] = {"number": late, "count": count}
    if not over:
        return [Sentence("{number} of {count} missed the target.", params)]
    words = (
        "One took {slowest_minutes}, past its target."
        if late == 1
        else "{number} of {count} missed the target, the slowest took {slowest_minutes}."
    )
    return [Sentence(words, params | {"slowest_minutes": max(over)})]


def _going_on(number: int, step: str) -> list[Sentence]:
    if not number:
        return []
    words = (
        f"1 is still not {DONE[step]}."
        if number == 1
        else f"{{number}} are still not {DONE[step]}."
    )
    return [Sentence(words, {"number": number})]


def opening(name: str, *, now: int, before: int | None, days: int) -> Sentence:
    """How many there were, and how many in as many days before; None: nobody kept a record."""
    params: dict[str, Param] = {
        "name": name,
        "number": now,
        "more": abs(now - (before or 0)),
        "days": days,
    }
    if not now:
        return Sentence("{name} had no incidents in the last {days} days.", params)
    start = "{name} had 1 incident" if now == 1 else "{name} had {number} incidents"
    if before is None:
        return Sentence(f"{start} in the last {{days}} days.", params)
    if now == before:
        return Sentence(f"{start}, as many as in the {{days}} days before.", params)
    word = "more" if now > before else "fewer"
    return Sentence(f"{start}, {{more}} {word} than in the {{days}} days before.", params)


FIX = {
    "acknowledge": "The thing to fix is how soon somebody answers a {level}:",
    "contain": "The thing to fix is how soon a {level} is contained:",
    "resolve": "The thing to fix is how soon a {level} is resolved:",
}


def thing_to_fix(
    plots: Mapping[str, Sequence[Row]], found: Score, *, repeated: int, drills: DrillFacts
) -> Sentence:
    """The one thing to fix, the worst first; or that nothing is."""
    late = [
        (len(row.missed) / len(row.judged) / row.level, step, row)
        for step, rows in plots.items()
        for row in rows
        if row.missed
    ]
    if late:
        _share, step, row = max(late, key=lambda each: each[0])
        words = (
            "{number} of {count} missed its target."
            if len(row.missed) == 1
            else "{number} of {count} missed their target."
        )
        params: dict[str, Param] = {
            "level": row.name,
            "number": len(row.missed),
            "count": len(row.judged),
        }
        if len(row.judged) == 1:
            words = "the only one missed its target."
        return Sentence(f"{FIX[step]} {words}", params)
    return _other_thing(found, repeated=repeated, drills=drills)


def _other_thing(found: Score, *, repeated: int, drills: DrillFacts) -> Sentence:
    if repeated:
        params = {"number": repeated, "count": found.incidents}
        words = (
            "1 of {count} incidents had happened before."
            if repeated == 1
            else "{number} of {count} incidents had happened before."
        )
        return Sentence(f"The thing to fix is what comes again: {words}", params)
    if late := found.actions.late:
        words = "1 is late." if late == 1 else "{number} are late."
        return Sentence(f"The thing to do is the actions: {words}", {"number": late})
    if missed := found.reviews.missed:
        words = "1 was late." if missed == 1 else "{number} were late."
        return Sentence(f"The thing to do is the reviews: {words}", {"number": missed})
    if drills.days_since is None:
        return Sentence("The thing to do is a drill: there has been none yet.")
    return Sentence("Nothing stands out. Keep doing what you do.")


def figures_of(
    found: Score, usual: Sequence[Figure], *, repeated: int, drills: DrillFacts
) -> tuple[Figure, ...]:
    """The six figures of one service; `usual` are those that every service has."""
    _ack, _contain, _resolve, calm, reviews, actions = usual
    return (
        calm,
        Figure("New, not a repeat", found.incidents - repeated, found.incidents, _again(repeated)),
        actions,
        reviews,
        Figure("Drills that worked", drills.passed, drills.finished, _drilled(drills)),
        Figure("Findings dealt with", drills.closed, drills.findings, _findings(drills)),
    )


def _again(number: int) -> Sentence:
    if not number:
        return Sentence("Nothing came a second time.")
    words = "1 had happened before." if number == 1 else "{number} had happened before."
    return Sentence(words, {"number": number})


def _drilled(drills: DrillFacts) -> Sentence:
    if drills.days_since is None:
        return Sentence("It has never been drilled.")
    if not drills.days_since:
        return Sentence("The last one was today.")
    words = (
        "The last one was yesterday."
        if drills.days_since == 1
        else "The last one was {days} days ago."
    )
    return Sentence(words, {"days": drills.days_since})


def _findings(drills: DrillFacts) -> Sentence:
    if not drills.findings:
        return Sentence("Its drills showed nothing to change.")
    open_ones = drills.findings - drills.closed
    if not open_ones:
        return Sentence("Everything that drills showed is dealt with.")
    words = "1 is still open." if open_ones == 1 else "{number} are still open."
    return Sentence(words, {"number": open_ones})


def doubt(count: int) -> Sentence | None:
    """Too few incidents say nothing about a trend; None where there are enough."""
    if not count or count >= FROM_COUNT_TREND:
        return None
    words = (
        "Only 1 incident: read with care."
        if count == 1
        else "Only {count} incidents: read with care."
    )
    return Sentence(words, {"count": count})

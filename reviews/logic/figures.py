"""Figures of "so many of so many", each with a sentence. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from config.portal.sentences import Sentence
from reviews.logic.scoring import ActionCount, Kept, Score, Timing
from reviews.logic.verdict import Trend, trend


@dataclass(frozen=True)
class Figure:
    """One figure: so many of so many, and what to make of it.

    Without `is_judged` more is neither better nor worse: it is said, and nothing is marked.
    """

    name: str
    number: int
    total: int
    sentence: Sentence
    is_judged: bool = True

    @property
    def kept(self) -> Kept:
        return Kept(self.number, self.total)


@dataclass(frozen=True)
class Compared:
    """One figure, and how it stands beside as many days before; None: nothing to compare."""

    figure: Figure
    trend: Trend | None


def compared(now: Sequence[Figure], before: Sequence[Figure] | None) -> list[Compared]:
    """Each figure beside the same one of before; more of what is judged is always better."""
    if before is None:
        return [Compared(one, None) for one in now]
    pairs = zip(now, before, strict=True)
    return [Compared(one, _trend(one, was)) for one, was in pairs]


def _trend(now: Figure, was: Figure) -> Trend | None:
    if not now.is_judged:
        return None
    return trend(now.kept, was.kept, things=min(now.total, was.total))


def figures(found: Score) -> tuple[Figure, ...]:
    """The six figures of a score."""
    return (
        _timing("Acknowledged in time", found.acknowledge),
        _timing("Contained in time", found.contain),
        _timing("Resolved in time", found.resolve),
        _escalated(found),
        _kept("Reviews published in time", found.reviews),
        _actions("Actions not late", found.actions),
    )


def _timing(name: str, timing: Timing) -> Figure:
    kept = timing.kept
    if timing.median is None:
        return Figure(name, kept.in_time, kept.judged, Sentence("There is no time to measure yet."))
    minutes = int(timing.median.total_seconds() // 60)
    one, many = (
        "The one incident took {middle_age_minutes}.",
        "Half of {count} incidents took {middle_age_minutes} or less.",
    )
    said = Sentence(
        one if timing.count == 1 else many, {"middle_age_minutes": minutes, "count": timing.count}
    )
    return Figure(name, kept.in_time, kept.judged, said)


def _escalated(found: Score) -> Figure:
    """Asking for more people is right whenever it is needed: it is counted, never held against."""
    if not found.incidents:
        said = Sentence("Nobody had to be asked.")
    elif not found.escalated:
        said = Sentence("The first people we called were enough.")
    elif found.escalated == 1:
        said = Sentence("1 needed more people. To ask is never wrong.")
    else:
        said = Sentence(
            "{number} needed more people. To ask is never wrong.",
            {"number": found.escalated},
        )
    return Figure("Escalated", found.escalated, found.incidents, said, is_judged=False)


def _kept(name: str, kept: Kept) -> Figure:
    if not kept.judged:
        return Figure(name, 0, 0, Sentence("No review has been due yet."))
    if not kept.missed:
        return Figure(name, kept.in_time, kept.judged, Sentence("None was late."))
    words = "1 was late or still is." if kept.missed == 1 else "{number} were late or still are."
    return Figure(name, kept.in_time, kept.judged, Sentence(words, {"number": kept.missed}))


def _actions(name: str, actions: ActionCount) -> Figure:
    total = actions.done + actions.open
    if not total:
        return Figure(name, 0, 0, Sentence("There are no actions."))
    said = Sentence(
        "{done} done in this period, {open} open now.",
        {"done": actions.done, "open": actions.open},
    )
    return Figure(name, total - actions.late, total, said)

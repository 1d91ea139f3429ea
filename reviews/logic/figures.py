"""Figures of "so many of so many": a sentence, and a dot for each to count. Pure."""

from dataclasses import dataclass

from config.portal.sentences import Sentence
from reviews.logic.scoring import ActionCount, Kept, Score, Timing

PER_ROW = 12
MOST_DOTS = 60
SPACING = 10


@dataclass(frozen=True)
class Dot:
    """One mark; the ones to look at are rings, and stand at the end."""

    x: int
    y: int
    is_good: bool


@dataclass(frozen=True)
class Figure:
    """One figure. Without anything to count there are no dots, nor where they would be a blur."""

    name: str
    number: int
    total: int
    sentence: Sentence

    @property
    def dots(self) -> tuple[Dot, ...]:
        """In rows of twelve."""
        if self.total > MOST_DOTS:
            return ()
        half = SPACING // 2
        return tuple(
            Dot(
                half + SPACING * (index % PER_ROW),
                half + SPACING * (index // PER_ROW),
                index < self.number,
            )
            for index in range(self.total)
        )

    @property
    def width(self) -> int:
        """Of the drawing, as `height`."""
        return SPACING * min(self.total, PER_ROW)

    @property
    def height(self) -> int:
        return SPACING * -(-self.total // PER_ROW)


def figures(found: Score) -> tuple[Figure, ...]:
    """The six figures of a score."""
    calm = found.incidents - found.escalated
    return (
        _timing("Acknowledged in time", found.acknowledge),
        _timing("Contained in time", found.contain),
        _timing("Resolved in time", found.resolve),
        Figure("Not escalated", calm, found.incidents, _escalated(found.escalated)),
        _kept("Reviews published in time", found.reviews),
        _actions("Actions not late", found.actions),
    )


def _timing(name: str, timing: Timing) -> Figure:
    kept = timing.kept
    if timing.median is None:
        return Figure(name, kept.in_time, kept.judged, Sentence("There is no time to measure yet."))
    minutes = int(timing.median.total_seconds() // 60)
    one, many = (
        "The median is {middle_age_minutes}, of {count} incident.",
        "The median is {middle_age_minutes}, of {count} incidents.",
    )
    said = Sentence(
        one if timing.count == 1 else many, {"middle_age_minutes": minutes, "count": timing.count}
    )
    return Figure(name, kept.in_time, kept.judged, said)


def _escalated(number: int) -> Sentence:
    if not number:
        return Sentence("The first people we called were enough.")
    words = "1 needed more people." if number == 1 else "{number} needed more people."
    return Sentence(words, {"number": number})


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

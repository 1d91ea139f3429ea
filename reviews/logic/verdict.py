"""Whether promises were met, in one sentence, beside as long before. Pure.

A share is compared with a share, never a number with a number of more or fewer promises.
"""

from dataclasses import dataclass

from config.portal.sentences import Param, Sentence
from reviews.logic.scoring import Kept

WORDS = {"up": "Better", "down": "Worse", "flat": "The same", "few": "Too few to compare"}
SYMBOLS = {"up": "up", "down": "dn", "flat": "flat"}
ENOUGH = 10
"""Fewer than this say nothing about a trend."""


@dataclass(frozen=True)
class Trend:
    """How a share moved: up is better, few says nothing. It was `number` of `total` before."""

    tone: str
    number: int
    total: int

    @property
    def word(self) -> str:
        return WORDS[self.tone]

    @property
    def symbol(self) -> str:
        """Its mark; none where nothing is said of better or worse."""
        return SYMBOLS.get(self.tone, "")


def trend(now: Kept, before: Kept | None, *, things: int) -> Trend | None:
    """How `now` stands beside `before`; None where one of them has nothing to compare.

    `things` are the incidents, reviews or actions behind the smaller of the two: promises are more
    than the incidents that they were given for.
    """
    if before is None or not before.judged or not now.judged:
        return None
    if things < ENOUGH:
        return Trend("few", before.in_time, before.judged)
    here, there = now.in_time * before.judged, before.in_time * now.judged
    tone = "flat" if here == there else "up" if here > there else "down"
    return Trend(tone, before.in_time, before.judged)


def verdict(name: str, now: Kept, before: Kept | None, *, days: int) -> Sentence:
    """The headline: "Payments met 6 of 7 promises in the last 30 days, one fewer than …"."""
    params: dict[str, Param] = {
        "name": name,
        "met": now.in_time,
        "count": now.judged,
        "days": days,
    }
    if not now.judged:
        return Sentence("No promise of {name} came due in the last {days} days", params)
    start = f"{{name}} {_how_many(now)} in the last {{days}} days"
    if before is None or not before.judged:
        return Sentence(start, params)
    tail, more = _beside(now, before)
    return Sentence(start + tail, params | more)


def _how_many(now: Kept) -> str:
    if now.judged == 1:
        verb = "met" if now.in_time else "missed"
        return f"{verb} the one promise that came due"
    if not now.missed:
        return "met both promises" if now.judged == 2 else "met all {count} promises"
    return "met {met} of {count} promises" if now.in_time else "met none of {count} promises"


def _beside(now: Kept, before: Kept) -> tuple[str, dict[str, Param]]:
    if now.judged != before.judged or now.judged == 1:
        params: dict[str, Param] = {"was_met": before.in_time, "was_count": before.judged}
        return ", after {was_met} of {was_count} in the {days} days before", params
    step = now.in_time - before.in_time
    if not step:
        return ", as many as in the {days} days before", {}
    number = "one" if abs(step) == 1 else str(abs(step))
    word = "more" if step > 0 else "fewer"
    return ", {number} {word} than in the {days} days before", {"number": number, "word": word}

"""What a version changed in the time until somebody acknowledges, with the doubt of it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from statistics import median

from config.portal.sentences import Param, Sentence

AFTER = timedelta(days=30)
ENOUGH = 10
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Effect:
    """How long it took until somebody acknowledged, before the version and since."""

    number: int
    before: Sequence[timedelta]
    since: Sequence[timedelta]

    @property
    def said(self) -> tuple[Sentence, ...]:
        """What changed, then the doubt."""
        facts: dict[str, Param] = {"number": self.number}
        if not self.since:
            words = "No incident has followed version {number} in its 30 days. So we cannot tell."
            return (Sentence(words, facts),)
        facts |= {"many": len(self.since), "now_minutes": _half(self.since)}
        if not self.before:
            words = "Since version {number}, half of {many} were acknowledged in {now_minutes}."
            return (Sentence(words, facts), Sentence("There was none before to compare it with."))
        facts |= {"few": len(self.before), "then_minutes": _half(self.before)}
        return (
            Sentence(
                "Since version {number}, half of {many} were acknowledged in {now_minutes}."
                " In the 30 days before, half of {few} were in {then_minutes}.",
                facts,
            ),
            self._doubt,
        )

    @property
    def _doubt(self) -> Sentence:
        if min(len(self.before), len(self.since)) < ENOUGH:
            return Sentence("These are too few to be sure.")
        return Sentence("Other things may have changed in that time too.")


def _half(spans: Sequence[timedelta]) -> int:
    """The middle one, in whole minutes; a started one counts."""
    middle = median(one.total_seconds() for one in spans)
    return int(-(-middle // MINUTE.total_seconds()))

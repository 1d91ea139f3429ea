"""What changed between two versions of a runbook. Plain Python."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest


@dataclass(frozen=True)
class StepText:
    """One step as people read it. Two that read the same are the same."""

    kind: str
    text: str
    expected: str = ""
    command: str = ""
    undo: str = ""


@dataclass(frozen=True)
class Line:
    """One step of a comparison: before, after or both, each with its number in its version."""

    before: StepText | None = None
    after: StepText | None = None
    number_before: int | None = None
    number_after: int | None = None

    @property
    def word(self) -> str:
        """What became of the step."""
        if self.before is None:
            return "Added"
        if self.after is None:
            return "Removed"
        return "Same" if self.before == self.after else "Changed"


def compare(before: Sequence[StepText], after: Sequence[StepText]) -> tuple[Line, ...]:
    """Every step of both versions in order; steps that stand in each other's place are one line."""
    return tuple(_lines(before, after))


def _lines(before: Sequence[StepText], after: Sequence[StepText]) -> Iterator[Line]:
    matcher = SequenceMatcher(None, list(before), list(after), autojunk=False)
    for _tag, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        pairs = zip_longest(range(old_from, old_to), range(new_from, new_to))
        for old, new in pairs:
            yield Line(
                before=None if old is None else before[old],
                after=None if new is None else after[new],
                number_before=None if old is None else old + 1,
                number_after=None if new is None else new + 1,
            )

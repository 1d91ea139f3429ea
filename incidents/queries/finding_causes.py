"""What findings of the proof have in common: one cause, with every place where it shows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from config.portal.sentences import Sentence
from incidents.logic.proof import words
from incidents.models import Finding
from incidents.queries.findings import Shown, Spoken


@dataclass(frozen=True)
class Cause:
    """Findings that are mended in one place by one act, the most urgent first; often one alone."""

    findings: Sequence[Spoken]

    @property
    def first(self) -> Spoken:
        return self.findings[0]

    @property
    def is_one(self) -> bool:
        return len(self.findings) == 1

    @property
    def row(self) -> Finding:
        """The most urgent of them, for all that they share."""
        return self.first.row

    @property
    def shown(self) -> Shown:
        return self.first.shown

    @property
    def places(self) -> int:
        """In how many services it shows; the whole company counts as one."""
        return len({one.row.service_id for one in self.findings})

    @property
    def said(self) -> Sentence:
        if self.is_one:
            return self.first.said
        return words.of_cause(self.shown.said(), places=self.places)

    @property
    def severities(self) -> list[int]:
        return sorted({level for one in self.findings for level in one.row.severities})

    @property
    def where(self) -> str:
        return self.first.where if self.places == 1 else f"{self.places} services"

    @property
    def owner_name(self) -> str:
        return self.first.owner_name

    @property
    def owners(self) -> int:
        """How many people mend it."""
        return len({one.row.owner_id for one in self.findings})


def causes(found: Iterable[Spoken]) -> list[Cause]:
    """The findings by cause, in the order of the most urgent of each."""
    together: dict[tuple[object, ...], list[Spoken]] = {}
    for one in found:
        together.setdefault(one.shown.cause, []).append(one)
    return [Cause(some) for some in together.values()]


def alone(found: Iterable[Spoken]) -> list[Cause]:
    """Each finding by itself, where each has a story of its own."""
    return [Cause([one]) for one in found]

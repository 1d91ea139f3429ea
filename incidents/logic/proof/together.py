"""Findings as people read them: equal ones of several severities are one. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from incidents.enums import FindingKind
from incidents.logic.proof.found import NOTHING, Facts, Found
from rosters.logic.spans import Span, joined, minus

OF_PEOPLE = frozenset({FindingKind.NUMBER, FindingKind.LEAVE})
"""What is one thing, however bad the incident: it is mended once."""
MOST_SPANS = 20
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Joint:
    """One finding for all the severities that have it alike; `whole`: it holds at any time.

    `spans` are the first of them; `times` and `minutes` count all.
    """

    kind: FindingKind
    severities: tuple[int, ...]
    subject: str
    spans: tuple[Span, ...]
    times: int
    minutes: int
    until_at: datetime
    whole: bool
    facts: Facts = field(default_factory=dict, hash=False)
    mend: tuple[str, int] = NOTHING

    @property
    def key(self) -> tuple[str, int, str]:
        """What tells it from the others about the same service."""
        return (self.kind.value, self.severities[0], self.subject)


def together(found: Iterable[Found], *, window: Span, now: datetime) -> list[Joint]:
    """Those whose time is not over at `now`, by kind, severity and time."""
    alike: dict[tuple[object, ...], list[Found]] = {}
    for one in found:
        facts = tuple(sorted(one.facts.items()))
        spans = () if one.kind in OF_PEOPLE else one.spans
        alike.setdefault((one.kind, one.subject, spans, facts, one.mend), []).append(one)
    joint = [_joint(some, window=window, now=now) for some in alike.values()]
    order = list(FindingKind)
    return sorted(
        (one for one in joint if one is not None),
        key=lambda one: (order.index(one.kind), one.severities, one.spans, one.subject),
    )


def _joint(found: list[Found], *, window: Span, now: datetime) -> Joint | None:
    first = found[0]
    held = joined(span for one in found for span in one.spans)
    spans = minus(held, [(window[0], now)]) if now > window[0] else held
    if not spans:
        return None
    severities = tuple(sorted({one.severity for one in found}))
    return Joint(
        first.kind,
        severities,
        first.subject,
        tuple(spans[:MOST_SPANS]),
        len(spans),
        sum((end - begin) // MINUTE for begin, end in spans),
        spans[-1][1],
        held == [window],
        first.facts,
        first.mend,
    )

"""What the checks of the proof hand back, and what they are told besides rosters. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from incidents.enums import FindingKind
from rosters.logic.spans import Span

Facts = Mapping[str, str | int]
NOTHING = ("routes", 0)
"""On what a service without a rule is mended."""


@dataclass(frozen=True)
class Found:
    """One thing that may not be, when it is so, and on what it is mended: ("roster", 12).

    `subject` tells it from others of its kind about the same service. `facts` are texts and whole
    numbers that its sentence needs besides.
    """

    kind: FindingKind
    severity: int
    spans: tuple[Span, ...]
    subject: str = ""
    facts: Facts = field(default_factory=dict, hash=False)
    mend: tuple[str, int] = NOTHING


@dataclass(frozen=True)
class Number:
    """What is known of a person's numbers: "", or why nobody knows that they work."""

    why_not: str = ""


@dataclass(frozen=True)
class Agreement:
    """Who may decide something once another role agrees."""

    right_id: int
    what: str
    role_id: int
    role: str
    approver_id: int
    approver: str

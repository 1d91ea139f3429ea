"""Somebody leaves, or is replaced: what of theirs there is to hand over, and who may. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

KEY_LENGTH = 40


class Kind(StrEnum):
    """What can be handed over in one form."""

    CELL = "cell"
    ROTATION = "turn"
    OVERRIDE = "change"
    LEAD = "lead"
    OWNER = "owner"
    ACTION = "action"
    FINDING = "finding"
    DRILL = "drill"


HEADINGS: Mapping[Kind, str] = {
    Kind.CELL: "Contacts",
    Kind.OWNER: "Services they back up",
    Kind.ROTATION: "Places in rotations",
    Kind.OVERRIDE: "Changes on rosters",
    Kind.LEAD: "Teams they lead",
    Kind.ACTION: "Open actions",
    Kind.FINDING: "Open findings of drills",
    Kind.DRILL: "Planned drills they lead",
}
LOST: Mapping[Kind, str] = {
    Kind.CELL: "The backup answers, or nobody.",
    Kind.OWNER: "The service has no backup owner.",
    Kind.ROTATION: "In their turns the backup answers, or nobody.",
    Kind.OVERRIDE: "In that time the backup answers, or nobody.",
    Kind.LEAD: "The team loses a lead.",
    Kind.ACTION: "Nobody is going to do it.",
    Kind.FINDING: "Nobody is going to do it.",
    Kind.DRILL: "Nobody leads it.",
}
"""What is true of a piece that nobody takes."""
CONTACTS = frozenset({Kind.CELL, Kind.OWNER})
"""What a service owner hands over: the rest is for administrators."""


@dataclass(frozen=True)
class Place:
    """One thing that names somebody. `detail` says more of it; `key` is cell-12."""

    kind: Kind
    pk: int
    title: str
    detail: str = ""

    @property
    def key(self) -> str:
        return f"{self.kind}-{self.pk}"


@dataclass(frozen=True)
class Group:
    """Everything of one kind."""

    kind: Kind
    places: tuple[Place, ...]

    @property
    def heading(self) -> str:
        return HEADINGS[self.kind]

    @property
    def lost(self) -> str:
        return LOST[self.kind]


def grouped(places: Sequence[Place]) -> tuple[Group, ...]:
    """By kind, in the order of the headings; without what is empty."""
    found = (Group(kind, tuple(one for one in places if one.kind == kind)) for kind in HEADINGS)
    return tuple(group for group in found if group.places)


@dataclass(frozen=True)
class Part:
    """What a reader may do on the page of somebody."""

    is_administrator: bool = False
    keeps_contacts: bool = False
    is_self: bool = False


def why_not_open(part: Part) -> str | None:
    """Whether a reader may replace somebody, at least in the contacts of services."""
    if part.is_administrator or part.keeps_contacts:
        return None
    return "Only administrators and service owners can put somebody in another's place."


def why_not_leave(part: Part, *, others: int, is_administrator: bool, name: str) -> str | None:
    """Whether a reader may note that somebody leaves; `others` are the administrators who stay."""
    if not part.is_administrator:
        return "Only administrators can note that somebody leaves."
    if part.is_self:
        return "You cannot note that you leave. Ask another administrator."
    if is_administrator and not others:
        return f"{name} is the last administrator who can sign in. Make somebody else one first."
    return None


@dataclass(frozen=True)
class Chosen:
    """Who takes what, by key; who is named nowhere here stays where they are named."""

    successors: Mapping[str, int] = field(default_factory=dict)
    leaves: bool = False


def meant_by(typed: str, known: Iterable[str]) -> str | None:
    """The one name that somebody typed, whole or its beginning; None when none or several fit."""
    wanted = " ".join(typed.casefold().split())
    names = list(known)
    exact = [name for name in names if name.casefold() == wanted]
    found = exact or [name for name in names if name.casefold().startswith(f"{wanted} ")]
    return found[0] if len(found) == 1 else None

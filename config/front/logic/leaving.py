"""Somebody leaves, or is replaced: what of theirs there is to hand over, and who may. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

KEY_LENGTH = 40


class Kind(StrEnum):
    """What can be handed over in one form."""

    CELL = "cell"
    ROTATION = "turn"
    OVERRIDE = "change"
    TEMPORARY = "shift"
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
    Kind.TEMPORARY: "Shifts of temporary schedules",
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
    Kind.TEMPORARY: "In that time the backup answers, or nobody.",
    Kind.LEAD: "The team loses a lead.",
    Kind.ACTION: "Nobody is going to do it.",
    Kind.FINDING: "Nobody is going to do it.",
    Kind.DRILL: "Nobody leads it.",
}
"""What is true of a thing that nobody takes."""
CONTACTS = frozenset({Kind.CELL, Kind.OWNER})
"""What a service owner hands over, wherever it is."""
ON_CALL = frozenset({Kind.ROTATION, Kind.OVERRIDE, Kind.TEMPORARY})
DATED = ON_CALL | {Kind.CELL}
"""What holds from one instant to another; the rest changes at the instant it is changed."""
OF_TEAM = ON_CALL | {Kind.CELL}
"""What the lead of a team hands over, where it is their team's; the rest is for administrators."""


@dataclass(frozen=True)
class Place:
    """One thing that names somebody. `detail` says more of it; `key` is cell-12.

    `team_id`: whose lead keeps it. `roster_id`: where it says who is on call. `ends_at`: from when
    on it names nobody.
    """

    kind: Kind
    pk: int
    title: str
    detail: str = ""
    team_id: int | None = None
    roster_id: int | None = None
    ends_at: datetime | None = None

    def is_over(self, at: datetime) -> bool:
        """Whether it has ended by then, so that nobody needs to take it."""
        return self.ends_at is not None and self.ends_at <= at

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
    """What a reader may do on the page of somebody.

    `leads` are their teams; `leads_all`: every team of that person is among them, `leads_any`: one.
    """

    is_administrator: bool = False
    keeps_contacts: bool = False
    is_self: bool = False
    leads: frozenset[int] = frozenset()
    leads_all: bool = False
    leads_any: bool = False

    def may_hand_over(self, place: Place) -> bool:
        """Whether this very thing is theirs to give."""
        if self.is_administrator or (self.keeps_contacts and place.kind in CONTACTS):
            return True
        return place.kind in OF_TEAM and place.team_id in self.leads


def why_not_open(part: Part) -> str | None:
    """Whether a reader may replace somebody, at least in some of the places."""
    if part.is_administrator or part.keeps_contacts or part.leads_all:
        return None
    return (
        "Only administrators, service owners and whoever leads all of a person's teams can put"
        " somebody in their place."
    )


def why_may(part: Part) -> str:
    """By what right a reader puts others in somebody's place, where that is not plain to see."""
    if part.is_administrator:
        return ""
    if part.keeps_contacts:
        return (
            "As a service owner you keep the contacts of every service, also of other teams."
            " Your name and reason stand in the history, and those teams read it."
        )
    return "You lead all of their teams." if part.leads_all else ""


def why_not_ask(part: Part) -> str | None:
    """Whether a reader may ask the administrators to hand over the rest."""
    if part.is_administrator:
        return "You can hand it over yourself."
    if part.leads_any or why_not_open(part) is None:
        return None
    return "Only service owners and leads of the person's teams can ask for that here."


def why_not_leave(part: Part, *, others: int, is_administrator: bool, name: str) -> str | None:
    """Whether a reader may note that somebody leaves; `others` are the administrators who stay."""
    if not part.is_administrator:
        return "Only administrators can note that somebody leaves."
    if part.is_self:
        return "You cannot note that you leave. Ask another administrator."
    if is_administrator and not others:
        return f"{name} is the last administrator who can sign in. Make somebody else one first."
    return None


def why_not_call_off(part: Part, *, planned_by_reader: bool) -> str | None:
    """Whether a reader may call off what was planned for a later day."""
    if part.is_administrator or planned_by_reader:
        return None
    return "Only administrators and whoever planned it can call it off."


@dataclass(frozen=True)
class Chosen:
    """Who takes what, by key; who is named nowhere here stays where they are named.

    With `waits` they take it at a later moment, when the person leaves if they do, not before.
    """

    successors: Mapping[str, int] = field(default_factory=dict)
    leaves: bool = False
    waits: bool = False

    def at(self, last_moment: datetime | None, *, now: datetime) -> datetime:
        """When whoever was chosen takes over."""
        return max(now, last_moment) if self.waits and last_moment else now


def meant_by(typed: str, known: Iterable[str]) -> str | None:
    """The one name that somebody typed, whole or its beginning; None when none or several fit."""
    found = fitting(typed, known)
    return found[0] if len(found) == 1 else None


def fitting(typed: str, known: Iterable[str]) -> list[str]:
    """The names that fit what somebody typed: the whole one, else those that begin with it."""
    wanted = " ".join(typed.casefold().split())
    names = list(known)
    exact = [name for name in names if name.casefold() == wanted]
    return exact or [name for name in names if name.casefold().startswith(f"{wanted} ")]

"""Who may plan, finish and call off a drill, and what a good drill needs. None, or one sentence."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

FAR = timedelta(days=730)
MOST_PEOPLE = 500
OVERDUE_AFTER = timedelta(days=180)
SUMMARY_LENGTH = 2000
TEXT_LENGTH = 300
TITLE_LENGTH = 160


@dataclass(frozen=True)
class Part:
    """What a person is to the drills of one service."""

    is_in_team: bool = False
    is_leader: bool = False
    is_administrator: bool = False

    @property
    def may_act(self) -> bool:
        return self.is_in_team or self.is_leader or self.is_administrator


@dataclass(frozen=True)
class State:
    """Where a drill is, as far as the rules ask."""

    title: str
    planned_at: datetime
    is_finished: bool = False
    is_called_off: bool = False


def why_not_plan(part: Part, *, service: str) -> str | None:
    """Whether this person may plan a drill of this service."""
    if part.is_in_team or part.is_administrator:
        return None
    return f"Only the team that owns {service} and administrators can plan its drills."


def why_not_title(title: str) -> str | None:
    """Why this cannot be what we rehearse."""
    if not title.strip():
        return "Say what you rehearse: Nobody answers at night."
    if len(title.strip()) > TITLE_LENGTH:
        return f"Use {TITLE_LENGTH} characters or fewer to say what you rehearse."
    return None


def why_not_leader(name: str, *, has_left: bool) -> str | None:
    """Why this person cannot lead it."""
    return f"{name} has left the company. Choose somebody else." if has_left else None


def why_not_planned_at(planned_at: datetime, *, now: datetime) -> str | None:
    """Why it cannot be at this time."""
    if planned_at < now:
        return "That time has passed. Choose a later one."
    if planned_at > now + FAR:
        return "That is more than two years away. Choose an earlier day."
    return None


def why_not_act(part: Part, state: State) -> str | None:
    """Whether this person may still change this drill."""
    if state.is_finished:
        return f"“{state.title}” has a result already."
    if state.is_called_off:
        return f"“{state.title}” was called off."
    if part.may_act:
        return None
    return "Only its leader, the team that owns the service and administrators can do this."


def why_not_finish(part: Part, state: State, *, now: datetime) -> str | None:
    """Whether this person may write the result down now."""
    refusal = why_not_act(part, state)
    if refusal is None and now < state.planned_at:
        return "It has not started yet. The result can be written once it has."
    return refusal


def why_not_count(asked: int | None, answered: int | None) -> str | None:
    """Why these cannot be how many were asked and how many answered. Both or neither."""
    if asked is None and answered is None:
        return None
    if asked is None or answered is None:
        return "Say both: how many were asked, and how many answered."
    if asked < 0 or answered < 0 or asked > MOST_PEOPLE:
        return f"Write a number from 0 to {MOST_PEOPLE}."
    if answered > asked:
        return "No more people can have answered than were asked."
    return None


def why_not_result(*, passed: bool, findings: Sequence[str], summary: str) -> str | None:
    """Why this is no result yet: what did not work is worth a finding, or a word."""
    if not passed and not findings and not summary.strip():
        return "Say what did not work, or write down one finding."
    return None


def why_not_finding(text: str) -> str | None:
    """Why this cannot be what a drill showed."""
    if not text.strip():
        return "Say what you found."
    if len(text.strip()) > TEXT_LENGTH:
        return f"Use {TEXT_LENGTH} characters or fewer to say what you found."
    return None


def why_not_close(part: Part, *, is_owner: bool, owner: str) -> str | None:
    """Whether this person may say that a finding is dealt with, or open again."""
    if is_owner or part.may_act:
        return None
    return f"Only {owner}, the leader of the drill and the team that owns the service can do this."

"""Who may take, give and change shifts, and in which time. Pure. Instants are aware, half-open."""

from dataclasses import dataclass
from datetime import datetime, timedelta

SHORTEST, LONGEST = timedelta(minutes=15), timedelta(days=92)
BACK = timedelta(days=1)
"""What may begin this long ago: somebody who came in an hour ago says so afterwards."""
REMIND_EVERY = timedelta(days=1)
WARN_BEFORE = timedelta(hours=12)
"""A shift that nobody has taken this long before it begins stays with whoever has it."""
TEAM, OPEN, AGREED = "team", ("asked",), ("asked", "agreed")


@dataclass(frozen=True)
class Part:
    """What a reader is to one roster: its keeper, or somebody who stands on it or in its team."""

    keeps: bool = False
    belongs: bool = False


def why_not_take(part: Part) -> str | None:
    """Whether a reader may go on call themselves, in a gap or for somebody else."""
    if part.keeps or part.belongs:
        return None
    return (
        "Only people of this roster or its team can take a shift. Ask a lead of the team to put"
        " you on call."
    )


def why_not_arrange_for_others(part: Part) -> str | None:
    """Whether a reader may put somebody else on call, or take somebody off."""
    if part.keeps:
        return None
    return "Only leads of the team, roster managers and administrators can put others on call."


def why_not_give(part: Part, *, is_own: bool, name: str) -> str | None:
    """Whether a reader may ask others to take a shift of the person called `name`."""
    if is_own or part.keeps:
        return None
    return f"Only {name} or a lead of the team can give this shift away."


def why_not_offer(part: Part, *, is_own: bool, is_asked: bool) -> str | None:
    """Whether a reader may take a shift that somebody gives. `is_asked`: it is asked of them."""
    if is_own:
        return "This is your own shift."
    if not is_asked:
        return "Somebody else was asked. If they say no, you can take it."
    return why_not_take(part)


def why_not_say_yes_for(part: Part, *, name: str) -> str | None:
    """Whether a reader may answer for the person called `name`, who was asked."""
    if part.keeps:
        return None
    return f"Only {name} or a lead of the team can answer."


def why_not_undo(part: Part, *, is_own: bool) -> str | None:
    """Whether a reader may undo a swap that holds."""
    if is_own or part.keeps:
        return None
    return "Only the two who swapped or a lead of the team can undo it."


def why_not_window(starts_at: datetime, ends_at: datetime, *, now: datetime) -> str | None:
    """Whether who is on call may be changed from `starts_at` until `ends_at`."""
    if ends_at <= starts_at:
        return "It must end after it starts."
    if ends_at - starts_at < SHORTEST:
        return "A shift lasts at least 15 minutes."
    if ends_at - starts_at > LONGEST:
        return f"At most {LONGEST.days} days at once. For longer, change the roster itself."
    if ends_at <= now or starts_at < now - BACK:
        return "That is past. What has been stays as it was. Choose a time that is still to come."
    return None


def why_not_return(starts_at: datetime, *, name: str, now: datetime) -> str | None:
    """Whether a shift that the person called `name` gives in exchange can still change hands."""
    if starts_at > now:
        return None
    return (
        f"The shift that {name} would give in exchange has begun, and what has been stays as it"
        f" was. {name} can offer another one, or nothing in exchange."
    )


def is_to_be_reminded(
    *, asked_at: datetime, reminded_at: datetime | None, starts_at: datetime, now: datetime
) -> bool:
    """Whether those who were asked are asked once more: after a day each, until it begins."""
    last = max(asked_at, reminded_at or asked_at)
    return now < starts_at and now - last >= REMIND_EVERY


def in_hours(starts_at: datetime, ends_at: datetime) -> str:
    """How long a shift lasts, to be compared with another: "24 h", "133 h", "7 h 30 min"."""
    hours, rest = divmod(round((ends_at - starts_at) / timedelta(minutes=1)), 60)
    return " ".join([f"{hours} h"] * bool(hours or not rest) + [f"{rest} min"] * bool(rest))

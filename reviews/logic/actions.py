"""What makes an action item: a title, one owner who is here, one date to come."""

from dataclasses import dataclass
from datetime import date, timedelta

FAR = timedelta(days=730)
TITLE_LENGTH = 160
EVIDENCE_LENGTH = 300


@dataclass(frozen=True)
class Owner:
    """Who shall own an action item, as far as the rules ask. `name` is what people read."""

    name: str
    has_left: bool = False
    may_read: bool = True


def why_not_title(title: str) -> str | None:
    """Why this cannot be what we will do."""
    if not title.strip():
        return "Say what we will do, starting with a verb."
    if len(title.strip()) > TITLE_LENGTH:
        return f"Use {TITLE_LENGTH} characters or fewer to say what we will do."
    return None


def why_not_owner(owner: Owner) -> str | None:
    """Why this person cannot own it: they have left, or may not know of the incident."""
    if owner.has_left:
        return f"{owner.name} has left the company. Choose another owner."
    if not owner.may_read:
        return f"{owner.name} may not read this incident. Choose somebody who took part."
    return None


def why_not_due(due_date: date, *, today: date) -> str | None:
    """Why it cannot be due on this day; today is still possible."""
    if due_date < today:
        return "That day has passed. Choose a day from today on."
    if due_date > today + FAR:
        return "That is more than two years away. Choose an earlier day."
    return None

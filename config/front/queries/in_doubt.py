"""Whom to call when no service is named: a role of the whole company, or the one who leads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from config.front.logic.closeness import closeness, share
from incidents.queries.standing import COMMANDER
from rosters.models import StakeholderRole
from rosters.queries import calling
from rosters.queries.calling import RoleDuty

A_THIRD = 0.33
"""How much of what is asked must stand in what a role is for: "press" of "the press asks us"."""


@dataclass(frozen=True)
class Answer:
    """One role and who fills it now. `is_in_doubt`: it is asked for nothing, and always helps."""

    duty: RoleDuty
    is_in_doubt: bool = False


def roles() -> list[StakeholderRole]:
    """Every role, in the order of the matrix."""
    return list(StakeholderRole.objects.order_by("order", "name", "pk"))


def named(asked: Sequence[str], known: Sequence[StakeholderRole]) -> StakeholderRole | None:
    """The role whose name is closest to these words, if any is near."""
    return _closest(known, [closeness(asked, role.name) for role in known])


def meant(asked: Sequence[str], known: Sequence[StakeholderRole]) -> StakeholderRole | None:
    """The role that is for what is asked, by its own description."""
    shares = [share(asked, (role.description, role.actions)) for role in known]
    return _closest(known, [one if one > A_THIRD else 0.0 for one in shares])


def answer(
    words: Sequence[str], known: Sequence[StakeholderRole], *, is_answered: bool, now: datetime
) -> Answer | None:
    """Who fills the role that these words are about; for what nothing answers, the commander.

    Somebody who found something else is told of a role only when they named it.
    """
    role = named(words, known)
    if role is None and not is_answered:
        role = meant(words, known)
    if role is not None:
        return Answer(calling.duty_of(role, at=now))
    lead = next((one for one in known if one.slug == COMMANDER), None)
    if is_answered or lead is None:
        return None
    return Answer(calling.duty_of(lead, at=now), is_in_doubt=True)


def _closest(known: Sequence[StakeholderRole], scores: Sequence[float]) -> StakeholderRole | None:
    best = max(scores, default=0.0)
    return known[list(scores).index(best)] if best else None

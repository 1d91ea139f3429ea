"""Two people agree before the rule of a service of tier 1 changes. Pure."""

from collections.abc import Sequence

from incidents.logic.policy_keeping import why_not_keep_policies
from rosters.logic.roles import Holder

NAMED = 2


def why_two(services: Sequence[str]) -> str:
    """Why a version needs a second person, as a sentence."""
    if len(services) == 1:
        return f"{services[0]} is of tier 1, so a second person must agree before it holds."
    first = ", ".join(services[:NAMED]) if len(services) > NAMED else services[0]
    rest = f"{len(services) - NAMED} more" if len(services) > NAMED else services[1]
    return f"{first} and {rest} are of tier 1, so a second person must agree before it holds."


def why_not_agree(holder: Holder, *, is_author: bool, others: Sequence[str]) -> str | None:
    """Whether somebody may agree to what waits; `others` are those who may."""
    if not is_author:
        return why_not_keep_policies(holder)
    if not others:
        return "You asked for it, so somebody else must agree. Nobody else may yet."
    return f"You asked for it, so somebody else must agree. Ask {' or '.join(others[:NAMED])}."

"""Where an import may go from where it stands, and what a reader may do with it. Pure."""

from collections.abc import Mapping
from datetime import timedelta

from rosters.enums import ImportState

NEXT: Mapping[ImportState, frozenset[ImportState]] = {
    ImportState.WAITING: frozenset({ImportState.CHECKING, ImportState.WITHDRAWN}),
    ImportState.CHECKING: frozenset({ImportState.CHECKED, ImportState.REFUSED}),
    ImportState.CHECKED: frozenset({ImportState.APPLYING, ImportState.WITHDRAWN}),
    ImportState.APPLYING: frozenset(
        {ImportState.APPLIED, ImportState.CHECKED, ImportState.REFUSED}
    ),
    ImportState.REFUSED: frozenset(),
    ImportState.APPLIED: frozenset(),
    ImportState.WITHDRAWN: frozenset(),
}
UNDER_WAY = (ImportState.WAITING, ImportState.CHECKING, ImportState.APPLYING)
ENDED = tuple(state for state, after in NEXT.items() if not after)
LEASE = timedelta(seconds=90)
"""Longer than a worker may take: when it is over, whoever held it has stopped."""


def may_go(state: str, to: ImportState) -> bool:
    return to in NEXT[ImportState(state)]


def why_not_apply(state: str, *, is_own: bool, changes: int) -> str | None:
    """Whether somebody may apply an import that stands like this."""
    if not is_own:
        return "Only the person who sent this file can apply it."
    if state == ImportState.APPLIED:
        return "This file is applied already. Nothing was changed a second time."
    if not may_go(state, ImportState.APPLYING):
        return f"This file cannot be applied: {_said(state)}."
    return None if changes else "There is nothing to change."


def why_not_withdraw(state: str, *, is_own: bool) -> str | None:
    if not is_own:
        return "Only the person who sent this file can withdraw it."
    if not may_go(state, ImportState.WITHDRAWN):
        return f"This file cannot be withdrawn: {_said(state)}."
    return None


def _said(state: str) -> str:
    label = str(ImportState(state).label)
    return f"it is {label[:1].lower()}{label[1:]}" if label.startswith("Being") else label.lower()

"""The grid of the contact matrix as it was sent: what differs from what was read, and from when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from rosters.forms.lasting import SINCE, UNTIL, Lasting
from rosters.logic.cells import Dates, Filling, Problem
from rosters.logic.grid import Key, Names, Typed, read_key
from rosters.operations.changing.cells import CellChange

MINE = "mine"
"""Said of a square that somebody else changed meanwhile: write over theirs. Each time anew."""


@dataclass(frozen=True)
class Sent:
    """One form that was sent: what was typed, and what it means."""

    typed: Mapping[Key, Typed]
    changes: tuple[CellChange, ...]
    problems: Mapping[Key, str]
    was: Mapping[Key, str]
    """The revision that each typed square was read at."""
    shown: frozenset[int] = frozenset()
    """The services that stood on the page."""
    days: Lasting | None = None
    """From and until when all of it is to hold, if that was typed."""
    asked: frozenset[Key] = frozenset()
    """The squares where the reader has seen which backup they no longer inherit."""

    def without_backup(self) -> list[Key]:
        """Squares that inherited until now and name somebody without a backup, not yet asked."""
        return [
            key
            for key, one in wanted(self).items()
            if one.person_id
            and not one.backup_id
            and self.was[key] == Filling().revision
            and key not in self.asked
        ]


def left(answers: Any) -> int:  # noqa: ANN401  # Django's QueryDict
    """How many squares stay as somebody else wrote them meanwhile, because the sender says so."""
    names = [name.removeprefix("keep-") for name in answers if name.startswith("keep-")]
    return sum(1 for one in names if read_key(one) and answers[f"keep-{one}"] != MINE)


def keys(sent: Sent) -> list[Key]:
    """The squares of the changes, in their order."""
    return [Key(one.role_id, one.service_id, one.team_id) for one in sent.changes]


def wanted(sent: Sent) -> dict[Key, Filling]:
    return {key: change.filling for key, change in zip(keys(sent), sent.changes, strict=True)}


def read(answers: Any, known: Names, *, zone: ZoneInfo, now: datetime) -> Sent:  # noqa: ANN401  # Django's QueryDict
    """What differs from what was read; what does not say “write mine over it” stays as theirs."""
    days = Lasting(*(answers.get(one, "") for one in (SINCE, UNTIL)), zone=zone, now=now)
    typed: dict[Key, Typed] = {}
    read_at: dict[Key, str] = {}
    changes: list[CellChange] = []
    problems: dict[Key, str] = {}
    squares = [read_key(name.removeprefix("who-")) for name in answers if name.startswith("who-")]
    for key in filter(None, squares):
        if answers.get(f"keep-{key}", MINE) != MINE:
            continue
        one = Typed(answers.get(f"who-{key}", ""), answers.get(f"backup-{key}", ""))
        was = answers.get(f"was-{key}", "")[:80]
        found = known.read(one)
        if isinstance(found, Problem):
            typed[key], read_at[key], problems[key] = one, was, found.text
        elif found.revision != was:
            typed[key], read_at[key] = one, was
            changes.append(_change(key, found, was, days.dates))
    shown = frozenset(key.service_id for key in squares if key and key.service_id)
    asked = frozenset(key for key in typed if answers.get(f"asked-{key}"))
    return Sent(typed, tuple(changes), problems, read_at, shown, days, asked)


def _change(key: Key, filling: Filling, was: str, dates: Dates | None) -> CellChange:
    return CellChange(
        key.role_id,
        filling,
        service_id=key.service_id,
        team_id=key.team_id,
        expects=was,
        dates=dates,
    )

"""Rows of a form that grow, shrink and change places, as they were typed. Pure."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

MOST = 100
_PERSON = re.compile(r"(person|hours_from|shift_person)_([0-9]{1,3})")
_ACT = re.compile(r"(up|down|drop)_(turn|hours|shift):([0-9]{1,3})")

Row = TypeVar("Row")
Get = Callable[[str], str]
GetList = Callable[[str], list[str]]


@dataclass(frozen=True)
class TurnRow:
    """One person's place; `together`: in the turn of whoever stands above."""

    name: str = ""
    together: bool = False


@dataclass(frozen=True)
class HoursRow:
    """From when until when, on which weekdays (none: every day)."""

    starts: str = ""
    ends: str = ""
    days: tuple[str, ...] = ()


@dataclass(frozen=True)
class ShiftRow:
    """Somebody's shift in a temporary schedule."""

    name: str = ""
    starts: str = ""
    ends: str = ""
    level: str = "1"


def _numbers(keys: Iterable[str], kind: str) -> list[int]:
    found = {
        int(match[2]) for key in keys if (match := _PERSON.fullmatch(key)) and match[1] == kind
    }
    return sorted(found)[:MOST]


def turn_rows(keys: Iterable[str], get: Get) -> list[TurnRow]:
    """Everybody's place, in the order of the page."""
    return [
        TurnRow(" ".join(get(f"person_{one}").split())[:200], bool(get(f"with_{one}")))
        for one in _numbers(keys, "person")
    ]


def hours_rows(keys: Iterable[str], get: Get, get_list: GetList) -> list[HoursRow]:
    """The rows of hours."""
    return [
        HoursRow(
            get(f"hours_from_{one}").strip()[:8],
            get(f"hours_to_{one}").strip()[:8],
            tuple(get_list(f"hours_day_{one}"))[:7],
        )
        for one in _numbers(keys, "hours_from")
    ]


def shift_rows(keys: Iterable[str], get: Get) -> list[ShiftRow]:
    """The shifts of a temporary schedule."""
    return [
        ShiftRow(
            " ".join(get(f"shift_person_{one}").split())[:200],
            get(f"shift_from_{one}").strip()[:32],
            get(f"shift_to_{one}").strip()[:32],
            get(f"shift_level_{one}").strip()[:2],
        )
        for one in _numbers(keys, "shift_person")
    ]


def after(rows: Sequence[Row], act: str, *, kind: str, empty: Row) -> list[Row]:
    """The rows after a press: "up_turn:2", "down_turn:2", "drop_turn:2", "add_turn"."""
    found = list(rows)
    if act == f"add_{kind}":
        return [*found, empty]
    match = _ACT.fullmatch(act)
    if match is None or match[2] != kind or int(match[3]) >= len(found):
        return found
    place = int(match[3])
    if match[1] == "drop":
        del found[place]
        return found
    other = place - 1 if match[1] == "up" else place + 1
    if 0 <= other < len(found):
        found[place], found[other] = found[other], found[place]
    return found

"""A file as rows of text, and the same by the columns that we know. Pure."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Generic, TypeVar

from config.portal.sentences import Sentence
from config.portal.spreadsheets import unquoted
from rosters.logic.imports.columns import Column, heading_key
from rosters.logic.reasons import BLANK_LETTERS, DIRECTIONS

T = TypeVar("T")
MANY_UNKNOWN = 6
LOOKED_AT = 30
"""Among so many rows the headings are looked for."""
SHOWN = 60
LETTERS = 26
KEPT = frozenset("\n\t")
_SPACES = re.compile(r"[ \t\u00a0]+")


@dataclass(frozen=True)
class Line:
    """One row as the spreadsheet counts: the headings stand in the first that holds anything."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """A table as it was read; `faults` are cells that hold no text, by row and place."""

    headings: Line
    lines: tuple[Line, ...]
    faults: Mapping[tuple[int, int], str] = field(default_factory=dict)


@dataclass(frozen=True)
class Mistake:
    """What stands in the way: row 0 is the whole file. The text says what to do."""

    row: int
    column: str
    text: str
    value: str = ""


@dataclass(frozen=True)
class Difference:
    """What one row changes. `key` stands for what was and what becomes."""

    row: int
    about: str
    said: tuple[Sentence, ...]
    key: str
    is_fresh: bool = False


@dataclass(frozen=True)
class Checked(Generic[T]):
    """What a file would do. With mistakes it does nothing; `plans` are what to write."""

    mistakes: tuple[Mistake, ...] = ()
    differences: tuple[Difference, ...] = ()
    plans: tuple[T, ...] = ()
    unchanged: int = 0


class Wrong(Exception):
    """A cell cannot be used; the sentence says why and what to write instead."""


@dataclass(frozen=True)
class Record:
    """One row by the names of its columns, empty cells as ""; `mistakes` grows as it is read."""

    number: int
    values: dict[str, str]
    headings: Mapping[str, str]
    secret: frozenset[str] = frozenset()
    mistakes: list[Mistake] = field(default_factory=list)

    def get(self, key: str) -> str:
        return self.values.get(key, "")

    def read(self, key: str, reader: Callable[[str], T]) -> T | None:
        """What a cell means; None when it is empty, or wrong, which is noted."""
        text = self.get(key)
        if not text:
            return None
        try:
            return reader(text)
        except Wrong as wrong:
            self.note(key, str(wrong))
            return None

    def note(self, key: str, text: str) -> None:
        """One mistake for each cell: the first says what to mend first."""
        column = self.headings.get(key, "")
        if any(one.column == column for one in self.mistakes):
            return
        value = "" if key in self.secret else shown(self.get(key))
        self.mistakes.append(Mistake(self.number, column, text, value))

    @property
    def is_wrong(self) -> bool:
        return bool(self.mistakes)


def arrange(sheet: Sheet, columns: Sequence[Column]) -> tuple[list[Record], list[Mistake]]:
    """The rows by column, and what is wrong with the headings. Without a needed one, no rows.

    The example of a template counts for nothing where somebody left it in.
    """
    places, mistakes = _places(sheet.headings, columns, sheet.lines)
    missing = [one.name for one in columns if one.is_needed and one.key not in places]
    mistakes += [
        Mistake(
            sheet.headings.number, name, f"The column “{name}” is missing. Take it from a template."
        )
        for name in missing
    ]
    if missing:
        return [], mistakes
    known = {one.key: one for one in columns}
    named = {key: known[key].name for key in known}
    secret = frozenset(one.key for one in columns if one.is_secret)
    records = []
    example = {one.key: one.example for one in columns if one.example}
    for line in sheet.lines:
        record = Record(
            line.number, {key: _cell(line, at) for key, at in places.items()}, named, secret
        )
        for key, at in places.items():
            record.values[key] = _clean(record, known[key], sheet.faults.get((line.number, at)))
        if {key: text for key, text in record.values.items() if text} != example:
            records.append(record)
    return records, mistakes


def named_in(line: Line, columns: Sequence[Column]) -> int:
    """How many of the columns a row names."""
    known = {key for one in columns for key in one.keys}
    return len(known & {heading_key(cell) for cell in line.cells if cell.strip()})


def heading_at(lines: Sequence[Line], columns: Sequence[Column]) -> int | None:
    """Which of these rows holds the headings: the one that names most of the columns.

    Below the first row two of them at least: one word alone may stand in a title. None for none.
    """
    named = [named_in(line, columns) for line in lines]
    most = max(named, default=0)
    at = named.index(most) if most else 0
    return at if most > 1 or (most and at == 0) else None


def shown(text: str) -> str:
    """A value as a mistake may quote it: short, on one line, nothing that cannot be seen."""
    seen = "".join(one for one in " ".join(text.split()) if unicodedata.category(one)[0] != "C")
    return seen if len(seen) <= SHOWN else f"{seen[:SHOWN]}…"


def near(text: str, names: Iterable[str]) -> str:
    """ " Did you mean Mei Tan?" when a name is close to what was written; else nothing."""
    by_key = {name.casefold(): name for name in names}
    found = get_close_matches(text.casefold(), by_key, n=1, cutoff=0.75)
    return f" Did you mean {by_key[found[0]]}?" if found else ""


def _places(
    headings: Line, columns: Sequence[Column], lines: Sequence[Line]
) -> tuple[dict[str, int], list[Mistake]]:
    known = {name: one for one in columns for name in one.keys}
    places: dict[str, int] = {}
    mistakes: list[Mistake] = []
    unknown = []
    for at, cell in enumerate(headings.cells):
        column = known.get(heading_key(cell))
        if not cell.strip():
            continue
        if column is None:
            unknown.append(cell)
        elif column.key in places:
            text = f"The column “{column.name}” is there twice. Keep one of the two."
            mistakes.append(Mistake(headings.number, shown(cell), text))
        else:
            places[column.key] = at
    mistakes += _unheaded(headings, lines)
    named = [one.name for one in columns]
    if len(unknown) > MANY_UNKNOWN or not places:
        wanted = ", ".join(named)
        text = f"Row {headings.number} does not hold the headings of this table: {wanted}."
        return places, [Mistake(headings.number, "", f"{text} Start from a template.")]
    for cell in unknown:
        text = f"“{shown(cell)}” is no column of this table.{near(cell.strip(), named)}"
        text = f"{text} Rename it, or take it out."
        mistakes.append(Mistake(headings.number, shown(cell), text))
    return places, mistakes


def _unheaded(headings: Line, lines: Iterable[Line]) -> Iterator[Mistake]:
    """Columns without a heading in which something stands: nothing is left out in silence."""
    headed = {at for at, cell in enumerate(headings.cells) if cell.strip()}
    told: set[int] = set()
    for line in lines:
        if len(line.cells) <= len(headings.cells) == len(headed):
            continue
        for at, cell in enumerate(line.cells):
            if at not in headed and at not in told and cell.strip():
                told.add(at)
                letter = chr(ord("A") + at) if at < LETTERS else f"number {at + 1}"
                text = f"Something stands in column {letter}, which has no heading."
                yield Mistake(line.number, "", f"{text} Give it one, or take it out.")


def _cell(line: Line, at: int) -> str:
    return line.cells[at] if at < len(line.cells) else ""


def _is_hidden(character: str) -> bool:
    """Whether it cannot be seen, or turns the direction of what stands behind it."""
    hidden = character in DIRECTIONS or character in BLANK_LETTERS
    return hidden or (unicodedata.category(character) in {"Cc", "Cs"} and character not in KEPT)


def _clean(record: Record, column: Column, fault: str | None) -> str:
    """The text of a cell without what is only typing; what cannot be kept is noted."""
    text = unquoted(record.get(column.key).strip(" \n\u00a0")).strip(" \n\u00a0\t\r")
    if fault:
        record.note(column.key, fault)
        return ""
    if any(_is_hidden(one) for one in text):
        record.note(column.key, "Holds a character that cannot be seen. Type it anew.")
        return ""
    if not column.has_lines:
        text = " ".join(text.split())
    else:
        text = "\n".join(filter(None, (_SPACES.sub(" ", row).strip() for row in text.split("\n"))))
    if len(text) > column.longest:
        words = f"Is {len(text)} characters long. At most {column.longest} fit."
        record.note(column.key, words)
        return ""
    return text

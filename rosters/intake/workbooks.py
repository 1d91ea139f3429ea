"""The table of an XLSX file: which sheet it stands on, from which row, and what is in the way.

What a spreadsheet shows is what is brought in: a value that is merged over several rows stands in
each of them. What nobody sees, or what could be read in two ways, is refused by sheet and cell.
"""

import io
import logging
import re
import warnings
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any

import openpyxl
from openpyxl.utils import get_column_letter, range_boundaries

from config.portal.refusals import Refused
from rosters.logic.imports.columns import Column, heading_key
from rosters.logic.imports.sheet import LOOKED_AT, Line, heading_at, named_in, shown

logger = logging.getLogger(__name__)

MOST_UNPACKED = 80 * 1024 * 1024
MOST_COLUMNS = 60
LAST_LINE = 1_048_576
"""As far as a spreadsheet goes; what stands below are rows that nobody wrote."""
NO_TABLE = "This is no table that we can read. Save it as CSV or as XLSX, and send it again."
FORMULA = "Holds a formula. Write what it comes to."
BROKEN = "Holds an error of the spreadsheet. Write the value."
MERGED = "Is merged with cells beside it. Undo that, and write each value in its own cell."
HIDDEN = "This row is hidden. Show it, or take it out."

_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*\bref="([A-Z]+[0-9]+:[A-Z]+[0-9]+)"')
_ROW = re.compile(rb'<(?:\w+:)?row\b[^>]*\bhidden="(?:1|true)"[^>]*>')
_COLUMN = re.compile(rb'<(?:\w+:)?col\b[^>]*\bhidden="(?:1|true)"[^>]*>')
_NUMBER = {name: re.compile(rb"\b%s=\"([0-9]+)\"" % name) for name in (b"r", b"min", b"max")}


class CannotRead(Refused):
    """The file as a whole cannot be used; the sentence says what to do."""


@dataclass(frozen=True)
class Table:
    """The rows of a table from its headings on; `faults` are cells in the way, by row and place."""

    lines: Iterator[Line]
    faults: Mapping[tuple[int, int], str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Layout:
    """What is merged and hidden on a sheet; rows and columns are counted from 1."""

    merged: Sequence[tuple[int, int, int, int]] = ()
    """First column, first row, last column, last row."""
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()


def table(content: bytes, columns: Sequence[Column]) -> Table:
    """The one table of a workbook that has such columns. Raises CannotRead."""
    _look_inside(content)
    faults: dict[tuple[int, int], str] = {}
    return Table(_guarded(content, columns, faults), faults)


def _guarded(
    content: bytes, columns: Sequence[Column], faults: dict[tuple[int, int], str]
) -> Iterator[Line]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what it cannot show, such as pictures, we do not read
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
            with closing(book):
                yield from _of_book(book, content, columns, faults)
    except CannotRead:
        raise
    except Exception as error:  # the library raises many kinds; none may reach the reader
        logger.info("a workbook that cannot be read", exc_info=True)
        raise CannotRead(NO_TABLE) from error


def _of_book(
    book: Any,  # noqa: ANN401  # published untyped
    content: bytes,
    columns: Sequence[Column],
    faults: dict[tuple[int, int], str],
) -> Iterator[Line]:
    sheet, first = _chosen(book.worksheets, columns)
    if sheet is None:
        return
    layout = _layout(content, sheet)
    yield from _Reader(sheet, layout, first, faults).lines()


def _chosen(sheets: Sequence[Any], columns: Sequence[Column]) -> tuple[Any, int]:
    """The sheet that holds the table, and the row of its headings; else what stands first."""
    seen, fitting, hidden = [], [], []
    for sheet in sheets:
        sheet.reset_dimensions()  # some programs write nonsense there
        head = list(islice(_filled(sheet), LOOKED_AT))
        at = heading_at(head, columns)
        if sheet.sheet_state != "visible":
            hidden += [sheet.title] if at is not None else []
        elif head:
            seen.append((sheet, head[0].number))
            fitting += [(sheet, head[at])] if at is not None else []
    if len(fitting) > 1:  # what explains the table names its columns one by one
        fitting = [one for one in fitting if named_in(one[1], columns) > 1] or fitting[:1]
    if len(fitting) > 1:
        names = " and ".join(f"“{shown(sheet.title)}”" for sheet, _ in fitting)
        raise CannotRead(f"The sheets {names} both hold such a table. Leave one of them.")
    if not fitting and hidden:
        raise CannotRead(f"The table stands on the hidden sheet “{shown(hidden[0])}”. Show it.")
    found = [(sheet, line.number) for sheet, line in fitting] or seen
    return next(iter(found), (None, 0))


def _filled(sheet: Any) -> Iterator[Line]:  # noqa: ANN401  # published untyped
    for number, cells in enumerate(islice(sheet.iter_rows(), LAST_LINE), start=1):
        texts = trimmed([_text(one.value) for one in cells[: MOST_COLUMNS + 1]])
        if texts:
            yield Line(number, texts)


class _Reader:
    """Reads one sheet from the row of its headings on."""

    def __init__(
        self,
        sheet: Any,  # noqa: ANN401  # published untyped
        layout: _Layout,
        first: int,
        faults: dict[tuple[int, int], str],
    ) -> None:
        self.sheet, self.layout, self.first, self.faults = sheet, layout, first, faults
        self.down: dict[tuple[int, int], tuple[int, int]] = {}
        """Where a cell has what stands further up in its column."""
        self.values: dict[tuple[int, int], str] = {}
        for left, top, right, bottom in layout.merged:
            if top <= first <= bottom:
                self._refuse_headings(left, top, right, bottom)
            elif top > first and left != right:
                self._fault(top, left - 1, MERGED)
            elif top > first:
                cells = ((row, left - 1) for row in range(top + 1, bottom + 1))
                self.down |= dict.fromkeys(cells, (top, left - 1))
        self.anchors = set(self.down.values())
        self.headings: tuple[str, ...] = ()

    def lines(self) -> Iterator[Line]:
        rows = islice(self.sheet.iter_rows(), self.first - 1, LAST_LINE)
        for number, cells in enumerate(rows, start=self.first):
            texts = [
                self._read(number, at, one) for at, one in enumerate(cells[: MOST_COLUMNS + 1])
            ]
            if number == self.first:
                self.headings = trimmed(texts)
            elif any(texts):
                texts = [self._filled_down(number, at, text) for at, text in enumerate(texts)]
                self._look_at(number, texts)
            yield Line(number, trimmed(texts))

    def _read(self, number: int, at: int, cell: Any) -> str:  # noqa: ANN401  # published untyped
        if cell.data_type == "f":
            self._fault(number, at, FORMULA)
        elif cell.data_type == "e":
            self._fault(number, at, BROKEN)
        text = _text(cell.value)
        if (number, at) in self.anchors:
            self.values[number, at] = text
        return text

    def _filled_down(self, number: int, at: int, text: str) -> str:
        top = self.down.get((number, at))
        if top is None or text:
            return text
        if top in self.faults:
            self.faults[number, at] = self.faults[top]
        return self.values.get(top, "")

    def _look_at(self, number: int, texts: Sequence[str]) -> None:
        headed = [at for at, text in enumerate(texts) if text and self._heading(at)]
        if number in self.layout.hidden_rows and headed:
            self._fault(number, headed[0], HIDDEN)
        for at in headed:
            if at + 1 in self.layout.hidden_columns:
                raise CannotRead(
                    f"Column {get_column_letter(at + 1)} of the sheet “{self._title}” is hidden:"
                    f" {shown(self._heading(at))}. Show it, or take it out."
                )

    def _heading(self, at: int) -> str:
        text = self.headings[at] if at < len(self.headings) else ""
        return text if heading_key(text) else ""

    def _refuse_headings(self, left: int, top: int, right: int, bottom: int) -> None:
        place = f"{get_column_letter(left)}{top}:{get_column_letter(right)}{bottom}"
        if left != right or top != bottom:
            raise CannotRead(
                f"The headings {place} of the sheet “{self._title}” are merged. Give each column"
                " one heading, all in one row."
            )

    def _fault(self, number: int, at: int, text: str) -> None:
        place = f"{get_column_letter(at + 1)}{number}"
        self.faults[number, at] = f"{text} It is {place} on the sheet “{self._title}”."

    @property
    def _title(self) -> str:
        return shown(self.sheet.title)


def _layout(content: bytes, sheet: Any) -> _Layout:  # noqa: ANN401  # published untyped
    """What is merged and hidden, which the library tells only when it reads everything at once."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        text = packed.read(sheet._worksheet_path)  # noqa: SLF001  # there is no other way to ask
    merged = [range_boundaries(one.decode()) for one in _MERGED.findall(text)]
    rows = {_number(b"r", one) for one in _ROW.findall(text)}
    columns = {
        at
        for one in _COLUMN.findall(text)
        for at in range(_number(b"min", one), min(_number(b"max", one), MOST_COLUMNS) + 1)
    }
    return _Layout(merged, frozenset(rows), frozenset(columns))


def _number(name: bytes, tag: bytes) -> int:
    found = _NUMBER[name].search(tag)
    return int(found[1]) if found else 0


def _look_inside(content: bytes) -> None:
    """Refuse what would not end when it is unpacked. The directory's sizes bind the reader too."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            entries = packed.infolist()
            if sum(one.file_size for one in entries) > MOST_UNPACKED:
                raise CannotRead("The file is too large once it is unpacked. Send it in parts.")
            if "xl/workbook.xml" not in {one.filename for one in entries}:
                raise CannotRead(NO_TABLE)
            for one in entries:
                if one.filename.endswith((".xml", ".rels")) and b"<!" in packed.open(one).read(512):
                    raise CannotRead(NO_TABLE)  # definitions have no place in a table
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError) as error:
        raise CannotRead(NO_TABLE) from error


def _text(value: object) -> str:
    """What stands in a cell as people see it: 49123.0 is 49123, a day is 2026-12-01."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        is_day = value.time() == time()
        return f"{value:%Y-%m-%d}" if is_day else f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta | time):
        return str(value)
    return str(value)


def trimmed(cells: Sequence[str]) -> tuple[str, ...]:
    """Without the empty cells at the end."""
    found = list(cells)
    while found and not found[-1].strip():
        found.pop()
    return tuple(found)

"""A CSV or XLSX file as rows of text, whatever wrote it; hostile ones are refused in words.

What a file is, its content says, never its name.
"""

import csv
import io
import logging
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any

import openpyxl

from config.portal.refusals import Refused
from rosters.logic.imports.sheet import Line, Sheet

logger = logging.getLogger(__name__)

MOST_BYTES = 10 * 1024 * 1024
MOST_UNPACKED = 80 * 1024 * 1024
MOST_ROWS = 20_000
MOST_COLUMNS = 60
LAST_LINE = 1_048_576
"""As far as a spreadsheet goes; what stands below are rows that nobody wrote."""
ZIP, OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
NO_TABLE = "This is no table that we can read. Save it as CSV or as XLSX, and send it again."
FORMULA = "Holds a formula. Write what it comes to."
BROKEN = "Holds an error of the spreadsheet. Write the value."
UTF_16 = (b"\xff\xfe", b"\xfe\xff")


class CannotRead(Refused):
    """The file as a whole cannot be used; the sentence says what to do."""


def read(content: bytes) -> Sheet:
    """The first sheet that holds anything. Raises CannotRead."""
    if not content.strip():
        raise CannotRead("The file is empty.")
    if len(content) > MOST_BYTES:
        raise CannotRead(too_large(len(content)))
    if content.startswith(OLD_EXCEL):
        raise CannotRead("This is an old Excel file. Save it as XLSX or CSV, and send it again.")
    faults: dict[tuple[int, int], str] = {}
    rows = _of_workbook(content, faults) if content.startswith(ZIP) else _of_csv(content)
    filled = (line for line in rows if any(cell.strip() for cell in line.cells))
    lines = list(islice(filled, MOST_ROWS + 2))
    if not lines:
        raise CannotRead("The file holds no rows.")
    if len(lines) > MOST_ROWS + 1:
        raise CannotRead(f"The file has more than {MOST_ROWS:,} rows. Send it in parts.")
    widest = max(len(line.cells) for line in lines)
    if widest > MOST_COLUMNS:
        raise CannotRead(f"The file has {widest:,} columns. Keep those of the template.")
    if len(lines) == 1:
        raise CannotRead("The file holds only one row. Below the headings stands what to bring in.")
    return Sheet(lines[0], tuple(lines[1:]), faults)


def too_large(size: int) -> str:
    mega = 1024 * 1024
    return (
        f"The file has {size / mega:.1f} MB. At most {MOST_BYTES // mega} MB fit: send it in parts."
    )


def weight(content: bytes) -> int:
    """How many bytes there are to read once it is unpacked."""
    if not content.startswith(ZIP):
        return len(content)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            return sum(one.file_size for one in packed.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return len(content)


# --- CSV ---


def _of_csv(content: bytes) -> Iterator[Line]:
    text = _decoded(content)
    first = text.lstrip("\r\n").split("\n", 1)[0]
    if first.startswith("sep=") and len(first.strip()) == 5:
        text = text.lstrip("\r\n").split("\n", 1)[-1]
        delimiter = first.strip()[4]
    else:
        delimiter = max(",;\t", key=first.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for number, cells in enumerate(rows, start=1):
            yield Line(number, _trimmed(cells))
    except csv.Error as error:
        raise CannotRead(NO_TABLE) from error


def _decoded(content: bytes) -> str:
    """Text in UTF-8 or UTF-16, as Excel saves it too; else in Windows-1252, as old Excel does."""
    if content.startswith(UTF_16):
        try:
            return content.decode("utf-16")
        except UnicodeDecodeError as error:
            raise CannotRead(NO_TABLE) from error
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    if b"\0" in content:
        raise CannotRead(NO_TABLE)
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError as error:
        raise CannotRead(
            "We cannot tell how its letters are written. Save it as “CSV UTF-8”, or as XLSX."
        ) from error


# --- XLSX ---


def _of_workbook(content: bytes, faults: dict[tuple[int, int], str]) -> Iterator[Line]:
    _look_inside(content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what it cannot show, such as pictures, we do not read
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
            yield from _of_sheets(book, faults)
    except Exception as error:  # the library raises many kinds; none may reach the reader
        logger.info("a workbook that cannot be read", exc_info=True)
        raise CannotRead(NO_TABLE) from error


def _of_sheets(book: Any, faults: dict[tuple[int, int], str]) -> Iterator[Line]:  # noqa: ANN401  # published untyped
    """The rows of the first sheet that has any."""
    for sheet in book.worksheets:
        sheet.reset_dimensions()  # some programs write nonsense there
        lines = _lines(sheet.iter_rows(), faults)
        first = next((line for line in lines if any(line.cells)), None)
        if first is not None:
            yield first
            yield from lines
            return


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


def _lines(rows: Iterable[tuple[Any, ...]], faults: dict[tuple[int, int], str]) -> Iterator[Line]:
    for number, cells in enumerate(islice(rows, LAST_LINE), start=1):
        texts = []
        for at, cell in enumerate(cells[: MOST_COLUMNS + 1]):
            if cell.data_type == "f":
                faults[number, at] = FORMULA
            elif cell.data_type == "e":
                faults[number, at] = BROKEN
            texts.append(_text(cell.value))
        yield Line(number, _trimmed(texts))


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


def _trimmed(cells: Iterable[str]) -> tuple[str, ...]:
    """Without the empty cells at the end."""
    found = list(cells)
    while found and not found[-1].strip():
        found.pop()
    return tuple(found)

"""A CSV or XLSX file as rows of text, whatever wrote it; hostile ones are refused in words.

What a file is, its content says, never its name.
"""

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from itertools import islice

from rosters.intake.workbooks import MOST_COLUMNS, NO_TABLE, CannotRead, Table, table, trimmed
from rosters.logic.imports.columns import Column
from rosters.logic.imports.sheet import LOOKED_AT, Line, Sheet, heading_at

__all__ = ["CannotRead", "read", "too_large", "weight"]

MOST_BYTES = 10 * 1024 * 1024
MOST_ROWS = 20_000
ZIP, OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def read(content: bytes, columns: Sequence[Column] = ()) -> Sheet:
    """The table with these columns, else what stands first. Raises CannotRead.

    A title above the headings, and sheets without such a table, are passed over.
    """
    _refuse_unread(content)
    is_zip = content.startswith(ZIP)
    found = table(content, columns) if is_zip else Table(_of_csv(content))
    filled = (line for line in found.lines if any(cell.strip() for cell in line.cells))
    lines = list(islice(filled, MOST_ROWS + 2 + (0 if is_zip else LOOKED_AT)))
    if not is_zip:
        lines = lines[heading_at(lines[:LOOKED_AT], columns) or 0 :]
    if not lines:
        raise CannotRead("The file holds no rows.")
    if len(lines) > MOST_ROWS + 1:
        raise CannotRead(f"The file has more than {MOST_ROWS:,} rows. Send it in parts.")
    widest = max(len(line.cells) for line in lines)
    if widest > MOST_COLUMNS:
        raise CannotRead(f"The file has {widest:,} columns. Keep those of the template.")
    if len(lines) == 1:
        raise CannotRead("The file holds only one row. Below the headings stands what to bring in.")
    return Sheet(lines[0], tuple(lines[1:]), found.faults)


def _refuse_unread(content: bytes) -> None:
    if not content.strip():
        raise CannotRead("The file is empty.")
    if len(content) > MOST_BYTES:
        raise CannotRead(too_large(len(content)))
    if content.startswith(OLD_EXCEL):
        raise CannotRead("This is an old Excel file. Save it as XLSX or CSV, and send it again.")


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
            yield Line(number, trimmed(cells))
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

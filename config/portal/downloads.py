"""Tables as files to download: CSV and XLSX, in which no cell can be taken for a formula."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from config.portal.spreadsheets import plain

CSV, XLSX = "csv", "xlsx"
FORMATS = (CSV, XLSX)
KINDS = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
PHONE = re.compile(r"\+[0-9][0-9 ().-]*")
UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
LONGEST = 32_767
"""So many characters fit into one cell of a spreadsheet."""
NARROW, WIDE = 12, 48


@dataclass(frozen=True)
class Page:
    """One sheet of a workbook."""

    title: str
    headings: Sequence[str]
    rows: Iterable[Sequence[object]]


def table_file(
    name: str, kind: str, page: Page, *more: Page, begins_with_mark: bool = False
) -> HttpResponse:
    """The table as a file of that kind; further sheets only where there is room for them.

    The mark at the beginning tells Excel that a CSV is in UTF-8.
    """
    response = HttpResponse(
        content_type=KINDS[kind],
        headers={"Content-Disposition": f'attachment; filename="{name}.{kind}"'},
    )
    if kind == XLSX:
        book = _workbook([page, *more])
        book.save(response)
        return response
    if begins_with_mark:
        response.write("\ufeff")
    _write_csv(response, page)
    return response


def _write_csv(target: HttpResponse, page: Page) -> None:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(page.headings)
    writer.writerows([plain(cell) for cell in row] for row in page.rows)
    target.write(text.getvalue())


def _workbook(pages: Iterable[Page]) -> Workbook:
    book = Workbook(write_only=True)
    for page in pages:
        sheet = book.create_sheet(page.title[:31])
        sheet.freeze_panes = "A2"
        for number, heading in enumerate(page.headings, start=1):
            width = min(max(NARROW, len(heading) + 4), WIDE)
            sheet.column_dimensions[get_column_letter(number)].width = width
        sheet.append([_cell(sheet, heading, is_heading=True) for heading in page.headings])
        for row in page.rows:
            sheet.append([_cell(sheet, cell) for cell in row])
    return book


def _cell(sheet: object, value: object, *, is_heading: bool = False) -> WriteOnlyCell:
    """Text and never a formula. A phone number keeps its plus: in a text cell it is no danger."""
    text = "" if value is None else str(value)
    text = UNSEEN.sub("", text if PHONE.fullmatch(text) else plain(value))[:LONGEST]
    cell = WriteOnlyCell(sheet, value=text or None)
    if text:
        cell.data_type = "s"
    cell.number_format = "@"
    if is_heading:
        cell.font = Font(bold=True)
    elif "\n" in text:
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell

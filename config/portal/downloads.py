"""Tables as files to download: CSV and XLSX, in which no cell can be taken for a formula."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.http import HttpResponse

from config.portal.spreadsheets import plain
from config.portal.workbooks import Sheet, written

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
        response.write(written([_sheet(one) for one in (page, *more)]))
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


def _sheet(page: Page) -> Sheet:
    """A page as a sheet; its name may have at most 31 characters."""
    widths = [min(max(NARROW, len(heading) + 4), WIDE) for heading in page.headings]
    rows = ([_text(cell) for cell in row] for row in page.rows)
    return Sheet(page.title[:31], [_text(one) for one in page.headings], widths, rows)


def _text(value: object) -> str:
    """Text and never a formula. A phone number keeps its plus: in a text cell it is no danger."""
    text = "" if value is None else str(value)
    return UNSEEN.sub("", text if PHONE.fullmatch(text) else plain(value))[:LONGEST]

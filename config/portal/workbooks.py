"""Workbooks that are only written: sheets of text, row by row.

Ten times as fast as a library that knows every kind of cell: a list of 3,000 services has 400,000.
"""

import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from openpyxl.utils import get_column_letter

PLAIN, HEADING, WRAPPED = 1, 2, 3
"""Which style of `STYLES` a cell has; each says “text”, so that nothing typed there is reckoned."""
KEPT = {"\r": "&#13;"}
"""Whoever reads XML takes a bare one for a line break."""
FIXED = (1980, 1, 1, 0, 0, 0)
"""The same content is the same file."""
DECLARED = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
STYLES = (
    f'<styleSheet xmlns="{MAIN}">'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"'
    ' applyFont="1"/>'
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"'
    ' applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    "</styleSheet>"
)


@dataclass(frozen=True)
class Sheet:
    """One sheet: the first row stays in sight. `rows` hold text that is safe to show."""

    title: str
    headings: Sequence[str]
    widths: Sequence[int]
    rows: Iterable[Sequence[str]]


def written(sheets: Sequence[Sheet]) -> bytes:
    """The workbook as a file."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in _frame(sheets):
            archive.writestr(_info(name), DECLARED + text)
        for number, sheet in enumerate(sheets, start=1):
            with archive.open(_info(f"xl/worksheets/sheet{number}.xml"), "w") as part:
                for text in _sheet(sheet):
                    part.write(text.encode())
    return target.getvalue()


def _info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, FIXED)
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


def _frame(sheets: Sequence[Sheet]) -> Iterator[tuple[str, str]]:
    """What every workbook has around its sheets."""
    numbers = range(1, len(sheets) + 1)
    parts = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{KIND}.worksheet+xml"/>'
        for n in numbers
    )
    kinds = (
        f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{KIND}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{KIND}.styles+xml"/>{parts}</Types>'
    )
    yield "[Content_Types].xml", kinds
    yield "_rels/.rels", _links([("officeDocument", "xl/workbook.xml")])
    names = "".join(
        f'<sheet name="{_quoted(sheet.title)}" sheetId="{n}" r:id="rId{n}"/>'
        for n, sheet in enumerate(sheets, start=1)
    )
    yield (
        "xl/workbook.xml",
        f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{names}</sheets></workbook>',
    )
    targets = [*(("worksheet", f"worksheets/sheet{n}.xml") for n in numbers)]
    yield "xl/_rels/workbook.xml.rels", _links([*targets, ("styles", "styles.xml")])
    yield "xl/styles.xml", STYLES


def _links(targets: Iterable[tuple[str, str]]) -> str:
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets, start=1)
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{links}</Relationships>'


def _sheet(sheet: Sheet) -> Iterator[str]:
    widths = "".join(
        f'<col min="{n}" max="{n}" width="{width}" customWidth="1"/>'
        for n, width in enumerate(sheet.widths, start=1)
    )
    yield (
        f'{DECLARED}<worksheet xmlns="{MAIN}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView>'
        f"</sheetViews><cols>{widths}</cols><sheetData>"
    )
    yield _row(1, [_cell(text, HEADING) for text in sheet.headings])
    for number, row in enumerate(sheet.rows, start=2):
        yield _row(number, [_cell(text) for text in row])
    yield "</sheetData></worksheet>"


def _row(number: int, cells: Iterable[str]) -> str:
    named = (f'<c r="{get_column_letter(n)}{number}"{cell}' for n, cell in enumerate(cells, 1))
    return f'<row r="{number}">{"".join(named)}</row>'


def _cell(text: str, style: int = PLAIN) -> str:
    if not text:
        return f' s="{style}"/>'
    style = WRAPPED if "\n" in text and style == PLAIN else style
    return (
        f' s="{style}" t="inlineStr"><is><t xml:space="preserve">{escape(text, KEPT)}</t></is></c>'
    )


def _quoted(text: str) -> str:
    return escape(text, {'"': "&quot;"})

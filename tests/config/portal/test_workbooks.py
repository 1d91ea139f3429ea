"""Workbooks that are only written: every program reads what was meant."""

import io

import openpyxl
import pytest

from config.portal.workbooks import Sheet, written

TEXTS = ("=1+1", "a < b & “c”", "two\nlines", "back\rand on", "  spaces  ", "")


def read(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def one_sheet(*rows: tuple[str, ...]) -> Sheet:
    return Sheet("People & <teams>", ("Name", "Team"), (12, 20), rows)


@pytest.mark.parametrize("text", TEXTS)
def test_every_cell_is_text_as_it_was(text: str) -> None:
    sheet = read(written([one_sheet(("Mei", text))])).worksheets[0]

    cell = sheet["B2"]
    assert (cell.value, cell.number_format) == (text or None, "@")
    assert cell.data_type == ("s" if text else "n")


def test_headings_stand_out_and_stay_in_sight() -> None:
    sheet = read(written([one_sheet(("Mei", "Payments"))])).worksheets[0]

    assert sheet["A1"].font.bold
    assert not sheet["A2"].font.bold
    assert sheet.freeze_panes == "A2"
    assert sheet.column_dimensions["B"].width == 20
    assert sheet.title == "People & <teams>"


def test_what_has_lines_is_wrapped() -> None:
    sheet = read(written([one_sheet(("one\ntwo", "one"))])).worksheets[0]

    assert sheet["A2"].alignment.wrap_text
    assert not sheet["B2"].alignment.wrap_text


def test_further_sheets_follow_and_the_same_content_is_the_same_file() -> None:
    sheets = [one_sheet(("Mei", "")), Sheet("More", ("What",), (12,), [("a row", "and beside it")])]

    content = written(sheets)

    assert content == written(sheets)
    assert [row[1].value for row in read(content)["More"].iter_rows(min_row=2)] == ["and beside it"]

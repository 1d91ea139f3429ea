"""Files as people and others send them: read as people see them, or refused in words."""

import contextlib
import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.portal.downloads import KINDS, Page, table_file
from config.portal.spreadsheets import plain, unquoted
from rosters.intake import files, workbooks
from rosters.intake.files import CannotRead, read
from rosters.logic.imports.columns import CONTACT_POINTS, MATRIX
from rosters.logic.imports.sheet import arrange

ROWS = (("Person", "Label"), ("Zoë Müller", "Büro"))


def cells(content: bytes) -> list[tuple[str, ...]]:
    sheet = read(content)
    return [sheet.headings.cells, *(line.cells for line in sheet.lines)]


def book(fill: Callable[[Any], object]) -> bytes:
    made = openpyxl.Workbook()
    fill(made.active)
    target = io.BytesIO()
    made.save(target)
    return target.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("Person,Label\nZoë Müller,Büro\n".encode(), id="utf-8"),
        pytest.param("\ufeffPerson,Label\r\nZoë Müller,Büro\r\n".encode(), id="mark"),
        pytest.param("Person;Label\nZoë Müller;Büro\n".encode(), id="semicolons"),
        pytest.param("Person\tLabel\nZoë Müller\tBüro\n".encode("utf-16"), id="utf-16 tabs"),
        pytest.param("Person;Label\nZoë Müller;Büro\n".encode("cp1252"), id="windows-1252"),
        pytest.param("sep=;\nPerson;Label\nZoë Müller;Büro\n".encode(), id="sep="),
        pytest.param("\n\nPerson,Label\n,,,\nZoë Müller,Büro,,,\n".encode(), id="empty rows"),
        pytest.param(book(lambda sheet: [sheet.append(row) for row in ROWS]), id="xlsx"),
    ],
)
def test_it_is_read_whatever_wrote_it(content: bytes) -> None:
    assert cells(content) == [*ROWS]


def test_rows_are_counted_as_the_spreadsheet_does() -> None:
    sheet = read(b'\nPerson,Label\n\n"Mei\nTan",x\nBen,y\n')

    assert sheet.headings.number == 2
    assert [line.number for line in sheet.lines] == [4, 5]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param(49123.0, "49123", id="float"),
        pytest.param(2, "2", id="number"),
        pytest.param(1.5, "1.5", id="fraction"),
        pytest.param(True, "yes", id="true"),
        pytest.param(date(2026, 12, 1), "2026-12-01", id="day"),
        pytest.param(datetime.fromisoformat("2026-12-01 09:30"), "2026-12-01 09:30", id="instant"),
        pytest.param("  Mei ", "  Mei ", id="text"),
    ],
)
def test_a_cell_is_read_as_people_see_it(value: object, text: str) -> None:
    content = book(lambda sheet: [sheet.append(["Person"]), sheet.append([value])])

    assert cells(content) == [("Person",), (text,)]


def zipped(**parts: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return target.getvalue()


def bomb() -> bytes:
    return zipped(xl__workbook_xml=b" " * (workbooks.MOST_UNPACKED + 1))


def with_entities() -> bytes:
    good = book(lambda sheet: [sheet.append(row) for row in ROWS])
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(good)) as old, zipfile.ZipFile(target, "w") as new:
        for one in old.namelist():
            text = old.read(one)
            if one.endswith("sheet1.xml"):
                text = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + text
            new.writestr(one, text)
    return target.getvalue()


def far_down() -> bytes:
    """A million rows that nobody wrote, and a cell in the last column."""

    def fill(sheet: Any) -> None:
        for row in ROWS:
            sheet.append(row)
        sheet.cell(row=1_000_000, column=1).value = " "

    return book(fill)


def test_a_million_empty_rows_are_none() -> None:
    assert cells(far_down()) == [*ROWS]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(b"  \n", "The file is empty.", id="empty"),
        pytest.param(b"x" * (files.MOST_BYTES + 1), "At most 10 MB", id="large"),
        pytest.param(b"MZ\x90\x00" * 50, workbooks.NO_TABLE, id="program"),
        pytest.param(b"PK\x03\x04nonsense", workbooks.NO_TABLE, id="no zip"),
        pytest.param(zipped(readme_xml=b"hello"), workbooks.NO_TABLE, id="another zip"),
        pytest.param(zipped(xl__workbook_xml=b"<x/>"), workbooks.NO_TABLE, id="no workbook"),
        pytest.param(bomb(), "too large once it is unpacked", id="bomb"),
        pytest.param(with_entities(), workbooks.NO_TABLE, id="entities"),
        pytest.param(b"\xd0\xcf\x11\xe0" + bytes(100), "old Excel file", id="xls"),
        pytest.param(b"\xff\xfea", workbooks.NO_TABLE, id="half utf-16"),
        pytest.param(b"a,b\n\x81\x8d,c\n", "how its letters are written", id="no encoding"),
        pytest.param(b"Person,Label\n", "only one row", id="headings alone"),
        pytest.param(b",".join([b"x"] * 200) + b"\n1\n", "200 columns", id="wide"),
        pytest.param(b"a\n" * 20_002, "more than 20,000 rows", id="long"),
        pytest.param(b'a,b\n"' + b"x" * 200_000, workbooks.NO_TABLE, id="endless cell"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(content: bytes, words: str) -> None:
    with pytest.raises(CannotRead) as refused:
        read(content)

    assert words in str(refused.value)


@given(st.binary(max_size=400))
def test_no_bytes_end_in_an_error(content: bytes) -> None:
    for start in (b"", files.ZIP, files.OLD_EXCEL, *files.UTF_16):
        with contextlib.suppress(CannotRead):
            read(start + content)


def test_a_character_that_cannot_be_kept_is_a_mistake() -> None:
    records, _ = arrange(read(b"Person,Channel,Address\nM\x00ei,phone,1\n"), CONTACT_POINTS)

    assert [one.column for one in records[0].mistakes] == ["Person"]
    assert "\0" not in str(records[0].mistakes)


@pytest.mark.parametrize(
    ("headings", "words"),
    [
        pytest.param("Role,Person,Cat", "“Cat” is no column of this table.", id="unknown"),
        pytest.param("Role,Persn", "Did you mean Person?", id="near"),
        pytest.param("Role,Person,person", "is there twice", id="twice"),
        pytest.param("Service,Person", "The column “Role” is missing.", id="missing"),
        pytest.param("a,b", "does not hold the headings of this table", id="another table"),
    ],
)
def test_headings_are_checked_in_words(headings: str, words: str) -> None:
    _, mistakes = arrange(read(f"{headings}\nx,y,z\n".encode()), MATRIX)

    assert words in " ".join(one.text for one in mistakes)


@pytest.mark.parametrize(
    "headings", ["ROLE, Person ,valid_FROM", "stakeholder role;Who*;Valid-From (UTC)"]
)
def test_headings_are_found_however_they_are_written(headings: str) -> None:
    records, mistakes = arrange(read(f"{headings}\nx{headings[4:5]}\n".encode()), MATRIX)

    assert mistakes == []
    assert set(records[0].values) == {"role", "person", "valid_from"}


# --- both ways ---

TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Zl", "Zp")), max_size=30)
RISKY = st.builds(lambda start, text: start + text, st.sampled_from("=+-@'\t\r"), TEXT)


@given(TEXT | RISKY)
def test_a_quote_is_taken_away_again_and_no_other(text: str) -> None:
    assert unquoted(plain(text)) == text
    assert not plain(text).startswith(("=", "+", "-", "@", "\t", "\r"))


@given(st.from_regex(r"\A\+[1-9][0-9 ().-]{4,14}[0-9]\Z"), st.sampled_from(sorted(KINDS)))
def test_a_phone_number_survives_the_round_trip(number: str, kind: str) -> None:
    page = Page("Numbers", ("Person", "Channel", "Address"), [["Mei", "phone", number]])
    content = table_file("x", kind, page).content

    records, _ = arrange(read(content), CONTACT_POINTS)

    assert records[0].get("address") == " ".join(number.split())


@given(st.lists(TEXT | RISKY, min_size=1, max_size=5))
def test_no_cell_of_a_workbook_is_a_formula(texts: list[str]) -> None:
    content = table_file("x", "xlsx", Page("=x", ("A",), [[text] for text in texts])).content

    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]

    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}

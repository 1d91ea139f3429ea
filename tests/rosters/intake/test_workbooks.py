"""XLSX files as people make them: cover sheets, titles, merged and hidden cells, formulas."""

import io
from collections.abc import Callable
from datetime import datetime
from typing import Any

import openpyxl
import pytest

from rosters.intake import workbooks
from rosters.intake.files import CannotRead, read
from rosters.logic.imports.columns import MATRIX
from rosters.logic.imports.sheet import arrange

HEADINGS = ("Service", "Role", "Person")
MEI = ("Payments", "product owner", "Mei Tan")
BEN = ("Payments", "legal", "Ben Ode")
Fill = Callable[[Any], object]


def packed(fill: Fill) -> bytes:
    """What is filled into a new workbook, whose first sheet is called People."""
    book = openpyxl.Workbook()
    book.active.title = "People"
    fill(book)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def add(sheet: Any, *rows: tuple[object, ...]) -> Any:
    for row in rows:
        sheet.append(row)
    return sheet


def rows_of(fill: Fill) -> tuple[list[tuple[str, ...]], list[tuple[int, str, str]]]:
    """What is read, and the mistakes in rows and headings: row, column, text."""
    records, mistakes = arrange(read(packed(fill), MATRIX), MATRIX)
    keys = ("service", "role", "person")
    found = [(one.row, one.column, one.text) for one in mistakes]
    found += [(one.row, one.column, one.text) for record in records for one in record.mistakes]
    return [tuple(record.get(key) for key in keys) for record in records], found


def below_a_title(book: Any) -> None:
    add(book.active, ("Contacts of the shop",), ("as of", datetime(2026, 11, 1)), ())  # noqa: DTZ001  # a cell has no zone
    add(book.active, HEADINGS, MEI)


def behind_a_cover(book: Any) -> None:
    add(book.active, ("How to fill this in",), ("Write one row for each role.",))
    add(book.create_sheet("Table"), HEADINGS, MEI)


def beside_a_hidden_one(book: Any) -> None:
    add(book.active, HEADINGS, MEI)
    add(book.create_sheet("Last year"), HEADINGS, BEN).sheet_state = "hidden"


def with_an_empty_column(book: Any) -> None:
    add(
        book.active,
        ("Service", "", "Role", "Person"),
        ("Payments", None, "product owner", "Mei Tan"),
    )


def with_an_explanation(book: Any) -> None:
    add(book.active, HEADINGS, MEI)
    add(
        book.create_sheet("What goes where"), ("Service", "Its name."), ("Role", "As it is called.")
    )


def hidden_empty_column(book: Any) -> None:
    add(book.active, (*HEADINGS, "Backup"), MEI)
    book.active.column_dimensions["D"].hidden = True


@pytest.mark.parametrize(
    "fill",
    [
        below_a_title,
        behind_a_cover,
        beside_a_hidden_one,
        with_an_empty_column,
        with_an_explanation,
        hidden_empty_column,
    ],
)
def test_the_table_is_found_where_it_stands(fill: Fill) -> None:
    assert rows_of(fill) == ([MEI], [])


def test_a_value_merged_over_rows_stands_in_each_of_them() -> None:
    def fill(book: Any) -> None:
        add(book.active, HEADINGS, MEI, (None, *BEN[1:]), (), ("Search", *BEN[1:]))
        book.active.merge_cells("A2:A4")

    assert rows_of(fill) == ([MEI, BEN, ("Search", *BEN[1:])], [])


def test_a_formula_merged_over_rows_is_a_mistake_in_each() -> None:
    def fill(book: Any) -> None:
        add(book.active, HEADINGS, ("=A9", *MEI[1:]), (None, *BEN[1:]))
        book.active.merge_cells("A2:A3")

    _, mistakes = rows_of(fill)

    assert [(row, column) for row, column, _ in mistakes] == [(2, "Service"), (3, "Service")]


WRONG_CELLS = {
    "a formula": ("=HYPERLINK(1)", workbooks.FORMULA),
    "an error": ("#REF!", workbooks.BROKEN),
}


@pytest.mark.parametrize(("value", "text"), WRONG_CELLS.values(), ids=WRONG_CELLS)
def test_what_is_no_value_is_named_by_sheet_and_cell(value: str, text: str) -> None:
    _, mistakes = rows_of(lambda book: add(book.active, HEADINGS, (*MEI[:2], value)))

    assert mistakes == [(2, "Person", f"{text} It is C2 on the sheet “People”.")]


def test_cells_merged_across_columns_are_named() -> None:
    def fill(book: Any) -> None:
        add(book.active, HEADINGS, MEI, ("Payments", "legal and privacy", None))
        book.active.merge_cells("B3:C3")

    _, mistakes = rows_of(fill)

    assert mistakes == [(3, "Role", f"{workbooks.MERGED} It is B3 on the sheet “People”.")]


def test_a_hidden_row_is_named() -> None:
    def fill(book: Any) -> None:
        add(book.active, HEADINGS, MEI, BEN)
        book.active.row_dimensions[3].hidden = True

    _, mistakes = rows_of(fill)

    assert mistakes == [(3, "Service", f"{workbooks.HIDDEN} It is A3 on the sheet “People”.")]


def test_what_stands_in_a_column_without_a_heading_is_named() -> None:
    _, mistakes = rows_of(lambda book: add(book.active, HEADINGS, MEI, (*BEN, "", "Dora")))

    [(row, _, text)] = mistakes
    assert (row, text[:43]) == (3, "Something stands in column E, which has no ")


def two_tables(book: Any) -> None:
    add(book.active, HEADINGS, MEI)
    add(book.create_sheet("Old"), HEADINGS, BEN)


def hidden_table(book: Any) -> None:
    add(book.active, ("See the other sheet",))
    add(book.create_sheet("Data"), HEADINGS, MEI).sheet_state = "hidden"


def hidden_column(book: Any) -> None:
    add(book.active, HEADINGS, MEI)
    book.active.column_dimensions["C"].hidden = True


def merged_headings(book: Any) -> None:
    add(book.active, ("Service", "Role", None, "Person"), ("Payments", "legal", "x", "Mei Tan"))
    book.active.merge_cells("B1:C1")


def headings_over_two_rows(book: Any) -> None:
    add(book.active, HEADINGS, (None, "name", "name"), MEI)
    book.active.merge_cells("A1:A2")


@pytest.mark.parametrize(
    ("fill", "words"),
    [
        (two_tables, "The sheets “People” and “Old” both hold such a table."),
        (hidden_table, "The table stands on the hidden sheet “Data”."),
        (hidden_column, "Column C of the sheet “People” is hidden: Person."),
        (merged_headings, "The headings B1:C1 of the sheet “People” are merged."),
        (headings_over_two_rows, "The headings A1:A2 of the sheet “People” are merged."),
    ],
)
def test_what_could_be_read_in_two_ways_is_refused_in_words(fill: Fill, words: str) -> None:
    with pytest.raises(CannotRead) as refused:
        read(packed(fill), MATRIX)

    assert words in str(refused.value)


def test_a_title_above_the_headings_of_a_csv_is_passed_over() -> None:
    sheet = read(b"Contacts\n\nService,Role,Person\nPayments,legal,Ben Ode\n", MATRIX)

    assert (sheet.headings.number, sheet.lines[0].cells) == (3, BEN)

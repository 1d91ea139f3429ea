"""A roster as a calendar: every instant in one cell of each row."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from rosters.logic.calendar import Cell, column, day_starts, level_cells, override_cells
from rosters.logic.coverage import Gap
from rosters.logic.rotation import OverrideSpec, Segment
from tests.world import at

BERLIN = ZoneInfo("Europe/Berlin")
ALICE, BOB, CAROL = 1, 2, 3
MONDAY = at("2026-11-23 00:00", "Europe/Berlin")


def hour(number: int):
    return MONDAY + timedelta(hours=number)


def segment(start: int, end: int, *levels: tuple[int, ...]) -> Segment:
    return Segment(hour(start), hour(end), levels)


def row(stretches: list[Segment], *, level: int = 0, gaps=(), overrides=()) -> list[Cell]:
    return level_cells(stretches, gaps, overrides, level=level)


def test_the_same_people_are_one_cell_when_only_the_backup_changes() -> None:
    stretches = [segment(0, 8, (ALICE,), (BOB,)), segment(8, 24, (ALICE,), (CAROL,))]

    assert row(stretches) == [Cell(hour(0), hour(24), (ALICE,))]
    assert row(stretches, level=1) == [
        Cell(hour(0), hour(8), (BOB,)),
        Cell(hour(8), hour(24), (CAROL,)),
    ]


def test_a_gap_is_cut_out_of_an_empty_stretch() -> None:
    gap = Gap(hour(8), hour(10))

    assert row([segment(0, 24)], gaps=[gap]) == [
        Cell(hour(0), hour(8)),
        Cell(hour(8), hour(10), is_gap=True),
        Cell(hour(10), hour(24)),
    ]


def test_a_backup_gap_is_in_the_second_row_alone() -> None:
    gap = Gap(hour(8), hour(10), is_backup=True)
    stretches = [segment(0, 24, (ALICE,))]

    assert [cell.is_gap for cell in row(stretches, gaps=[gap])] == [False]
    assert [cell.is_gap for cell in row(stretches, level=1, gaps=[gap])] == [False, True, False]


def test_an_override_names_in_whose_place() -> None:
    override = OverrideSpec("replace", hour(6), hour(12), person=BOB, instead_of=ALICE)
    stretches = [segment(0, 6, (ALICE,)), segment(6, 12, (BOB,)), segment(12, 24, (ALICE,))]

    assert row(stretches, overrides=[override])[1] == Cell(
        hour(6), hour(12), (BOB,), is_override=True, instead_of=(ALICE,)
    )


def test_the_row_of_overrides_covers_the_whole_window() -> None:
    early = OverrideSpec("replace", hour(-6), hour(6), person=BOB, instead_of=ALICE)
    late = OverrideSpec("remove", hour(4), hour(30), instead_of=CAROL)

    cells = override_cells([late, early], starts_at=hour(0), ends_at=hour(24))

    assert cells == [
        Cell(hour(0), hour(6), (BOB,), is_override=True, instead_of=(ALICE,)),
        Cell(hour(6), hour(24), is_override=True, instead_of=(CAROL,)),
    ]


@pytest.mark.parametrize(
    ("first", "hours"),
    [(date(2026, 11, 23), 24), (date(2026, 10, 25), 25), (date(2026, 3, 29), 23)],
    ids=["plain day", "autumn night", "spring night"],
)
def test_a_day_is_24_columns_however_long_it_is(first: date, hours: int) -> None:
    begins_at, ends_at = day_starts(first, 1, BERLIN)

    assert ends_at - begins_at == timedelta(hours=hours)
    assert column(begins_at, first=first, zone=BERLIN) == 0
    assert column(ends_at, first=first, zone=BERLIN) == 24


def test_half_hours_fall_to_a_whole_column() -> None:
    half = at("2026-11-23 09:30", "Europe/Berlin")

    assert column(half, first=date(2026, 11, 23), zone=BERLIN) in (9, 10)

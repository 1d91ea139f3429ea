"""Public holidays by region, and silence where nothing is known."""

from datetime import date

import pytest

from rosters.logic import holidays


@pytest.mark.parametrize(
    ("region", "day", "name"),
    [
        ("DE", date(2026, 10, 3), "German Unity Day"),
        ("DE-BE", date(2026, 3, 8), "Women's Day"),
        ("DE-BY", date(2026, 3, 8), ""),
        ("US-NY", date(2026, 11, 26), "Thanksgiving Day"),
        ("IN-KA", date(2026, 1, 26), "Republic Day"),
        ("JP", date(2026, 11, 23), "Labor Thanksgiving Day"),
        ("DE", date(2026, 11, 17), ""),
        ("XX", date(2026, 1, 1), ""),
        ("", date(2026, 1, 1), ""),
    ],
)
def test_a_day_has_its_name_in_its_region(region: str, day: date, name: str) -> None:
    assert holidays.name_of(region, day) == name


def test_a_part_that_nobody_knows_has_the_country_s() -> None:
    assert holidays.of_region("DE-ZZ", 2026) == holidays.of_region("DE", 2026)


def test_the_weekend_is_saturday_and_sunday_where_nothing_else_is_known() -> None:
    assert holidays.weekend_of("XX") == {5, 6}
    assert holidays.weekend_of("SA") == {4, 5}


@pytest.mark.parametrize(
    ("region", "name"),
    [
        ("DE-BE", "Germany, Berlin"),
        ("PT", "Portugal"),
        ("IN-KA", "India, Karnataka"),
        ("US-NY", "United States, New York"),
        ("GB-ENG", "United Kingdom, England"),
        ("IM", "Isle of Man"),
        ("DE-ZZ", "Germany, ZZ"),
        ("XX", "XX"),
        ("", ""),
    ],
)
def test_a_region_is_said_by_its_name(region: str, name: str) -> None:
    assert holidays.region_name(region) == name

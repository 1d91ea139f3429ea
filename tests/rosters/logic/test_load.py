"""What being on call costs: exact in every zone, on both nights of a clock change."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rosters.logic import load
from rosters.logic.load import Category, Load, Place
from tests.world import at

HOUR = timedelta(hours=1)
BERLIN = Place(ZoneInfo("Europe/Berlin"), "DE-BE")
ZONES = [
    "Europe/London",
    "America/New_York",
    "Australia/Lord_Howe",
    "America/Santiago",
    "Asia/Kolkata",
    "Pacific/Apia",
]
PLACES = [*(Place(ZoneInfo(zone)) for zone in ZONES), BERLIN, Place(ZoneInfo("Asia/Dubai"), "AE")]


def berlin(starts: str, ends: str) -> Load:
    zone = "Europe/Berlin"
    return load.load([(at(starts, zone), at(ends, zone))], BERLIN)


@pytest.mark.parametrize(
    ("starts", "ends", "hours"),
    [
        ("2026-11-17 09:00", "2026-11-17 18:00", {Category.DAY: 9}),
        ("2026-11-17 20:00", "2026-11-18 07:00", {Category.DAY: 3, Category.NIGHT: 8}),
        ("2026-11-20 22:00", "2026-11-21 06:00", {Category.NIGHT: 2, Category.WEEKEND: 6}),
        ("2026-12-24 22:00", "2026-12-25 06:00", {Category.NIGHT: 2, Category.HOLIDAY: 6}),
        ("2026-12-26 00:00", "2026-12-27 00:00", {Category.HOLIDAY: 24}),
        ("2026-03-29 00:00", "2026-03-30 00:00", {Category.WEEKEND: 23}),
        ("2026-10-25 00:00", "2026-10-26 00:00", {Category.WEEKEND: 25}),
    ],
    ids=[
        "a day",
        "over night",
        "into the weekend",
        "into a holiday",
        "a holiday on Saturday",
        "the missing hour",
        "the doubled hour",
    ],
)
def test_every_hour_has_one_category(starts: str, ends: str, hours: dict[Category, int]) -> None:
    found = berlin(starts, ends)

    assert found.by_category == {one: n * HOUR for one, n in hours.items()}


@pytest.mark.parametrize(
    ("starts", "hours"),
    [("2026-03-28 22:00", 7), ("2026-10-24 22:00", 9), ("2026-11-14 22:00", 8)],
    ids=["spring", "autumn", "any other"],
)
def test_the_night_of_a_clock_change_is_as_long_as_it_is(starts: str, hours: int) -> None:
    begin = at(starts, "Europe/Berlin")

    found = load.load([(begin, begin + hours * HOUR)], BERLIN)

    assert found.by_night == {begin.astimezone(BERLIN.zone).date(): hours * HOUR}
    assert found.nights == 1


def test_nights_weekends_and_holidays_are_counted_by_themselves() -> None:
    found = berlin("2026-12-21 09:00", "2026-12-28 09:00")

    assert (found.hours, found.nights, found.weekends, found.holidays) == (168, 7, 1, 2)


def test_a_minute_of_a_night_is_no_night() -> None:
    assert berlin("2026-11-17 18:00", "2026-11-17 22:01").nights == 0
    assert berlin("2026-11-17 18:00", "2026-11-17 23:00").nights == 1


def test_the_weekend_is_the_region_s() -> None:
    dubai, riyadh = (Place(ZoneInfo("Asia/Riyadh"), region) for region in ("AE", "SA"))
    friday = (at("2026-11-20 09:00", "Asia/Riyadh"), at("2026-11-20 18:00", "Asia/Riyadh"))

    assert load.load([friday], riyadh).weekends == 1
    assert load.load([friday], dubai).weekends == 0


FIRST, LAST = at("2011-12-01 00:00"), at("2027-01-01 00:00")
instants = st.integers(0, int((LAST - FIRST).total_seconds())).map(
    lambda seconds: FIRST + timedelta(seconds=seconds)
)
lengths = st.integers(0, 40 * 24 * 3600).map(lambda seconds: timedelta(seconds=seconds))


@given(instants, lengths, st.sampled_from(PLACES))
def test_the_categories_add_up_to_the_hours_exactly(
    starts_at: datetime, length: timedelta, place: Place
) -> None:
    found = load.load([(starts_at, starts_at + length)], place)

    assert found.total == length
    hundredths = load.in_hundredths(found.by_category)
    assert sum(hundredths.values()) == (length + HOUR / 200) // (HOUR / 100)
    assert sum(found.by_night.values(), timedelta(0)) <= length


@given(instants, lengths, st.floats(0, 1), st.sampled_from(PLACES))
def test_cutting_a_window_changes_nothing(
    starts_at: datetime, length: timedelta, cut: float, place: Place
) -> None:
    ends_at, middle = starts_at + length, starts_at + length * cut

    whole = load.load([(starts_at, ends_at)], place)
    halves = [load.load([span], place) for span in ((starts_at, middle), (middle, ends_at))]

    assert halves[0] + halves[1] == whole
    assert load.load([(starts_at, middle), (middle, ends_at)], place) == whole


def test_too_little_rest_is_found_and_shifts_that_touch_are_one() -> None:
    def on(day: int, begin: int, end: int) -> tuple[datetime, datetime]:
        return datetime(2026, 11, day, begin, tzinfo=UTC), datetime(2026, 11, day, end, tzinfo=UTC)

    spans = {7: [on(17, 9, 22), on(18, 6, 9), on(18, 9, 12)], 8: [on(17, 0, 9), on(18, 0, 9)]}

    found = load.short_rests(spans, rule=11 * HOUR)

    assert [(one.person, one.length) for one in found] == [(7, 8 * HOUR)]


def test_calls_at_night_are_those_between_ten_and_six() -> None:
    zone = ZoneInfo("Europe/Berlin")
    times = [
        at(f"2026-11-17 {one}", "Europe/Berlin") for one in ("21:59", "22:00", "05:59", "06:00")
    ]

    assert load.at_night(times, zone) == 2


def test_the_spread_of_a_team() -> None:
    assert load.spread([]) == load.Spread(0, 0, 0, 0)
    assert load.spread([3, 9, 6]) == load.Spread(18, 6, 3, 9)


def test_an_ordinary_day_has_no_name() -> None:
    assert not BERLIN.is_holiday(date(2026, 11, 17))

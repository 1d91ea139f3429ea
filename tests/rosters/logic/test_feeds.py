"""Which shifts a calendar holds, and their lasting names."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from rosters.logic import feeds
from rosters.logic.rotation import Segment

HOUR = timedelta(hours=1)
BEGIN = datetime(2026, 11, 1, tzinfo=UTC)


def stretch(first: int, last: int, *levels: tuple[int, ...]) -> Segment:
    return Segment(BEGIN + first * HOUR, BEGIN + last * HOUR, levels)


def test_a_shift_is_one_while_only_others_change() -> None:
    found = feeds.held(
        7,
        [stretch(0, 1), stretch(1, 5, (1,), (2,)), stretch(5, 9, (1,), (3,)), stretch(9, 12, (3,))],
        since=BEGIN,
    )

    assert sorted((one.person, one.level, one.starts_at, one.ends_at) for one in found) == [
        (1, 0, BEGIN + 1 * HOUR, BEGIN + 9 * HOUR),
        (2, 1, BEGIN + 1 * HOUR, BEGIN + 5 * HOUR),
        (3, 0, BEGIN + 9 * HOUR, BEGIN + 12 * HOUR),
        (3, 1, BEGIN + 5 * HOUR, BEGIN + 9 * HOUR),
    ]


def test_what_runs_when_the_window_begins_is_left_out() -> None:
    found = feeds.held(7, [stretch(0, 3, (1,)), stretch(3, 5, (2,))], since=BEGIN)

    assert [one.person for one in found] == [2]


def test_a_window_holds_whole_months_whatever_the_day() -> None:
    first = datetime(2026, 12, 1, tzinfo=UTC)
    last = datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)

    expected = (datetime(2026, 11, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC))
    assert feeds.window(first) == feeds.window(last) == expected


@given(st.integers(min_value=946_684_800, max_value=3_786_912_000))
def test_a_window_reaches_a_year_ahead_and_a_month_back(seconds: int) -> None:
    now = datetime.fromtimestamp(seconds, UTC)
    starts_at, ends_at = feeds.window(now)

    assert starts_at <= now - timedelta(days=28)
    assert ends_at > now + timedelta(days=365)


def test_the_name_of_a_shift_lasts_and_is_its_own() -> None:
    (one,) = feeds.held(7, [stretch(0, 1), stretch(1, 5, (1,))], since=BEGIN)
    (longer,) = feeds.held(7, [stretch(0, 1), stretch(1, 9, (1,))], since=BEGIN)
    (other,) = feeds.held(8, [stretch(0, 1), stretch(1, 5, (1,))], since=BEGIN)

    assert one.uid == longer.uid
    assert one.uid != other.uid

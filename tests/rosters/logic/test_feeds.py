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


def test_what_ran_before_the_window_is_there_from_its_beginning() -> None:
    found = list(feeds.held(7, [stretch(-9, 3, (1,)), stretch(3, 5, (2,))], since=BEGIN))

    assert [(one.person, one.starts_at) for one in found] == [
        (1, BEGIN - 9 * HOUR),
        (2, BEGIN + 3 * HOUR),
    ]


def test_what_ended_before_the_window_is_not_there() -> None:
    found = feeds.held(7, [stretch(-9, 0, (1,)), stretch(0, 5, (2,))], since=BEGIN)

    assert [one.person for one in found] == [2]


@given(
    st.integers(min_value=0, max_value=400 * 24),
    st.integers(min_value=1, max_value=400 * 24),
    st.integers(min_value=1, max_value=12),
)
def test_a_shift_has_the_same_pieces_and_names_whenever_it_is_read(
    before: int, lasts: int, month: int
) -> None:
    starts_at = BEGIN - before * HOUR
    ends_at = starts_at + lasts * HOUR
    until = datetime(2028, 1, 1, tzinfo=UTC)

    def read(since: datetime) -> list[feeds.Held]:
        seen_from = since - feeds.LOOK_BACK
        parts = [Segment(max(starts_at, seen_from), ends_at, ((1,),))]
        held = feeds.held(7, [one for one in parts if one.starts_at < one.ends_at], since=since)
        return list(held)

    earlier = read(datetime(2026, 11, 1, tzinfo=UTC))
    later_from = datetime(2027, month, 1, tzinfo=UTC)
    later = read(later_from)

    assert ends_at < until
    assert later == [one for one in earlier if one.ends_at > later_from]
    assert [one.starts_at for one in earlier[1:]] == [one.ends_at for one in earlier[:-1]]


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

"""How many messages one contact point may get."""

from datetime import timedelta

import pytest

from rosters.enums import Channel
from rosters.logic.throttle import LIMITS, is_full, parsed, windows

QUARTER, HOUR, THREE = timedelta(minutes=15), timedelta(hours=1), timedelta(hours=3)


def test_every_channel_has_limits_that_grow_with_time() -> None:
    assert set(LIMITS) == set(Channel.values)
    for limits in LIMITS.values():
        assert list(limits) == sorted(limits)
        assert [window for _, window in limits] == sorted(window for _, window in limits)


@pytest.mark.parametrize(
    ("channel", "received", "full"),
    [
        ("sms", {}, False),
        ("sms", {QUARTER: 4, HOUR: 10, THREE: 20}, False),
        ("sms", {QUARTER: 5, HOUR: 5, THREE: 5}, True),
        ("sms", {QUARTER: 0, HOUR: 11, THREE: 11}, True),
        ("sms", {QUARTER: 0, HOUR: 0, THREE: 21}, True),
        ("phone", {QUARTER: 3, HOUR: 3, THREE: 3}, True),
        ("phone", {QUARTER: 2, HOUR: 6, THREE: 14}, False),
        ("pigeon", {QUARTER: 99}, False),
    ],
)
def test_each_limit_holds(channel: str, received: dict[timedelta, int], full: bool) -> None:
    assert is_full(channel, received, LIMITS) is full


def test_what_is_written_out_replaces_one_channel() -> None:
    limits = parsed(" sms=2/10m 4/2h , push= ")

    assert limits["sms"] == ((2, timedelta(minutes=10)), (4, timedelta(hours=2)))
    assert limits["push"] == ()
    assert limits["phone"] == LIMITS["phone"]
    assert parsed("") == LIMITS
    assert timedelta(minutes=10) in windows(limits)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("pigeon=1/1m", "names no channel"),
        ("sms", "names no channel"),
        ("sms=5", "is no limit"),
        ("sms=0/5m", "is no limit"),
        ("sms=5/5d", "is no limit"),
        ("sms=5/25h", "longer than a day"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        parsed(text)

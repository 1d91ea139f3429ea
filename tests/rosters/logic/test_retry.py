"""When a message is tried again: the table."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rosters.logic.retry import MAX_ATTEMPTS, retry_at
from tests.world import NOW


@pytest.mark.parametrize(
    ("attempts_made", "soonest", "latest"),
    [
        pytest.param(1, 0, 0, id="at once"),
        pytest.param(2, 7.5, 15, id="second wait"),
        pytest.param(3, 22.5, 45, id="third wait"),
        pytest.param(4, 60, 120, id="last wait"),
    ],
)
def test_each_wait_is_longer_and_spread(attempts_made: int, soonest: float, latest: float) -> None:
    assert retry_at(attempts_made, now=NOW, jitter=0) == NOW + timedelta(seconds=soonest)
    assert retry_at(attempts_made, now=NOW, jitter=1) == NOW + timedelta(seconds=latest)


@given(attempts_made=st.integers(MAX_ATTEMPTS, 1000), jitter=st.floats(0, 1))
def test_after_five_attempts_it_is_given_up(attempts_made: int, jitter: float) -> None:
    assert retry_at(attempts_made, now=NOW, jitter=jitter) is None

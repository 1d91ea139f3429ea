"""When a number may be tested, and what its last test says."""

from datetime import UTC, timedelta

import pytest

from config.portal import words
from rosters.logic.testing import Trial, result, why_not_confirm, why_not_test
from tests.world import NOW


def asked(minutes: float, *, state: str = "sent", is_sent: bool = True) -> Trial:
    at = NOW - timedelta(minutes=minutes)
    return Trial(at, state, at if is_sent else None)


@pytest.mark.parametrize(
    ("tests", "is_usable", "words_in_it"),
    [
        ([], True, None),
        ([], False, "no carrier"),
        ([asked(1)], True, "Wait two minutes"),
        ([asked(3)], True, None),
        ([asked(3 + n) for n in range(5)], True, "within an hour"),
        ([asked(61 + n) for n in range(5)], True, None),
    ],
)
def test_why_not_test(tests: list[Trial], is_usable: bool, words_in_it: str | None) -> None:
    why_not = why_not_test(tests, is_usable=is_usable, now=NOW)

    assert (why_not is None) if words_in_it is None else words_in_it in str(why_not)


@pytest.mark.parametrize(
    ("test", "may"),
    [
        (None, False),
        (asked(5), True),
        (asked(5, state="planned", is_sent=False), False),
        (asked(60 * 25), False),
    ],
)
def test_why_not_confirm(test: Trial | None, may: bool) -> None:
    assert (why_not_confirm(test, now=NOW) is None) is may


@pytest.mark.parametrize(
    ("test", "start"),
    [
        (None, ""),
        (asked(5), "We sent a test at 01:55. Has it arrived?"),
        (asked(5, state="sending", is_sent=False), "A test is on its way since 01:55."),
        (asked(5, state="failed", is_sent=False), "The test of 01:55 could not be sent."),
        (asked(60 * 25), ""),
    ],
)
def test_result_says_sent_and_never_received(test: Trial | None, start: str) -> None:
    said = result(test, tested_at=None, now=NOW)

    assert (words.as_text(said, zone=UTC, now=NOW) if said else "").startswith(start)
    assert bool(said) is bool(start)


def test_a_confirmed_test_has_nothing_more_to_say() -> None:
    assert result(asked(5), tested_at=NOW, now=NOW) is None

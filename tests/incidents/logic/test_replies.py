"""What a text message means, and which numbers a phone is given."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.logic import replies
from incidents.logic.replies import Given, Reply, Waiting, free_number, read
from tests.world import NOW

MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("1", Reply(number=1)),
        (" 12. ", Reply(number=12)),
        ("1 on my way", Reply(number=1)),
        ("“3”", Reply(number=3)),
        ("2!", Reply(number=2)),
        ("OK", Reply(takes=True)),
        ("yes.", Reply(takes=True)),
        ("Ack", Reply(takes=True)),
        ("no", Reply(takes=False)),
        ("PASS", Reply(takes=False)),
        ("", Reply()),
        ("1234", Reply()),
        ("+4930555", Reply()),
        ("ok I see nothing", Reply()),
        ("who is this", Reply()),
        ("\u0661", Reply()),
        ("I have 1 question", Reply()),
    ],
)
def test_what_a_text_message_means(text: str, meant: Reply) -> None:
    assert read(text) == meant


@given(st.text())
def test_no_text_is_too_odd_to_read(text: str) -> None:
    found = read(text)

    assert found.number is None or 0 <= found.number < 1000


def pair(number: int, *, is_open: bool, minutes_ago: int) -> Given:
    return Given(number, NOW - minutes_ago * MINUTE, is_open)


@pytest.mark.parametrize(
    ("given", "number"),
    [
        ([], 1),
        ([pair(1, is_open=True, minutes_ago=200)], 3),
        ([pair(1, is_open=False, minutes_ago=59)], 3),
        ([pair(1, is_open=False, minutes_ago=60)], 1),
        ([pair(1, is_open=False, minutes_ago=99), pair(3, is_open=True, minutes_ago=1)], 1),
        ([pair(1, is_open=True, minutes_ago=1), pair(5, is_open=True, minutes_ago=1)], 3),
    ],
)
def test_a_number_means_nothing_else_while_a_late_answer_may_come(
    given: list[Given], number: int
) -> None:
    assert free_number(given, now=NOW) == number


def test_an_odd_number_takes_and_the_next_passes_on() -> None:
    assert [replies.takes(number) for number in (1, 2, 3, 4)] == [True, False, True, False]
    assert [replies.first_of(number) for number in (1, 2, 3, 4)] == [1, 1, 3, 3]


def test_what_is_not_understood_is_answered_with_what_would_be() -> None:
    said = replies.not_understood([Waiting("INC-7", 3), Waiting("INC-5", 1)])

    assert said == ("Muster did not understand that. Reply 1 to acknowledge INC-5, 3 for INC-7.")
    assert "nothing waits" in replies.not_understood([])

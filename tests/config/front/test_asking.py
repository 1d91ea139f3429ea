"""What somebody who typed this wants to know, and how close names are; both as tables."""

import pytest

from config.front.logic import asking, closeness


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("INC-12", 12),
        ("inc 12", 12),
        (" #12 ", 12),
        ("12", 12),
        ("12a", None),
        ("", None),
        ("²", None),
        ("1234567890123", None),
        ("INC-", None),
    ],
)
def test_reference_reads_the_number_of_an_incident(typed: str, number: int | None) -> None:
    assert asking.reference(typed) == number


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("who do I call for payments", ("payments",)),
        ("Who do we call when Checkout is down?", ("checkout",)),
        ("who is on call for the data warehouse", ("data", "warehouse")),
        ("whom do I phone about payments", ("payments",)),
        ("call Mei", ("mei",)),
        ("on call payments", ("payments",)),
    ],
)
def test_read_knows_a_question_about_whom_to_call(typed: str, words: tuple[str, ...]) -> None:
    asked = asking.read(typed)

    assert (asked.words, asked.is_who) == (words, True)


@pytest.mark.parametrize(
    "typed",
    [
        "who do I call",
        "Who do I call?",
        "whom to phone tonight",
        "who is on call now",
        "who do I ask first?",
    ],
)
def test_read_knows_the_question_about_nothing_in_particular(typed: str) -> None:
    asked = asking.read(typed)

    assert (asked.about, asked.words, asked.is_who) == ("", (), True)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("card payments", ("card", "payments")),
        ("call", ("call",)),
        ("the", ("the",)),
        ("Tomás!", ("tomas",)),
        ("  ", ()),
        ("?!", ()),
        ("a\x00b", ("ab",)),
    ],
)
def test_read_keeps_the_telling_words(typed: str, words: tuple[str, ...]) -> None:
    asked = asking.read(typed)

    assert (asked.words, asked.is_who) == (words, False)


def test_read_keeps_accents_beside_the_plain_words() -> None:
    assert asking.read("Zahlung für").spelled == ("zahlung", "für")


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("paymnts", "payments"),
        ("paymetns", "payments"),
        ("payment", "payment"),
        ("chekout", "checkout"),
        ("zebra", "zebra"),
        ("cat", "cat"),
    ],
    ids=["left out", "swapped", "a beginning", "another", "unknown", "too short"],
)
def test_corrected_puts_slips_right(word: str, meant: str) -> None:
    assert asking.corrected([word], ["payments", "checkout", "car"]) == (meant,)


@pytest.mark.parametrize(
    ("one", "other", "number"),
    [("", "abc", 3), ("abc", "abc", 0), ("abc", "acb", 1), ("abc", "ab", 1), ("abc", "xbc", 1)],
)
def test_slips_counts_letters(one: str, other: str, number: int) -> None:
    assert closeness.slips(one, other) == number
    assert closeness.slips(other, one) == number


def test_closeness_puts_names_in_order() -> None:
    names = ["Payments", "Payments EU", "EU payments", "Repayments", "Paiments", "Search"]

    scores = [closeness.closeness(["payments"], name) for name in names]

    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == len(names)
    assert scores[-1] == 0

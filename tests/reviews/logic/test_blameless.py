"""What sounds like a culprit, and what does not."""

from itertools import pairwise

import pytest

from reviews.logic.blameless import KINDER, RULES, hints

NAMES = ["Jonas Weber", "Mei Tan"]


@pytest.mark.parametrize(
    ("text", "rule", "words"),
    [
        ("I should have checked the log first.", "what-if", "should have checked"),
        ("We couldn\u2019t have known.", "what-if", "couldn\u2019t have known"),
        ("If only the page had been green.", "what-if", "If only"),
        ("Had we tested it, it would be fine.", "what-if", "Had we tested"),
        ("It was human error.", "human-error", "human error"),
        ("A fat-fingered command.", "human-error", "fat-fingered"),
        ("That was careless.", "label", "careless"),
        ("Nobody is to blame.", "fault", "to blame"),
        ("It was Jonas's mistake.", "fault", "Jonas's mistake"),
        ("The cause was obviously the cache.", "hindsight", "obviously"),
        ("Why didn't you call?", "why-you", "Why didn't you"),
        ("The root cause was a timeout.", "one-cause", "The root cause"),
        ("Remind everyone to look twice.", "weak-action", "Remind everyone"),
        ("The engineer deleted the table.", "person-failed", "The engineer deleted"),
        ("She pushed a bad change.", "person-failed", "She pushed a bad"),
        ("They did not notice the alert.", "person-missed", "They did not notice"),
        ("Jonas broke the build.", "person-failed", "Jonas broke"),
        ("Mei Tan did not answer.", "person-missed", "Mei Tan did not answer"),
        ("It failed because of Mei.", "fault", "because of Mei"),
    ],
)
def test_hints_find(text: str, rule: str, words: str) -> None:
    (hint,) = hints(text, names=NAMES)

    assert (hint.rule, hint.words) == (rule, words)
    assert text[hint.start : hint.end] == words
    assert hint.kinder


@pytest.mark.parametrize(
    "text",
    [
        "",
        "We should have an alert for this.",
        "Jonas escalated at 13:41.",
        "Mei Tan noticed the second run and called the commander.",
        "The tool allowed a delete with no check.",
        "The alert did not reach the team.",
        "Half of the requests failed because of a full disk.",
        "The error message named the wrong host.",
        "It was easy to start the run twice and hard to see it.",
        "The table was deleted by the nightly job.",
    ],
)
def test_hints_leave_alone(text: str) -> None:
    assert hints(text, names=NAMES) == ()


def test_hints_stand_in_order_and_never_overlap() -> None:
    text = "The root cause was that Jonas Weber missed it. He should have looked. Obviously."

    found = hints(text, names=NAMES)

    assert [hint.rule for hint in found] == ["one-cause", "person-failed", "what-if", "hindsight"]
    assert all(one.end <= other.start for one, other in pairwise(found))


def test_names_are_words_not_patterns() -> None:
    assert hints("A (b missed it.", names=["(b", "", "  "])[0:] == ()


def test_every_rule_has_a_kinder_way() -> None:
    assert {rule for rule, _ in RULES} <= set(KINDER)


def test_hints_are_quick_on_long_texts() -> None:
    hints("should have " * 10_000 + "the root cause " * 5_000, names=NAMES)

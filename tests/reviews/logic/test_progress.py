"""How far a review is."""

import pytest

from reviews.logic.progress import Contents, parts, sentence

WHOLE = Contents("a", "b", "c", "d", factors=1, actions=1)


@pytest.mark.parametrize(
    ("contents", "said"),
    [
        (Contents(), "Nothing is written yet."),
        (Contents(story="a"), "1 of {count} parts is done."),
        (Contents(story="a", actions=2), "{done} of {count} parts are done."),
        (WHOLE, "Every part is done."),
    ],
    ids=["empty", "one", "two", "whole"],
)
def test_sentence(contents: Contents, said: str) -> None:
    assert sentence(parts(contents)).msgid == said


def test_every_part_stands_somewhere_on_the_page() -> None:
    anchors = [part.anchor for part in parts(Contents())]

    assert len(set(anchors)) == len(anchors) == 6

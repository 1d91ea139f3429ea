"""The words and the steps of the tour."""

import re

import pytest
from django.urls import reverse

from config.front.logic.tour import TOURS, Reader, stop


@pytest.mark.parametrize("reader", Reader)
def test_everybody_sees_five_steps_from_where_they_land_to_help(reader: Reader) -> None:
    pages = [step.page for step in TOURS[reader]]

    assert len(pages) == len(set(pages)) == 5
    first = "incidents:status" if reader is Reader.PLAIN else "front:now"
    assert (pages[0], pages[-1]) == (first, "front:help")
    assert all(reverse(page) for page in pages)


@pytest.mark.parametrize("reader", Reader)
def test_words_are_short_and_plain(reader: Reader) -> None:
    for step in TOURS[reader]:
        sentences = re.split(r"(?<=[.?]) ", step.text)

        assert all(len(sentence.split()) <= 25 for sentence in sentences), step.title
        assert not re.search(r"!|please|simply|success", step.text, re.IGNORECASE)


@pytest.mark.parametrize(("number", "shown"), [(0, 1), (1, 1), (5, 5), (9, 5)])
def test_a_step_that_is_not_there_is_the_nearest(number: int, shown: int) -> None:
    assert stop(Reader.OWNER, number).number == shown

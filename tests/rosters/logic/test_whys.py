"""Why somebody is told: a text that was kept is the phrase again that it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.portal.sentences import PLACEHOLDER, Phrase, phrase
from rosters.logic import whys

NAMES = st.text(st.characters(codec="utf-8", categories=["L", "N"]), min_size=1, max_size=12)


@given(pattern=st.sampled_from(whys.PATTERNS), name=NAMES)
def test_every_pattern_is_found_again(pattern: str, name: str) -> None:
    said = phrase(pattern, **dict.fromkeys(PLACEHOLDER.findall(pattern), name))

    found = whys.known(str(said))

    assert found == said
    assert isinstance(found, Phrase)
    assert found.msgid == pattern


def test_a_phrase_in_a_phrase_is_found_too() -> None:
    found = whys.known("backup for the Security officer for Payments")

    assert isinstance(found, Phrase)
    assert isinstance(found.params["what"], Phrase)
    assert found.params["what"].params == {"role": "Security officer", "place": "Payments"}


@pytest.mark.parametrize("text", ["", "asked for help by Amara Diallo", "because it burns"])
def test_the_words_of_a_person_stay_as_they_are(text: str) -> None:
    assert not isinstance(whys.known(text), Phrase)

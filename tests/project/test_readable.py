"""The proof, and what a rule means for whom, are read by anybody: grade 6, short sentences."""

import re
from datetime import timedelta

import pytest

from config.portal import words
from config.portal.sentences import Param, Sentence
from incidents.enums import FindingKind
from incidents.logic.audiences import Audience, Facts, meaning
from incidents.logic.proof.words import ALWAYS, LATER, NOW, SAYS, SOONER, Said, consequence, sort
from incidents.logic.rules import RuleStep
from rosters.logic.directory import Candidate
from tests import world
from tests.project.readable import grade, sentences_of, words_of

MOST_WORDS = 25
GRADE = 6.0
AT = world.NOW + timedelta(days=3)
SPAN = (AT, AT + timedelta(hours=6))
PLAIN: dict[str, Param] = {
    "who": "Mei",
    "first": 1,
    "then": 2,
    "why": "We have no phone number of theirs.",
    "delay_minutes": 5,
    "next_minutes": 3,
    "many": 5,
    "few": 3,
    "role": "the boss",
    "approver": "the lead",
    "what": "stop it",
}
"""Names and figures as short words: they are not ours to choose."""


SORTS = re.compile(r"\b(an?|any) ((critical|serious|minor|small|,| or) ?)*incident on Shop", re.I)


def text_of(said: Sentence) -> str:
    """The words, with a short one for which incident: the company's own words say that."""
    return SORTS.sub("this", _text_of(said))


def _text_of(said: Sentence) -> str:
    zone = world.NOW.tzinfo
    assert zone is not None
    return words.as_text(said, zone=zone, now=world.NOW)


@pytest.mark.parametrize("kind", FindingKind)
@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("severities", [[1], [2, 3], [1, 2, 3, 4]])
def test_findings_are_read_by_anybody(
    kind: FindingKind, whole: bool, severities: list[int]
) -> None:
    one = Said(kind, severities, "Shop", [SPAN], times=2, whole=whole, facts=PLAIN)
    now = world.NOW

    for at in (now, AT):
        said = text_of(consequence(one, now=at))
        assert grade(said) <= GRADE, said
        assert all(len(words_of(one)) <= MOST_WORDS for one in sentences_of(said)), said


def test_every_kind_has_its_words() -> None:
    assert set(SAYS) == set(FindingKind)
    assert set(ALWAYS) | set(NOW) == set(FindingKind)
    assert set(LATER) == set(NOW)
    assert set(SOONER) == {"now", "later", "always"}
    assert sort([1, 2, 3], "Shop") == "a critical, serious or minor incident on Shop"


def step(promise: str, minutes: int) -> RuleStep:
    mei = Candidate(1, "Mei", "Mei", "Europe/Berlin", "on call")
    wait = timedelta(minutes=minutes)
    return RuleStep(promise, wait, wait, Sentence("We call."), None, (), (mei,), "phone")


@pytest.mark.parametrize("audience", Audience)
@pytest.mark.parametrize("full", [True, False])
def test_what_it_means_is_read_by_anybody(audience: Audience, full: bool) -> None:
    facts = Facts(1, "Shop", (), {})
    if full:
        facts = Facts(
            1,
            "Shop",
            [step("acknowledge", 0), step("contain", 60)],
            {"acknowledge": 5, "update": 20, "contain": 60, "resolve": 240},
            "Ines",
            "the state",
            72,
            [("stop it", "the boss")],
        )

    said = " ".join(text_of(one) for one in meaning(audience, facts))

    assert grade(said) <= GRADE, (grade(said), said)
    assert all(len(words_of(one)) <= MOST_WORDS for one in sentences_of(said)), said

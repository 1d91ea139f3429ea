"""A sentence is stored as a pattern with parameters and comes back the same."""

import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from config.portal.sentences import Sentence, from_json, sentence, to_json

NOON = datetime(2026, 11, 20, 13, 29, tzinfo=UTC)


def test_sentence_survives_json():
    said = sentence(
        "At {due_at} we phone {who}; {team_names} wait {wait_minutes}.",
        due_at=NOON,
        who="Tomás Rivera",
        team_names=["Mei", "Ben"],
        wait_minutes=5,
    )

    stored = json.loads(json.dumps(to_json(said)))

    assert from_json(stored) == said
    assert stored["params"]["due_at"] == "2026-11-20T13:29:00+00:00"


def test_instants_are_kept_in_utc():
    berlin = datetime(2026, 11, 20, 14, 29, tzinfo=ZoneInfo("Europe/Berlin"))

    assert to_json(sentence("{due_at}", due_at=berlin)) == to_json(
        sentence("{due_at}", due_at=NOON)
    )


def test_an_iso_string_is_an_instant():
    assert sentence("{due_at}", due_at="2026-11-20T14:29+01:00").params["due_at"] == NOON


def test_nothing_is_no_text():
    assert sentence("{outcome}", outcome=None).params["outcome"] == ""


def test_a_number_that_is_only_text_becomes_text():
    assert sentence("Update {number}", number=3).params["number"] == "3"


@pytest.mark.parametrize(
    ("params", "error", "word"),
    [
        ({}, ValueError, "who"),
        ({"who": True}, TypeError, "text"),
        ({"who": NOON}, TypeError, "text"),
    ],
    ids=["missing", "bool", "instant"],
)
def test_a_text_parameter_must_be_there(params, error, word):
    with pytest.raises(error, match=word):
        sentence("We phone {who}.", **params)


@pytest.mark.parametrize(
    ("params", "error"),
    [
        ({"due_at": datetime(2026, 11, 20, 13, 29)}, ValueError),  # noqa: DTZ001  # the mistake itself
        ({"due_at": "2026-11-20T13:29"}, ValueError),
        ({"due_at": 13}, TypeError),
        ({"wait_minutes": "5"}, TypeError),
        ({"wait_minutes": True}, TypeError),
        ({"wait_minutes": 2.5}, TypeError),
        ({"team_names": "Mei"}, TypeError),
        ({"team_names": ["Mei", 2]}, TypeError),
    ],
    ids=[
        "naive",
        "naive-text",
        "not-instant",
        "minutes-text",
        "minutes-bool",
        "minutes-float",
        "names-text",
        "names-mixed",
    ],
)
def test_a_typed_parameter_must_be_of_its_kind(params, error):
    with pytest.raises(error):
        Sentence("x", params)


def test_a_sentence_needs_words():
    with pytest.raises(ValueError, match="words"):
        Sentence("")


@pytest.mark.parametrize(
    "stored", [{}, {"msgid": "x"}, {"msgid": "x", "params": 3}, [], {"msgid": 3, "params": {}}]
)
def test_from_json_refuses_what_is_no_sentence(stored):
    with pytest.raises(ValueError, match="sentence"):
        from_json(stored)

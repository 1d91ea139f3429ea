"""Every catalogue says all that is said, with the same places, and is compiled as it stands."""

import io
import re
from collections.abc import Iterable
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from django.utils import translation
from django.utils.translation import ngettext

from config.portal.sentences import each_sentence
from incidents.logic.wordings import SHIPPED, SMS
from rosters.logic.gsm import ALPHABET
from tests import catalogue

PLACES = re.compile(r"\{[a-z0-9_]+\}|%\([a-z_]+\)s|%s")


@pytest.fixture(params=catalogue.LANGUAGES)
def catalog(request: pytest.FixtureRequest) -> Catalog:
    return catalogue.read(request.param)


def texts(message: Any) -> Iterable[tuple[str, str]]:
    """Each pattern with its translation."""
    if message.pluralizable:
        yield message.id[0], message.string[0]
        for said in message.string[1:]:
            yield message.id[1], said
    else:
        yield message.id, message.string


def test_everything_that_is_said_is_translated(catalog: Catalog) -> None:
    lacking = []
    for one in catalogue.found():
        msgid = (one.msgid, one.plural) if one.plural else one.msgid
        known = catalog.get(msgid, one.context or None)
        if known is None or not all(said for _, said in texts(known)):
            lacking.append(one)

    assert lacking == []


def test_nothing_else_is_translated_and_nothing_is_a_guess(catalog: Catalog) -> None:
    said = {(one.msgid, one.context) for one in catalogue.found()}
    kept = {(m.id[0] if m.pluralizable else m.id, m.context or "") for m in catalog if m.id}

    assert kept == said
    assert [one.id for one in catalog if one.id and one.fuzzy] == []
    assert not catalog.obsolete


def test_both_sides_have_the_same_places(catalog: Catalog) -> None:
    wrong = [
        (msgid, said)
        for message in catalog
        if message.id
        for msgid, said in texts(message)
        if set(PLACES.findall(msgid)) != set(PLACES.findall(said))
    ]

    assert wrong == []


@pytest.mark.parametrize("language", catalogue.LANGUAGES)
def test_what_is_compiled_is_what_is_written(language: str) -> None:
    made = io.BytesIO()

    write_mo(made, catalogue.read(language))

    assert catalogue.place(language, "mo").read_bytes() == made.getvalue()


@pytest.mark.parametrize(("number", "said"), [(0, "0 Minuten"), (1, "1 Minute"), (2, "2 Minuten")])
def test_german_has_two_forms(number: int, said: str) -> None:
    with translation.override("de"):
        found = ngettext("{n} minute", "{n} minutes", number).format(n=number)

    assert found == said


def test_a_pattern_of_several_sentences_is_translated_one_by_one() -> None:
    assert each_sentence("It is late. {who} knows. Why?") == ["It is late.", "{who} knows.", "Why?"]
    assert each_sentence("A 3.5 h wait: {why} At {due_at} we call.") == [
        "A 3.5 h wait: {why} At {due_at} we call."
    ]


@pytest.mark.parametrize("kind", [kind for kind, form in SHIPPED if form == SMS])
def test_text_messages_keep_to_the_characters_of_a_text_message(kind: str) -> None:
    with translation.override("de"):
        text = translation.gettext(SHIPPED[kind, SMS])

    assert text != SHIPPED[kind, SMS]
    assert {sign for sign in text if sign not in ALPHABET} <= set("{}[]_")

"""The words that ship with Muster."""

import re
from io import StringIO

import pytest
from django.core.management import call_command

from runbooks.models import GlossaryTerm
from runbooks.operations import glossary
from tests.project.sources import ROOT


def documented() -> list[list[str]]:
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (.+) \|$", text, re.MULTILINE)[1:]
    return [row.split(" | ")[:3] for row in rows]


def test_the_page_in_docs_says_the_same() -> None:
    shipped = [[one["term"], one["meaning"], one["instead_of"]] for one in glossary.shipped()]

    assert documented() == shipped


def test_words_are_in_order_and_short() -> None:
    shipped = glossary.shipped()
    sentences = [part for one in shipped for part in re.split(r"(?<=[.:]) ", one["meaning"])]

    assert [one["term"] for one in shipped] == sorted(one["term"] for one in shipped)
    assert [one for one in sentences if len(one.split()) > 25] == []


@pytest.mark.django_db
def test_the_command_loads_every_word_once() -> None:
    first, second = StringIO(), StringIO()

    call_command("glossary", stdout=first)
    call_command("glossary", stdout=second)

    total = len(glossary.shipped())
    assert GlossaryTerm.objects.count() == total
    assert first.getvalue() == f"{total} words are in the glossary now: /glossary/\n"
    assert second.getvalue() == "Every word is in the glossary already.\n"


@pytest.mark.django_db
def test_a_company_keeps_its_own_meaning_until_it_asks_for_ours() -> None:
    GlossaryTerm.objects.create(term="alert", slug="alert", meaning="What our monitoring says.")

    kept = glossary.load(renew=False)

    assert kept == len(glossary.shipped()) - 1
    assert GlossaryTerm.objects.get(slug="alert").meaning == "What our monitoring says."

    glossary.load(renew=True)

    assert GlossaryTerm.objects.get(slug="alert").meaning.startswith("One signal")

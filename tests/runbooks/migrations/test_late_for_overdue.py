"""The glossary of an installation of before says late, and keeps what somebody wrote."""

import importlib

import pytest
from django.apps import apps

from runbooks.models import GlossaryTerm
from runbooks.operations.glossary import shipped

step = importlib.import_module("runbooks.migrations.0004_late_for_overdue")
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _empty() -> None:
    GlossaryTerm.objects.all().delete()


def terms() -> list[str]:
    return list(GlossaryTerm.objects.order_by("slug").values_list("term", flat=True))


def test_the_word_that_nobody_edited_is_today_s():
    GlossaryTerm.objects.create(**step.BEFORE)

    for _ in range(2):
        step.say_late(apps, None)

    kept = GlossaryTerm.objects.values("term", "slug", "meaning", "example", "instead_of").get()
    assert kept == step.NOW


def test_it_goes_where_today_s_is_there_already():
    GlossaryTerm.objects.create(**step.BEFORE)
    GlossaryTerm.objects.create(term="late", slug="late", meaning="Ours.")

    step.say_late(apps, None)

    assert terms() == ["late"]
    assert GlossaryTerm.objects.get().meaning == "Ours."


@pytest.mark.parametrize("name", ["term", "meaning", "example", "instead_of"])
def test_what_somebody_edited_stays(name):
    GlossaryTerm.objects.create(**step.BEFORE | {name: "Our own word."})

    step.say_late(apps, None)

    assert getattr(GlossaryTerm.objects.get(), name) == "Our own word."


def test_the_word_is_the_one_that_comes_with_muster():
    found = next(one for one in shipped() if one["term"] == "late")

    assert {"slug": "late", **found} == step.NOW

"""Words that explain themselves: once on a page, without script, and never in the way."""

import pytest
from django.template import Context, Template
from django.test import Client, RequestFactory

from runbooks.models import GlossaryTerm
from tests.world import World

TWICE = '{% load portal %}{% term "contained" "Contained" %}, {% term "contained" "contained" %}'


@pytest.fixture
def word(db: None) -> GlossaryTerm:
    GlossaryTerm.objects.filter(slug="contained").delete()
    return GlossaryTerm.objects.create(
        term="contained", slug="contained", meaning="Customers feel it no more <yet>."
    )


def test_it_explains_itself_once_and_is_plain_after(word: GlossaryTerm) -> None:
    page = Template(TWICE).render(Context({"request": RequestFactory().get("/")}))

    assert page.count("popovertarget=") == 1
    assert page.startswith('<button type="button" class="term" popovertarget="means-contained">')
    assert "Customers feel it no more &lt;yet&gt;." in page
    assert 'href="/glossary/#contained"' in page
    assert page.endswith(", contained")


def test_what_the_glossary_does_not_know_is_plain(word: GlossaryTerm) -> None:
    word.delete()

    page = Template(TWICE).render(Context({"request": RequestFactory().get("/")}))

    assert page == "Contained, contained"


def test_outside_a_page_it_is_plain_and_asks_nothing() -> None:
    assert Template(TWICE).render(Context({})) == "Contained, contained"


def test_what_an_administrator_writes_shows_on_the_next_page(
    world: World, word: GlossaryTerm
) -> None:
    client = Client()
    client.force_login(world.frank)
    before = client.get("/severities/").content.decode()
    GlossaryTerm.objects.filter(pk=word.pk).update(meaning="No customer feels it now.")

    after = client.get("/severities/").content.decode()

    assert "Customers feel it no more" in before
    assert "No customer feels it now." in after
    assert after.count('id="means-contained"') == 1

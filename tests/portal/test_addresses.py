"""Addresses that are remembered are those that Django works out."""

import pytest
from django.template import Context, Template
from django.test import RequestFactory, override_settings
from django.urls import NoReverseMatch, reverse, set_script_prefix

from config.portal.addresses import address


def drawn(tag: str, **values: object) -> str:
    return Template(tag).render(Context(values))


def test_an_address_is_the_one_that_django_says() -> None:
    for _ in range(2):
        assert address("rosters:person", 7) == reverse("rosters:person", args=[7])
        assert address("front:service", "cards") == reverse("front:service", args=["cards"])


def test_what_is_equal_and_reads_otherwise_has_an_address_of_its_own() -> None:
    assert address("rosters:export", "matrix", "csv") != address("rosters:export", "roles", "csv")
    assert address("rosters:person", 1) == reverse("rosters:person", args=[1])
    with pytest.raises(NoReverseMatch):
        address("rosters:person", True)


def test_a_portal_below_a_path_has_addresses_below_it() -> None:
    before = address("front:now")
    set_script_prefix("/muster/")
    try:
        assert address("front:now") == "/muster" + before
    finally:
        set_script_prefix("/")
    assert address("front:now") == before


def test_other_patterns_have_other_addresses() -> None:
    before = address("front:now")
    with override_settings(ROOT_URLCONF="tests.portal.addresses"):
        assert address("front:now") == "/now"
        with pytest.raises(NoReverseMatch):
            address("rosters:person", 7)
    assert address("front:now") == before


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ('{% url "rosters:person" 7 %}', "/people/7/"),
        ('{% url "rosters:person" pk %}', "/people/9/"),
        ('{% url "rosters:person" pk=pk %}', "/people/9/"),
        ('{% url "front:service" slug %}', "/services/cards/"),
        ('{% url "front:service" slug as found %}<{{ found }}>', "</services/cards/>"),
        ('{% url "no:page" as found %}<{{ found }}>', "<>"),
        ('{% url "rosters:person" many as found %}<{{ found }}>', "<>"),
    ],
)
def test_the_tag_writes_addresses(tag: str, expected: str) -> None:
    assert drawn(tag, pk=9, slug="cards", many=[1, 2]) == expected


def test_the_tag_knows_the_page_it_stands_on() -> None:
    request = RequestFactory().get("/")
    request.resolver_match = None
    page = Context({"request": request})
    page.request = request  # type: ignore[attr-defined]  # as RequestContext has it

    assert Template('{% url "admin:index" %}').render(page) == reverse("admin:index")


def test_an_address_that_is_missing_is_a_mistake() -> None:
    with pytest.raises(NoReverseMatch):
        drawn('{% url "no:page" %}')

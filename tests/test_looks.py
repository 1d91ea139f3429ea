"""What lets a test leave a request out: nothing that is looked at goes unnoted."""

import copy
from collections.abc import Callable

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.http import QueryDict
from django.test import RequestFactory

from tests.looks import Looks, noting_htmx, noting_looks

ALL = {Looks.ALL}
LOOKING: dict[str, tuple[Callable[[QueryDict], object], set[str]]] = {
    "get": (lambda query: query.get("q"), {"q"}),
    "item": (lambda query: query["q"], {"q"}),
    "in": (lambda query: "q" in query, {"q"}),
    "list": (lambda query: query.getlist("q"), {"q"}),
    "any": (bool, ALL),
    "each": (list, ALL),
    "items": (lambda query: query.items(), ALL),
    "plain": (dict, ALL),
    "copied": (lambda query: query.copy(), ALL),
    "copied by Python": (copy.copy, ALL),
    "written": (lambda query: query.urlencode(), ALL),
    "compared": (lambda query: query == {}, ALL),
}


def asked(query: str) -> WSGIRequest:
    request = RequestFactory().get(f"/somewhere/{query}")
    assert isinstance(request, WSGIRequest)
    return request


@pytest.mark.parametrize(("look", "seen"), LOOKING.values(), ids=LOOKING)
def test_words_of_a_query_are_noted(look: Callable[[QueryDict], object], seen: set[str]) -> None:
    with noting_looks() as looks:
        look(asked("?q=x").GET)

    assert seen <= looks["/somewhere/"]
    assert looks.would_see("/somewhere/", "?q=y&page=2")
    assert looks.would_see("/somewhere/", "?page=2") == (seen == ALL)
    assert not looks.would_see("/elsewhere/", "?q=y")


def test_who_looks_whether_htmx_asks_is_noted() -> None:
    with noting_htmx() as looked:
        asked("").headers.get("Accept")
        assert looked == set()

        asked("").headers.get("HX-Request")
        assert looked == {"/somewhere/"}

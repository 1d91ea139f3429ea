"""In which language a page is written: its reader's, where every word of it is translated."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers

MARK = "is_in_every_language"
View = TypeVar("View", bound=Callable[..., Any])


def in_every_language(view: View) -> View:
    """This page, or part of one, is translated: it is in its reader's language.

    Others stay in English as a whole, so that no page mixes two.
    """
    setattr(view, MARK, True)
    return view


def known(language: str) -> str:
    """The language, if Muster has it; else English."""
    return language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


class Languages:
    """Middleware: one language for each request, and none that outlives it.

    Whoever is signed in has chosen; whoever is not reads what their browser asks for.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with translation.override(settings.LANGUAGE_CODE):
            response = self.get_response(request)
            if response.headers.get("Content-Type", "").startswith("text/html"):
                language = translation.get_language() or settings.LANGUAGE_CODE
                response.headers.setdefault("Content-Language", language)
        if getattr(request, "asked_browser", False):
            patch_vary_headers(response, ["Accept-Language"])
        return response

    def process_view(self, request: HttpRequest, view: Callable[..., Any], *_rest: object) -> None:
        if getattr(view, MARK, False):
            translation.activate(_language_of(request))


def _language_of(request: HttpRequest) -> str:
    reader = request.user
    if reader.is_authenticated:
        return known(getattr(reader, "language", ""))
    request.asked_browser = True  # type: ignore[attr-defined]  # read above, by the same class
    return translation.get_language_from_request(request)

"""Live parts: pieces of a page that are asked for again and again, and sent when they changed."""

import hashlib
import re
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.cache import get_conditional_response, patch_vary_headers

from config.portal.context import portal

# What differs in every answer although nothing happened: the clock's text, countdowns and ages
# (portal.js keeps them true), the look of their pills, and the form tokens.
VOLATILE = re.compile(
    r'<span class="asof">.*?</span>'
    r"|(?<=<span data-due=)[^>]*>[^<]*"
    r'|class="in (?:late|soon|later)"'
    r'|name="csrfmiddlewaretoken" value="[^"]*"',
    re.DOTALL,
)
DUE = re.compile(r'"[^"]*"')


def is_fragment(request: HttpRequest) -> bool:
    """Whether htmx asks for the live part alone."""
    return request.headers.get("HX-Request") == "true"


def answer(request: HttpRequest, *, page: str, part: str, context: dict[str, Any]) -> HttpResponse:
    """The whole page, or to htmx its live part: 304 without a body when that has not changed.

    `As-Of` carries the reader's clock time, so that the page can say how fresh it is after a 304.
    """
    if not is_fragment(request):
        response = render(request, page, context)
    else:
        body = render_to_string(part, context, request)
        response = HttpResponse(body)
        found = get_conditional_response(request, etag=etag_of(body), response=response)
        response = found or response
        response["ETag"] = etag_of(body)
        reader = portal(request)["portal"]
        response["As-Of"] = f"{reader.now.astimezone(reader.zone):%H:%M:%S}"
        response["Cache-Control"] = "private, no-cache"
    patch_vary_headers(response, ["HX-Request"])
    return response


def etag_of(body: str) -> str:
    """The tag of what a fragment says; the passing of time alone does not change it."""
    return f'"{hashlib.sha256(VOLATILE.sub(_kept, body).encode()).hexdigest()[:20]}"'


def _kept(found: re.Match[str]) -> str:
    """Of a countdown the instant that it counts to; of everything else nothing."""
    text = found.group()
    due = DUE.match(text)
    return due.group() if due else ""

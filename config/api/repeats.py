"""A request sent twice with one Idempotency-Key acts once; the second reads the first one's answer.

The answers stand in the cache for a day. When the cache is lost, the names of things still are in
the way of making them twice (409).
"""

import hashlib
from collections.abc import Callable
from dataclasses import astuple, dataclass, fields

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

from config.portal.rest.errors import Problem

KEPT_SECONDS = 24 * 3600
UNDER_WAY_SECONDS = 60
LONGEST_KEY = 120


@dataclass(frozen=True)
class Kept:
    """What was asked, and what was answered; without an answer it is being worked on.

    It is kept as plain values, not as this class: a repeat must find it across an upgrade.
    """

    asked: str
    status: int = 0
    content: bytes = b""
    location: str = ""


def once(request: HttpRequest, token_id: int, view: Callable[[], HttpResponse]) -> HttpResponse:
    """The answer of the view, or the one that was given to the same request before."""
    key = request.headers.get("Idempotency-Key", "")
    if not key:
        return view()
    if len(key) > LONGEST_KEY or not key.isascii():
        text = f"The Idempotency-Key must be at most {LONGEST_KEY} ASCII characters."
        raise Problem(400, "bad_key", text)
    name = f"api-once:{token_id}:{hashlib.sha256(key.encode()).hexdigest()}"
    asked = hashlib.sha256(request.path.encode() + b"\n" + request.body).hexdigest()
    kept = _kept(cache.get(name))
    if kept is None and cache.add(name, astuple(Kept(asked)), timeout=UNDER_WAY_SECONDS):
        return _first(name, asked, view)
    return _again(kept, asked)


def _first(name: str, asked: str, view: Callable[[], HttpResponse]) -> HttpResponse:
    try:
        answer = view()
    except BaseException:
        cache.touch(name, timeout=0)
        raise
    if answer.status_code >= 400:
        cache.touch(name, timeout=0)
    else:
        kept = Kept(asked, answer.status_code, answer.content, answer.get("Location", ""))
        cache.set(name, astuple(kept), timeout=KEPT_SECONDS)
    return answer


def _kept(found: object) -> Kept | None:
    """What was kept, or nothing; an older Muster kept the object itself."""
    if isinstance(found, Kept):
        return found
    return Kept(*found) if isinstance(found, tuple) and len(found) == len(fields(Kept)) else None


def _again(kept: Kept | None, asked: str) -> HttpResponse:
    if kept is not None and kept.asked != asked:
        text = "This Idempotency-Key was used for something else. Choose a new one."
        raise Problem(422, "key_reused", text)
    if kept is None or not kept.status:
        text = "The same request is being worked on. Ask again in a second."
        raise Problem(409, "under_way", text, headers={"Retry-After": "1"})
    answer = HttpResponse(kept.content, status=kept.status, content_type="application/json")
    answer["Idempotency-Replayed"] = "true"
    if kept.location:
        answer["Location"] = kept.location
    return answer

"""The one door of the API: who asks, with which scope, how often, and what they send.

No cookie opens it: whoever comes without a token is a stranger, so no page in a browser can act
through somebody's sign-in.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import pghistory
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.views.decorators.csrf import csrf_exempt

from config.api import limits, repeats
from config.portal import bodies, clock
from config.portal.redaction import redact
from config.portal.request_log import request_id
from config.portal.rest import tags
from config.portal.rest.errors import Problem, Trouble, not_valid, respond
from config.portal.strict_json import MAX_BYTES, Unreadable, read_object, texts, too_large
from config.portal.strict_json import why_not_storable as why_not
from rosters.logic.tokens import why_not_scope
from rosters.operations import tokens as using
from rosters.queries import tokens
from rosters.queries.tokens import Caller

View = Callable[..., HttpResponse]
SAFE = frozenset({"GET", "HEAD"})
ADVICE = "Send less at once."
CHALLENGE = 'Bearer realm="Muster"'


@dataclass(frozen=True)
class Operation:
    """What one method of one address asks for."""

    scope: str
    parameters: frozenset[str] = frozenset()


def behind(view: View, by_method: Mapping[str, Operation]) -> View:
    """The view, for those who may come in. Every refusal has the one form."""

    @csrf_exempt
    @login_not_required
    def door(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            answer = _let_in(request, by_method, lambda: view(request, **kwargs))
        except Problem as problem:
            answer = respond(problem.answer)
        answer.headers.setdefault("Cache-Control", "private, no-cache")
        answer.headers["Vary"] = "Authorization"
        return answer

    return door


def _let_in(
    request: HttpRequest, by_method: Mapping[str, Operation], view: Callable[[], HttpResponse]
) -> HttpResponse:
    method = "GET" if request.method == "HEAD" else str(request.method)
    operation = by_method.get(method)
    if operation is None:
        raise _wrong_method(request, by_method)
    caller = identify(request)
    if lacking := why_not_scope(caller.token.scopes, operation.scope):
        raise Problem(403, "scope_missing", lacking, headers={"WWW-Authenticate": CHALLENGE})
    limits.count(caller.token.pk, now=caller.now)
    _check_parameters(request, operation)
    request.auth = caller  # type: ignore[attr-defined]  # the library's place for it
    request.method = method
    if method in SAFE:
        return _unless_known(request, view())
    if method != "DELETE":
        request.strict_body = _body(request)  # type: ignore[attr-defined]  # for the parser
    with _noted(caller, request):
        return repeats.once(request, caller.token.pk, view) if method == "POST" else view()


def _wrong_method(request: HttpRequest, by_method: Mapping[str, Operation]) -> Problem:
    allowed = ", ".join(sorted(by_method))
    text = f"{request.method} does nothing here. This address knows: {allowed}."
    return Problem(405, "wrong_method", text, headers={"Allow": allowed})


def identify(request: HttpRequest) -> Caller:
    """Who asks. Raises Problem (401)."""
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not text.strip():
        raise _unknown("Send a token: “Authorization: Bearer mu_…”. You make one under Me, Tokens.")
    token = tokens.find(text.strip())
    if token is None:
        raise _unknown("Nobody has this token. Make a new one under Me, Tokens.")
    now = clock.show_now() if request.method in SAFE else clock.act_now()
    ended = tokens.why_not_count(token, now=now)
    if ended:
        raise _unknown(ended)
    using.note_used(token, now=now)
    return Caller(token, token.person, now)


def _unknown(sentence: str) -> Problem:
    error = f'{CHALLENGE}, error="invalid_token"'
    return Problem(401, "no_token", sentence, headers={"WWW-Authenticate": error})


def _check_parameters(request: HttpRequest, operation: Operation) -> None:
    """Refuse parameters that nobody reads, given twice, or that no database could compare with."""
    wrong = []
    known = ", ".join(sorted(operation.parameters)) or "none"
    for name, values in request.GET.lists():
        if name not in operation.parameters:
            text = f"“{name}” is no parameter here. Known are: {known}."
            wrong.append(Trouble("unknown", text, name))
        elif len(values) > 1:
            wrong.append(Trouble("twice", f"“{name}” stands there more than once.", name))
        elif reason := why_not(values[0]):
            wrong.append(Trouble("form", f"“{name}” cannot be read: {reason}.", name))
    if wrong:
        raise not_valid(wrong)


def _body(request: HttpRequest) -> dict[str, Any]:
    if request.content_type != "application/json":
        raise Problem(415, "not_json", "Send JSON, with “Content-Type: application/json”.")
    try:
        found = read_object(_bytes(request), advice=ADVICE)
    except Unreadable as refused:
        code = "too_large" if refused.status == 413 else "not_json"
        raise Problem(refused.status, code, str(refused)) from None
    wrong = [
        Trouble("form", f"“{'.'.join(way)}” cannot be kept: {reason}.", ".".join(way))
        for way, text in texts(found)
        if (reason := why_not(text))
    ]
    if wrong:
        raise not_valid(wrong)
    return found


def _bytes(request: HttpRequest) -> bytes:
    if (bodies.declared(request) or 0) > MAX_BYTES:
        raise too_large(ADVICE)
    try:
        return request.body
    except RequestDataTooBig:
        raise too_large(ADVICE) from None
    except UnreadablePostError:
        raise Unreadable("The body broke off. Send it again.") from None


def _noted(caller: Caller, request: HttpRequest) -> AbstractContextManager[Any]:
    """What happens now stands in the trail under the person and the token."""
    return pghistory.context(
        user=caller.person.pk,
        token=caller.token.name,
        url=redact(request.path)[:300],
        request=request_id(),
    )


def _unless_known(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """Nothing is sent again to a program that has it."""
    if answer.status_code != 200 or "no-store" in answer.get("Cache-Control", ""):
        return answer
    tag = tags.tag_of(answer.content)
    if tags.is_known(request, tag):
        answer = HttpResponse(status=304)
    answer["ETag"] = tag
    return answer

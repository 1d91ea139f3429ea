"""What people type, kept as they type it, and thrown away when they want to begin again."""

import json
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from config.front.logic.drafts import Form
from config.front.operations import drafts as keeping
from config.front.queries import drafts
from config.portal import clock, words
from config.portal.refusals import Refused
from rosters.models import Person
from rosters.operations.drafts import forget


@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """Answers without a page; HX-Trigger carries the words that portal.js shows."""
    by, form, now = _person(request), _form(request), clock.act_now()
    turn = request.POST.get("turn", "")
    if not (turn.isascii() and turn.isdigit() and len(turn) < 9):
        raise Http404
    posted = {name: request.POST.get(name, "") for name in request.POST}
    try:
        draft = keeping.keep(form, posted, turn=int(turn), by=by, now=now)
    except Refused as refused:
        return _said(str(refused), status=409)
    saved = words.clock(draft.saved_at, zone=ZoneInfo(by.time_zone))
    return _said(f"Draft saved {saved}", status=204)


@require_POST
def start_afresh(request: HttpRequest) -> HttpResponse:
    """The draft is thrown away; its form is empty, or as it was before."""
    form = _form(request)
    forget(form.name, by=_person(request), now=clock.act_now())
    return redirect(drafts.page_of(form))


def _said(text: str, *, status: int) -> HttpResponse:
    return HttpResponse(status=status, headers={"HX-Trigger": json.dumps({"say": text})})


def _person(request: HttpRequest) -> Person:
    if not isinstance(request.user, Person):
        raise Http404
    return request.user


def _form(request: HttpRequest) -> Form:
    found = drafts.form_for(_person(request), request.POST.get("draft", ""))
    if found is None:
        raise Http404
    return found

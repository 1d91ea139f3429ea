"""Declaring an incident: three questions, and who will be called."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from config.portal import clock
from incidents.forms import DeclareForm
from incidents.operations import lifecycle
from incidents.operations.lifecycle import DeclaredBefore
from incidents.queries import preview
from incidents.views.common import person, to_incident
from rosters.operations import drafts
from rosters.queries import drafts as kept

DRAFT = "declare"


@require_http_methods(["GET", "HEAD", "POST"])
def declare(request: HttpRequest) -> HttpResponse:
    """The form; its live sentence alone for htmx, and without script by a press that only asks."""
    if request.method != "POST":
        return _asked(request)
    if "ask" in request.POST:
        return _page(request)
    form = DeclareForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    answers = form.cleaned_data
    opening = lifecycle.Opening(
        title=answers["title"],
        service=answers["service"],
        severity=answers["severity"],
        declare_key=answers["key"],
    )
    by, now = person(request), clock.act_now()
    try:
        with drafts.sending(DRAFT, by=by, now=now):
            incident = lifecycle.declare(opening, by=by, now=now)
    except DeclaredBefore as refused:
        return _page(request, form.once_more(refused), status=409)
    return to_incident(incident)


def _asked(request: HttpRequest) -> HttpResponse:
    if request.headers.get("HX-Request") == "true":
        context = {"preview": preview.of_answers(request.GET, now=clock.show_now())}
        response = render(request, "incidents/_declare_preview.html", context)
    else:
        response = _page(request)
    response["Vary"] = "HX-Request"
    return response


def _page(
    request: HttpRequest, sent: DeclareForm | None = None, *, status: int = 200
) -> HttpResponse:
    now = clock.show_now()
    draft = kept.of(person(request), DRAFT, now=now)
    typed = dict(draft.answers)
    if "ask" in request.POST:
        typed = {name: request.POST.get(name, "") for name in ("title", "service", "severity")}
    form = sent or DeclareForm.fresh(service=request.GET.get("service", ""), typed=typed)
    answers = request.POST if sent else typed or request.GET
    context = {
        "draft": draft,
        "form": form,
        "severities": preview.severities(),
        "unsure": preview.where_nobody_is_sure(now=now),
        "preview": preview.of_answers(answers, now=now),
        "similar": preview.similar(person(request), now=now),
    }
    return render(request, "incidents/declare.html", context, status=status)

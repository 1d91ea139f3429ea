"""Declaring an incident: four questions, and who will be called."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from config.portal import clock
from incidents.forms import DeclareForm
from incidents.operations import lifecycle
from incidents.operations.lifecycle import DeclaredBefore
from incidents.queries import preview
from incidents.views.common import person, to_incident
from rosters.operations import drafts
from rosters.queries import drafts as kept
from rosters.queries import naming

DRAFT = "declare"
ANSWERS = ("title", "service", "severity", "personal_data")


@require_http_methods(["GET", "HEAD", "POST"])
def declare(request: HttpRequest) -> HttpResponse:
    """The form; its live sentence alone for htmx, and without script by a press that only asks."""
    if request.method != "POST":
        return _asked(request)
    if "ask" in request.POST:
        return _page(request)
    if "drill" in request.POST:
        return redirect(_drill_of(request))
    form = DeclareForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    answers = form.cleaned_data
    opening = lifecycle.Opening(
        title=answers["title"],
        service=answers["service"],
        severity=answers["severity"],
        personal_data=answers["personal_data"],
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


def _drill_of(request: HttpRequest) -> str:
    """Where the same words become a rehearsal. Nothing is declared, and nobody is called."""
    meant = naming.service_meant(request.POST.get("service", ""), naming.services_by_name())
    words = {"title": request.POST.get("title", ""), "service": getattr(meant.service, "slug", "")}
    return f"{reverse('reviews:drill_plan')}?{urlencode(words)}"


def _page(
    request: HttpRequest, sent: DeclareForm | None = None, *, status: int = 200
) -> HttpResponse:
    now = clock.show_now()
    draft = kept.of(person(request), DRAFT, now=now)
    typed = dict(draft.answers)
    if "ask" in request.POST:
        typed = {name: request.POST.get(name, "") for name in ANSWERS}
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

"""Declaring an incident: four questions, and who will be called."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from config.portal import clock
from config.portal.refusals import Refused
from incidents.forms import DeclareForm
from incidents.logic import severity_helper
from incidents.operations import lifecycle
from incidents.operations.lifecycle import DeclaredBefore
from incidents.queries import declaring, harm, preview, templates
from incidents.views.common import incident_or_404, person, to_incident
from rosters.operations import drafts
from rosters.queries import drafts as kept
from rosters.queries import naming

DRAFT = "declare"
ANSWERS = (
    "title",
    "service",
    "severity",
    "personal_data",
    "impact",
    "summary",
    "template",
    *severity_helper.FIELDS,
)


@require_http_methods(["GET", "HEAD", "POST"])
def declare(request: HttpRequest) -> HttpResponse:
    """The form; its live sentence alone for htmx, and without script by a press that only asks."""
    if request.method != "POST":
        return _asked(request)
    if "ask" in request.POST:
        return _page(request)
    if "drill" in request.POST:
        return redirect(_drill_of(request))
    if "join" in request.POST:
        return _joined(request)
    form = DeclareForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    by, now = person(request), clock.act_now()
    try:
        with drafts.sending(DRAFT, by=by, now=now):
            incident = lifecycle.declare(form.opening, by=by, now=now)
    except DeclaredBefore as refused:
        return _page(request, form.once_more(refused), status=409)
    return to_incident(incident)


def _joined(request: HttpRequest) -> HttpResponse:
    """What was typed becomes a note on an incident that is open already."""
    incident = incident_or_404(request, request.POST["join"])
    by, now = person(request), clock.act_now()
    is_personal = request.POST.get("personal_data") == "yes"
    try:
        with drafts.sending(DRAFT, by=by, now=now):
            title = request.POST.get("title", "")
            lifecycle.report_again(incident, by=by, title=title, now=now, is_personal=is_personal)
    except Refused as refused:
        return _page(request, DeclareForm(request.POST).once_more(refused), status=409)
    return to_incident(incident)


def _asked(request: HttpRequest) -> HttpResponse:
    if request.headers.get("HX-Request") == "true":
        now = clock.show_now()
        context = {
            "preview": preview.of_answers(request.GET, now=now),
            "beside": declaring.beside(request.GET, reader=person(request), now=now),
            "is_fragment": True,
        }
        response = render(request, "incidents/_declare_live.html", context)
    else:
        response = _page(request)
    response["Vary"] = "HX-Request"
    return response


def _drill_of(request: HttpRequest) -> str:
    """Where the same words become a rehearsal. Nothing is declared, and nobody is called."""
    meant = naming.service_meant(request.POST.get("service", ""), naming.services_by_name())
    words = {"title": request.POST.get("title", ""), "service": getattr(meant.service, "slug", "")}
    return f"{reverse('reviews:drill_plan')}?{urlencode(words)}"


def _typed(request: HttpRequest, draft: kept.Typed) -> dict[str, str]:
    """What the form begins with: what was sent to ask, a template, or a draft."""
    if "ask" in request.POST:
        return {name: request.POST.get(name, "") for name in ANSWERS}
    template = templates.chosen(request.GET.get("template", ""))
    if template is None:
        return dict(draft.answers)
    filled = dict(templates.filling(template))
    return filled | {"service": filled["service"] or request.GET.get("service", "")}


def _page(
    request: HttpRequest, sent: DeclareForm | None = None, *, status: int = 200
) -> HttpResponse:
    now = clock.show_now()
    draft = kept.of(person(request), DRAFT, now=now)
    typed = _typed(request, draft)
    chosen = {name: request.GET.get(name, "") for name in ("service", "severity")}
    form = sent or DeclareForm.fresh(**chosen, typed=typed)
    answers = request.POST if sent else typed or request.GET
    context = {
        "draft": draft if typed == dict(draft.answers) else kept.Typed(DRAFT, draft.turn),
        "form": form,
        "severities": preview.severities(),
        "unsure": preview.where_nobody_is_sure(now=now),
        "preview": preview.of_answers(answers, now=now),
        "beside": declaring.beside(answers, reader=person(request), now=now),
        "kinds": harm.kinds(),
    }
    return render(request, "incidents/declare.html", context, status=status)

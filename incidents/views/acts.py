"""Acting on an incident: every act is a POST, and says on the next page what came of it."""

from collections.abc import Callable
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from config.portal import clock
from config.portal.refusals import Refused
from incidents.forms import MilestoneForm, NoteForm, UpdateForm
from incidents.models import Incident
from incidents.operations import lifecycle, updates
from incidents.queries import page, standing
from incidents.views.common import explain, incident_or_404, person, to_incident, zone_of

Act = Callable[..., Incident]


def _act(request: HttpRequest, ref: str, act: Act, done: str) -> HttpResponse:
    incident = incident_or_404(request, ref)
    now = clock.act_now()
    try:
        act(incident, by=person(request), now=now)
    except Refused as refused:
        explain(request, refused, now=now)
    else:
        messages.success(request, done.format(reference=incident.reference))
    return to_incident(incident)


@require_POST
def acknowledge(request: HttpRequest, ref: str) -> HttpResponse:
    return _act(
        request, ref, lifecycle.acknowledge, "You have {reference}. The calls have stopped."
    )


@require_POST
def hand_back(request: HttpRequest, ref: str) -> HttpResponse:
    return _act(request, ref, lifecycle.hand_back, "{reference} is handed back. The calls go on.")


@require_POST
def take_command(request: HttpRequest, ref: str) -> HttpResponse:
    return _act(
        request, ref, lifecycle.take_command, "You are the incident commander of {reference}."
    )


@require_POST
def note(request: HttpRequest, ref: str) -> HttpResponse:
    incident = incident_or_404(request, ref)
    form = NoteForm(request.POST)
    if form.is_valid():
        text = form.cleaned_data["text"]
        lifecycle.add_note(incident, by=person(request), text=text, now=clock.act_now())
        return to_incident(incident)
    context = {"page": page.of(incident, viewer=person(request), now=clock.show_now())}
    return render(request, "incidents/detail.html", context | {"note_form": form}, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
def contain(request: HttpRequest, ref: str) -> HttpResponse:
    return _milestone(request, ref, lifecycle.contain, "contain", "{reference} is contained.")


@require_http_methods(["GET", "HEAD", "POST"])
def resolve(request: HttpRequest, ref: str) -> HttpResponse:
    done = "{reference} is resolved. The review opens by itself."
    return _milestone(request, ref, lifecycle.resolve, "resolve", done)


def _milestone(request: HttpRequest, ref: str, act: Act, name: str, done: str) -> HttpResponse:
    incident = incident_or_404(request, ref)
    now = clock.act_now()
    form = _milestone_form(request, incident, now=now)
    if form.is_bound and form.is_valid():
        at = form.cleaned_data["at"]
        return _act(request, ref, lambda one, by, now: act(one, by=by, at=at, now=now), done)
    context = page.act(incident, name, viewer=person(request), now=now) | {"form": form}
    status = 422 if form.is_bound else 200
    return render(request, "incidents/act_confirm.html", context, status=status)


def _milestone_form(request: HttpRequest, incident: Incident, *, now: datetime) -> MilestoneForm:
    zone = zone_of(person(request))
    state = standing.state(incident)
    if request.method == "POST":
        return MilestoneForm(request.POST, zone=zone, state=state, now=now)
    initial = {"at": now.astimezone(zone).replace(tzinfo=None)}
    return MilestoneForm(initial=initial, zone=zone, state=state, now=now)


@require_http_methods(["GET", "HEAD", "POST"])
def post_update(request: HttpRequest, ref: str) -> HttpResponse:
    """The next status update, prefilled from the last."""
    incident = incident_or_404(request, ref)
    if request.method != "POST":
        return _update_page(
            request, incident, UpdateForm.following(incident.updates.order_by("-number").first())
        )
    form = UpdateForm(request.POST)
    if not form.is_valid():
        return _update_page(request, incident, form, status=422)
    now = clock.act_now()
    try:
        key = form.cleaned_data["key"]
        posted = updates.post(incident, form.text(), key=key, by=person(request), now=now)
    except Refused as refused:
        form.add_error(None, str(refused))
        return _update_page(request, incident, form, status=409)
    messages.success(request, f"Update {posted.number} is posted.")
    return to_incident(incident)


def _update_page(
    request: HttpRequest, incident: Incident, form: UpdateForm, *, status: int = 200
) -> HttpResponse:
    context = page.act(incident, "update", viewer=person(request), now=clock.show_now())
    return render(request, "incidents/update_form.html", context | {"form": form}, status=status)

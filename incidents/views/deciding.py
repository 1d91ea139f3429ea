"""Roles, decisions, approvals, the root cause and the authority of one incident."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from config.portal import clock
from config.portal.refusals import Refused
from config.portal.sentences import listing
from incidents.enums import ApprovalAnswer
from incidents.forms.deciding import (
    ApprovalForm,
    CauseForm,
    DecideForm,
    NeedlessForm,
    RestrictForm,
    RoleForm,
    ToldForm,
)
from incidents.logic.deciding import Way
from incidents.models import Approval, Incident
from incidents.operations import approvals, authority, causes, deciding, filling
from incidents.queries import deciding as found
from incidents.queries import deciding_pages as pages
from incidents.queries import involved, standing
from incidents.views.common import incident_or_404, person, to_incident, zone_of

PAGE = require_http_methods(["GET", "HEAD", "POST"])


def _sent(request: HttpRequest) -> QueryDict | None:
    """What was sent, also when it was nothing."""
    return request.POST if request.method == "POST" else None


@PAGE
def decide(request: HttpRequest, ref: str) -> HttpResponse:
    """What the reader may decide: alone, or by asking."""
    incident, by = incident_or_404(request, ref), person(request)
    choices = found.choices_of(incident, by, now=clock.show_now())
    if request.method != "POST":
        return _decide_page(request, incident, DecideForm.fresh(choices))
    form = DecideForm(request.POST, choices=choices)
    if not form.is_valid():
        return _decide_page(request, incident, form, status=422)
    try:
        return _decided(request, incident, form)
    except Refused as refused:
        return _decide_page(request, incident, form.once_more(refused), status=409)


def _decided(request: HttpRequest, incident: Incident, form: DecideForm) -> HttpResponse:
    by, now, matter = person(request), clock.act_now(), form.matter
    choice = next((one for one in form.found if one.kind.kind_id == matter.kind.pk), None)
    if found.was_asked(matter.key) or (choice is not None and choice.way == Way.ASK):
        approval = approvals.ask(incident, matter, by=by, now=now)
        messages.success(request, f"We ask the {approval.approver} now. You read here what comes.")
        return redirect("incidents:approval", approval.pk)
    decision = deciding.decide(incident, matter, by=by, now=now)
    messages.success(request, f"Decided, and written down: {decision.text}.")
    return to_incident(incident)


def _decide_page(
    request: HttpRequest, incident: Incident, form: DecideForm, *, status: int = 200
) -> HttpResponse:
    context = pages.decide(incident, form.found, now=clock.show_now()) | {"form": form}
    return render(request, "incidents/acts/decide.html", context, status=status)


@PAGE
def approval(request: HttpRequest, pk: int) -> HttpResponse:
    """One question: whoever may answer does, whoever asked reads what happens next."""
    by = person(request)
    asking = pages.approval_for(pk, by)
    if asking is None:
        raise Http404
    if request.method != "POST":
        return _approval_page(request, asking, ApprovalForm())
    form = ApprovalForm(request.POST)
    if not form.is_valid():
        return _approval_page(request, asking, form, status=422)
    given, note = ApprovalAnswer(form.cleaned_data["answer"]), form.cleaned_data["note"]
    try:
        if given == ApprovalAnswer.WITHDRAWN:
            approvals.withdraw(asking, by=by, now=clock.act_now())
        else:
            approvals.answer(asking, given, note=note, by=by, now=clock.act_now())
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(
            request, f"{asking.asked_by} reads it now." if by != asking.asked_by else "Taken back."
        )
    return redirect("incidents:approval", asking.pk)


def _approval_page(
    request: HttpRequest, asking: Approval, form: ApprovalForm, *, status: int = 200
) -> HttpResponse:
    context = pages.approval(asking, person(request), now=clock.show_now()) | {"form": form}
    return render(request, "incidents/acts/approval.html", context, status=status)


ROLE_ACTS = {"take": filling.take, "ask": filling.ask, "back": filling.give_back}
ROLE_DONE = {
    "take": "You are its {role} now.",
    "ask": "We have asked {who} to be its {role}.",
    "back": "You are its {role} no more.",
}
UNASKED = "Nobody can be reached who could be its {role}. Ask somebody yourself."
CLOSED = "Closed. Whom we told of it stands on the timeline."


@PAGE
def roles(request: HttpRequest, ref: str) -> HttpResponse:
    """Who has which role: take one, have somebody asked, give one back."""
    incident, by = incident_or_404(request, ref), person(request)
    if request.method != "POST":
        return _roles_page(request, incident, RoleForm())
    form = RoleForm(request.POST)
    if not form.is_valid():
        return _roles_page(request, incident, form, status=422)
    act, role, now = form.cleaned_data["act"], form.cleaned_data["role"], clock.act_now()
    try:
        ROLE_ACTS[act](incident, role, brief=form.cleaned_data["brief"], by=by, now=now)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        asked = listing(involved.told_at(incident, now)) if act == "ask" else ""
        done = UNASKED if act == "ask" and not asked else ROLE_DONE[act]
        messages.success(request, done.format(role=role.name, who=asked))
    return redirect("incidents:roles", incident.reference)


def _roles_page(
    request: HttpRequest, incident: Incident, form: RoleForm, *, status: int = 200
) -> HttpResponse:
    context = pages.roles(incident, person(request), now=clock.show_now()) | {"form": form}
    return render(request, "incidents/acts/roles.html", context, status=status)


@PAGE
def cause(request: HttpRequest, ref: str) -> HttpResponse:
    """The root cause, once it is known."""
    incident, by = incident_or_404(request, ref), person(request)
    form = CauseForm(_sent(request), initial={"cause": incident.cause})
    status = 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        try:
            causes.note(incident, text=form.cleaned_data["cause"], by=by, now=clock.act_now())
        except Refused as refused:
            form.add_error(None, str(refused))
            status = 409
        else:
            messages.success(request, "The cause is written down.")
            return to_incident(incident)
    context = pages.cause(incident, by) | {"form": form}
    return render(request, "incidents/acts/cause.html", context, status=status)


@PAGE
def restrict(request: HttpRequest, ref: str) -> HttpResponse:
    """Close it to others, call who looks after the law, start the countdown: one press."""
    incident, by, now = incident_or_404(request, ref), person(request), clock.act_now()
    form = RestrictForm(_sent(request))
    status = 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        try:
            authority.restrict(incident, form.cleaned_data["impact"], by=by, now=now)
        except Refused as refused:
            form.add_error(None, str(refused))
            status = 409
        else:
            called = listing(involved.told_at(incident, now))
            messages.success(request, f"Closed. We call {called} now." if called else CLOSED)
            return to_incident(incident)
    context = pages.restrict(incident, by) | {"form": form}
    return render(request, "incidents/acts/restrict.html", context, status=status)


@PAGE
def tell_authority(request: HttpRequest, ref: str) -> HttpResponse:
    """The authority was told, or need not be; `said` says which of both forms was sent."""
    incident, now = incident_or_404(request, ref), clock.act_now()
    zone, state = zone_of(person(request)), standing.state(incident)
    told, needless = ToldForm.fresh(zone=zone, state=state, now=now), NeedlessForm()
    if request.method != "POST":
        return _authority_page(request, incident, told, needless)
    if request.POST.get("said") == "needless":
        needless = NeedlessForm(request.POST)
    else:
        told = ToldForm(request.POST, zone=zone, state=state, now=now)
    return _note(request, incident, told, needless)


def _note(
    request: HttpRequest, incident: Incident, told: ToldForm, needless: NeedlessForm
) -> HttpResponse:
    by, now = person(request), clock.act_now()
    form = needless if needless.is_bound else told
    if not form.is_valid():
        return _authority_page(request, incident, told, needless, status=422)
    data = form.cleaned_data
    try:
        if form is needless:
            authority.note_needless(incident, because=data["because"], by=by, now=now)
        else:
            authority.note_told(
                incident, at=data["at"], reference=data["reference"], by=by, now=now
            )
    except Refused as refused:
        form.add_error(None, str(refused))
        return _authority_page(request, incident, told, needless, status=409)
    messages.success(request, "Noted. The countdown has ended.")
    return to_incident(incident)


def _authority_page(
    request: HttpRequest,
    incident: Incident,
    told: ToldForm,
    needless: NeedlessForm,
    *,
    status: int = 200,
) -> HttpResponse:
    context = pages.authority(incident, person(request), now=clock.show_now())
    context |= {"told": told, "needless": needless}
    return render(request, "incidents/acts/authority.html", context, status=status)

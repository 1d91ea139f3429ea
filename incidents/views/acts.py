"""Acting on an incident: every act is a POST, and says on the next page what came of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from config.portal import clock, undo, words
from config.portal.refusals import Refused
from incidents.forms import MilestoneForm, NoteForm, UpdateForm
from incidents.models import Incident, StatusUpdate
from incidents.operations import attending, lifecycle, updates, verdicts
from incidents.queries import page, standing
from incidents.views import pages
from incidents.views.common import (
    draft_name,
    explain,
    incident_or_404,
    person,
    to_incident,
    zone_of,
)
from rosters.models import Person
from rosters.operations import drafts
from rosters.queries import drafts as kept

Act = Callable[..., Incident]


def _act(request: HttpRequest, ref: str, act: Act, done: str, *, back: str = "") -> HttpResponse:
    incident = incident_or_404(request, ref)
    now = clock.act_now()
    try:
        act(incident, by=person(request), now=now)
    except Refused as refused:
        explain(request, refused, now=now)
    else:
        text = done.format(reference=incident.reference, until=_until(request, now))
        if back:
            undo.offer(request, text, to=reverse(back, args=[incident.reference]), word="Hand back")
        else:
            messages.success(request, text)
    return to_incident(incident)


def _until(request: HttpRequest, now: datetime) -> str:
    """Until when what is done now can be undone, for this reader."""
    return words.clock(now + undo.UNDO_FOR, zone=zone_of(person(request)))


@require_POST
def acknowledge(request: HttpRequest, ref: str) -> HttpResponse:
    done = "You have {reference}. The calls have stopped."
    return _act(request, ref, lifecycle.acknowledge, done, back="incidents:hand_back")


@require_POST
def attention(request: HttpRequest, ref: str) -> HttpResponse:
    """Whoever acknowledged says that they are still on it."""
    done = "Noted: you are still on {reference}. We ask you again later."
    return _act(request, ref, attending.give, done)


@require_POST
def take_command(request: HttpRequest, ref: str) -> HttpResponse:
    return _act(
        request, ref, lifecycle.take_command, "You are the incident commander of {reference}."
    )


@require_POST
def give_back_command(request: HttpRequest, ref: str) -> HttpResponse:
    done = "You have given the command of {reference} back. Nobody leads it now."
    return _act(request, ref, lifecycle.give_back_command, done)


@require_POST
def note(request: HttpRequest, ref: str) -> HttpResponse:
    incident = incident_or_404(request, ref)
    form = NoteForm(request.POST)
    if form.is_valid():
        text = form.cleaned_data["text"]
        by, now = person(request), clock.act_now()
        with drafts.sending(draft_name(incident, "note"), by=by, now=now):
            lifecycle.add_note(incident, by=by, text=text, now=now)
        return to_incident(incident)
    context = pages.shown(request, incident, form)
    return render(request, "incidents/detail.html", context, status=422)


@require_POST
def worth(request: HttpRequest, ref: str) -> HttpResponse:
    """Somebody who was in it says whether it was worth a call; the last answer counts."""
    incident, yes = incident_or_404(request, ref), request.POST.get("worth") == "yes"
    try:
        verdicts.say(incident, was_worth_it=yes, by=person(request), now=clock.act_now())
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "Noted: worth a call." if yes else "Noted: not worth a call.")
    return to_incident(incident)


@dataclass(frozen=True)
class Milestone:
    """One that a person reaches after saying since when; `done` is what the next page says."""

    name: str
    reach: Act
    done: str


CONTAINED = Milestone(
    "contain",
    lifecycle.contain,
    "{reference} has been contained since {at}. You can undo this until {until}.",
)
RESOLVED = Milestone(
    "resolve", lifecycle.resolve, "{reference} is resolved. The review opens by itself."
)


@require_http_methods(["GET", "HEAD", "POST"])
def contain(request: HttpRequest, ref: str) -> HttpResponse:
    return _milestone(request, ref, CONTAINED)


@require_http_methods(["GET", "HEAD", "POST"])
def resolve(request: HttpRequest, ref: str) -> HttpResponse:
    return _milestone(request, ref, RESOLVED)


@require_POST
def undo_contain(request: HttpRequest, ref: str) -> HttpResponse:
    done = "{reference} is not contained. Its steps go on as before."
    return _act(request, ref, lifecycle.undo_contain, done)


def _milestone(request: HttpRequest, ref: str, milestone: Milestone) -> HttpResponse:
    incident = incident_or_404(request, ref)
    by, now = person(request), clock.act_now()
    draft = kept.of(by, draft_name(incident, milestone.name), now=now)
    form = _milestone_form(request, incident, draft, now=now)
    if form.is_bound and form.is_valid():
        return _reach(request, incident, milestone, at=form.cleaned_data["at"])
    context = page.act(incident, milestone.name, viewer=by, now=now)
    context |= {"form": form, "draft": draft}
    status = 422 if form.is_bound else 200
    return render(request, "incidents/act_confirm.html", context, status=status)


def _reach(
    request: HttpRequest, incident: Incident, milestone: Milestone, *, at: datetime
) -> HttpResponse:
    def reach(one: Incident, *, by: Person, now: datetime) -> Incident:
        try:
            with drafts.sending(draft_name(one, milestone.name), by=by, now=now):
                return milestone.reach(one, by=by, at=at, now=now)
        except Refused as refused:
            raise Refused(f"{refused} You said {since}.") from refused

    since = words.moment(at, zone=zone_of(person(request)), now=clock.show_now())
    done = milestone.done.replace("{at}", since)
    return _act(request, incident.reference, reach, done)


def _milestone_form(
    request: HttpRequest, incident: Incident, draft: kept.Typed, *, now: datetime
) -> MilestoneForm:
    zone = zone_of(person(request))
    state = standing.state(incident)
    if request.method == "POST":
        return MilestoneForm(request.POST, zone=zone, state=state, now=now)
    initial = {"at": now.astimezone(zone).replace(tzinfo=None), **draft.answers}
    return MilestoneForm(initial=initial, zone=zone, state=state, now=now)


@require_http_methods(["GET", "HEAD", "POST"])
def post_update(request: HttpRequest, ref: str) -> HttpResponse:
    """The next status update, prefilled from the last."""
    incident = incident_or_404(request, ref)
    if request.method != "POST":
        return _update_page(request, incident)
    form = UpdateForm(request.POST)
    if not form.is_valid():
        return _update_page(request, incident, form, status=422)
    by, now = person(request), clock.act_now()
    try:
        key = form.cleaned_data["key"]
        with drafts.sending(draft_name(incident, "update"), by=by, now=now):
            number = form.cleaned_data["after"] or 0
            posted = updates.post_after(number, incident, form.text(), key=key, by=by, now=now)
    except Refused as refused:
        meanwhile = getattr(refused, "update", None)
        again = form.once_more(refused)
        return _update_page(request, incident, again, meanwhile=meanwhile, status=409)
    messages.success(request, f"Update {posted.number} is posted.")
    return to_incident(incident)


def _update_page(
    request: HttpRequest,
    incident: Incident,
    sent: UpdateForm | None = None,
    *,
    meanwhile: StatusUpdate | None = None,
    status: int = 200,
) -> HttpResponse:
    """The form, with an update above it that somebody posted since it was begun."""
    by, now = person(request), clock.show_now()
    context = page.act(incident, "update", viewer=by, now=now)
    draft = kept.of(by, draft_name(incident, "update"), now=now)
    last = context["page"].update
    form = sent or UpdateForm.following(last, typed=draft.answers)
    if sent is None and last and draft.answers.get("after", str(last.number)) != str(last.number):
        meanwhile = last
    context |= {"form": form, "draft": draft, "meanwhile": meanwhile}
    return render(request, "incidents/update_form.html", context, status=status)

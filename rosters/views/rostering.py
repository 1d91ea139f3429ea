"""Setting a roster up: beginning one, its settings, publishing it or throwing a draft away."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from config.portal import clock
from config.portal.refusals import Refused
from rosters.forms.asking import expecting, sending
from rosters.forms.rostering import BY_KEY, WAYS, BeginForm, RosterForm, Way
from rosters.logic import zones
from rosters.logic.roster_keeping import why_not_keep_roster
from rosters.logic.starters import SUN
from rosters.models import Layer, Person, Roster, Team
from rosters.operations import layering, rostering
from rosters.queries import grid, layer_lists, leading, lost_changes, plans, trying
from rosters.views.common import reader_of, zone_of

NAMES = 400
PUBLISHED = "Published. From now on its people are called."
PUBLISHED_ALONE = "Published. Its people are on call now. No rule calls it yet: name it in one."
NOT_YOURS = "Only leads of a team, roster managers and administrators can set up a roster."


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A new roster, begun in one of the usual ways; it stays a draft until it is published."""
    reader, now = reader_of(request), clock.act_now()
    way = BY_KEY.get(request.GET.get("way", ""))
    teams = plans.teams_of(reader)
    may = plans.may_begin(reader, leads_any=bool(leading.led_by(reader)))
    if way is None or not may:
        ways = {"ways": WAYS, "why_not": "" if may else NOT_YOURS}
        return render(request, "rosters/roster_new.html", ways)
    names = grid.names(now=now).people
    sent = request.POST if request.method == "POST" else None
    form = BeginForm(sent, way=way, people=names, initial=_beginning(reader, way))
    form.offer_teams(teams, with_none=reader.has_perm(plans.MAY_BEGIN))
    if sent is not None and form.is_valid():
        today = now.astimezone(zone_of(reader)).date()
        try:
            made = rostering.begin(form.facts(), form.layers(today=today), by=reader)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "This is your draft. Nobody is called by it yet.")
            return redirect("rosters:roster_edit", made.slug)
    context = {"form": form, "way": way, "names": list(names)[:NAMES], "zones": zones.offered()}
    status = 422 if form.errors else 200
    return render(request, "rosters/roster_new.html", context, status=status)


def _beginning(reader: Person, way: Way) -> dict[str, object]:
    return {
        "time_zone": "UTC" if way.key == SUN else reader.time_zone,
        "with_backup": way.has_backup and way.key != SUN,
    }


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """A roster's settings and its layers, with what it will be like."""
    roster, reader = found(slug), reader_of(request)
    why_not = why_not_keep_roster(plans.keeper(reader, roster))
    act = request.POST.get("do", "")
    if act and not why_not:
        form = RosterForm.retyped(request.POST, act, is_draft=roster.is_draft)
        return _edit_page(request, roster, form)
    if request.method != "POST" or why_not:
        form = RosterForm.of(roster, plans.target_of(roster))
        return _edit_page(request, roster, form, why_not=why_not, status=403 if act else 200)
    form = RosterForm(request.POST, is_draft=roster.is_draft)
    form.offer_teams(plans.teams_of(reader), with_none=True)
    return _settle(request, roster, form)


def _settle(request: HttpRequest, roster: Roster, form: RosterForm) -> HttpResponse:
    reader, now = reader_of(request), clock.act_now()
    form.offer_teams(_teams(reader, roster), with_none=True)
    if not form.is_valid():
        return _edit_page(request, roster, form, status=422)
    try:
        rostering.settle(
            roster,
            form.facts(),
            form.target(),
            expects=form.cleaned_data["was"],
            by=reader,
            now=now,
            reason=form.cleaned_data["reason"],
            lets_go=form.cleaned_data["lets_go"],
        )
    except layering.LosesChanges as loses:
        form.add_error(None, str(loses))
        sending(form, "lets_go", lost_changes.fingerprint(loses.lost))
        roster.refresh_from_db()
        return _edit_page(request, roster, form, status=409, to_let_go=loses.lost)
    except rostering.Changed as changed:
        form.add_error(None, str(changed))
        roster.refresh_from_db()
        expecting(form, RosterForm.of(roster, plans.target_of(roster)).initial["was"])
        return _edit_page(request, roster, form, status=409)
    except Refused as refused:
        form.add_error(None, str(refused))
        return _edit_page(request, roster, form, status=422)
    messages.success(request, "Saved.")
    return redirect("rosters:roster_edit", roster.slug)


def _teams(reader: Person, roster: Roster) -> list[Team]:
    teams = plans.teams_of(reader)
    if roster.team and roster.team not in teams:
        teams.append(roster.team)
    return teams


def ask_to_let_go(
    request: HttpRequest, roster: Roster, layer: Layer, lost: tuple[lost_changes.LostChange, ...]
) -> HttpResponse:
    """The same page, where what a layer's undoing would end is read before a second press."""
    form = RosterForm.of(roster, plans.target_of(roster))
    return _edit_page(request, roster, form, status=409, to_let_go=lost, undoes=layer)


def _edit_page(
    request: HttpRequest,
    roster: Roster,
    form: RosterForm,
    *,
    why_not: str | None = None,
    status: int = 200,
    to_let_go: tuple[lost_changes.LostChange, ...] = (),
    undoes: Layer | None = None,
) -> HttpResponse:
    reader, now = reader_of(request), clock.show_now()
    form.offer_teams(_teams(reader, roster), with_none=True)
    context = {
        "roster": roster,
        "form": form,
        "why_not": why_not,
        "to_let_go": to_let_go,
        "lets_go": lost_changes.fingerprint(to_let_go),
        "undoes": undoes,
        "layers": layer_lists.rows(roster, now=now),
        "past": layer_lists.past(roster, now=now),
        "tried": trying.tried(roster, None, zone=zone_of(reader), now=now),
        "why_not_take_back": rostering.why_not_take_back(roster, now=now),
        "why_not_publish": rostering.why_not_publish(plans.current(roster, now=now)),
        "zones": zones.offered(),
    }
    return render(request, "rosters/roster_edit.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest, slug: str) -> HttpResponse:
    """What publishing changes, and the press that does it."""
    roster, reader, now = found(slug), reader_of(request), clock.act_now()
    why_not = why_not_keep_roster(plans.keeper(reader, roster))
    if not roster.is_draft:
        return redirect("rosters:roster", roster.slug)
    error = ""
    if request.method == "POST":
        try:
            rostering.publish(
                roster, by=reader, now=now, reason=request.POST.get("reason", "") or "First set up"
            )
        except Refused as refused:
            error = str(refused)
        else:
            named = plans.named_anywhere({roster.pk})
            messages.success(request, PUBLISHED if named else PUBLISHED_ALONE)
            return redirect("rosters:roster", roster.slug)
    context = {
        "roster": roster,
        "is_named": bool(plans.named_anywhere({roster.pk})),
        "why_not": why_not or rostering.why_not_publish(plans.current(roster, now=now)),
        "error": error,
        "layers": layer_lists.rows(roster, now=now),
        "tried": trying.tried(roster, None, zone=zone_of(reader), now=now),
    }
    return render(request, "rosters/roster_publish.html", context, status=409 if error else 200)


@require_POST
def discard(request: HttpRequest, slug: str) -> HttpResponse:
    """A draft is thrown away."""
    roster = found(slug)
    try:
        rostering.discard(roster, by=reader_of(request))
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("rosters:roster_edit", roster.slug)
    messages.success(request, f"The draft {roster.name} is gone.")
    return redirect("rosters:on_call")


@require_POST
def take_back(request: HttpRequest, slug: str) -> HttpResponse:
    """A roster that was published by mistake is a draft again."""
    roster = found(slug)
    try:
        rostering.take_back(
            roster, by=reader_of(request), now=clock.act_now(), reason="Published too early"
        )
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"{roster.name} is a draft again. Nobody is called by it.")
    return redirect("rosters:roster_edit", roster.slug)


def found(slug: str) -> Roster:
    """The roster of this address, with its team."""
    return get_object_or_404(Roster.objects.select_related("team"), slug=slug)

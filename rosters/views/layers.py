"""One layer of a roster: set up with a live preview, changed, removed, undone."""

from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from config.portal import clock, undo
from config.portal.refusals import Refused
from rosters.forms.asking import expecting, sending
from rosters.forms.layers import Known, LayerForm
from rosters.logic import plan_words, starters, zones
from rosters.logic.plans import LayerPlan
from rosters.logic.roster_keeping import why_not_keep_roster
from rosters.models import Layer, Person, Roster
from rosters.operations import layering
from rosters.queries import grid, lost_changes, plans, trying
from rosters.queries.plans import Held
from rosters.queries.trying import Tryout
from rosters.views.common import reader_of, zone_of
from rosters.views.rostering import NAMES, ask_to_let_go, found


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, slug: str) -> HttpResponse:
    """One more layer."""
    roster = found(slug)
    return _asked(request, roster, _known(request, roster, None))


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A layer that stands; what has been stays as it was."""
    roster = found(slug)
    held = _held(roster, pk)
    if held.layer.valid_until is not None and request.method != "POST":
        messages.info(request, f"{held.layer.name} was changed or ended. This is how it stands.")
        return redirect("rosters:roster_edit", roster.slug)
    return _asked(request, roster, _known(request, roster, held))


def _asked(request: HttpRequest, roster: Roster, known: Known) -> HttpResponse:
    why_not = why_not_keep_roster(plans.keeper(reader_of(request), roster))
    act = request.POST.get("do", "")
    is_preview = act == "preview" or request.headers.get("HX-Request") == "true"
    if why_not or request.method != "POST":
        form = LayerForm.of(_plan(known), known=known)
        return _page(request, roster, form, why_not=why_not)
    if act and act != "preview":
        return _page(request, roster, LayerForm.retyped(request.POST, act, known=known))
    form = LayerForm(request.POST, known=known)
    if is_preview:
        return _preview(request, roster, form)
    return _saved(request, roster, form)


def _plan(known: Known) -> LayerPlan:
    """What the form begins with: the layer as it stands, or a new one of a week each."""
    if known.held and known.held.plan:
        return known.held.plan
    today = known.now.astimezone(known.zone).date()
    taken = {name.casefold() for name in known.taken}
    name, priority = ("Backup", 2) if "first on call" in taken else ("First on call", 1)
    return LayerPlan(
        name=name if name.casefold() not in taken else "",
        turns=(),
        starts_on=starters.monday(today),
        handover_at=starters.MORNING,
        priority=priority,
    )


def _saved(request: HttpRequest, roster: Roster, form: LayerForm) -> HttpResponse:
    if not form.is_valid():
        return _page(request, roster, form, status=422)
    known, reader = form.known, reader_of(request)
    try:
        if known.held is None:
            _add(roster, form, by=reader)
        else:
            _change(request, known.held, form, by=reader)
    except layering.Overtaken as overtaken:
        form.add_error(None, str(overtaken))
        return _conflict(request, roster, form, overtaken)
    except layering.LosesChanges as loses:
        form.add_error(None, str(loses))
        sending(form, "lets_go", lost_changes.fingerprint(loses.lost))
        return _page(request, roster, form, status=409, to_let_go=loses.lost)
    except Refused as refused:
        form.add_error(None, str(refused))
        return _page(request, roster, form, status=422)
    return redirect(f"{reverse('rosters:roster_edit', args=[roster.slug])}#layers-h")


def _add(roster: Roster, form: LayerForm, *, by: Person) -> None:
    reason = form.cleaned_data["reason"] or "A new layer"
    layering.add(roster, form.planned(), by=by, now=form.known.now, reason=reason)


def _change(request: HttpRequest, held: Held, form: LayerForm, *, by: Person) -> None:
    answers = form.cleaned_data
    to = layering.Change(form.planned(), answers["was"], form.at, answers["lets_go"])
    reason = answers["reason"]
    if not reason and not form.known.is_draft:
        reason = "Set up before it began"
    layering.change(held.layer, to, by=by, now=form.known.now, reason=reason)
    if form.known.runs and held.plan != to.plan:
        address = reverse("rosters:layer_undo", args=[held.layer.roster.slug, held.layer.pk])
        undo.offer(request, f"{to.plan.name} is changed.", to=address)
    else:
        messages.success(request, "Saved.")


def _conflict(
    request: HttpRequest, roster: Roster, form: LayerForm, overtaken: layering.Overtaken
) -> HttpResponse:
    """The form again with what stands now beside it; saving once more writes over that."""
    if overtaken.theirs is None:
        messages.error(request, str(overtaken))
        return redirect("rosters:roster_edit", roster.slug)
    theirs = overtaken.theirs
    expecting(form, theirs.revision)
    what = overtaken.what
    if not what and theirs.plan:
        what = tuple(plan_words.differences(form.planned(), theirs.plan, form.known.names))
    address = reverse("rosters:layer_edit", args=[roster.slug, theirs.layer.pk])
    return _page(request, roster, form, status=409, theirs=what, action=address)


def _preview(request: HttpRequest, roster: Roster, form: LayerForm) -> HttpResponse:
    """The preview alone for htmx; without script the whole page with it."""
    form.fields["reason"].required = False
    if request.headers.get("HX-Request") != "true":
        return _page(request, roster, form, is_preview=True)
    context = {"lost": ()} | _preview_context(request, roster, form)
    context |= {"roster": roster, "form": form}
    return render(request, "rosters/_layer_preview.html", context)


def _preview_context(request: HttpRequest, roster: Roster, form: LayerForm) -> dict[str, object]:
    """What the roster would be like; with mistakes in the form, their sentences."""
    known, zone = form.known, zone_of(reader_of(request))
    if not form.is_bound:
        tryout = None
        if known.held and known.held.plan:
            return {"tried": trying.tried(roster, None, zone=zone, now=known.now)}
        return {"tried": None, "mistakes": []}
    if not form.is_valid():
        sentences = [text for errors in form.errors.values() for text in errors]
        return {"tried": None, "mistakes": sentences}
    tryout = Tryout(form.planned(), form.at, known.held, runs=known.runs)
    if known.held is None and not known.is_draft:
        tryout = Tryout(form.planned(), known.now, None, runs=True)
    tried = trying.tried(roster, tryout, zone=zone, now=known.now)
    lost = lost_changes.lost(roster, tryout, now=known.now)
    return {"tried": tried, "is_tryout": True, "lost": lost}


def _page(
    request: HttpRequest,
    roster: Roster,
    form: LayerForm,
    *,
    status: int = 200,
    is_preview: bool = False,
    **more: object,
) -> HttpResponse:
    context: dict[str, object] = {
        "roster": roster,
        "form": form,
        "held": form.known.held,
        "names": list(form.known.people)[:NAMES],
        "zones": zones.offered(),
        "is_preview": is_preview,
        "why_not": None,
        "may_split": False,
        "theirs": (),
        "to_let_go": (),
        "lost": (),
        "action": request.path,
    }
    if form.known.held and form.known.held.plan is None:
        context["why_not"] = _why_not_here(form.known.held)
        context["may_split"] = len(form.known.held.parts) > 1 and not more.get("why_not")
    context |= _preview_context(request, roster, form) | {
        name: value for name, value in more.items() if value is not None
    }
    return render(request, "rosters/layer.html", context, status=status)


def _why_not_here(held: Held) -> str:
    if hasattr(held.layer, "feed"):
        return "Its shifts come from a calendar. They are changed there."
    return (
        f"It has {len(held.parts)} rotations, which are on call together. As one layer for each,"
        " each of them can be changed here, and the same people are on call."
    )


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """What removing a layer leaves, and the press that ends it."""
    roster, reader, now = found(slug), reader_of(request), clock.act_now()
    held = _held(roster, pk)
    is_preview = request.POST.get("do") == "preview"
    error = ""
    to_let_go: tuple[lost_changes.LostChange, ...] = ()
    if request.method == "POST" and not is_preview:
        try:
            _remove(request, held, by=reader, now=now)
        except layering.LosesChanges as loses:
            error, to_let_go = str(loses), loses.lost
        except Refused as refused:
            error = str(refused)
        else:
            return redirect(f"{reverse('rosters:roster_edit', args=[roster.slug])}#layers-h")
    context = _without(request, roster, held) | {"error": error, "to_let_go": to_let_go}
    context["why_not"] = why_not_keep_roster(plans.keeper(reader, roster))
    name = "_layer_without" if is_preview and "HX-Request" in request.headers else "layer_remove"
    return render(request, f"rosters/{name}.html", context, status=409 if error else 200)


def _without(request: HttpRequest, roster: Roster, held: Held) -> dict[str, object]:
    """The roster as it would be without the layer, from when it would end."""
    known = _known(request, roster, held)
    tryout = Tryout(None, _end_of(request, known), held, runs=known.runs)
    lost = lost_changes.lost(roster, tryout, now=known.now)
    return {
        "roster": roster,
        "held": held,
        "known": known,
        "ends_at": tryout.at,
        "is_at_once": tryout.at <= known.now,
        "lost": lost,
        "lets_go": lost_changes.fingerprint(lost),
        "tried": trying.tried(roster, tryout, zone=known.reader_zone, now=known.now),
        "is_last": not held.layer.is_shadow and _is_last(roster, held, now=known.now),
        "reason": request.POST.get("reason", ""),
    }


def _end_of(request: HttpRequest, known: Known) -> datetime:
    wants_next = request.POST.get("when", "next") == "next"
    return known.next_at if wants_next and known.next_at else known.now


def _is_last(roster: Roster, held: Held, *, now: datetime) -> bool:
    """Whether nobody is called by the roster without this layer."""
    rest = [one.layer for one in plans.current(roster, now=now) if one.layer.pk != held.layer.pk]
    return all(one.is_shadow or one.valid_until is not None for one in rest)


def _remove(request: HttpRequest, held: Held, *, by: Person, now: datetime) -> None:
    known = _known(request, held.layer.roster, held)
    layering.remove(
        held.layer,
        expects=request.POST.get("was", ""),
        when=_end_of(request, known),
        by=by,
        now=now,
        reason=request.POST.get("reason", ""),
        lets_go=request.POST.get("lets_go", ""),
    )
    if known.runs:
        address = reverse("rosters:layer_undo", args=[held.layer.roster.slug, held.layer.pk])
        undo.offer(request, f"{held.layer.name} ends.", to=address)
    else:
        messages.success(request, f"{held.layer.name} is gone.")


@require_POST
def take_back(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A layer that was changed or ended goes on as it was."""
    roster = found(slug)
    layer = Layer.objects.filter(roster=roster, pk=pk).select_related("roster").first()
    if layer is None:
        raise Http404
    try:
        lets_go = request.POST.get("lets_go", "")
        layering.take_back(layer, by=reader_of(request), now=clock.act_now(), lets_go=lets_go)
    except layering.LosesChanges as loses:
        return ask_to_let_go(request, roster, layer, loses.lost)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"{layer.name} goes on as it was.")
    return redirect("rosters:roster_edit", roster.slug)


@require_POST
def split(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A layer of several rotations is one layer for each of them."""
    roster = found(slug)
    held = _held(roster, pk)
    try:
        made = layering.split(held.layer, by=reader_of(request), now=clock.act_now())
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        if made:
            messages.success(request, f"{held.layer.name} is {len(made)} layers now.")
    return redirect("rosters:roster_edit", roster.slug)


def _held(roster: Roster, pk: int) -> Held:
    rows = plans.one(roster, pk)
    if rows is None:
        raise Http404
    return rows


def _known(request: HttpRequest, roster: Roster, held: Held | None) -> Known:
    reader, now = reader_of(request), clock.act_now()
    also = held.plan.people if held and held.plan else ()
    own = held.layer.name if held else ""
    return Known(
        people=grid.names(also, now=now).people,
        zone=plans.zone_of(roster),
        reader_zone=zone_of(reader),
        now=now,
        is_draft=roster.is_draft,
        taken=[
            one.layer.name
            for one in plans.current(roster, now=now)
            if one.layer.valid_until is None and one.layer.name != own
        ],
        held=held,
    )

"""Action items: whose they are, what is late, done and open again."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from config.portal import clock, undo
from config.portal.paging import show_page
from config.portal.refusals import Refused
from reviews.forms import EvidenceForm
from reviews.forms.narrow import NarrowForm
from reviews.models import ActionItem
from reviews.operations import actions
from reviews.queries import lists, waiting
from reviews.tables import ActionTable, actions_csv
from reviews.views.common import chosen, person, today_of

MOST_SHOWN = 1000


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Action items, late ones first; with ?format=csv as CSV."""
    now, reader = clock.show_now(), person(request)
    today = today_of(reader, now=now)
    state = chosen(request, "show", lists.ACTION_STATES, default="mine")
    form = NarrowForm(request.GET, show=state)
    rows = lists.actions(reader, state=state, today=today, now=now, narrowed=form.narrowed)
    if request.GET.get("format") == "csv":
        return actions_csv(rows)
    table = ActionTable(rows)
    show_page(request, table)
    context = {
        "table": table,
        "show": state,
        "states": lists.ACTION_STATES.items(),
        "late": lists.late_actions(reader, today=today),
        "form": form,
    }
    return render(request, "reviews/actions.html", context)


@require_POST
def complete(request: HttpRequest, pk: int) -> HttpResponse:
    """The action item is done, with how we know it."""
    action = _action_or_404(request, pk)
    form = EvidenceForm(request.POST)
    if not form.is_valid():
        _refuse(request, " ".join(map(str, form["evidence"].errors)))
        return _back(request, action)
    try:
        evidence = form.cleaned_data["evidence"]
        actions.complete(action, by=person(request), now=clock.act_now(), evidence=evidence)
    except Refused as refused:
        _refuse(request, str(refused))
    else:
        to = reverse("reviews:action_reopen", args=[action.pk])
        undo.offer(request, f"Done: {action.title}.", to=f"{to}?show={_show(request)}")
    return _back(request, action)


@require_POST
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """The action item is to be done again."""
    action = _action_or_404(request, pk)
    try:
        actions.reopen(action, by=person(request), now=clock.act_now())
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"Open again: {action.title}")
    return _back(request, action)


def _refuse(request: HttpRequest, why_not: str) -> None:
    """The refusal stands on the next page, with the words that were not kept."""
    typed = request.POST.get("evidence", "").replace("\0", "").strip()[:MOST_SHOWN]
    messages.error(request, f"{why_not} You wrote: “{typed}”." if typed else why_not)


def _action_or_404(request: HttpRequest, pk: int) -> ActionItem:
    found = waiting.visible_actions(person(request)).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _back(request: HttpRequest, action: ActionItem) -> HttpResponse:
    """Where the button was pressed: on the review, or on the list as it was narrowed."""
    show = _show(request)
    if show == "review":
        return redirect(f"{reverse('reviews:detail', args=[action.review_id])}#actions")
    return redirect(f"{reverse('reviews:actions')}?show={show}")


def _show(request: HttpRequest) -> str:
    """What the page shows on which the button was pressed."""
    show = request.POST.get("show") or request.GET.get("show", "")
    return show if show == "review" or show in lists.ACTION_STATES else "mine"

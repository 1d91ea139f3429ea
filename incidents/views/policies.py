"""Escalation policies: the list, one with its versions, two side by side, and going back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.portal import clock
from config.portal.listed import Listed
from config.portal.paging import show_page
from config.portal.refusals import Refused
from incidents.forms.policies import PolicyFilter, RollBackForm
from incidents.models import EscalationPolicy
from incidents.operations import agreeing, policies
from incidents.queries import policy_list
from incidents.tables.policies import PolicyTable, policies_csv
from incidents.views.common import person

DIGITS = 7


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every policy with its version in force; with ?format=csv as CSV."""
    form = PolicyFilter.of(request.GET)
    rows = policy_list.rows(form.words)
    if request.GET.get("format") == "csv":
        return policies_csv(rows)
    table = PolicyTable(Listed(rows))
    show_page(request, table)
    return render(request, "incidents/policies/index.html", {"table": table, "form": form})


@require_safe
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One policy: what holds now, and who changed it when and why."""
    policy = get_object_or_404(EscalationPolicy, slug=slug)
    shown = policy_list.shown(policy, reader=person(request), now=clock.show_now())
    return render(request, "incidents/policies/detail.html", {"shown": shown})


@require_safe
def compare(request: HttpRequest, slug: str) -> HttpResponse:
    """Two versions side by side; ?from= and ?to= are their numbers."""
    policy = get_object_or_404(EscalationPolicy, slug=slug)
    found = policy_list.compared(
        policy, older=request.GET.get("from", ""), newer=request.GET.get("to", "")
    )
    return render(request, "incidents/policies/compare.html", {"found": found})


@require_POST
def agree(request: HttpRequest, slug: str) -> HttpResponse:
    """What waits for a second person holds, for the reader agrees; or is a draft again."""
    policy = get_object_or_404(EscalationPolicy, slug=slug)
    waiting = policy.versions.filter(asked_at__isnull=False, published_at=None)
    version = waiting.filter(number=_number(request)).first()
    if version is None:
        messages.error(request, "That version waits for nobody. Look at what holds now.")
        return redirect("incidents:policy", policy.slug)
    is_back = request.POST.get("to") == "back"
    act = agreeing.take_back if is_back else agreeing.agree
    try:
        act(version, by=person(request), now=clock.act_now())
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        does = "is a draft again" if is_back else "holds now"
        messages.success(request, f"Version {version.number} {does}.")
    return redirect("incidents:policy", policy.slug)


def _number(request: HttpRequest) -> int:
    typed = request.POST.get("version", "")
    return int(typed) if typed.isdecimal() and len(typed) < DIGITS else 0


@require_http_methods(["GET", "HEAD", "POST"])
def roll_back(request: HttpRequest, slug: str) -> HttpResponse:
    """What an older version said holds again, as the next version, with a reason."""
    policy, now = get_object_or_404(EscalationPolicy, slug=slug), clock.act_now()
    shown = policy_list.shown(policy, reader=person(request), now=now)
    chosen = {"version": request.GET.get("version", "")}
    form = RollBackForm(request.POST or None, versions=shown.older, initial=chosen)
    if request.method == "POST" and form.is_valid():
        version = next(one for one in shown.older if one.number == form.cleaned_data["version"])
        try:
            fresh = policies.roll_back(
                version, by=person(request), reason=form.cleaned_data["reason"], now=now
            )
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"Version {fresh.number} holds now.")
            return redirect("incidents:policy", policy.slug)
    status = 422 if form.errors else 200
    context = {"shown": shown, "form": form}
    return render(request, "incidents/policies/roll_back.html", context, status=status)

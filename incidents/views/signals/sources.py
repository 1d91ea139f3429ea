"""One alert source: set up, its tokens and secret, what it would do, what arrived."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.portal import clock
from config.portal.paging import show_page
from config.portal.refusals import Refused
from incidents.forms.sources import BeginForm, PayloadForm, SecretForm, SettingsForm
from incidents.intake.kinds import KINDS
from incidents.logic.signal_keeping import why_not_keep_signals
from incidents.models import AlertSource, SourceToken
from incidents.operations import source_keeping, trying
from incidents.queries import receipts, signal_doors, signal_sources
from incidents.queries.signal_keeping import keeper, teams_to_own
from incidents.tables.receipts import ReceiptFilter, ReceiptTable
from incidents.views.common import person, zone_of

NOT_YOURS = "Only leads of a team, service owners and administrators can set up a source."
READ = ["GET", "HEAD", "POST"]


@never_cache
@require_http_methods(READ)
def new(request: HttpRequest) -> HttpResponse:
    """A new source: the tool first, then four answers; its page shows the token this once."""
    reader, kind = person(request), KINDS.get(request.GET.get("kind", ""))
    teams = teams_to_own(reader)
    if kind is None or not teams:
        choose = {"kinds": KINDS.values(), "why_not": "" if teams else NOT_YOURS}
        return render(request, "incidents/signals/source_new.html", choose)
    form = BeginForm(request.POST if request.method == "POST" else None)
    form.offer_teams(teams)
    if form.is_bound and form.is_valid():
        now = clock.act_now()
        try:
            made, token = source_keeping.begin(form.facts(), kind=kind.slug, by=reader, now=now)
        except Refused as refused:
            form.add_error("name" if "called" in str(refused) else "owner_team", str(refused))
        else:
            return _page(request, made, token=token)
    context: dict[str, Any] = {"form": form, "kind": kind}
    status = 422 if form.errors else 200
    return render(request, "incidents/signals/source_new.html", context, status=status)


@require_safe
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    """How to set the tool up, what is set, and what arrived last."""
    return _page(request, found(slug))


def _page(request: HttpRequest, source: AlertSource, *, token: str = "") -> HttpResponse:
    reader, now = person(request), clock.show_now()
    rows = receipts.of_source(source)
    chosen = ReceiptFilter(request.GET, queryset=rows, request=request, zone=zone_of(reader))
    table = ReceiptTable(chosen.qs if chosen.is_valid() else rows)
    show_page(request, table)
    context = {
        "row": signal_sources.one(source, now=now),
        "source": source,
        "made": token,
        "setup": signal_doors.setup(source, token=token),
        "tokens": signal_sources.live_tokens(source),
        "filter": chosen,
        "table": table,
        "why_not": why_not_of(request, source),
    }
    return render(request, "incidents/signals/source.html", context)


@require_http_methods(READ)
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """What people set of a source, each with what it means."""
    source, reader = found(slug), person(request)
    form = SettingsForm(request.POST if request.method == "POST" else None, instance=found(slug))
    form.offer_teams(teams_to_own(reader), standing=source.owner_team)
    if form.is_bound and form.is_valid():
        try:
            source_keeping.settle(source, form.facts(), by=reader)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "Saved.")
            return redirect("incidents:source", source.slug)
    context = {"source": source, "form": form, "why_not": why_not_of(request, source)}
    status = 422 if form.errors else 200
    return render(request, "incidents/signals/source_edit.html", context, status=status)


@never_cache
@require_POST
def token_new(request: HttpRequest, slug: str) -> HttpResponse:
    """One more token; the page that answers shows it this once."""
    source = found(slug)
    try:
        token = source_keeping.add_token(source, by=person(request), now=clock.act_now())
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("incidents:source", source.slug)
    return _page(request, source, token=token)


@require_http_methods(READ)
def token_revoke(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """What revoking does, and the press that does it."""
    tokens = SourceToken.objects.select_related("source__owner_team", "created_by", "use")
    token = get_object_or_404(tokens, pk=pk, source__slug=slug)
    source = token.source
    if request.method == "POST":
        try:
            source_keeping.revoke_token(token, by=person(request), now=clock.act_now())
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, f"The token …{token.hint} opens nothing any more.")
        return redirect("incidents:source", source.slug)
    context: dict[str, Any] = {"source": source, "token": token}
    context["others"] = signal_sources.live_tokens(source).exclude(pk=pk).count()
    context["why_not"] = why_not_of(request, source)
    return render(request, "incidents/signals/token_revoke.html", context)


@never_cache
@require_http_methods(READ)
def secret(request: HttpRequest, slug: str) -> HttpResponse:
    """The signing secret: switched on, replaced, switched off; shown this once."""
    source, reader = found(slug), person(request)
    form, made, act = SecretForm(request.POST or None), "", request.POST.get("do", "set")
    if request.method == "POST" and form.is_valid():
        try:
            if act == "drop":
                source_keeping.drop_secret(source, by=reader)
            else:
                made = source_keeping.set_secret(
                    source, by=reader, given=form.cleaned_data["secret"]
                )
        except Refused as refused:
            form.add_error("secret", str(refused))
        else:
            source = found(slug)
    context = {
        "source": source,
        "kind": KINDS.get(source.kind),
        "form": form if form.errors else SecretForm(),
        "made": made,
        "dropped": act == "drop" and not form.errors,
        "why_not": why_not_of(request, source) or source_keeping.why_not_signed(source),
    }
    status = 422 if form.errors else 200
    return render(request, "incidents/signals/source_secret.html", context, status=status)


@require_http_methods(READ)
def trial(request: HttpRequest, slug: str) -> HttpResponse:
    """What the tool's example, or a pasted body, would do. Nothing is opened, stored or called."""
    source, reader, now = found(slug), person(request), clock.show_now()
    kind = KINDS[source.kind]
    example = kind.sample(now)
    is_pasted = request.POST.get("do") == "paste"
    form = PayloadForm(request.POST if is_pasted else None, sample=example, kind=kind)
    tried = None
    if is_pasted and form.is_valid():
        text = form.cleaned_data["payload"]
        tried = trying.body(source, text, form.headers(), by=reader, now=now)
    elif request.method == "POST" and not is_pasted:
        tried = trying.post(source, example, by=reader, now=now)
    context = {
        "source": source,
        "kind": kind,
        "form": form,
        "tried": tried,
        "is_pasted": is_pasted,
        "example": signal_doors.readable(example, kind),
    }
    status = 422 if form.errors else 200
    return render(request, "incidents/signals/source_try.html", context, status=status)


def found(slug: str) -> AlertSource:
    """The source of this address, with whoever owns it."""
    rows = AlertSource.objects.select_related("owner_team", "default_service")
    source: AlertSource = get_object_or_404(rows, slug=slug)
    return source


def why_not_of(request: HttpRequest, source: AlertSource) -> str | None:
    """Why the reader may not change this source, in one sentence."""
    return why_not_keep_signals(keeper(person(request), source.owner_team_id))

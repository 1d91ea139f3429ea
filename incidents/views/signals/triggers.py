"""Trigger rules: the list in its order, one with its form and its trial, switching it on."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.portal import clock
from config.portal.listed import Listed
from config.portal.paging import show_page
from config.portal.refusals import Refused
from incidents.enums import RuleMode
from incidents.forms.triggers import RuleFilter, RuleForm
from incidents.models import TriggerRule
from incidents.operations import trigger_keeping
from incidents.queries import planned_work, trigger_list, trigger_trial
from incidents.queries.harm import Kind
from incidents.tables.triggers import TriggerTable, triggers_csv
from incidents.views.common import person

PAGE = 100
READ = ["GET", "HEAD", "POST"]
LOOK_AGAIN = timedelta(days=180)
NOT_ANY = "Only leads of a team, service owners and administrators can make a rule."


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every rule in its order, narrowed by the address; with ?format=csv as CSV."""
    reader, now = person(request), clock.show_now()
    overview = trigger_list.overview(reader, now=now)
    chosen = RuleFilter.of(request.GET, overview.rows)
    rows = chosen.narrowed(overview.rows)
    if request.GET.get("format") == "csv":
        return triggers_csv(rows)
    table = TriggerTable(Listed(rows))
    show_page(request, table, per_page=PAGE)
    context = {
        "overview": overview,
        "form": chosen,
        "table": table,
        "may_begin": bool(_sources(request)),
    }
    return render(request, "incidents/signals/triggers.html", context)


@require_http_methods(READ)
def new(request: HttpRequest) -> HttpResponse:
    """The form of one more; it is saved as a draft or watching, never deciding at once."""
    rule, now = _blank(request), clock.act_now()
    if request.method != "POST" or not _sources(request):
        usual = RuleForm.initial_of(rule)
        why_not = None if _sources(request) else NOT_ANY
        return _page(request, rule, _form(request, usual), why_not=why_not)
    form, asked = _form(request), request.POST.get("do", "draft")
    if asked not in ("draft", "watch", "on"):
        return _looked_at(request, rule, form, asked)
    if form.is_valid():
        mode = RuleMode.WATCH if asked == "watch" else RuleMode.DRAFT
        try:
            made = trigger_keeping.make(form.facts, mode=mode, by=person(request), now=now)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"{made.name} is saved. It decides nothing yet.")
            return redirect(
                "incidents:trigger_on" if asked == "on" else "incidents:trigger", made.pk
            )
    return _page(request, rule, form, status=422)


@require_http_methods(READ)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One rule: its sentence, what to look at, and its form for those who may change it."""
    rule, reader, now = _found(pk), person(request), clock.act_now()
    why_not = trigger_list.why_not_keep(rule.source, reader=reader)
    if request.method != "POST" or why_not:
        form = _form(request, RuleForm.initial_of(rule))
        is_tried = rule.mode == RuleMode.WATCH or "try" in request.GET
        return _page(request, rule, form, why_not=why_not, is_tried=is_tried)
    form, asked = _form(request), request.POST.get("do", "save")
    if asked != "save":
        return _looked_at(request, rule, form, asked)
    if form.is_valid():
        seen = request.POST.get("seen", "")
        try:
            trigger_keeping.change(rule, form.facts, seen=seen, by=reader, now=now)
        except Refused as refused:
            form.add_error(None, str(refused))
            is_late = isinstance(refused, trigger_keeping.ChangedSince)
            return _page(request, rule, form, status=409 if is_late else 422, is_late=is_late)
        messages.success(request, "Saved.")
        return redirect("incidents:trigger", pk)
    return _page(request, rule, form, status=422)


@require_http_methods(READ)
def switch_on(request: HttpRequest, pk: int) -> HttpResponse:
    """What switching it on changes, by the last 1,000 alerts, and the press that does it."""
    rule, reader = _found(pk), person(request)
    why_not = trigger_list.why_not_keep(rule.source, reader=reader)
    if request.method == "POST" and not why_not:
        return _switched(request, rule, RuleMode.ACTIVE, f"{rule.name} decides from now on.")
    now = clock.show_now()
    context = {
        "rule": rule,
        "words": trigger_list.words_of(rule),
        "findings": trigger_list.findings_with(rule, now=now),
        "trial": trigger_trial.tried(rule, reader=reader, now=now),
        "stamp": trigger_keeping.stamp(rule),
        "why_not": why_not,
    }
    return render(request, "incidents/signals/trigger_on.html", context)


@require_POST
def mode(request: HttpRequest, pk: int) -> HttpResponse:
    """It only watches, or does nothing."""
    rule, asked = _found(pk), request.POST.get("mode", "")
    if asked == RuleMode.WATCH:
        return _switched(request, rule, asked, f"{rule.name} only watches from now on.")
    return _switched(request, rule, RuleMode.DRAFT, f"{rule.name} is off. It does nothing.")


@require_POST
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """It is tried one place earlier or later."""
    rule, up = _found(pk), request.POST.get("to") == "up"
    try:
        is_moved = trigger_keeping.move(rule, up=up, by=person(request))
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        where = "earlier" if up else "later"
        end = "first" if up else "last"
        said = f"tried {where} now" if is_moved else f"the {end} one already"
        messages.success(request, f"{rule.name} is {said}.")
    return redirect("incidents:triggers")


def _switched(request: HttpRequest, rule: TriggerRule, to: str, said: str) -> HttpResponse:
    seen, now = request.POST.get("seen", ""), clock.act_now()
    try:
        trigger_keeping.switch(rule, to, by=person(request), now=now, seen=seen)
    except trigger_keeping.ChangedSince as late:
        messages.error(request, str(late))
        return redirect("incidents:trigger_on", rule.pk)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, said)
    return redirect("incidents:trigger", rule.pk)


def _looked_at(request: HttpRequest, rule: TriggerRule, form: RuleForm, asked: str) -> HttpResponse:
    """The form as it is typed, with its sentence; tried, if that is asked."""
    form.typed(rule)
    if asked == "preview" and request.headers.get("HX-Request"):
        context = _said(rule)
        return render(request, "incidents/signals/_rule_says.html", context)
    form.forgive()
    is_tried = asked == "try" and bool(rule.conditions)
    return _page(request, rule, form, is_tried=is_tried, is_look=True)


def _said(rule: TriggerRule) -> dict[str, Any]:
    now = clock.show_now()
    findings = trigger_list.findings_with(rule, now=now)
    return {
        "rule": rule,
        "words": trigger_list.words_of(rule),
        "findings": findings,
        "harm": Kind(rule.impact).effects if rule.impact else (),
    }


def _page(
    request: HttpRequest,
    rule: TriggerRule,
    form: RuleForm,
    **more: Any,  # why_not, status, is_tried, is_look, is_late
) -> HttpResponse:
    reader, now = person(request), clock.show_now()
    status, is_tried = more.pop("status", 200), more.pop("is_tried", False)
    standing = _found(rule.pk) if rule.pk else None
    if form.is_bound and not more.get("is_look"):
        form.typed(rule)
    context = {
        "rule": rule,
        "standing": standing,
        "stands": trigger_list.words_of(standing) if standing else "",
        "form": form,
        "seen": _seen(request, standing, is_late=more.get("is_late", False)),
        "labels_seen": trigger_list.labels_seen(),
        "trial": trigger_trial.tried(rule, reader=reader, now=now) if is_tried else None,
        "incidents": trigger_list.incidents_of(rule, reader=reader) if standing else [],
        "would_have": trigger_list.would_have(standing, now=now) if standing else "",
        "why_not": None,
        "is_look": False,
        "is_late": False,
        "today": now.date(),
    }
    context |= _said(rule) | more
    return render(request, "incidents/signals/trigger.html", context, status=status)


def _seen(request: HttpRequest, standing: TriggerRule | None, *, is_late: bool) -> str:
    """The stamp under which a save counts: the one of the page, or the newest after a clash."""
    if standing is None:
        return ""
    stamp = trigger_keeping.stamp(standing)
    return stamp if is_late else request.POST.get("seen", "") or stamp


def _found(pk: int) -> TriggerRule:
    rule = trigger_list.find(pk)
    if rule is None:
        raise Http404
    return rule


def _blank(request: HttpRequest) -> TriggerRule:
    """One that is not written yet, below all others."""
    reader, now = person(request), clock.show_now()
    return TriggerRule(
        position=trigger_keeping.next_position(),
        owner=reader,
        review_on=(now + LOOK_AGAIN).date(),
        mode=RuleMode.DRAFT,
    )


def _sources(request: HttpRequest) -> list[Any]:
    return trigger_list.sources_to_keep(person(request))


def _form(request: HttpRequest, initial: dict[str, Any] | None = None) -> RuleForm:
    return RuleForm(
        None if initial is not None else request.POST,
        sources=_sources(request),
        people=planned_work.people(),
        may_keep_all=trigger_list.may_keep_all(person(request)),
        initial=initial,
    )

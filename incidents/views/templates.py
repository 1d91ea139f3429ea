"""Incident templates: the list, one of them, writing and retiring them."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.portal import clock
from config.portal.paging import show_page
from config.portal.refusals import Refused
from incidents.forms.templates import TemplateFilter, TemplateForm
from incidents.models import IncidentTemplate
from incidents.operations import templates
from incidents.queries import harm, template_list
from incidents.tables.templates import TemplateTable
from incidents.views.common import person
from rosters.models import Service


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every template in use, and on request those that are retired."""
    reader = person(request)
    show = request.GET.get("show", "")
    show = show if show in template_list.SHOWN else "live"
    form = TemplateFilter.of(request.GET, show=show)
    asked = form.asked
    table = TemplateTable(template_list.listed(asked, reader=reader, show=show))
    show_page(request, table)
    context = {
        "table": table,
        "form": form,
        "show": show,
        "states": template_list.SHOWN.items(),
        "is_narrowed": any(vars(asked).values()),
        "is_any": template_list.any_there(),
        "why_not": template_list.why_not_write(reader),
    }
    return render(request, "incidents/templates/index.html", context)


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One template, as whoever declares from it will find it."""
    shown = template_list.shown(_found(pk), reader=person(request), now=clock.show_now())
    return render(request, "incidents/templates/detail.html", {"shown": shown})


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The form of one more; ?service= says for what."""
    reader = person(request)
    why_not = template_list.why_not_write(reader)
    if request.method != "POST" or why_not:
        slug = request.GET.get("service", "").replace("\0", "")[:60]
        usual = {"service": Service.objects.filter(slug=slug).first()}
        return _page(request, None, TemplateForm(reader=reader, initial=usual), why_not=why_not)
    form = TemplateForm(request.POST, reader=reader)
    if form.is_valid():
        try:
            row = templates.make(form.plan, by=reader)
        except Refused as refused:
            _refuse(form, refused)
        else:
            messages.success(request, f"Written. Whoever declares can start from “{row}”.")
            return redirect("incidents:template", row.pk)
    return _page(request, None, form, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The form of one template, for those who may change it."""
    row, reader = _found(pk), person(request)
    why_not = template_list.shown(row, reader=reader, now=clock.show_now()).why_not
    if request.method != "POST" or why_not:
        form = TemplateForm(reader=reader, initial=TemplateForm.initial_of(row))
        return _page(request, row, form, why_not=why_not)
    form = TemplateForm(request.POST, reader=reader)
    if form.is_valid():
        try:
            templates.change(row, form.plan, by=reader)
        except Refused as refused:
            _refuse(form, refused)
        else:
            messages.success(request, "Saved.")
            return redirect("incidents:template", pk)
    return _page(request, row, form, status=422)


@require_POST
def retire(request: HttpRequest, pk: int) -> HttpResponse:
    """It is offered no more, or again."""
    row, by = _found(pk), person(request)
    try:
        if row.retired_at:
            templates.bring_back(row, by=by)
        else:
            templates.retire(row, by=by, now=clock.act_now())
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        back = f"“{row}” is offered again." if row.retired_at else f"“{row}” is retired."
        messages.success(request, back)
    return redirect("incidents:template", pk)


def _found(pk: int) -> IncidentTemplate:
    found = template_list.find(pk)
    if found is None:
        raise Http404
    return found


def _refuse(form: TemplateForm, refused: Refused) -> None:
    field = "name" if isinstance(refused, templates.NameTaken) else None
    form.add_error(field, str(refused))


def _page(
    request: HttpRequest,
    row: IncidentTemplate | None,
    form: TemplateForm,
    *,
    status: int = 200,
    **more: Any,  # why_not
) -> HttpResponse:
    context = {"row": row, "form": form, "kinds": harm.kinds(), "why_not": None} | more
    return render(request, "incidents/templates/edit.html", context, status=status)

"""Runbooks and the glossary, to read."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from config.portal.paging import show_page
from runbooks import queries
from runbooks.models import Runbook
from runbooks.tables import RunbookFilter, RunbookTable

MOST_DIGITS = 6


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every runbook, filtered by the address."""
    rows = queries.for_list()
    chosen = RunbookFilter(request.GET, queryset=rows, request=request)
    table = RunbookTable(chosen.qs if chosen.is_valid() else rows)
    show_page(request, table)
    context = {
        "table": table,
        "filter": chosen,
        "service": chosen.form.cleaned_data.get("service"),
        "without": queries.services_without(),
        "total": queries.services_total(),
    }
    return render(request, "runbooks/list.html", context)


@require_safe
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One runbook: its newest version, or the one that ?version= names."""
    runbook = get_object_or_404(Runbook.objects.select_related("service__owner_team"), slug=slug)
    number, other = (_number(request.GET.get(name, "")) for name in ("version", "beside"))
    page = queries.runbook_page(runbook, number=number, other=other)
    return render(request, "runbooks/detail.html", {"page": page})


@require_safe
def glossary(request: HttpRequest) -> HttpResponse:
    """The words we use, from A to Z."""
    asked = request.GET.get("q", "").replace("\0", "").strip()[:100]
    context = {"letters": queries.glossary(asked), "asked": asked}
    return render(request, "runbooks/glossary.html", context)


def _number(text: str) -> int | None:
    """The version that the address names; nonsense names none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else None

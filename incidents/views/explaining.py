"""Pages that explain, to everybody: how bad is it, who does what, what could happen."""

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from config.portal import clock
from config.portal.listed import fill_page
from config.portal.paging import show_page
from incidents.forms.templates import TemplateFilter
from incidents.logic import severity_helper
from incidents.logic.severity_helper import Answers
from incidents.queries import declaring, levels, role_cards, template_list
from incidents.queries import scenarios as listing
from incidents.tables.scenarios import ScenarioTable
from incidents.views.common import person


@require_safe
def severities(request: HttpRequest) -> HttpResponse:
    """The four levels; the answers to the five questions stand in the address."""
    said = Answers.of(request.GET.dict())
    answers = QueryDict(mutable=True)
    given = [name for name in severity_helper.FIELDS if _is_known(said, name)]
    answers.update({name: request.GET[name] for name in given})
    context = {
        "page": levels.page(person(request)),
        "beside": declaring.helped(said),
        "answers": answers.urlencode(),
    }
    return render(request, "incidents/severities.html", context)


@require_safe
def roles(request: HttpRequest) -> HttpResponse:
    """Every role as a card."""
    context = {"cards": role_cards.cards(now=clock.show_now())}
    return render(request, "incidents/role_cards.html", context)


@require_safe
def scenarios(request: HttpRequest) -> HttpResponse:
    """What could happen, narrowed by the address."""
    form = TemplateFilter.of(request.GET)
    asked, now = form.asked, clock.show_now()
    table = ScenarioTable(listing.listed(asked))
    show_page(request, table)
    fill_page(table, lambda page: listing.in_full(page, now=now))
    reader = person(request)
    why_not = template_list.why_not_write(reader)
    context = {
        "table": table,
        "form": form,
        "is_narrowed": any(vars(asked).values()),
        "is_any": template_list.any_there(),
        "why_not": why_not,
        "may_write_runbook": why_not is None and reader.has_perm("runbooks.add_runbook"),
    }
    return render(request, "incidents/scenarios.html", context)


def _is_known(said: Answers, field: str) -> bool:
    """Whether this question was answered with something that we know."""
    return bool(getattr(said, field.removeprefix(severity_helper.PREFIX)))

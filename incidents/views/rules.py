"""The rules in plain sentences: every service, and one service at one severity."""

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from config.portal import clock
from config.portal.languages import in_every_language
from config.portal.listed import Listed, fill_page
from config.portal.paging import show_page
from config.portal.refusals import Refused
from config.portal.sentences import spoken
from incidents.operations import following_rules
from incidents.queries import (
    findings,
    planned_work,
    preview,
    rerouting,
    rule_around,
    rule_list,
    rule_news,
    rules,
    who_hears,
)
from incidents.tables import RuleFilter, RuleTable
from incidents.views.common import person
from rosters.enums import SeverityLevel
from rosters.models import Service

PAGE_SIZE = 50
FOLLOWED, LEFT = spoken(
    (
        "We write to you when the rule of {service} changes.",
        "You hear no more of the rule of {service}.",
    )
)
WORK_SHOWN = 3
LEVELS = {str(level.value): level for level in SeverityLevel}


@in_every_language
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every service with its rule in one line, narrowed by the address."""
    now, reader = clock.show_now(), person(request)
    services = Service.objects.select_related("owner_team").order_by("name", "pk")
    chosen = RuleFilter(request.GET, queryset=services, request=request)
    book = rules.book()
    found = chosen.qs if chosen.is_valid() else services
    every = rule_list.glances(book, found, reader=reader, now=now)
    with_gaps = [one for one in every if one.has_gaps]
    table = RuleTable(Listed(with_gaps if request.GET.get("gaps") else every))
    show_page(request, table, per_page=PAGE_SIZE)
    fill_page(table, lambda page: rule_list.in_full(book, page, reader=reader, now=now))
    total = table.paginator.count
    context = {
        "table": table,
        "filter": chosen,
        "total": total,
        "with_gaps": len(with_gaps),
        "findings": findings.counted(Q(), most=0, now=now),
    }
    return render(request, "incidents/rules.html", context)


@in_every_language
@require_safe
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    """What happens when one service breaks; ?severity= chooses how bad it is."""
    services = Service.objects.select_related("owner_team")
    service = get_object_or_404(services, slug=slug)
    level = LEVELS.get(request.GET.get("severity", ""), SeverityLevel.CRITICAL)
    page = who_hears.page(service, level, reader=person(request), now=clock.show_now())
    work = planned_work.of_service(service, now=clock.show_now(), most=WORK_SHOWN)
    context = {
        "page": page,
        "rule": page.rule,
        "severities": preview.severities(),
        "work": [one for one in work if one.tag],
        "detour": rerouting.of_service(service, now=clock.show_now()),
        "around": rule_around.around(page, request.GET.get("as", "")),
        "findings": findings.of_rule(service, level, now=clock.show_now()),
        "is_followed": rule_news.is_followed(service, person(request)),
    }
    return render(request, "incidents/rule.html", context)


@in_every_language
@require_POST
def follow(request: HttpRequest, slug: str) -> HttpResponse:
    """The reader hears of each change of this rule from now on, or does not any more."""
    service = get_object_or_404(Service, slug=slug)
    is_on = request.POST.get("to") == "on"
    act = following_rules.follow if is_on else following_rules.unfollow
    try:
        act(service, by=person(request), now=clock.act_now())
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        said = gettext(FOLLOWED) if is_on else gettext(LEFT)
        messages.success(request, said.format(service=service.name))
    if request.POST.get("from") == "me":
        return redirect("front:me")
    return redirect("incidents:rule", service.slug)

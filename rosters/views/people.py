"""People: the list, one person, and the numbers of those whom the reader may see."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from config.portal import clock
from config.portal.downloads import FORMATS
from config.portal.listed import Listed, fill_page
from config.portal.paging import show_page
from config.portal.refusals import Refused
from rosters.forms.asking import ReasonForm
from rosters.models import ContactPoint, Person
from rosters.operations import numbers as showing
from rosters.operations import reporting
from rosters.queries import people as reading
from rosters.queries.everybody import Glance, glances
from rosters.tables import PeopleFilter, PeopleTable, as_file
from rosters.views.common import reader_of


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Everybody who is here, or with ?left=1 who has left, narrowed by the address; as a file with
    ?format=csv or xlsx."""
    now, gone = clock.show_now(), bool(request.GET.get("left"))
    who = Person.objects.filter(left_at__lte=now) if gone else Person.objects.employed(now=now)
    everybody = who.order_by("full_name", "pk")
    chosen = PeopleFilter(request.GET, queryset=everybody, request=request)
    found = glances(chosen.qs if chosen.is_valid() else everybody, now=now)
    worried = [] if gone else [one for one in found if one.needs_attention]
    shown = worried if request.GET.get("attention") else sorted(found, key=_need)
    kind = request.GET.get("format")
    if kind in FORMATS:
        return as_file(reading.rows([one.pk for one in shown], now=now), kind)
    table = PeopleTable(Listed(shown))
    show_page(request, table)
    fill_page(table, lambda page: reading.rows([one.pk for one in page], now=now))
    context = {"table": table, "filter": chosen, "total": len(shown), "attention": len(worried)}
    context["gone"] = gone
    return render(request, "rosters/people.html", context)


def _need(one: Glance) -> bool:
    """Those whom a call may not reach, first; else they stay in their order."""
    return not one.needs_attention


@require_safe
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One person; their numbers only after a press."""
    return _page(request, pk, ReasonForm())


@never_cache
@require_POST
def numbers(request: HttpRequest, pk: int) -> HttpResponse:
    """The numbers of one person, for a reader who says why; it is written down."""
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, pk, form, status=422)
    someone = _person_or_404(pk)
    reason = form.cleaned_data["reason"]
    try:
        points = showing.show(someone, by=reader_of(request), reason=reason, now=clock.act_now())
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("rosters:person", pk)
    return render(request, "rosters/numbers.html", {"someone": someone, "points": points})


@never_cache
@require_POST
def report_wrong(request: HttpRequest, pk: int) -> HttpResponse:
    """Whoever was shown a number says that it is wrong."""
    point = get_object_or_404(ContactPoint.objects.select_related("person"), pk=pk)
    try:
        told = reporting.report_wrong(
            point,
            what=request.POST.get("what", ""),
            by=reader_of(request),
            now=clock.act_now(),
        )
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        who = f" {told.short_name} is told by another way." if told else ""
        messages.success(request, f"Thank you. The number counts as wrong until it is proved.{who}")
    return redirect("rosters:person", point.person_id)


def _page(request: HttpRequest, pk: int, form: ReasonForm, *, status: int = 200) -> HttpResponse:
    shown = reading.page_of(_person_or_404(pk), reader=reader_of(request), now=clock.show_now())
    context = {"page": shown, "person": shown.person, "form": form}
    return render(request, "rosters/person.html", context, status=status)


def _person_or_404(pk: int) -> Person:
    found = reading.find(pk)
    if found is None:
        raise Http404
    return found

"""Whom we call about what: the contact matrix by service, by person and by role."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from config.portal import clock
from config.portal.downloads import FORMATS
from config.portal.paging import PAGE_SIZE
from rosters.forms.asking import ReasonForm
from rosters.logic.standing import WORDS, Fault
from rosters.models import Person
from rosters.operations import numbers as showing
from rosters.queries import calling, numbers, own_cells, people
from rosters.queries import contact_faults as faults
from rosters.queries import contact_index as finding
from rosters.queries import contacts as reading
from rosters.queries import finding as searching
from rosters.queries import phone_tree as sheet
from rosters.queries.contact_index import SORTS, Asked, Index
from rosters.queries.finding import Found
from rosters.tables import matrix_as_file
from rosters.views.common import reader_of

VIEWS: dict[str, Callable[[Index, Asked], Sequence[Any]]] = {
    "service": finding.services,
    "person": finding.people,
    "role": finding.roles,
}
WAYS = (("service", "By service"), ("person", "By person"), ("role", "By role"))
NOTHING = {
    "service": "No service matches.",
    "person": "Nobody matches.",
    "role": "No role matches.",
}


@require_safe
def contacts(request: HttpRequest) -> HttpResponse:
    """The matrix by ?view=service, person or role, narrowed by the address; or as CSV or XLSX."""
    now = clock.show_now()
    index = finding.load(now=now)
    asked = _asked(request)
    view = request.GET.get("view", "")
    view = view if view in VIEWS else "service"
    kind = request.GET.get("format")
    if kind in FORMATS:
        return matrix_as_file(reading.in_full(index, finding.services(index, asked)).rows, kind)
    answer = _answer(asked.q, reader_of(request), now=now)
    rows = answer.first(view, VIEWS[view](index, asked))
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    page.object_list, company = reading.shown(view, index, list(page))
    context = {
        "matrix": index,
        "found": answer.found,
        "may_see": answer.may_see,
        "asked_at": None,
        "led": own_cells.led_by(reader_of(request)),
        "mend": faults.tally(now=now, index=index),
        "company": company,
        "asked": asked,
        "view": view,
        "page": page,
        "teams": finding.teams(index),
        "views": WAYS,
        "nothing": NOTHING[view],
        "not_ready": people.not_ready(_named(page, company), now=index.now),
        "faults": [(fault.value, WORDS[fault], index.counts[fault]) for fault in Fault],
    }
    return render(request, "rosters/contacts.html", context)


@dataclass(frozen=True)
class _Asked:
    """What a search answers with: whom to call, if one roster answers, and whether by number."""

    found: Found = field(default_factory=lambda: Found("", ()))
    may_see: frozenset[int] = frozenset()

    def first(self, view: str, found: Sequence[Any]) -> Sequence[Any]:
        """The service that was asked for stands before those that only mention it."""
        service = self.found.service if view == "service" else None
        return sorted(found, key=lambda pk: pk != service.pk) if service else found


def _answer(q: str, reader: Person, *, now: datetime) -> _Asked:
    if not q:
        return _Asked()
    overview = calling.answering(at=now)
    found = searching.find(overview, q, now=now)
    if found.is_empty:  # then a near name of any service helps
        found = searching.find(calling.overview(at=now), q, now=now)
    ids = found.answer.first_ids if found.answer else ()
    return _Asked(found, numbers.visible_to(reader, ids, on_call=overview.on_duty_ids))


def _named(page: Iterable[Any], company: Iterable[reading.Square]) -> set[int]:
    """Whom the page names first in a cell, by primary key."""
    squares = [
        *company,
        *(s for row in page if isinstance(row, reading.Row) for s in row.squares),
    ]
    holders = {one.person.pk for one in page if isinstance(one, reading.Holder)}
    return holders | {s.entry.person_id for s in squares if s.entry and s.entry.person_id}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def phone_tree(request: HttpRequest) -> HttpResponse:
    """Everybody who can be phoned, for paper; with numbers after a press that says why."""
    now, reader = clock.act_now(), reader_of(request)
    team = request.GET.get("team", "")[:50]
    tree, form, status = sheet.load(at=now, team=team), ReasonForm(request.POST or None), 200
    if request.method == "POST" and form.is_valid():
        everybody, reason = sheet.people_on(tree), form.cleaned_data["reason"]
        phones = showing.show_many(everybody, by=reader, reason=reason, now=now)
        tree = sheet.load(at=now, phones=phones, team=team)
    elif request.method == "POST":
        status = 422
    context = {"tree": tree, "form": form, "may_see": _may_see(reader, tree), "team": team}
    return render(request, "rosters/phone_tree.html", context, status=status)


def _may_see(reader: Person, tree: sheet.PhoneTree) -> int:
    """Of how many others on the sheet the reader may ask for the numbers."""
    others = tree.person_ids - {reader.pk}
    return len(numbers.visible_to(reader, others, on_call=tree.on_duty))


def _asked(request: HttpRequest) -> Asked:
    """What the address asks for; what makes no sense is left out."""
    get = request.GET.get
    fault, sort = get("state", ""), get("sort", "-attention")
    return Asked(
        q=" ".join(get("q", "").replace("\0", "").split())[:80],
        team=get("team", "")[:50],
        fault=fault if fault in {*Fault, "any"} else "",
        sort=sort if sort in SORTS else "-attention",
    )

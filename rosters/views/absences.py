"""Being away: the list, entering and changing it, what it leaves open, asking for cover."""

from datetime import datetime, timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.portal import clock, words
from config.portal.paging import PAGE_SIZE
from config.portal.refusals import Refused
from rosters.forms.schedule import AbsenceForm
from rosters.logic.absences import why_not_keep
from rosters.models import Absence, CoverRequest, Person
from rosters.operations import absences, covering
from rosters.queries import absences as reading
from rosters.queries import grid, naming
from rosters.views.common import reader_of, zone_of

NAMES = 300
WHOSE = (("teams", "Mine and my teams’"), ("me", "Mine"), ("all", "Everybody’s"))  # noqa: RUF001  # as printed
WALL = "%Y-%m-%dT%H:%M"


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Who is away when, narrowed by the address."""
    reader, now = reader_of(request), clock.show_now()
    asked = {
        "whose": request.GET.get("whose", "teams"),
        "when": request.GET.get("when", ""),
        "q": " ".join(request.GET.get("q", "").replace("\0", "").split())[:80],
    }
    found = reading.with_cover(reading.visible_list(reader, **asked, now=now))
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    kept = reading.kept_by(reader)
    rows = [reading.row_of(one, kept=kept, now=now) for one in page]
    context = {"page": page, "rows": rows, "asked": asked, "whose": WHOSE}
    return render(request, "rosters/absences.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Somebody is going to be away: the reader, or ?person= for those who keep absences."""
    reader, now = reader_of(request), clock.act_now()
    person = _person(request, reader)
    why_not = why_not_keep(reading.keeper(reader, person), name=person.short_name)
    form = AbsenceForm(request.POST or None, zone=zone_of(reader), initial=_tomorrow(reader, now))
    if request.method == "POST" and form.is_valid():
        try:
            made = absences.note(person, form.window(), by=reader, now=now)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "Noted. This is what it leaves open.")
            return redirect("rosters:absence", made.pk)
    context = {"form": form, "person": person, "why_not": why_not}
    status = 422 if form.errors else 200
    return render(request, "rosters/absence_form.html", context, status=status)


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One absence: what it leaves open, who covers, who was asked."""
    return _page(request, pk)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Another window for an absence, or another reason."""
    reader, now, absence = reader_of(request), clock.act_now(), _absence(pk)
    person = absence.person
    why_not = why_not_keep(reading.keeper(reader, person), name=person.short_name)
    initial = {} if why_not else _as_typed(absence, reader)
    form = AbsenceForm(request.POST or None, zone=zone_of(reader), held=absence, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            absences.change(absence, form.window(), by=reader, now=now)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "Changed. Whoever covers was told.")
            return redirect("rosters:absence", pk)
    context = {"form": form, "person": person, "absence": absence, "why_not": why_not}
    status = 422 if form.errors else 200
    return render(request, "rosters/absence_form.html", context, status=status)


@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """It is over now, or taken back if it has not begun."""
    absence = _absence(pk)
    try:
        left = absences.end(absence, by=reader_of(request), now=clock.act_now())
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("rosters:absence", pk)
    if left is None:
        messages.success(request, "Taken back. It is as if it had never been planned.")
        return redirect("rosters:absences")
    messages.success(request, f"It is over. {absence.person.short_name} is called again.")
    return redirect("rosters:absence", pk)


@require_POST
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody is asked to cover: one of those on the page, a name, or everybody at once."""
    absence, now = _absence(pk), clock.act_now()
    if request.POST.get("everybody"):
        return _ask_all(request, absence, now=now)
    typed = request.POST.get("name", "").strip()[:120]
    found = _asked(request.POST.get("person", ""), typed, now=now)
    person = found.person
    if person is None:
        return _page(request, pk, error=found.why_not, typed=typed, is_of_name=True)
    try:
        covering.ask(absence, person, by=reader_of(request), now=now)
    except Refused as refused:
        return _page(request, pk, error=str(refused), typed=typed)
    messages.success(request, f"{person.full_name} was asked. You read the answer here.")
    return redirect("rosters:absence", pk)


def _ask_all(request: HttpRequest, absence: Absence, *, now: datetime) -> HttpResponse:
    try:
        asked = covering.ask_all(absence, by=reader_of(request), now=now)
    except Refused as refused:
        return _page(request, absence.pk, error=str(refused))
    names = words.people([one.person.full_name for one in asked])
    were = "was" if len(asked) == 1 else "were"
    messages.success(request, f"{names} {were} asked. Whoever says yes first covers.")
    return redirect("rosters:absence", absence.pk)


@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Yes or no to covering; yes puts the person on call."""
    reader = reader_of(request)
    asked = get_object_or_404(CoverRequest.objects.select_related("absence__person"), pk=pk)
    said = request.POST.get("answer")
    if said not in {"yes", "no"}:
        raise Http404
    try:
        covering.answer(asked, agrees=said == "yes", by=reader, now=clock.act_now())
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        name = asked.absence.person.full_name
        done = f"Thank you. You are called instead of {name}." if said == "yes" else "Noted: no."
        messages.success(request, done if asked.person_id == reader.pk else "Noted.")
    if asked.person_id == reader.pk:
        return redirect("front:me")
    return redirect("rosters:absence", asked.absence_id)


def _page(
    request: HttpRequest, pk: int, *, error: str = "", typed: str = "", is_of_name: bool = False
) -> HttpResponse:
    now = clock.show_now()
    page = reading.page(_absence(pk), reader=reader_of(request), now=now)
    names = list(grid.names(now=now).people)[:NAMES] if page.left.spans and not page.why_not else []
    context = {"page": page, "absence": page.absence, "person": page.absence.person}
    context |= {"names": names, "error": error, "typed": typed, "is_of_name": is_of_name}
    return render(request, "rosters/absence.html", context, status=422 if error else 200)


def _absence(pk: int) -> Absence:
    found = reading.find(pk)
    if found is None:
        raise Http404
    return found


def _person(request: HttpRequest, reader: Person) -> Person:
    asked = request.GET.get("person", "")
    if not asked:
        return reader
    if not (asked.isascii() and asked.isdigit() and len(asked) < 10):
        raise Http404
    return get_object_or_404(Person, pk=int(asked))


def _asked(chosen: str, typed: str, *, now: datetime) -> naming.Somebody:
    by_name = {name.casefold(): pk for name, pk in grid.names(now=now).people.items()}
    pk = by_name.get(typed.casefold())
    if typed and pk is None:
        return naming.person_meant(typed, now=now)
    if not typed and chosen.isascii() and chosen.isdigit() and len(chosen) < 10:
        pk = int(chosen)
    person = Person.objects.filter(pk=pk).first() if pk else None
    return naming.Somebody(person, "Choose who is to be asked.")


def _tomorrow(reader: Person, now: datetime) -> dict[str, str]:
    """From tomorrow morning for a day, as somebody would begin."""
    begin = (now.astimezone(zone_of(reader)) + timedelta(days=1)).replace(hour=9, minute=0)
    return {
        "starts_at": begin.strftime(WALL),
        "ends_at": (begin + timedelta(days=1)).strftime(WALL),
    }


def _as_typed(absence: Absence, reader: Person) -> dict[str, str]:
    zone = zone_of(reader)
    return {
        "starts_at": absence.starts_at.astimezone(zone).strftime(WALL),
        "ends_at": absence.ends_at.astimezone(zone).strftime(WALL),
        "reason": absence.reason,
    }

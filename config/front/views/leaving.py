"""Somebody leaves, or is replaced: everything that names them on one page, handed over at once."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST

from config.front.logic.leaving import Part, why_not_ask, why_not_leave, why_not_open
from config.front.operations import leaving as handing
from config.front.operations import planned
from config.front.queries import leaver as reading
from config.front.queries import succession
from config.front.queries.audit import administrators
from config.front.views import leaving_form as form
from config.front.views.leaving_form import Typed
from config.portal import clock, words
from config.portal.refusals import Refused
from rosters.models import ContactPoint, Person, PlannedHandOver
from rosters.operations import trying
from rosters.queries import grid

FIELDS = ("leaves", "last_day", "everything", "reason")
MOST_DIGITS = 9


@require_http_methods(["GET", "HEAD", "POST"])
def leaving(request: HttpRequest, pk: int) -> HttpResponse:
    """What names somebody; a first press says what would change, a second one changes it."""
    reader, now = _reader(request), clock.act_now()
    person = get_object_or_404(Person, pk=pk)
    why_not = why_not_open(reading.part_of(reader, person))
    if why_not:
        return _closed(request, person, why_not, now=now)
    page = reading.page(person, reader=reader, now=now)
    known = grid.names(now=now).people
    typed = form.read(request, page, known, now=now)
    step = request.POST.get("step", "") if request.method == "POST" else "fill"
    if step in ("fill", "back"):
        return _form(request, page, typed, known, now=now)
    form.check(typed, person, asks_leaving=_asks(reader, person, now=now), now=now)
    act = _do if step == "do" else _show
    try:
        answer = None if typed.problems else act(request, page, typed, known, now=now)
    except Refused as refused:
        typed.problems[""] = str(refused)
        answer = None
    return answer or _form(request, page, typed, known, now=now)


@require_POST
def test(request: HttpRequest, pk: int) -> HttpResponse:
    """A test goes to a number of whoever took over."""
    reader = _reader(request)
    number = request.POST.get("point", "")
    if not _is_key(number):
        raise Http404
    point = get_object_or_404(ContactPoint.objects.select_related("person"), pk=int(number))
    try:
        trying.send(point, by=reader, now=clock.act_now())
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        name = point.person.short_name
        messages.success(request, f"A test is on its way. Ask {name} whether it has arrived.")
    query = urlencode(
        {"took": [one for one in request.POST.getlist("took") if _is_key(one)]}, doseq=True
    )
    return redirect(f"{reverse('front:leaving', args=[pk])}?{query}#numbers")


@require_POST
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """The administrators are asked to hand over what the reader cannot."""
    person = get_object_or_404(Person, pk=pk)
    try:
        last_day = form.day_of(request.POST.get("last_day", ""))
        told = handing.ask(person, by=_reader(request), now=clock.act_now(), last_day=last_day)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"We write to {words.people(told)} that you ask for it.")
    return redirect("front:leaving", pk)


@require_POST
def call_off(request: HttpRequest, pk: int) -> HttpResponse:
    """What was planned for a later day stays with the person."""
    number = request.POST.get("plan", "")
    plans = PlannedHandOver.objects.filter(person=pk)
    plan = get_object_or_404(plans, pk=int(number) if _is_key(number) else 0)
    by, stays = _reader(request), "stays" in request.POST
    try:
        kept = planned.call_off(plan, stays=stays, by=by, now=clock.act_now())
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        some = f" {kept} of it was changed since, and stays as it is." if kept else ""
        messages.success(request, f"The hand-over is called off.{some}")
    return redirect("front:leaving", pk)


def _closed(request: HttpRequest, person: Person, why_not: str, *, now: datetime) -> HttpResponse:
    part = reading.part_of(_reader(request), person)
    context = {
        "person": person,
        "why_not": why_not,
        "names": administrators(now=now),
        "asked": reading.asked_today(person, now=now),
        "may_ask": why_not_ask(part) is None,
    }
    return render(request, "front/leaving_closed.html", context, status=403)


def _form(
    request: HttpRequest,
    page: reading.LeaverPage,
    typed: Typed,
    known: Mapping[str, int],
    *,
    now: datetime,
) -> HttpResponse:
    reader, person = _reader(request), page.person
    took = [int(one) for one in request.GET.getlist("took") if _is_key(one)][:10]
    people = list(Person.objects.filter(pk__in=took).order_by("full_name"))
    numbers = reading.numbers_of(people, now=now)
    settled_at = page.settled_at(now=now)
    asks_leaving = _asks(reader, person, now=now)
    ask = reading.asked_of(reader, person, now=now) if asks_leaving else None
    if ask and request.method != "POST" and person.left_at is None:
        typed.suggest(ask.last_day, today=now.astimezone(ZoneInfo(person.time_zone)).date())
    context = {
        "page": page,
        "person": person,
        "typed": typed,
        "names": list(known),
        "asks_leaving": asks_leaving,
        "may_leave": _why_not_leave(reader, person) is None,
        "has_left": person.has_left(now),
        "asked": reading.asked_today(person, now=now) if page.names else (None, ()),
        "settled": _day_before(settled_at, person, now=now) if settled_at else "",
        "ask_day": form.last_day_of(settled_at, person) if settled_at else "",
        "ask": ask,
        "may_plan": not person.has_left(now),
        "took": [(one, numbers.get(one.pk, [])) for one in people],
        "problems": {name: typed.problems.get(f"id_{name}", "") for name in FIELDS},
        "summary": _summary(page, typed),
        "rows": [
            (group, [(one, typed.names.get(one.key, ""), typed.problems.get(f"to-{one.key}", ""))
                     for one in group.places])
            for group in page.groups
        ],
    }  # fmt: skip
    status = 422 if typed.problems else 200
    return render(request, "front/leaving.html", context, status=status)


def _summary(page: reading.LeaverPage, typed: Typed) -> list[tuple[str, str]]:
    """Every problem with the field it is about, in the order of the page."""
    titles = {f"to-{one.key}": f"{one.title}: " for one in page.places}
    order = ["", "id_leaves", "id_last_day", "id_everything", *titles, "id_reason"]
    found = sorted(typed.problems.items(), key=lambda pair: order.index(pair[0]))
    return [(anchor, titles.get(anchor, "") + sentence) for anchor, sentence in found]


def _show(
    request: HttpRequest,
    page: reading.LeaverPage,
    typed: Typed,
    known: Mapping[str, int],
    *,
    now: datetime,
) -> HttpResponse:
    """What would change, thing by thing, what would go wrong, and what nobody takes."""
    reader, person, by_pk = _reader(request), page.person, {pk: name for name, pk in known.items()}
    moment = form.last_moment(typed, person, now=now)
    at = typed.chosen.at(moment, now=now)
    rehearsal = handing.rehearse(
        person, typed.chosen, last_moment=moment, by=reader, now=now, reason=typed.reason
    )
    new = Person.objects.in_bulk(set(typed.successors.values()))
    taken = [
        (one, new[typed.successors[one.key]])
        for one in page.places
        if one.key in typed.successors and not one.is_over(at)
    ]
    going = {one for one, _new in taken}
    notes = succession.notes(person, taken, rehearsal, reader=reader, now=now)
    successors = succession.successors(list(new), reader=reader, now=now)
    context = {
        "page": page,
        "person": person,
        "typed": typed,
        "has_left": person.has_left(now),
        "may_leave": _why_not_leave(reader, person) is None,
        "leaves_at": moment if moment and moment > now else None,
        "waits": at > now,
        "last_day": words.day(date.fromisoformat(typed.last_day), today=now.date())
        if typed.leaves in form.ON_A_DAY else "",
        "warnings": len(notes),
        "successors": successors,
        "unreached": [
            one.person.full_name for one in successors if one.readiness.needs_attention
        ],
        "taken": [
            (group, [(one, by_pk[typed.successors[one.key]], notes.get(one.key, []))
                     for one in group.places if one in going])
            for group in page.groups
        ],
        "vacant": [
            (group, [one for one in group.places
                     if one.key not in typed.successors and not one.is_over(at)])
            for group in page.groups
        ],
        "over": [one for one in page.places if one.is_over(at)],
    }  # fmt: skip
    return render(request, "front/leaving_confirm.html", context)


def _do(
    request: HttpRequest,
    page: reading.LeaverPage,
    typed: Typed,
    known: Mapping[str, int],  # noqa: ARG001  # as `_show`
    *,
    now: datetime,
) -> HttpResponse:
    """Everything is handed over."""
    done = handing.hand_over(
        page.person,
        typed.chosen,
        last_moment=form.last_moment(typed, page.person, now=now),
        by=_reader(request),
        now=now,
        reason=typed.reason,
    )
    things = _how_many(done, page.person, now=now)
    is_whole = not done.left and not done.elsewhere
    said = messages.success if done.handed_over and is_whole else messages.warning
    said(request, f"{things} {_what_is_left(done, page.person)}")
    query = urlencode({"took": sorted(set(typed.successors.values()))}, doseq=True)
    return redirect(f"{reverse('front:leaving', args=[page.person.pk])}?{query}#numbers")


def _how_many(done: handing.Done, person: Person, *, now: datetime) -> str:
    number = f"{done.handed_over} thing{'' if done.handed_over == 1 else 's'}"
    if done.at is None:
        return f"{number} {'was' if done.handed_over == 1 else 'were'} handed over."
    zone = ZoneInfo(person.time_zone)
    last = done.at.astimezone(zone).date() - timedelta(days=1)
    day = words.day(last, today=now.astimezone(zone).date())
    return f"{number} will be handed over at the end of {day}."


def _what_is_left(done: handing.Done, person: Person) -> str:
    left = done.left + done.elsewhere
    if not left:
        after = "" if done.at is None else " after that"
        return f"Nothing names {person.short_name}{after or ' any more'}."
    name = "1 thing names" if left == 1 else f"{left} things name"
    who = f" {words.people(done.names)} can hand over the rest." if done.names else ""
    return f"{name} {person.short_name} still.{who}"


def _day_before(at: datetime, person: Person, *, now: datetime) -> str:
    """The last day before an instant, where the person is: Fri 27 Nov."""
    last = date.fromisoformat(form.last_day_of(at, person))
    return words.full_day(last, today=now.date())


def _asks(reader: Person, person: Person, *, now: datetime) -> bool:
    """Whether the form asks if they leave."""
    return not person.has_left(now) and _why_not_leave(reader, person) is None


def _why_not_leave(reader: Person, person: Person) -> str | None:
    part = Part(is_administrator=reader.is_superuser, is_self=reader.pk == person.pk)
    return why_not_leave(part, others=1, is_administrator=False, name="")


def _reader(request: HttpRequest) -> Person:
    if not isinstance(request.user, Person):
        raise Http404
    return request.user


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS

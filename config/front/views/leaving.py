"""Somebody leaves, or is replaced: everything that names them on one page, handed over at once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST

from config.front.logic.leaving import Chosen, Place, meant_by, why_not_leave, why_not_open
from config.front.operations import leaving as handing
from config.front.queries import leaver as reading
from config.portal import clock
from config.portal.refusals import Refused
from rosters.logic.reasons import in_one_line
from rosters.logic.walltime import instant
from rosters.models import ContactPoint, Person
from rosters.operations import trying
from rosters.queries import grid

NAMES = 400
MOST_DIGITS = 9


@dataclass
class Typed:
    """What stands in the form: who takes which piece, and what is wrong."""

    everything: str = ""
    names: dict[str, str] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    successors: dict[str, int] = field(default_factory=dict)
    reason: str = ""
    last_day: str = ""
    leaves: bool = False


@require_http_methods(["GET", "HEAD", "POST"])
def leaving(request: HttpRequest, pk: int) -> HttpResponse:
    """What names somebody; a first press says what would change, a second one changes it."""
    reader, now = _reader(request), clock.act_now()
    person = get_object_or_404(Person, pk=pk)
    part = reading.part_of(reader, person)
    if why_not_open(part):
        raise PermissionDenied
    page = reading.page(person, reader=reader, now=now)
    known = grid.names(now=now).people
    typed = _typed(request, page.places, known)
    if request.method != "POST" or request.POST.get("step") == "back":
        return _form(request, page, typed, known, now=now)
    error = _error(typed, person, now=now)
    if not error and request.POST.get("step") == "do":
        error = _do(request, person, typed, now=now)
        if not error:
            return redirect(_after(person, typed))
    if error:
        return _form(request, page, typed, known, now=now, error=error)
    return render(request, "front/leaving_confirm.html", _sentences(page, typed, known, now=now))


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


def _form(
    request: HttpRequest,
    page: reading.LeaverPage,
    typed: Typed,
    known: Mapping[str, int],
    *,
    now: datetime,
    error: str = "",
) -> HttpResponse:
    reader = _reader(request)
    took = [int(one) for one in request.GET.getlist("took") if _is_key(one)][:10]
    people = list(Person.objects.filter(pk__in=took).order_by("full_name"))
    numbers = reading.numbers_of(people, now=now)
    why_not = why_not_leave(
        reading.part_of(reader, page.person), others=1, is_administrator=False, name=""
    )
    context = {
        "page": page,
        "person": page.person,
        "typed": typed,
        "names": list(known)[:NAMES],
        "error": error,
        "why_not_leave": why_not,
        "took": [(one, numbers.get(one.pk, [])) for one in people],
        "rows": [
            (group, [(one, typed.names.get(one.key, ""), typed.problems.get(one.key, ""))
                     for one in group.places])
            for group in page.groups
        ],
    }  # fmt: skip
    return render(request, "front/leaving.html", context, status=422 if error else 200)


def _typed(request: HttpRequest, places: list[Place], known: Mapping[str, int]) -> Typed:
    """What was typed; before anything was, each piece goes to whoever gets everything."""
    values = request.POST if request.method == "POST" else request.GET
    typed = Typed(
        everything=values.get("everything", "").strip()[:160],
        reason=in_one_line(values.get("reason", "")),
        last_day=values.get("last_day", "")[:10],
        leaves=bool(values.get("leaves")),
    )
    for place in places:
        name = values.get(f"to-{place.key}", typed.everything if values is request.GET else "")
        name = typed.names[place.key] = name.strip()[:160]
        if not name:
            continue
        meant = meant_by(name, known)
        if meant is None:
            typed.problems[place.key] = f"Nobody here is called “{name}”."
        else:
            typed.names[place.key], typed.successors[place.key] = meant, known[meant]
    return typed


def _error(typed: Typed, person: Person, *, now: datetime) -> str:
    if typed.problems:
        return "Nothing was changed. Look at the marked names."
    if not typed.reason:
        return "Say why in one line. Whoever reads the history will want to know."
    if not typed.successors and not typed.leaves:
        return "Choose who takes over, at least once."
    if typed.leaves and _last_moment(typed, person, now=now) is None:
        return "Write the last day as 2026-11-30, today or later."
    return ""


def _last_moment(typed: Typed, person: Person, *, now: datetime) -> datetime | None:
    """The end of the last day where the person is; now for today and for none."""
    zone = ZoneInfo(person.time_zone)
    today = now.astimezone(zone).date()
    try:
        day = date.fromisoformat(typed.last_day) if typed.last_day else today
    except ValueError:
        return None
    if day == today:
        return now
    if not today < day < today + timedelta(days=3660):
        return None
    return instant(datetime.combine(day + timedelta(days=1), time()), zone)


def _do(request: HttpRequest, person: Person, typed: Typed, *, now: datetime) -> str:
    """Everything is handed over; returns why not."""
    try:
        done = handing.hand_over(
            person,
            Chosen(typed.successors, leaves=typed.leaves),
            last_moment=_last_moment(typed, person, now=now),
            by=_reader(request),
            now=now,
            reason=typed.reason,
        )
    except Refused as refused:
        return str(refused)
    handed = "1 piece was" if done.handed_over == 1 else f"{done.handed_over} pieces were"
    left = "Nothing names them any more." if not done.left else f"{done.left} still name them."
    messages.success(request, f"{handed} handed over. {left}")
    return ""


def _after(person: Person, typed: Typed) -> str:
    took = sorted(set(typed.successors.values()))
    query = urlencode({"took": took}, doseq=True)
    return f"{reverse('front:leaving', args=[person.pk])}?{query}#numbers"


def _sentences(
    page: reading.LeaverPage, typed: Typed, known: Mapping[str, int], *, now: datetime
) -> dict[str, object]:
    """What would change, piece by piece, and what nobody takes."""
    by_pk = {pk: name for name, pk in known.items()}
    moment = _last_moment(typed, page.person, now=now)
    return {
        "page": page,
        "person": page.person,
        "typed": typed,
        "taken": [
            (group, [(one, by_pk[typed.successors[one.key]]) for one in group.places
                     if one.key in typed.successors])
            for group in page.groups
        ],
        "vacant": [
            (group, [one for one in group.places if one.key not in typed.successors])
            for group in page.groups
        ],
        "leaves_at": moment if moment and moment > now else None,
    }  # fmt: skip


def _reader(request: HttpRequest) -> Person:
    if not isinstance(request.user, Person):
        raise Http404
    return request.user


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS

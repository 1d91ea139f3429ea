"""Shifts given away and swapped: asked for, taken, exchanged, approved, taken back."""

from collections.abc import Callable
from datetime import datetime

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.portal import clock
from config.portal.paging import PAGE_SIZE
from config.portal.refusals import Refused
from rosters.forms.sharing import GiveForm
from rosters.logic import sharing as rules
from rosters.logic.reasons import in_one_line
from rosters.logic.rotation import Span
from rosters.models import Person, ShiftOffer, ShiftSwap
from rosters.operations import swapping
from rosters.queries import sharing
from rosters.queries import swaps as reading
from rosters.views.common import reader_of, zone_of
from rosters.views.sharing import LONGEST_NUMBER, asked_window, roster_of

NOTHING = "none"
"""What somebody chooses who wants no shift in exchange."""
WHICH = (("open", "Waiting"), ("mine", "Mine"), ("all", "All"))


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Shifts that change hands, narrowed by the address."""
    reader, now = reader_of(request), clock.show_now()
    which = request.GET.get("which", "open")
    q = " ".join(request.GET.get("q", "").replace("\0", "").split())[:80]
    asked = {"which": which if which in dict(WHICH) else "open", "q": q}
    page = Paginator(reading.visible(reader, **asked, now=now), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    context = {"page": page, "asked": asked, "which": WHICH, "now": now}
    return render(request, "rosters/swaps.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def give(request: HttpRequest, slug: str) -> HttpResponse:
    """A shift of the reader's is given away; keepers give those of others, by ?person=."""
    roster, reader, now = roster_of(slug), reader_of(request), clock.act_now()
    person, part = _whose(request, reader), sharing.part_of(reader, roster)
    is_own = person.pk == reader.pk
    why_not = rules.why_not_give(part, is_own=is_own, name=person.full_name)
    form = GiveForm(
        request.POST or None,
        roster=roster,
        person=person,
        zone=zone_of(reader),
        initial=asked_window(request, reader),
    )
    if request.method == "POST" and not why_not and form.is_valid():
        try:
            swap = swapping.ask(roster, form.gift(), by=reader, now=now)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "Asked. You read the answer here, and by message.")
            return redirect("rosters:swap", swap.pk)
    found = reading.takeable(roster, reader=person, now=now)
    context = {
        "roster": roster,
        "person": person,
        "form": form,
        "why_not": why_not,
        "found": [one for one in found if one.is_mine],
        "others": sharing.colleagues(roster, besides=[person.pk], now=now) if part.keeps else [],
        "is_chosen": request.method == "POST" or "from" in request.GET,
        "belongs": part.belongs or not is_own,
    }
    status = 422 if form.errors else 200
    return render(request, "rosters/give.html", context, status=status)


def _whose(request: HttpRequest, reader: Person) -> Person:
    number = request.GET.get("person", "")
    if not number:
        return reader
    if not (number.isascii() and number.isdecimal() and len(number) <= LONGEST_NUMBER):
        raise Http404
    return get_object_or_404(Person, pk=int(number))


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One shift that changes hands."""
    return _page(request, _swap(pk))


def _page(
    request: HttpRequest, swap: ShiftSwap, *, error: str = "", place: str = ""
) -> HttpResponse:
    page = reading.page(swap, reader=reader_of(request), now=clock.show_now())
    context = {"page": page, "swap": swap, "error": error, "place": place}
    return render(request, "rosters/swap.html", context, status=422 if error else 200)


@require_POST
def offer(request: HttpRequest, pk: int) -> HttpResponse:
    """The reader takes the shift, as it is or in exchange for one of theirs."""
    swap = _swap(pk)
    chosen = request.POST.get("returns", "")
    returns = _span(chosen)
    if chosen != NOTHING and returns is None and _must_choose(request, swap, chosen):
        why_not = "Choose one of your shifts, or nothing in exchange."
        return _page(request, swap, error=why_not, place="returns-none")
    return _act(
        request,
        swap,
        lambda by, now: swapping.offer(swap, by=by, now=now, returns=returns),
        _offered(swap, returns),
    )


def _offered(swap: ShiftSwap, returns: Span | None) -> str:
    if returns:
        return "Offered. They read it now."
    if swap.roster.swaps_need_approval:
        return "Thank you. A lead decides now. You read the answer here, and by message."
    return "Thank you. You have taken it."


def _must_choose(request: HttpRequest, swap: ShiftSwap, chosen: str) -> bool:
    """Whether the answer lacks what is given in exchange, where a choice was offered."""
    if chosen:
        return True
    page = reading.page(swap, reader=reader_of(request), now=clock.act_now())
    return swap.wants_return and bool(page.exchanges)


@require_POST
def say_yes_for(request: HttpRequest, pk: int) -> HttpResponse:
    """A lead says yes for somebody who told them so."""
    swap = _swap(pk)
    number = request.POST.get("person", "")
    if not (number.isascii() and number.isdecimal() and len(number) <= LONGEST_NUMBER):
        has_list = (
            len(reading.page(swap, reader=reader_of(request), now=clock.show_now()).answerers) > 1
        )
        return _page(
            request, swap, error="Choose who said yes.", place="id_yes_for" if has_list else ""
        )
    person = get_object_or_404(Person, pk=int(number))
    return _act(
        request,
        swap,
        lambda by, now: swapping.say_yes_for(swap, person, by=by, now=now),
        f"Noted: {person.full_name} says yes. They read that you said so.",
    )


@require_POST
def withdraw_offer(request: HttpRequest, pk: int) -> HttpResponse:
    """Who offered does not, after all."""
    rows = ShiftOffer.objects.select_related("swap__roster", "person")
    made = get_object_or_404(rows, pk=pk)
    return _act(
        request,
        _swap(made.swap_id),
        lambda by, now: swapping.withdraw_offer(made, by=by, now=now),
        f"Taken back. {made.swap.person} reads it, and stays on call until somebody says yes.",
    )


@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """What was swapped is as it was before."""
    swap = _swap(pk)
    return _act(
        request,
        swap,
        lambda by, now: swapping.undo(swap, by=by, now=now),
        "Undone. Both have their own shifts again, and were told.",
    )


@require_POST
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """The one who asked takes an exchange."""
    made = get_object_or_404(
        ShiftOffer.objects.select_related("swap__roster", "person", "swap__person"), pk=pk
    )
    needs_a_lead = made.swap.roster.swaps_need_approval
    return _act(
        request,
        _swap(made.swap_id),
        lambda by, now: swapping.accept(made, by=by, now=now),
        f"Agreed with {made.person}.{' A lead decides now.' if needs_a_lead else ''}",
    )


@require_POST
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    """The one who was asked cannot, or told a lead so; the team is asked."""
    swap = _swap(pk)
    said = "Noted. The team is asked now."
    if swap.asked_of and swap.asked_of_id != reader_of(request).pk:
        said = f"Noted: {swap.asked_of} says no, and reads that you said so. The team is asked now."
    return _act(request, swap, lambda by, now: swapping.decline(swap, by=by, now=now), said)


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Nobody is asked any more."""
    swap = _swap(pk)
    return _act(
        request,
        swap,
        lambda by, now: swapping.withdraw(swap, by=by, now=now),
        f"Taken back. {swap.person} stays on call.",
    )


@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """A lead approves, or refuses with a reason."""
    swap, said = _swap(pk), request.POST.get("answer")
    if said not in {"yes", "no"}:
        raise Http404
    why = in_one_line(request.POST.get("why", "").replace("\0", ""))[:200]
    return _act(
        request,
        swap,
        lambda by, now: swapping.decide(swap, approves=said == "yes", by=by, now=now, answer=why),
        "Approved. It holds now." if said == "yes" else "Refused. Both were told.",
        place="id_why" if said == "no" and not why else "",
    )


def _act(
    request: HttpRequest,
    swap: ShiftSwap,
    act: Callable[[Person, datetime], object],
    done: str,
    *,
    place: str = "",
) -> HttpResponse:
    try:
        act(reader_of(request), clock.act_now())
    except Refused as refused:
        return _page(request, _swap(swap.pk), error=str(refused), place=place)
    messages.success(request, done)
    return redirect("rosters:swap", swap.pk)


def _swap(pk: int) -> ShiftSwap:
    found = reading.find(pk)
    if found is None:
        raise Http404
    return found


def _span(text: str) -> Span | None:
    """Two instants with a slash between them, as the page's own choices are written."""
    first, _, last = text.partition("/")
    try:
        span = datetime.fromisoformat(first), datetime.fromisoformat(last)
    except ValueError:
        return None
    return span if span[0].tzinfo and span[1].tzinfo else None

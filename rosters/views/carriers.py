"""How messages leave: accounts with carriers, set up, tested and watched by administrators."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.portal import clock
from config.portal.refusals import Refused
from rosters.channels.contract import Kind
from rosters.channels.kinds import KINDS
from rosters.forms.carriers import AccountForm
from rosters.logic.carriers import why_not_keep
from rosters.models import CarrierAccount, ContactPoint
from rosters.operations import carriers as keeping
from rosters.queries import administrators, carriers
from rosters.queries.lines import door_of
from rosters.views.common import reader_of

READ = ["GET", "HEAD", "POST"]


@never_cache
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every account, and the channels that none serves."""
    if refused := closed(request):
        return refused
    rows = carriers.rows(now=clock.show_now())
    context = {
        "rows": rows,
        "unserved": carriers.unserved(rows),
        "out": [row for row in rows if row.is_out and row.account.is_enabled],
        "kinds": KINDS.values(),
    }
    return render(request, "rosters/carriers/index.html", context)


@never_cache
@require_http_methods(READ)
def new(request: HttpRequest) -> HttpResponse:
    """One more account: the kind first, then what it asks."""
    if refused := closed(request):
        return refused
    kind = KINDS.get(request.GET.get("kind", ""))
    if kind is None:
        return render(request, "rosters/carriers/choose.html", {"kinds": KINDS.values()})
    form = AccountForm(kind, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            made = keeping.begin(
                kind.slug, form.facts(), by=reader_of(request), now=clock.act_now()
            )
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"“{made.name}” is set up. Now send a test through it.")
            return redirect("rosters:carrier", made.pk)
    return _form(request, form, kind=kind, account=None)


@never_cache
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One account: what is set, how it does, what went by it, and a test."""
    if refused := closed(request):
        return refused
    account, reader = _found(pk), reader_of(request)
    context = {
        "row": carriers.one(account, now=clock.show_now()),
        "account": account,
        "told": carriers.told(account),
        "door": door_of(account),
        "failures": carriers.failures(account),
        "tests": carriers.tests(account, reader),
        "points": carriers.own_points(account, reader),
    }
    return render(request, "rosters/carriers/detail.html", context)


@never_cache
@require_http_methods(READ)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """What is set of an account; no secret is ever shown again."""
    if refused := closed(request):
        return refused
    account = _found(pk)
    kind = KINDS.get(account.kind)
    if kind is None:
        messages.error(request, "This Muster does not know its kind any more. Switch it off.")
        return redirect("rosters:carrier", pk)
    form = AccountForm(
        kind,
        request.POST if request.method == "POST" else None,
        account=account,
        standing=carriers.standing(account),
    )
    if form.is_bound and form.is_valid():
        try:
            keeping.settle(account, form.facts(), by=reader_of(request))
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "Saved. It holds from the next message on.")
            return redirect("rosters:carrier", pk)
    return _form(request, form, kind=kind, account=account)


@require_POST
def test(request: HttpRequest, pk: int) -> HttpResponse:
    """A test goes to one of the reader's own numbers by this account."""
    account = _found(pk)
    chosen = request.POST.get("point", "")
    found = ContactPoint.objects.filter(person=reader_of(request))
    point = found.filter(pk=int(chosen)).first() if _is_pk(chosen) else None
    if point is None:
        messages.error(request, "Choose one of your own numbers to send the test to.")
        return redirect("rosters:carrier", pk)

    def act() -> str:
        keeping.test(account, point, by=reader_of(request), now=clock.act_now())
        return f"A test is on its way to {point.address}. What comes of it stands below."

    return _acted(request, pk, act)


@require_POST
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """An account that is out is tried with the next message."""
    account = _found(pk)

    def act() -> str:
        was_out = keeping.try_again(account, by=reader_of(request), now=clock.act_now())
        return "The next message tries it." if was_out else "It works: there is nothing to try."

    return _acted(request, pk, act)


@require_POST
def switch(request: HttpRequest, pk: int) -> HttpResponse:
    """The account is used from now on, or is not."""
    account, is_on = _found(pk), request.POST.get("to") == "on"

    def act() -> str:
        keeping.switch(account, is_enabled=is_on, by=reader_of(request))
        return f"“{account.name}” is {'used from now on' if is_on else 'not used any more'}."

    return _acted(request, pk, act)


def _acted(request: HttpRequest, pk: int, act: Callable[[], str]) -> HttpResponse:
    try:
        messages.success(request, act())
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("rosters:carrier", pk)


def _form(
    request: HttpRequest, form: AccountForm, *, kind: Kind, account: CarrierAccount | None
) -> HttpResponse:
    context = {"form": form, "kind": kind, "account": account}
    status = 422 if form.errors else 200
    return render(request, "rosters/carriers/edit.html", context, status=status)


def closed(request: HttpRequest) -> HttpResponse | None:
    """For everybody but administrators: why, and whom to ask."""
    reader = reader_of(request)
    why_not = why_not_keep(is_administrator=reader.is_superuser)
    if why_not is None:
        return None
    names = administrators.to_ask(reader, now=clock.show_now())
    context = {"why_not": why_not, "names": names}
    return render(request, "rosters/carriers/closed.html", context, status=403)


def _is_pk(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= len("999999999")


def _found(pk: int) -> CarrierAccount:
    found: CarrierAccount = get_object_or_404(CarrierAccount, pk=pk)
    return found

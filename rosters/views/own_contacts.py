"""How we reach you: one's own numbers, in which order they are used, and quiet hours."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from config.portal import clock
from config.portal.refusals import Refused
from rosters.forms.numbers import CodeForm, OwnPointForm
from rosters.forms.reaching import ReachForm
from rosters.models import ContactPoint, Person
from rosters.operations import own_contacts, own_rules, verifying
from rosters.queries import own_contacts as reading
from rosters.views.common import reader_of


@never_cache
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The reader's own numbers."""
    return _page(request)


@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """One more number; a code goes there at once."""
    form = OwnPointForm(request.POST, auto_id="new_%s")
    point = _tried(form, lambda: own_contacts.add(form.wanted(), **_by(request)))
    if point is None:
        return _page(request, adding=form, status=422)
    return _proved(request, point) if point.is_trusted else _send_code(request, point)


@require_POST
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Another address or label; a new address is verified by a new code."""
    point = _point(request, pk)
    typed = {**request.POST.dict(), "channel": point.channel}
    form = OwnPointForm(typed, auto_id=f"change{pk}_%s")
    fresh = _tried(form, lambda: own_contacts.change(point, form.wanted(), **_by(request)))
    if fresh is None:
        return _page(request, changing=form, changed=pk, status=422)
    if not fresh.is_trusted:
        return _send_code(request, fresh)
    messages.success(request, "Saved.")
    return _back(pk)


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Nobody is reached by it any more."""
    point = _point(request, pk)
    said = f"Removed. We no longer use this {point.get_channel_display().lower()}."
    return _press(request, lambda: own_contacts.remove(point, **_by(request)), said)


@require_POST
def send_code(request: HttpRequest, pk: int) -> HttpResponse:
    """A code goes to one of the reader's numbers."""
    return _send_code(request, _point(request, pk))


@require_POST
def verify(request: HttpRequest, pk: int) -> HttpResponse:
    """The code that arrived is typed here."""
    point, form = _point(request, pk), CodeForm(request.POST, auto_id=f"code{pk}_%s")
    code = str(form.data.get("code", ""))
    if _tried(form, lambda: verifying.verify(point, code, **_by(request))) is None:
        return _page(request, typing=form, typed=pk, status=422)
    messages.success(request, "Verified. We know now that this reaches you.")
    return _back(None, asking=pk)


@require_POST
def use(request: HttpRequest, pk: int) -> HttpResponse:
    """What is urgent goes to this number: instead of the one that is named, or beside the rest."""
    point = _point(request, pk)
    old = request.POST.get("instead", "")
    instead_of = int(old) if old.isascii() and old.isdigit() and len(old) < 12 else None
    said = f"Saved. When it is urgent we use {point.address} from now on."

    def save() -> None:
        own_rules.use_when_urgent(point, instead_of=instead_of, **_by(request))

    return _press(request, save, said, to=None)


@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Both lists and the quiet hours; moving, adding or taking out a line saves the rest too."""
    reader = reader_of(request)
    form = ReachForm(reader, reading.lists_of(reader), request.POST)

    def write() -> Person:
        return own_rules.save(form.lists(), form.hours(), **_by(request))

    if _tried(form, write) is None:
        return _page(request, reach=form, status=422)
    messages.success(request, "Saved. We reach you like this from now on.")
    return _back(form.press.urgency)


def _by(request: HttpRequest) -> dict[str, Any]:
    return {"by": reader_of(request), "now": clock.act_now()}


def _point(request: HttpRequest, pk: int) -> ContactPoint:
    return get_object_or_404(ContactPoint, pk=pk, person=reader_of(request))


def _tried(form: forms.Form, act: Callable[[], Any]) -> Any:  # noqa: ANN401  # as the act
    """What the act returned; None when the form holds why it was refused."""
    if not form.is_valid():
        return None
    try:
        return act()
    except Refused as refused:
        name = next((name for name in form.fields if name in ("address", "code")), None)
        form.add_error(name, str(refused))
        return None


def _press(
    request: HttpRequest, act: Callable[[], object], said: str, *, to: object = "numbers"
) -> HttpResponse:
    try:
        act()
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, said)
    return _back(to)


def _proved(request: HttpRequest, point: ContactPoint) -> HttpResponse:
    messages.success(request, f"{point.address} needs no code: we know that it reaches you.")
    return _back(None, asking=point.pk)


def _send_code(request: HttpRequest, point: ContactPoint) -> HttpResponse:
    def send() -> None:
        verifying.send_code(point, **_by(request))

    said = "A code is on its way. Type it here when it arrives."
    return _press(request, send, said, to=point.pk)


def _back(to: object, *, asking: int | None = None) -> HttpResponse:
    answer = redirect("rosters:own_contacts")
    if asking:
        answer["Location"] += f"?new={asking}"
    elif to:
        answer["Location"] += f"#way-{to}" if isinstance(to, int) else f"#{to}"
    return answer


def _page(
    request: HttpRequest,
    *,
    adding: forms.Form | None = None,
    changing: forms.Form | None = None,
    changed: int = 0,
    typing: forms.Form | None = None,
    typed: int = 0,
    reach: ReachForm | None = None,
    status: int = 200,
) -> HttpResponse:
    shown = reading.of(reader_of(request), now=clock.show_now())
    new = request.GET.get("new", "")
    context = {
        "page": shown,
        "asking": next((one for one in shown.unused if str(one.point.pk) == new), None),
        "adding": adding or OwnPointForm(auto_id="new_%s"),
        "changing": changing,
        "changed": changed,
        "typing": typing,
        "typed": typed,
        "reach": reach or ReachForm(shown.person, shown.lists),
        "form": next((one for one in (adding, changing, typing, reach) if one), None),
    }
    return render(request, "rosters/own_contacts.html", context, status=status)

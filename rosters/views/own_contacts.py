"""How we reach you: one's own numbers, in which order they are used, and quiet hours."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.portal import clock
from config.portal.refusals import Refused
from rosters.forms.numbers import OwnPointForm
from rosters.forms.own_page import DrawnPoint, Typed, as_now
from rosters.forms.reaching import ReachForm
from rosters.models import ContactPoint, Person
from rosters.operations import own_contacts, own_page, own_rules, testing, verifying
from rosters.queries import own_contacts as reading
from rosters.views.common import reader_of

CODE_SENT = "A code is on its way. Type it here when it arrives."


@never_cache
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The reader's own numbers."""
    return _page(request)


@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """One more number; a code goes there at once."""
    return _save(request, _typed(request, is_adding=True))


@require_POST
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Another address or label; a new address is verified by a new code."""
    return _save(request, _typed(request, changing=_point(request, pk).pk), to=pk)


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Nobody is reached by it any more."""
    point = _point(request, pk)
    said = f"Removed. We no longer use this {point.get_channel_display().lower()}."
    typed = _typed(request, without=pk)
    return _save(request, typed, lambda: own_contacts.remove(point, **_by(request)), said)


@require_POST
def send_code(request: HttpRequest, pk: int) -> HttpResponse:
    """A code goes to one of the reader's numbers; what was typed of an older one counts no more."""
    point = _point(request, pk)
    return _save(
        request, _typed(request, without=pk), partial(_code, request, point), CODE_SENT, to=pk
    )


@require_POST
def verify(request: HttpRequest, pk: int) -> HttpResponse:
    """The code that arrived is typed here."""
    return _save(request, _typed(request, verifying=_point(request, pk).pk), to=pk)


@require_POST
def use(request: HttpRequest, pk: int) -> HttpResponse:
    """What is urgent goes to this number: instead of the one that is named, or beside the rest."""
    point = _point(request, pk)
    old = request.POST.get("instead", "")
    instead_of = int(old) if old.isascii() and old.isdigit() and len(old) < 12 else None
    said = f"Saved. When it is urgent we use {point.address} from now on."

    def act() -> None:
        own_rules.use_when_urgent(point, instead_of=instead_of, **_by(request))

    return _save(request, _typed(request), act, said, to=None)


@require_POST
def test(request: HttpRequest, pk: int) -> HttpResponse:
    """A test message goes to one of the reader's numbers."""
    point, said = _point(request, pk), "A test is on its way. Look at your phone."
    act = partial(testing.send, point, **_by(request))
    return _save(request, _typed(request), act, said, to=pk)


@require_POST
def arrived(request: HttpRequest, pk: int) -> HttpResponse:
    """The reader says that the test arrived."""
    point, said = _point(request, pk), "Good. We know now that this works."
    act = partial(testing.confirm, point, **_by(request))
    return _save(request, _typed(request), act, said, to=pk)


@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """All that was typed; moving, adding or taking out a line of a list saves the rest too."""
    typed = _typed(request)
    return _save(request, typed, to=typed.reach.press.urgency)


@require_http_methods(["GET", "HEAD", "POST"])
def of_before(request: HttpRequest, urgency: str = "") -> HttpResponse:
    """Where each list and the quiet hours had a form of their own: a page still open sends them."""
    if request.method != "POST":
        return _back(urgency)
    posted = as_now(request.POST, urgency)
    return _save(request, _typed(request, posted), to=urgency or "quiet")


def _typed(request: HttpRequest, posted: QueryDict | None = None, **press: Any) -> Typed:
    reader: Person = Person.objects.get(pk=reader_of(request).pk)
    return Typed(reader, reading.lists_of(reader), posted or request.POST, **press)


def _save(
    request: HttpRequest,
    typed: Typed,
    act: Callable[[], object] | None = None,
    said: str = "",
    *,
    to: object = "numbers",
) -> HttpResponse:
    """All that was typed is kept, or nothing; then what the button says is done."""
    if not typed.is_valid():
        return _page(request, typed, status=422)
    try:
        touched = own_page.save(typed.wanted(), **_by(request))
    except Refused as refused:
        typed.refuse(refused)
        return _page(request, typed, status=422)
    if typed.reach.has_news or not (touched or act or typed.codes):
        messages.success(request, "Saved. We reach you like this from now on.")
    if act:
        _do(request, act, said)
    if touched:
        return _proving(request, touched, has_new=typed.adding is not None)
    return _verify(request, typed) if typed.codes else _back(to)


def _proving(
    request: HttpRequest, touched: Sequence[ContactPoint], *, has_new: bool
) -> HttpResponse:
    """A code goes to each that is not known to reach its person; a new one may need none."""
    for point in touched:
        if not point.is_trusted:
            _do(request, partial(_code, request, point), CODE_SENT)
    last = touched[-1]
    if not last.is_trusted:
        return _back(last.pk)
    if not has_new:
        messages.success(request, "Saved.")
        return _back(last.pk)
    messages.success(request, f"{last.address} needs no code: we know that it reaches you.")
    return _back(None, asking=last.pk)


def _verify(request: HttpRequest, typed: Typed) -> HttpResponse:
    """The codes that were typed prove their numbers; a wrong one is said where it stands."""
    for pk, form in typed.codes.items():
        code = str(form.cleaned_data["code"])
        try:
            verifying.verify(_point(request, pk), code, **_by(request))
        except Refused as refused:
            form.add_error("code", str(refused))
        else:
            messages.success(request, "Verified. We know now that this reaches you.")
    if typed.errors:
        return _page(request, typed, status=422)
    return _back(None, asking=next(iter(typed.codes)))


def _do(request: HttpRequest, act: Callable[[], object], said: str) -> None:
    try:
        act()
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, said)


def _code(request: HttpRequest, point: ContactPoint) -> None:
    verifying.send_code(point, **_by(request))


def _by(request: HttpRequest) -> dict[str, Any]:
    return {"by": reader_of(request), "now": clock.act_now()}


def _point(request: HttpRequest, pk: int) -> ContactPoint:
    return get_object_or_404(ContactPoint, pk=pk, person=reader_of(request))


def _back(to: object, *, asking: int | None = None) -> HttpResponse:
    answer = redirect("rosters:own_contacts")
    if asking:
        answer["Location"] += f"?new={asking}"
    elif to:
        answer["Location"] += f"#way-{to}" if isinstance(to, int) else f"#{to}"
    return answer


def _page(request: HttpRequest, typed: Typed | None = None, *, status: int = 200) -> HttpResponse:
    shown = reading.of(reader_of(request), now=clock.show_now())
    new = request.GET.get("new", "")
    context = {
        "page": shown,
        "points": [_drawn(one, typed) for one in shown.points],
        "asking": next((one for one in shown.unused if str(one.point.pk) == new), None),
        "adding": (typed and typed.adding) or OwnPointForm(auto_id="new_%s"),
        "reach": typed.reach if typed else ReachForm(shown.person, shown.lists),
        "form": typed,
    }
    return render(request, "rosters/own_contacts.html", context, status=status)


def _drawn(one: reading.OwnPoint, typed: Typed | None) -> DrawnPoint:
    pk = one.point.pk
    if typed is None:
        return DrawnPoint(one)
    return DrawnPoint(one, typed.changes.get(pk), typed.codes.get(pk))

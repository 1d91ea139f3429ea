"""Me: the reader's own page, testing their numbers, and how they want to read Muster."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from config.front.queries.me import me as page_of
from config.portal import clock
from config.portal.refusals import Refused
from rosters.forms.own import PreferencesForm
from rosters.models import ContactPoint, Person
from rosters.operations import preferences, testing


def _reader(request: HttpRequest) -> Person:
    if not isinstance(request.user, Person):
        raise Http404
    return request.user


@require_http_methods(["GET", "HEAD", "POST"])
def me(request: HttpRequest) -> HttpResponse:
    """The reader's own page; a POST changes how they read Muster."""
    reader = _reader(request)
    own = Person.objects.get(pk=reader.pk)
    if request.method != "POST":
        return _page(request, reader, PreferencesForm(instance=own))
    form = PreferencesForm(request.POST, instance=own)
    if not form.is_valid():
        return _page(request, reader, form, status=422)
    preferences.change(reader, form.wanted(), by=reader, now=clock.act_now())
    messages.success(request, "Saved. You read Muster like this from now on.")
    return redirect("front:me")


def _page(
    request: HttpRequest, reader: Person, form: PreferencesForm, *, status: int = 200
) -> HttpResponse:
    context = {"page": page_of(reader, now=clock.show_now()), "form": form}
    return render(request, "front/me.html", context, status=status)


@require_POST
def test_point(request: HttpRequest, pk: int) -> HttpResponse:
    """A test message goes to one of the reader's numbers."""
    return _on_point(request, pk, testing.send, "A test is on its way. Look at your phone.")


@require_POST
def confirm_point(request: HttpRequest, pk: int) -> HttpResponse:
    """The reader says that the test arrived."""
    return _on_point(request, pk, testing.confirm, "Good. We know now that this works.")


def _on_point(request: HttpRequest, pk: int, act: Callable[..., object], done: str) -> HttpResponse:
    reader = _reader(request)
    point = get_object_or_404(ContactPoint, pk=pk, person=reader)
    try:
        act(point, by=reader, now=clock.act_now())
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, done)
    answer = redirect("front:me")
    answer["Location"] += "#numbers"
    return answer

"""A person's own views of the list of incidents: kept, renamed, removed."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from config.portal import clock
from config.portal.refusals import Refused
from incidents.views.common import person
from rosters.logic.saved_views import tidy
from rosters.models import SavedView
from rosters.operations import saved_views
from rosters.queries import saved_views as queries

PAGE = "incidents:list"
TAG = "view"
LONGEST = 200


@dataclass(frozen=True)
class RefusedName:
    """What somebody called a view, and why that cannot be; `pk` is 0 for a new one."""

    pk: int
    name: str
    why: str


def refused_name(request: HttpRequest) -> RefusedName | None:
    """The name that this page has to put back into its field; the notice above says it too."""
    for message in messages.get_messages(request):
        tag, _, rest = message.extra_tags.partition(" ") if message.extra_tags else ("", "", "")
        if tag == TAG:
            pk, _, name = rest.partition(" ")
            return RefusedName(int(pk), name, message.message)
    return None


def _refuse(request: HttpRequest, why: Refused, *, name: str, pk: int = 0) -> None:
    messages.error(request, str(why), extra_tags=f"{TAG} {pk} {name[:LONGEST]}")


@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """The filters of the address are kept by a name."""
    name, query = (request.POST.get(key, "").replace("\0", "") for key in ("name", "query"))
    try:
        view = saved_views.save(
            PAGE, name=name, query=query, by=person(request), now=clock.act_now()
        )
    except Refused as refused:
        _refuse(request, refused, name=name)
        return _to_list(tidy(query))
    messages.success(request, f"Saved as “{view.name}”.")
    return _to_list(view.query)


@require_POST
def rename(request: HttpRequest, pk: int) -> HttpResponse:
    """The view has another name."""
    view, name = _view_or_404(request, pk), request.POST.get("name", "").replace("\0", "")
    try:
        view = saved_views.rename(view, name=name, by=person(request), now=clock.act_now())
    except Refused as refused:
        _refuse(request, refused, name=name, pk=pk)
    else:
        messages.success(request, f"Its name is “{view.name}” now.")
    return _to_list(view.query)


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """The view is gone; the incidents stay."""
    view = _view_or_404(request, pk)
    saved_views.remove(view, by=person(request), now=clock.act_now())
    messages.success(request, f"Removed: {view.name}. The incidents are still there.")
    return redirect(PAGE)


def _view_or_404(request: HttpRequest, pk: int) -> SavedView:
    found = queries.find(person(request), pk)
    if found is None:
        raise Http404
    return found


def _to_list(query: str) -> HttpResponse:
    address = reverse(PAGE)
    return redirect(f"{address}?{query}" if query else address)

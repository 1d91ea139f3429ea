"""What the reader wishes for when the next shifts are planned."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from config.portal import clock
from config.portal.refusals import Refused
from rosters.forms.planning import WishForm
from rosters.operations import wishes as acts
from rosters.queries import wishes as reading
from rosters.views.common import reader_of


@require_http_methods(["GET", "HEAD", "POST"])
def wishes(request: HttpRequest) -> HttpResponse:
    """The reader's wishes from today on; a POST enters one more."""
    reader, now = reader_of(request), clock.act_now()
    form = WishForm(request.POST or None, initial={"kind": "rather_not"})
    if request.method == "POST" and form.is_valid():
        try:
            acts.enter(form.wished(), by=reader, now=now)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "Noted. Whoever plans the next shifts sees it.")
            return redirect("rosters:wishes")
    context = {"form": form, "wishes": reading.of(reader, now=now)}
    return render(request, "rosters/wishes.html", context, status=422 if form.errors else 200)


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """One wish of the reader's is gone."""
    acts.remove(pk, by=reader_of(request))
    messages.success(request, "Taken back.")
    return redirect("rosters:wishes")

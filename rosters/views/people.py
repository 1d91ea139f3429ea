"""People: how to reach them, and the numbers of those whom the reader may see."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from config.portal import clock
from config.portal.refusals import Refused
from rosters.forms import ReasonForm
from rosters.models import Person
from rosters.operations import numbers as showing
from rosters.views.common import reader_of


@never_cache
@require_POST
def numbers(request: HttpRequest, pk: int) -> HttpResponse:
    """The numbers of one person, for a reader who says why; it is written down."""
    someone = get_object_or_404(Person, pk=pk)
    form = ReasonForm(request.POST)
    try:
        reason = form.cleaned_data["reason"] if form.is_valid() else "No reason given"
        points = showing.show(someone, by=reader_of(request), reason=reason, now=clock.act_now())
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("rosters:on_call")
    return render(request, "rosters/numbers.html", {"someone": someone, "points": points})

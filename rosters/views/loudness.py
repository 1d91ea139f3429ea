"""Which channels each severity may use: one page, for administrators."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from config.portal.refusals import Refused
from rosters.forms.carriers import ChannelsForm
from rosters.logic.loudness import sentence
from rosters.operations import loudness
from rosters.queries import channel_order
from rosters.views.carriers import closed
from rosters.views.common import reader_of


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def channels(request: HttpRequest) -> HttpResponse:
    """What holds, in sentences, and the boxes to change it."""
    if refused := closed(request):
        return refused
    held = channel_order.held()
    form = ChannelsForm(request.POST if request.method == "POST" else None, standing=held)
    if form.is_bound and form.is_valid():
        try:
            loudness.choose(form.chosen(), by=reader_of(request))
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "Saved. It holds from the next call on.")
            return redirect("rosters:carrier_channels")
    context = {
        "form": form,
        "said": [sentence(severity, found) for severity, found in held.items()],
    }
    status = 422 if form.errors else 200
    return render(request, "rosters/carriers/channels.html", context, status=status)

"""Alerts that found no service: who hears of them, and one press that gives them a home."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from config.portal import clock
from config.portal.refusals import Refused
from incidents.forms.placing import HomeForm
from incidents.operations import placing
from incidents.queries import unplaced
from incidents.views.common import person
from rosters.models import Service


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What found no home, by source and by what it names."""
    return _page(request)


@require_POST
def home(request: HttpRequest) -> HttpResponse:
    """These alerts belong to a service from now on."""
    form = HomeForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Choose the service that these alerts belong to.")
        return redirect("incidents:unplaced")
    asked, by, now = form.cleaned_data, person(request), clock.act_now()
    service, decides = asked["service"], asked["do"] == "on"
    try:
        number, rule = placing.give_home(
            asked["source"], form.naming, service, decides=decides, by=by, now=now
        )
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("incidents:unplaced")
    moved = f"{number} open incident{'' if number == 1 else 's'} moved to {service}."
    moved = moved if number else f"These alerts belong to {service} now. No incident was open."
    does = "decides from now on" if decides else "is saved as a draft"
    messages.success(request, f"{moved} The rule “{rule.name}” {does}.")
    return redirect("incidents:unplaced")


def _page(request: HttpRequest) -> HttpResponse:
    context = {
        "overview": unplaced.overview(person(request), now=clock.show_now()),
        "services": Service.objects.order_by("name", "pk"),
    }
    return render(request, "incidents/signals/unplaced.html", context)

"""Help: what to read before the first night, and what to hang on the wall."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from config.front.queries import help as queries
from config.portal import clock


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The commander's card, the keys, and who can be phoned now."""
    tree = queries.phone_tree(now=clock.show_now())
    return render(request, "front/help.html", {"tree": tree})


@require_safe
def first_night(request: HttpRequest) -> HttpResponse:
    """Ten minutes to read before the first night on call."""
    return render(request, "front/help_first_night.html")

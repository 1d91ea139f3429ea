"""The description of the API: as a page for people, as OpenAPI for programs."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from config.api import door, limits
from config.api import guide as reading
from config.api.document import document
from config.portal.rest.errors import Problem, respond
from config.portal.rest.schema import as_bytes


@require_safe
def guide(request: HttpRequest) -> HttpResponse:
    """Every resource with its parameters and examples, on one page."""
    context = {
        "sections": reading.sections(document(), request.build_absolute_uri("/").rstrip("/")),
        "errors": reading.errors(),
        "per_minute": limits.PER_MINUTE,
    }
    return render(request, "api/guide.html", context)


@require_safe
@login_not_required
def openapi(request: HttpRequest) -> HttpResponse:
    """The description for programs; for signed-in people and for every token."""
    if not request.user.is_authenticated:
        try:
            door.identify(request)
        except Problem as problem:
            answer: HttpResponse = respond(problem.answer)
            answer["Cache-Control"] = "private, no-cache"
            return answer
    return HttpResponse(as_bytes(document()), content_type="application/json")

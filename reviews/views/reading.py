"""A published review, to read: one paragraph, one page, or all of it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from config.portal import clock
from reviews.logic.reading import LENGTHS
from reviews.queries import reading
from reviews.views.common import chosen, person

PREFIX = "INC-"
MAX_DIGITS = 12


@require_safe
def read(request: HttpRequest, ref: str) -> HttpResponse:
    """The review of the incident called `ref`; one that is still written is shown where it is."""
    digits = ref.upper().removeprefix(PREFIX)
    if not (digits.isascii() and digits.isdigit() and len(digits) <= MAX_DIGITS):
        raise Http404
    reader = person(request)
    review = reading.find(reader, int(digits))
    if review is None:
        raise Http404
    if review.published_at is None:
        return redirect("reviews:detail", review.pk)
    length = chosen(request, "length", LENGTHS, default="page")
    found = reading.of(review, reader=reader, now=clock.show_now())
    context = {
        "found": found,
        "page": found.page,
        "length": length,
        "lengths": LENGTHS.items(),
        "steps": reading.steps_of(review) if length == "all" else (),
    }
    return render(request, "reviews/read.html", context)

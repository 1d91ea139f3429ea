"""What one request asks only once."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from rosters.queries.lines import asked_once

Answer = Callable[[HttpRequest], HttpResponseBase]


def channels_asked_once(get_response: Answer) -> Answer:
    """A page asks one time which channels can be used, however many numbers it shows."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        with asked_once():
            return get_response(request)

    return answer

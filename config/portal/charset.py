"""Only UTF-8 comes in: every other way to write letters is refused before anybody reads it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

OURS = "utf-8"
REFUSAL = "Send this as UTF-8. Nothing was read or changed.\n"


def utf8_only(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: 400 for a body that names another charset.

    Django would decode it by any codec of Python, into text that no page can show and no database
    can keep.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        named = (request.content_params or {}).get("charset", OURS).strip("\"' ").lower()
        if named != OURS:
            return HttpResponse(REFUSAL, status=400, content_type="text/plain; charset=utf-8")
        return get_response(request)

    return middleware

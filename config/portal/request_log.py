"""One line for each request, with the number that its own lines and its tasks carry.

django-structlog's own middleware says the same by way of four signals and a line that nobody keeps:
a tenth of the processor time of a request at the door of alerts.
"""

import logging
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import structlog
from django.core.signals import got_request_exception
from django.dispatch import receiver
from django.http import HttpRequest
from django.http.response import HttpResponseBase, StreamingHttpResponse
from structlog.contextvars import bind_contextvars, bound_contextvars, clear_contextvars

from config.portal import client_address

HEADER = "X-Request-ID"
FAILED = "muster.failed"
SERVER_ERROR = 500

logger = structlog.get_logger(__name__)


def numbered(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: the request has a number, and a line that says what it was and how long it took.

    Whoever reads the answer finds the number there, to quote it. No sender can choose it.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        began = time.monotonic()
        number = str(uuid4())
        context = {"request_id": number, "address": client_address.of(request)}
        bind_contextvars(**context)
        try:
            answer = get_response(request)
            answer.headers[HEADER] = number
            if FAILED not in request.META:
                _say(request, answer.status_code, took=time.monotonic() - began)
        finally:
            clear_contextvars()
        if isinstance(answer, StreamingHttpResponse):
            parts: Any = answer.streaming_content  # never an asynchronous one: we serve WSGI
            answer.streaming_content = _told(parts, context)
        return answer

    return middleware


def request_id() -> str:
    """The number of the request being answered; empty outside of one."""
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))


@receiver(got_request_exception)
def fail(request: HttpRequest | None = None, **_: Any) -> None:
    """Say in the request's one line what broke it, as long as it is known."""
    if request is None:
        return
    request.META[FAILED] = True
    logger.error(
        "request_failed",
        exc_info=sys.exception(),
        code=SERVER_ERROR,
        request=_named(request),
    )


def _say(request: HttpRequest, code: int, *, took: float) -> None:
    level = logging.ERROR if code >= SERVER_ERROR else logging.INFO
    logger.log(
        level,
        "request_finished",
        code=code,
        request=_named(request),
        took_ms=round(took * 1000, 1),
    )


def _named(request: HttpRequest) -> str:
    return f"{request.method} {request.get_full_path()}"


def _told(parts: Iterator[bytes], context: dict[str, str]) -> Iterator[bytes]:
    """The parts of an answer that is still being made when its request is over."""
    with bound_contextvars(**context):
        try:
            yield from parts
        except Exception:
            logger.exception("streaming_failed")
            raise
        logger.info("streaming_finished")

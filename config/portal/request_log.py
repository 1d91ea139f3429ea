"""One line for each request, with the number that its own lines and its tasks carry."""

import time
from typing import Any

import structlog
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django_structlog import signals

from config.portal import client_address

HEADER = "X-Request-ID"


def request_id() -> str:
    """The number of the request being answered; empty outside of one."""
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))


@receiver(signals.bind_extra_request_metadata)
def begin(request: HttpRequest, **_: Any) -> None:
    """Bind where the request came from, and note when."""
    structlog.contextvars.bind_contextvars(address=client_address.of(request))
    request.META["muster.began"] = time.monotonic()


@receiver(signals.bind_extra_request_finished_metadata)
def finish(
    request: HttpRequest, response: HttpResponse, log_kwargs: dict[str, Any], **_: Any
) -> None:
    """Say how long it took, and tell the reader the number to quote."""
    log_kwargs["took_ms"] = round((time.monotonic() - request.META["muster.began"]) * 1000, 1)
    response[HEADER] = request_id()


@receiver(signals.update_failure_response)
def fail(response: HttpResponse, **_: Any) -> None:
    """Tell the reader of an error page the number to quote."""
    response[HEADER] = request_id()

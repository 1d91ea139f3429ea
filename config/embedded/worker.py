"""Gunicorn's worker with our words for requests that no page can be asked for."""

import html
import logging
import socket
from typing import Any

from django.conf import settings
from gunicorn.http.errors import LimitRequestHeaders, LimitRequestLine, ParseException
from gunicorn.workers.gthread import ThreadWorker

logger = logging.getLogger("gunicorn.error")

LONGEST_LINE = 8190
TOO_LONG = (
    414,
    "This address is too long",
    f"It may have {LONGEST_LINE:,} characters. Open the page from the menu, with fewer filters.",
)
TOO_MUCH = (
    431,
    "Your browser sends too much with each page",
    "Delete the cookies of this site, then open it again.",
)
UNREADABLE = (
    400,
    "Muster could not read this request",
    "Open the page again. If a program asked for it, look at what it sends.",
)
REASONS = {400: "Bad Request", 414: "URI Too Long", 431: "Request Header Fields Too Large"}
SECONDS = 2


class PlainWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """Says in a sentence what is wrong with a request that Django never sees."""

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: Exception) -> None:  # noqa: ANN401
        if not isinstance(exc, ParseException):
            super().handle_error(req, client, addr, exc)
            return
        status, title, sentence = _said(exc)
        logger.warning("a request could not be read", extra={"code": status})
        try:
            client.settimeout(SECONDS)
            client.sendall(_answer(status, title, sentence))
        except OSError:
            logger.debug("nobody waited for the answer")


def _said(exc: Exception) -> tuple[int, str, str]:
    if isinstance(exc, LimitRequestLine):
        return TOO_LONG
    return TOO_MUCH if isinstance(exc, LimitRequestHeaders) else UNREADABLE


def _answer(status: int, title: str, sentence: str) -> bytes:
    """A page without anything that would have to be loaded."""
    phone = html.escape(settings.DUTY_PHONE)
    duty = f"<p>If something is broken and you cannot get in, phone {phone}.</p>" if phone else ""
    body = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width"></head>'
        f'<body><h1>{title}</h1><p>{sentence}</p>{duty}<p><a href="/">Open Muster</a></p></body>'
        "</html>"
    ).encode()
    head = [
        f"HTTP/1.1 {status} {REASONS[status]}",
        "Connection: close",
        "Content-Type: text/html; charset=utf-8",
        f"Content-Length: {len(body)}",
        "Content-Security-Policy: default-src 'none'",
        "X-Content-Type-Options: nosniff",
        "",
        "",
    ]
    return "\r\n".join(head).encode() + body

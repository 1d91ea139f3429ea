"""Gunicorn's worker with our words for requests that no page can be asked for."""

import base64
import hashlib
import html
import logging
import select
import socket
from typing import Any

from django.conf import settings
from gunicorn.http.errors import LimitRequestHeaders, LimitRequestLine, ParseException
from gunicorn.workers.gthread import ThreadWorker

from config.embedded.patience import PatientSocket, patient
from config.portal.strict_json import MAX_BYTES

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
MOMENT_MILLISECONDS = 2
LOOK = (
    ":root{color-scheme:light dark;--bg:#f7f7f4;--ink:#17191c;--soft:#44474e}"
    "@media(prefers-color-scheme:dark){:root{--bg:#0f1113;--ink:#eceef0;--soft:#b9bdc3}}"
    "body{margin:0 auto;max-width:60rem;min-height:100vh;box-sizing:border-box;display:grid;"
    "grid-template-rows:auto 1fr auto;padding:1.5rem 1.25rem 2rem;background:var(--bg);"
    "color:var(--ink);font:1rem/1.5 Inter,system-ui,sans-serif}"
    "main{align-self:center}h1{font-size:2.125rem;line-height:1.15;letter-spacing:-.026em}"
    "p{color:var(--soft);max-width:68ch}a{color:inherit}b{color:var(--ink)}"
)
"""The look of the other pages without the shell, in the page itself: nothing can be loaded."""
LOOK_SUM = base64.b64encode(hashlib.sha256(LOOK.encode()).digest()).decode()


class PlainWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """Says in a sentence what is wrong with a request that Django never sees.

    It does not wait for ever for one that comes too slowly. A thread that has answered looks for a
    moment whether more comes on the same connection, as it does from whoever has much to say,
    unless others wait for a thread: handing a connection over and back costs a fifth of a small
    request.
    """

    def handle(self, conn: Any) -> Any:  # noqa: ANN401  # gunicorn has no types
        if not isinstance(conn.sock, PatientSocket):
            conn.sock = patient(conn.sock)
        goes_on = self._handle_one(conn)
        while goes_on is True and self._has_more(conn):
            goes_on = self._handle_one(conn)
        return goes_on

    def _handle_one(self, conn: Any) -> Any:  # noqa: ANN401  # gunicorn has no types
        conn.sock.begin()
        return super().handle(conn)

    def _has_more(self, conn: Any) -> bool:  # noqa: ANN401  # gunicorn has no types
        """Whether its next request is there, and nobody else's waits; a connection that ends is."""
        others = self.tpool._work_queue  # noqa: SLF001  # the pool says nowhere else who waits
        if not self.alive or not others.empty():
            return False
        moment = select.poll()
        moment.register(conn.sock.fileno(), select.POLLIN)
        return bool(moment.poll(MOMENT_MILLISECONDS)) and self.alive

    def handle_request(self, req: Any, conn: Any) -> Any:  # noqa: ANN401  # gunicorn has no types
        # The server reads no more than a little of a body that was refused unread, and hangs up.
        # Whoever is not told so sends the next alert into a connection that is gone.
        if _declared(req) > MAX_BYTES:
            req.force_close()
        return super().handle_request(req, conn)

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: Exception) -> None:  # noqa: ANN401  # gunicorn has no types
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


def _declared(req: Any) -> int:  # noqa: ANN401  # gunicorn has no types
    """How long its sender says the body is; the server has let only numbers pass."""
    return next((int(said[:20]) for name, said in req.headers if name == "CONTENT-LENGTH"), 0)


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
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{LOOK}</style></head><body><header><b>Muster</b></header>"
        f'<main><h1>{title}</h1><p>{sentence}</p>{duty}<p><a href="/">Open Muster</a></p></main>'
        "</body></html>"
    ).encode()
    head = [
        f"HTTP/1.1 {status} {REASONS[status]}",
        "Connection: close",
        "Content-Type: text/html; charset=utf-8",
        f"Content-Length: {len(body)}",
        f"Content-Security-Policy: default-src 'none'; style-src 'sha256-{LOOK_SUM}'",
        "X-Content-Type-Options: nosniff",
        "",
        "",
    ]
    return "\r\n".join(head).encode() + body

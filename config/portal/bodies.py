"""The body of a request as it came over the wire, however its length was said."""

import logging

from django.http import HttpRequest, UnreadablePostError

logger = logging.getLogger(__name__)


LONGEST_NUMBER = 20


class BrokenOff(Exception):
    """The body ended before its end."""


def declared(request: HttpRequest) -> int | None:
    """How long its sender says the body is; 0 where nothing is said, None for what is no number."""
    said = request.headers.get("Content-Length", "") or "0"
    if not (said.isascii() and said.isdigit()):
        return None
    return int(said[:LONGEST_NUMBER])


def read(request: HttpRequest, *, declared: int, most: int) -> bytes:
    """The whole body. One in chunks says no length before: at most one byte more than `most`.

    Django takes a body without a declared length for an empty one. Raises BrokenOff.
    """
    if "chunked" in request.headers.get("Transfer-Encoding", "").lower():
        return _of_chunks(request, most)
    try:
        body = request.body
    except UnreadablePostError:
        raise BrokenOff from None
    if len(body) < declared:
        raise BrokenOff
    return body


def _of_chunks(request: HttpRequest, most: int) -> bytes:
    """Only a server that says where the chunks end is asked for them."""
    if not request.META.get("wsgi.input_terminated"):
        raise BrokenOff
    try:
        body: bytes = request.META["wsgi.input"].read(most + 1)
    except Exception as error:  # noqa: BLE001  # each server has kinds of its own for broken chunks
        logger.info("a body in chunks broke off", extra={"why": type(error).__name__})
        raise BrokenOff from None
    return body

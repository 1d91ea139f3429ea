"""What the web server itself says about a request that no page can be asked for."""

import base64
import hashlib
import socket
from contextlib import closing

import pytest
from gunicorn.http.errors import InvalidHeader, LimitRequestHeaders, LimitRequestLine

from config.embedded import web
from config.embedded.worker import LONGEST_LINE, PlainWorker


def said(error: Exception) -> str:
    worker = object.__new__(PlainWorker)
    ours, theirs = socket.socketpair()
    with closing(ours), closing(theirs):
        worker.handle_error(None, ours, ("127.0.0.1", 1), error)
        ours.close()
        answer = b""
        while part := theirs.recv(65536):
            answer += part
    return answer.decode()


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (LimitRequestLine(9000, LONGEST_LINE), "414 URI Too Long", "with fewer filters"),
        (LimitRequestHeaders("too large"), "431 Request Header", "Delete the cookies"),
        (InvalidHeader("<script>"), "400 Bad Request", "could not read this request"),
    ],
)
def test_it_says_what_to_do(error: Exception, status: str, words: str) -> None:
    answer = said(error)
    head, body = answer.split("\r\n\r\n", 1)

    assert head.startswith(f"HTTP/1.1 {status}")
    assert words in body
    assert f"Content-Length: {len(body.encode())}" in head
    assert "<script>" not in body
    look = body.split("<style>")[1].split("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(look.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in head
    assert "<main><h1>" in body
    assert '<a href="/">' in body


def test_the_web_server_is_set_up_with_it() -> None:
    assert web.worker_class == "config.embedded.worker.PlainWorker"
    assert web.limit_request_line == LONGEST_LINE

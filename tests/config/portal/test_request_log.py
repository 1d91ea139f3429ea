"""Each request has a number: in its lines, in its answer, and on the error page."""

import logging
import re
from typing import Any

import pytest
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, StreamingHttpResponse
from django.test import Client
from django.urls import path

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def broken(_request: Any) -> HttpResponse:
    raise RuntimeError("nobody expected this")


def slow(_request: Any) -> StreamingHttpResponse:
    return StreamingHttpResponse(iter([b"a", b"b"]))


urlpatterns = [
    path("broken/", login_not_required(broken)),
    path("slow/", login_not_required(slow)),
]
handler500 = "config.portal.errors.server_error"


def events(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    return [
        record.msg
        for record in caplog.records
        if record.name == "config.portal.request_log" and isinstance(record.msg, dict)
    ]


def test_a_request_is_one_line_with_number_code_and_time(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        answer = client.get("/sign-out/")

    [line] = events(caplog)
    assert line["request"] == "GET /sign-out/"
    assert (line["event"], line["code"]) == ("request_finished", answer.status_code)
    assert line["address"] == "127.0.0.1"
    assert line["took_ms"] >= 0
    assert answer["X-Request-ID"] == line["request_id"]
    assert UUID.fullmatch(line["request_id"])


def test_a_stranger_cannot_choose_the_number(client: Client) -> None:
    answer = client.get("/sign-out/", headers={"x-request-id": "forged"})

    assert UUID.fullmatch(answer["X-Request-ID"])


@pytest.mark.urls(__name__)
def test_an_error_page_says_the_number_to_quote(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    client.raise_request_exception = False

    with caplog.at_level(logging.INFO):
        answer = client.get("/broken/")

    assert answer.status_code == 500
    assert answer["X-Request-ID"] in answer.content.decode()
    [line] = [event for event in events(caplog) if event["event"] == "request_failed"]
    assert line["request_id"] == answer["X-Request-ID"]


@pytest.mark.urls(__name__)
def test_an_answer_in_parts_says_its_end_under_the_same_number(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        answer = client.get("/slow/")
        parts = b"".join(answer)

    assert parts == b"ab"
    assert [(one["event"], one["request_id"]) for one in events(caplog)] == [
        ("request_finished", answer["X-Request-ID"]),
        ("streaming_finished", answer["X-Request-ID"]),
    ]

"""Fetching from outside, over a real connection: within limits, and never into our own network."""

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from config.portal import fetching
from config.portal.fetching import CannotFetch, Errand
from tests.rosters.operations.calendar_server import CalendarServer, running

OURS = Errand("an answer", own_hosts=["127.0.0.1", "localhost"], most_bytes=1024, stays=True)


@pytest.fixture
def server() -> Iterator[CalendarServer]:
    with running() as found:
        found.content = b"yes"
        yield found


def test_what_stands_there_is_read(server: CalendarServer) -> None:
    assert fetching.fetch(server.url, OURS) == b"yes"


def test_one_that_stays_follows_only_within_its_host(server: CalendarServer) -> None:
    server.status = 302
    server.headers["Location"] = server.url.replace("127.0.0.1", "localhost")

    with pytest.raises(CannotFetch, match="another host"):
        fetching.fetch(server.url, OURS)

    assert len(server.asked) == 1


def test_more_than_it_may_be_is_not_read(server: CalendarServer) -> None:
    server.content = b"x" * 2000

    with pytest.raises(CannotFetch, match="larger than 1 KB"):
        fetching.fetch(server.url, OURS)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "[::1]", "10.0.0.5", "169.254.169.254", "[::ffff:127.0.0.1]", "0.0.0.0"]
)
def test_numbers_of_our_own_network_are_not_asked(host: str) -> None:
    with pytest.raises(CannotFetch, match="inside our own network"):
        fetching.fetch(f"https://{host}/", Errand("an answer"))


def test_who_does_not_answer_in_time_is_left() -> None:
    class Slow(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            time.sleep(2)

        def log_message(self, *_args: object) -> None:
            """Nothing."""

    server = HTTPServer(("127.0.0.1", 0), Slow)
    threading.Thread(target=server.handle_request, daemon=True).start()
    began = time.monotonic()

    with pytest.raises(CannotFetch, match="does not answer"):
        fetching.fetch(
            f"http://127.0.0.1:{server.server_address[1]}/",
            Errand("an answer", own_hosts=["127.0.0.1"], most_seconds=0.3),
        )

    assert time.monotonic() - began < 2
    server.server_close()

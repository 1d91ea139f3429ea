"""What comes over the wire slowly, or not as it says: real sockets against the real web server."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from http.client import HTTPConnection

import pytest

from config.portal import clock
from incidents.models import Alert, AlertSource, RawReceipt
from tests.bench.serving import server
from tests.incidents.intake.test_alertmanager import FIRING
from tests.world import TOKEN, build

pytestmark = pytest.mark.django_db(transaction=True)
PATH = "/api/v1/alerts/alertmanager"
BODY = json.dumps(FIRING).encode()
QUICK = "tests.config.embedded.quick_worker.QuickWorker"
CUT_OFF_SECONDS = 8.0
"""Far above the quick worker's patience, for a machine that has much to do."""


@pytest.fixture(scope="module")
def open_port(django_db_setup: None) -> Iterator[int]:
    with server(worker=QUICK) as found:
        yield found


@pytest.fixture
def port(open_port: int) -> int:
    build(clock.act_now())
    return open_port


def head(length: int | None = None, **more: str) -> bytes:
    lines = [f"POST {PATH} HTTP/1.1", "Host: 127.0.0.1", f"Authorization: Bearer {TOKEN}"]
    lines += ["Content-Type: application/json"]
    if length is not None:
        lines.append(f"Content-Length: {length}")
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in more.items()]
    return "\r\n".join([*lines, "", ""]).encode()


def status_of(port: int, raw: bytes) -> int:
    """The status that is answered to these bytes, after which nothing more comes."""
    with closing(socket.create_connection(("127.0.0.1", port), timeout=20)) as sender:
        sender.sendall(raw)
        sender.shutdown(socket.SHUT_WR)
        answer = sender.recv(65536)
    return int(answer.split()[1])


def test_slow_senders_are_cut_off_and_others_are_served_meanwhile(port: int) -> None:
    with ExitStack() as stack:
        slow = [
            stack.enter_context(closing(socket.create_connection(("127.0.0.1", port), timeout=20)))
            for _ in range(3)
        ]
        began = time.monotonic()
        slow[0].sendall(head(len(BODY)) + BODY[:1])
        slow[1].sendall(head(len(BODY)) + BODY[:20])
        slow[2].sendall(head()[:30])

        other = HTTPConnection("127.0.0.1", port, timeout=20)
        stack.enter_context(closing(other))
        other.request("POST", PATH, BODY, {"Authorization": f"Bearer {TOKEN}"})
        assert other.getresponse().status == 202

        answers = [_wait_for_the_end(one, first=number) for number, one in enumerate(slow)]
        took = time.monotonic() - began

    assert took < CUT_OFF_SECONDS
    assert [answer[:12] for answer in answers] == [b"HTTP/1.1 400", b"HTTP/1.1 400", b""]
    assert Alert.objects.get().times_received == 1


def test_who_has_much_to_say_keeps_nobody_else_waiting(port: int) -> None:
    over = threading.Event()

    def talk() -> set[int]:
        with closing(HTTPConnection("127.0.0.1", port, timeout=20)) as sender:
            return set(iter(lambda: 0 if over.is_set() else _status(sender), 0))

    with ThreadPoolExecutor(6) as pool:
        talking = [pool.submit(talk) for _ in range(6)]  # there are four threads
        try:
            others = []
            for _ in range(10):
                with closing(HTTPConnection("127.0.0.1", port, timeout=20)) as other:
                    others.append(_status(other))
        finally:
            over.set()
        answered = [one.result() for one in talking]

    assert others == [202] * 10
    assert answered == [{202}] * 6


def _status(sender: HTTPConnection) -> int:
    sender.request("POST", PATH, BODY, {"Authorization": f"Bearer {TOKEN}"})
    answer = sender.getresponse()
    answer.read()
    return answer.status


def test_the_next_request_of_a_connection_may_not_come_for_ever_either(port: int) -> None:
    with closing(socket.create_connection(("127.0.0.1", port), timeout=20)) as sender:
        sender.sendall(head(len(BODY)) + BODY + head(len(BODY))[:30])
        first = sender.recv(65536)
        rest = b""
        while part := sender.recv(65536):
            rest += part

    assert first.startswith(b"HTTP/1.1 202")
    assert b"HTTP/1.1" not in rest


def _wait_for_the_end(sender: socket.socket, *, first: int) -> bytes:
    """What is answered to somebody who sends a byte a second, until the other side ends it."""
    sender.settimeout(0.2)
    answer = b""
    for number in range(100):
        try:
            if number % 5 == 0:
                sender.sendall(BODY[first : first + 1] if first < 2 else b"x")
            part = sender.recv(65536)
        except TimeoutError:
            continue
        except OSError:
            break
        if not part:
            break
        answer += part
    else:
        pytest.fail("the slow sender was never cut off")
    return answer


def test_a_body_that_ends_too_early_is_refused_and_kept_for_looking_at(port: int) -> None:
    assert status_of(port, head(len(BODY) + 5) + BODY) == 400
    assert not Alert.objects.exists()


def test_a_body_in_chunks_is_taken(port: int) -> None:
    half = len(BODY) // 2
    chunks = b"".join(
        f"{len(part):x}\r\n".encode() + part + b"\r\n" for part in (BODY[:half], BODY[half:], b"")
    )

    assert status_of(port, head(Transfer_Encoding="chunked") + chunks) == 202
    assert Alert.objects.count() == 1


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (head(len(BODY), X_Long="x" * 20_000) + BODY, 431),
        (head(len(BODY), **{f"X-{n}": "x" for n in range(200)}) + BODY, 431),
        (head(None, Content_Length="-1") + BODY, 400),
        (head(None, Content_Length="many") + BODY, 400),
        (head(len(BODY), Transfer_Encoding="chunked") + BODY, 400),
        (head(None, Transfer_Encoding="chunked") + b"zz\r\n", 400),
        (head(2 * 1024 * 1024) + b"{", 413),
    ],
    ids=["header", "headers", "negative", "word", "both lengths", "no chunk", "too large"],
)
def test_what_is_not_as_it_says_is_refused(port: int, raw: bytes, status: int) -> None:
    assert status_of(port, raw) == status
    assert not Alert.objects.exists()


def test_who_is_hung_up_on_is_told_so(port: int) -> None:
    """A body that is too large is refused unread; its sender's next alert finds a connection."""
    sender = HTTPConnection("127.0.0.1", port, timeout=20)
    large, key = b"x" * (1024 * 1024 + 1), {"Authorization": f"Bearer {TOKEN}"}

    with closing(sender):
        sender.request("POST", PATH, large, key)
        refused = sender.getresponse()
        refused.read()
        sender.request("POST", PATH, BODY, key)
        taken = sender.getresponse()
        taken.read()

    assert (refused.status, refused.headers["Connection"]) == (413, "close")
    assert taken.status == 202


def test_nothing_of_it_is_lost_from_the_pages(port: int) -> None:
    """A source that is told no is seen under its requests, with what it was told."""
    status_of(port, head(9) + b"{not json")

    receipt = RawReceipt.objects.get(source=AlertSource.objects.get())
    assert receipt.is_refused

"""A real HTTP server on loopback, shaped like a carrier, that does as a test says."""

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs


@dataclass(frozen=True)
class Asked:
    """One request as the server read it. Names of headers are in lower case."""

    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def form(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(self.body.decode()).items()}


@dataclass
class Answer:
    """What the server says."""

    status: int = 200
    body: bytes = b"{}"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Behavior:
    """`does` answers a request after `seconds`; one that `hangs` never answers."""

    does: Callable[[Asked], Answer] = lambda _asked: Answer()
    seconds: float = 0.0
    hangs: bool = False
    address: str = ""
    asked: list[Asked] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0
    over: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def says(self, status: int = 200, body: Any = None, **headers: str) -> None:
        """Every request gets this answer."""
        told = json.dumps({} if body is None else body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.does = lambda _asked: Answer(status, told, named)


@contextmanager
def running(behavior: Behavior) -> Iterator[str]:
    """The server's address, while it runs."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # the library's name
            size = int(self.headers.get("Content-Length", 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            asked = Asked(self.path, headers, self.rfile.read(size))
            with behavior.lock:
                behavior.asked.append(asked)
                behavior.at_once += 1
                behavior.most_at_once = max(behavior.most_at_once, behavior.at_once)
            try:
                self._answer(asked)
            finally:
                with behavior.lock:
                    behavior.at_once -= 1

        def _answer(self, asked: Asked) -> None:
            if behavior.hangs:
                behavior.over.wait(30)
                return
            if behavior.seconds:
                time.sleep(behavior.seconds)
            answer = behavior.does(asked)
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, *_said: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 128

        def handle_error(self, *_told: Any) -> None:
            """Whoever hung up is no news."""

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        behavior.over.set()
        server.shutdown()
        thread.join()
        server.server_close()

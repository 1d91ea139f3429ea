"""Another system on loopback that hears of incidents, and can be slow, angry, or gone."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Heard:
    """One request: its headers by their names in lower case, and its body."""

    headers: dict[str, str]
    body: bytes


class HearingServer(ThreadingHTTPServer):
    """Answers `status` with `headers`; `heard` is what it was told, the newest last."""

    daemon_threads = True
    status: int = 200
    headers: dict[str, str]
    heard: list[Heard]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/muster?key=secret"


class _Hears(BaseHTTPRequestHandler):
    server: HearingServer

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        found = {name.lower(): text for name, text in self.headers.items()}
        self.server.heard.append(Heard(found, body))
        self.send_response(self.server.status)
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        """Nothing: the test says what happened."""


@contextmanager
def running() -> Iterator[HearingServer]:
    server = HearingServer(("127.0.0.1", 0), _Hears)
    server.headers, server.heard = {}, []
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

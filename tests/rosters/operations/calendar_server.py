"""A web server on loopback that keeps a calendar, and can be slow, huge, away or leading astray."""

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class CalendarServer(ThreadingHTTPServer):
    """Says `content`; `status` and `headers` with it. `asked` are the paths it was asked for."""

    daemon_threads = True
    content: bytes = b""
    status: int = 200
    headers: dict[str, str]
    asked: list[str]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/shifts.ics?key=secret"

    def say(self, *events: str) -> None:
        """The calendar holds these events."""
        lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//", *events, "END:VCALENDAR"]
        self.content = "\r\n".join(lines).encode()

    def say_packed(self, content: bytes) -> None:
        self.content = gzip.compress(content)
        self.headers["Content-Encoding"] = "gzip"


class _Answers(BaseHTTPRequestHandler):
    server: CalendarServer

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.send_response(self.server.status)
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(self.server.content)))
        self.end_headers()
        self.wfile.write(self.server.content)

    def log_message(self, *_args: object) -> None:
        """Nothing: the test says what happened."""


@contextmanager
def running() -> Iterator[CalendarServer]:
    server = CalendarServer(("127.0.0.1", 0), _Answers)
    server.headers, server.asked = {}, []
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def shift(who: str, starts_at: str, ends_at: str, number: int = 1) -> str:
    """One event, UTC: shift("Mei Tan", "20261121T080000Z", "20261121T160000Z")."""
    return "\r\n".join(
        [
            "BEGIN:VEVENT",
            f"UID:{number}",
            f"SUMMARY:{who}",
            f"DTSTART:{starts_at}",
            f"DTEND:{ends_at}",
            "END:VEVENT",
        ]
    )

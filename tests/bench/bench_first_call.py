"""From the 202 of an alert until a carrier took the first call: the real door, a real worker.

Everything is a process of its own: Muster's web server, a Celery worker, beat, and the carrier,
which takes a call as soon as it is asked. Nobody ticks but what the alert itself wakes, and beat.
"""

import http.client
import json
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from django.conf import settings
from django.db import connection

from config.embedded.programs import all_programs
from config.portal import clock, standard_webhooks
from rosters.models import Pulse
from rosters.operations import carriers
from rosters.operations.carriers import AccountFacts
from tests import world as small_world
from tests.bench import serving
from tests.world import TOKEN

ALERTS = 60
PAUSE = 0.4
LONGEST = 30.0
PROCESSES = ("beat", "worker")


def measure() -> Iterator[str]:
    """One line; the load is said, since what waits for a processor waits for whoever else works."""
    settings.CARRIER_HOSTS = ["127.0.0.1"]
    world = small_world.build(clock.act_now())
    world.carol.is_superuser = True
    world.carol.save(update_fields=["is_superuser"])
    taken: dict[str, float] = {}
    with _carrier(taken) as address:
        given = {"address": address, "secret": standard_webhooks.new_secret()}
        facts = AccountFacts("Gateway", ("sms", "phone"), given)
        carriers.begin("gateway", facts, by=world.carol, now=clock.act_now())
        with serving.server() as port, _celery():
            _post(port, "warm")
            _wait(taken, 1)
            answered = {}
            for number in range(ALERTS):
                answered[f"[SEV1] Alert {number} "] = _post(port, str(number))
                time.sleep(PAUSE)
            _wait(taken, ALERTS + 1)
    after = sorted(
        at - began
        for title, began in answered.items()
        for subject, at in taken.items()
        if subject.startswith(title)
    )
    middle, most = after[len(after) // 2], after[-1]
    p99 = after[min(len(after) - 1, int(len(after) * 0.99))]
    yield (
        f"{len(after)} of {ALERTS} alerts: their first call is with a carrier after the 202 within"
        f" p50 {middle * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms, at most {most * 1000:.0f} ms"
        f" (aim p99 1000)"
    )


def _post(port: int, name: str) -> float:
    """An alert that opens an incident; returns when its 202 was read."""
    alert = {
        "labels": {"alertname": f"Alert {name}", "service": "payments", "severity": "critical"}
    }
    body = json.dumps({"version": "4", "groupKey": name, "alerts": [alert]})
    there = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
    there.request("POST", "/api/v1/alerts/alertmanager", body, headers)
    answer = there.getresponse()
    answer.read()
    at = time.monotonic()
    there.close()
    if answer.status != 202:
        raise RuntimeError(f"the door says {answer.status}")
    return at


def _wait(taken: dict[str, float], count: int) -> None:
    until = time.monotonic() + LONGEST
    while len(taken) < count and time.monotonic() < until:
        time.sleep(0.05)


@contextmanager
def _celery() -> Iterator[None]:
    """A worker and beat, once they tick."""
    environment = {**serving.environment(), "CARRIER_HOSTS": "127.0.0.1"}
    started = [
        subprocess.Popen(  # our own, as `make run` starts them
            program.command,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for program in all_programs()
        if program.name in PROCESSES
    ]
    try:
        while not Pulse.objects.filter(name="carry").exists():
            time.sleep(0.1)
        connection.close()
        yield
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait()


@contextmanager
def _carrier(taken: dict[str, float]) -> Iterator[str]:
    """A gateway that writes down when it was first given each message, by its subject."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            at = time.monotonic()
            told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            taken.setdefault(told["subject"], at)
            body = json.dumps({"reference": told["key"]}).encode()
            self.send_response(202)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_said: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/send"
    finally:
        server.shutdown()

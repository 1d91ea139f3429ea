"""`make run` from outside: real processes, real signals."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from config.embedded import place, postgres, servers
from tests import database
from tests.project.sources import ROOT

START_SECONDS = 180  # two cores that also run the other tests
GONE_SECONDS = 10


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Muster:
    process: subprocess.Popen[bytes]
    environment: dict[str, str]
    port: int
    output: Path

    def family(self) -> list[psutil.Process]:
        us = psutil.Process(self.process.pid)
        return [us, *us.children(recursive=True)]

    def is_healthy(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=2) as got:
                return bool(got.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def wait_until_up(self) -> None:
        until = time.monotonic() + START_SECONDS
        while "is running at" not in self.output.read_text() or not self.is_healthy():
            assert self.process.poll() is None, self.output.read_text()
            assert time.monotonic() < until, self.output.read_text()
            time.sleep(0.1)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None) -> Path:
    """One run directory: the first start makes what is in it, later ones find it as it was left.

    It has its tables: `tests.database` lets the supervisor's own command make them.
    """
    home = tmp_path_factory.mktemp("home")
    run = place.of(ROOT, {"MUSTER_RUN_DIR": str(home / "run")})
    with servers.running(run, servers.Wanted(valkey=False, careless=True)):
        database.bring_in_the_tables(run.postgres_socket, postgres.DATABASE)
    return home


@pytest.fixture
def muster(home: Path, tmp_path: Path) -> Iterator[Muster]:
    port, output = free_port(), tmp_path / "output"
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "MUSTER_RUN_DIR": str(home / "run"),
        "PORT": str(port),
    }
    with output.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "config.embedded", "run"],
            cwd=ROOT,
            env=environment,
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    running = Muster(process, environment, port, output)
    running.wait_until_up()
    yield running
    if process.poll() is None:
        process.terminate()
        process.wait(60)


def test_stops_everything_in_order_and_refuses_a_second_start(muster: Muster) -> None:
    family = muster.family()

    second = subprocess.run(
        [sys.executable, "-m", "config.embedded", "run"],
        cwd=ROOT,
        env=muster.environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    muster.process.send_signal(signal.SIGTERM)
    code = muster.process.wait(60)
    _, left = psutil.wait_procs(family, timeout=GONE_SECONDS)

    assert second.returncode == 1
    assert second.stderr.startswith(
        f"Muster already runs from this folder, at http://127.0.0.1:{muster.port} "
    )
    assert second.stderr.count("\n") == 1
    assert code == 0
    assert muster.output.read_text().endswith("Muster has stopped.\n")
    assert left == []


@pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux tells a child of its parent's death"
)
def command_of(process: psutil.Process) -> str:
    """What it was called as; nothing for one that ended meanwhile, as PostgreSQL's own do."""
    try:
        return " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        return ""


def test_leaves_nothing_running_after_its_own_sigkill(muster: Muster) -> None:
    family = muster.family()
    names = " ".join(command_of(process) for process in family)

    muster.process.kill()
    _, left = psutil.wait_procs(family, timeout=GONE_SECONDS)

    assert all(name in names for name in ("postgres", "valkey", "gunicorn", "worker", "beat"))
    assert left == []
    muster.process.wait()

"""One run: the cast plays, things go wrong by the schedule, then calm returns."""

import gc
import os
import random
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from django.db import connection
from django.urls import get_resolver

from config.celery import app
from config.embedded import children, valkey
from tests.torture import cast, weather
from tests.torture.schedule import CAST, CROWD, Fault, faults
from tests.torture.weather import Mood

STEP_SECONDS = 0.02
AGAIN_SECONDS = (0.1, 0.8)  # so long a killed process stays away
CALM_SECONDS = 45.0
CUT = """
SELECT pg_terminate_backend(pid) FROM (
    SELECT pid FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
    ORDER BY md5(pid::text || %s) LIMIT %s) AS unlucky
"""
RESTLESS = """
SELECT
    (SELECT count(*) FROM incidents_escalationrun
     WHERE finished_at IS NULL AND next_due_at < fast.clock_timestamp() - interval '40 s')
  + (SELECT count(*) FROM rosters_message
     WHERE state = 'sending' AND lease_until < fast.clock_timestamp() - interval '40 s'
     OR state = 'planned' AND not_before < fast.clock_timestamp() - interval '40 s')
  + (SELECT count(*) FROM incidents_roompost AS post
     WHERE next_attempt_at < fast.clock_timestamp() - interval '40 s'
     AND NOT EXISTS (SELECT FROM incidents_hold AS hold WHERE hold.incident_id = post.incident_id
        AND ended_at IS NULL AND until > fast.clock_timestamp()))
"""


@dataclass(frozen=True)
class Plan:
    """How long and how hard."""

    seed: int
    seconds: float = 12.0
    every: float = 0.35
    pause: float = 0.25


@dataclass
class Conductor:
    """Starts, kills and starts again; knows every process by its seat."""

    plan: Plan
    place: Path
    happened: Counter[str] = field(default_factory=Counter)
    pids: dict[int, int] = field(default_factory=dict)
    again_at: dict[int, float] = field(default_factory=dict)
    starts: Counter[int] = field(default_factory=Counter)
    valkey: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        self.dice = random.Random(f"conductor {self.plan.seed}")
        self.seats: Sequence[str] = (*CAST, *CROWD)

    def run(self) -> None:
        """Trouble by the schedule, then calm until nothing is due."""
        with self._everything():
            self._play(faults(self.plan.seed, seconds=self.plan.seconds, every=self.plan.every))
            self._calm_down()

    def _load(self) -> None:
        """Whatever a process would load late it finds loaded, so that a new one costs little."""
        get_resolver().url_patterns  # noqa: B018  # asked, it is loaded
        app.finalize()
        app.loader.import_default_modules()
        gc.collect()
        gc.freeze()

    @contextmanager
    def _everything(self) -> Iterator[None]:
        self._load()
        self._start_valkey()
        weather.set_killing(on=True)
        for seat in range(len(self.seats)):
            self._start(seat)
        try:
            yield
        finally:
            for seat in list(self.pids):
                self._kill(seat)
            if self.valkey is not None:
                children.stop(self.valkey, with_signal=signal.SIGKILL, grace_seconds=1)
            connection.close()

    def _play(self, schedule: Sequence[Fault]) -> None:
        began = time.monotonic()
        left = list(schedule)
        while left or time.monotonic() - began < self.plan.seconds:
            while left and left[0].at <= time.monotonic() - began:
                self._do(left.pop(0))
            self._look_after(range(len(self.seats)))
            time.sleep(STEP_SECONDS)

    def _do(self, fault: Fault) -> None:
        self.happened[f"{fault.kind} {fault.what}".strip()] += 1
        seat = fault.number
        if fault.kind == "kill":
            self._kill(seat)
        elif fault.kind == "cut":
            with connection.cursor() as cursor:
                cursor.execute(CUT, [str(fault.at), fault.number])
            connection.close()
        elif fault.kind == "mood":
            weather.set_mood(fault.what, Mood(fault.number))
        elif fault.kind == "valkey":
            self._turn_valkey(on=fault.what == "up")
        elif pid := self.pids.get(seat):
            os.kill(pid, signal.SIGSTOP if fault.kind == "stop" else signal.SIGCONT)

    def _calm_down(self) -> None:
        """Everything is whole again and nobody comes any more; wait until nothing is due."""
        weather.clear()
        self._turn_valkey(on=True)
        for pid in self.pids.values():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
        for seat in range(len(CAST), len(self.seats)):
            self._kill(seat)
        until, quiet = time.monotonic() + CALM_SECONDS, 0
        while time.monotonic() < until and quiet < 3:
            self._look_after(range(len(CAST)))
            with connection.cursor() as cursor:
                cursor.execute(RESTLESS)
                quiet = 0 if cursor.fetchone()[0] else quiet + 1
            time.sleep(0.3)
        connection.close()

    def _look_after(self, seats: Sequence[int] | range) -> None:
        """Whoever died is started again a moment later."""
        while True:
            with suppress(ChildProcessError):
                pid, _status = os.waitpid(-1, os.WNOHANG)
                if pid:
                    self._note_death(pid)
                    continue
            break
        for seat in seats:
            if seat not in self.pids and time.monotonic() >= self.again_at.get(seat, 0):
                self._start(seat)

    def _note_death(self, pid: int) -> None:
        for seat, known in list(self.pids.items()):
            if known == pid:
                del self.pids[seat]
                self.again_at[seat] = time.monotonic() + self.dice.uniform(*AGAIN_SECONDS)
                self.happened["deaths"] += 1

    def _start(self, seat: int) -> None:
        connection.close()
        self.starts[seat] += 1
        seed = f"{self.plan.seed} {seat} {self.starts[seat]}"
        self.pids[seat] = cast.start(self.seats[seat], seed=seed, logs=self.place)

    def _kill(self, seat: int) -> None:
        pid = self.pids.get(seat)
        if pid is None:
            return
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        with suppress(ChildProcessError):
            os.waitpid(pid, 0)
        self._note_death(pid)

    def _turn_valkey(self, *, on: bool) -> None:
        if on and self.valkey is None:
            self._start_valkey()
        if not on and self.valkey is not None:
            self.valkey.kill()
            self.valkey.wait()
            self.valkey = None

    def _start_valkey(self) -> None:
        socket = os.environ["TORTURE_VALKEY"]
        Path(socket).unlink(missing_ok=True)
        self.valkey = children.start(
            [
                valkey._program(),
                *("--port", "0", "--unixsocket", socket, "--save", "", "--appendonly", "no"),
            ],
            log=self.place / "valkey.log",
        )

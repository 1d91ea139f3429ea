"""Children that are started again when they die: soon at first, then ever more slowly."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Callable
from dataclasses import dataclass

from config.embedded import children
from config.embedded.errors import CannotStart

FIRST_WAIT_SECONDS = 1.0
LONGEST_WAIT_SECONDS = 30.0
SETTLED_AFTER_SECONDS = 60.0


@dataclass
class Kept:
    """One child. `look` tells what happened, a line for the terminal, or nothing."""

    name: str
    start: Callable[[], subprocess.Popen[bytes]]
    stop_signal: signal.Signals
    stop_seconds: float
    process: subprocess.Popen[bytes]
    started_at: float
    wait_seconds: float = FIRST_WAIT_SECONDS
    again_at: float | None = None

    def look(self, now: float) -> str | None:
        """Notice a death, or start the child again once its wait is over. `now` is monotonic."""
        if self.again_at is not None:
            return self._start_again(now) if now >= self.again_at else None
        return None if self.process.poll() is None else self._clear_away(now)

    def ask_to_stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(self.stop_signal)

    def stop(self) -> None:
        children.stop(self.process, with_signal=self.stop_signal, grace_seconds=self.stop_seconds)

    def _clear_away(self, now: float) -> str:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)  # what it left of its own children
        if now - self.started_at > SETTLED_AFTER_SECONDS:
            self.wait_seconds = FIRST_WAIT_SECONDS
        wait = self._wait(now)
        return f"{self.name} has stopped by itself; starting it again in {wait:.0f} s."

    def _start_again(self, now: float) -> str:
        self.started_at = now
        try:
            self.process, self.again_at = self.start(), None
        except CannotStart as error:
            wait = self._wait(now)
            return f"{error} Trying again in {wait:.0f} s."
        return f"{self.name} is running again."

    def _wait(self, now: float) -> float:
        wait = self.wait_seconds
        self.again_at = now + wait
        self.wait_seconds = min(2 * wait, LONGEST_WAIT_SECONDS)
        return wait

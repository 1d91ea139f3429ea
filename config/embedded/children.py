"""Child processes that never outlive the one that started them."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

PR_SET_PDEATHSIG = 1
LONGEST_LOG_BYTES = 10_000_000  # put aside at the next start
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


def start(
    command: Sequence[str | Path],
    *,
    log: Path | None,
    dying_wish: signal.Signals = signal.SIGTERM,
    environment: Mapping[str, str] | None = None,
    user: int | None = None,
) -> subprocess.Popen[bytes]:
    """Start `command` in a session of its own, its output appended to `log`, or ours without one.

    The terminal's Ctrl-C therefore reaches only the parent. On Linux the kernel sends the child
    `dying_wish` when the parent dies, whatever killed it. With `user` the child gives up its
    rights and runs as that user and group.
    """
    if log is None:
        return _begin(command, None, dying_wish, environment, user)
    if log.exists() and log.stat().st_size > LONGEST_LOG_BYTES:
        log.replace(log.with_suffix(".old.log"))
    with log.open("ab") as output:
        return _begin(command, output, dying_wish, environment, user)


def _begin(
    command: Sequence[str | Path],
    output: BinaryIO | None,
    dying_wish: signal.Signals,
    environment: Mapping[str, str] | None,
    user: int | None,
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603  # our own commands only
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        start_new_session=True,
        env=environment,
        user=user,
        group=user,
        extra_groups=None if user is None else [],
        preexec_fn=die_with_parent(dying_wish),  # no threads here
    )


def stop(
    child: subprocess.Popen[bytes], *, with_signal: signal.Signals, grace_seconds: float
) -> None:
    """Ask `child` to stop; after the grace, kill it and everything in its session's group."""
    if child.poll() is None:
        child.send_signal(with_signal)
    try:
        child.wait(grace_seconds)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def send_me_when_parent_dies(dying_wish: signal.Signals) -> None:
    """Ask the kernel to signal this process once its parent is gone (Linux; else nothing)."""
    if LIBC is not None:
        LIBC.prctl(PR_SET_PDEATHSIG, int(dying_wish))


def die_with_parent(dying_wish: signal.Signals) -> Callable[[], None] | None:
    """Return what a child must call, before it becomes its program, to follow this process."""
    if LIBC is None:
        return None
    prctl, exit_now, parent_of = LIBC.prctl, os._exit, os.getppid
    parent = os.getpid()

    def ask_the_kernel() -> None:
        prctl(PR_SET_PDEATHSIG, int(dying_wish))
        if parent_of() != parent:  # it died before we could ask
            exit_now(1)

    return ask_the_kernel

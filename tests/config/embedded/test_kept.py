import signal
import subprocess
from collections.abc import Callable
from typing import Any

from config.embedded.errors import CannotStart
from config.embedded.kept import Kept


def dead() -> subprocess.Popen[bytes]:
    process = subprocess.Popen(["true"], start_new_session=True)
    process.wait()
    return process


def kept(start: Callable[[], Any]) -> Kept:
    return Kept(
        name="worker",
        start=start,
        stop_signal=signal.SIGTERM,
        stop_seconds=1,
        process=start(),
        started_at=0,
    )


def test_a_child_that_keeps_dying_is_started_ever_more_slowly() -> None:
    child = kept(dead)

    news = [child.look(now) or "" for now in range(200)]

    waits = [line.rsplit(" in ", 1)[1] for line in news if "again in" in line]
    assert waits[:7] == ["1 s.", "2 s.", "4 s.", "8 s.", "16 s.", "30 s.", "30 s."]


def test_a_child_that_ran_for_a_while_is_started_again_at_once() -> None:
    child = kept(dead)
    for now in range(30):
        child.look(now)

    child.look(1000)  # started
    news = child.look(2000)

    assert news == "worker has stopped by itself; starting it again in 1 s."


def test_a_server_that_cannot_start_is_tried_again() -> None:
    child = kept(dead)

    def refuse() -> subprocess.Popen[bytes]:
        raise CannotStart("The disk is full.")

    child.start = refuse
    child.look(0)

    assert child.look(1) == "The disk is full. Trying again in 2 s."
    assert child.again_at == 3

"""One set of servers and programs per run directory."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from config.embedded.errors import CannotStart


class Taken(Exception):
    """Another process holds the lock. Its text is what that process wrote about itself."""


@contextlib.contextmanager
def held(path: Path, about: str) -> Iterator[bool]:
    """Hold the lock inside the block, or raise `Taken` at once.

    Yields whether the last holder was killed. The kernel lets go of the lock when its holder
    dies, however it dies.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("a+", encoding="utf-8")
    except OSError as error:
        raise CannotStart(f"Muster cannot write {error.filename}: {error.strerror}.") from None
    with file:
        file.seek(0)
        left = file.read().strip()
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Taken(left) from None
        file.truncate(0)
        file.write(f"{about} (process {os.getpid()})\n")
        file.flush()
        try:
            yield bool(left)
        finally:
            file.truncate(0)

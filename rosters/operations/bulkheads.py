"""Threads in which carriers are asked, a few for each, so that one that hangs holds up no other.

Only the network is in them: whoever hands something over reads and writes the database in their
own thread, before and after.
"""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

SLOTS = 24
"""How many one process has under way with one carrier: at most 120 a second at 200 ms each."""
KEPT_FOR_CALLS = 6
"""Of these, so many are never taken by what can wait."""

Result = TypeVar("Result")


class Bulkhead:
    """The threads of one way out."""

    def __init__(self, name: str) -> None:
        self._pool = ThreadPoolExecutor(SLOTS, thread_name_prefix=f"carrier-{name}")
        self._lock = threading.Lock()
        self._busy = 0

    @property
    def busy(self) -> int:
        """How many are under way."""
        return self._busy

    def start(self, act: Callable[[], Result], *, most: int) -> Future[Result] | None:
        """The act is under way at once, or there is no room."""
        with self._lock:
            if self._busy >= min(most, SLOTS):
                return None
            self._busy += 1
        future = self._pool.submit(act)
        future.add_done_callback(self._free)
        return future

    def _free(self, _done: Future[Result]) -> None:
        with self._lock:
            self._busy -= 1


_all: dict[str, Bulkhead] = {}
_guard = threading.Lock()


def of(key: str) -> Bulkhead:
    """The bulkhead of this way out, one in the whole process."""
    with _guard:
        return _all.setdefault(key, _all.get(key) or Bulkhead(key))

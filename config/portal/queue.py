"""Wake-ups: hints that save seconds. The sweeps find the work anyway."""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar, copy_context

from celery import current_app
from django.conf import settings
from django.db import transaction

logger = logging.getLogger(__name__)

APART_SECONDS = 0.1
PAUSE_SECONDS = 5.0
_is_asleep: ContextVar[bool] = ContextVar("is_asleep", default=False)


def wake(task_name: str) -> None:
    """Ask for a sweep to run now, once the surrounding transaction has committed.

    A broker that is away costs only the seconds until the next beat: a committed act never turns
    into an error, and hardly ever waits.
    """
    if not _is_asleep.get():
        transaction.on_commit(lambda: _bell.ring(task_name), robust=True)


@contextmanager
def asleep() -> Iterator[None]:
    """Inside, nobody is woken: for a past that is written down long after it happened."""
    before = _is_asleep.set(True)
    try:
        yield
    finally:
        _is_asleep.reset(before)


class _Bell:
    """Rings at once, but no more often than every APART_SECONDS for one task.

    Whoever comes in between shares the ring at the end of that time: a sweep that has begun may
    have missed their rows. After a failure nobody rings for PAUSE_SECONDS.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rang_at: dict[str, float] = {}
        self._rings_at: dict[str, float] = {}
        self._resume_at = 0.0

    def ring(self, name: str) -> None:
        with self._lock:
            now = time.monotonic()
            if now < max(self._resume_at, self._rings_at.get(name, 0.0)):
                return
            wait = self._rang_at.get(name, 0.0) + APART_SECONDS - now
            if wait > 0:
                self._ring_later(name, wait, now=now)
                return
            self._rang_at[name] = now
        self._send(name)

    def _ring_later(self, name: str, wait: float, *, now: float) -> None:
        self._rings_at[name] = now + wait
        later = threading.Timer(wait, copy_context().run, [self._ring_now, name])
        later.daemon = True
        later.start()

    def _ring_now(self, name: str) -> None:
        with self._lock:
            self._rang_at[name] = time.monotonic()
            self._rings_at.pop(name, None)
        self._send(name)

    def _send(self, name: str) -> None:
        try:
            current_app.send_task(name, expires=settings.STALE_SECONDS, retry=False)
        except Exception:  # the broker's client raises many kinds; none may reach the caller
            self._resume_at = time.monotonic() + PAUSE_SECONDS
            logger.warning("wake-up not queued", extra={"task_name": name}, exc_info=True)


_bell = _Bell()

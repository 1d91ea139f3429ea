"""Wake-ups: hints that save seconds. The sweeps find the work anyway."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta

from celery import current_app
from django.db import transaction

logger = logging.getLogger(__name__)

STALE_AFTER = timedelta(seconds=30)
_is_asleep: ContextVar[bool] = ContextVar("is_asleep", default=False)


def wake(task_name: str) -> None:
    """Ask for a sweep to run now, once the surrounding transaction has committed.

    A broker that is away costs only the seconds until the next beat: the failure is logged and
    swallowed, so a committed act never turns into an error.
    """

    if _is_asleep.get():
        return

    def send() -> None:
        try:
            current_app.send_task(task_name, expires=STALE_AFTER.total_seconds(), retry=False)
        except Exception:  # the broker's client raises many kinds; none may reach the caller
            logger.warning("wake-up not queued", extra={"task_name": task_name}, exc_info=True)

    transaction.on_commit(send, robust=True)


@contextmanager
def asleep() -> Iterator[None]:
    """Inside, nobody is woken: for a past that is written down long after it happened."""
    before = _is_asleep.set(True)
    try:
        yield
    finally:
        _is_asleep.reset(before)

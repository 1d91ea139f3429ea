"""A task's own lines carry the number of the request that woke it, over a real broker."""

import logging
import threading
from typing import Any

import pytest
import structlog
from celery import current_app
from celery.contrib.testing.worker import start_worker

from config.portal import queue

NAME = "tests.say_something"
logger = logging.getLogger("tasks under test")


@pytest.mark.django_db(transaction=True)
def test_the_number_of_the_request_reaches_its_tasks() -> None:
    seen: dict[str, Any] = {}
    ran = threading.Event()

    @current_app.task(name=NAME)  # type: ignore[untyped-decorator]  # Celery has no types
    def say_something(**_: Any) -> None:
        seen.update(structlog.contextvars.get_contextvars())
        ran.set()

    current_app.control.purge()  # what other tests woke and nobody heard
    try:
        with start_worker(current_app, pool="solo", perform_ping_check=False, loglevel="WARNING"):
            with structlog.contextvars.bound_contextvars(request_id="r-1"):
                queue.wake(NAME)
            assert ran.wait(10)
    finally:
        current_app.tasks.pop(NAME)

    assert seen["request_id"] == "r-1"
    assert seen["task_id"]

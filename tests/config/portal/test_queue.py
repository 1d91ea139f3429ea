"""Wake-ups: at once, but never many; and a broker that is away costs nothing."""

import time
from typing import Any

import pytest

from config.portal import queue


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    sent: list[str] = []

    def send_task(name: str, **_: Any) -> None:
        sent.append(name)

    monkeypatch.setattr("celery.current_app.send_task", send_task)
    return sent


def test_the_first_ring_is_at_once_and_those_after_it_share_one(rung: list[str]) -> None:
    bell = queue._Bell()

    for _ in range(20):
        bell.ring("tick")
    at_once = list(rung)
    time.sleep(3 * queue.APART_SECONDS)

    assert at_once == ["tick"]
    assert rung == ["tick", "tick"]


def test_each_task_has_its_own(rung: list[str]) -> None:
    bell = queue._Bell()

    bell.ring("tick")
    bell.ring("carry")

    assert rung == ["tick", "carry"]


def test_a_ring_after_a_while_is_at_once_again(rung: list[str]) -> None:
    bell = queue._Bell()

    bell.ring("tick")
    time.sleep(2 * queue.APART_SECONDS)
    bell.ring("tick")

    assert rung == ["tick", "tick"]


def test_after_a_failure_nobody_rings_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []

    def send_task(name: str, **_: Any) -> None:
        tried.append(name)
        raise ConnectionError("no broker")

    monkeypatch.setattr("celery.current_app.send_task", send_task)
    bell = queue._Bell()

    for name in ("tick", "carry", "tick"):
        bell.ring(name)
    paused = list(tried)
    monkeypatch.setattr(queue, "PAUSE_SECONDS", 0.0)
    bell._resume_at = 0.0
    bell.ring("carry")

    assert paused == ["tick"]
    assert tried == ["tick", "carry"]

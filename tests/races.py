"""Acts that happen at once, each in a thread with its own connection."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from django.db import connection, transaction
from django.db.models import Model

PATIENCE = 60
LOCKED = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'
"""


def together(*acts: Callable[[], object]) -> list[Any]:
    """Run the acts at once; returns what each returned or raised, in order."""
    barrier = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        barrier.wait(timeout=PATIENCE)
        return outcome(act)

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def against_removal(*rows: Model, act: Callable[[], object]) -> Any:
    """`act` sees the rows, and while it writes somebody else has removed them; its outcome."""
    removed, may_end = threading.Event(), threading.Event()

    def remove() -> object:
        with transaction.atomic():
            for row in rows:
                type(row)._default_manager.filter(pk=row.pk).delete()  # Django's name
            removed.set()
            may_end.wait(timeout=PATIENCE)
        return None

    with ThreadPoolExecutor(2) as pool:
        removing = pool.submit(outcome, remove)
        assert removed.wait(timeout=PATIENCE)
        acting = pool.submit(outcome, act)
        _until_it_waits(acting)
        may_end.set()
        assert removing.result(timeout=PATIENCE) is None
        return acting.result(timeout=PATIENCE)


def outcome(act: Callable[[], object]) -> object:
    """What it returned or raised; its connection is closed."""
    try:
        return act()
    except Exception as raised:  # noqa: BLE001  # what it raised is its result
        return raised
    finally:
        connection.close()


def _until_it_waits(acting: "Future[object]") -> None:
    ends_at = time.monotonic() + PATIENCE
    with connection.cursor() as cursor:
        while time.monotonic() < ends_at and not acting.done():
            cursor.execute(LOCKED)
            if cursor.fetchone()[0]:
                return
            time.sleep(0.02)

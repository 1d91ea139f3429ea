"""The engine's own heartbeat."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from rosters.models import Pulse


def beat(
    name: str,
    *,
    runner: str,
    now: datetime,
    is_clean: bool = True,
    detail: Sequence[dict[str, Any]] = (),
) -> None:
    """This part of the engine ran at `now`, started by `runner`."""
    Pulse.objects.bulk_create(
        [Pulse(name=name, at=now, runner=runner, is_clean=is_clean, detail=list(detail))],
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=["at", "runner", "is_clean", "detail"],
    )


def end(name: str) -> None:
    """This part was stopped on purpose: its silence says nothing."""
    Pulse.objects.filter(name=name).delete()

"""What Celery runs for rosters: carrying messages."""

from typing import Any

from celery import shared_task

from config.portal import clock
from rosters.operations import carriage, pulse


@shared_task(name="muster.carry")  # type: ignore[untyped-decorator]  # Celery is untyped
def carry(**_later: Any) -> None:
    carriage.carry_all(clock=clock.act_now)
    pulse.beat("carry", runner="beat", now=clock.act_now())

"""What Celery runs for the pages of several apps: a wake-up without state."""

from typing import Any

from celery import shared_task

from config.front.operations import planned
from config.portal import clock


@shared_task(name="muster.planned_hand_overs")  # type: ignore[untyped-decorator]  # Celery is untyped
def carry_out_hand_overs(**_later: Any) -> None:
    planned.carry_out_due(now=clock.act_now())

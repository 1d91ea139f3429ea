"""What Celery runs for reviews: a wake-up without state."""

from typing import Any

from celery import shared_task

from config.portal import clock
from reviews.operations import sweep


@shared_task(name="muster.sweep_reviews")  # type: ignore[untyped-decorator]  # Celery is untyped
def sweep_reviews(**_later: Any) -> None:
    sweep.open_due_reviews(now=clock.act_now())

"""What Celery runs for rosters: messages, the call list, cover, and letting old drafts go."""

from typing import Any

from celery import shared_task

from config.portal import clock
from rosters.operations import call_list, carriage, covering, drafts, leaving, pulse


@shared_task(name="muster.carry")  # type: ignore[untyped-decorator]  # Celery is untyped
def carry(**_later: Any) -> None:
    carriage.carry_all(clock=clock.act_now)
    pulse.beat("carry", runner="beat", now=clock.act_now())


@shared_task(name="muster.call_list")  # type: ignore[untyped-decorator]  # Celery is untyped
def keep_call_list(**_later: Any) -> None:
    call_list.keep(now=clock.act_now())


@shared_task(name="muster.purge_drafts")  # type: ignore[untyped-decorator]  # Celery is untyped
def purge_drafts(**_later: Any) -> None:
    drafts.purge(now=clock.act_now())


@shared_task(name="muster.remind_cover")  # type: ignore[untyped-decorator]  # Celery is untyped
def remind_cover(**_later: Any) -> None:
    covering.remind(now=clock.act_now())


@shared_task(name="muster.shut_out_leavers")  # type: ignore[untyped-decorator]  # Celery is untyped
def shut_out_leavers(**_later: Any) -> None:
    leaving.shut_out(now=clock.act_now())

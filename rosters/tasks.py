"""What Celery runs for rosters: messages, letters, the call list, imports, cover, shifts."""

from typing import Any

from celery import shared_task

from config.portal import clock
from rosters.operations import (
    asking_cover,
    calendars_in,
    call_list,
    carriage,
    covering,
    digests,
    drafts,
    leaving,
    pulse,
    receipts,
    reminding,
    shift_log,
    swap_reminders,
)
from rosters.operations.imports import runs as imports


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
    receipts.purge(now=clock.act_now())


@shared_task(name="muster.remind_cover")  # type: ignore[untyped-decorator]  # Celery is untyped
def remind_cover(**_later: Any) -> None:
    covering.remind(now=clock.act_now())
    asking_cover.remind(now=clock.act_now())


@shared_task(name="muster.shut_out_leavers")  # type: ignore[untyped-decorator]  # Celery is untyped
def shut_out_leavers(**_later: Any) -> None:
    leaving.shut_out(now=clock.act_now())


@shared_task(name="muster.imports")  # type: ignore[untyped-decorator]  # Celery is untyped
def sweep_imports(**_later: Any) -> None:
    imports.sweep(clock=clock.act_now)


@shared_task(name="muster.digests")  # type: ignore[untyped-decorator]  # Celery is untyped
def send_digests(**_later: Any) -> None:
    digests.send_due(now=clock.act_now())


@shared_task(name="muster.log_shifts")  # type: ignore[untyped-decorator]  # Celery is untyped
def log_shifts(**_later: Any) -> None:
    shift_log.write(now=clock.act_now())


@shared_task(name="muster.calendars")  # type: ignore[untyped-decorator]  # Celery is untyped
def read_calendars(**_later: Any) -> None:
    calendars_in.sweep(clock=clock.act_now)


@shared_task(name="muster.remind_shifts")  # type: ignore[untyped-decorator]  # Celery is untyped
def remind_shifts(**_later: Any) -> None:
    reminding.remind(now=clock.act_now())
    reminding.ask_for_notes(now=clock.act_now())
    reminding.send_outlooks(now=clock.act_now())


@shared_task(name="muster.sweep_swaps")  # type: ignore[untyped-decorator]  # Celery is untyped
def sweep_swaps(**_later: Any) -> None:
    swap_reminders.sweep(now=clock.act_now())

"""What Celery runs for rosters: messages, letters, the call list, imports, cover, old drafts."""

from typing import Any

from celery import shared_task

from config.portal import clock
from rosters.operations import call_list, carriage, covering, digests, drafts, leaving, pulse
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


@shared_task(name="muster.remind_cover")  # type: ignore[untyped-decorator]  # Celery is untyped
def remind_cover(**_later: Any) -> None:
    covering.remind(now=clock.act_now())


@shared_task(name="muster.shut_out_leavers")  # type: ignore[untyped-decorator]  # Celery is untyped
def shut_out_leavers(**_later: Any) -> None:
    leaving.shut_out(now=clock.act_now())


@shared_task(name="muster.imports")  # type: ignore[untyped-decorator]  # Celery is untyped
def sweep_imports(**_later: Any) -> None:
    imports.sweep(clock=clock.act_now)


@shared_task(name="muster.digests")  # type: ignore[untyped-decorator]  # Celery is untyped
def send_digests(**_later: Any) -> None:
    digests.send_due(now=clock.act_now())

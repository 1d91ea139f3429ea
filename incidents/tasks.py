"""What Celery runs: wake-ups without state. Rows hold what is due."""

from typing import Any

from celery import shared_task

from config.portal import clock
from incidents.operations import (
    following_rules,
    looking_back,
    pacemaker,
    proof_letters,
    proving,
    receipts,
    room_carriage,
    telling_places,
    webhook_carriage,
)


@shared_task(name="muster.tick")  # type: ignore[untyped-decorator]  # Celery is untyped
def tick(**_later: Any) -> None:
    pacemaker.run_ticks(runner="beat", clock=clock.act_now)


@shared_task(name="muster.audit")  # type: ignore[untyped-decorator]  # Celery is untyped
def audit(**_later: Any) -> None:
    pacemaker.run_audit(runner="beat", now=clock.act_now())


@shared_task(name="muster.purge_receipts")  # type: ignore[untyped-decorator]  # Celery is untyped
def purge_receipts(**_later: Any) -> None:
    receipts.purge(now=clock.act_now())


@shared_task(name="muster.carry_webhooks")  # type: ignore[untyped-decorator]  # Celery is untyped
def carry_webhooks(**_later: Any) -> None:
    webhook_carriage.carry_all(clock=clock.act_now)


@shared_task(name="muster.carry_rooms")  # type: ignore[untyped-decorator]  # Celery is untyped
def carry_rooms(**_later: Any) -> None:
    room_carriage.carry_all(clock=clock.act_now)


@shared_task(name="muster.prove")  # type: ignore[untyped-decorator]  # Celery is untyped
def prove(**_later: Any) -> None:
    proving.sweep(runner="beat", now=clock.act_now())


@shared_task(name="muster.proof_letters")  # type: ignore[untyped-decorator]  # Celery is untyped
def send_proof_letters(**_later: Any) -> None:
    proof_letters.send_due(now=clock.act_now())


@shared_task(name="muster.rule_news")  # type: ignore[untyped-decorator]  # Celery is untyped
def tell_rule_news(**_later: Any) -> None:
    following_rules.tell_due(now=clock.act_now())


@shared_task(name="muster.call_places")  # type: ignore[untyped-decorator]  # Celery is untyped
def tell_call_places(**_later: Any) -> None:
    telling_places.tell_due(now=clock.act_now())


@shared_task(name="muster.look_back")  # type: ignore[untyped-decorator]  # Celery is untyped
def look_back(**_later: Any) -> None:
    looking_back.tell_due(now=clock.act_now())

"""`manage.py engine run`: ticks and carries by itself whenever Celery has fallen silent.

`status`, `tick` and `next` tell somebody at a terminal how it is, move what is due, say what comes.
"""

import logging
import signal
import sys
import threading
from argparse import ArgumentParser
from datetime import UTC, datetime, timedelta
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand
from django.db import Error, close_old_connections

from config.portal import clock, memory
from incidents.operations import fence, pacemaker, room_carriage, wording
from incidents.queries import engine_state
from rosters.operations import call_list, carriage, pulse

logger = logging.getLogger(__name__)

RUNNER = "engine"
INTERVAL_SECONDS = 1.0
AUDIT_EVERY = timedelta(seconds=60)
NEXT = 10
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class Command(BaseCommand):
    help = "Keep escalating and sending when Redis, beat or every worker is gone."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "action",
            choices=["run", "once", "status", "tick", "next"],
            help="run: until stopped; once: one beat; status: how it is, and an exit status of 1"
            " when something is late; tick: move what is due now; next: who is called next.",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        act = {"run": self._run, "once": self._once, "status": self._status}
        act |= {"tick": self._tick, "next": self._next}
        act[options["action"]]()

    def _once(self) -> None:
        beat(NEVER)

    def _status(self) -> None:
        now = clock.act_now()
        for sentence in engine_state.state(version=fence.ENGINE_VERSION, now=now):
            self.stdout.write(sentence)
        if engine_state.broken(now=now):
            sys.exit(1)

    def _tick(self) -> None:
        moved = pacemaker.run_ticks(runner=RUNNER, clock=clock.act_now)
        self.stdout.write(f"{moved} steps were due and have been taken.")

    def _next(self) -> None:
        lines = list(engine_state.following(NEXT, now=clock.act_now()))
        self.stdout.write("\n".join(lines) or "Nothing is planned.")

    def _run(self) -> None:
        stopped = threading.Event()

        def stop(_signal: int, _frame: FrameType | None) -> None:
            stopped.set()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        wording.get_ready()
        memory.settle()
        audited_at = NEVER
        while not stopped.is_set():
            audited_at = safe_beat(audited_at)
            stopped.wait(INTERVAL_SECONDS)


def safe_beat(audited_at: datetime) -> datetime:
    """One beat; a database that is away is reported and tried again at the next."""
    try:
        close_old_connections()
        return beat(audited_at)
    except Error:
        logger.exception("the engine could not beat; trying again")
        return audited_at


def beat(audited_at: datetime) -> datetime:
    """Do what nobody else has done lately; returns when the audit last ran here."""
    now = clock.act_now()
    if pacemaker.needs_help("tick", runner=RUNNER, now=now):
        pacemaker.run_ticks(runner=RUNNER, clock=clock.act_now)
    if pacemaker.needs_help("carry", runner=RUNNER, now=now):
        carriage.carry_all(clock=clock.act_now)
        room_carriage.carry_all(clock=clock.act_now)
        pulse.beat("carry", runner=RUNNER, now=now)
    if audited_at > now - AUDIT_EVERY:
        return audited_at
    if pacemaker.needs_help("audit", runner=RUNNER, now=now - AUDIT_EVERY):
        pacemaker.run_audit(runner=RUNNER, now=now)
    call_list.keep(now=now, older_than=call_list.EVERY + AUDIT_EVERY)
    return now

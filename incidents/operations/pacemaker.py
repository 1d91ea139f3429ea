"""One beat of the engine, whoever gives it: Celery beat, a wake-up, or the engine process."""

import logging
import random
import time
import urllib.request
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings

from incidents.operations import canary, engine, fence, leavers, statutory, waiting
from incidents.queries import audit
from rosters.models import Pulse
from rosters.operations import probing, pulse

logger = logging.getLogger(__name__)

TICK_SECONDS = 2.0
DEADMAN_TIMEOUT = 5.0
SILENT_AFTER = timedelta(seconds=3)


def run_ticks(*, runner: str, clock: Callable[[], datetime], limit: int = engine.BATCH) -> int:
    """Tick until nothing is due or two seconds have passed, then leave a pulse.

    An engine that is too old for the database says so, does nothing and leaves none.
    """
    try:
        return _run_ticks(runner=runner, clock=clock, limit=limit)
    except fence.Outdated as outdated:
        logger.error("%s", outdated)  # noqa: TRY400  # a sentence, nothing to trace
        return 0


def _run_ticks(*, runner: str, clock: Callable[[], datetime], limit: int) -> int:
    fence.hold()
    stop_at = time.monotonic() + TICK_SECONDS
    waiting.sweep(now=clock())
    total = 0
    while True:
        now = clock()
        moved = engine.tick(now=now, limit=limit)
        total += moved
        if moved < limit or time.monotonic() >= stop_at:
            break
    pulse.beat("tick", runner=runner, now=now)
    return total


def run_audit(*, runner: str, now: datetime) -> bool:
    """Check the invariants, leave the finding as a pulse, ping the outside when all is well."""
    canary.keep(runner=runner, now=now)
    probing.ask_those_out(now=now, jitter=random.random)
    leavers.let_go(now=now)
    statutory.remind(now=now)
    broken = (*audit.violations(now=now), *audit.lately(now=now))
    for violation in broken:
        logger.error("audit: %s since %s", violation.name, violation.since.isoformat())
    detail = [{"name": one.name, "since": one.since.isoformat()} for one in broken]
    pulse.beat("audit", runner=runner, now=now, is_clean=not broken, detail=detail)
    if not broken:
        _tell_the_outside()
    return not broken


def _tell_the_outside() -> None:
    """Ping the dead-man's switch, whose silence alarms somebody outside Muster."""
    if not settings.DEADMAN_URL:
        return
    try:
        request = urllib.request.Request(settings.DEADMAN_URL, method="POST")  # noqa: S310  # set by the operator
        urllib.request.urlopen(request, timeout=DEADMAN_TIMEOUT).close()  # noqa: S310  # as above
    except OSError:
        logger.warning("the dead-man's switch could not be reached", exc_info=True)


def needs_help(name: str, *, runner: str, now: datetime) -> bool:
    """Whether `runner` must run this part of the engine: nobody else did for three intervals.

    A runner that has taken over goes on every second, until somebody else leaves a pulse again.
    """
    last = Pulse.objects.filter(name=name).first()
    return last is None or last.runner == runner or last.at < now - SILENT_AFTER

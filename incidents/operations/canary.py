"""The canary: an incident of nobody's that tries the engine again and again, and is gone at once.

It has one promise and one climb that tells nobody. A real tick must claim it and move it on; then
it is taken away and leaves a pulse. Where that pulse stays out, the audit is not clean. No list
holds it: `Incident.objects` leaves it out.
"""

from datetime import datetime, timedelta

from django.db import connection, transaction

from config.portal import queue
from incidents.enums import Promise
from incidents.models import EscalationRun, Incident, PolicyVersion, ResponseClock
from rosters.enums import SeverityLevel
from rosters.models import Pulse
from rosters.operations import pulse

NAME = "canary"
EVERY = timedelta(minutes=15)
TARGET = timedelta(days=365)
LOCK = 0x4D55_4341  # two that look at the same time open one


@transaction.atomic
def keep(*, runner: str, now: datetime) -> None:
    """What came through leaves a pulse and goes; after a quarter of an hour the next one begins.

    One that does not come through stays where it is, and none is opened beside it.
    """
    if not _is_alone():
        return
    run = EscalationRun.objects.filter(clock__incident__is_canary=True).order_by("pk").first()
    if run is None:
        _open_if_time(now=now)
    elif run.finished_at is not None:
        _note(run, runner=runner)
        Incident.everything.filter(is_canary=True).delete()


def _is_alone() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return bool(cursor.fetchone()[0])


def _open_if_time(*, now: datetime) -> None:
    last = Pulse.objects.filter(name=NAME, at__gt=now - EVERY)
    version = PolicyVersion.objects.filter(published_at__isnull=False).order_by("pk").first()
    if version is None or last.exists():  # without any rule nothing can be called anyway
        return
    incident = Incident.everything.create(
        title="Muster tries itself",
        severity=max(SeverityLevel),
        detected_at=now,
        is_canary=True,
    )
    clock = ResponseClock.objects.create(
        incident=incident,
        promise=Promise.ACKNOWLEDGE,
        started_at=now,
        target_at=now + TARGET,
        at_risk_at=now + TARGET,
    )
    EscalationRun.objects.create(clock=clock, version=version, plan=[], next_due_at=now)
    queue.wake("muster.tick")


def _note(run: EscalationRun, *, runner: str) -> None:
    """It came through when the tick moved it; how long that took stands in the pulse."""
    moved_at = run.finished_at or run.clock.started_at
    took = (moved_at - run.clock.started_at).total_seconds()
    pulse.beat(NAME, runner=runner, now=moved_at, detail=[{"seconds": took}])

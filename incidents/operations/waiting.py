"""What time alone does to alerts: those that waited are decided again, quiet incidents end."""

import logging
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F

from incidents.enums import AlertStatus
from incidents.intake.signal import Signal
from incidents.logic.maintenance import holds_until
from incidents.models import Alert, AlertSource, Incident
from incidents.operations import alerts, heartbeats, lifecycle, sorting
from incidents.queries import maintenance as planned

logger = logging.getLogger(__name__)

BATCH = 500


def sweep(*, now: datetime) -> None:
    """Everything that is due has happened, once. What fails is reported and left for the next."""
    for act in (heartbeats.sweep, let_go, release, resolve_quiet):
        try:
            act(now=now)
        except Exception:
            logger.exception("alerts that waited could not be looked at")


def let_go(*, now: datetime) -> int:
    """Alerts wait no longer for planned work that was called off, ended early or was moved.

    They are due at `now`; what other work still covers is held again. Returns how many.
    """
    waits = Alert.objects.held_by_work(now=now).values_list("held_by", "held_until")
    held = [(pk, until) for pk, until in waits.distinct().order_by() if pk and until]
    if not held:
        return 0
    windows = planned.windows_of({pk for pk, _until in held})
    return sum(
        Alert.objects.held_by_work(now=now)
        .filter(held_by=pk, held_until=until)
        .update(held_until=now)
        for pk, until in held
        if not holds_until(windows.get(pk), until, now=now)
    )


def release(*, now: datetime, limit: int = BATCH) -> int:
    """Alerts whose time to wait is over are decided as of now; returns how many were looked at.

    Any number may run at once: each takes other rows. An alert that arrives meanwhile decides
    instead, and the next sweep finds nothing to do.
    """
    try:
        with transaction.atomic():
            due = Alert.objects.held_until(now=now).select_related("source").order_by("pk")
            rows = list(due.select_for_update(of=("self",), skip_locked=True)[:limit])
            by_source: dict[AlertSource, list[Alert]] = defaultdict(list)
            for row in rows:
                by_source[row.source].append(row)
            for source, found in by_source.items():
                _decide_again(source, found, now=now)
    except (IntegrityError, sorting.Moved):
        return 0
    return len(rows)


def _decide_again(source: AlertSource, rows: Sequence[Alert], *, now: datetime) -> None:
    groups: dict[str, sorting.Group] = {}
    for row in rows:
        group = groups.setdefault(row.group_key, sorting.Group(row.group_key, ""))
        group.signals[row.key] = signal_of(row)
    found = sorting.find(source, groups)
    request = sorting.Request(source, groups, found.homes, found.known, now, is_arrival=False)
    decided, places = sorting.sort(request)
    alerts.store(request, decided, places)


def signal_of(row: Alert) -> Signal:
    """The alert as its sender last described it."""
    return Signal(
        key=row.key,
        name=row.name,
        is_firing=row.status == AlertStatus.FIRING,
        summary=row.summary,
        service=row.service.slug if row.service else "",
        severity=row.severity,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        labels=row.labels,
        link=row.link,
        group_key=row.group_key,
    )


def resolve_quiet(*, now: datetime, limit: int = BATCH) -> int:
    """Incidents whose signals stayed quiet for as long as their source says are resolved."""
    quiet_since = now - F("source__quiet_minutes") * timedelta(minutes=1)
    due = (
        Incident.objects.open()
        .filter(source__quiet_minutes__isnull=False, signals_resolved_at__lte=quiet_since)
        .order_by("signals_resolved_at", "pk")
    )
    return sum(lifecycle.resolve_by_itself(incident, now=now) for incident in due[:limit])

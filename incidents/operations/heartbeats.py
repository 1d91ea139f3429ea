"""Heartbeats: they call in, fall silent, and are set up, muted and paused by people."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.db.models import DateTimeField, DurationField, ExpressionWrapper, F, Q, Value
from django.db.models.expressions import Combinable

from config.portal.refusals import Refused
from incidents.intake.signal import Parcel, Signal
from incidents.logic import heartbeats as rules
from incidents.logic.signal_keeping import why_not_keep_signals
from incidents.models import AlertSource, Heartbeat
from incidents.operations import intake, sorting
from incidents.queries.signal_keeping import keeper
from rosters.logic.reasons import in_one_line
from rosters.models import Person, Pulse, Service

KIND = "heartbeat"
BATCH = 500
TRIES = 5
FIELDS = (
    "name",
    "slug",
    "source_id",
    "service_id",
    "severity",
    "every_minutes",
    "grace_minutes",
    "owner_id",
)
SPAN = ExpressionWrapper(
    (F("every_minutes") + F("grace_minutes")) * Value(rules.MINUTE, DurationField()),
    output_field=DurationField(),
)


def call_in(source: AlertSource, slug: str, *, now: datetime) -> bool:
    """It called in at `now`, and is due again after its period and grace; False: no such one.

    One statement, unless it had been silent: then its alert is noted as resolved too.
    """
    rows = Heartbeat.objects.filter(source=source, slug=slug)
    if rows.filter(silent_since__isnull=True).update(last_seen_at=now, due_at=_due(now)):
        return True
    for _ in range(TRIES):
        try:
            return _come_back(source, slug, now=now)
        except (IntegrityError, sorting.Moved):
            continue
    return _come_back(source, slug, now=now)


@transaction.atomic
def _come_back(source: AlertSource, slug: str, *, now: datetime) -> bool:
    rows = Heartbeat.objects.filter(source=source, slug=slug)
    beat = rows.select_for_update(no_key=True, of=("self",)).select_related("service").first()
    if beat is None:
        return False
    was_silent = beat.silent_since is not None
    rows.update(last_seen_at=now, due_at=_due(now), silent_since=None)
    if was_silent:
        intake.notice(source, Parcel(alerts=(_signal(beat, now=now, is_silent=False),)), now=now)
    return True


def sweep(*, now: datetime) -> None:
    """Heartbeats that are late have fallen silent, but nobody for a time in which we were down."""
    forgive(now=now)
    while fall_silent(now=now) == BATCH:
        pass


def forgive(*, now: datetime) -> int:
    """After a stand-still of the engine, what was expected meanwhile has its whole time again.

    A call may have come to a closed door. What had been late before stays late.
    """
    tick = Pulse.objects.filter(name="tick").values_list("at", flat=True).first()
    if tick is None or now - tick <= rules.DOWN_AFTER:
        return 0
    grace = ExpressionWrapper(
        F("grace_minutes") * Value(rules.MINUTE, DurationField()), output_field=DurationField()
    )
    expected = ExpressionWrapper(F("due_at") - grace, output_field=DateTimeField())
    return (
        Heartbeat.objects.alias(expected_at=expected)
        .filter(silent_since__isnull=True, due_at__gte=tick, expected_at__lte=now)
        .update(due_at=_due(now))
    )


@transaction.atomic
def fall_silent(*, now: datetime, limit: int = BATCH) -> int:
    """Up to `limit` late heartbeats are silent, each with an alert of its own; returns how many.

    Any number may run at once. One that calls in just now is on time: its row is locked or moved.
    """
    late = Heartbeat.objects.filter(
        Q(muted_until__isnull=True) | Q(muted_until__lte=now),
        due_at__lt=now,
        silent_since__isnull=True,
        source__is_active=True,
    )
    rows = list(
        late.select_related("source", "service__owner_team")
        .select_for_update(no_key=True, of=("self",), skip_locked=True)
        .order_by("due_at", "pk")[:limit]
    )
    if not rows:
        return 0
    Heartbeat.objects.filter(pk__in=[row.pk for row in rows]).update(silent_since=F("due_at"))
    by_source: dict[AlertSource, list[Heartbeat]] = defaultdict(list)
    for row in rows:
        by_source[row.source].append(row)
    for source, found in by_source.items():
        _notice(source, found, now=now)
    return len(rows)


def _notice(source: AlertSource, beats: Iterable[Heartbeat], *, now: datetime) -> None:
    alerts = tuple(_signal(beat, now=now, is_silent=True) for beat in beats)
    intake.notice(source, Parcel(alerts=alerts), now=now)


def _signal(beat: Heartbeat, *, now: datetime, is_silent: bool) -> Signal:
    """Its silence, or the end of it, as an alert. One key for ever: one incident at a time."""
    key, service = f"heartbeat-{beat.pk}", beat.service
    zone = ZoneInfo(service.owner_team.time_zone if service and is_silent else "UTC")
    seen_at = beat.last_seen_at or now
    return Signal(
        key=key,
        name=beat.name,
        is_firing=is_silent,
        summary=rules.title(beat.name, seen_at=seen_at, zone=zone, now=now) if is_silent else "",
        service=service.slug if service else "",
        severity=beat.severity,
        starts_at=beat.due_at if is_silent else None,
        ends_at=None if is_silent else now,
        labels={"heartbeat": beat.slug},
        group_key=key,
    )


def _due(now: datetime) -> Combinable:
    return ExpressionWrapper(Value(now, DateTimeField()) + SPAN, output_field=DateTimeField())


@dataclass(frozen=True)
class Plan:
    """What a heartbeat is to be."""

    name: str
    slug: str
    source_id: int
    every_minutes: int
    grace_minutes: int
    severity: int
    owner_id: int
    service_id: int | None = None


@transaction.atomic
def make(plan: Plan, *, by: Person) -> Heartbeat:
    """One more; it is watched from its first call. Raises Refused."""
    _refuse(plan.source_id, plan.service_id, by=by)
    beat = Heartbeat(**{name: getattr(plan, name) for name in FIELDS})
    _save(beat)
    return beat


@transaction.atomic
def change(beat: Heartbeat, plan: Plan, *, by: Person) -> Heartbeat:
    """It is what the plan says; its next call is due by the new times. Raises Refused."""
    row = _held(beat, by=by)
    _refuse(plan.source_id, plan.service_id, by=by)
    for name in FIELDS:
        setattr(row, name, getattr(plan, name))
    if row.due_at and row.last_seen_at and row.silent_since is None:
        minutes = plan.every_minutes + plan.grace_minutes
        row.due_at = row.last_seen_at + timedelta(minutes=minutes)
    _save(row)
    return row


@transaction.atomic
def mute(
    beat: Heartbeat, *, until: datetime | None, reason: str, by: Person, now: datetime
) -> None:
    """Its silence is no signal until then. An incident that is open stays. Raises Refused."""
    row = _held(beat, by=by)
    line = in_one_line(reason)
    refusal = rules.why_not_mute(until, line, now=now)
    if refusal:
        raise Refused(refusal)
    row.muted_until, row.mute_reason = until, line
    row.save(update_fields=["muted_until", "mute_reason"])


@transaction.atomic
def unmute(beat: Heartbeat, *, by: Person) -> None:
    """It is heard again, and late at once if it is late."""
    row = _held(beat, by=by)
    row.muted_until, row.mute_reason = None, ""
    row.save(update_fields=["muted_until", "mute_reason"])


@transaction.atomic
def pause(beat: Heartbeat, *, by: Person, now: datetime) -> None:
    """Nobody waits for it until it calls in again. Its alert, if any, is noted as resolved."""
    row = _held(beat, by=by)
    was_silent = row.silent_since is not None
    row.due_at = row.silent_since = None
    row.save(update_fields=["due_at", "silent_since"])
    if was_silent:
        signal = _signal(row, now=now, is_silent=False)
        intake.notice(row.source, Parcel(alerts=(signal,)), now=now)


def _held(beat: Heartbeat, *, by: Person) -> Heartbeat:
    """It as it stands, locked, for somebody who may change it. Raises Refused."""
    row = (
        Heartbeat.objects.select_for_update(no_key=True, of=("self",))
        .select_related("source", "service")
        .get(pk=beat.pk)
    )
    if row.owner_id != by.pk:
        _refuse(row.source_id, row.service_id, by=by)
    return row


def _refuse(source_id: int, service_id: int | None, *, by: Person) -> None:
    source = AlertSource.objects.filter(pk=source_id, kind=KIND).first()
    if source is None:
        raise Refused("Choose a source of the kind “Heartbeats”.")
    service = Service.objects.filter(pk=service_id).first() if service_id else None
    refusal = why_not_keep_signals(keeper(by, team_of(source, service)))
    if refusal:
        raise Refused(refusal)


def team_of(source: AlertSource, service: Service | None) -> int | None:
    """Whose it is: the team of its service, else that of its source."""
    return service.owner_team_id if service else source.owner_team_id


def _save(beat: Heartbeat) -> None:
    try:
        with transaction.atomic():
            beat.save()
    except IntegrityError:
        raise Refused(
            "Another heartbeat has this name or this short name. Choose another."
        ) from None

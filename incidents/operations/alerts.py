"""The rows of alerts: what each sender last said, and what became of it."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from config.portal.by_hand import table, tie
from incidents.enums import AlertOutcome, AlertStatus, EntryKind
from incidents.intake.signal import Signal
from incidents.logic.triggers import MOST_COUNTED
from incidents.models import (
    Alert,
    AlertSource,
    Incident,
    MaintenanceWindow,
    TimelineEntry,
    WatchedAlert,
)
from incidents.operations import timeline
from incidents.operations.sorting import Place, Request, Sorted, kept_as
from incidents.operations.sorting.finding import Rows, inside
from rosters.models import Service

RENEWED = [
    "incident",
    "group_key",
    "service",
    "severity",
    "rule",
    "outcome",
    "held_until",
    "held_at",
    "held_by",
    "recent_at",
    "name",
    "status",
    "summary",
    "labels",
    "link",
    "starts_at",
    "ends_at",
    "last_received_at",
    "times_received",
]


@dataclass(frozen=True)
class Freed:
    """An alert that planned work had held back, and the incident that it has now."""

    incident: Incident
    alert: str
    window_id: int
    held_at: datetime


def store(
    request: Request, decided: Mapping[str, Sorted], places: Mapping[str, Place]
) -> dict[tuple[str, str], AlertOutcome]:
    """Each alert is written or renewed; says what became of it, by the keys of group and alert."""
    rows = dict(_rows_of(request, places))
    outcomes: dict[tuple[str, str], AlertOutcome] = {}
    found: Rows = {}
    joined: Counter[int] = Counter()
    freed: list[Freed] = []
    for group in request.groups.values():
        place = places[group.key]
        for signal in group.signals.values():
            row = _row(rows, place.incident, signal)
            outcome = _outcome(signal, row, place, decided)
            outcomes[group.key, signal.key] = outcome
            if outcome == AlertOutcome.IGNORED:
                continue
            if row is None and place.incident and place.outcome == AlertOutcome.GROUPED:
                joined[place.incident.pk] += 1
            row = row or _new_row(request.source, signal.key)
            row.outcome, row.group_key = outcome, group.key
            if row.held_by_id and row.held_at and place.incident and signal.is_firing:
                freed.append(Freed(place.incident, row.name, row.held_by_id, row.held_at))
            rows.pop((row.incident_id, row.key), None)
            found.pop(
                (row.incident_id, row.key), None
            )  # another group put it there, this one moves it
            _place(row, place, decided.get(signal.key), now=request.now)
            if request.is_arrival:
                _renew(row, signal, now=request.now)
            # Another group of the request may name the same alert, and be in the same place.
            rows[row.incident_id, row.key] = found[row.incident_id, row.key] = row
    written = list(found.values())
    _write(written, are_named=any(one.decision.watched for one in decided.values()))
    _note_watched(written, decided, now=request.now)
    _note(places.values(), written, joined, now=request.now)
    _note_freed(freed, now=request.now)
    return outcomes


def _rows_of(request: Request, places: Mapping[str, Place]) -> Rows:
    """The rows of the request's alerts, those in incidents included that took them just now."""
    homes = {incident.pk for incident in request.homes.values()}
    taking = {
        key: place.incident
        for key, place in places.items()
        if place.incident and place.outcome != AlertOutcome.CREATED
    }
    if all(incident.pk in homes for incident in taking.values()):
        return request.known
    return request.known | inside(request.groups, {one.pk for one in taking.values()})


def _row(rows: Rows, incident: Incident | None, signal: Signal) -> Alert | None:
    """The alert's row in its incident, else the one that was kept apart."""
    at_home = rows.get((incident.pk, signal.key)) if incident else None
    return at_home or rows.get((None, signal.key))


def _outcome(
    signal: Signal, row: Alert | None, place: Place, decided: Mapping[str, Sorted]
) -> AlertOutcome:
    if not signal.is_firing:
        return AlertOutcome.RESOLVED if row else AlertOutcome.IGNORED
    if row and _is_stale(signal, row):
        return AlertOutcome.IGNORED
    return place.outcome if place.incident else kept_as(decided[signal.key])


def _is_stale(signal: Signal, row: Alert) -> bool:
    """Whether a "firing" arrives after the same firing's "resolved": senders may reorder."""
    return (
        row.status == AlertStatus.RESOLVED
        and row.ends_at is not None
        and signal.starts_at is not None
        and signal.starts_at <= row.ends_at
        and signal.starts_at == row.starts_at
    )


def _place(row: Alert, place: Place, decided: Sorted | None, *, now: datetime) -> None:
    held_at = row.held_at
    _tie(row, "incident", place.incident)
    row.held_until = row.held_at = row.held_by_id = None
    if decided is None:
        return
    _tie(row, "service", decided.service)
    row.severity = decided.severity
    row.rule_id = decided.decision.rule_id
    if place.incident is None and kept_as(decided) == AlertOutcome.HELD:
        row.held_until = decided.held_until
        if decided.cover is not None:
            row.held_by_id, row.held_at = decided.cover.window_id, held_at or now


def _new_row(source: AlertSource, key: str) -> Alert:
    row: Alert = table(Alert).new(source_id=source.pk, key=key, times_received=0)
    tie(row, "source", source)
    return row


def _tie(row: Alert, name: str, other: Incident | Service | None) -> None:
    """The row names `other`, and has it at hand."""
    setattr(row, f"{name}_id", other.pk if other else None)
    tie(row, name, other)


def _renew(row: Alert, signal: Signal, *, now: datetime) -> None:
    row.name = signal.name
    row.status = AlertStatus.FIRING if signal.is_firing else AlertStatus.RESOLVED
    row.summary = signal.summary or row.summary
    row.labels = dict(signal.labels)
    row.link = signal.link or row.link
    row.starts_at = signal.starts_at or row.starts_at
    row.ends_at = signal.ends_at
    row.first_received_at = row.first_received_at or now
    row.last_received_at = now
    row.times_received += 1
    if signal.is_firing:
        row.recent_at = [*row.recent_at, now][-MOST_COUNTED:]


def _write(rows: Sequence[Alert], *, are_named: bool) -> None:
    """New rows and renewed ones in one statement each; `are_named` where others point at them."""
    renewed = [row for row in rows if row.pk is not None]
    table(Alert).add([row for row in rows if row.pk is None], numbered=are_named)
    table(Alert).renew(renewed, RENEWED)


def _note_watched(rows: Sequence[Alert], decided: Mapping[str, Sorted], *, now: datetime) -> None:
    """What watching rules would have decided is kept; nothing is asked where none would have."""
    found = [
        WatchedAlert(rule_id=rule_id, alert=row, seen_at=now)
        for row in rows
        if row.key in decided
        for rule_id in decided[row.key].decision.watched
    ]
    if found:
        WatchedAlert.objects.bulk_create(found, ignore_conflicts=True)


def _firing(incidents: Collection[int], written: Sequence[Alert]) -> set[int]:
    """Those of these incidents of which an alert fires; `written` are rows that were just written.

    Only of an incident for which none of those fires is it asked.
    """
    firing = [row.incident_id for row in written if row.status == AlertStatus.FIRING]
    said = {pk for pk in firing if pk is not None}
    left = [pk for pk in incidents if pk not in said]
    if not left:
        return set(incidents)
    rows = Alert.objects.filter(incident__in=left, status=AlertStatus.FIRING)
    found = {pk for pk in rows.values_list("incident_id", flat=True).distinct() if pk is not None}
    return (said & set(incidents)) | found


def _note(
    places: Iterable[Place],
    written: Sequence[Alert],
    joined: Counter[int],
    *,
    now: datetime,
) -> None:
    """What the incidents' timelines say: how many joined, and when all are quiet or fire again."""
    touched = {place.incident.pk: place.incident for place in places if place.incident}
    firing = _firing(touched, written)
    quiet = [one for pk, one in touched.items() if pk not in firing and not one.signals_resolved_at]
    loud = [one for pk, one in touched.items() if pk in firing and one.signals_resolved_at]
    entries = [
        timeline.draft(touched[pk], EntryKind.ALERTS_JOINED, at=now, count=str(count))
        for pk, count in joined.items()
    ]
    entries += _changed(quiet, EntryKind.SIGNALS_RESOLVED, since=now, now=now)
    entries += _changed(loud, EntryKind.SIGNALS_FIRING, since=None, now=now)
    table(TimelineEntry).add(entries, numbered=False)


def _note_freed(freed: Sequence[Freed], *, now: datetime) -> None:
    """Incidents of alerts that planned work had held back say so, and since when."""
    if not freed:
        return
    first: dict[int, Freed] = {}
    for one in sorted(freed, key=lambda one: one.held_at):
        first.setdefault(one.incident.pk, one)
    windows = MaintenanceWindow.objects.in_bulk({one.window_id for one in first.values()})
    TimelineEntry.objects.bulk_create(
        timeline.draft(
            one.incident,
            EntryKind.ALERTS_JOINED,
            at=now,
            what="held",
            alert=one.alert,
            window=windows[one.window_id].title,
            held_at=one.held_at.isoformat(),
        )
        for one in first.values()
    )


def _changed(
    incidents: Sequence[Incident], kind: EntryKind, *, since: datetime | None, now: datetime
) -> list[TimelineEntry]:
    if incidents:
        pks = [incident.pk for incident in incidents]
        Incident.objects.filter(pk__in=pks).update(signals_resolved_at=since)
    return [
        timeline.draft(incident, kind, at=now, by=None, **timeline.reporter(incident))
        for incident in incidents
    ]

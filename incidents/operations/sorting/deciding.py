"""What each firing alert means for us: by the rules, its service, and the work that is planned."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from incidents.enums import RuleAction
from incidents.intake.signal import Signal
from incidents.logic import maintenance, triggers
from incidents.models import Alert, AlertSource
from incidents.operations.sorting.parts import Request, Sorted
from incidents.queries import maintenance as planned
from incidents.queries import sorting


def decide(request: Request) -> dict[str, Sorted]:
    """What becomes of each firing alert by itself, by its key."""
    return _with_covers(request, _by_rules(request))


def _by_rules(request: Request) -> dict[str, Sorted]:
    firing = [signal for group in request.groups.values() for signal in group.firing]
    if not firing:
        return {}
    rules = sorting.rules_for(request.source)
    asked = [rule.service_id for rule in rules] + [request.source.default_service_id]
    known = sorting.services([signal.service for signal in firing], asked)
    before = {key: row for (_, key), row in reversed(request.known.items())}
    found: dict[str, Sorted] = {}
    for signal in firing:
        decision = triggers.decide(
            _facts(request, signal, before.get(signal.key)),
            rules,
            otherwise=RuleAction.INCIDENT,
            now=request.now,
        )
        found[signal.key] = _sorted(request.source, signal, decision, known)
    return found


def _facts(request: Request, signal: Signal, before: Alert | None) -> triggers.Facts:
    """What rules ask of an alert; `before` is its row, if it came before."""
    arrived = list(before.recent_at) if before else []
    if request.is_arrival:
        arrived.append(request.now)
    began = signal.starts_at or (before.first_received_at if before else None) or request.now
    return triggers.Facts(
        source_id=request.source.pk,
        name=signal.name,
        firing_since=min(began, request.now),
        summary=signal.summary,
        service=signal.service.lower(),
        severity=signal.severity,
        labels=signal.labels,
        arrived_at=arrived,
    )


def _sorted(
    source: AlertSource, signal: Signal, decision: triggers.Decision, known: sorting.Services
) -> Sorted:
    by_id = known.by_id
    service = by_id[decision.service_id] if decision.service_id else known.called(signal.service)
    if service is None and source.default_service_id:
        service = by_id[source.default_service_id]
    usual = decision.usual_severity or source.default_severity
    severity = decision.severity or signal.severity or usual
    return Sorted(signal, decision, service, severity)


def _with_covers(request: Request, decided: Mapping[str, Sorted]) -> dict[str, Sorted]:
    """The same, with the planned work that holds an alert back or keeps it quiet.

    It is asked of what would open an incident while the work goes on, and of nothing else.
    """
    alone = [group for key, group in request.groups.items() if key not in request.homes]
    keys = [signal.key for group in alone for signal in group.firing]
    asked = [key for key in keys if decided[key].decision.action == RuleAction.INCIDENT]
    if not asked:
        return dict(decided)
    windows = planned.going_on(planned.OF_ALERTS, now=request.now)
    covered = {key: _covered(request, decided[key], windows) for key in asked} if windows else {}
    return {**decided, **covered}


def _covered(request: Request, one: Sorted, windows: Sequence[maintenance.Window]) -> Sorted:
    subject = maintenance.Subject(
        one.service.pk if one.service else None, request.source.pk, one.signal.labels
    )
    found = maintenance.cover(windows, subject, at=request.now)
    wait_until = one.decision.wait_until
    if found is None or (wait_until is not None and wait_until >= found.ends_at):
        return one
    return replace(one, cover=found)

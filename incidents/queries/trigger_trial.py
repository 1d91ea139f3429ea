"""A rule tried: what the last 1,000 alerts would have become with it, beside what they become now.

Alerts are read as they were last seen. Five queries, however many alerts and rules there are.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Q

from incidents.enums import AlertStatus, RuleAction, RuleMode
from incidents.logic import trigger_titles, triggers
from incidents.logic.triggers import Decision, Facts, RuleSpec
from incidents.models import Alert, Incident, TriggerRule
from incidents.queries import sorting
from rosters.models import Person, Service

TRIED = 1000
SHOWN = 100
OPENS, QUIET, WAITS = "opens", "quiet", "waits"


@dataclass(frozen=True)
class Fate:
    """What becomes of one alert."""

    what: str
    severity: int
    service: Service | None = None
    title: str = ""
    impact_id: int | None = None
    policy_id: int | None = None

    @property
    def words(self) -> str:
        if self.what == QUIET:
            return "kept quietly"
        if self.what == WAITS:
            return "waits, nobody called"
        return f"SEV{self.severity} {f'on {self.service}' if self.service else 'without a service'}"


@dataclass(frozen=True)
class Changed:
    """One alert that the rule would change."""

    alert: Alert
    before: Fate
    after: Fate
    incident: Incident | None = None

    @property
    def more(self) -> str:
        """What else changes, where the two read the same."""
        if self.before.words != self.after.words:
            return ""
        parts = {
            "kind of harm": self.before.impact_id != self.after.impact_id,
            "rule of calls": self.before.policy_id != self.after.policy_id,
            "title": self.before.title != self.after.title,
        }
        return ", ".join(name for name, differs in parts.items() if differs)


@dataclass(frozen=True)
class Tally:
    """How many of the alerts open or join an incident, and so on; incidents are one a key."""

    incidents: int
    opens: int
    quiet: int
    waits: int
    severe: int
    nowhere: int


@dataclass(frozen=True)
class Trial:
    """Both sides. `taken` are the alerts about which the rule would have decided."""

    tried: int
    since_at: datetime | None
    taken: int
    before: Tally
    after: Tally
    severities: int
    changed: Sequence[Changed]
    more: int

    @property
    def all_changed(self) -> int:
        return len(self.changed) + self.more

    @property
    def rows(self) -> list[tuple[str, int, int]]:
        """What is counted, with now and then."""
        now, then = self.before, self.after
        return [
            ("Incidents", now.incidents, then.incidents),
            ("Alerts that open or join one", now.opens, then.opens),
            ("Of them SEV1 or SEV2", now.severe, then.severe),
            ("Alerts without a service", now.nowhere, then.nowhere),
            ("Kept quietly", now.quiet, then.quiet),
            ("Wait, nobody called", now.waits, then.waits),
        ]


def tried(rule: TriggerRule, *, reader: Person, now: datetime) -> Trial:
    """The rule as it stands or is typed, as if it were switched on at its place."""
    hidden = Incident.objects.hidden_from(reader)
    found = Alert.objects.select_related("source", "service").order_by("-last_received_at", "-pk")
    readable = Q(incident__isnull=True) | ~Q(incident__in=hidden)
    alerts = list(found.filter(readable)[:TRIED])
    old = list(
        TriggerRule.objects.exclude(mode=RuleMode.DRAFT)
        .exclude(pk=rule.pk)
        .order_by("position", "pk")
    )
    standing = [sorting.spec_of(one) for one in _with_own(rule, old)]
    spec = replace(sorting.spec_of(rule), rule_id=rule.pk or 0, is_watching=False)
    placed = sorted([*old, rule], key=lambda one: (one.position, one.pk or 0))
    changed = [spec if one is rule else sorting.spec_of(one) for one in placed]
    teller = _Teller(
        sorting.services(
            [called(alert) for alert in alerts],
            [one.service_id for one in [*placed]]
            + [one.source.default_service_id for one in alerts],
        ),
        now,
    )
    before = [teller.fate(alert, standing) for alert in alerts]
    after = [teller.fate(alert, changed) for alert in alerts]
    return _trial(alerts, before, after, spec.rule_id, reader)


def _with_own(rule: TriggerRule, others: Iterable[TriggerRule]) -> list[TriggerRule]:
    """The rules of now: with what is kept of this one while it decides."""
    kept = TriggerRule.objects.filter(pk=rule.pk, mode=RuleMode.ACTIVE).first()
    rows = [*others, kept] if kept else list(others)
    return sorted(rows, key=lambda one: (one.position, one.pk))


def called(alert: Alert) -> str:
    """What the sender calls its service, as far as we know."""
    named = alert.labels.get("service") if isinstance(alert.labels, dict) else None
    if isinstance(named, str) and named:
        return named.lower()
    return alert.service.slug if alert.service else ""


@dataclass(frozen=True)
class _Teller:
    services: sorting.Services
    now: datetime

    def fate(self, alert: Alert, rules: Sequence[RuleSpec]) -> tuple[Decision, Fate]:
        facts = self._facts(alert)
        decision = triggers.decide(
            facts, rules, otherwise=RuleAction.INCIDENT, now=alert.last_received_at
        )
        by_id = self.services.by_id
        service = self.services.called(facts.service)
        if decision.service_id:
            service = by_id.get(decision.service_id)
        if service is None and alert.source.default_service_id:
            service = by_id.get(alert.source.default_service_id)
        severity = decision.severity or alert.severity or alert.source.default_severity
        title = trigger_titles.fill(
            decision.title,
            name=alert.name,
            summary=alert.summary,
            service=str(service or ""),
            labels=facts.labels,
        )
        what = self._what(alert, decision)
        return decision, Fate(
            what, severity, service, title, decision.impact_id, decision.policy_id
        )

    def _what(self, alert: Alert, decision: Decision) -> str:
        if decision.action == RuleAction.SUPPRESS:
            return QUIET
        if decision.action == RuleAction.IF_IMPACT:
            return WAITS
        ended = alert.ends_at or alert.last_received_at
        until = self.now if alert.status == AlertStatus.FIRING else ended
        waits = decision.wait_until is not None and decision.wait_until > until
        return WAITS if waits else OPENS

    def _facts(self, alert: Alert) -> Facts:
        at = alert.last_received_at
        labels = alert.labels if isinstance(alert.labels, dict) else {}
        return Facts(
            source_id=alert.source_id,
            name=alert.name,
            firing_since=min(alert.starts_at or alert.first_received_at, at),
            summary=alert.summary,
            service=called(alert),
            severity=alert.severity,
            labels=labels,
            arrived_at=tuple(alert.recent_at) or (at,),
        )


def _trial(
    alerts: Sequence[Alert],
    before: Sequence[tuple[Decision, Fate]],
    after: Sequence[tuple[Decision, Fate]],
    rule_id: int,
    reader: Person,
) -> Trial:
    pairs = [(alert, a[1], b[1]) for alert, a, b in zip(alerts, before, after, strict=True)]
    differing = [(alert, a, b) for alert, a, b in pairs if _differs(a, b)]
    shown = differing[:SHOWN]
    numbers = {alert.incident_id for alert, _a, _b in shown if alert.incident_id}
    visible = Incident.objects.visible_to(reader).in_bulk(numbers) if numbers else {}
    return Trial(
        tried=len(alerts),
        since_at=min((alert.last_received_at for alert in alerts), default=None),
        taken=sum(decision.rule_id == rule_id for decision, _fate in after),
        before=_tally(alerts, [fate for _decision, fate in before]),
        after=_tally(alerts, [fate for _decision, fate in after]),
        severities=sum(
            a.what == b.what == OPENS and a.severity != b.severity for _alert, a, b in differing
        ),
        changed=[
            Changed(alert, a, b, visible.get(alert.incident_id or 0)) for alert, a, b in shown
        ],
        more=len(differing) - len(shown),
    )


def _differs(before: Fate, after: Fate) -> bool:
    if before.what != after.what:
        return True
    return before.what == OPENS and before != after


def _tally(alerts: Sequence[Alert], fates: Sequence[Fate]) -> Tally:
    opens = [(alert, fate) for alert, fate in zip(alerts, fates, strict=True) if fate.what == OPENS]
    return Tally(
        incidents=len({(alert.source_id, alert.group_key or alert.key) for alert, _fate in opens}),
        opens=len(opens),
        quiet=sum(fate.what == QUIET for fate in fates),
        waits=sum(fate.what == WAITS for fate in fates),
        severe=sum(fate.severity <= 2 for _alert, fate in opens),
        nowhere=sum(fate.service is None for _alert, fate in opens),
    )

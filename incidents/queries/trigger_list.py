"""Trigger rules on pages: the list in its order, with what each did lately and what to look at."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.db.models import CharField, Count, Max, Min, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from incidents.enums import RuleMode
from incidents.logic import trigger_findings, trigger_words
from incidents.logic.signal_keeping import why_not_keep_signals
from incidents.logic.trigger_findings import Standing
from incidents.logic.trigger_words import Spoken
from incidents.models import (
    Alert,
    AlertSource,
    CallVerdict,
    Incident,
    TriggerRule,
    WatchedAlert,
)
from incidents.models.history import TriggerRuleEvent
from incidents.queries.signal_keeping import keeper
from incidents.queries.sorting import spec_of
from rosters.logic.roles import Role
from rosters.models import Membership, Person
from rosters.queries import roles

DAYS = 30
LATELY = 1000
MOST_LABELS = 100
LEAST_VERDICTS = 5
MODES = {RuleMode.ACTIVE: "Active", RuleMode.WATCH: "Watching", RuleMode.DRAFT: "Draft"}
TONES = {RuleMode.ACTIVE: "ok", RuleMode.WATCH: "you", RuleMode.DRAFT: ""}


@dataclass(frozen=True)
class Ruled:
    """One rule with what it did in the last 30 days. `place` counts from 1."""

    row: TriggerRule
    place: int
    findings: Sequence[str] = ()
    last_fired_at: datetime | None = None
    alerts: int = 0
    incidents: int = 0
    worth: int = 0
    verdicts: int = 0
    is_last: bool = False
    would_have: str = ""

    @property
    def pk(self) -> int:
        return self.row.pk

    @property
    def words(self) -> str:
        return words_of(self.row)

    @property
    def mode_word(self) -> str:
        return MODES[RuleMode(self.row.mode)]

    @property
    def tone(self) -> str:
        return TONES[RuleMode(self.row.mode)]

    @property
    def precision(self) -> int | None:
        """How many of a hundred calls were worth it; below five answers nobody knows."""
        return round(100 * self.worth / self.verdicts) if self.verdicts >= LEAST_VERDICTS else None


@dataclass(frozen=True)
class Overview:
    """Every rule in its order, and which of them the reader may change."""

    rows: Sequence[Ruled]
    kept: frozenset[int] = field(default_factory=frozenset)

    @property
    def active(self) -> int:
        return sum(row.row.mode == RuleMode.ACTIVE for row in self.rows)

    @property
    def watching(self) -> int:
        return sum(row.row.mode == RuleMode.WATCH for row in self.rows)

    @property
    def to_review(self) -> list[Ruled]:
        return [row for row in self.rows if row.findings]


def words_of(rule: TriggerRule) -> str:
    """The rule as a sentence; its source, service, impact and policy are read with it."""
    return trigger_words.in_words(spoken(rule))


def spoken(rule: TriggerRule) -> Spoken:
    """The rule by names."""
    return Spoken(
        action=rule.action,
        conditions=spec_of(rule).conditions,
        source=str(rule.source or ""),
        service=str(rule.service or ""),
        severity=rule.severity,
        impact=str(rule.impact or "").lower(),
        policy=str(rule.policy or ""),
        title=rule.title,
    )


def overview(reader: Person, *, now: datetime) -> Overview:
    """Every rule with its month and its findings; a constant number of queries."""
    rules = list(_read())
    standing = _standing(rules, now=now)
    found = trigger_findings.findings(standing, now=now)
    alerts = _alerts(now=now)
    verdicts = _verdicts()
    watched = _watched(rules, now=now)
    rows = [
        Ruled(
            rule,
            place,
            found[rule.pk],
            one.last_fired_at,
            *alerts.get(rule.pk, (0, 0)),
            *verdicts.get(rule.pk, (0, 0)),
            is_last=place == len(rules),
            would_have=watched.get(rule.pk, ""),
        )
        for place, (rule, one) in enumerate(zip(rules, standing, strict=True), start=1)
    ]
    return Overview(rows, _kept(reader, rules))


def findings_with(candidate: TriggerRule, *, now: datetime) -> list[str]:
    """What speaks against a rule as it is typed, at its place among the others."""
    others = [rule for rule in _read() if rule.pk != candidate.pk]
    rules = sorted([*others, candidate], key=lambda rule: rule.position)
    found = trigger_findings.findings(_standing(rules, now=now), now=now)
    return found[candidate.pk or 0]


def find(pk: int) -> TriggerRule | None:
    """One rule with the names that its sentence needs."""
    return _read().filter(pk=pk).first()


def _read() -> QuerySet[TriggerRule]:
    rows = TriggerRule.objects.select_related(
        "source", "service", "impact__told_role", "policy", "owner"
    )
    return rows.order_by("position", "pk")


def _standing(rules: Sequence[TriggerRule], *, now: datetime) -> list[Standing]:
    fired = dict(
        Alert.objects.filter(rule__isnull=False)
        .order_by()
        .values("rule")
        .annotate(last=Max("last_received_at"))
        .values_list("rule", "last")
    )
    began = dict(
        TriggerRuleEvent.objects.filter(mode=RuleMode.ACTIVE)  # type: ignore[misc]  # made by pghistory
        .order_by()
        .values("pgh_obj")
        .annotate(first=Min("pgh_created_at"))
        .values_list("pgh_obj", "first")
    )
    return [
        Standing(
            replace(spec_of(rule), rule_id=rule.pk or 0),
            rule.name,
            rule.review_on,
            has_owner=not rule.owner.has_left(now),
            owner=rule.owner.full_name,
            active_since=began.get(rule.pk, now) if rule.mode == RuleMode.ACTIVE else None,
            last_fired_at=fired.get(rule.pk),
        )
        for rule in rules
    ]


def _alerts(*, now: datetime) -> dict[int, tuple[int, int]]:
    rows = (
        Alert.objects.filter(rule__isnull=False, last_received_at__gt=now - timedelta(days=DAYS))
        .order_by()
        .values("rule")
        .annotate(alerts=Count("pk"), incidents=Count("incident", distinct=True))
    )
    return {row["rule"]: (row["alerts"], row["incidents"]) for row in rows}


def would_have(rule: TriggerRule, *, now: datetime) -> str:
    """What a watching rule would have done lately, in a sentence; of others nothing is said."""
    return _watched([rule], now=now).get(rule.pk, "")


def _watched(rules: Sequence[TriggerRule], *, now: datetime) -> dict[int, str]:
    watching = [rule for rule in rules if rule.mode == RuleMode.WATCH]
    if not watching:
        return {}
    rows = (
        WatchedAlert.objects.filter(rule__in=watching, seen_at__gt=now - timedelta(days=DAYS))
        .order_by()
        .values_list("rule")
        .annotate(
            alerts=Count("pk"),
            groups=Count(
                Concat(Cast("alert__source", CharField()), Value(" "), "alert__group_key"),
                distinct=True,
            ),
        )
    )
    counted = {rule_id: (alerts, groups) for rule_id, alerts, groups in rows}
    return {
        rule.pk: trigger_words.would_have(rule.action, alerts=alerts, groups=groups)
        for rule in watching
        for alerts, groups in [counted.get(rule.pk, (0, 0))]
    }


def _verdicts() -> dict[int, tuple[int, int]]:
    """Of each rule: calls that were worth it, and answers, one an incident."""
    rows = (
        CallVerdict.objects.filter(incident__alerts__rule__isnull=False)
        .order_by()
        .values("incident__alerts__rule")
        .annotate(
            worth=Count("pk", distinct=True, filter=Q(was_worth_it=True)),
            said=Count("pk", distinct=True),
        )
    )
    return {row["incident__alerts__rule"]: (row["worth"], row["said"]) for row in rows}


def why_not_keep(source: AlertSource | None, *, reader: Person) -> str | None:
    """Whether a reader may keep rules of this source. Those of any source are for few."""
    return why_not_keep_signals(keeper(reader, source.owner_team_id if source else None))


def sources_to_keep(reader: Person) -> list[AlertSource]:
    """The sources for which a reader may make rules, by name."""
    rows = AlertSource.objects.order_by("name", "pk")
    if may_keep_all(reader):
        return list(rows)
    return list(rows.filter(owner_team__in=_led(reader)))


def may_keep_all(reader: Person) -> bool:
    """Whether a reader may make rules for every source."""
    return roles.of(reader).has(Role.ADMINISTRATOR, Role.SERVICE_OWNER)


def _led(reader: Person) -> set[int]:
    led = Membership.objects.filter(person=reader, is_lead=True)
    return set(led.values_list("team", flat=True))


def _kept(reader: Person, rules: Collection[TriggerRule]) -> frozenset[int]:
    if may_keep_all(reader):
        return frozenset(rule.pk for rule in rules)
    led = _led(reader)
    return frozenset(rule.pk for rule in rules if rule.source and rule.source.owner_team_id in led)


def labels_seen() -> list[str]:
    """The names of labels on the last 1,000 alerts, the most frequent first."""
    rows = Alert.objects.order_by("-last_received_at").values_list("labels", flat=True)[:LATELY]
    counted: Counter[str] = Counter()
    for labels in rows:
        if isinstance(labels, Mapping):
            counted.update(labels.keys())
    return [name for name, _times in counted.most_common(MOST_LABELS)]


def incidents_of(rule: TriggerRule, *, reader: Person) -> list[Incident]:
    """The last incidents in which the rule had a part, of those the reader may know of."""
    pks = Alert.objects.filter(rule=rule, incident__isnull=False).values("incident")
    visible = Incident.objects.visible_to(reader).filter(pk__in=pks)
    return list(visible.select_related("service").order_by("-detected_at", "-pk")[:5])

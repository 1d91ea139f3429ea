"""What sorting alerts into incidents asks: rules, services, dependencies, open incidents."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from django.db.models import Q
from django.db.models.functions import Lower

from incidents.enums import RuleMode
from incidents.logic.joining import Candidate
from incidents.logic.triggers import RuleSpec, condition_of
from incidents.models import AlertSource, ImpactClass, Incident, TriggerRule
from incidents.queries.remembered import kept
from rosters.models import Service, ServiceDependency


@kept
def rules_for(source: AlertSource) -> list[RuleSpec]:
    """The rules that this source's alerts are tried against, in their order; in one query."""
    asked = TriggerRule.objects.exclude(mode=RuleMode.DRAFT).filter(
        Q(source=source) | Q(source__isnull=True)
    )
    return [
        replace(spec_of(rule), usual_severity=rule.impact.usual_severity if rule.impact else None)
        for rule in asked.select_related("impact")
    ]


def impacts(ids: Iterable[int | None]) -> dict[int, ImpactClass]:
    """These kinds of harm, with whom each is told to; no query without any."""
    wanted = {pk for pk in ids if pk is not None}
    if not wanted:
        return {}
    return ImpactClass.objects.select_related("told_role").in_bulk(wanted)


def spec_of(rule: TriggerRule) -> RuleSpec:
    """One rule as the logic wants it."""
    return RuleSpec(
        rule_id=rule.pk,
        action=rule.action,
        conditions=tuple(condition_of(one) for one in rule.conditions),
        source_id=rule.source_id,
        service_id=rule.service_id,
        severity=rule.severity,
        impact_id=rule.impact_id,
        policy_id=rule.policy_id,
        title=rule.title,
        is_watching=rule.mode == RuleMode.WATCH,
    )


@dataclass(frozen=True)
class Services:
    """The services that alerts name, by what senders may call them, and by primary key."""

    by_name: Mapping[str, Service]
    by_id: Mapping[int, Service]

    def called(self, name: str) -> Service | None:
        """The service with this short address or name, whatever its case."""
        return self.by_name.get(name.strip().lower()) if name else None


def services(names: Iterable[str], ids: Iterable[int | None]) -> Services:
    """Services of these names and keys, with their teams, in one query; none without either."""
    wanted = {name.strip().lower() for name in names} - {""}
    keys = {pk for pk in ids if pk is not None}
    if not wanted and not keys:
        return Services({}, {})
    return _services(frozenset(wanted), frozenset(keys))


@kept
def _services(wanted: frozenset[str], keys: frozenset[int]) -> Services:
    found = Service.objects.select_related("owner_team").annotate(low=Lower("name"))
    rows = list(found.filter(Q(slug__in=wanted) | Q(low__in=wanted) | Q(pk__in=keys)))
    named = {service.name.lower(): service for service in rows}
    return Services(
        named | {service.slug: service for service in rows},
        {service.pk: service for service in rows},
    )


@kept
def needs() -> dict[int, set[int]]:
    """What each service needs, by primary key, in one query."""
    found: dict[int, set[int]] = defaultdict(set)
    for service_id, need_id in ServiceDependency.objects.values_list("service_id", "needs_id"):
        found[service_id].add(need_id)
    return dict(found)


def candidates(service_ids: Collection[int]) -> list[Candidate]:
    """Open, uncontained incidents of these services that anybody may read, the oldest first."""
    rows = (
        Incident.objects.open()
        .filter(service__in=service_ids, contained_at__isnull=True, is_restricted=False)
        .order_by("pk")
    )
    return [
        Candidate(*row)
        for row in rows.values_list("pk", "service_id", "severity", "detected_at", "source_id")
    ]

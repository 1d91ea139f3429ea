"""What each rule and each service cost its people over some days."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Value
from django.urls import reverse

from incidents.enums import RuleMode
from incidents.logic.noise import Noise, finding, is_night
from incidents.models import Alert, AlertSource, CallVerdict, Incident, Notification, TriggerRule
from rosters.models import Person, Service

PERIODS = (7, 30, 90)
BEFORE = timedelta(hours=1)
"""An alert so long before somebody declared would have been in time."""


@dataclass(frozen=True)
class Report:
    """A period by rule and by service; services and rules without anything are left out."""

    days: int
    rules: Sequence[Noise]
    services: Sequence[Noise]
    worth: int
    answers: int

    @property
    def finding(self) -> str:
        return finding(self.services, self.days)

    @property
    def to_retire(self) -> list[Noise]:
        return [one for one in self.rules if one.retire]

    @property
    def silences(self) -> int:
        return sum(one.silences for one in self.services)


@dataclass(frozen=True)
class _Cost:
    """What incidents cost, each by its number."""

    nights: Mapping[int, int]
    verdicts: Mapping[int, bool]

    def of(self, incidents: Iterable[int]) -> dict[str, Any]:
        numbers = list(incidents)
        said = [self.verdicts[number] for number in numbers if number in self.verdicts]
        return {
            "incidents": len(numbers),
            "nights": sum(self.nights.get(number, 0) for number in numbers),
            "worth": sum(said),
            "answers": len(said),
        }


def report(days: int, *, reader: Person, now: datetime) -> Report:
    """The last `days` as the reader may know of them; a constant number of queries."""
    since = now - timedelta(days=days)
    ours = Incident.objects.visible_to(reader).filter(detected_at__gt=since)
    visible = dict(ours.values_list("pk", "service_id"))
    cost = _cost(visible, since=since)
    return Report(
        days,
        _rules(visible, cost, since=since),
        _services(visible, cost, since=since),
        worth=sum(cost.verdicts.values()),
        answers=len(cost.verdicts),
    )


def _cost(visible: Mapping[int, int | None], *, since: datetime) -> _Cost:
    calls = Notification.objects.filter(created_at__gt=since, run__isnull=False)
    nights: Counter[int] = Counter()
    for number, at, zone in calls.values_list("incident", "created_at", "person__time_zone"):
        nights[number] += number in visible and is_night(at, zone)
    verdicts = CallVerdict.objects.filter(incident__detected_at__gt=since)
    said = dict(verdicts.values_list("incident", "was_worth_it"))
    return _Cost(nights, {number: worth for number, worth in said.items() if number in visible})


def _rules(visible: Mapping[int, int | None], cost: _Cost, *, since: datetime) -> list[Noise]:
    rows = Alert.objects.filter(rule__isnull=False, last_received_at__gt=since).order_by()
    alerts = dict(rows.values("rule").annotate(n=Count("pk")).values_list("rule", "n"))
    pairs = defaultdict(set)
    for rule, incident in rows.filter(incident__isnull=False).values_list("rule", "incident"):
        if incident in visible:
            pairs[rule].add(incident)
    rules = TriggerRule.objects.exclude(mode=RuleMode.DRAFT).order_by("position", "pk")
    return [
        Noise(
            rule.name,
            reverse("incidents:trigger", args=[rule.pk]),
            alerts.get(rule.pk, 0),
            is_unheard=rule.mode == RuleMode.ACTIVE and rule.pk not in alerts,
            **cost.of(pairs[rule.pk]),
        )
        for rule in rules
    ]


def _services(visible: Mapping[int, int | None], cost: _Cost, *, since: datetime) -> list[Noise]:
    rows = Alert.objects.filter(last_received_at__gt=since).order_by()
    alerts = dict(rows.values("service").annotate(n=Count("pk")).values_list("service", "n"))
    incidents = defaultdict(set)
    for number, service in visible.items():
        incidents[service].add(number)
    silences = _silences(visible, since=since)
    found = [
        Noise(
            service.name,
            reverse("front:service", args=[service.slug]),
            alerts.get(service.pk, 0),
            silences=silences[service.pk],
            **cost.of(incidents[service.pk]),
        )
        for service in Service.objects.order_by("name", "pk")
    ]
    nowhere = Noise(
        "No service",
        reverse("incidents:unplaced"),
        alerts.get(None, 0),
        **cost.of(incidents[None]),
    )
    return [one for one in [*found, nowhere] if one.alerts or one.incidents]


def _silences(visible: Mapping[int, int | None], *, since: datetime) -> Counter[int]:
    """Incidents that somebody declared on a service that is watched, before any alert of it."""
    heard = Alert.objects.filter(
        service=OuterRef("service"),
        first_received_at__lte=OuterRef("detected_at"),
        last_received_at__gte=OuterRef("detected_at") - Value(BEFORE),
    ).filter(last_received_at__gt=since - BEFORE)  # no news, but an index knows it
    declared = Incident.objects.filter(
        detected_at__gt=since, declared_by__isnull=False, service__isnull=False
    )
    watched = set(AlertSource.objects.values_list("default_service", flat=True))
    signaled = Service.objects.filter(Exists(Alert.objects.filter(service=OuterRef("pk"))))
    watched |= set(signaled.order_by().values_list("pk", flat=True))
    rows = declared.exclude(Exists(heard)).values_list("pk", "service_id")
    return Counter(pk for number, pk in rows if number in visible and pk in watched)

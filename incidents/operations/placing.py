"""Alerts that found no service are given a home: now, and by a rule from now on."""

from datetime import datetime, timedelta

from django.db import transaction

from config.portal.refusals import Refused
from incidents.enums import EntryKind, Promise, RuleMode
from incidents.logic.placing import Naming, naming, rule_name
from incidents.models import Alert, AlertSource, Incident, TriggerRule
from incidents.operations import clocks, timeline, trigger_keeping
from incidents.operations.trigger_keeping import RuleFacts
from incidents.queries.unplaced import MOST, rows_for
from rosters.models import Person, Service

LOOK_AGAIN = timedelta(days=180)


@transaction.atomic
def give_home(
    source: AlertSource,
    found: Naming,
    service: Service,
    *,
    decides: bool,
    by: Person,
    now: datetime,
) -> tuple[int, TriggerRule]:
    """Open incidents of these alerts belong to the service, and a rule says so from now on.

    Returns how many incidents were placed, and the rule: active if it `decides`, else a draft.
    Whoever has not acknowledged is not called any more; the people of the service are, from now.
    """
    AlertSource.objects.select_for_update(no_key=True).get(pk=source.pk)  # one press at a time
    rule = _rule(source, found, service, decides=decides, by=by, now=now)
    rows = list(rows_for(by).filter(source=source)[:MOST])
    ours = [row for row in rows if naming(row.name, row.labels) == found]
    if not ours:
        raise Refused("Nothing of this is left without a service. Somebody may have placed it.")
    incidents = _locked({row.incident_id for row in ours if row.incident_id})
    for incident in incidents:
        _place(incident, service, by=by, now=now)
    apart = [row.pk for row in ours if row.incident_id is None]
    inside = Alert.objects.filter(incident__in=incidents, service__isnull=True)
    Alert.objects.filter(pk__in=apart, service__isnull=True).update(service=service)
    inside.update(service=service)
    return len(incidents), rule


def _locked(pks: set[int]) -> list[Incident]:
    rows = Incident.objects.open().filter(pk__in=pks, service__isnull=True)
    return list(rows.select_for_update(no_key=True, of=("self",)).order_by("pk"))


def _place(incident: Incident, service: Service, *, by: Person, now: datetime) -> None:
    incident.service = service
    incident.save(update_fields=["service"])
    text = f"It belongs to {service.name}."
    timeline.record(incident, EntryKind.NOTE, at=now, by=by, text=text)
    if incident.acknowledged_at is None and clocks.is_open(incident, Promise.ACKNOWLEDGE):
        clocks.stop(incident, [Promise.ACKNOWLEDGE], now=now)
        clocks.start(incident, Promise.ACKNOWLEDGE, now=now)


def _rule(
    source: AlertSource,
    found: Naming,
    service: Service,
    *,
    decides: bool,
    by: Person,
    now: datetime,
) -> TriggerRule:
    facts = RuleFacts(
        name=_free(rule_name(found, service.name)),
        conditions=(found.condition,),
        owner_id=by.pk,
        reason="Its sender names no service of ours.",
        review_on=(now + LOOK_AGAIN).date(),
        source_id=source.pk,
        service_id=service.pk,
    )
    rule = trigger_keeping.make(facts, mode=RuleMode.DRAFT, by=by, now=now)
    if decides:
        trigger_keeping.switch(rule, RuleMode.ACTIVE, by=by, now=now)
        rule.mode = RuleMode.ACTIVE
    return rule


def _free(name: str) -> str:
    """The name, or with a number when a rule has it already."""
    taken = set(
        TriggerRule.objects.filter(name__startswith=name[:110]).values_list("name", flat=True)
    )
    names = (name if number == 1 else f"{name[:110]} {number}" for number in range(1, 1000))
    return next(one for one in names if one not in taken)

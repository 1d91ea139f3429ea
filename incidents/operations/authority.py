"""The fast path of privacy and the law: close, call who looks after it, count down, note."""

from collections.abc import Iterator
from datetime import datetime
from uuid import uuid4

from django.db import transaction
from django.db.models import QuerySet

from config.portal.refusals import refuse_if
from config.portal.sentences import phrase
from incidents.enums import Answer, EntryKind, FinishReason, Promise
from incidents.logic.access import why_not_milestone_at
from incidents.logic.authority import why_not_note_needless, why_not_note_told, why_not_restrict
from incidents.models import ImpactClass, Incident, Notification, ResponseClock
from incidents.operations import clocks, harm, lifecycle, statutory, timeline
from incidents.queries import authority, privacy, standing
from incidents.queries.privacy import Ask
from rosters.logic import whys
from rosters.models import Person

LEGAL = "legal-counsel"
PART = "part"


@transaction.atomic
def restrict(incident: Incident, impact: ImpactClass, *, by: Person, now: datetime) -> Incident:
    """Only those with a part in it can read it; who looks after the law is called, time counts.

    Nothing else waits for it: its calls and clocks go on. Whoever pressed and whoever acknowledged
    can still read it. Twice changes nothing.
    """
    incident = lifecycle.lock(incident.pk)
    refuse_if(why_not_restrict(standing.of(by, incident), standing.state(incident)))
    if incident.is_restricted and incident.impact_id == impact.pk:
        statutory.count_down([incident])
        return incident
    incident.is_restricted, incident.impact = True, impact
    incident.save(update_fields=["is_restricted", "impact"])
    said = f"It is marked as {impact.name.lower()}."
    timeline.record(incident, EntryKind.RESTRICTED, at=now, by=by, who=str(by), text=said)
    _keep_a_part(incident, by, now=now)
    harm.tell([(ask, said) for ask in _asks(incident, impact)], purpose=_fresh(), by=by, now=now)
    statutory.count_down([incident])
    return incident


def _fresh() -> str:
    return f"law {uuid4().hex[:8]}"


def _asks(incident: Incident, impact: ImpactClass) -> Iterator[Ask]:
    """Whoever looks after it, and legal counsel beside them."""
    told = impact.told_role
    yield Ask(incident, (told.slug, *privacy.ROLES) if told else privacy.ROLES, impact)
    yield Ask(incident, (LEGAL,), impact)


def _keep_a_part(incident: Incident, by: Person, *, now: datetime) -> None:
    """Whoever closed it and whoever has it in hand can go on."""
    people = {person.pk: person for person in (by, incident.acknowledged_by) if person}
    Notification.objects.bulk_create(
        Notification(
            incident=incident,
            person=person,
            reason=phrase(whys.IN_IT),
            purpose=f"{PART} {incident.pk}",
            created_at=now,
            answer=Answer.RELEASED,
            answered_at=now,
        )
        for person in people.values()
        if not Incident.objects.visible_to(person).filter(pk=incident.pk).exists()
    )


@transaction.atomic
def note_told(
    incident: Incident, *, at: datetime, reference: str, by: Person, now: datetime
) -> Incident:
    """The authority was told at `at`, and the countdown ends with that instant.

    Told in time and noted late is in time.
    """
    incident = lifecycle.lock(incident.pk)
    state, countdown = standing.state(incident), authority.countdown_of(incident, by, now=now)
    why_not = why_not_note_told(standing.of(by, incident), state, countdown)
    refuse_if(why_not or why_not_milestone_at(state, at=at, now=now))
    running = _running(incident)
    pks = list(running.values_list("pk", flat=True))
    clocks.end(running, now=now, reason=FinishReason.MET)
    kept = ResponseClock.objects.filter(pk__in=pks)
    kept.update(met_at=at)
    kept.filter(target_at__gte=at).update(breached_at=None)
    timeline.record(
        incident,
        EntryKind.AUTHORITY_TOLD,
        at=now,
        by=by,
        who=str(by),
        text=countdown.authority,
        told_at=at.isoformat(),
        reference=reference,
    )
    return incident


@transaction.atomic
def note_needless(incident: Incident, *, because: str, by: Person, now: datetime) -> Incident:
    """No authority must be told, because; the countdown stops, and that stands on the timeline."""
    incident = lifecycle.lock(incident.pk)
    countdown = authority.countdown_of(incident, by, now=now)
    refuse_if(why_not_note_needless(standing.of(by, incident), standing.state(incident), countdown))
    clocks.stop(incident, [Promise.REPORT], now=now)
    timeline.record(
        incident,
        EntryKind.AUTHORITY_TOLD,
        at=now,
        by=by,
        who=str(by),
        what="needless",
        text=because,
    )
    return incident


def _running(incident: Incident) -> QuerySet[ResponseClock]:
    return ResponseClock.objects.filter(
        incident=incident, promise=Promise.REPORT, met_at__isnull=True, stopped_at__isnull=True
    )

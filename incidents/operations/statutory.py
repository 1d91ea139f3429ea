"""The countdown of a law: by when an authority must be told of an incident."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef

from incidents.enums import EntryKind, Promise
from incidents.logic.targets import AT_RISK_SHARE, Due
from incidents.models import Incident, ResponseClock, TimelineEntry
from incidents.operations import clocks, harm
from incidents.queries import authority, policies
from incidents.queries.privacy import Ask


def count_down(incidents: Sequence[Incident], *, personal: Sequence[Incident] = ()) -> None:
    """The hours of each incident's kind of harm count since it was detected, if there are any.

    Where personal data is at risk (`personal`), the hours of the kind of harm that is about it
    count. One that counts, or was answered, stays as it is. No statement where no law asks for
    anything.
    """
    hours = {one.pk: _hours(one) for one in incidents}
    if any(not hours[one.pk] for one in personal):
        law = authority.of_personal_data()
        asked_by_law = law.statutory_hours if law else None
        hours |= {one.pk: hours[one.pk] or asked_by_law for one in personal}
    asked = [one for one in incidents if hours[one.pk]]
    if not asked:
        return
    known = set(
        ResponseClock.objects.filter(incident__in=asked, promise=Promise.REPORT).values_list(
            "incident", flat=True
        )
    )
    book = policies.book([Promise.REPORT])
    for incident in asked:
        if incident.pk not in known:
            since = incident.detected_at
            clocks.begin_all([_begun(incident, hours[incident.pk] or 0)], book, now=since)


def _hours(incident: Incident) -> int | None:
    return incident.impact.statutory_hours if incident.impact else None


def _begun(incident: Incident, hours: int) -> clocks.Begun:
    span, since = timedelta(hours=hours), incident.detected_at
    return clocks.Begun(incident, Promise.REPORT, Due(since + span, since + span * AT_RISK_SHARE))


@transaction.atomic
def remind(*, now: datetime) -> int:
    """Whoever looks after the law is reminded, once, when little of a countdown is left.

    Whatever the rule of the incident says: it may have no step for it. Returns of how many.
    """
    near = ResponseClock.objects.filter(
        promise=Promise.REPORT,
        at_risk_at__lte=now,
        met_at__isnull=True,
        stopped_at__isnull=True,
    )
    said = TimelineEntry.objects.filter(
        incident=OuterRef("incident"), kind=EntryKind.NOTE, params__text=harm.REMINDER
    )
    fresh = near.exclude(Exists(said)).select_related("incident__service__owner_team")
    locked = fresh.select_for_update(of=("self",), skip_locked=True, no_key=True)
    incidents = [clock.incident for clock in locked.order_by("at_risk_at", "pk")]
    harm.tell([(Ask(one), harm.REMINDER) for one in incidents], purpose="authority", now=now)
    return len(incidents)

"""The countdown of a law: by when an authority must be told of an incident."""

from collections.abc import Sequence
from datetime import timedelta

from incidents.enums import Promise
from incidents.logic.targets import AT_RISK_SHARE, Due
from incidents.models import Incident, ResponseClock
from incidents.operations import clocks
from incidents.queries import policies


def count_down(incidents: Sequence[Incident]) -> None:
    """The hours of each incident's kind of harm count since it was detected, if there are any.

    One that counts, or was answered, stays as it is. No statement where no law asks for anything.
    """
    asked = [one for one in incidents if one.impact and one.impact.statutory_hours]
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
            clocks.begin_all([_begun(incident)], book, now=since)


def _begun(incident: Incident) -> clocks.Begun:
    hours = incident.impact.statutory_hours if incident.impact else None
    span, since = timedelta(hours=hours or 0), incident.detected_at
    return clocks.Begun(incident, Promise.REPORT, Due(since + span, since + span * AT_RISK_SHARE))

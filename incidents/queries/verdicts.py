"""Whether calls were worth it: who may say so of an incident, and what was said."""

from dataclasses import dataclass

from incidents.models import CallVerdict, Incident
from rosters.models import Person

NOT_YET = "Once it is contained, say whether it was worth a call."
NOT_YOURS = "Those who were called or had a part in it say whether it was worth a call."


@dataclass(frozen=True)
class Asked:
    """The question as one reader sees it."""

    verdict: CallVerdict | None
    may_say: bool


def why_not_say(incident: Incident, *, reader: Person) -> str | None:
    """Whether a reader may say if it was worth a call; two queries."""
    if incident.contained_at is None and incident.resolved_at is None:
        return NOT_YET
    return None if has_part(incident, reader) else NOT_YOURS


def has_part(incident: Incident, reader: Person) -> bool:
    """Whether they declared it, were called, or had a role in it."""
    if reader.pk in (incident.declared_by_id, incident.acknowledged_by_id):
        return True
    if incident.notifications.filter(person=reader).exists():
        return True
    return incident.assignments.filter(person=reader).exists()


def asked(incident: Incident, *, reader: Person) -> Asked | None:
    """The question and its answer; nothing where there is neither."""
    if incident.contained_at is None and incident.resolved_at is None:
        return None
    verdict = CallVerdict.objects.select_related("said_by").filter(incident=incident).first()
    may_say = has_part(incident, reader)
    return Asked(verdict, may_say) if verdict or may_say else None

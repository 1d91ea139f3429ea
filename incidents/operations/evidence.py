"""The evidence that a template asks for: who has collected what."""

from datetime import datetime

from django.db import transaction

from config.portal.refusals import Refused, refuse_if
from incidents.enums import EntryKind
from incidents.logic.access import why_not_collect
from incidents.models import EvidenceItem, Incident
from incidents.operations import lifecycle, timeline
from incidents.queries import standing, templates
from rosters.models import Person


@transaction.atomic
def collect(incident: Incident, what: str, *, by: Person, now: datetime) -> None:
    """It is known that `by` has this; whoever said so first stands there. Raises Refused."""
    incident = _held(incident, by=by)
    if what not in templates.evidence_asked(incident):
        raise Refused("The template asks for something else by now. Look at the list again.")
    _item, is_new = EvidenceItem.objects.get_or_create(
        incident=incident, what=what, defaults={"collected_at": now, "collected_by": by}
    )
    if is_new:
        _write(incident, what, by=by, now=now)


@transaction.atomic
def take_back(incident: Incident, what: str, *, by: Person, now: datetime) -> None:
    """It is to be collected again. Doing it twice changes nothing. Raises Refused."""
    incident = _held(incident, by=by)
    deleted, _of_each = EvidenceItem.objects.filter(incident=incident, what=what).delete()
    if deleted:
        _write(incident, what, by=by, now=now, variant="back")


def _held(incident: Incident, *, by: Person) -> Incident:
    locked = lifecycle.lock(incident.pk)
    refuse_if(why_not_collect(standing.of(by, locked), standing.state(locked)))
    return locked


def _write(incident: Incident, what: str, *, by: Person, now: datetime, variant: str = "") -> None:
    said = {"what": variant} if variant else {}
    text = what.rstrip(".")
    timeline.record(incident, EntryKind.EVIDENCE, at=now, by=by, who=str(by), text=text, **said)

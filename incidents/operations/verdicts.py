"""Whether an incident was worth calling somebody, as somebody who was in it says."""

from datetime import datetime

from django.db import transaction

from config.portal.refusals import Refused
from incidents.models import CallVerdict, Incident
from incidents.queries.verdicts import why_not_say
from rosters.models import Person


@transaction.atomic
def say(incident: Incident, *, was_worth_it: bool, by: Person, now: datetime) -> CallVerdict:
    """One answer an incident; the last one counts. Raises Refused."""
    locked = Incident.objects.select_for_update(no_key=True, of=("self",)).get(pk=incident.pk)
    refusal = why_not_say(locked, reader=by)
    if refusal:
        raise Refused(refusal)
    verdict, _is_new = CallVerdict.objects.update_or_create(
        incident=locked,
        defaults={"was_worth_it": was_worth_it, "said_at": now, "said_by": by},
    )
    return verdict

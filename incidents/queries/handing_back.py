"""Whom we call if an incident is handed back, without all that its page shows."""

from datetime import datetime

from incidents.logic.handing_back import Then
from incidents.models import Incident
from incidents.queries.calls import calls_for
from rosters.models import Person


def foreseen(incident: Incident, *, reader: Person, now: datetime) -> Then | None:
    """Whom we would call, before it is done: as soon as it is, the engine may have called them."""
    calls = calls_for([incident], now=now, reader_id=reader.pk)
    return calls[incident.pk].if_handed_back(at=now)

"""What customers notice of one incident."""

from django.db.models import QuerySet

from incidents.logic.status import impact_of
from incidents.models import Incident, StatusUpdate
from rosters.queries.compiled import compiled


def impact_for(incident: Incident) -> str:
    """In the words of its updates, else of whoever declared it; in one query."""
    return impact_of(
        _updates(incident),
        contained_at=incident.contained_at,
        otherwise=incident.summary,
    )


@compiled
def _updates(incident: Incident) -> QuerySet[StatusUpdate]:
    return StatusUpdate.objects.filter(incident=incident).order_by("-number")

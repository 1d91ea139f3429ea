"""What customers notice of one incident."""

from incidents.logic.status import impact_of
from incidents.models import Incident


def impact_for(incident: Incident) -> str:
    """In the words of its updates, else of whoever declared it; in one query."""
    return impact_of(
        list(incident.updates.order_by("-number")),
        contained_at=incident.contained_at,
        otherwise=incident.summary,
    )

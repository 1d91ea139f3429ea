"""Writing the timeline: append-only, in the transaction of the act it tells of."""

from datetime import datetime

from config.portal.by_hand import table, tie
from config.portal.sentences import Param
from incidents.enums import EntryKind
from incidents.models import Incident, TimelineEntry
from rosters.models import Person


def draft(
    incident: Incident, kind: EntryKind, *, at: datetime, by: Person | None = None, **params: Param
) -> TimelineEntry:
    """An entry that is not written yet, for one bulk insert."""
    entry: TimelineEntry = table(TimelineEntry).new(
        incident_id=incident.pk, kind=kind, at=at, by_id=by.pk if by else None, params=params
    )
    tie(entry, "incident", incident)
    tie(entry, "by", by)
    return entry


def record(
    incident: Incident, kind: EntryKind, *, at: datetime, by: Person | None = None, **params: Param
) -> TimelineEntry:
    """An entry is written."""
    entry = draft(incident, kind, at=at, by=by, **params)
    entry.save(force_insert=True)
    return entry


def reporter(incident: Incident) -> dict[str, str]:
    """Whose signals those of an incident are: of the source that opened it, else just its own."""
    return {"source": str(incident.source)} if incident.source else {"what": "own"}

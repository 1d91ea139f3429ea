"""What stands already of the alerts of one request: their rows and their incidents, locked."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from config.portal.by_hand import one_trip, table
from incidents.models import Alert, AlertSource, Incident, IncidentKey
from incidents.operations.sorting.parts import Group

Rows = dict[tuple[int | None, str], Alert]
Homes = dict[str, Incident]


@dataclass(frozen=True)
class Found:
    """The open incident of each group that has one, and the rows of alerts by incident and key."""

    homes: Homes
    known: Rows


def find(source: AlertSource, groups: Mapping[str, Group]) -> Found:
    """What stands of these groups, locked: three statements, which go over together.

    Alerts that wait come first: whoever waits here for a sweep that decides about them finds the
    incident that it opened.
    """
    with one_trip():
        apart = _apart(source, groups)
        homes = _homes(source, groups)
        inside = _at_home(source, groups)
    found = _open_ones(source, homes())
    pks = {incident.pk for incident in found.values()}
    rows: Rows = {(None, row.key): row for row in apart()}
    rows |= {(row.incident_id, row.key): row for row in inside() if row.incident_id in pks}
    return Found(found, rows)


def inside(groups: Mapping[str, Group], incidents: Collection[int]) -> Rows:
    """The locked rows that these alerts have in these incidents, by incident and key."""
    alerts = table(Alert)
    rows = alerts.rows(
        f"SELECT {alerts.columns('a')} FROM incidents_alert AS a"  # noqa: S608  # our columns
        " WHERE a.incident_id = ANY(%s) AND a.key = ANY(%s) ORDER BY a.id FOR UPDATE",
        [list(incidents), _keys(groups)],
    )
    return {(row.incident_id, row.key): row for row in rows}


def _apart(source: AlertSource, groups: Mapping[str, Group]) -> Callable[[], list[Alert]]:
    alerts = table(Alert)
    return alerts.ask(
        f"SELECT {alerts.columns('a')} FROM incidents_alert AS a"  # noqa: S608  # our columns
        " WHERE a.incident_id IS NULL AND a.source_id = %s AND a.key = ANY(%s)"
        " ORDER BY a.id FOR UPDATE",
        [source.pk, _keys(groups)],
    )


def _homes(
    source: AlertSource, groups: Mapping[str, Group]
) -> Callable[[], list[tuple[str, Incident]]]:
    """Each key with its incident, in the order of their numbers; resolved ones too."""
    incidents = table(Incident)
    return incidents.ask_with(
        "SELECT k.key, "  # noqa: S608  # our columns
        f"{incidents.columns('i')} FROM incidents_incidentkey AS k"
        " JOIN incidents_incident AS i ON i.id = k.incident_id"
        " WHERE k.source_id = %s AND k.key = ANY(%s) ORDER BY i.id FOR NO KEY UPDATE OF i",
        [source.pk, list(groups)],
    )


def _at_home(source: AlertSource, groups: Mapping[str, Group]) -> Callable[[], list[Alert]]:
    alerts = table(Alert)
    return alerts.ask(
        f"SELECT {alerts.columns('a')} FROM incidents_alert AS a"  # noqa: S608  # our columns
        " WHERE a.key = ANY(%s) AND a.incident_id IN (SELECT k.incident_id"
        " FROM incidents_incidentkey AS k WHERE k.source_id = %s AND k.key = ANY(%s))"
        " ORDER BY a.id FOR UPDATE OF a",
        [_keys(groups), source.pk, list(groups)],
    )


def _open_ones(source: AlertSource, found: Sequence[tuple[str, Incident]]) -> Homes:
    """The open incident of each key; keys of resolved ones are free for the next."""
    gone = [key for key, incident in found if incident.resolved_at]
    if gone:
        IncidentKey.objects.filter(source=source, key__in=gone).delete()
    by_id: dict[int, Incident] = {}
    homes = {
        key: by_id.setdefault(incident.pk, incident)
        for key, incident in found
        if not incident.resolved_at
    }
    _name_sources(list(by_id.values()), source)
    return homes


def _name_sources(incidents: Sequence[Incident], source: AlertSource) -> None:
    """Each incident has its source at hand: nearly always the one that sends."""
    others = {one.source_id for one in incidents if one.source_id not in (None, source.pk)}
    found = AlertSource.objects.in_bulk(others) if others else {}
    for incident in incidents:
        if incident.source_id is not None:
            incident.source = found.get(incident.source_id, source)


def _keys(groups: Mapping[str, Group]) -> list[str]:
    return sorted({key for group in groups.values() for key in group.signals})

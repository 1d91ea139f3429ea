"""What stands already of the alerts of one request: their rows and their incidents, locked.

Rows are locked in the order of their numbers. The "+ 0" keeps the database from walking through all
alerts in that order, to find the few that are asked for.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from config.portal.by_hand import table
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
    """What stands of these groups, locked.

    Alerts that wait come first: whoever waits here for a sweep that decides about them finds the
    incident that it opened.
    """
    apart = _apart(source, groups)
    homes = _open_ones(source, _homes(source, groups))
    at_home = inside(groups, {incident.pk for incident in homes.values()})
    return Found(homes, apart | at_home)


def inside(groups: Mapping[str, Group], incidents: Collection[int]) -> Rows:
    """The locked rows that these alerts have in these incidents, by incident and key."""
    if not incidents:
        return {}
    alerts = table(Alert)
    rows = alerts.rows(
        f"SELECT {alerts.columns('a')} FROM incidents_alert AS a"  # noqa: S608  # our columns
        " WHERE a.incident_id = ANY(%s) AND a.key = ANY(%s) ORDER BY a.id + 0 FOR UPDATE",
        [list(incidents), _keys(groups)],
    )
    return {(row.incident_id, row.key): row for row in rows}


def _apart(source: AlertSource, groups: Mapping[str, Group]) -> Rows:
    """The locked rows of these alerts that have no incident."""
    alerts = table(Alert)
    rows = alerts.rows(
        f"SELECT {alerts.columns('a')} FROM incidents_alert AS a"  # noqa: S608  # our columns
        " WHERE a.incident_id IS NULL AND a.source_id = %s AND a.key = ANY(%s)"
        " ORDER BY a.id + 0 FOR UPDATE",
        [source.pk, _keys(groups)],
    )
    return {(None, row.key): row for row in rows}


def _homes(source: AlertSource, groups: Mapping[str, Group]) -> list[tuple[list[str], Incident]]:
    """The locked incidents of these keys, resolved ones too, each after the keys that lead to it.

    Two small selects inside, and no join: a plan for one may walk through every incident there is.
    """
    incidents = table(Incident)
    keys = "incidents_incidentkey AS k WHERE k.source_id = %s AND k.key = ANY(%s)"
    return incidents.rows_with(
        f"SELECT ARRAY(SELECT k.key FROM {keys} AND k.incident_id = i.id), "  # noqa: S608  # our columns
        f"{incidents.columns('i')} FROM incidents_incident AS i"
        f" WHERE i.id = ANY(ARRAY(SELECT k.incident_id FROM {keys}))"
        " ORDER BY i.id FOR NO KEY UPDATE OF i",
        [source.pk, list(groups)] * 2,
    )


def _open_ones(source: AlertSource, found: Sequence[tuple[list[str], Incident]]) -> Homes:
    """The open incident of each key; keys of resolved ones are free for the next."""
    gone = [key for keys, incident in found if incident.resolved_at for key in keys]
    if gone:
        IncidentKey.objects.filter(source=source, key__in=gone).delete()
    homes = {key: one for keys, one in found if not one.resolved_at for key in keys}
    _name_sources([incident for _, incident in found], source)
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

"""What stands already of the alerts of one request: their rows and their incidents, locked.

Rows are locked in the order of their numbers. The "+ 0" keeps the database from walking through all
alerts in that order, to find the few that are asked for.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from config.portal import prepared
from config.portal.by_hand import table
from incidents.models import Alert, AlertSource, Incident, IncidentKey
from incidents.operations.sorting.parts import Group

Rows = dict[tuple[int | None, str], Alert]
Homes = dict[str, Incident]
KEYS = "incidents_incidentkey AS k WHERE k.source_id = %s AND k.key = ANY(%s)"


@dataclass(frozen=True)
class Found:
    """The open incident of each group that has one, and the rows of alerts by incident and key."""

    homes: Homes
    known: Rows


def find(source: AlertSource, groups: Mapping[str, Group]) -> Found:
    """What stands of these groups, locked.

    Alerts that wait come first: whoever waits here for a sweep that decides about them finds the
    incident that it opened. Each of the three sees what was committed while the one before waited.
    """
    alerts, keys = table(Alert), _keys(groups)
    apart, there, at_home = prepared.ask_all(
        [
            (_apart(), [source.pk, keys]),
            (_homes(), [source.pk, list(groups)] * 2),
            (_at_home(), [source.pk, list(groups), keys]),
        ]
    )
    found = [(line[0], table(Incident).made(line[1:])) for line in there]
    homes = _open_ones(source, found)
    rows = [alerts.made(line) for line in (*apart, *at_home)]
    wanted = {None, *(incident.pk for incident in homes.values())}
    return Found(
        homes, {(row.incident_id, row.key): row for row in rows if row.incident_id in wanted}
    )


def inside(groups: Mapping[str, Group], incidents: Collection[int]) -> Rows:
    """The locked rows that these alerts have in these incidents, by incident and key."""
    if not incidents:
        return {}
    rows = table(Alert).rows(_inside("%s"), [list(incidents), _keys(groups)])
    return {(row.incident_id, row.key): row for row in rows}


@cache
def _apart() -> str:
    """The locked rows of alerts that have no incident."""
    return (
        f"SELECT {table(Alert).columns('a')} FROM incidents_alert AS a"  # noqa: S608  # our columns
        " WHERE a.incident_id IS NULL AND a.source_id = %s AND a.key = ANY(%s)"
        " ORDER BY a.id + 0 FOR UPDATE"
    )


@cache
def _homes() -> str:
    """The locked incidents of keys, resolved ones too, each after the keys that lead to it.

    Two small selects inside, and no join: a plan for one may walk through every incident there is.
    """
    return (
        f"SELECT ARRAY(SELECT k.key FROM {KEYS} AND k.incident_id = i.id), "  # noqa: S608  # our columns
        f"{table(Incident).columns('i')} FROM incidents_incident AS i"
        f" WHERE i.id = ANY(ARRAY(SELECT k.incident_id FROM {KEYS}))"
        " ORDER BY i.id FOR NO KEY UPDATE OF i"
    )


@cache
def _at_home() -> str:
    """The locked rows of alerts in the incidents of keys, those of resolved ones too."""
    return _inside(f"ARRAY(SELECT k.incident_id FROM {KEYS})")  # noqa: S608  # our columns


def _inside(incidents: str) -> str:
    return (
        f"SELECT {table(Alert).columns('a')} FROM incidents_alert AS a"  # noqa: S608  # our columns
        f" WHERE a.incident_id = ANY({incidents}) AND a.key = ANY(%s) ORDER BY a.id + 0 FOR UPDATE"
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

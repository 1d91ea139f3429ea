"""Due climbs, claimed: locked together with their incidents, with all that firing asks of them."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from django.db import connection

from config.portal.by_hand import Table, bring, side_by_side, table, tie
from incidents.models import EscalationRun, Incident, PolicyVersion, ResponseClock
from rosters.models import Service, StakeholderRole, Team

DUE = """
SELECT {columns} FROM incidents_escalationrun AS run
JOIN incidents_responseclock AS clock ON clock.id = run.clock_id
JOIN incidents_incident AS incident ON incident.id = clock.incident_id
WHERE run.finished_at IS NULL AND run.next_due_at <= %s
    AND clock.met_at IS NULL AND clock.stopped_at IS NULL AND {which}
ORDER BY run.next_due_at, run.id LIMIT %s
FOR NO KEY UPDATE OF run, incident SKIP LOCKED
"""
ANY, ONE = "true", "run.id = %s"


def claim(*, now: datetime, limit: int, only: int | None = None) -> list[EscalationRun]:
    """Due climbs, oldest first; what somebody else has locked is left.

    Each has its clock, incident and version at hand, its clock's role and its incident's service
    with the team that owns it. What many share is read once.
    """
    which, asked = (ANY, []) if only is None else (ONE, [only])
    with connection.cursor() as cursor:  # planned anew each time: the instant decides how
        cursor.execute(_text(which), [now, *asked, limit])
        found = cursor.fetchall()
    rows = list(side_by_side(found, *_parts().values()))
    for run, clock, incident in rows:
        tie(run, "clock", clock)
        tie(clock, "incident", incident)
    if rows:
        _complete(*zip(*rows, strict=True))
    return [run for run, _, _ in rows]


def _complete(
    runs: Sequence[EscalationRun], clocks: Sequence[ResponseClock], incidents: Sequence[Incident]
) -> None:
    """What climbs share: versions, services, their teams, and roles where a clock asks one."""
    bring(runs, "version", PolicyVersion)
    bring(clocks, "role", StakeholderRole)
    bring(bring(incidents, "service", Service), "owner_team", Team)


def _parts() -> dict[str, Table[Any]]:
    """The tables of a claim, by what they are called in it."""
    return {
        "run": table(EscalationRun),
        "clock": table(ResponseClock),
        "incident": table(Incident),
    }


@cache
def _text(which: str) -> str:
    columns = ", ".join(part.columns(name) for name, part in _parts().items())
    return DUE.format(columns=columns, which=which)

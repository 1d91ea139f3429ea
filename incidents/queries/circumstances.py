"""What the steps of climbs ask besides who is on call: newest signals, and who has heard."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from incidents.enums import Answer, Promise
from incidents.logic.rerouting import Told
from incidents.logic.summons import About, StepRow
from incidents.models import EscalationRun, Incident, Notification
from incidents.queries.policies import look_ahead, wanted_by
from incidents.queries.rerouting import NO_DETOURS, Detours
from rosters.logic.directory import Directory
from rosters.queries.directory import NOTHING, Wanted, load_directory

NEWEST = """
SELECT asked.pk, ARRAY(
    SELECT arrived
    FROM incidents_alert, unnest(recent_at) AS arrived
    WHERE incident_id = asked.pk AND last_received_at > %(since)s
        AND arrived > %(since)s AND arrived <= %(now)s
    ORDER BY arrived DESC
    LIMIT %(most)s
)
FROM unnest(%(incidents)s::bigint[]) AS asked(pk)
"""


NOBODY: frozenset[int] = frozenset()
NO_DETOUR: frozenset[Told] = frozenset()


@dataclass(frozen=True)
class Circumstances:
    """By incident: when its newest signals arrived, the newest first. By climb: who has heard."""

    alerts_at: Mapping[int, tuple[datetime, ...]] = field(default_factory=dict)
    known: Mapping[int, frozenset[int]] = field(default_factory=dict)
    detours: Detours = NO_DETOURS
    _abouts: dict[tuple[object, ...], About] = field(
        default_factory=dict, compare=False, repr=False
    )

    def about(self, run: EscalationRun, incident: Incident) -> About:
        """What the calls of this climb are about; needs the run's clock."""
        alerts_at = self.alerts_at.get(incident.pk, ())
        asked_role_id = run.clock.role_id
        known = self.known.get(run.pk, NOBODY)
        detours = self.detours.of_climb(run)
        detoured = self.detours.told.get(run.pk, NO_DETOUR)
        same = (incident.severity, incident.service_id, incident.impact_id, asked_role_id)
        asked = (*same, alerts_at, known, detours, detoured)
        if asked not in self._abouts:
            self._abouts[asked] = about(
                incident,
                zone=_zone(incident),
                alerts_at=alerts_at,
                asked_role_id=asked_role_id,
                known=known,
                detours=detours,
                detoured=detoured,
            )
        return self._abouts[asked]


def about(incident: Incident, **more: Any) -> About:
    """What the resolver asks of an incident."""
    service = incident.service
    if service is None:
        return About(incident.severity, impact_id=incident.impact_id, **more)
    return About(
        incident.severity,
        service.pk,
        service.name,
        service.owner_team_id,
        impact_id=incident.impact_id,
        **more,
    )


def about_call(incident: Incident) -> About:
    """The same with what conditions ask; needs the service's team."""
    return about(incident, zone=_zone(incident))


def _zone(incident: Incident) -> str:
    return incident.service.owner_team.time_zone if incident.service else ""


def of_runs(
    runs: Sequence[EscalationRun],
    rows: Mapping[int, StepRow],
    *,
    now: datetime,
    detours: Detours = NO_DETOURS,
    resting: Sequence[EscalationRun] = (),
) -> Circumstances:
    """What the steps of these climbs ask at `now`, and of those that rest.

    One query for signals where a step counts them, and one where somebody has acknowledged and
    others are still to do so; none at most times. Needs each run's clock and incident.
    """
    asked = _counting(rows.values())
    counted = [*runs, *resting] if asked else ()
    incidents = list({run.clock.incident_id: run for run in counted if _counts(run, asked)})
    return Circumstances(
        _newest(incidents, asked.values(), now=now) if incidents else {}, _known(runs), detours
    )


def _counting(rows: Iterable[StepRow]) -> dict[int, StepRow]:
    return {row.step_id: row for row in rows if row.conditions.least_alerts is not None}


def _counts(run: EscalationRun, asked: Mapping[int, StepRow]) -> bool:
    return any(step_id in asked for step_id, _offset in run.plan)


def _newest(
    incidents: Sequence[int], asked: Iterable[StepRow], *, now: datetime
) -> dict[int, tuple[datetime, ...]]:
    """The newest signals of each incident: as many as the step that asks for most."""
    conditions = [row.conditions for row in asked]
    longest = max((one.alerts_within for one in conditions), default=timedelta(0))
    most = max((one.least_alerts or 0 for one in conditions), default=0)
    facts: dict[str, Any] = {
        "since": now - longest,
        "now": now,
        "most": most,
        "incidents": list(incidents),
    }
    with connection.cursor() as cursor:
        cursor.execute(NEWEST, facts)
        return {pk: tuple(found) for pk, found in cursor.fetchall()}


def _known(runs: Sequence[EscalationRun]) -> dict[int, frozenset[int]]:
    """Who acknowledged since somebody has it, of climbs that still wait for others.

    What somebody said before it was handed back does not count.
    """
    waiting = {
        run.pk: acknowledged_at
        for run in runs
        if (acknowledged_at := run.clock.incident.acknowledged_at)
        and run.clock.promise == Promise.ACKNOWLEDGE
    }
    if not waiting:
        return {}
    said = Notification.objects.filter(run__in=waiting, answer=Answer.ACKNOWLEDGED)
    found: dict[int, set[int]] = defaultdict(set)
    for run_id, person_id, answered_at in said.values_list("run_id", "person_id", "answered_at"):
        since = waiting[run_id] if run_id is not None else None
        if run_id is not None and since is not None and answered_at and answered_at >= since:
            found[run_id].add(person_id)
    return {run_id: frozenset(people) for run_id, people in found.items()}


def directory_for(
    runs: Sequence[EscalationRun],
    incidents: Sequence[Incident],
    rows: Mapping[int, StepRow],
    *,
    now: datetime,
    ahead: timedelta,
    also: Wanted = NOTHING,
) -> Directory:
    """Who answers for the steps of these climbs, right from `now` for as long as they ask."""
    roles = {run.clock.role_id for run in runs}
    wanted = wanted_by(rows.values(), incidents, roles) | also
    return load_directory(wanted, starts_at=now, ends_at=now + look_ahead(rows.values(), ahead))

"""Open promises by the hundred thousand, written in bulk: incidents, four clocks each, and climbs.

They lie with a dozen services, each with a roster of its own. All their steps are far away; the
measurements make as many due as they want.
"""

from django.db import connection

from config.portal import clock
from incidents.enums import Choose, TargetKind
from incidents.models import EscalationPolicy, PolicyVersion, Route
from rosters.models import Service
from tests import world
from tests.world import make_person, make_roster, step

SERVICES = 12
PROMISES = 4
INCIDENTS = """
INSERT INTO incidents_incident (title, summary, severity, is_restricted, alert_key, service_id,
    detected_at)
SELECT 'Trouble ' || n, '', 2, false, '', service.id, now()
FROM generate_series(1, %s) AS n
JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM rosters_service
      WHERE slug LIKE 'bench-%%') AS service ON service.place = n %% %s
"""
CLOCKS = """
INSERT INTO incidents_responseclock (incident_id, promise, started_at, target_at, at_risk_at)
SELECT id, promise, now(), now() + interval '90 days', now() + interval '60 days'
FROM incidents_incident
CROSS JOIN unnest(ARRAY['acknowledge', 'contain', 'resolve', 'update']) AS promise
WHERE id > %s
"""
RUNS = """
INSERT INTO incidents_escalationrun (clock_id, version_id, plan, position, shift_seconds,
    next_due_at, finish_reason)
SELECT clock.id, version.id, plan, 0, 0, now() + interval '30 days', ''
FROM incidents_responseclock AS clock
JOIN incidents_incident AS incident ON incident.id = clock.incident_id
JOIN incidents_route AS route ON route.service_id = incident.service_id
JOIN incidents_policyversion AS version ON version.policy_id = route.policy_id
CROSS JOIN LATERAL (SELECT jsonb_agg(jsonb_build_array(step.id, step.wait_minutes * 60)
    ORDER BY step.order) AS plan FROM incidents_escalationstep AS step
    WHERE step.version_id = version.id) AS planned
WHERE incident.id > %s
"""
FAR = """
UPDATE incidents_escalationrun SET next_due_at = now() + interval '30 days'
WHERE finished_at IS NULL AND next_due_at < now() + interval '1 day'
"""
DUE = """
WITH chosen AS (SELECT run.id, clock_id FROM incidents_escalationrun AS run
    JOIN incidents_responseclock AS clock ON clock.id = clock_id
    WHERE promise = 'acknowledge' AND finished_at IS NULL
    ORDER BY run.position, run.id LIMIT %(count)s),
begun AS (UPDATE incidents_responseclock AS clock SET started_at = %(now)s
    FROM chosen WHERE clock.id = chosen.clock_id)
UPDATE incidents_escalationrun AS run SET next_due_at = %(now)s
FROM chosen WHERE run.id = chosen.id
"""


def company() -> None:
    """Twelve services, each with two people on its roster and three steps."""
    now = clock.act_now()
    small = world.build(now)
    for number in range(SERVICES):
        service = Service.objects.create(
            name=f"Bench {number}", slug=f"bench-{number}", owner_team=small.team
        )
        people = [make_person(f"{name}{number}") for name in ("Ada", "Ben")]
        roster = make_roster(f"Bench {number}", [[people[0]], [people[1]]], now=now)
        policy = EscalationPolicy.objects.create(name=f"Bench {number}", slug=f"bench-{number}")
        version = PolicyVersion.objects.create(
            policy=policy,
            number=1,
            rationale="To be measured.",
            published_at=now,
            published_by=small.carol,
        )
        step(version, 1, 0, kind=TargetKind.ROSTER, roster=roster)
        step(version, 2, 5, kind=TargetKind.ROSTER, roster=roster, choose=Choose.BACKUP)
        step(version, 3, 15, kind=TargetKind.ROLE, role=small.commander)
        Route.objects.create(policy=policy, service=service)


def grow_to(promises: int) -> None:
    """So many promises are open, none of them due. Only as the database's own superuser."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), coalesce(max(id), 0) FROM incidents_incident")
        there, last = cursor.fetchone()
        cursor.execute("SET session_replication_role = replica")  # no trigger looks at each row
        cursor.execute(INCIDENTS, [promises // PROMISES - there, SERVICES])
        cursor.execute(CLOCKS, [last])
        cursor.execute(RUNS, [last])
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("ANALYZE")


def make_due(count: int) -> None:
    """So many climbs are due now, and no other one; their clocks have just begun.

    Those that have fired least come first. A clock that began long ago would have its next step due
    at once, and each climb would fire twice.
    """
    with connection.cursor() as cursor:
        cursor.execute(FAR)
        cursor.execute(DUE, {"now": clock.act_now(), "count": count})
        if cursor.rowcount != count:
            raise RuntimeError(f"only {cursor.rowcount} climbs are left")
        for moved in ("escalationrun", "responseclock"):  # that is not what is measured
            cursor.execute(f"VACUUM incidents_{moved}")

"""A hundred thousand incidents behind the demo organisation, written in bulk.

They lie in the five years before today, spread over its services and people, with what an incident
leaves behind: a signal, clocks, a climb, a call, its message and the attempt to send it, timeline,
an update, a change before it, a review and now and then an action.
"""

from django.db import connection

COUNT = 100_000
YEARS = 5
FIRST = 1_000_000
"""Their numbers begin here, out of the way of the demo's own."""

CAST = """
CREATE TEMP TABLE bench_service AS
    SELECT id, owner_team_id, row_number() OVER (ORDER BY id) - 1 AS place FROM rosters_service;
CREATE TEMP TABLE bench_person AS
    SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM rosters_person;
"""
INCIDENTS = """
INSERT INTO incidents_incident (
    id, title, summary, severity, is_restricted, alert_key, service_id, declared_by_id,
    detected_at, first_acknowledged_at, acknowledged_at, acknowledged_by_id,
    contained_at, contained_by_id,
    resolved_at, resolved_by_id, reviewed_at, reviewed_by_id, escalated_at)
SELECT %(first)s + n,
    'Trouble number ' || n || ' with ' || (ARRAY[
        'cards', 'prices', 'parcels', 'pictures', 'invoices', 'sign-in', 'baskets'])[n %% 7 + 1],
    'Customers noticed it for a while.',
    CASE WHEN n %% 20 = 0 THEN 1 WHEN n %% 5 = 0 THEN 2 WHEN n %% 3 = 0 THEN 4 ELSE 3 END,
    n %% 200 = 0, '', service.id, person.id,
    at, at + interval '1 minute' * (1 + n %% 13),
    at + interval '1 minute' * (1 + n %% 13), person.id,
    at + interval '1 minute' * (20 + n %% 200), person.id,
    at + interval '1 minute' * (60 + n %% 500), person.id,
    CASE WHEN n > 300 AND n %% 1000 > 0 THEN at + interval '1 day' * (1 + n %% 6) END,
    CASE WHEN n > 300 AND n %% 1000 > 0 THEN person.id END,
    CASE WHEN n %% 4 = 0 THEN at + interval '3 minutes' END
FROM generate_series(1, %(count)s) AS n
CROSS JOIN LATERAL (
    SELECT now() - interval '8 days' - %(years)s * interval '365 days' * n / %(count)s AS at
) AS began
JOIN bench_service AS service ON service.place = n %% (SELECT count(*) FROM bench_service)
JOIN bench_person AS person ON person.place = n * 7 %% (SELECT count(*) FROM bench_person)
"""
CLOCKS = """
INSERT INTO incidents_responseclock (
    incident_id, promise, started_at, target_at, at_risk_at, met_at, breached_at)
SELECT id, promise, detected_at, detected_at + target, detected_at + target / 2, met_at,
    CASE WHEN met_at > detected_at + target THEN detected_at + target END
FROM incidents_incident
CROSS JOIN LATERAL (VALUES
    ('acknowledge', acknowledged_at, interval '10 minutes'),
    ('contain', contained_at, interval '2 hours'),
    ('resolve', resolved_at, interval '8 hours')) AS promised (promise, met_at, target)
WHERE id > %(first)s
"""
TIMELINE = """
INSERT INTO incidents_timelineentry (incident_id, at, kind, params, by_id)
SELECT id, at, kind, '{"who": "Somebody", "source": "A monitor"}', acknowledged_by_id
FROM incidents_incident
CROSS JOIN LATERAL (VALUES
    ('detected', detected_at), ('told', detected_at), ('acknowledged', acknowledged_at),
    ('contained', contained_at), ('resolved', resolved_at)) AS happened (kind, at)
WHERE id > %(first)s
"""
CALLS = """
INSERT INTO incidents_notification (
    incident_id, position, person_id, reason, purpose, created_at, answer, answered_at)
SELECT id, 0, acknowledged_by_id, 'on call', 'bench ' || id, detected_at, 'acknowledged',
    acknowledged_at
FROM incidents_incident WHERE id > %(first)s
"""
SIGNALS = """
INSERT INTO incidents_alert (
    source_id, incident_id, service_id, severity, key, group_key, name, status, outcome, summary,
    labels, link, recent_at, starts_at, ends_at, first_received_at, last_received_at,
    times_received)
SELECT (SELECT min(id) FROM incidents_alertsource), id, service_id, severity, 'bench', '', title,
    'resolved', 'created', summary, '{"alertname": "Trouble"}', '', '{}', detected_at, resolved_at,
    detected_at, resolved_at, 3
FROM incidents_incident WHERE id > %(first)s
"""
CLIMBS = """
INSERT INTO incidents_escalationrun (
    clock_id, version_id, plan, position, shift_seconds, finished_at, finish_reason)
SELECT id, (SELECT min(id) FROM incidents_policyversion WHERE published_at IS NOT NULL), '[]', 1, 0,
    met_at, 'met'
FROM incidents_responseclock WHERE incident_id > %(first)s AND promise = 'acknowledge'
"""
MESSAGES = """
INSERT INTO rosters_message (
    topic, topic_id, subject_key, thread_key, subject, body, lane, state, created_at, not_before,
    attempts_made, sent_at, person_id, contact_point_id)
SELECT 'notification', call.id, 'incident:' || incident_id, '', 'INC-' || incident_id,
    'You are on call.', 10, 'sent', created_at, created_at, 1, created_at + interval '2 seconds',
    call.person_id, point.id
FROM incidents_notification AS call
JOIN (SELECT person_id, min(id) AS id FROM rosters_contactpoint GROUP BY person_id) AS point
    ON point.person_id = call.person_id
WHERE incident_id > %(first)s
"""
ATTEMPTS = """
INSERT INTO rosters_deliveryattempt (
    message_id, number, started_at, finished_at, outcome, detail, provider_reference, currency,
    reason)
SELECT message.id, 1, not_before, sent_at, 'handed_over', '', '', '', ''
FROM rosters_message AS message
JOIN incidents_notification AS call ON topic = 'notification' AND call.id = topic_id
WHERE incident_id > %(first)s
"""
UPDATES = """
INSERT INTO incidents_statusupdate (
    incident_id, number, impact, known, doing, posted_at, posted_by_id, post_key)
SELECT id, 1, 'Some notice it.', 'We know why.', 'We mend it.', contained_at, contained_by_id,
    gen_random_uuid()
FROM incidents_incident WHERE id > %(first)s AND severity < 4
"""
REVIEWS = """
INSERT INTO reviews_review (
    incident_id, due_at, opened_at, story, went_well, was_lucky, escalation_look_back, revision,
    published_at, published_by_id)
SELECT id, resolved_at + interval '7 days', resolved_at, 'It broke and we mended it.', '', '', '',
    1, reviewed_at, reviewed_by_id
FROM incidents_incident WHERE id > %(first)s AND severity < 4
"""
ACTIONS = """
INSERT INTO reviews_actionitem (
    review_id, title, kind, owner_id, due_date, created_at, created_by_id, done_at, done_by_id,
    evidence)
SELECT review.id, 'Change number ' || review.id, 'prevent', incident.resolved_by_id,
    (incident.resolved_at + interval '30 days')::date, incident.resolved_at,
    incident.resolved_by_id,
    CASE WHEN review.id %% 400 > 0 THEN incident.resolved_at + interval '20 days' END,
    CASE WHEN review.id %% 400 > 0 THEN incident.resolved_by_id END, ''
FROM reviews_review AS review JOIN incidents_incident AS incident ON incident.id = incident_id
WHERE incident.id > %(first)s AND review.published_at IS NOT NULL
"""
CHANGES = """
INSERT INTO incidents_change (service_id, kind, title, link, key, made_by_name, made_at)
SELECT service_id, 'deploy', 'Version ' || id || ' is live', '', '', '',
    detected_at - interval '1 hour'
FROM incidents_incident WHERE id > %(first)s
"""
PARTS = (
    *(INCIDENTS, SIGNALS, CLOCKS, CLIMBS, TIMELINE, CALLS, MESSAGES, ATTEMPTS),
    *(UPDATES, REVIEWS, ACTIONS, CHANGES),
)


def build(count: int = COUNT) -> None:
    """They are there, and PostgreSQL knows how many. Only as the database's own superuser."""
    values = {"first": FIRST, "count": count, "years": YEARS}
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # no trigger looks at each row
        cursor.execute(CAST)
        for part in PARTS:
            cursor.execute(part, values)
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("ANALYZE")

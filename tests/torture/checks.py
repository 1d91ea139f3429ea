"""What must be true afterwards, asked of rows; and how late things were."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection

from incidents.models import RoomPost
from rosters.models import DeliveryAttempt
from tests.torture import ground

# Rows that a query finds are violations; its columns say which.
INVARIANTS: dict[str, str] = {
    "a position that a climb has passed is not in the log": """
        SELECT run.id, passed FROM incidents_escalationrun AS run,
            generate_series(0, run.position - 1) AS passed
        WHERE NOT EXISTS (SELECT FROM incidents_stepfiring AS fired
            WHERE fired.run_id = run.id AND fired.position = passed)""",
    "the log holds a position that its climb has not passed": """
        SELECT run.id, fired.position FROM incidents_stepfiring AS fired
        JOIN incidents_escalationrun AS run ON run.id = run_id
        WHERE fired.position >= run.position""",
    "a step told somebody, and nobody was told": """
        SELECT run_id, position FROM incidents_stepfiring AS fired WHERE outcome = 'told'
        AND NOT EXISTS (SELECT FROM incidents_notification AS told
            WHERE told.run_id = fired.run_id AND told.position = fired.position)""",
    "somebody was told by a step that is not in the log": """
        SELECT told.id FROM incidents_notification AS told WHERE run_id IS NOT NULL
        AND NOT EXISTS (SELECT FROM incidents_stepfiring AS fired WHERE outcome = 'told'
            AND told.run_id = fired.run_id AND told.position = fired.position)""",
    "somebody was told, and there is no message": """
        SELECT told.id FROM incidents_notification AS told
        WHERE NOT EXISTS (SELECT FROM rosters_message AS message
            WHERE message.topic = 'notification' AND message.topic_id = told.id)""",
    "one step told one person twice": """
        SELECT run_id, position, person_id, count(*) FROM incidents_notification
        GROUP BY run_id, position, person_id, purpose HAVING count(*) > 1""",
    "two messages are the same": """
        SELECT topic, topic_id, contact_point_id FROM rosters_message
        GROUP BY 1, 2, 3 HAVING count(*) > 1""",
    "a step fired before it was due": """
        SELECT run_id, position FROM incidents_stepfiring WHERE fired_at < due_at""",
    "a step fired after its clock's end was committed": """
        SELECT fired.id, run.id FROM incidents_stepfiring AS fired
        JOIN incidents_escalationrun AS run ON run.id = fired.run_id
        JOIN LATERAL (SELECT is_ended FROM torture.clock AS turn
            WHERE turn.clock_id = run.clock_id
                AND pg_xact_commit_timestamp(turn.xmin) < pg_xact_commit_timestamp(fired.xmin)
            ORDER BY pg_xact_commit_timestamp(turn.xmin) DESC LIMIT 1) AS latest ON true
        WHERE latest.is_ended""",
    "a message was claimed after its clock's end was committed": """
        SELECT claim.message_id, claim.is_hold, claim.at FROM torture.claim
        JOIN rosters_message AS message ON message.id = message_id
        JOIN incidents_notification AS told ON told.id = message.topic_id
        JOIN incidents_escalationrun AS run ON run.id = told.run_id
        JOIN LATERAL (SELECT is_ended FROM torture.clock AS turn
            WHERE turn.clock_id = run.clock_id
                AND pg_xact_commit_timestamp(turn.xmin) < pg_xact_commit_timestamp(claim.xmin)
            ORDER BY pg_xact_commit_timestamp(turn.xmin) DESC LIMIT 1) AS latest ON true
        WHERE message.topic = 'notification' AND latest.is_ended""",
    "a climb is overdue when all is calm": """
        SELECT id, next_due_at FROM incidents_escalationrun
        WHERE finished_at IS NULL AND next_due_at < fast.clock_timestamp() - interval '60 s'""",
    "a climb goes on though its clock has ended": """
        SELECT run.id FROM incidents_escalationrun AS run
        JOIN incidents_responseclock AS clock ON clock.id = run.clock_id
        WHERE finished_at IS NULL AND (met_at IS NOT NULL OR stopped_at IS NOT NULL)""",
    "a clock with steps to come has no climb": """
        SELECT clock.id FROM incidents_responseclock AS clock
        WHERE met_at IS NULL AND stopped_at IS NULL AND promise <> 'review'
        AND EXISTS (SELECT FROM incidents_escalationstep AS step WHERE step.clock = promise)
        AND NOT EXISTS (SELECT FROM incidents_escalationrun AS run WHERE clock_id = clock.id
            AND (finished_at IS NULL OR finish_reason = 'exhausted'))""",
    "an open incident that nobody has acknowledged calls nobody": """
        SELECT incident.id FROM incidents_incident AS incident
        WHERE resolved_at IS NULL AND acknowledged_at IS NULL
        AND NOT EXISTS (SELECT FROM incidents_responseclock AS clock
            JOIN incidents_escalationrun AS run ON run.clock_id = clock.id
            WHERE clock.incident_id = incident.id AND promise = 'acknowledge'
                AND met_at IS NULL AND stopped_at IS NULL
                AND (finished_at IS NULL OR finish_reason = 'exhausted'))""",
    "a message is stuck when all is calm": """
        SELECT id, state, not_before, lease_until FROM rosters_message
        WHERE state = 'sending' AND lease_until < fast.clock_timestamp() - interval '60 s'
        OR state = 'planned' AND not_before < fast.clock_timestamp() - interval '60 s'""",
    "a message is sent, and no attempt says so": """
        SELECT id FROM rosters_message AS message WHERE state = 'sent' AND NOT EXISTS (
            SELECT FROM rosters_deliveryattempt WHERE message_id = message.id
            AND outcome = 'handed_over')""",
    "a message was handed over twice by what we wrote": """
        SELECT message_id FROM rosters_deliveryattempt WHERE outcome = 'handed_over'
        GROUP BY 1 HAVING count(*) > 1""",
    "a message failed for good without a word": """
        SELECT id FROM rosters_message AS message WHERE state = 'failed' AND NOT EXISTS (
            SELECT FROM rosters_deliveryattempt WHERE message_id = message.id)""",
    "a room was to be told, and there is no post": """
        SELECT fired.run_id, fired.position, target.room_id FROM incidents_stepfiring AS fired
        JOIN incidents_steptarget AS target ON target.step_id = fired.step_id
            AND target.kind = 'room'
        WHERE outcome IN ('told', 'nobody') AND NOT EXISTS (SELECT FROM incidents_roompost AS post
            WHERE post.run_id = fired.run_id AND post.position = fired.position
                AND post.room_id = target.room_id)""",
    "a room was told of a step that is not in the log": """
        SELECT id FROM incidents_roompost AS post WHERE NOT EXISTS (
            SELECT FROM incidents_stepfiring AS fired WHERE outcome IN ('told', 'nobody')
            AND fired.run_id = post.run_id AND fired.position = post.position)""",
    "a post was claimed after its clock's end was committed": """
        SELECT claim.post_id, claim.at FROM torture.post AS claim
        JOIN incidents_roompost AS post ON post.id = post_id
        JOIN incidents_escalationrun AS run ON run.id = post.run_id
        JOIN LATERAL (SELECT is_ended FROM torture.clock AS turn
            WHERE turn.clock_id = run.clock_id
                AND pg_xact_commit_timestamp(turn.xmin) < pg_xact_commit_timestamp(claim.xmin)
            ORDER BY pg_xact_commit_timestamp(turn.xmin) DESC LIMIT 1) AS latest ON true
        WHERE latest.is_ended""",
    "a post is stuck when all is calm": """
        SELECT id, state, next_attempt_at FROM incidents_roompost AS post
        WHERE next_attempt_at < fast.clock_timestamp() - interval '60 s'
        AND NOT EXISTS (SELECT FROM incidents_hold AS hold WHERE ended_at IS NULL
            AND hold.incident_id = post.incident_id AND until > fast.clock_timestamp())""",
    "a post failed for good without a word": """
        SELECT id FROM incidents_roompost AS post WHERE state = 'failed' AND NOT EXISTS (
            SELECT FROM incidents_timelineentry AS entry WHERE kind = 'room_told'
            AND entry.incident_id = post.incident_id AND params ->> 'what' = 'failed')""",
    "an accepted alert has no incident": """
        SELECT id FROM incidents_alert WHERE incident_id IS NULL""",
}
LATENESS = """
SELECT extract(epoch FROM fired_at - due_at) FROM incidents_stepfiring ORDER BY 1
"""
HANDED_OVER = """
SELECT extract(epoch FROM min(attempt.finished_at) - fired.due_at)
FROM incidents_stepfiring AS fired
JOIN incidents_notification AS told USING (run_id, position)
JOIN rosters_message AS message ON message.topic = 'notification' AND topic_id = told.id
JOIN rosters_deliveryattempt AS attempt ON attempt.message_id = message.id
WHERE lane = 10 AND attempt.outcome = 'handed_over' GROUP BY fired.id, fired.due_at ORDER BY 1
"""
COUNTS = {
    "incidents": "SELECT count(*) FROM incidents_incident",
    "steps fired": "SELECT count(*) FROM incidents_stepfiring",
    "people told": "SELECT count(*) FROM incidents_notification",
    "claims": "SELECT count(*) FROM torture.claim",
    "handed over": "SELECT count(*) FROM rosters_message WHERE state = 'sent'",
    "rooms told": "SELECT count(*) FROM incidents_roompost WHERE state = 'sent'",
    "cancelled": "SELECT count(*) FROM rosters_message WHERE state = 'cancelled'",
    "failed for good": "SELECT count(*) FROM rosters_message WHERE state = 'failed'",
    "senders lost": "SELECT count(*) FROM rosters_deliveryattempt WHERE outcome = 'lost'",
}
OF_A_ROOM = "0"
"""What stands for the number of a message where a room is told."""
MISTAKES = ("torture: ", "advance failed", "a batch of escalations failed", "deadlock detected")


@dataclass(frozen=True)
class Finding:
    """What one run showed. `violations` are sentences with the rows that break them."""

    violations: Sequence[str]
    counts: dict[str, int]
    lateness: str
    handed_over: str


def look(place: Path) -> Finding:
    violations = [
        f"{name}: {len(rows)}, for example {rows[0]}"
        for name, sql in INVARIANTS.items()
        if (rows := _rows(sql))
    ]
    violations += _outside(place)
    counts = {name: _rows(sql)[0][0] for name, sql in COUNTS.items()}
    counts["copies"] = sum(copies - 1 for copies in _taken(place).values())
    counts |= {
        said: sum(path.read_text(errors="replace").count(said) for path in place.glob("*.log"))
        for said in MISTAKES
    }
    return Finding(violations, counts, _spread(LATENESS), _spread(HANDED_OVER))


def _outside(place: Path) -> Iterator[str]:
    """What the world outside saw, against what our rows say."""
    accepted = set(_lines(place / "accepted"))
    known = {key for (key,) in _rows("SELECT key FROM incidents_alert")}
    if accepted - known:
        yield f"accepted alerts are missing: {sorted(accepted - known)[:5]}"
    lost = Counter(
        DeliveryAttempt.objects.filter(outcome="lost").values_list("message_id", flat=True)
    )
    sent = {pk for (pk,) in _rows("SELECT id FROM rosters_message WHERE state = 'sent'")}
    taken = _taken(place)
    often = [pk for pk, copies in taken.items() if copies > 1 + lost[pk]]
    if often:
        yield f"messages left more often than senders were lost: {often[:5]}"
    if sent - set(taken):
        yield f"messages are sent that no carrier took: {sorted(sent - set(taken))[:5]}"
    yield from _rooms(place)


def _rooms(place: Path) -> Iterator[str]:
    """The same of rooms. A post that was taken by a sender that died is tried again."""
    posts = RoomPost.objects.values_list("pk", "state", "attempts")
    told = _told(place)
    often = [pk for pk, _, attempts in posts if told[pk] > attempts]
    if often:
        yield f"posts left more often than they were claimed: {often[:5]}"
    sent = {pk for pk, state, _ in posts if state == "sent"}
    if sent - set(told):
        yield f"rooms are told, and no carrier took it: {sorted(sent - set(told))[:5]}"


def _taken(place: Path) -> Counter[int]:
    lines = (line.split() for line in _lines(place / "taken"))
    return Counter(int(number) for number, _key, _at in lines if number != OF_A_ROOM)


def _told(place: Path) -> Counter[int]:
    """What rooms were told, by the number of the post, which is in its key."""
    lines = (line.split() for line in _lines(place / "taken"))
    return Counter(int(key.split(":")[1]) for number, key, _at in lines if number == OF_A_ROOM)


def _lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


def _rows(sql: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())


def _spread(sql: str) -> str:
    """p50, p99 and max in the machine's seconds."""
    found = [float(late) / ground.SPEED for (late,) in _rows(sql) if late is not None]
    if not found:
        return "nothing to measure"
    middle, most = found[len(found) // 2], found[min(len(found) - 1, len(found) * 99 // 100)]
    return f"p50 {middle:.2f} s, p99 {most:.2f} s, max {found[-1]:.2f} s ({len(found)})"

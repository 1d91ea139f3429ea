"""The auditor: what should have moved and did not. Each invariant is one indexed look."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Min, Q, QuerySet, Value
from django.db.models.functions import Concat

from incidents.models import EscalationRun
from rosters.enums import MessageState
from rosters.logic import circuit
from rosters.models import CarrierHealth, Message, Pulse
from rosters.queries import ways_out
from rosters.queries.compiled import compiled

GRACE = timedelta(seconds=60)
PULSES = ("tick", "carry")
MAIL_DOOR = "maildoor"
CANARY = "canary"
CANARY_LATE = timedelta(minutes=20)
"""One begins every quarter of an hour; the pulse is of the last that came through."""
SENTENCES = {f"silent_{name}": "Muster's engine has stopped." for name in PULSES} | {
    "overdue_run": "A call is late.",
    "stuck_message": "A message is late.",
    "silent_canary": "Muster's call to itself has not come through.",
    "told_without_message": "Somebody should have been called, and no message was written.",
    "step_without_call": "A step should have called somebody, and nobody was called.",
    "sent_without_attempt": "A message is said to be sent, and no attempt stands behind it.",
    "told_a_leaver": "Somebody was called who had left.",
    "unheard": "An open incident calls nobody, though nobody has acknowledged it.",
}
OUT = "carriers_out"
NEWEST = 2000
LATELY: dict[str, str] = {
    "told_without_message": """
        SELECT min(told.created_at) FROM (SELECT * FROM incidents_notification
            WHERE run_id IS NOT NULL ORDER BY id DESC LIMIT %(newest)s) AS told
        WHERE NOT EXISTS (SELECT FROM rosters_message AS message
            WHERE message.topic = 'notification' AND message.topic_id = told.id)""",
    "step_without_call": """
        SELECT min(fired.fired_at) FROM (SELECT * FROM incidents_stepfiring
            ORDER BY id DESC LIMIT %(newest)s) AS fired
        WHERE outcome = 'told' AND NOT EXISTS (SELECT FROM incidents_notification AS told
            WHERE told.run_id = fired.run_id AND told.position = fired.position)""",
    "sent_without_attempt": """
        SELECT min(sent.sent_at) FROM (SELECT * FROM rosters_message
            ORDER BY id DESC LIMIT %(newest)s) AS sent
        WHERE state = 'sent' AND NOT EXISTS (SELECT FROM rosters_deliveryattempt AS attempt
            WHERE attempt.message_id = sent.id AND attempt.outcome = 'handed_over')""",
    "told_a_leaver": """
        SELECT min(told.created_at) FROM (SELECT * FROM incidents_notification
            WHERE run_id IS NOT NULL ORDER BY id DESC LIMIT %(newest)s) AS told
        JOIN rosters_person AS person ON person.id = told.person_id
        WHERE person.left_at <= told.created_at""",
    "unheard": """
        SELECT min(incident.detected_at) FROM incidents_incident AS incident
        WHERE resolved_at IS NULL AND acknowledged_at IS NULL AND detected_at < %(late)s
        AND EXISTS (SELECT FROM incidents_responseclock AS clock
            JOIN incidents_escalationrun AS run ON run.clock_id = clock.id
            WHERE clock.incident_id = incident.id AND clock.promise = 'acknowledge')
        AND NOT EXISTS (SELECT FROM incidents_responseclock AS clock
            JOIN incidents_escalationrun AS run ON run.clock_id = clock.id
            WHERE clock.incident_id = incident.id AND clock.promise = 'acknowledge'
                AND clock.met_at IS NULL AND clock.stopped_at IS NULL
                AND (run.finished_at IS NULL OR run.finish_reason = 'exhausted'))""",
}
"""What must never be, asked of the newest rows by the audit of each minute alone; each answers
since when it has been so, or nothing."""


@dataclass(frozen=True)
class Violation:
    """One broken invariant; `since` is the instant from which it has been broken."""

    name: str
    since: datetime
    sentence: str


def violations(*, now: datetime) -> tuple[Violation, ...]:
    """Every invariant that is broken at `now`, the oldest first; one query, for every page asks it.

    Empty means that calls are on time, and leave. Two queries more while a carrier is out.
    """
    since: dict[str, datetime] = {}
    for name, at in _broken(now - GRACE, now - CANARY_LATE):
        if at is not None:
            since[name] = min(at, since.get(name, at))
    is_out = since.pop(OUT, None) is not None
    found = [Violation(name, at, SENTENCES[name]) for name, at in since.items()]
    if is_out and (outage := ways_out.outage()):
        found.append(Violation(OUT, outage.since, outage.sentence))
    return tuple(sorted(found, key=lambda violation: violation.since))


@compiled
def _broken(late: datetime, canary_late: datetime) -> QuerySet[Any, Any]:
    planned = Message.objects.filter(state=MessageState.PLANNED, attempts_made=0)
    sending = Message.objects.filter(state=MessageState.SENDING)
    is_silent = Q(name__in=PULSES, at__lt=late) | Q(name=CANARY, at__lt=canary_late)
    beats = Pulse.objects.filter(is_silent)
    return beats.values_list(Concat(Value("silent_"), "name"), "at").union(
        _oldest("overdue_run", EscalationRun.objects.open(), "next_due_at", before=late),
        _oldest("stuck_message", planned, "not_before", before=late),
        _oldest("stuck_message", sending, "lease_until", before=late),
        CarrierHealth.objects.exclude(state=circuit.CLOSED).values_list(Value(OUT), "opened_at"),
        all=True,
    )


def lately(*, now: datetime) -> tuple[Violation, ...]:
    """What must never be and is, the oldest first. Costs a few milliseconds: once a minute."""
    asked: dict[str, Any] = {"newest": NEWEST, "late": now - GRACE}
    found: list[Violation] = []
    with connection.cursor() as cursor:
        for name, sql in LATELY.items():
            cursor.execute(sql, asked)
            (since,) = cursor.fetchone()
            if since is not None:
                found.append(Violation(name, since, SENTENCES[name]))
    return tuple(sorted(found, key=lambda violation: violation.since))


def why_no_mail(*, now: datetime) -> str | None:
    """Whether the mail door has fallen silent; one that was closed on purpose has no pulse."""
    if Pulse.objects.filter(name=MAIL_DOOR, at__lt=now - GRACE).exists():
        return "The mail door has stopped: no mails of alert sources are taken."
    return None


def _oldest(name: str, rows: QuerySet[Any], column: str, *, before: datetime) -> QuerySet[Any, Any]:
    """One row: since when something has waited longer than it may, or None."""
    waiting = rows.filter(**{f"{column}__lt": before}).order_by()
    oldest: QuerySet[Any, Any] = waiting.values(what=Value(name)).annotate(at=Min(column))
    return oldest.values_list("what", "at")

"""The auditor: what should have moved and did not. Each invariant is one indexed look."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Min, QuerySet, Value
from django.db.models.functions import Concat

from incidents.models import EscalationRun
from rosters.enums import MessageState
from rosters.models import Message, Pulse

GRACE = timedelta(seconds=60)
PULSES = ("tick", "carry")
MAIL_DOOR = "maildoor"
SENTENCES = {f"silent_{name}": "Muster's engine has stopped." for name in PULSES} | {
    "overdue_run": "A call is late.",
    "stuck_message": "A message is late.",
}


@dataclass(frozen=True)
class Violation:
    """One broken invariant; `since` is the instant from which it has been broken."""

    name: str
    since: datetime
    sentence: str


def violations(*, now: datetime) -> tuple[Violation, ...]:
    """Every invariant that is broken at `now`, the oldest first; one query, for every page asks it.

    Empty means that calls are on time.
    """
    late = now - GRACE
    planned = Message.objects.filter(state=MessageState.PLANNED, attempts_made=0)
    sending = Message.objects.filter(state=MessageState.SENDING)
    beats = Pulse.objects.filter(name__in=PULSES, at__lt=late)
    broken = beats.values_list(Concat(Value("silent_"), "name"), "at").union(
        _oldest("overdue_run", EscalationRun.objects.open(), "next_due_at", before=late),
        _oldest("stuck_message", planned, "not_before", before=late),
        _oldest("stuck_message", sending, "lease_until", before=late),
        all=True,
    )
    since: dict[str, datetime] = {}
    for name, at in broken:
        if at is not None:
            since[name] = min(at, since.get(name, at))
    found = (Violation(name, at, SENTENCES[name]) for name, at in since.items())
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

"""Time is up and nobody has answered, or taken the role: the next person of it is asked."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db.models import F
from django.urls import reverse

from config.portal.sentences import phrase
from incidents.enums import EntryKind, Promise
from incidents.models import EscalationRun, ResponseClock, TimelineEntry
from incidents.operations import approvals, asking, timeline
from incidents.operations.asking import Ask
from incidents.queries.seats import purpose_of
from rosters.logic.directory import Candidate


def take_over(late: Sequence[ResponseClock], *, now: datetime) -> None:
    """The next of each role is asked, once; the caller holds the locks.

    A role to be filled whose rule has steps is left to them. A constant number of statements.
    """
    ResponseClock.objects.filter(pk__in=[clock.pk for clock in late]).update(
        breached_at=F("target_at")
    )
    climbing = set(EscalationRun.objects.filter(clock__in=late).values_list("clock", flat=True))
    asks = [
        ask_of(clock)
        for clock in late
        if clock.promise == Promise.DECIDE or clock.pk not in climbing
    ]
    found = asking.next_in_turn(asks, now=now)
    TimelineEntry.objects.bulk_create(
        entry for ask, one in zip(asks, found, strict=True) for entry in _entries(ask, one, now=now)
    )


def ask_of(clock: ResponseClock) -> Ask:
    """What the next person of the role reads."""
    if clock.approval_id is not None:
        return approvals.ask_of(clock)
    return Ask(
        clock,
        purpose_of(clock),
        phrase("Nobody is its {role} yet. Take the role.", role=str(clock.role)),
        reverse("incidents:roles", args=[clock.incident.reference]),
    )


def _entries(ask: Ask, one: Candidate | None, *, now: datetime) -> Iterator[TimelineEntry]:
    clock = ask.clock
    if clock.promise == Promise.DECIDE:
        yield timeline.draft(
            clock.incident,
            EntryKind.APPROVAL_PASSED_ON,
            at=now,
            role=str(clock.role),
            text=ask.note or str(clock.approval.decision if clock.approval else ""),
            **({"who": one.full_name, "reason": one.reason} if one else {"what": "nobody"}),  # type: ignore[arg-type]  # words alone
        )
    elif one is not None:
        yield timeline.draft(
            clock.incident, EntryKind.ESCALATED, at=now, who=one.full_name, reason=one.reason
        )

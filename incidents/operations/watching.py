"""Clocks of which the engine itself does something when their time comes, without a climb."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from incidents.enums import Promise
from incidents.logic.attention import LEAD
from incidents.models import ResponseClock
from incidents.operations import attending, attention, taking_over

LIMIT = 200
ASKING = (Promise.DECIDE, Promise.FILL_ROLE)
WATCHED = (Promise.ATTENTION, *ASKING)
"""Their end is an act of its own, so nothing else marks them as broken."""


@transaction.atomic
def sweep(*, now: datetime) -> int:
    """What is due of these clocks is done, once; returns how many there were.

    "Still on it?" is asked, and without an answer the calls go on; of a role that did not answer,
    or that nobody has taken, the next person is asked. An incident that somebody is
    just changing is left for the next sweep. A constant number of statements, one where nothing is
    due; it looks only at open clocks whose target is near or past.
    """
    due = list(
        ResponseClock.objects.filter(
            _is_due(now=now),
            promise__in=WATCHED,
            target_at__lte=now + LEAD,
            met_at__isnull=True,
            stopped_at__isnull=True,
            breached_at__isnull=True,
        )
        .select_related(
            "incident__service__owner_team",
            "incident__acknowledged_by",
            "role",
            "approval__decision",
            "approval__asked_by",
        )
        .select_for_update(of=("self", "incident"), skip_locked=True, no_key=True)
        .order_by("target_at", "pk")[:LIMIT]
    )
    if not due:
        return 0
    late = [clock for clock in due if clock.promise in ASKING]
    if late:
        taking_over.take_over(late, now=now)
    asked = _asked(due)
    unasked = [
        clock for clock in due if clock.promise == Promise.ATTENTION and clock.pk not in asked
    ]
    if unasked:
        attention.ask(unasked, now=now)
    lapsed = [clock for clock in due if clock.pk in asked and clock.target_at <= now]
    if lapsed:
        attending.lapse(lapsed, now=now)
    return len(late) + len(unasked) + len(lapsed)


def _is_due(*, now: datetime) -> Q:
    held = Q(promise=Promise.ATTENTION, incident__acknowledged_by__isnull=False)
    is_time = Q(target_at__lte=now) | ~Q(attention.was_asked())
    return held & Q(at_risk_at__lte=now) & is_time | Q(promise__in=ASKING, target_at__lte=now)


def _asked(due: Sequence[ResponseClock]) -> set[int]:
    """Of which of these clocks somebody has been asked.

    Asked of the database once the locks are held: asking leaves the clock as it was, so a sweep
    that came first is not seen by the claim itself.
    """
    watched = [clock.pk for clock in due if clock.promise == Promise.ATTENTION]
    known = ResponseClock.objects.filter(attention.was_asked(), pk__in=watched)
    return set(known.values_list("pk", flat=True))

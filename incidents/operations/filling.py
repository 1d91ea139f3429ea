"""Roles in an incident: taken, asked for with a brief, handed over, given back."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from config.portal.refusals import refuse_if
from config.portal.sentences import phrase
from incidents.enums import Answer, EntryKind, Promise
from incidents.logic.filling import why_not_ask_for, why_not_give_back, why_not_take
from incidents.logic.targets import AT_RISK_SHARE, Due
from incidents.models import Incident, Notification, ResponseClock, RoleAssignment
from incidents.operations import asking, clocks, lifecycle, timeline
from incidents.operations.asking import Ask
from incidents.queries import policies, seats, standing
from incidents.queries.seats import Place, purpose_of
from rosters.models import Person, StakeholderRole

USUAL = timedelta(minutes=15)
"""How long somebody who is asked has, where no target says it."""

BRIEF_LENGTH = 300


@transaction.atomic
def take(
    incident: Incident, role: StakeholderRole, *, brief: str = "", by: Person, now: datetime
) -> Incident:
    """`by` has the role from now on; whoever had it is released. Twice changes nothing.

    What they need to know (`brief`) stands on the timeline.
    """
    if role.slug == standing.COMMANDER:
        return lifecycle.take_command(incident, by=by, now=now)
    incident = lifecycle.lock(incident.pk)
    place = _place(incident, role, by, now=now)
    if place.seat.is_mine:
        return incident
    refuse_if(why_not_take(standing.of(by, incident), standing.state(incident), place.seat))
    _held(incident, role).update(released_at=now)
    RoleAssignment.objects.create(incident=incident, role=role, person=by, assumed_at=now)
    _close(incident, place, by=by, now=now)
    _write(incident, role, by=by, now=now, **({"what": "brief", "text": brief} if brief else {}))
    return incident


@transaction.atomic
def ask(
    incident: Incident, role: StakeholderRole, *, brief: str = "", by: Person, now: datetime
) -> Incident:
    """Whoever the contact matrix names is asked to take the role; the backup when time is up.

    Raises Refused while somebody has it, or was asked already.
    """
    incident = lifecycle.lock(incident.pk)
    place = _place(incident, role, by, now=now)
    refuse_if(why_not_ask_for(standing.of(by, incident), standing.state(incident), place.seat))
    clock = _clock(incident, role, now=now)
    request = Ask(
        clock,
        purpose_of(clock),
        phrase("{who} asks you to be its {role}.", who=str(by), role=str(role)),
        reverse("incidents:roles", args=[incident.reference]),
        by=by,
        note=brief[:BRIEF_LENGTH],
    )
    [found] = asking.next_in_turn([request], now=now)
    params = (
        {"what": "asked", "backup": found.full_name, "reason": found.reason}
        if found
        else {"what": "asked_nobody"}
    )
    _write(incident, role, by=by, now=now, **params)
    return incident


@transaction.atomic
def give_back(
    incident: Incident, role: StakeholderRole, *, brief: str = "", by: Person, now: datetime
) -> Incident:
    """`by` has the role no more, and nobody has it until somebody takes it."""
    del brief  # there is nobody to read it yet; a note says it
    if role.slug == standing.COMMANDER:
        return lifecycle.give_back_command(incident, by=by, now=now)
    incident = lifecycle.lock(incident.pk)
    place = _place(incident, role, by, now=now)
    refuse_if(why_not_give_back(standing.state(incident), place.seat))
    _held(incident, role).update(released_at=now)
    timeline.record(
        incident,
        EntryKind.HANDED_BACK,
        at=now,
        by=by,
        who=str(by),
        what="role",
        role=role.name,
    )
    return incident


def _close(incident: Incident, place: Place, *, by: Person, now: datetime) -> None:
    """Its clock ends, and nobody who was asked needs to answer any more."""
    waiting = Notification.objects.filter(incident=incident, purpose__in=place.purposes, answer="")
    waiting.filter(person=by).update(answer=Answer.ACKNOWLEDGED, answered_at=now)
    waiting.update(answer=Answer.RELEASED, answered_at=now)
    clocks.meet(incident, [Promise.FILL_ROLE], now=now, role_id=place.role.pk)


def _place(incident: Incident, role: StakeholderRole, by: Person, *, now: datetime) -> Place:
    [found] = seats.places(incident, by, now=now, only=role)
    return found


def _held(incident: Incident, role: StakeholderRole) -> QuerySet[RoleAssignment]:
    return RoleAssignment.objects.filter(incident=incident, role=role, released_at__isnull=True)


def _clock(incident: Incident, role: StakeholderRole, *, now: datetime) -> ResponseClock:
    """The clock that counts until somebody takes it: the one that runs, or one that begins now."""
    running = ResponseClock.objects.filter(
        incident=incident,
        promise=Promise.FILL_ROLE,
        role=role,
        met_at__isnull=True,
        stopped_at__isnull=True,
    ).first()
    if running is not None:
        return running
    book = policies.book([Promise.FILL_ROLE])
    usual = Due(now + USUAL, now + USUAL * AT_RISK_SHARE)
    due = clocks.due_by(book, incident, Promise.FILL_ROLE, now=now) or usual
    begun = clocks.Begun(incident, Promise.FILL_ROLE, due, role_id=role.pk)
    [clock] = clocks.begin_all([begun], book, now=now)
    return clock


def _write(
    incident: Incident, role: StakeholderRole, *, by: Person, now: datetime, **params: str
) -> None:
    timeline.record(
        incident, EntryKind.ROLE_FILLED, at=now, by=by, who=str(by), role=role.name, **params
    )

"""Somebody has left: what rings for them goes on to the next, what they held is handed back."""

import logging
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse

from incidents.enums import Answer, EntryKind, Promise
from incidents.models import EscalationRun, Incident, Notification, RoleAssignment
from incidents.operations import clocks, each, lifecycle, timeline, unreached
from incidents.queries import standing
from rosters.models import Person
from rosters.operations import carriage, telling
from rosters.operations.telling import Word

logger = logging.getLogger(__name__)

LIMIT = 200


def let_go(*, now: datetime, left_since: datetime | None = None) -> int:
    """Nothing in an incident waits for anybody who has left by `now`; returns how many moved.

    Their open calls end and the next step is due, what they acknowledged is handed back, and their
    roles are free. Whoever still has a part is told. It is a sweep: repeating it changes nothing,
    and an incident that somebody is just changing is left for the next one. Each tick looks after
    those who left lately, `left_since`; the audit of each minute after all, since a date may be
    set long afterwards.
    """
    moved = 0
    for incident_id in _waiting_for_leavers(now=now, left_since=left_since):
        try:
            moved += _let_go(incident_id, now=now)
        except Exception:
            logger.exception("letting leavers go failed", extra={"incident": incident_id})
    return moved


def _waiting_for_leavers(*, now: datetime, left_since: datetime | None) -> list[int]:
    """The incidents of which a call, the acknowledgement or a role is somebody's who has left.

    It begins with the leavers, who are few, and never looks through what is open.
    """
    gone = Person.objects.filter(left_at__lte=now)
    if left_since is not None:
        gone = gone.filter(left_at__gte=left_since)
    leavers = list(gone.values_list("pk", flat=True))
    if not leavers:
        return []
    opened = Incident.objects.open()
    held = RoleAssignment.objects.filter(
        person__in=leavers, released_at__isnull=True, incident__resolved_at__isnull=True
    )
    called = _calls(now=now).filter(person__in=leavers)
    return sorted(
        {
            *opened.filter(acknowledged_by__in=leavers).values_list("pk", flat=True)[:LIMIT],
            *held.values_list("incident_id", flat=True)[:LIMIT],
            *called.values_list("incident_id", flat=True)[:LIMIT],
        }
    )


def _calls(*, now: datetime) -> QuerySet[Notification]:
    """Calls of leavers that nobody answers, for clocks whose climb still goes on.

    Also those of a climb from which another rule took over.
    """
    climbing = EscalationRun.objects.open().values("clock")
    return Notification.objects.filter(answer="", run__clock__in=climbing, person__left_at__lte=now)


@transaction.atomic
def _let_go(incident_id: int, *, now: datetime) -> bool:
    """One incident, in the order incident, run, message; False when there was nothing to do."""
    rows = Incident.objects.select_for_update(no_key=True, of=("self",), skip_locked=True)
    incident = rows.filter(pk=incident_id).first()
    if incident is None:
        return False
    lost = [
        *_hand_back(incident, now=now),
        *_release(incident, now=now),
    ]
    ended = _end_calls(incident, now=now)
    if lost:
        _tell(incident, lost, now=now)
    return bool(lost) or ended


def _hand_back(incident: Incident, *, now: datetime) -> list[tuple[Person, str]]:
    """The acknowledgement of a leaver is undone, and the calls go on now."""
    person = incident.acknowledged_by
    if person is None or not incident.is_open or not person.has_left(now):
        return []
    lifecycle.unacknowledge(incident, now=now)
    timeline.record(incident, EntryKind.HANDED_BACK, at=now, who=str(person), what="left")
    return [(person, "had acknowledged it. The calls go on now")]


def _release(incident: Incident, *, now: datetime) -> list[tuple[Person, str]]:
    """The roles that leavers held are nobody's."""
    if not incident.is_open:
        return []
    held = RoleAssignment.objects.filter(
        incident=incident, released_at__isnull=True, person__left_at__lte=now
    )
    found = list(held.select_related("person", "role").order_by("pk"))
    held.update(released_at=now)
    if any(one.role.slug == standing.COMMANDER for one in found):
        clocks.start(incident, Promise.FILL_ROLE, now=now)
    for one in found:
        is_command = one.role.slug == standing.COMMANDER
        params = {} if is_command else {"role": one.role.name}
        timeline.record(
            incident,
            EntryKind.HANDED_BACK,
            at=now,
            who=str(one.person),
            what="command_left" if is_command else "role_left",
            **params,  # type: ignore[arg-type]  # words alone
        )
    return [(one.person, f"was its {one.role.name}. Nobody is now") for one in found]


def _end_calls(incident: Incident, *, now: datetime) -> bool:
    """What rings for leavers ends; where nobody else of the step may answer, the next is due.

    Of a call that others were called after, nothing is said: the climb has gone on already.
    """
    called = list(_calls(now=now).filter(incident=incident).select_related("person").order_by("pk"))
    if not called:
        return False
    run_ids = {one.run_id for one in called if one.run_id is not None}
    locked = EscalationRun.objects.filter(pk__in=run_ids).order_by("pk")
    runs = {run.pk: run for run in locked.select_for_update(no_key=True)}
    ids = [one.pk for one in called]
    Notification.objects.filter(pk__in=ids, answer="").update(answer=Answer.PASSED, answered_at=now)
    carriage.cancel_about(Notification.TOPIC, ids, now=now)
    latest = [one for one in called if _is_latest(one, runs[one.run_id or 0])]
    for one in latest:
        timeline.record(incident, EntryKind.UNREACHED, at=now, who=str(one.person), what="left")
    unreached.make_due({one.run_id for one in latest}, now=now)
    if incident.acknowledged_at is not None:
        each.settle(incident, by=None, now=now)
    return True


def _is_latest(call: Notification, run: EscalationRun) -> bool:
    """Whether nobody was called after it: not by its climb, nor by one that took over from that."""
    if call.position != run.position - 1:
        return False
    later = Notification.objects.filter(run__clock=run.clock_id, run__gt=run.pk)
    return run.finished_at is None or not later.exists()


def _tell(incident: Incident, lost: Sequence[tuple[Person, str]], *, now: datetime) -> None:
    """Whoever still has a part reads what is nobody's any more; of each leaver once."""
    name = incident.reference
    link = settings.PUBLIC_URL + reverse("incidents:detail", args=[name])
    for leaver in {person.pk: person for person, _what in lost}.values():
        what = " ".join(f"They {one}." for person, one in lost if person == leaver)
        word = Word(
            topic=f"left-{leaver.pk}",
            topic_id=incident.pk,
            subject_key=f"left:{incident.pk}",
            subject=f"{name}: {leaver.full_name} has left",
            body=f"{leaver.full_name} has left. {what}\n\nOpen {name}: {link}",
        )
        for person in _with_a_part(incident, now=now):
            telling.tell(person, word, now=now)


def _with_a_part(incident: Incident, *, now: datetime) -> Sequence[Person]:
    """Who holds a role in the incident or has acknowledged it."""
    roles = RoleAssignment.objects.filter(incident=incident, released_at__isnull=True)
    people = Person.objects.employed(now=now).filter(
        Q(pk__in=roles.values("person")) | Q(pk=incident.acknowledged_by_id)
    )
    return list(people.order_by("pk"))

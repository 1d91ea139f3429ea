"""Steps of which each person they told must acknowledge: who is still to do so.

The first who acknowledges has the incident. The others go on being called, and the promise is kept
once they have said so too, have passed it on, or have left.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q, QuerySet

from incidents.enums import AckMode, Answer, EntryKind, Promise
from incidents.models import Incident, Notification
from incidents.operations import clocks, timeline
from rosters.models import Person
from rosters.operations import carriage


def settle(incident: Incident, *, by: Person | None, now: datetime) -> Sequence[str]:
    """Somebody has the incident: the promise to acknowledge is kept, unless others must too.

    Returns their names. The calls to `by` end in any case. The caller holds the incident's lock,
    and its `acknowledged_at` is set.
    """
    waiting = _waited_for(incident, now=now)
    if not waiting:
        clocks.meet(incident, [Promise.ACKNOWLEDGE], now=now)
    elif by is not None:
        heard = _asked(incident).filter(person=by)
        carriage.cancel_about(Notification.TOPIC, heard.values_list("pk", flat=True), now=now)
    return list(waiting.values())


def is_waited_for(incident: Incident, person: Person, *, now: datetime) -> bool:
    """Whether this person must still acknowledge what somebody else has."""
    return person.pk in _waited_for(incident, now=now)


def acknowledge_too(incident: Incident, *, by: Person, now: datetime) -> bool:
    """`by` has heard of what somebody else has; False where nobody waits for them.

    The caller holds the incident's lock.
    """
    if not is_waited_for(incident, by, now=now):
        return False
    Notification.objects.filter(incident=incident, person=by, answer="").update(
        answer=Answer.ACKNOWLEDGED, answered_at=now
    )
    timeline.record(
        incident,
        EntryKind.ACKNOWLEDGED,
        at=now,
        by=by,
        who=str(by),
        first=str(incident.acknowledged_by),
        what="too",
    )
    settle(incident, by=by, now=now)
    return True


def _asked(incident: Incident) -> QuerySet[Notification]:
    """The calls of its open promise to acknowledge."""
    return Notification.objects.filter(
        incident=incident,
        run__clock__promise=Promise.ACKNOWLEDGE,
        run__clock__met_at__isnull=True,
        run__clock__stopped_at__isnull=True,
    )


def _waited_for(incident: Incident, *, now: datetime) -> dict[int, str]:
    """The people of steps that want each of them, who have not said so since somebody has it."""
    told = _asked(incident).filter(
        Q(person__left_at__isnull=True) | Q(person__left_at__gt=now), step__ack_mode=AckMode.ALL
    )
    fields = ("person_id", "person__full_name", "answer", "answered_at")
    found: dict[int, str] = {}
    for person_id, name, answer, answered_at in told.order_by("pk").values_list(*fields):
        found.pop(person_id, None)
        since = incident.acknowledged_at
        is_old = since is None or answered_at is None or answered_at < since
        if not answer or (answer == Answer.ACKNOWLEDGED and is_old):
            found[person_id] = name
    return found

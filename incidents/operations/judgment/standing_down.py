"""Somebody tells people that they are not needed any more."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from config.portal.refusals import Refused, refuse_if
from incidents.enums import Answer, EntryKind
from incidents.logic import judgment
from incidents.models import Incident, Notification, RoleAssignment
from incidents.operations import lifecycle, timeline
from incidents.queries import involved, standing
from rosters.logic.reasons import in_one_line
from rosters.models import Person
from rosters.operations import carriage, telling
from rosters.operations.telling import Word

NO_REASON = "Say why, in a few words. They read it."


@transaction.atomic
def stand_down(
    incident: Incident, people: Collection[int], reason: str, *, by: Person, now: datetime
) -> Sequence[Person]:
    """These people may rest: what rings for them ends, their roles are free, and they are told.

    Whoever acknowledged hands back instead, for else nobody would look at it. The rule's calls go
    on, and may reach them again while nobody acknowledges. Returns those who were needed until
    now: nobody, when it is done already. Raises Refused.
    """
    incident = lifecycle.lock(incident.pk)
    part, state = standing.of(by, incident), standing.state(incident)
    refuse_if(judgment.why_not_steer(part, state, standing.lead_of(incident, by)))
    said = in_one_line(reason)
    refuse_if("" if said else NO_REASON)
    if not people:
        raise Refused("Choose who is not needed any more.")
    if incident.acknowledged_by_id in people:
        raise Refused(
            f"{incident.acknowledged_by} has acknowledged {incident.reference}. They hand it back"
            " first, so that somebody else looks at it."
        )
    needed = {one.person.pk: one.person for one in involved.in_it(incident)}
    chosen = [needed[pk] for pk in sorted(needed) if pk in people]
    if not chosen:
        return []
    ids = [person.pk for person in chosen]
    _release(incident, ids, now=now)
    names = [str(person) for person in chosen]
    entry = timeline.record(
        incident,
        EntryKind.STOOD_DOWN,
        at=now,
        by=by,
        who=str(by),
        people=", ".join(names),
        reason=judgment.ended(said),
    )
    for person in chosen:
        if person != by:
            telling.tell(person, _word(incident, entry.pk, said, by=by), now=now)
    return chosen


def _release(incident: Incident, ids: Collection[int], *, now: datetime) -> None:
    calls = Notification.objects.filter(incident=incident, person__in=ids)
    carriage.cancel_about(Notification.TOPIC, calls.values_list("pk", flat=True), now=now)
    calls.exclude(answer=Answer.RELEASED).update(answer=Answer.RELEASED, answered_at=now)
    roles = RoleAssignment.objects.filter(incident=incident, released_at__isnull=True)
    roles.filter(person__in=ids).update(released_at=now)


def _word(incident: Incident, entry_id: int, reason: str, *, by: Person) -> Word:
    name = incident.reference
    link = settings.PUBLIC_URL + reverse("incidents:detail", args=[name])
    why = "" if incident.is_restricted else f" {judgment.ended(reason)}"
    return Word(
        topic="stood-down",
        topic_id=entry_id,
        subject_key=f"stood-down:{incident.pk}",
        subject=f"{name}: you can rest",
        body=f"{by.full_name} says that you are not needed for {name} any more.{why}"
        f"\n\nOpen {name}: {link}",
        is_pressing=True,
    )

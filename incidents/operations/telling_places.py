"""Whoever is called for a service from now on, and was not before, hears of it once."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from config.portal import queue, words
from incidents.logic.call_places import Place, told
from incidents.models import CallPlace
from incidents.operations.following import points_of
from incidents.queries import call_places
from rosters.enums import Lane
from rosters.logic.drafts import MessageDraft
from rosters.models import Person, Service
from rosters.operations import carriage

TOPIC = "place"

New = tuple[CallPlace, Service, Place]


@transaction.atomic
def tell_due(*, now: datetime) -> int:
    """Everybody who is new somewhere has been written to, once; returns how many letters.

    The first look at a service only notes who is called for it.
    """
    list(Service.objects.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    new: dict[int, list[New]] = {}
    for service, found in call_places.places(now=now).items():
        for one in _noted(service, found, now=now):
            new.setdefault(one.person_id, []).append((one, service, found[one.person_id]))
    people = list(Person.objects.filter(pk__in=new).order_by("pk"))
    points = points_of(people)
    drafts = [
        _draft(one, new[one.pk], points[one.pk], now=now) for one in people if one.pk in points
    ]
    if drafts:
        carriage.plan_messages(drafts, now=now)
        queue.wake("muster.carry")
    return len(drafts)


def _noted(service: Service, found: Mapping[int, Place], *, now: datetime) -> list[CallPlace]:
    """The rows of a service are those that were found; those of people who are new are returned."""
    known = {row.person_id: row for row in CallPlace.objects.filter(service=service)}
    gone = known.keys() - found.keys()
    CallPlace.objects.filter(service=service, person__in=gone).delete()
    fresh = [
        CallPlace(
            service=service,
            person_id=pk,
            place=place.number,
            is_night_only=place.is_night_only,
            since=now,
        )
        for pk, place in found.items()
        if pk not in known
    ]
    CallPlace.objects.bulk_create(fresh)
    moved = []
    for pk, row in known.items():
        place = found.get(pk)
        if place and (row.place, row.is_night_only) != (place.number, place.is_night_only):
            row.place, row.is_night_only = place.number, place.is_night_only
            moved.append(row)
    CallPlace.objects.bulk_update(moved, ["place", "is_night_only"])
    return fresh if known else []


def _draft(person: Person, new: Sequence[New], point_id: int, *, now: datetime) -> MessageDraft:
    zone = ZoneInfo(person.time_zone)
    lines = []
    for _row, service, place in new:
        said = words.as_text(told(place, service=service.name, now=now), zone=zone, now=now)
        page = settings.PUBLIC_URL + reverse("incidents:rule", args=[service.slug])
        lines.append(f"{said}\nThe whole rule: {page}")
    about = new[0][1].name if len(new) == 1 else f"{len(new)} services"
    zone_line = f"Times are in {words.zone_name(zone, now=now)}."
    return MessageDraft(
        topic=TOPIC,
        topic_id=new[0][0].pk,
        subject_key=f"place:{person.pk}",
        thread_key=f"place:{person.pk}",
        person_id=person.pk,
        contact_point_id=point_id,
        subject=f"You are called for {about} from now on",
        body="\n\n".join([*lines, zone_line]),
        lane=Lane.UPDATE,
    )

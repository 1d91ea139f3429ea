"""What wakes one person when, in sentences, from the resolver's own answer."""

from datetime import datetime, timedelta

from rosters.enums import SeverityLevel, Urgency
from rosters.logic import own_rules
from rosters.logic.own_rules import OwnWay
from rosters.logic.reachable import Contact
from rosters.models import ContactPoint, Person
from rosters.queries.directory import Wanted, load_directory

MINUTE = timedelta(minutes=1)


def sentences(person: Person, *, now: datetime) -> tuple[str, ...]:
    """How calls reach the person at each severity, and when the rest arrives; nothing without any
    number."""
    wanted = Wanted(person_ids=frozenset({person.pk}))
    directory = load_directory(wanted, starts_at=now, ends_at=now + MINUTE)
    urgent = {
        one: directory.contacts(person.pk, urgency=Urgency.URGENT, severity=one)
        for one in SeverityLevel.values
    }
    if not any(urgent.values()):
        return ()
    points = {one.pk: one for one in ContactPoint.objects.filter(person=person)}
    waits = directory.contacts(
        person.pk, urgency=Urgency.NORMAL, severity=SeverityLevel.MINOR.value
    )
    return (
        own_rules.wakes_when(
            {one: [_way(way, points) for way in ways] for one, ways in urgent.items()}
        ),
        own_rules.waits_when(
            [_way(way, points) for way in waits],
            person.quiet_from,
            person.quiet_until,
            holidays_in=person.region_name if person.rests_on_holidays else "",
        ),
    )


def _way(contact: Contact, points: dict[int, ContactPoint]) -> OwnWay:
    point = points.get(contact.contact_point_id)
    minutes = int(contact.delay / MINUTE)
    return OwnWay(
        contact.contact_point_id,
        contact.channel,
        minutes,
        address=point.address if point else "",
    )

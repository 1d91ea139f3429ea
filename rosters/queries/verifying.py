"""The codes that went to contact points, and those that wait to be typed."""

from collections.abc import Collection
from datetime import datetime

from rosters.logic.codes import DAY, Waiting
from rosters.models import ContactPoint, Message, Person, VerificationCode

TOPIC = "code"


def sent_to(point: ContactPoint, *, now: datetime) -> list[datetime]:
    """When codes were asked for within a day for this contact point."""
    rows = Message.objects.filter(topic=TOPIC, contact_point=point, created_at__gt=now - DAY)
    return list(rows.values_list("created_at", flat=True))


def asked_by(person: Person, *, now: datetime) -> int:
    """How many codes a person asked for within a day."""
    rows = Message.objects.filter(topic=TOPIC, person=person, created_at__gt=now - DAY)
    return rows.count()


def waiting_of(point_ids: Collection[int]) -> dict[int, Waiting]:
    """The code of each contact point that has one; one query."""
    return {
        row.contact_point_id: waiting(row)
        for row in VerificationCode.objects.filter(contact_point__in=point_ids)
    }


def waiting(row: VerificationCode) -> Waiting:
    """The row as logic reads it."""
    return Waiting(row.expires_at, row.tries, has_left=bool(row.code_hash))

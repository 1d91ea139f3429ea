"""The codes that went to contact points, and those that wait to be typed."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q
from django.utils.crypto import salted_hmac

from rosters.logic import addresses
from rosters.logic.codes import DAY, Waiting
from rosters.models import ContactPoint, Message, Person, VerificationCode

TOPIC = "code"


def mark_of(point: ContactPoint) -> str:
    """What is kept of the address beside a message: the same for the same number, worth nothing
    without the server's key, and still there when the contact point is removed and added again.
    """
    key = addresses.key_of(point.channel, point.address)
    return salted_hmac("muster.sent-to", key, algorithm="sha256").hexdigest()[:24]


def sent_to(point: ContactPoint, *, now: datetime, topic: str = TOPIC) -> list[datetime]:
    """When codes were asked for within a day for this number or address, by anybody."""
    there = Q(contact_point=point) | Q(subject_key__endswith=f":{mark_of(point)}")
    rows = Message.objects.filter(there, topic=topic, created_at__gt=now - DAY)
    return list(rows.values_list("created_at", flat=True))


def asked_by(person: Person, *, now: datetime, topic: str = TOPIC) -> list[datetime]:
    """When a person asked for codes within a day, wherever they went."""
    rows = Message.objects.filter(topic=topic, person=person, created_at__gt=now - DAY)
    return list(rows.values_list("created_at", flat=True))


def waiting_of(point_ids: Collection[int]) -> dict[int, Waiting]:
    """The code of each contact point that has one; one query."""
    return {
        row.contact_point_id: waiting(row)
        for row in VerificationCode.objects.filter(contact_point__in=point_ids)
    }


def waiting(row: VerificationCode) -> Waiting:
    """The row as logic reads it."""
    return Waiting(row.expires_at, row.tries, has_left=bool(row.code_hash))

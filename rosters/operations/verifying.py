"""Proving that a contact point reaches its person: a code goes there, and is typed here."""

import secrets
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from config.portal import queue
from config.portal.refusals import Refused, refuse_if
from rosters.enums import Channel, Lane
from rosters.logic import codes
from rosters.logic.addresses import PHONES, number_of, why_not_channel
from rosters.logic.drafts import MessageDraft
from rosters.models import ContactPoint, Message, Person, VerificationCode
from rosters.operations import carriage
from rosters.queries import verifying
from rosters.queries.lines import usable_channels

SUBJECT = "Your code for Muster"
SAID = "Your Muster code is {code}. It is good for 15 minutes. Not yours? Then ignore this."
SPOKEN = "This is Muster. Your code is: {code}. Once more: {code}. Not yours? Then hang up."


@transaction.atomic
def send_code(point: ContactPoint, *, by: Person, now: datetime) -> None:
    """A code waits to be carried to one's own contact point; an older one is worth nothing now.

    Raises Refused for somebody else's, without a carrier, and when too many have gone there.
    """
    Person.objects.select_for_update(no_key=True).get(pk=by.pk)  # ten at once are counted
    point = _own(point, by)
    sent = verifying.sent_to(point, now=now)
    why_not = why_not_channel(
        point.channel, is_usable=point.channel in usable_channels()
    ) or codes.why_not_send(
        sent,
        of_person=verifying.asked_by(by, now=now),
        is_verified=point.is_trusted,
        now=now,
    )
    refuse_if(why_not)
    _cancel([point], now=now)
    VerificationCode.objects.update_or_create(
        contact_point=point,
        defaults={
            "code_hash": "",
            "sent_at": now,
            "expires_at": now + codes.GOOD_FOR,
            "tries": 0,
            "sent_today": 1 + len(sent),
        },
    )
    draft = MessageDraft(
        topic=verifying.TOPIC,
        topic_id=int(now.timestamp()),
        subject_key=_key(point),
        person_id=by.pk,
        contact_point_id=point.pk,
        subject=SUBJECT,
        body=SPOKEN if point.channel == Channel.PHONE else SAID,
        lane=Lane.ESCALATION,  # whoever asked for it looks at that phone now
        lasts=codes.GOOD_FOR,
    )
    carriage.plan_messages([draft], now=now)
    queue.wake("muster.carry")


def mint_code(*, message: Message, now: datetime) -> str:
    """A fresh code for the message as it leaves; only its hash is kept. A caller hears digits.

    Text of somebody else's that reads like the placeholder stays as it is.
    """
    if message.topic != verifying.TOPIC:
        return "{code}"
    code = f"{secrets.randbelow(10**codes.DIGITS):0{codes.DIGITS}d}"
    point = message.contact_point
    VerificationCode.objects.filter(contact_point=point, sent_at=message.created_at).update(
        code_hash=digest(point, code), expires_at=now + codes.GOOD_FOR
    )
    return ", ".join(code) if point.channel == Channel.PHONE else code


def digest(point: ContactPoint, code: str) -> str:
    """What is stored of a code: worthless without the server's own key, six digits being few."""
    return salted_hmac(f"muster.code.{point.pk}", code, algorithm="sha256").hexdigest()


def verify(point: ContactPoint, code: str, *, by: Person, now: datetime) -> ContactPoint:
    """The typed code is the one that was sent: the contact point is verified, and works.

    Verifying twice changes nothing. Raises Refused when it is wrong, too old, or tried too often;
    a wrong one counts even so.
    """
    point, problem = _try(point, code, by=by, now=now)
    if problem:
        raise Refused(problem)
    return point


@transaction.atomic
def _try(
    point: ContactPoint, code: str, *, by: Person, now: datetime
) -> tuple[ContactPoint, str | None]:
    Person.objects.select_for_update(no_key=True).get(pk=by.pk)  # a twin may be typed elsewhere
    point = _own(point, by)
    if point.is_trusted:
        return point, None
    row = VerificationCode.objects.select_for_update().filter(contact_point=point).first()
    why_not = codes.why_not_try(verifying.waiting(row) if row else None, now=now)
    if why_not or row is None:
        return point, why_not
    if not codes.is_code(code):
        return point, codes.NOT_A_CODE
    if not constant_time_compare(row.code_hash, digest(point, codes.typed(code))):
        row.tries += 1
        row.save(update_fields=["tries"])
        return point, codes.wrong(row.tries)
    row.delete()
    prove(point, now=now)
    _prove_twins(point, now=now)
    return point, None


def _prove_twins(point: ContactPoint, *, now: datetime) -> None:
    """One number is one phone: the code that came by a call proves its text messages too."""
    if point.channel not in PHONES:
        return
    others = ContactPoint.objects.select_for_update(no_key=True).order_by("pk")
    twins = [
        one
        for one in others.filter(person=point.person_id, channel__in=PHONES)
        if not one.is_trusted and is_same_number(one, point)
    ]
    _cancel(twins, now=now)
    VerificationCode.objects.filter(contact_point__in=twins).delete()
    for twin in twins:
        prove(twin, now=now)


def take_over_proof(point: ContactPoint, *, now: datetime) -> bool:  # noqa: ARG001  # as every operation
    """The locked, new contact point is proved at once when its number is, by calls or by texts."""
    if point.channel not in PHONES or point.is_trusted:
        return False
    others = ContactPoint.objects.filter(person=point.person_id, channel__in=PHONES)
    proofs = [
        one.last_tested_at or one.verified_at
        for one in others.exclude(pk=point.pk).order_by("pk")
        if one.verified_at and one.is_trusted and is_same_number(one, point)
    ]
    proved_at = max((at for at in proofs if at), default=None)
    if proved_at:
        prove(point, now=proved_at)
    return proved_at is not None


def is_same_number(one: ContactPoint, other: ContactPoint) -> bool:
    """Whether both ring the same phone."""
    return number_of(one.address) == number_of(other.address)


def _key(point: ContactPoint) -> str:
    return f"code:{point.pk}:{verifying.mark_of(point)}"


def _cancel(points: Iterable[ContactPoint], *, now: datetime) -> None:
    carriage.cancel([_key(point) for point in points], now=now)


def prove(point: ContactPoint, *, now: datetime) -> None:
    """The locked contact point is known to reach its person: nothing said against it counts now."""
    point.verified_at = now
    point.last_tested_at = now
    point.last_failed_at, point.last_failure = None, ""
    point.reported_wrong_at, point.reported_wrong_by, point.what_is_wrong = None, None, ""
    point.save(update_fields=PROVED)


PROVED = [
    "verified_at",
    "last_tested_at",
    "last_failed_at",
    "last_failure",
    "reported_wrong_at",
    "reported_wrong_by",
    "what_is_wrong",
]


def _own(point: ContactPoint, by: Person) -> ContactPoint:
    """The contact point, locked; only its own person may verify it."""
    if point.person_id != by.pk:
        raise Refused("You can verify only your own numbers.")
    found = ContactPoint.objects.select_for_update(no_key=True).filter(pk=point.pk).first()
    if found is None:
        raise Refused("This is no longer there. It was removed.")
    return found

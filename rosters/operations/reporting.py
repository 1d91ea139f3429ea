"""Somebody says that a number is wrong: its owner hears of it by another way."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from config.portal import queue
from config.portal.refusals import Refused
from rosters.enums import Channel, Lane
from rosters.logic.addresses import key_of
from rosters.logic.drafts import MessageDraft
from rosters.logic.reasons import in_one_line
from rosters.models import ContactPoint, ContactView, Membership, Person
from rosters.operations import carriage
from rosters.queries.lines import usable_channels

SHOWN_WITHIN = timedelta(days=7)
WAYS = (Channel.EMAIL, Channel.SMS, Channel.CHAT, Channel.PUSH, Channel.PHONE)
NAMES = {
    Channel.PHONE: "phone number",
    Channel.SMS: "number for text messages",
    Channel.EMAIL: "e-mail address",
    Channel.CHAT: "chat account",
    Channel.PUSH: "push device",
}


@transaction.atomic
def report_wrong(point: ContactPoint, *, what: str, by: Person, now: datetime) -> Person | None:
    """The contact point is said to be wrong; it counts as unverified until a code arrives there.

    Whoever owns it is told by another way, or the lead of their team when there is none; returns
    who was told. Saying it again changes nothing. Raises Refused without words, and for people to
    whom Muster did not show the number lately.
    """
    what = in_one_line(what)
    if not what:
        raise Refused("Say what happened. One line is enough.")
    if not _was_shown(point, by=by, now=now):
        raise Refused("Only those who were shown the number can say that it is wrong.")
    locked = ContactPoint.objects.select_for_update(of=("self",), no_key=True)
    found = locked.select_related("person").filter(pk=point.pk).first()
    if found is None or found.reported_wrong_at is not None:
        return None
    found.reported_wrong_at, found.reported_wrong_by, found.what_is_wrong = now, by, what
    found.save(update_fields=["reported_wrong_at", "reported_wrong_by", "what_is_wrong"])
    other = _another_way(found, now=now)
    if other is None:
        return None
    carriage.plan_messages([_draft(found, other, by=by, now=now)], now=now)
    queue.wake("muster.carry")
    return other.person


def _was_shown(point: ContactPoint, *, by: Person, now: datetime) -> bool:
    looks = ContactView.objects.filter(viewer=by, person=point.person_id)
    return by.pk == point.person_id or looks.filter(at__gt=now - SHOWN_WITHIN).exists()


def _another_way(point: ContactPoint, *, now: datetime) -> ContactPoint | None:
    """How to tell the owner without the wrong number; else their lead."""
    key = key_of(point.channel, point.address)
    own = ContactPoint.objects.filter(person=point.person_id).select_related("person")
    others = [one for one in own if key_of(one.channel, one.address) != key]
    leads = Membership.objects.filter(
        team__memberships__person=point.person_id,
        is_lead=True,
        person__in=Person.objects.employed(now=now),
    ).exclude(person=point.person_id)
    beside = ContactPoint.objects.filter(person__in=leads.values("person_id"))
    return _best(others) or _best(list(beside.select_related("person").order_by("person_id")))


def _best(points: list[ContactPoint]) -> ContactPoint | None:
    carried = usable_channels()
    usable = [one for one in points if one.channel in carried]
    order = {channel: number for number, channel in enumerate(WAYS)}
    return min(
        usable,
        key=lambda one: (not one.is_trusted, order[Channel(one.channel)], one.pk),
        default=None,
    )


def _draft(point: ContactPoint, other: ContactPoint, *, by: Person, now: datetime) -> MessageDraft:
    name = NAMES[Channel(point.channel)]
    is_own = other.person_id == point.person_id
    whose = f"your {name}" if is_own else f"the {name} of {point.person.full_name}"
    link = "/me/contact/" if is_own else f"/people/{point.person_id}/"
    mend = "Mend it or verify it again" if is_own else "Help to mend it"
    return MessageDraft(
        topic="wrong",
        topic_id=int(now.timestamp()),
        subject_key=f"wrong:{point.pk}",
        person_id=other.person_id,
        contact_point_id=other.pk,
        subject=f"Somebody says that {whose} is wrong",
        body=(
            f"{by.full_name} says that {whose} is wrong: “{point.what_is_wrong}”\n\n"
            f"{mend}: {settings.PUBLIC_URL}{link}"
        ),
        lane=Lane.UPDATE,
    )

"""Answers by a text message, by a key on the phone, by a button in a chat.

What a carrier hears ends here, whatever it is: the receiver of a message says yes or no, and is
told what came of it. Hearing the same thing twice is the same as once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from config.portal import queue, words
from config.portal.refusals import Refused
from incidents.enums import AnswerWay
from incidents.logic import replies
from incidents.logic.replies import Given, Waiting
from incidents.models import Incident, Notification, ReplyNumber
from incidents.operations import answers
from incidents.operations.lifecycle import AlreadyAcknowledged
from rosters.enums import Channel, Lane
from rosters.logic.addresses import key_of
from rosters.logic.drafts import MessageDraft
from rosters.logic.gsm import gsm7
from rosters.models import ContactPoint, Message
from rosters.operations import carriage

TOPIC = "reply"
MOST_REPLIES, WITHIN = 6, timedelta(minutes=10)
"""More often we do not answer a phone: two machines could otherwise talk for ever."""

WAYS = {
    Channel.PHONE.value: AnswerWay.PHONE,
    Channel.SMS.value: AnswerWay.SMS,
    Channel.CHAT.value: AnswerWay.CHAT,
}
ABOUT = ("person", "run__clock", "incident__acknowledged_by")
CALLS = tuple(f"notification__{name}" for name in ABOUT)


def mint_yes(*, message: Message, now: datetime) -> str:
    """The number that takes the message's call, when it is sent back.

    Text of somebody else's that reads like the placeholder stays as it is; so with `mint_no`.
    """
    return str(_number(message, now=now)) if _is_text_call(message) else "{reply_yes}"


def mint_no(*, message: Message, now: datetime) -> str:
    """The number that passes the message's call on, when it is sent back."""
    return str(_number(message, now=now) + 1) if _is_text_call(message) else "{reply_no}"


def _is_text_call(message: Message) -> bool:
    return message.topic == Notification.TOPIC and message.contact_point.channel == Channel.SMS


@transaction.atomic
def _number(message: Message, *, now: datetime) -> int:
    """The odd number of this call at this phone; the same for every attempt."""
    point = ContactPoint.objects.select_for_update(no_key=True).get(pk=message.contact_point_id)
    rows = list(ReplyNumber.objects.filter(contact_point=point).select_related(*CALLS))
    known = next((one for one in rows if one.notification_id == message.topic_id), None)
    if known is not None:
        return known.number
    given = [Given(one.number, one.given_at, _is_open(one, now=now)) for one in rows]
    number = replies.free_number(given, now=now)
    ReplyNumber.objects.update_or_create(
        contact_point=point,
        number=number,
        defaults={"notification_id": message.topic_id, "given_at": now},
    )
    return number


def _is_open(row: ReplyNumber, *, now: datetime) -> bool:
    """Whether its call still waits for an answer from this phone."""
    notification = row.notification
    if notification.answer or answers.why_not_answer(notification, now=now):
        return False
    holder_id = notification.incident.acknowledged_by_id
    is_question = answers.choice(notification, takes=True) == "still"
    return holder_id == notification.person_id if is_question else holder_id is None


@dataclass(frozen=True)
class Heard:
    """What we say to somebody who answered, and whether anything was answered by it."""

    said: str
    is_answer: bool


def hear_text(address: str, text: str, *, now: datetime) -> Heard | None:
    """A text message came from this number; we say what it did by one of our own.

    None, and no word, for a number that is nobody's.
    """
    points = _phones(address)
    if not points:
        return None
    heard = _understood(points, text, now=now)
    _say(points[0], heard.said, now=now)
    return heard


def _phones(address: str) -> list[ContactPoint]:
    """Whose phones have this number; people who share one phone share its answers."""
    key = key_of(Channel.SMS, address)
    rows = ContactPoint.objects.filter(channel=Channel.SMS).select_related("person")
    return [one for one in rows.order_by("pk") if key_of(one.channel, one.address) == key]


def _understood(points: Sequence[ContactPoint], text: str, *, now: datetime) -> Heard:
    reply = replies.read(text)
    rows = list(
        ReplyNumber.objects.filter(contact_point__in=points)
        .select_related(*CALLS)
        .order_by("number")
    )
    waiting = [one for one in rows if _is_open(one, now=now)]
    chosen, takes = None, bool(reply.takes)
    if reply.number is not None:
        first, takes = replies.first_of(reply.number), replies.takes(reply.number)
        chosen = next((one for one in rows if one.number == first), None)
    elif reply.takes is not None and len(waiting) == 1:
        chosen = waiting[0]
    if chosen is None:
        listed = [Waiting(one.notification.incident.reference, one.number) for one in waiting]
        return Heard(replies.not_understood(listed), is_answer=False)
    return answer(chosen.notification, takes=takes, way=AnswerWay.SMS, now=now)


def press(message: Message, *, takes: bool, way: AnswerWay, now: datetime) -> Heard | None:
    """A key was pressed on the phone, or a button in the chat, that this message came with.

    None when the message asked for no answer.
    """
    if message.topic != Notification.TOPIC:
        return None
    rows = Notification.objects.select_related(*ABOUT)
    notification = rows.filter(pk=message.topic_id, person=message.person_id).first()
    if notification is None:
        return None
    return answer(notification, takes=takes, way=way, now=now)


def by_carrier(message: Message, choice: str, *, now: datetime) -> str:
    """A carrier says which key or button its message was answered with; what came of it."""
    way = WAYS.get(message.contact_point.channel, AnswerWay.LINK)
    heard = press(message, takes=choice == "acknowledge", way=way, now=now)
    if heard is None:
        return "There is nothing to answer."
    if way == AnswerWay.CHAT:  # a chat shows nothing of what its request is answered
        _say(message.contact_point, heard.said, now=now, answered=message)
    return heard.said


def answer(notification: Notification, *, takes: bool, way: AnswerWay, now: datetime) -> Heard:
    """The receiver says yes or no; what came of it, in one sentence for their own clock."""
    choice = answers.choice(notification, takes=takes)
    try:
        incident = answers.take(notification, choice, now=now, way=way)
    except AlreadyAcknowledged:
        fresh = Incident.objects.select_related("acknowledged_by").get(pk=notification.incident_id)
        return Heard(_lost(fresh, notification), is_answer=False)
    except Refused as refused:
        return Heard(f"Muster: {refused}", is_answer=False)
    return Heard(_came_of(choice, incident, notification, way), is_answer=True)


def _came_of(choice: str, incident: Incident, notification: Notification, way: AnswerWay) -> str:
    name = incident.reference
    if choice == "pass":
        return replies.passed(name)
    if choice == "back":
        return replies.given_back(name)
    if choice == "still":
        return replies.still(name)
    if incident.acknowledged_by_id != notification.person_id:
        return replies.taken_too(name, str(incident.acknowledged_by))
    if way == AnswerWay.PHONE:
        return replies.taken(name)
    return replies.taken(name, settings.PUBLIC_URL + reverse("incidents:detail", args=[name]))


def _lost(incident: Incident, notification: Notification) -> str:
    zone = ZoneInfo(notification.person.time_zone)
    at = words.clock(incident.acknowledged_at, zone=zone) if incident.acknowledged_at else ""
    return replies.lost(incident.reference, str(incident.acknowledged_by), at)


def _say(point: ContactPoint, said: str, *, now: datetime, answered: Message | None = None) -> None:
    """Say it back. In the thread of what was `answered`, and under its subject: there it stands in
    the place of the call, which must still say what it was about."""
    lately = Message.objects.filter(
        topic=TOPIC, contact_point=point, created_at__gt=now - WITHIN
    ).count()
    if lately >= MOST_REPLIES:
        return
    draft = MessageDraft(
        topic=TOPIC,
        topic_id=int(now.timestamp() * 1000),
        subject_key=f"{TOPIC}:{point.pk}",
        person_id=point.person_id,
        contact_point_id=point.pk,
        thread_key=answered.thread_key if answered else "",
        subject=answered.subject if answered else "Muster heard your answer",
        body=gsm7(said) if point.channel == Channel.SMS else said,
        lane=Lane.ESCALATION,
        lasts=timedelta(minutes=15),
    )
    carriage.plan_messages([draft], now=now)
    queue.wake("muster.carry")

"""One word to one person, by the way they want what can wait."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from config.portal import queue
from rosters.enums import Channel, Lane, Urgency
from rosters.logic.drafts import MessageDraft
from rosters.logic.reachable import Contact
from rosters.models import ContactPoint, ContactRule, Person
from rosters.operations import carriage
from rosters.queries.lines import usable_channels


@dataclass(frozen=True)
class Word:
    """What is said. `topic` (20 characters) and `topic_id` say it once; `subject_key` ends it.

    It waits for the end of quiet hours, unless it `is_pressing`. What is about the same thing
    (`about_key`, `about_name`) and can wait is said in one.
    """

    topic: str
    topic_id: int
    subject_key: str
    subject: str
    body: str
    is_pressing: bool = False
    about_key: str = ""
    about_name: str = ""


def tell(person: Person, word: Word, *, now: datetime) -> bool:
    """The word waits to be carried, in the caller's transaction; the same one is not said twice.

    False when there is no way to reach the person.
    """
    point = _where(person)
    if point is None:
        return False
    draft = MessageDraft(
        topic=word.topic,
        topic_id=word.topic_id,
        subject_key=word.subject_key,
        person_id=person.pk,
        contact_point_id=point,
        subject=word.subject,
        body=word.body,
        lane=Lane.ESCALATION if word.is_pressing else Lane.UPDATE,
        about_key=word.about_key,
        about_name=word.about_name,
    )
    carriage.plan_messages([draft], now=now)
    queue.wake("muster.carry")
    return True


def wake(person: Person, word: Word, contacts: Sequence[Contact], *, now: datetime) -> bool:
    """As `tell`, by the ways and at the times that the person chose for what is urgent.

    `contacts` are these, as the resolver has them. False when there is no way to reach the person.
    """
    carried = usable_channels()
    usable = [one for one in contacts if one.channel in carried]
    if not usable:
        return tell(person, replace(word, is_pressing=True), now=now)
    drafts = [
        MessageDraft(
            topic=word.topic,
            topic_id=word.topic_id,
            subject_key=word.subject_key,
            person_id=person.pk,
            contact_point_id=one.contact_point_id,
            subject=word.subject,
            body=word.body,
            lane=Lane.ESCALATION,
            delay=one.delay,
        )
        for one in usable
    ]
    carriage.plan_messages(drafts, now=now)
    queue.wake("muster.carry")
    return True


def _where(person: Person) -> int | None:
    """The first contact point for what can wait, else a mailbox, else any that has a carrier."""
    rules = ContactRule.objects.filter(
        person=person, urgency=Urgency.NORMAL, contact_point__channel__in=usable_channels()
    )
    first = rules.order_by("delay_minutes", "order", "pk").first()
    if first is not None:
        return first.contact_point_id
    points = list(
        ContactPoint.objects.filter(person=person, channel__in=usable_channels()).order_by("pk")
    )
    mailbox = next((one.pk for one in points if one.channel == Channel.EMAIL), None)
    return mailbox or next((one.pk for one in points), None)

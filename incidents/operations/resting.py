"""Whoever was told of a call that somebody else has taken hears that they can rest."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from config.portal import queue
from incidents.enums import Promise
from incidents.logic.wordings import SHIPPED_BOOK, Book
from incidents.models import Incident, Notification, TimelineEntry
from incidents.operations import wording
from incidents.queries import wordings
from rosters.enums import Channel, Lane, MessageState
from rosters.logic.drafts import MessageDraft
from rosters.models import Message, Person
from rosters.operations import carriage

TOPIC = "rest"
TOLD_WITHIN = timedelta(hours=4)
GOOD_FOR = timedelta(minutes=15)


def tell(incident: Incident, entry: TimelineEntry, *, by: Person, now: datetime) -> None:
    """Those whom a call of the same promise reached, and who need not answer, are told once.

    By the same ways, but never by a phone call: nobody is woken to hear that they may sleep. In
    the caller's transaction, after the promise was kept; `entry` is the acknowledgement.
    """
    reached = list(_reached(incident, by, now))
    book = wordings.book() if reached else SHIPPED_BOOK
    drafts = [_draft(incident, entry, one, by=by, now=now, book=book) for one in reached]
    if drafts:
        carriage.plan_messages(drafts, now=now)
        queue.wake("muster.carry")


def take_back(incident_ids: Iterable[int], *, now: datetime) -> None:
    """Nobody is on it any more: whoever has not heard yet that they can rest does not."""
    carriage.cancel([_key(pk) for pk in incident_ids], now=now)


def _key(incident_id: int) -> str:
    return f"{TOPIC}:{incident_id}"


def _reached(incident: Incident, by: Person, now: datetime) -> Iterator[Message]:
    """One message for each way by which somebody else was told, of calls nobody waits for."""
    calls = Notification.objects.filter(
        incident=incident,
        answer="",
        run__clock__promise=Promise.ACKNOWLEDGE,
        run__clock__met_at__isnull=False,
    ).exclude(person=by)
    sent = Message.objects.filter(
        topic=Notification.TOPIC,
        topic_id__in=calls.values("pk"),
        state=MessageState.SENT,
        sent_at__gt=now - TOLD_WITHIN,
    ).exclude(contact_point__channel=Channel.PHONE)
    seen: set[int] = set()
    for message in sent.select_related("person", "contact_point").order_by("-pk"):
        if message.contact_point_id not in seen:
            seen.add(message.contact_point_id)
            yield message


def _draft(
    incident: Incident,
    entry: TimelineEntry,
    told: Message,
    *,
    by: Person,
    now: datetime,
    book: Book,
) -> MessageDraft:
    said = wording.rested(told.contact_point, told.person, incident, by=by, now=now, book=book)
    return MessageDraft(
        topic=TOPIC,
        topic_id=entry.pk,
        subject_key=_key(incident.pk),
        thread_key=told.thread_key,
        person_id=told.person_id,
        contact_point_id=told.contact_point_id,
        subject=said.subject,
        body=said.body,
        lane=Lane.ESCALATION,
        lasts=GOOD_FOR,
    )

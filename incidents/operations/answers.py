"""Answers to a message: the link that goes out, and what its receiver may do before signing in."""

import hashlib
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from config.portal import queue
from config.portal.refusals import refuse_if
from config.portal.sentences import phrase
from incidents.enums import Answer, AnswerWay, EntryKind, Promise
from incidents.logic.attention import PURPOSE, is_question
from incidents.models import AnswerToken, Incident, Notification
from incidents.operations import attending, each, lifecycle, timeline, unreached
from rosters.models import Message

ALPHABET = "ABCDEFGHJKMNPQRSTVWXYZ0123456789"  # Crockford's base 32: nothing to mistake
LENGTH = 11


def digest(token: str) -> str:
    """What is stored of a token. Tokens have 55 random bits, so no salt is needed."""
    return hashlib.sha256(token.upper().encode()).hexdigest()


def mint_link(*, message: Message, now: datetime) -> str:
    """A fresh link that answers for the message's notification; only its digest is kept.

    Empty when there is nothing to answer: only the acknowledge clock asks, and "still on it?".
    """
    asks = Notification.objects.filter(
        Q(run__clock__promise=Promise.ACKNOWLEDGE) | Q(purpose__startswith=f"{PURPOSE} "),
        pk=message.topic_id,
    )
    if message.topic != Notification.TOPIC or not asks.exists():
        return ""
    token = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    AnswerToken.objects.create(
        notification_id=message.topic_id, digest=digest(token), created_at=now
    )
    return settings.PUBLIC_URL + reverse("incidents:answer", args=[token])


def find(token: str) -> Notification | None:
    """The notification that a link answers for, or None when Muster never sent such a link."""
    found = (
        AnswerToken.objects.filter(digest=digest(token))
        .select_related(
            "notification__person",
            "notification__run__clock",
            "notification__run__version",
            "notification__incident__service__owner_team",
            "notification__incident__acknowledged_by",
        )
        .first()
    )
    return found.notification if found else None


def why_not_read(notification: Notification, *, now: datetime) -> str | None:
    """Whether its link says anything: not to somebody who has left, from that instant on."""
    person = notification.person
    if person.has_left(now):
        words = "This link was sent to {who}, who has left. We call the next person."
        return phrase(words, who=person.full_name)
    return None


def why_not_answer(notification: Notification, *, now: datetime) -> str | None:
    """Whether its link still works: while its climb is open and waits for an acknowledgement."""
    why_not = why_not_read(notification, now=now)
    if why_not:
        return why_not
    run = notification.run
    is_call = run is not None and run.clock.promise == Promise.ACKNOWLEDGE
    if not is_call and not is_question(notification.purpose):
        return phrase("This link only tells. Sign in to act.")
    if not notification.incident.is_open:
        words = "{name} is resolved. You do not need to do anything."
        return phrase(words, name=notification.incident.reference)
    return None


def take(
    notification: Notification, choice: str, *, now: datetime, way: AnswerWay = AnswerWay.LINK
) -> Incident:
    """The receiver answers, with one of `choices`, by whatever way.

    Raises AlreadyAcknowledged for the loser of a race, and Refused with a sentence.
    """
    return choices(notification)[choice](notification, now=now, way=way)


def acknowledge(
    notification: Notification, *, now: datetime, way: AnswerWay = AnswerWay.LINK
) -> Incident:
    """The person who was told is looking at it. Raises as `lifecycle.acknowledge`."""
    _refuse(notification, now=now)
    return lifecycle.acknowledge(notification.incident, by=notification.person, now=now, way=way)


def stay(notification: Notification, *, now: datetime, way: AnswerWay = AnswerWay.LINK) -> Incident:
    """The person who was asked is still on it. Raises as `attending.give`."""
    _refuse(notification, now=now)
    return attending.give(notification.incident, by=notification.person, now=now, way=way)


@transaction.atomic
def give_back(
    notification: Notification, *, now: datetime, way: AnswerWay = AnswerWay.LINK
) -> Incident:
    """The person who was asked is not on it any more: the calls go on. Twice changes nothing."""
    del way  # the timeline says who, and that is all of it
    _refuse(notification, now=now)
    incident = lifecycle.lock(notification.incident_id)
    if incident.acknowledged_by_id != notification.person_id:
        return incident
    return lifecycle.hand_back(incident, by=notification.person, now=now)


@transaction.atomic
def pass_on(
    notification: Notification, *, now: datetime, way: AnswerWay = AnswerWay.LINK
) -> Incident:
    """The person cannot take it: the next step is due at once. Doing it twice changes nothing."""
    _refuse(notification, now=now)
    incident = lifecycle.lock(notification.incident_id)
    person, is_taken = notification.person, incident.acknowledged_at is not None
    if is_taken and not each.is_waited_for(incident, person, now=now):
        raise lifecycle.AlreadyAcknowledged(incident)
    fresh = Notification.objects.filter(pk=notification.pk, answer="").update(
        answer=Answer.PASSED, answered_at=now, answered_through=way
    )
    if fresh:
        going = unreached.going_on([notification.run_id])
        going.filter(next_due_at__gt=now).update(next_due_at=now)
        timeline.record(incident, EntryKind.PASSED, at=now, by=person, who=str(person))
        if is_taken:
            each.settle(incident, by=person, now=now)
        queue.wake("muster.tick")
    return incident


def _refuse(notification: Notification, *, now: datetime) -> None:
    refuse_if(why_not_answer(notification, now=now))


Act = Callable[..., Incident]
CALLED: Mapping[str, Act] = {"acknowledge": acknowledge, "pass": pass_on}
ASKED: Mapping[str, Act] = {"acknowledge": acknowledge, "still": stay, "back": give_back}


def choices(notification: Notification) -> Mapping[str, Act]:
    """How it can be answered: as a call, or as the question whether somebody is still on it."""
    return ASKED if is_question(notification.purpose) else CALLED


def choice(notification: Notification, *, takes: bool) -> str:
    """What the plain yes or no of a number, a key or a button means for this notification."""
    if is_question(notification.purpose):
        return "still" if takes else "back"
    return "acknowledge" if takes else "pass"

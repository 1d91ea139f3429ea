"""Carrying messages to people: planned in the act's transaction, sent later under a lease.

A message is claimed in a short transaction (`claiming`), looked at once more just before it is
handed over, and recorded only by the sender that still holds its lease (`recording`). No
transaction is open during a hand-over. A sender that is killed loses its lease after 30 seconds;
the message is then tried again: at most one recognisable copy for each kill.
"""

import logging
import random
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache

from django.conf import settings
from django.db.models import F, Value
from django.db.models.functions import Greatest
from django.utils.module_loading import import_string

from config.portal.by_hand import table
from rosters.channels.contract import Carrier, Outgoing, Receipt, SendFailed
from rosters.enums import MessageState
from rosters.logic.drafts import MessageDraft
from rosters.logic.quiet import QuietHours
from rosters.models import Message
from rosters.operations import recording
from rosters.operations.claiming import EXPIRES_AFTER, claim, hold, release
from rosters.operations.recording import Attempt
from rosters.queries.quiet import quiet_hours_of

logger = logging.getLogger(__name__)

SWEEP_SECONDS = 2.0
HAND_OVER_SECONDS = 20.0
SUBJECT_LENGTH = 200
ANSWER_LINK = "answer_link"


def plan_messages(drafts: Sequence[MessageDraft], *, now: datetime) -> None:
    """The messages wait to be carried; in the caller's transaction, in one statement.

    A second message for the same topic and contact point is not made. What may wait leaves when its
    person's quiet hours have ended; what is urgent asks for none.
    """
    quiet = quiet_hours_of({draft.person_id for draft in drafts if draft.may_wait})
    table(Message).add_missing(
        [
            Message(
                topic=draft.topic,
                topic_id=draft.topic_id,
                subject_key=draft.subject_key,
                thread_key=draft.thread_key,
                person_id=draft.person_id,
                contact_point_id=draft.contact_point_id,
                subject=_one_line(draft.subject),
                body=draft.body,
                lane=draft.lane,
                created_at=now,
                not_before=(due_at := _due(draft, quiet, now=now)),
                expires_at=due_at + (draft.lasts or EXPIRES_AFTER),
            )
            for draft in drafts
        ]
    )


def _due(draft: MessageDraft, quiet: Mapping[int, QuietHours], *, now: datetime) -> datetime:
    due_at = now + draft.delay
    hours = quiet.get(draft.person_id) if draft.may_wait else None
    return hours.released(due_at) if hours else due_at


def _one_line(subject: str) -> str:
    """A title from outside may hold line breaks; a mail header must not."""
    return " ".join(subject.split())[:SUBJECT_LENGTH]


def cancel(subject_keys: Iterable[str], *, now: datetime) -> int:  # noqa: ARG001  # as every operation
    """What waits for these subjects is no longer needed; returns how many messages that were.

    In the caller's transaction. Once it has committed, none of them is handed to a carrier any
    more. One that its carrier was given before the commit cannot be called back: it arrives, and
    is then recorded as sent, as it was.
    """
    return Message.objects.for_subject(*subject_keys).waiting().update(state=MessageState.CANCELLED)


def cancel_about(topic: str, topic_ids: Iterable[int], *, now: datetime) -> int:  # noqa: ARG001  # as every operation
    """As `cancel`, for what waits about these things alone."""
    about = Message.objects.filter(topic=topic, topic_id__in=list(topic_ids))
    return about.waiting().update(state=MessageState.CANCELLED)


def revive(subject_keys: Iterable[str], *, now: datetime) -> int:
    """What was cancelled for these subjects waits again; returns how many messages that were.

    In the caller's transaction. What a carrier holds at this moment is with it as before, so that
    nothing is handed over twice.
    """
    cancelled = Message.objects.for_subject(*subject_keys).filter(state=MessageState.CANCELLED)
    held = cancelled.filter(lease_until__gte=now).update(state=MessageState.SENDING)
    waiting = cancelled.filter(expires_at__gt=now).update(
        state=MessageState.PLANNED,
        not_before=Greatest(F("not_before"), now),
        lease_until=None,
        lease_token=None,
    )
    return held + waiting


def put_off(subject_keys: Iterable[str], *, until: datetime) -> int:
    """What waits for these subjects leaves at `until` at the earliest; returns how many.

    In the caller's transaction. It lasts as much longer as it waits. What a carrier was given
    before the commit arrives.
    """
    later = F("expires_at") + (Value(until) - F("not_before"))
    waiting = Message.objects.for_subject(*subject_keys).filter(state=MessageState.PLANNED)
    return waiting.filter(not_before__lt=until).update(not_before=until, expires_at=later)


def let_go(subject_keys: Iterable[str], *, held_until: datetime, now: datetime) -> int:
    """What was put off until then leaves now; returns how many messages that were."""
    waiting = Message.objects.for_subject(*subject_keys).filter(state=MessageState.PLANNED)
    sooner = F("expires_at") - (F("not_before") - Value(now))
    return waiting.filter(not_before=held_until).update(not_before=now, expires_at=sooner)


def carry_all(*, clock: Callable[[], datetime], jitter: Callable[[], float] = random.random) -> int:
    """Carry until nothing is due or two seconds have passed; returns how many were handed over.

    Any number of sweeps may run at once. `jitter` gives numbers from 0 to 1.
    """
    sweep = Sweep(clock, jitter)
    begun = time.monotonic()
    total = 0
    while time.monotonic() < begun + SWEEP_SECONDS:
        claimed = claim(now=clock(), without=list(sweep.away))
        if claimed.is_idle:
            break
        total += sweep.hand_over_all(claimed.messages, stop_at=begun + HAND_OVER_SECONDS)
    return total


@dataclass
class Sweep:
    """One run over what is due. `away`: channels whose carrier could not be reached in it."""

    clock: Callable[[], datetime]
    jitter: Callable[[], float]
    away: dict[str, SendFailed] = field(default_factory=dict)

    def hand_over_all(self, messages: Sequence[Message], *, stop_at: float) -> int:
        """Hand each over; when time is up, the rest is given back for somebody else to take."""
        total = 0
        for number, message in enumerate(messages):
            if time.monotonic() > stop_at:
                release(messages[number:])
                break
            total += self.hand_over(message)
        return total

    def hand_over(self, message: Message) -> bool:
        """The claimed message is with its carrier, if it is still wanted; says whether it is.

        Behind a carrier that could not be reached a moment ago nobody waits: the same is taken to
        be true of the next message for it, so that each person's next channel is not held up.
        """
        started_at = self.clock()
        if not hold(message, now=started_at):
            return False
        result = self._send(message, now=started_at)
        attempt = Attempt(message, started_at, self.clock())
        if isinstance(result, SendFailed):
            recording.failed(attempt, result, jitter=self.jitter())
            return False
        recording.succeeded(attempt, result)
        return True

    def _send(self, message: Message, *, now: datetime) -> Receipt | SendFailed:
        channel = message.contact_point.channel
        if channel in self.away:
            return self.away[channel]
        try:
            return _carrier(channel).send(_outgoing(message, now=now))
        except SendFailed as why:
            if why.is_away:
                self.away[channel] = why
            return why
        except Exception as broken:  # one message never stops the batch
            logger.exception("carriage failed", extra={"message_id": message.pk})
            return SendFailed(type(broken).__name__, permanent=False)


@cache
def _load(path: str) -> type[Carrier]:
    carrier: type[Carrier] = import_string(path)
    return carrier


def _carrier(channel: str) -> Carrier:
    path = settings.CARRIERS.get(channel)
    if path is None:
        raise SendFailed(f"Muster has no carrier for {channel}.", permanent=True)
    return _load(path)()


def _outgoing(message: Message, *, now: datetime) -> Outgoing:
    """The message with its placeholder filled; what fills it is committed before this returns."""
    body, link = message.body, ""
    for name, path in settings.CARRIAGE_FILLERS.items():
        is_answer = name == ANSWER_LINK
        placeholder = f"{{{name}}}"
        wanted = is_answer and _carrier(message.contact_point.channel).wants_answer_link
        if wanted or placeholder in body:
            filled = import_string(path)(message=message, now=now)
            body = body.replace(placeholder, filled)
            link = filled if is_answer else link
    return Outgoing(
        message_id=message.pk,
        address=message.contact_point.address,
        person_name=message.person.full_name,
        channel=message.contact_point.channel,
        subject=message.subject,
        body=body,
        thread_key=message.thread_key,
        idempotency_key=f"message:{message.pk}",
        answer_link=link,
        at=now,
    )

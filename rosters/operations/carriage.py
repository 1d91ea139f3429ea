"""Carrying messages to people: planned in the act's transaction, sent later under a lease.

A message is claimed in a short transaction (`claiming`), looked at once more just before it is
handed over (`sending`), and recorded only by the sender that still holds its lease (`recording`).
No transaction is open during a hand-over. A sender that is killed loses its lease after 30 seconds;
the message is then tried again: at most one recognisable copy for each kill.
"""

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Greatest

from config.portal.by_hand import table
from rosters.enums import PASSING, MessageState, Withheld
from rosters.logic.drafts import MessageDraft
from rosters.logic.quiet import QuietHours
from rosters.models import Message
from rosters.operations.fallback import EXPIRES_AFTER
from rosters.operations.sending import Sweep
from rosters.queries.quiet import quiet_hours_of
from rosters.querysets import MessageQuerySet

SUBJECT_LENGTH = 200
_CANCELLED = Value(MessageState.CANCELLED.value)
_SUPPRESSED = Value(MessageState.SUPPRESSED.value)


def plan_messages(drafts: Sequence[MessageDraft], *, now: datetime) -> None:
    """The messages wait to be carried; in the caller's transaction, in one statement.

    A second message for the same topic and contact point is not made. What may wait leaves when its
    person's quiet hours have ended; what is urgent asks for none.
    """
    quiet = quiet_hours_of({draft.person_id for draft in drafts if draft.may_wait})
    messages = table(Message)
    messages.add_missing(
        [
            messages.new(
                topic=draft.topic,
                topic_id=draft.topic_id,
                subject_key=draft.subject_key,
                thread_key=draft.thread_key,
                person_id=draft.person_id,
                contact_point_id=draft.contact_point_id,
                subject=_one_line(draft.subject),
                body=draft.body,
                lane=draft.lane,
                via_id=draft.via,
                about_key=draft.about_key,
                about_name=draft.about_name,
                state=MessageState.SUPPRESSED if draft.is_spare else MessageState.PLANNED,
                withheld=_withheld(draft, quiet, now=now),
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


def _withheld(draft: MessageDraft, quiet: Mapping[int, QuietHours], *, now: datetime) -> str:
    if draft.is_spare:
        return Withheld.OTHER_WAY
    hours = quiet.get(draft.person_id) if draft.may_wait else None
    return hours.why(now + draft.delay) if hours else ""


def _one_line(subject: str) -> str:
    """A title from outside may hold line breaks; a mail header must not."""
    return " ".join(subject.split())[:SUBJECT_LENGTH]


def cancel(subject_keys: Iterable[str], *, now: datetime) -> int:  # noqa: ARG001  # as every operation
    """What waits for these subjects is no longer needed; returns how many messages that were.

    In the caller's transaction. Once it has committed, none of them is handed to a carrier any
    more. One that its carrier was given before the commit cannot be called back: it arrives, and
    is then recorded as sent, as it was.
    """
    return _end(Message.objects.for_subject(*subject_keys).waiting())


def cancel_about(topic: str, topic_ids: Iterable[int], *, now: datetime) -> int:  # noqa: ARG001  # as every operation
    """As `cancel`, for what waits about these things alone."""
    return _end(Message.objects.filter(topic=topic, topic_id__in=list(topic_ids)).waiting())


def _end(waiting: MessageQuerySet) -> int:
    """What was held back was not sent for that reason; the rest is simply not needed any more."""
    is_held = When(state=MessageState.PLANNED, withheld__in=PASSING, then=_SUPPRESSED)
    return waiting.update(state=Case(is_held, default=_CANCELLED))


def revive(subject_keys: Iterable[str], *, now: datetime) -> int:
    """What was cancelled for these subjects waits again; returns how many messages that were.

    In the caller's transaction. What a carrier holds at this moment is with it as before, so that
    nothing is handed over twice.
    """
    is_ended = Q(state=MessageState.CANCELLED)
    is_ended |= Q(state=MessageState.SUPPRESSED, withheld__in=PASSING)
    cancelled = Message.objects.for_subject(*subject_keys).filter(is_ended)
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

    What is under way then is waited for; meanwhile others are taken beside it. Any number of sweeps
    may run at once. `jitter` gives numbers from 0 to 1.
    """
    return Sweep(clock, jitter).run()

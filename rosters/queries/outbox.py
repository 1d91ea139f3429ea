"""The outbox as administrators read it: every message to anybody, and what became of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Case, CharField, OuterRef, QuerySet, Subquery, Value, When
from django.utils.module_loading import import_string

from rosters.enums import FailureReason, MessageState
from rosters.logic.outbox import why_not_again, why_not_cancel
from rosters.logic.segments import readable
from rosters.models import DeliveryAttempt, Message

SINCE = {"day": timedelta(days=1), "week": timedelta(days=7), "month": timedelta(days=30)}
USUAL = "week"
LONG_AGO = timedelta(minutes=15)


@dataclass(frozen=True)
class Answered:
    """What a receiver answered, in a word or two; how, if that is worth a word; and when."""

    said: str
    way: str
    at: datetime


@dataclass(frozen=True)
class Presses:
    """Which of the two presses under the list can do something."""

    cancel: bool
    again: bool

    @property
    def any(self) -> bool:
        return self.cancel or self.again


@dataclass(frozen=True)
class MessagePage:
    """One message with all attempts, the first first; what may be done with it, or why not.

    `named` are the others that it says too, so that they need not leave; `answered` is what its
    receiver said to it, by whatever way they were told.
    """

    message: Message
    said: str
    attempts: tuple[DeliveryAttempt, ...]
    named: tuple[Message, ...]
    why_not_cancel: str | None
    why_not_again: str | None
    answered: Answered | None


def messages(*, since: datetime | None) -> QuerySet[Message]:
    """Every message planned since then, the newest first."""
    rows = Message.objects.select_related("person", "contact_point").order_by("-pk")
    return rows.filter(created_at__gt=since) if since else rows


def began(asked: str, *, now: datetime) -> datetime | None:
    """From when on the list shows messages; None for all of them."""
    return None if asked == "all" else now - SINCE.get(asked, SINCE[USUAL])


def with_reason(rows: QuerySet[Message]) -> QuerySet[Message]:
    """With `reason`: why the last attempt failed, in words; empty when nothing did."""
    last = DeliveryAttempt.objects.filter(message=OuterRef("pk")).order_by("-number")
    whys = [When(code=one.value, then=Value(str(one.label))) for one in FailureReason]
    return rows.annotate(code=Subquery(last.values("reason")[:1])).annotate(
        reason=Case(*whys, default=Value(""), output_field=CharField())
    )


def with_answers(rows: Sequence[Message]) -> list[Message]:
    """With `answered`: what each receiver answered, or None; a query for each topic of them.
    `is_to_choose` says whether there is anything to do with it."""
    found = _answers(rows)
    for one in rows:
        one.answered = found.get(one.pk)  # type: ignore[attr-defined]  # for the cell of the list
        one.is_to_choose = presses([one]).any  # type: ignore[attr-defined]  # for its cell, too
    return list(rows)


def presses(rows: Iterable[Message]) -> Presses:
    """What can be done with one of these at least; no queries."""
    shown = list(rows)
    return Presses(
        cancel=any(why_not_cancel(one.state) is None for one in shown),
        again=any(why_not_again(one.state, one.topic) is None for one in shown),
    )


def _answers(rows: Sequence[Message]) -> dict[int, Answered]:
    """What the apps that wrote these messages know of answers to them, by message."""
    found: dict[int, Answered] = {}
    for topic, path in settings.MESSAGES_ANSWERED.items():
        about = [one for one in rows if one.topic == topic]
        if about:
            found |= import_string(path)(about)
    return found


def troubled(*, now: datetime) -> int:
    """How many of a day neither left nor were called off: they failed, or became too old."""
    lost = Message.objects.filter(
        state__in=[MessageState.FAILED, MessageState.EXPIRED],
        created_at__gt=now - SINCE["day"],
    )
    return lost.count()


def late(*, now: datetime) -> int:
    """How many have been due for a quarter of an hour and still wait."""
    waiting = Message.objects.filter(state=MessageState.PLANNED, not_before__lt=now - LONG_AGO)
    return waiting.count()


def retried(*, now: datetime) -> int:
    """How many were tried, did not leave, and are tried again."""
    waiting = Message.objects.filter(
        state=MessageState.PLANNED, attempts_made__gt=0, created_at__gt=now - SINCE["day"]
    )
    return waiting.count()


def one(message: Message) -> MessagePage:
    """One message as its page shows it; in three queries."""
    attempts = message.attempts.select_related("account").order_by("number")
    return MessagePage(
        message,
        readable(message.body, settings.CARRIAGE_FILLERS),
        tuple(attempts),
        tuple(message.names.filter(state=MessageState.SUPPRESSED).order_by("created_at", "pk")),
        why_not_cancel(message.state),
        why_not_again(message.state, message.topic),
        _answers([message]).get(message.pk),
    )

"""What administrators do with messages by hand: keep them from leaving, or send them once more."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.module_loading import import_string

from config.portal import queue
from config.portal.refusals import Refused, refuse_if
from rosters.enums import MessageState
from rosters.logic.outbox import why_not_again, why_not_cancel, why_not_look
from rosters.models import Message, Person
from rosters.operations.fallback import EXPIRES_AFTER
from rosters.querysets import MessageQuerySet

MOST = 500


@dataclass(frozen=True)
class Handled:
    """How many messages were handled, and why others were not: the commonest reason first."""

    done: int
    refused: tuple[str, ...] = ()


@transaction.atomic
def cancel(pks: Collection[int], *, by: Person, now: datetime) -> Handled:
    """These messages never leave. One that its carrier has already is left alone.

    Raises Refused for whoever may not. Twice is the same as once.
    """
    found = _locked(pks, by=by)
    whys = {one.pk: why_not_cancel(one.state) for one in found}
    free = [one for one in found if whys[one.pk] is None]
    _rows(free).update(state=MessageState.CANCELLED, handled_by=by, handled_at=now)
    return Handled(len(free), _reasons(whys.values()))


@transaction.atomic
def send_again(pks: Collection[int], *, by: Person, now: datetime) -> Handled:
    """These messages leave now, with a fresh number of tries.

    What arrived, or what nobody needs any more, is not sent again. Raises Refused for whoever may
    not. Twice is the same as once: what is on its way already is left alone.
    """
    found = _locked(pks, by=by)
    whys = {one.pk: why_not_again(one.state, one.topic) for one in found}
    whys |= _not_wanted([one for one in found if whys[one.pk] is None], now=now)
    free = [one for one in found if whys[one.pk] is None]
    _rows(free).update(
        state=MessageState.PLANNED,
        not_before=now,
        expires_at=now + EXPIRES_AFTER,
        attempts_before=F("attempts_made"),
        handled_by=by,
        handled_at=now,
    )
    if free:
        queue.wake("muster.carry")
    return Handled(len(free), _reasons(whys.values()))


def _locked(pks: Collection[int], *, by: Person) -> list[Message]:
    refuse_if(why_not_look(is_administrator=by.is_superuser))
    if not pks:
        raise Refused("Choose at least one message.")
    if len(pks) > MOST:
        raise Refused(f"Choose at most {MOST} messages at a time.")
    rows = Message.objects.filter(pk__in=pks).select_for_update(no_key=True).order_by("pk")
    return list(rows)


def _rows(messages: Sequence[Message]) -> MessageQuerySet:
    found: MessageQuerySet = Message.objects.filter(pk__in=[one.pk for one in messages])
    return found


def _not_wanted(messages: Sequence[Message], *, now: datetime) -> dict[int, str | None]:
    """Why some of these need not be said any more, as the app that wrote them says."""
    found: dict[int, str | None] = {}
    for topic, path in settings.MESSAGES_ASK.items():
        about = [one for one in messages if one.topic == topic]
        if about:
            found |= import_string(path)(about, now=now)
    return found


def _reasons(whys: Collection[str | None]) -> tuple[str, ...]:
    counted = Counter(why for why in whys if why)
    return tuple(why for why, _count in counted.most_common())

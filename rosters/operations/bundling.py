"""Messages about the same thing to the same place leave as one, which names the others.

The others stay planned, with the message that names them, until that one is handed over; only then,
in the same transaction, are they settled. If it fails or is cancelled they leave by themselves, so
nothing is ever lost by it.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.db.models import Max, Q

from rosters.enums import Channel, MessageState, Withheld
from rosters.logic import bundles
from rosters.logic.drafts import may_wait
from rosters.models import Message

Key = tuple[int, str]


def gather(due: Sequence[Message], *, now: datetime) -> list[Message]:
    """Of messages about to leave, those that do: one for each thing and place, and all the rest.

    In the claim's transaction. What comes soon after one about the same thing waits for the end of
    its window. Costs nothing while nothing of the kind is due.
    """
    fit = [one for one in due if _may_join(one)]
    again = [one for one in fit if one.tries]
    if not fit:
        return list(due)
    firsts = {_key(one): one for one in reversed(again)}
    fresh = [one for one in fit if not one.tries]
    early = _wait_for_window([one for one in fresh if _key(one) not in firsts], now=now)
    joined: dict[Key, list[int]] = defaultdict(list)
    for one in fresh:
        if one not in early and firsts.setdefault(_key(one), one) is not one:
            joined[_key(one)].append(one.pk)
    _join(firsts, joined, now=now)
    gone = {pk for pks in joined.values() for pk in pks} | {one.pk for one in early}
    return [one for one in due if one.pk not in gone]


def _may_join(message: Message) -> bool:
    """It can wait, needs no answer and is with no carrier; one that was tried only names others."""
    is_ours = message.state == MessageState.PLANNED and bool(message.about_key)
    return is_ours and may_wait(message.lane)


def _key(message: Message) -> Key:
    return message.contact_point_id, message.about_key


def _wait_for_window(fit: Sequence[Message], *, now: datetime) -> list[Message]:
    """Those that come soon after one about the same: they leave when its window ends."""
    if not fit:
        return []
    rows = (
        Message.objects.filter(
            _same(fit), state=MessageState.SENT, sent_at__gt=now - bundles.WINDOW
        )
        .values_list("contact_point", "about_key")
        .annotate(last=Max("sent_at"))
    )
    last = {(point, about): at for point, about, at in rows}
    early = []
    for one in fit:
        leaves_at = bundles.leaves_at(now, last_sent_at=last.get(_key(one)))
        if leaves_at > now:
            one.not_before, one.withheld = leaves_at, Withheld.BUNDLE
            early.append(one)
    Message.objects.bulk_update(early, ["not_before", "withheld"])
    return early


def _join(firsts: Mapping[Key, Message], joined: Mapping[Key, list[int]], *, now: datetime) -> None:
    """Each first names those that joined it, those before, and what waits about the same thing."""
    if not firsts:
        return
    also = _held_back(list(firsts.values()), now=now)
    for key, first in firsts.items():
        others = [*joined.get(key, ()), *also.get(key, ())]
        if others:
            Message.objects.filter(pk__in=others).update(
                told_with=first, withheld=Withheld.BUNDLE, not_before=now + bundles.JOINED_FOR
            )


def _held_back(firsts: Sequence[Message], *, now: datetime) -> dict[Key, list[int]]:
    """What is due beside the batch, or waits for its turn alone; not what waits for its time."""
    waits_for_turn = Q(not_before__lte=now) | Q(withheld__in=[Withheld.BUNDLE, Withheld.SHARE])
    rows = (
        Message.objects.filter(
            _same(firsts), waits_for_turn, state=MessageState.PLANNED, attempts_made=0
        )
        .exclude(pk__in=[one.pk for one in firsts])
        .select_for_update(skip_locked=True, no_key=True)
        .values_list("pk", "contact_point", "about_key")
    )
    found: dict[Key, list[int]] = defaultdict(list)
    for pk, point, about in rows:
        found[point, about].append(pk)
    return found


def _same(messages: Collection[Message]) -> Q:
    """Rows about the same thing at the same place as any of these."""
    found = Q(pk__in=())
    for point, about in {_key(one) for one in messages}:
        found |= Q(contact_point=point, about_key=about)
    return found


def named_by(message: Message) -> list[str]:
    """The subjects of the others that this message names as it leaves, the oldest first."""
    if not message.about_key:
        return []
    rows = Message.objects.filter(told_with=message.pk, state=MessageState.PLANNED)
    return list(rows.order_by("created_at", "pk").values_list("subject", flat=True))


def put_together(message: Message, body: str) -> tuple[str, str]:
    """The subject and the body of a message, with the others that it names."""
    others = named_by(message)
    if not others:
        return message.subject, body
    name, count = message.about_name, len(others)
    subject = bundles.subject(message.subject, count, name)
    channel = message.contact_point.channel
    if channel == Channel.SMS:
        return subject, bundles.text(body, count, name)
    if channel == Channel.PHONE:
        return subject, bundles.spoken(body, count, name)
    return subject, bundles.written(body, others, name)


def said(message: Message) -> None:
    """The message was handed over: what it named needs no other. In that transaction."""
    if message.about_key:
        Message.objects.filter(told_with=message.pk, state=MessageState.PLANNED).update(
            state=MessageState.SUPPRESSED, withheld=Withheld.BUNDLE
        )

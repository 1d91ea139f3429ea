"""A message as it leaves: its placeholders filled, and where it belongs at its carrier."""

from datetime import datetime

from django.conf import settings
from django.utils.module_loading import import_string

from rosters.channels.contract import Outgoing
from rosters.enums import AttemptOutcome, Language, MessageState
from rosters.logic.addresses import PHONES, number_of
from rosters.logic.segments import settled
from rosters.models import ContactPoint, DeliveryAttempt, Message
from rosters.operations import bundling
from rosters.queries.lines import Line

ANSWER_LINK = "answer_link"
TRANSLATED = frozenset({"notification", "rest"})
"""What these messages are about is said in the language of whoever reads; the rest in English."""


def outgoing(message: Message, line: Line, *, now: datetime) -> Outgoing:
    """The message with its placeholder filled; what fills it is committed before this returns."""
    body, link = settled(message.body, takes_replies=line.carrier.takes_replies), ""
    for name, path in settings.CARRIAGE_FILLERS.items():
        is_answer = name == ANSWER_LINK
        placeholder = f"{{{name}}}"
        wanted = is_answer and line.carrier.wants_answer_link
        if wanted or placeholder in body:
            filled = import_string(path)(message=message, now=now)
            body = body.replace(placeholder, filled)
            link = filled if is_answer else link
    subject, body = bundling.put_together(message, body)
    return Outgoing(
        message_id=message.pk,
        address=_dialled(message.contact_point),
        person_name=message.person.full_name,
        channel=message.contact_point.channel,
        subject=subject,
        body=body,
        thread_key=message.thread_key,
        idempotency_key=f"message:{message.pk}",
        answer_link=link,
        at=now,
        thread_root=_root(message, line) if message.thread_key else "",
        language=message.person.language if message.topic in TRANSLATED else Language.ENGLISH,
    )


def _dialled(point: ContactPoint) -> str:
    """The address as a carrier takes it: people write numbers with spaces."""
    return number_of(point.address) if point.channel in PHONES else point.address


def _root(message: Message, line: Line) -> str:
    """The reference of the first message of this thread that this way out took for this address."""
    if line.carrier.is_in_house:
        return ""
    taken = DeliveryAttempt.objects.filter(
        message__contact_point=message.contact_point_id,
        message__thread_key=message.thread_key,
        message__state=MessageState.SENT,
        outcome=AttemptOutcome.HANDED_OVER,
        account=line.account_id,
    ).exclude(provider_reference="")
    found = taken.order_by("pk").values_list("provider_reference", flat=True).first()
    return found or ""

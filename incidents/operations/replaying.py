"""Requests that were kept are sent again: one, or those that were refused."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from config.portal.refusals import Refused, refuse_if
from incidents.intake.body import Unreadable
from incidents.intake.kinds import KINDS
from incidents.intake.signal import Parcel
from incidents.logic.signal_keeping import why_not_keep_signals
from incidents.models import AlertSource, RawReceipt
from incidents.operations import confirming, intake
from incidents.queries import receipts
from incidents.queries.signal_keeping import keeper
from rosters.models import Person

AT_ONCE = 50
"""So many are sent again in one press; a page that waits longer is taken for broken."""


@dataclass(frozen=True)
class Again:
    """What came of several: how many were taken, how many refused again, how many are left."""

    taken: int
    refused: int
    left: int


def send(receipt: RawReceipt, *, by: Person, now: datetime) -> list[dict[str, Any]]:
    """The request is taken as if it had just arrived; says what became of each alert.

    Raises Refused for those who may not, for a source that is closed, and with the sentence of the
    door when it still cannot be read.
    """
    _refuse(receipt.source, by=by)
    try:
        parcel = _parcel(receipt)
    except Unreadable as refused:
        _note_refused(receipt, refused, by=by, now=now)
        raise Refused(f"It still cannot be read: {refused}") from None
    answer = intake.receive_again(receipt, parcel, by=by, now=now)
    if parcel.confirm_at:
        _confirm(receipt, parcel.confirm_at)
    return answer


def _confirm(receipt: RawReceipt, address: str) -> None:
    """The address is opened as it was when the request arrived. Raises Refused."""
    delivery = intake.Delivery(receipt.source, bytes(receipt.body))
    try:
        confirming.confirm(delivery, address)
    except confirming.NotConfirmed as failed:
        raise Refused(str(failed)) from None


def send_refused(source: AlertSource, *, by: Person, now: datetime, until: datetime) -> Again:
    """Requests that were refused, and not sent again since `until`, the oldest first.

    `until` is when the reader saw them counted. At most AT_ONCE; the rest is left for the next
    press, which goes on where this one ended.
    """
    _refuse(source, by=by)
    waiting = due(source, until=until)
    taken = 0
    rows = list(waiting[:AT_ONCE])
    for receipt in rows:
        receipt.source = source
        try:
            answer = send(receipt, by=by, now=now)
        except Refused:
            continue
        taken += intake.status_of(answer) == intake.TAKEN
    return Again(taken, len(rows) - taken, due(source, until=until).count())


def due(source: AlertSource, *, until: datetime) -> QuerySet[RawReceipt]:
    """What a press would send again: refused until then, and not sent again since."""
    again = receipts.refused(source).filter(received_at__lte=until)
    return again.exclude(replayed_at__gte=until)


def _refuse(source: AlertSource, *, by: Person) -> None:
    why_not = why_not_keep_signals(keeper(by, source.owner_team_id))
    if why_not is None and not source.is_active:
        why_not = f"{source.name} is switched off. Open its door in the settings first."
    refuse_if(why_not)


def _parcel(receipt: RawReceipt) -> Parcel:
    kind = KINDS.get(receipt.source.kind)
    if kind is None:
        raise Unreadable("Muster no longer knows this kind of source.")
    return kind.parse(receipts.read(receipt))


@transaction.atomic
def _note_refused(receipt: RawReceipt, refused: Unreadable, *, by: Person, now: datetime) -> None:
    row = RawReceipt.objects.select_for_update(of=("self",)).get(pk=receipt.pk)
    answer = {"message": str(refused)}
    intake.note_again(row, answer, status=refused.status, by=by, now=now)

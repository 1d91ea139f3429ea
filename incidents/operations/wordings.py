"""New words for messages, and the way back to older ones. Each is a version of its own."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from config.portal.refusals import Refused, refuse_if
from incidents.logic.wordings import SHIPPED
from incidents.queries import wordings as reading
from rosters.logic.outbox import why_not_word
from rosters.models import Person, WordingVersion

WHY_LENGTH = 200


@transaction.atomic
def write(
    kind: str, form: str, text: str, *, why: str, by: Person, now: datetime
) -> WordingVersion | None:
    """Messages of this kind are worded so from the next one on; None if they are already.

    Raises Refused for whoever may not, without a reason, and for words that say too little or do
    not fit.
    """
    text = text.strip()
    _refuse(by, why=why)
    refuse_if(reading.why_not_words(kind, form, text))
    return _next(kind, form, "" if text == SHIPPED[kind, form] else text, why=why, by=by, now=now)


@transaction.atomic
def go_back(
    kind: str, form: str, number: int, *, why: str, by: Person, now: datetime
) -> WordingVersion | None:
    """The words are again those of version `number`; 0 means those that Muster came with.

    What they need may have changed since, so they are looked at like new ones. Raises Refused.
    """
    _refuse(by, why=why)
    text = ""
    if number:
        found = WordingVersion.objects.filter(kind=kind, form=form, number=number).first()
        if found is None:
            raise Refused(f"There is no version {number}. Look at the list again.")
        text = found.text
    why_not = reading.why_not_words(kind, form, text) if text else None
    if why_not:
        raise Refused(f"The words of version {number} would not do any more. {why_not}")
    return _next(kind, form, text, why=why, by=by, now=now)


def _next(
    kind: str, form: str, text: str, *, why: str, by: Person, now: datetime
) -> WordingVersion | None:
    Person.objects.select_for_update(no_key=True).get(pk=by.pk)
    rows = WordingVersion.objects.filter(kind=kind, form=form)
    newest = rows.order_by("-number").first()
    if (newest.text if newest else "") == text:
        return None
    last = rows.aggregate(last=Max("number"))["last"] or 0
    return WordingVersion.objects.create(
        kind=kind, form=form, number=last + 1, text=text, why=why.strip(), made_by=by, made_at=now
    )


def _refuse(by: Person, *, why: str) -> None:
    refuse_if(why_not_word(is_administrator=by.is_superuser))
    if not why.strip():
        raise Refused("Say why: it stands in the list of versions.")
    if len(why.strip()) > WHY_LENGTH:
        raise Refused(f"Say why in at most {WHY_LENGTH} characters.")

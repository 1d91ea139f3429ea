"""What people type is kept until they send it; nobody else sees it.

Every act that a kept form leads to is done `sending` it, so that the act and the end of its draft
are one: both, or neither.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import transaction

from config.portal.refusals import Refused
from rosters.logic import typed
from rosters.models import Draft, Person


class SentMeanwhile(Refused):
    """The form was sent, or begun afresh, after the page with these words was opened."""

    def __init__(self) -> None:
        super().__init__("Not kept as a draft: you sent or cleared this form on another page.")


@transaction.atomic
def keep(
    form: str, answers: Mapping[str, str], *, turn: int, by: Person, now: datetime
) -> Draft:  # fmt: skip
    """The person's draft of this form says this; of two pages the last one wins.

    `turn` is the one in which the page was opened. Raises SentMeanwhile when it is over, so that
    words which come late never bring back what was sent.
    """
    draft = _locked(form, by=by, now=now)
    if typed.turn_of(draft.fields) != turn:
        raise SentMeanwhile
    sent_at = typed.sendings_of(draft.fields)
    return _write(draft, typed.stored(answers, turn=turn, sent_at=sent_at), now=now)


@transaction.atomic
def forget(form: str, *, by: Person, now: datetime) -> None:
    """No word of the draft is left, and pages opened before bring none back."""
    draft = _locked(form, by=by, now=now)
    sent_at = [*typed.sendings_of(draft.fields), now.isoformat()]
    _write(draft, typed.stored({}, turn=typed.turn_of(draft.fields) + 1, sent_at=sent_at), now=now)


@contextmanager
def sending(form: str, *, by: Person, now: datetime) -> Iterator[None]:
    """What is done inside and the end of the draft are one: a refusal keeps the draft."""
    with transaction.atomic():
        yield
        forget(form, by=by, now=now)


def purge(*, now: datetime) -> int:
    """Drafts that nobody touched for 30 days are gone; returns how many."""
    gone, _ = Draft.objects.filter(saved_at__lt=now - typed.KEPT_FOR).delete()
    return gone


def _locked(form: str, *, by: Person, now: datetime) -> Draft:
    """The person's row for this form, locked until the transaction ends. Made if need be."""
    draft, _ = Draft.objects.select_for_update(no_key=True).get_or_create(
        person=by, form=form, defaults={"saved_at": now}
    )
    return draft


def _write(draft: Draft, fields: dict[str, Any], *, now: datetime) -> Draft:
    draft.fields = fields
    draft.saved_at = now
    draft.save(update_fields=["fields", "saved_at"])
    return draft

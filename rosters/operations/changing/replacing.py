"""One person instead of another in many cells."""

from collections.abc import Collection
from datetime import datetime

import pghistory
from django.db import transaction

from config.portal.refusals import Refused
from rosters.models import MatrixEntry, Person
from rosters.operations.changing.cells import BY_NOBODY, FILLED, Confirmed, fill, held_in, lock
from rosters.operations.reasons import why


@transaction.atomic
def replace_person(
    old: Person, new: Person, *, entry_ids: Collection[int], by: Person, now: datetime, reason: str
) -> list[MatrixEntry]:
    """In these cells `new` stands wherever `old` stood; one entry in the trail for each:
    `by` stands for it.

    Cells that do not name `old` any more stay as they are. Raises Refused, NotSaved.
    """
    reason = why(reason)
    named = naming(old, new, entry_ids=entry_ids, at=now)
    with pghistory.context(user=by.pk, reason=reason):
        for row in named:
            fill(row, held_in(row).instead(old.pk, new.pk), confirmed=Confirmed(by, now))
        MatrixEntry.objects.bulk_update(named, FILLED)
    return named


def naming(
    old: Person, new: Person, *, entry_ids: Collection[int], at: datetime
) -> list[MatrixEntry]:
    """Those of these cells that name `old`, held against others, for `new` to stand in from `at`
    on. Raises Refused when `new` cannot."""
    rows = MatrixEntry.objects.filter(pk__in=entry_ids).order_by("pk")
    lock({row.role_id for row in rows})
    named = [row for row in rows.all() if held_in(row).names(old.pk)]
    if new.pk == old.pk:
        raise Refused("Choose somebody else to put in their place.")
    if new.left_at is not None and new.left_at <= at:
        raise Refused(f"{new.full_name} has left. Choose somebody else.")
    return named


def fill_instead(
    row: MatrixEntry, old: Person, new: Person, *, confirmed: Confirmed = BY_NOBODY
) -> None:
    """In this cell `new` stands wherever `old` stood; nobody has confirmed that, unless it is said
    who has."""
    filling = held_in(row).instead(old.pk, new.pk)
    fill(row, filling, confirmed=confirmed).save(update_fields=FILLED)

"""Leads change who is called for what is theirs; what was done just now can be taken back."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pghistory
from django.core import signing
from django.db import transaction

from config.portal import undo
from config.portal.refusals import Refused, refuse_if
from rosters.logic.cells import Dates, Filling
from rosters.models import MatrixEntry, Person, StakeholderRole
from rosters.operations import dating, matrix
from rosters.operations.changing import applying
from rosters.operations.changing.cells import CellChange, Confirmed, NotSaved
from rosters.queries import own_cells as reading
from rosters.queries.own_cells import Spot

SALT = "rosters.own_cells"
TOO_LATE = "That can no longer be taken back here. Change it once more instead."
CHANGED_SINCE = "Somebody has changed it since. Nothing was taken back."


@dataclass(frozen=True)
class Changed:
    """What was done, who was asked to say yes, and the token that takes it back."""

    spot: Spot
    asked: tuple[Person, ...]
    token: str


@transaction.atomic
def change(
    spot: Spot,
    filling: Filling,
    *,
    expects: str,
    by: Person,
    now: datetime,
    reason: str,
    dates: Dates | None = None,
) -> Changed:
    """The spot holds this, with the reason in the trail; an empty filling inherits again.

    `by` stands for it, and whoever is named anew is asked whether that is right.
    `expects` is what was read. With `dates` it holds from then until then. Raises Refused, NotSaved
    when somebody else has changed it since.
    """
    refuse_if(reading.why_not(by, spot))
    was = spot.entry
    wanted = replace(_change(spot, _when(spot), filling, expects=expects), dates=dates)
    rows = applying.apply_changes(
        [wanted], by=by, now=now, reason=reason, confirmed=Confirmed(by, now)
    )
    asked = matrix.stand_for(rows, by=by, now=now)
    token = signing.dumps(
        {
            "place": str(spot.place),
            "when": _when(spot),
            "back": _parts(spot.filling),
            "confirmed": was.confirmed_at.isoformat() if was and was.confirmed_at else "",
            "by": was.confirmed_by_id if was else None,
            "now": filling.revision,
            "at": now.isoformat(),
        },
        salt=SALT,
    )
    return Changed(spot, tuple(asked), token)


@transaction.atomic
def confirm(spot: Spot, *, by: Person, now: datetime) -> None:
    """What stands there is right, says `by`. Raises Refused."""
    refuse_if(reading.why_not(by, spot))
    if spot.entry is None:
        raise Refused("Nobody is named there. There is nothing to confirm.")
    gone = spot.gone(now)
    if gone is not None:
        raise Refused(f"{gone.full_name} has left. Name somebody else.")
    matrix.confirm([spot.entry], by=by, now=now)


@transaction.atomic
def call_off(spot: Spot, entry_id: int, *, by: Person, now: datetime) -> bool:
    """What was to stand there later does not; what ended for it goes on. False when it is gone.

    Raises Refused.
    """
    refuse_if(reading.why_not(by, spot))
    list(StakeholderRole.objects.select_for_update(no_key=True).filter(pk=spot.role.pk))
    entry = next((one for one in reading.coming(spot, now=now) if one.pk == entry_id), None)
    if entry is None:
        return False
    with pghistory.context(user=by.pk, reason="What was planned was called off"):
        dating.call_off(entry)
    return True


@transaction.atomic
def take_back(token: str, *, by: Person, now: datetime) -> Spot:
    """What `change` did less than two minutes ago is undone, confirmation included.

    Raises Refused when it is too late, and when somebody has changed it since.
    """
    try:
        was = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        raise Refused(TOO_LATE) from None
    if not undo.is_open(datetime.fromisoformat(was["at"]), now=now):
        raise Refused(TOO_LATE)
    spot = reading.find(was["place"], now=now)
    if spot is None:
        raise Refused(TOO_LATE)
    refuse_if(reading.why_not(by, spot))
    back = _change(spot, was["when"], Filling(*was["back"]), expects=was["now"])
    try:
        rows = applying.apply_changes([back], by=by, now=now, reason="it was taken back")
    except NotSaved:
        raise Refused(CHANGED_SINCE) from None
    if was["confirmed"]:
        MatrixEntry.objects.filter(pk__in=[one.pk for one in rows]).update(
            confirmed_at=datetime.fromisoformat(was["confirmed"]), confirmed_by=was["by"]
        )
    return spot


When = Sequence[Any]
"""The severity, whether also at worse ones, and the hours."""


def _when(spot: Spot) -> When:
    entry = spot.entry
    return (entry.severity, entry.and_worse, entry.hours_id) if entry else (None, False, None)


def _change(spot: Spot, when: When, filling: Filling, *, expects: str) -> CellChange:
    severity, and_worse, hours_id = when
    return CellChange(
        spot.role.pk,
        filling,
        service_id=spot.place.service_id,
        team_id=spot.place.team_id,
        severity=severity,
        and_worse=and_worse,
        hours_id=hours_id,
        expects=expects,
    )


def _parts(filling: Filling) -> list[int | None]:
    return [filling.person_id, filling.backup_id, filling.roster_id]

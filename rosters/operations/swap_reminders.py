"""Shifts that nobody has taken yet: asked for once more, and over when they begin."""

from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce

from rosters.enums import SwapState
from rosters.logic import sharing
from rosters.models import ShiftSwap
from rosters.operations import carriage
from rosters.operations import swap_letters as letters
from rosters.operations.overriding import locked
from rosters.queries import sharing as reading


def sweep(*, now: datetime) -> int:
    """Who was asked is asked once more each day; what has begun expires. Returns how many rows.

    Repeating it changes nothing.
    """
    done = 0
    for swap in _expired(now=now) | _to_remind(now=now):
        with transaction.atomic():
            done += _move_on(swap, now=now)
    return done


def _expired(*, now: datetime) -> set[ShiftSwap]:
    return set(ShiftSwap.objects.filter(state__in=reading.OPEN, starts_at__lte=now))


def _to_remind(*, now: datetime) -> set[ShiftSwap]:
    asked = ShiftSwap.objects.filter(state=SwapState.ASKED, starts_at__gt=now)
    long_ago = Coalesce(F("reminded_at"), F("asked_at"))
    return set(asked.annotate(last=long_ago).filter(last__lte=now - sharing.REMIND_EVERY))


def _move_on(swap: ShiftSwap, *, now: datetime) -> bool:
    locked(swap.roster)
    swap = ShiftSwap.objects.select_related(
        "roster", "person", "asked_of", "asked_by", "taker"
    ).get(pk=swap.pk)
    if swap.state in reading.OPEN and swap.starts_at <= now:
        swap.state = SwapState.EXPIRED
        swap.save(update_fields=["state"])
        carriage.cancel([letters.key(swap)], now=now)
        letters.tell([swap.person, swap.taker], "expired", swap, letters.expired(swap), now=now)
        return True
    is_due = swap.state == SwapState.ASKED and sharing.is_to_be_reminded(
        asked_at=swap.asked_at,
        reminded_at=swap.reminded_at,
        starts_at=swap.starts_at,
        now=now,
    )
    if is_due:
        swap.reminded_at = now
        swap.save(update_fields=["reminded_at"])
        letters.tell(
            reading.still_asked(swap, now=now),
            "asked",
            swap,
            letters.question(swap, is_again=True),
            now=now,
        )
    return is_due

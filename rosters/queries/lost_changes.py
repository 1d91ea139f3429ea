"""What was agreed, and would no longer hold if a layer were otherwise; reads only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.db.models import F

from rosters.logic.directory import Directory
from rosters.logic.overrides import OverrideSpec
from rosters.logic.spans import Span, joined, minus
from rosters.models import Override, Roster
from rosters.queries.trying import Tryout, directory_of, with_layers


@dataclass(frozen=True)
class LostChange:
    """A change, and a time in which whoever it put there would not be on call any more."""

    change: Override
    starts_at: datetime
    ends_at: datetime


def lost(roster: Roster, tryout: Tryout, *, now: datetime) -> tuple[LostChange, ...]:
    """The changes that would not hold with the tryout, by time; none of a draft.

    A constant number of queries.
    """
    rows = _rows(roster, now=now) if not roster.is_draft else []
    if not rows:
        return ()
    window = {"starts_at": now, "ends_at": max(one.ends_at for one in rows)}
    standing = directory_of(roster, None, **window)
    layers = tryout.layers(standing.rosters[roster.pk].layers)
    after = with_layers(standing, roster, layers, **window)
    held, holds = (dict(one.changes(roster.pk, **window)) for one in (standing, after))
    return tuple(
        LostChange(one, starts_at, ends_at)
        for one in rows
        if (key := _spec(one)) in held
        for starts_at, ends_at in minus(
            minus(held[key], holds.get(key, ())), _called(one, roster, after, **window)
        )
    )


def _rows(roster: Roster, *, now: datetime) -> list[Override]:
    """Who stands in for whom from now on. One fewer is not lost where nobody is any more."""
    found = Override.objects.filter(
        roster=roster, ends_at__gt=now, person__isnull=False, instead_of__isnull=False
    ).exclude(person=F("instead_of"))
    return list(found.select_related("person", "instead_of").order_by("starts_at", "pk"))


def _spec(one: Override) -> OverrideSpec:
    return OverrideSpec(
        one.kind, one.starts_at, one.ends_at, one.person_id, one.instead_of_id, bool(one.swap_id)
    )


def _called(
    one: Override, roster: Roster, directory: Directory, *, starts_at: datetime, ends_at: datetime
) -> list[Span]:
    """When whoever it puts there is on call all the same."""
    found = directory.stretches(roster.pk, starts_at=starts_at, ends_at=ends_at)
    return joined(
        (part.starts_at, part.ends_at)
        for part in found
        if any(one.person_id in level for level in part.levels)
    )


def fingerprint(found: Iterable[LostChange]) -> str:
    """The same for two lists only if they say the same; empty for none."""
    said = [(one.change.pk, one.starts_at, one.ends_at) for one in found]
    return sha256(repr(said).encode()).hexdigest()[:16] if said else ""

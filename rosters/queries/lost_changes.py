"""What was agreed, and would no longer hold if the layers were otherwise; reads only."""

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
    """A change, and a time in which whoever it put there would not be on call any more.

    `is_now`: that time begins with the press, and moves on while it is read.
    """

    change: Override
    starts_at: datetime
    ends_at: datetime
    is_now: bool = False


@dataclass(frozen=True)
class Agreed:
    """The changes of a roster from `since` on, and how they hold: what a change is held against."""

    rows: tuple[Override, ...]
    directory: Directory
    since: datetime

    @property
    def window(self) -> dict[str, datetime]:
        return {"starts_at": self.since, "ends_at": max(one.ends_at for one in self.rows)}


def lost(roster: Roster, tryout: Tryout, *, now: datetime) -> tuple[LostChange, ...]:
    """The changes that would not hold with the tryout, by time; none of a draft.

    A constant number of queries.
    """
    standing = agreed(roster, now=now)
    if standing is None:
        return ()
    layers = tryout.layers(standing.directory.rosters[roster.pk].layers)
    after = with_layers(standing.directory, roster, layers, **standing.window)
    return _between(roster, standing, after)


def agreed(roster: Roster, *, now: datetime) -> Agreed | None:
    """How the changes of a roster hold before it is changed; nothing of a draft, or without any."""
    rows = _rows(roster, now=now) if not roster.is_draft else []
    if not rows:
        return None
    window = {"starts_at": now, "ends_at": max(one.ends_at for one in rows)}
    return Agreed(tuple(rows), directory_of(roster, None, **window), now)


def lost_since(roster: Roster, standing: Agreed | None) -> tuple[LostChange, ...]:
    """The changes that held before and do not hold any more, as the roster is now."""
    if standing is None:
        return ()
    return _between(roster, standing, directory_of(roster, None, **standing.window))


def _between(roster: Roster, standing: Agreed, after: Directory) -> tuple[LostChange, ...]:
    window = standing.window
    held, holds = (dict(one.changes(roster.pk, **window)) for one in (standing.directory, after))
    return tuple(
        LostChange(one, starts_at, ends_at, is_now=starts_at <= standing.since)
        for one in standing.rows
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
    said = [(one.change.pk, "" if one.is_now else one.starts_at, one.ends_at) for one in found]
    return sha256(repr(said).encode()).hexdigest()[:16] if said else ""

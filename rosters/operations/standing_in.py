"""Changes that name whom the layers have, so that they hold where somebody stands in already."""

from collections.abc import Iterator

from config.portal.refusals import Refused
from rosters.enums import OverrideKind
from rosters.logic.rotation import Span
from rosters.logic.spans import minus
from rosters.logic.standins import Stand
from rosters.models import Override, Person, Roster
from rosters.queries import sharing as reading

HAS_CHANGED = "Who is on call then has changed since. Take this back, and ask again."


def drawn(roster: Roster, goes: Person, window: Span) -> tuple[Person | None, Span]:
    """Whom a change has to name so that `goes` goes, and in what window; nobody: everybody goes.

    Where they stand in for somebody, only while they do. Raises Refused where one change cannot
    say it.
    """
    found = reading.stands(roster, goes, window)
    if all(one.is_own(goes.pk) for one in found):
        return goes, window
    name = goes.full_name
    if any(one.is_added for one in found):
        raise Refused(
            f"{name} is on call then by a change of their own. End that one first, and the shift"
            " is open."
        )
    if len(found) > 1 or (not found[0].is_for_all and len(found[0].behind) > 1):
        raise Refused(
            f"{name} stands in for somebody in a part of that time. Choose that part alone, then"
            " the rest."
        )
    [stand] = found
    span = (stand.starts_at, stand.ends_at)
    return (None if stand.is_for_all else Person.objects.get(pk=stand.behind[0])), span


def instead(roster: Roster, comes: Person, goes: Person, window: Span) -> list[Override]:
    """Rows, not yet written, by which `comes` stands wherever `goes` does in the window.

    Where a temporary schedule holds there are none: its own shifts change hands. None at all when
    `goes` stands nowhere.
    """
    rows: list[Override] = []
    for stand in _stands(roster, goes, window):
        behind: tuple[int | None, ...] = (None,) if stand.is_for_all else stand.behind
        kind = OverrideKind.REPLACE
        if not behind:
            behind, kind = (None,), OverrideKind.ADD
        rows += (
            Override(
                roster=roster,
                kind=kind,
                person=comes,
                instead_of_id=one,
                starts_at=stand.starts_at,
                ends_at=stand.ends_at,
            )
            for one in behind
        )
    return rows


def _stands(roster: Roster, goes: Person, window: Span) -> Iterator[Stand]:
    for part in reading.outside(roster, window):
        yield from reading.stands(roster, goes, part)


def leave(row: Override, goes: Person) -> None:
    """Where this row puts somebody on call in place of one who was there as one more, that one is
    there no longer; before and after they stay."""
    added = Override.objects.filter(
        roster=row.roster_id,
        kind=OverrideKind.ADD,
        person=goes,
        starts_at__lt=row.ends_at,
        ends_at__gt=row.starts_at,
    )
    for one in added:
        parts = minus([(one.starts_at, one.ends_at)], [(row.starts_at, row.ends_at)])
        one.delete()
        for starts_at, ends_at in parts:
            one.pk, one.starts_at, one.ends_at = None, starts_at, ends_at
            one.save(force_insert=True)


def before(row: Override, goes: Person) -> Override | None:
    """The change made by hand by which `goes` stands where this row puts somebody else."""
    return Override.objects.filter(
        roster=row.roster_id,
        person=goes,
        instead_of=row.instead_of_id,
        swap__isnull=True,
        starts_at__lt=row.ends_at,
        ends_at__gt=row.starts_at,
    ).last()

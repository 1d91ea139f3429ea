"""What overrides, swaps, temporary schedules and absences make of the layers. Pure.

An override wins over every layer. It is never transitive: it changes what the layers say, not what
another override says, so A replaced by B and B by C does not make A into C. Of two that name the
same person an override wins over a swap, else the one made later holds.

A temporary schedule wins over everything else in its window, overrides and swaps too: they were
arranged against the regular turns, and who wrote down fixed shifts for a window has said who is
there. So its holes are real gaps that nothing fills from below; to change one of its shifts, the
temporary schedule itself is changed. Of two at once the one made later holds.

Somebody away counts as nobody everywhere, in a temporary schedule too.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from rosters.logic.layers import ShiftSpec, in_utc
from rosters.logic.shifts import People

REPLACE, ADD, REMOVE, SHADOW = "replace", "add", "remove", "shadow"

Levels = tuple[People, ...]
"""People by level: the first level is on call, the next one is the backup. None is empty."""
IsAway = Callable[[int], bool]


@dataclass(frozen=True)
class OverrideSpec:
    """One change in a half-open window of instants.

    `kind` is "replace" (`person` instead of `instead_of`, at whatever level that one stands, or
    instead of everybody who is on call where `instead_of` is None), "add" (`person` beside those
    who are on call) or "remove" (`instead_of` is not there, so whoever is next moves up).
    `is_swap`: it came from two people trading shifts; an override that names the same person wins.

    A window that does not end after it starts holds never. ValueError for an unknown kind, for
    people who do not fit it, and for a naive datetime.
    """

    kind: str
    starts_at: datetime
    ends_at: datetime
    person: int | None = None
    instead_of: int | None = None
    is_swap: bool = False

    def __post_init__(self) -> None:
        in_utc(self, "starts_at", "ends_at")
        if self.kind not in (REPLACE, ADD, REMOVE, SHADOW):
            raise ValueError(f"An override replaces, adds or removes somebody, not: {self.kind}.")
        if (self.kind == REMOVE) is not (self.person is None):
            raise ValueError("Who comes is named, unless an override removes somebody.")
        if self.kind != REPLACE and (self.kind == REMOVE) is (self.instead_of is None):
            raise ValueError("Who goes is named where an override replaces or removes, only there.")


@dataclass(frozen=True)
class TemporarySpec:
    """A temporary schedule: fixed shifts, and nothing else, from `starts_at` until `ends_at`.

    Half-open instants. Shifts count inside the window alone; several of one level at once are on
    call together.
    A window that does not end after it starts holds never. ValueError for a naive datetime.
    """

    starts_at: datetime
    ends_at: datetime
    shifts: tuple[ShiftSpec, ...] = ()

    def __post_init__(self) -> None:
        in_utc(self, "starts_at", "ends_at")

    @property
    def levels(self) -> list[int]:
        """The levels of its shifts, the first on call first."""
        return sorted({shift.level for shift in self.shifts})


def ranked(overrides: Iterable[OverrideSpec]) -> list[OverrideSpec]:
    """Those that change who is on call, as they are applied: of two that clash the last one holds.

    Given in the order in which they were made; swaps go before the rest.
    """
    found = (one for one in overrides if one.kind != SHADOW)
    return sorted(found, key=lambda one: not one.is_swap)


def resolve(
    levels: Sequence[People], overrides: Sequence[OverrideSpec], is_away: IsAway | None
) -> Levels:
    """The levels as they are, from what the layers say and the ranked overrides that hold.

    Without `is_away` everybody is there.
    """
    if overrides:
        levels = _with_named(levels, overrides)
    present = [here for level in levels if (here := unique(level, is_away))]
    if overrides:
        present = _with_general(present, overrides, is_away)
    return tuple(present)


def _with_named(levels: Sequence[People], overrides: Sequence[OverrideSpec]) -> Sequence[People]:
    """One person instead of another, or one fewer, at whatever level that person stands."""
    changes = {one.instead_of: one.person for one in overrides if one.instead_of is not None}
    if not changes:
        return levels
    changed = ([changes.get(person, person) for person in level] for level in levels)
    return [tuple(person for person in level if person is not None) for level in changed]


def _with_general(
    present: list[People], overrides: Sequence[OverrideSpec], is_away: IsAway | None
) -> list[People]:
    """One person instead of everybody who is on call, or one more beside them."""
    general = [one for one in overrides if one.instead_of is None and one.person is not None]
    if not general:
        return present
    first = list(present[0]) if present else []
    instead = [one.person for one in general if one.kind == REPLACE]
    if instead:
        first = [person for person in instead[-1:] if person is not None]
    first += [one.person for one in general if one.kind == ADD and one.person is not None]
    level = unique(first, is_away)
    return [level, *present[1:]] if level else present[1:]


def unique(people: Sequence[int], is_away: IsAway | None) -> People:
    """Those who are there, each once, in order."""
    if is_away is not None:
        people = [person for person in people if not is_away(person)]
    if len(people) < 2:
        return tuple(people)
    return tuple(dict.fromkeys(people))

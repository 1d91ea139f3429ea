"""Behind whom somebody stands on a roster, so that a change of who is there holds. Pure.

An override is never transitive: where Ben stands in for Ada, one that puts Cy in Ben's place would
change nothing, as the layers have Ada. It has to name Ada.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from rosters.logic.overrides import ADD, REPLACE, OverrideSpec, ranked
from rosters.logic.rotation import RosterSpec, on_call, segments
from rosters.logic.spans import Span


@dataclass(frozen=True)
class Stand:
    """A half-open time in which a person stands on a roster in one and the same way.

    `behind`: whom the layers have at their places, which is the person where it is their own turn.
    `is_for_all`: an override has them instead of everybody; `is_added`: as one more.
    """

    starts_at: datetime
    ends_at: datetime
    behind: tuple[int, ...]
    is_for_all: bool = False
    is_added: bool = False

    def is_own(self, person: int) -> bool:
        """Whether it is nothing but the person's own turn."""
        return self.behind == (person,) and not (self.is_for_all or self.is_added)

    def is_like(self, other: "Stand") -> bool:
        """Whether it differs in its time alone."""
        return replace(self, starts_at=other.starts_at, ends_at=other.ends_at) == other


def stands(spec: RosterSpec, person: int, window: Span) -> list[Stand]:
    """When and how the person stands on the roster in the window of instants, by time.

    As layers and overrides have it: who is away counts as there, and temporary schedules do not
    hold. Instants are aware.
    """
    bare = replace(spec, overrides=(), away={}, temporaries=())
    found: list[Stand] = []
    for starts_at, ends_at in pairwise(_edges(bare, spec.overrides, window)):
        holding = ranked(one for one in spec.overrides if one.starts_at <= starts_at < one.ends_at)
        layers = (one for level in on_call(bare, at=starts_at) for one in level)
        stand = _stand(person, dict.fromkeys(layers), holding, (starts_at, ends_at))
        if found and found[-1].ends_at == starts_at and found[-1].is_like(stand):
            found[-1] = replace(found[-1], ends_at=ends_at)
        elif stand.behind or stand.is_for_all or stand.is_added:
            found.append(stand)
    return found


def _edges(bare: RosterSpec, overrides: Iterable[OverrideSpec], window: Span) -> list[datetime]:
    """Every instant of the window at which it may change how somebody stands."""
    found = {one.starts_at for one in segments(bare, starts_at=window[0], ends_at=window[1])}
    found |= {edge for one in overrides for edge in (one.starts_at, one.ends_at)}
    return sorted({*window, *(edge for edge in found if window[0] < edge < window[1])})


def _stand(
    person: int, layers: Iterable[int], holding: Iterable[OverrideSpec], span: Span
) -> Stand:
    named = {one.instead_of: one.person for one in holding if one.instead_of is not None}
    general = [one for one in holding if one.instead_of is None]
    for_all = [one.person for one in general if one.kind == REPLACE]
    return Stand(
        *span,
        behind=tuple(one for one in layers if named.get(one, one) == person),
        is_for_all=for_all[-1:] == [person],
        is_added=any(one.kind == ADD and one.person == person for one in general),
    )

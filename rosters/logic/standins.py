"""Behind whom somebody stands on a roster, so that a change of who is there holds. Pure.

An override is never transitive: where Ben stands in for Ada, one that puts Cy in Ben's place would
change nothing, as the layers have Ada. It has to name Ada.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from rosters.logic.overrides import ADD, REPLACE, SHADOW, OverrideSpec, ranked
from rosters.logic.rotation import Segment
from rosters.logic.shifts import People
from rosters.logic.spans import Span, joined, minus


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


def stands(
    stretches: Iterable[Segment], overrides: Sequence[OverrideSpec], person: int
) -> list[Stand]:
    """When and how the person stands on a roster, by time.

    `stretches` are what its layers alone say, `overrides` what was arranged, in the order in which
    it was made. Who is away counts as there.
    """
    found: list[Stand] = []
    for starts_at, ends_at, layers in _pieces(stretches, overrides):
        holding = ranked(one for one in overrides if one.starts_at <= starts_at < one.ends_at)
        stand = _stand(person, layers, holding, (starts_at, ends_at))
        if found and found[-1].ends_at == starts_at and found[-1].is_like(stand):
            found[-1] = replace(found[-1], ends_at=ends_at)
        elif stand.behind or stand.is_for_all or stand.is_added:
            found.append(stand)
    return found


Effect = tuple[OverrideSpec, tuple[Span, ...]]
"""A change, and when it makes a difference to who stands on the roster."""


def in_effect(
    stretches: Iterable[Segment], overrides: Sequence[OverrideSpec], fixed: Iterable[Span]
) -> list[Effect]:
    """When each change says who is there, in the order in which they were made.

    It does not where the layers no longer have whom it names, where a later one of that person
    holds, and in the `fixed` times of temporary schedules. Who rides along does so throughout.
    """
    found: list[list[Span]] = [[] for _ in overrides]
    for starts_at, ends_at, people in _pieces(stretches, overrides):
        for one in _telling(overrides, people, at=starts_at):
            found[one].append((starts_at, ends_at))
    taken = list(fixed)
    return [
        (
            one,
            ((one.starts_at, one.ends_at),) if one.kind == SHADOW else minus(joined(spans), taken),
        )
        for one, spans in zip(overrides, found, strict=True)
    ]


def _telling(overrides: Sequence[OverrideSpec], people: People, *, at: datetime) -> set[int]:
    """The places, in their order, of the changes that make a difference at this instant."""
    holding = [
        (place, one)
        for place, one in enumerate(overrides)
        if one.kind != SHADOW and one.starts_at <= at < one.ends_at
    ]
    holding.sort(key=lambda pair: not pair[1].is_swap)
    named = {one.instead_of: place for place, one in holding if one.instead_of in people}
    for_all = [place for place, one in holding if one.instead_of is None and one.kind == REPLACE]
    more = [place for place, one in holding if one.kind == ADD]
    return {*named.values(), *for_all[-1:], *more}


def _pieces(
    stretches: Iterable[Segment], overrides: Iterable[OverrideSpec]
) -> Iterator[tuple[datetime, datetime, People]]:
    """The stretches cut wherever an override begins or ends, each with everybody of its levels."""
    cuts = sorted({edge for one in overrides for edge in (one.starts_at, one.ends_at)})
    for stretch in stretches:
        people = tuple(dict.fromkeys(one for level in stretch.levels for one in level))
        inside = [one for one in cuts if stretch.starts_at < one < stretch.ends_at]
        for starts_at, ends_at in pairwise([stretch.starts_at, *inside, stretch.ends_at]):
            yield starts_at, ends_at, people


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

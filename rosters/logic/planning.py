"""A fair plan for the next weeks: who takes which shift, and why. Pure, and always the same.

Shifts are dealt in the order of time, each to whoever has carried the least so far, counting what
they carried before. Nights, weekends and holidays weigh more than an hour by day. Nobody gets a
shift while they are away; being on call elsewhere at the time, or too little rest, is avoided where
somebody else is there; a wish counts for one shift and a half. When nothing of that stands in the
way, no two people differ by more than the heaviest shift.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from rosters.logic.load import NOTHING, Category, Load, Place, joined, load
from rosters.logic.spans import Span

HOUR = timedelta(hours=1)
WEIGHTS = {Category.DAY: 2, Category.NIGHT: 3, Category.WEEKEND: 3, Category.HOLIDAY: 4}
"""What an hour weighs, in half hours by day."""
RATHER_NOT, GLADLY = 3, -1
"""What a wish weighs, in halves of the shift that it is about."""
BEHIND = 0.25
"""What a shift behind somebody weighs, as a part of one as the first on call."""
CATCHES_UP = 2
"""What was carried before counts for so many shifts at most, so that nobody drowns in a debt."""
LONGEST_PIECE = timedelta(days=1)


class Wish(StrEnum):
    """What somebody said about a time."""

    RATHER_NOT = "rather_not"
    GLADLY = "gladly"


@dataclass(frozen=True)
class Slot:
    """One shift to be given to somebody: its half-open times, in order. Level 1 is the first."""

    spans: tuple[Span, ...]
    level: int
    people: tuple[int, ...]
    planned: int | None = None

    @property
    def starts_at(self) -> datetime:
        return self.spans[0][0]

    @property
    def ends_at(self) -> datetime:
        return self.spans[-1][1]


@dataclass(frozen=True)
class Member:
    """Somebody who can take shifts. `carried` is what weighed on them before, None if they are new.

    `busy`: on call elsewhere. `wishes` with the times that they are about.
    """

    person: int
    name: str
    place: Place
    away: tuple[Span, ...] = ()
    busy: tuple[Span, ...] = ()
    wishes: tuple[tuple[Wish, Span], ...] = ()
    carried: float | None = None

    def is_away(self, slot: Slot) -> bool:
        return _touch(self.away, slot.spans)

    def wishes_of(self, slot: Slot) -> set[Wish]:
        return {wish for wish, span in self.wishes if _touch((span,), slot.spans)}


class Reason(StrEnum):
    """Why somebody got a shift, the plainest first."""

    NOBODY = "nobody"
    ALONE = "alone"
    ONLY_ONE_FREE = "only_one_free"
    GLADLY = "gladly"
    SPARED_WISH = "spared_wish"
    SPARED_REST = "spared_rest"
    SPARED_BUSY = "spared_busy"
    LEAST = "least"
    TURN = "turn"


@dataclass(frozen=True)
class Given:
    """One shift of the plan: who, and why. Nobody where everybody is away.

    `others` are those whom the reason is about: who is away, or would rather not.
    """

    slot: Slot
    person: int | None
    reason: Reason
    others: tuple[int, ...] = ()
    less: float = 0

    @property
    def is_moved(self) -> bool:
        return self.person != self.slot.planned


@dataclass(frozen=True)
class Change:
    """What one person carries in these weeks: by the plain rotation, and by the plan."""

    person: int
    before: Load
    after: Load
    backup_before: float = 0
    backup_after: float = 0
    """Hours on the levels behind the first."""


@dataclass(frozen=True)
class Compared:
    """What the two had carried whom a reason compares, in hours by day; "mine" is who got it."""

    mine: float
    theirs: float


@dataclass(frozen=True)
class Plan:
    """Who takes which shift, in the order of time, and what that means for each."""

    given: tuple[Given, ...]
    changes: tuple[Change, ...] = ()

    @property
    def moved(self) -> int:
        return sum(one.is_moved for one in self.given)

    @property
    def open(self) -> int:
        """Shifts for which nobody is there."""
        return sum(one.person is None for one in self.given)


def weight(spans: Iterable[Span], place: Place) -> float:
    """What these times weigh on somebody who lives there: in hours by day."""
    found = load(spans, place).by_category
    return sum(WEIGHTS[kind] * (length / HOUR) for kind, length in found.items()) / 2


def cost(slot: Slot, member: Member) -> float:
    """What a shift weighs on somebody."""
    return weight(slot.spans, member.place) * (1 if slot.level == 1 else BEHIND)


@dataclass
class _Dealing:
    """What is known while shifts are dealt."""

    members: Mapping[int, Member]
    rest: timedelta
    carried: dict[int, float]
    held: dict[int, list[Span]] = field(default_factory=dict)

    def lacks_rest(self, person: int, slot: Slot) -> bool:
        """Whether the shift would lie closer than `rest` to another one of theirs."""
        spans = [*self.held.get(person, ()), *self.members[person].busy]
        begin, end = slot.starts_at - self.rest, slot.ends_at + self.rest
        return bool(self.rest) and _touch(spans, ((begin, end),))

    def is_busy(self, person: int, slot: Slot) -> bool:
        """Whether they have another shift at that time, here or elsewhere."""
        return _touch([*self.held.get(person, ()), *self.members[person].busy], slot.spans)

    def give(self, slot: Slot, person: int) -> None:
        self.held.setdefault(person, []).extend(slot.spans)
        self.carried[person] += cost(slot, self.members[person])


def propose(slots: Iterable[Slot], members: Iterable[Member], *, rest: timedelta = NOTHING) -> Plan:
    """The fair plan for these shifts; what it compares with is each slot's `planned`."""
    wanted = sorted(slots, key=lambda slot: (slot.starts_at, slot.level, slot.ends_at))
    known = {member.person: member for member in members}
    dealing = _Dealing(known, rest, _start(wanted, known))
    given = [one for slot in wanted for one in _deal(slot, dealing)]
    return Plan(tuple(given), tuple(_changes(given, known)))


def _start(slots: Sequence[Slot], members: Mapping[int, Member]) -> dict[int, float]:
    """What each one carried, as far from the average as counts; who is new begins at it."""
    known = [one.carried for one in members.values() if one.carried is not None]
    average = sum(known) / len(known) if known else 0.0
    heaviest = max(
        (cost(slot, member) for slot in slots for member in members.values()),
        default=0.0,
    )
    return {
        pk: 0.0 if one.carried is None else _offset(one.carried - average, heaviest)
        for pk, one in members.items()
    }


def _offset(carried: float, heaviest: float) -> float:
    """What counts of a difference, in halves of a shift: little is nothing, much is not all."""
    if not heaviest:
        return 0.0
    halves = max(min(round(2 * carried / heaviest), 2 * CATCHES_UP), -2 * CATCHES_UP)
    return halves * heaviest / 2


def _deal(slot: Slot, dealing: _Dealing) -> Iterator[Given]:
    """The shift goes to somebody; where nobody is there for all of it, its days are dealt."""
    people = [pk for pk in slot.people if pk in dealing.members]
    free = [pk for pk in people if not dealing.members[pk].is_away(slot)]
    if not free:
        parts = list(_parts(slot))
        if len(parts) > 1 and people:
            for part in parts:
                yield from _deal(part, dealing)
        else:
            yield Given(slot, None, Reason.NOBODY, tuple(people))
        return
    person = min(free, key=_order(slot, dealing))
    yield _given(slot, person, free, people, dealing)
    dealing.give(slot, person)


def _order(slot: Slot, dealing: _Dealing) -> Callable[[int], tuple[object, ...]]:
    """Who comes first: free and rested, the least carried, whose turn it is, then their place."""

    def key(person: int) -> tuple[object, ...]:
        return (
            dealing.is_busy(person, slot),
            dealing.lacks_rest(person, slot),
            round(dealing.carried[person] + _wished(person, slot, dealing), 6),
            person != slot.planned,
            slot.people.index(person),
        )

    return key


def _wished(person: int, slot: Slot, dealing: _Dealing) -> float:
    """What their wishes add to what they carry."""
    member = dealing.members[person]
    wishes = member.wishes_of(slot)
    halves = RATHER_NOT * (Wish.RATHER_NOT in wishes) + GLADLY * (Wish.GLADLY in wishes)
    return cost(slot, member) * halves / 2


def _given(slot: Slot, person: int, free: list[int], people: list[int], dealing: _Dealing) -> Given:
    """The shift with the reason that tells the most."""
    gone = tuple(pk for pk in people if pk not in free)
    others = [pk for pk in free if pk != person]
    if not others:
        return Given(slot, person, Reason.ONLY_ONE_FREE if gone else Reason.ALONE, gone)
    if Wish.GLADLY in dealing.members[person].wishes_of(slot):
        return Given(slot, person, Reason.GLADLY)
    lighter = [pk for pk in others if dealing.carried[pk] < dealing.carried[person] - 1e-6]
    if not lighter and slot.planned == person:
        return Given(slot, person, Reason.TURN)
    if not lighter:
        return _as_least(slot, person, others, dealing)
    if busy := tuple(pk for pk in lighter if dealing.is_busy(pk, slot)):
        return Given(slot, person, Reason.SPARED_BUSY, busy)
    if tired := tuple(pk for pk in lighter if dealing.lacks_rest(pk, slot)):
        return Given(slot, person, Reason.SPARED_REST, tired)
    return Given(slot, person, Reason.SPARED_WISH, tuple(lighter))


def _as_least(slot: Slot, person: int, others: list[int], dealing: _Dealing) -> Given:
    """They have carried the least: compared with whose turn it would be, else with the next."""
    compared = next((pk for pk in others if pk == slot.planned), others[0])
    less = dealing.carried[compared] - dealing.carried[person]
    return Given(slot, person, Reason.LEAST, (compared,), max(less, 0.0))


def _parts(slot: Slot) -> Iterator[Slot]:
    """The shift in smaller ones: its times, else the days of its only one."""
    if len(slot.spans) > 1:
        yield from (replace(slot, spans=(span,)) for span in slot.spans)
        return
    starts_at, ends_at = slot.spans[0]
    while starts_at < ends_at:
        until = min(starts_at + LONGEST_PIECE, ends_at)
        yield replace(slot, spans=((starts_at, until),))
        starts_at = until


def _changes(given: Sequence[Given], members: Mapping[int, Member]) -> Iterator[Change]:
    """The first on call with nights and weekends; who is behind somebody sleeps, so hours do."""
    for pk, member in members.items():
        before = [one.slot for one in given if one.slot.planned == pk]
        after = [one.slot for one in given if one.person == pk]
        yield Change(
            pk,
            load(joined(_first(before)), member.place),
            load(joined(_first(after)), member.place),
            _behind(before),
            _behind(after),
        )


def _first(slots: Iterable[Slot]) -> list[Span]:
    return [span for slot in slots if slot.level == 1 for span in slot.spans]


def _behind(slots: Iterable[Slot]) -> float:
    spans = joined(span for slot in slots if slot.level > 1 for span in slot.spans)
    return round(sum((end - begin) / HOUR for begin, end in spans), 1)


def compared(plan: Plan, members: Iterable[Member]) -> Iterator[Compared | None]:
    """For each shift of the plan in turn, what the two had carried until it was given.

    None where nobody is compared, and where one of them is new: they begin at the average.
    """
    known = {member.person: member for member in members}
    carried = {pk: one.carried for pk, one in known.items()}
    for one in plan.given:
        mine = carried.get(one.person or 0)
        theirs = carried.get(one.others[0]) if one.others else None
        both = one.reason is Reason.LEAST and mine is not None and theirs is not None
        yield Compared(mine or 0.0, theirs or 0.0) if both else None
        if one.person is not None and mine is not None:
            carried[one.person] = mine + cost(one.slot, known[one.person])


def _touch(spans: Iterable[Span], others: Sequence[Span]) -> bool:
    return any(begin < until and since < end for begin, end in spans for since, until in others)

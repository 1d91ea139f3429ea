"""When a running layer changes, and whose turn it is then. Pure; instants are aware, in UTC."""

from datetime import datetime
from zoneinfo import ZoneInfo

from rosters.logic.plans import LayerPlan
from rosters.logic.walltime import instant, read, utc

TRIES = 400


def next_handover(plan: LayerPlan, zone: ZoneInfo, *, now: datetime) -> datetime | None:
    """When the next turn begins after `now`, as the rotation counts; None when none does.

    `zone` is the roster's. Hours in which the layer does not count make no difference.
    """
    if not plan.turns:
        return None
    rotation, here = plan.rotation, plan.zone(zone)
    number = _number(plan, here, at=now)
    for step in range(TRIES):
        begins_at = instant(rotation.turn_starts_at(number + step), here)
        if rotation.ends_at is not None and begins_at >= instant(rotation.ends_at, here):
            return None
        if begins_at > now:
            return begins_at
    return None


def _number(plan: LayerPlan, zone: ZoneInfo, *, at: datetime) -> int:
    """The turn that holds `at`; the first one before the start."""
    begun = read(utc(at), zone).begun
    rotation = plan.rotation
    return rotation.turn_number(begun) if begun >= rotation.starts_at else 0


def whose_turn(plan: LayerPlan, zone: ZoneInfo, *, at: datetime) -> tuple[int, ...]:
    """Who has the turn that holds `at`, whatever the hours; before the start, who begins."""
    if not plan.turns:
        return ()
    return plan.rotation.turn_people(_number(plan, plan.zone(zone), at=at))


def beginning_with(plan: LayerPlan, turn: int, zone: ZoneInfo, *, at: datetime) -> int:
    """The `first` with which the turn that holds `at` is the one at `turn`, counted from 0."""
    if not plan.turns:
        return 0
    return (turn - _number(plan, plan.zone(zone), at=at)) % len(plan.turns)


def carrying_on(plan: LayerPlan, old: LayerPlan, zone: ZoneInfo, *, at: datetime) -> int:
    """The `first` with which whoever has the turn at `at` by the old plan has it by the new one.

    If nobody of that turn is in the new plan, whoever would have followed begins.
    """
    if not plan.turns or not old.turns:
        return 0
    rotation = old.rotation
    number = _number(old, old.zone(zone), at=at)
    for step in range(len(old.turns)):
        place = _place(plan, rotation.turn_people(number + step))
        if place is not None:
            return beginning_with(plan, place, zone, at=at)
    return beginning_with(plan, 0, zone, at=at)


def _place(plan: LayerPlan, people: tuple[int, ...]) -> int | None:
    """The turn of these people: all of them together, else the first with one of them."""
    wanted = set(people)
    whole = (place for place, turn in enumerate(plan.turns) if set(turn) == wanted)
    some = (place for place, turn in enumerate(plan.turns) if set(turn) & wanted)
    return next(whole, next(some, None))

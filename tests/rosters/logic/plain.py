"""Who is on call, worked out the slow and plain way, to hold the arithmetic to.

It shares nothing with it but the specifications: turns are counted from the start on, one hour or
day after another, instants come from trying both readings of a wall time, and minutes are walked
where a wall time is missing.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from rosters.logic.rotation import LayerSpec, Levels, RosterSpec, RotationSpec

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MINUTE = timedelta(minutes=1)
IsAway = Callable[[int], bool]
LAST_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def instant(wall: datetime, zone: ZoneInfo, *, is_end: bool = False) -> datetime:
    readings = [wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)]
    real = [one for one in readings if local(one, zone) == wall]
    if real:
        return max(real) if is_end else min(real)
    at = min(readings).replace(second=0, microsecond=0)
    while local(at, zone) < wall:
        at += MINUTE
    return at


def local(at: datetime, zone: ZoneInfo) -> datetime:
    return at.astimezone(zone).replace(tzinfo=None, fold=0)


def month_later(anchor: datetime, months: int) -> datetime:
    year, month = anchor.year, anchor.month
    for _ in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    is_leap = month == 2 and (year % 4 == 0 and (year % 100 != 0 or year % 400 == 0))
    last_day = LAST_DAYS[month - 1] + is_leap
    return anchor.replace(year=year, month=month, day=min(anchor.day, last_day))


def turn(rotation: RotationSpec, zone: ZoneInfo, at: datetime) -> tuple[int, ...]:
    if not rotation.people or at < instant(rotation.starts_at, zone):
        return ()
    if rotation.ends_at is not None and at >= instant(rotation.ends_at, zone):
        return ()
    number = numbered(rotation, zone, at)
    if number is None:
        return ()
    place = rotation.people[(number + rotation.first) % len(rotation.people)]
    return place if isinstance(place, tuple) else (place,)


def numbered(rotation: RotationSpec, zone: ZoneInfo, at: datetime) -> int | None:
    """The turn that holds `at`, found by walking there from the start; None on a day off."""
    step = HOUR if rotation.unit == "hour" else DAY
    counted, number = 0, None
    wall = rotation.starts_at
    while instant(wall, zone) <= at:
        day = rotation.starts_at + (wall - rotation.starts_at) // DAY * DAY
        holds = not rotation.weekdays or day.weekday() in rotation.weekdays
        number = counted // rotation.length if holds else None
        counted += holds
        wall += step
    if number is None or rotation.unit in ("hour", "day"):
        return number
    if rotation.unit == "week":
        return (day - rotation.starts_at).days // 7 // rotation.length
    number = 0
    while month_later(rotation.starts_at, (number + 1) * rotation.length) <= day:
        number += 1
    return number


def is_open(layer: LayerSpec, zone: ZoneInfo, at: datetime) -> bool:
    if layer.valid_from is not None and at < layer.valid_from:
        return False
    if layer.valid_until is not None and at >= layer.valid_until:
        return False
    if not layer.restrictions:
        return True
    today = local(at, zone).date()
    for one in layer.restrictions:
        for ago in range(-2, 4):
            day = today - ago * DAY
            if one.weekday in (None, day.weekday()):
                until = day if one.ends_at > one.starts_at else day + DAY
                opens = instant(datetime.combine(day, one.starts_at), zone)
                closes = instant(datetime.combine(until, one.ends_at), zone, is_end=True)
                if opens <= at < closes:
                    return True
    return False


def on_call(spec: RosterSpec, at: datetime) -> Levels:
    def is_away(person: int) -> bool:
        return any(begin <= at < end for begin, end in spec.away.get(person, ()))

    for temporary in reversed(spec.temporaries):
        if temporary.starts_at <= at < temporary.ends_at:
            holding = [one for one in temporary.shifts if one.starts_at <= at < one.ends_at]
            found = [[o.person for o in holding if o.level == n] for n in range(1, 10)]
            return clean(found, is_away)
    levels: dict[int, list[int]] = {}
    for layer in spec.layers:
        zone = layer.zone or spec.zone
        if layer.is_shadow or not is_open(layer, zone, at):
            continue
        here = levels.setdefault(layer.priority, [])
        for rotation in layer.rotations:
            here += turn(rotation, zone, at)
        here += [one.person for one in layer.shifts if one.starts_at <= at < one.ends_at]
    return arranged(spec, [levels[one] for one in sorted(levels)], is_away, at)


def arranged(spec: RosterSpec, levels: list[list[int]], is_away: IsAway, at: datetime) -> Levels:
    holding = [one for one in spec.overrides if one.starts_at <= at < one.ends_at]
    changed = []
    for level in levels:
        new: list[int | None] = []
        for person in level:
            mine = [one for one in holding if one.instead_of == person]
            strong = [one for one in mine if not one.is_swap] or mine
            new += [person] if not strong else [strong[-1].person]
        changed.append(new)
    found: list[tuple[int | None, ...]] = [*clean(changed, is_away)]
    everybody = [one for one in holding if one.kind == "replace" and one.instead_of is None]
    chosen = [one for one in everybody if not one.is_swap] or everybody
    if chosen:
        found[:1] = [(chosen[-1].person,)]
    added = [one for one in holding if one.kind == "add"]
    added.sort(key=lambda one: not one.is_swap)
    if added:
        found[:1] = [(*(found[0] if found else ()), *(one.person for one in added))]
    return clean(found, is_away)


def clean(levels: Iterable[Iterable[int | None]], is_away: IsAway) -> Levels:
    """Each level without who is away and without doubles; none is empty."""
    found = []
    for level in levels:
        there: list[int] = []
        for person in level:
            if person is not None and person not in there and not is_away(person):
                there.append(person)
        if there:
            found.append(tuple(there))
    return tuple(found)

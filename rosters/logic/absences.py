"""What an absence leaves open, who may keep it, and what becomes of its cover. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from rosters.logic.directory import Directory
from rosters.logic.rotation import OverrideSpec
from rosters.logic.spans import Span, joined, minus

LONGEST = timedelta(days=400)
REMIND_AFTER = timedelta(days=1)
REMIND_FOR = timedelta(days=1)
"""Who was asked is reminded once, in the day that follows the first one."""
SHORTEST = timedelta(minutes=1)


@dataclass(frozen=True)
class Keeper:
    """What a reader is to the person whose absence it is."""

    is_self: bool = False
    is_administrator: bool = False
    keeps_rosters: bool = False
    leads_their_team: bool = False

    @property
    def stands_above(self) -> bool:
        """Somebody who keeps absences of others."""
        return self.is_administrator or self.keeps_rosters or self.leads_their_team


def why_not_keep(keeper: Keeper, *, name: str) -> str | None:
    """Whether a reader may enter, change and end the absences of the person called `name`."""
    if keeper.is_self or keeper.stands_above:
        return None
    return (
        f"Only {name}, the lead of a team of theirs, roster managers and administrators can change"
        " this."
    )


def why_not_answer(keeper: Keeper, *, is_asked: bool, name: str) -> str | None:
    """Whether a reader may answer for the person called `name`, who was asked to cover.

    Whoever keeps absences may note what was said on the phone; who is away may not.
    """
    if is_asked or (keeper.stands_above and not keeper.is_self):
        return None
    return f"Only {name} can answer, or somebody who keeps absences."


def why_not_window(starts_at: datetime, ends_at: datetime, *, now: datetime) -> str | None:
    """Whether an absence may be from `starts_at` until `ends_at`."""
    if ends_at - starts_at < SHORTEST:
        return "It must end after it starts."
    if ends_at <= now:
        return "That is over already. Choose an end that is still to come."
    if ends_at - starts_at > LONGEST:
        return f"An absence lasts at most {LONGEST.days} days. Ask an administrator about more."
    return None


@dataclass(frozen=True)
class Slot:
    """One stretch in which somebody would be on call if they were not away. Half-open.

    `open` are the parts that nobody covers, `answering` those who are called then, first level
    first; `has_hole` when for a part of them there is nobody.
    """

    roster_id: int
    starts_at: datetime
    ends_at: datetime
    is_backup: bool
    open: tuple[Span, ...] = ()
    answering: tuple[int, ...] = ()
    has_hole: bool = False


def slots(
    directory: Directory, person_id: int, *, window: Span, covering: Mapping[int, Sequence[Span]]
) -> tuple[Slot, ...]:
    """What the absence `window` leaves open, by time.

    `directory` is right for the window; `covering` are the spans that its cover has, by roster.
    """
    here = as_it_would_be(directory, person_id, away=(), covering=covering)
    away = as_it_would_be(directory, person_id, away=(window,), covering=covering)
    found = [
        _judged(away, slot, covering.get(slot.roster_id, ()))
        for roster_id in directory.rosters
        for slot in _turns(here, roster_id, person_id, window)
    ]
    return tuple(sorted(found, key=lambda one: (one.starts_at, one.is_backup, one.roster_id)))


def as_it_would_be(
    directory: Directory,
    person_id: int,
    *,
    away: tuple[Span, ...],
    covering: Mapping[int, Sequence[Span]],
) -> Directory:
    """The directory with these absences of one person, and without who covers for them."""
    people = dict(directory.people)
    if person_id in people:
        people[person_id] = replace(people[person_id], away=away)
    rosters = {
        pk: replace(
            spec,
            overrides=tuple(
                one for one in spec.overrides if not _is_cover(one, person_id, covering.get(pk, ()))
            ),
        )
        for pk, spec in directory.rosters.items()
    }
    return Directory(people=people, rosters=rosters, roster_names=directory.roster_names)


def _is_cover(one: OverrideSpec, person_id: int, spans: Collection[Span]) -> bool:
    """It may name another: whom the layers have where the person stands in."""
    stands_in = one.person != person_id and not one.is_swap
    return stands_in and (one.starts_at, one.ends_at) in spans


def _turns(here: Directory, roster_id: int, person_id: int, window: Span) -> Iterable[Slot]:
    """The person's stretches on one roster, joined while only other people change."""
    held: Slot | None = None
    for stretch in here.stretches(roster_id, starts_at=window[0], ends_at=window[1]):
        level = next((n for n, one in enumerate(stretch.levels) if person_id in one), None)
        if level is None:
            continue
        is_backup = level > 0
        if held and (held.ends_at, held.is_backup) == (stretch.starts_at, is_backup):
            held = replace(held, ends_at=stretch.ends_at)
            continue
        if held:
            yield held
        held = Slot(roster_id, stretch.starts_at, stretch.ends_at, is_backup)
    if held:
        yield held


def _judged(away: Directory, slot: Slot, covered: Sequence[Span]) -> Slot:
    """With what is open of it, and who is called if that stays so."""
    level = int(slot.is_backup)
    found = away.stretches(slot.roster_id, starts_at=slot.starts_at, ends_at=slot.ends_at)
    asked = [one.levels[level] if len(one.levels) > level else () for one in found]
    return replace(
        slot,
        open=minus([(slot.starts_at, slot.ends_at)], covered),
        answering=tuple(dict.fromkeys(pk for one in asked for pk in one)),
        has_hole=not all(asked),
    )


def still_open(found: Iterable[Slot]) -> list[tuple[int, Span]]:
    """What nobody covers, as (roster, span), each once although a person stood there twice."""
    by_roster: dict[int, list[Span]] = {}
    for slot in found:
        by_roster.setdefault(slot.roster_id, []).extend(slot.open)
    return [(roster, span) for roster, spans in by_roster.items() for span in joined(spans)]


def trimmed(span: Span, *, to: Span) -> Span | None:
    """The part of `span` inside `to`; None when there is none."""
    starts_at, ends_at = max(span[0], to[0]), min(span[1], to[1])
    return (starts_at, ends_at) if starts_at < ends_at else None


def touches(span: Span, spans: Iterable[Span]) -> bool:
    """Whether `span` has time in common with any of these."""
    return any(trimmed(span, to=other) is not None for other in spans)

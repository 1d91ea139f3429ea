"""A layer as people set it up: what it says, and why it cannot be kept like that. Pure."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from hashlib import sha256
from zoneinfo import ZoneInfo

from rosters.logic.layers import LayerSpec
from rosters.logic.shifts import RestrictionSpec, RotationSpec

EVERY_DAY = tuple(range(7))
LONGEST_TURN = 366
MOST_TURNS, MOST_HOURS = 60, 14
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)
KEEP_DAYS = ("day", "week")


def days_of(weekdays: Collection[int]) -> tuple[int, ...]:
    """Weekdays in their order; every day is written as none."""
    found = tuple(sorted({day for day in weekdays if day in EVERY_DAY}))
    return () if found == EVERY_DAY else found


@dataclass(frozen=True)
class HoursPlan:
    """Hours of some weekdays (empty: of every day), wall time; an end may be on the next day."""

    starts_at: time
    ends_at: time
    weekdays: tuple[int, ...] = ()

    def restrictions(self) -> Iterator[RestrictionSpec]:
        for day in self.weekdays or (None,):
            yield RestrictionSpec(day, self.starts_at, self.ends_at)


@dataclass(frozen=True)
class LayerPlan:
    """One layer with its one rotation, as a page shows it and a form gives it back.

    `turns` are the people in their order, those of one turn together. `time_zone` "" is the
    roster's. `first` is the turn that begins on `starts_on`, counted from 0.
    """

    name: str
    turns: tuple[tuple[int, ...], ...]
    starts_on: date
    handover_at: time
    priority: int = 1
    unit: str = "week"
    length: int = 1
    ends_on: date | None = None
    weekdays: tuple[int, ...] = ()
    hours: tuple[HoursPlan, ...] = ()
    time_zone: str = ""
    is_shadow: bool = False
    first: int = 0

    @property
    def revision(self) -> str:
        """The same for two plans only if they say the same."""
        return sha256(repr(self).encode()).hexdigest()[:16]

    @property
    def people(self) -> set[int]:
        return {person for turn in self.turns for person in turn}

    def zone(self, roster_zone: ZoneInfo) -> ZoneInfo:
        return ZoneInfo(self.time_zone) if self.time_zone else roster_zone

    @property
    def rotation(self) -> RotationSpec:
        """Its turns for the resolver."""
        return RotationSpec(
            starts_at=datetime.combine(self.starts_on, self.handover_at),
            unit=self.unit,
            length=self.length,
            people=self.turns,
            ends_at=datetime.combine(self.ends_on, self.handover_at) if self.ends_on else None,
            weekdays=self.weekdays,
            first=self.first,
        )

    def spec(
        self, *, valid_from: datetime | None = None, valid_until: datetime | None = None
    ) -> LayerSpec:
        """The layer for the resolver, counting within these instants."""
        return LayerSpec(
            self.priority,
            (self.rotation,),
            tuple(one for hours in self.hours for one in hours.restrictions()),
            ZoneInfo(self.time_zone) if self.time_zone else None,
            valid_from,
            valid_until,
            self.is_shadow,
        )


@dataclass(frozen=True)
class Problem:
    """Why a plan cannot be kept, as a sentence, and the field it belongs to ("" for the whole)."""

    field: str
    text: str


def problems(
    plan: LayerPlan, *, taken: Collection[str] = (), names: Mapping[int, str]
) -> list[Problem]:
    """Everything that stands in the way; `taken` are the names of the roster's other layers."""
    return [*_naming(plan, taken), *_turning(plan, names), *_timing(plan)]


def _naming(plan: LayerPlan, taken: Collection[str]) -> Iterator[Problem]:
    if not plan.name:
        yield Problem("name", "Give the layer a name, such as First on call.")
    elif plan.name.casefold() in {one.casefold() for one in taken}:
        yield Problem(
            "name", f"This roster has a layer called {plan.name} already. Choose another name."
        )


def _turning(plan: LayerPlan, names: Mapping[int, str]) -> Iterator[Problem]:
    if not plan.turns:
        yield Problem("people", "Choose at least one person. Without anybody nobody is called.")
    if len(plan.turns) > MOST_TURNS:
        yield Problem("people", f"A layer has at most {MOST_TURNS} turns. Make two layers of it.")
    for number, turn in enumerate(plan.turns, start=1):
        twice = next((one for one in turn if turn.count(one) > 1), None)
        if twice is not None:
            who = names.get(twice, "Somebody")
            yield Problem("people", f"{who} stands twice in turn {number}. Once is enough.")
        unknown = next((one for one in turn if one not in names), None)
        if unknown is not None:
            yield Problem("people", f"Somebody of turn {number} is not here any more.")


def _timing(plan: LayerPlan) -> Iterator[Problem]:
    if not 1 <= plan.length <= LONGEST_TURN:
        yield Problem("length", f"A turn lasts from 1 to {LONGEST_TURN} of these.")
    if not FIRST_DAY <= plan.starts_on <= LAST_DAY:
        yield Problem("starts_on", f"Choose a day from {FIRST_DAY.year} to {LAST_DAY.year}.")
    if plan.ends_on is not None and not plan.starts_on < plan.ends_on <= LAST_DAY:
        yield Problem("ends_on", "It must end after it starts.")
    if plan.weekdays and plan.unit not in KEEP_DAYS:
        yield Problem(
            "weekdays",
            "Only turns of days or weeks can keep to certain weekdays. Count the turn in days or"
            " weeks, or choose every day.",
        )
    if len(plan.hours) > MOST_HOURS:
        yield Problem("hours", f"A layer has at most {MOST_HOURS} rows of hours.")

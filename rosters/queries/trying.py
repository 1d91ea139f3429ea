"""A roster as it would be: from a form, before anything is kept. Asked through the one resolver."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from rosters.logic.changeovers import whose_turn
from rosters.logic.clock_changes import ClockChange, clock_changes
from rosters.logic.coverage import Gap, gaps
from rosters.logic.directory import Directory, PersonSpec
from rosters.logic.plans import LayerPlan
from rosters.logic.rotation import LayerSpec, RosterSpec, TemporarySpec
from rosters.models import Roster
from rosters.queries import frames
from rosters.queries.directory import load_people
from rosters.queries.doubling import Doubled, doubled
from rosters.queries.frames import Frame, MonthDay, Stay
from rosters.queries.plans import Held
from rosters.queries.specs import load_rosters

AHEAD = timedelta(days=56)
NIGHT = timedelta(hours=18)
SHOWN_GAPS = 4


@dataclass(frozen=True)
class Tryout:
    """A layer as it would be from `at` on, in the place of `held` (None: one more layer).

    Without a `plan` the layer that is `held` ends then.
    """

    plan: LayerPlan | None
    at: datetime
    held: Held | None = None
    runs: bool = False

    def layers(self, standing: Sequence[LayerSpec]) -> list[LayerSpec]:
        """The roster's layers with this one among them."""
        if self.held is None:
            return [*standing, *self._spec(self.at if self.runs else None)]
        pk, row = self.held.layer.pk, self.held.layer
        rest = [one for one in standing if one.layer_id != pk]
        if not self.runs:
            return [*rest, *self._spec(row.valid_from, row.valid_until)]
        old = [one for one in standing if one.layer_id == pk]
        closed = [replace(one, valid_until=self.at) for one in old]
        return [*rest, *closed, *self._spec(self.at)]

    def _spec(self, since: datetime | None, until: datetime | None = None) -> list[LayerSpec]:
        return [self.plan.spec(valid_from=since, valid_until=until)] if self.plan else []


@dataclass(frozen=True)
class Takeover:
    """Whose turn it is when the change begins, before and after; `differs_at` is the first instant
    at which other people than before are first on call, within eight weeks."""

    at: datetime
    is_now: bool
    before: tuple[PersonSpec, ...]
    after: tuple[PersonSpec, ...]
    differs_at: datetime | None

    @property
    def is_same(self) -> bool:
        return {one.person_id for one in self.before} == {one.person_id for one in self.after}


@dataclass(frozen=True)
class Night:
    """One clock change, and who is on call around it."""

    change: ClockChange
    zone: ZoneInfo
    turns: tuple[Stay, ...]

    @property
    def walls(self) -> tuple[time, time]:
        """What the roster's clocks skip that night, or show twice."""
        return self.change.walls(self.zone)


@dataclass(frozen=True)
class Elsewhere:
    """A clock change where somebody of the roster lives: there, every hand-over moves by it."""

    change: ClockChange
    zone: ZoneInfo


@dataclass(frozen=True)
class Tried:
    """What a roster would be like: four weeks, its gaps, the next two clock changes, and who is
    first on call elsewhere at the same time."""

    month: tuple[tuple[MonthDay, ...], ...]
    gaps: tuple[Gap, ...]
    nights: tuple[Night, ...]
    zone: ZoneInfo
    takeover: Takeover | None = None
    elsewhere: tuple[Elsewhere, ...] = ()
    doubled: tuple[Doubled, ...] = ()

    @property
    def more_gaps(self) -> int:
        return max(len(self.gaps) - SHOWN_GAPS, 0)


def directory_of(
    roster: Roster, layers: Sequence[LayerSpec] | None, *, starts_at: datetime, ends_at: datetime
) -> Directory:
    """The roster as if it were published, with other layers if they are given."""
    spec = load_rosters({roster.pk}, starts_at=starts_at, ends_at=ends_at)[roster.pk].as_published
    if layers is not None:
        spec = replace(spec, layers=tuple(layers))
    return _directory(roster, spec, starts_at=starts_at, ends_at=ends_at)


def directory_with(
    roster: Roster, temporaries: Sequence[TemporarySpec], *, starts_at: datetime, ends_at: datetime
) -> Directory:
    """The same with these temporary schedules, in the order in which they were made."""
    spec = load_rosters({roster.pk}, starts_at=starts_at, ends_at=ends_at)[roster.pk].as_published
    spec = replace(spec, temporaries=tuple(temporaries))
    return _directory(roster, spec, starts_at=starts_at, ends_at=ends_at)


def _directory(
    roster: Roster, spec: RosterSpec, *, starts_at: datetime, ends_at: datetime
) -> Directory:
    return Directory(
        people=load_people(spec.people, starts_at=starts_at, ends_at=ends_at),
        rosters={roster.pk: spec},
        roster_names={roster.pk: roster.name},
    )


def tried(roster: Roster, tryout: Tryout | None, *, zone: ZoneInfo, now: datetime) -> Tried:
    """The roster with the tryout, or as it stands without one; times are read in `zone`."""
    nights = clock_changes(_zone_of_nights(roster, tryout), after=now)
    last = max([now + AHEAD, *(one.at + NIGHT for one in nights)])
    window = {"starts_at": now - timedelta(days=7), "ends_at": last}
    standing = directory_of(roster, None, **window)
    spec = standing.rosters[roster.pk]
    directory = standing
    if tryout is not None:
        directory = with_layers(standing, roster, tryout.layers(spec.layers), **window)
    today = now.astimezone(zone).date()
    frame = Frame(roster.pk, directory, zone, today - timedelta(days=today.weekday()), now)
    ahead = directory.stretches(roster.pk, starts_at=now, ends_at=now + AHEAD)
    own = _zone_of_nights(roster, tryout)
    return Tried(
        month=frames.month(frame),
        gaps=gaps(directory.rosters[roster.pk], ahead),
        nights=tuple(_night(one, frame, own) for one in nights),
        zone=own,
        elsewhere=() if nights else _elsewhere(directory, directory.rosters[roster.pk], now=now),
        takeover=_takeover(roster, tryout, standing, directory, now=now),
        doubled=doubled(roster, directory, ahead, starts_at=now, ends_at=now + AHEAD),
    )


def _elsewhere(directory: Directory, spec: RosterSpec, *, now: datetime) -> tuple[Elsewhere, ...]:
    """The next change in each zone that people of the roster live in, by time."""
    people = (directory.people[one] for one in spec.people if one in directory.people)
    zones = sorted({one.time_zone for one in people})
    found = [
        Elsewhere(change, ZoneInfo(name))
        for name in zones
        for change in clock_changes(ZoneInfo(name), after=now, most=1)
    ]
    return tuple(sorted(found, key=lambda one: (one.change.at, one.zone.key)))


def with_layers(
    standing: Directory,
    roster: Roster,
    layers: Sequence[LayerSpec],
    *,
    starts_at: datetime,
    ends_at: datetime,
) -> Directory:
    """The same roster with these layers; people who come new are read."""
    spec = replace(standing.rosters[roster.pk], layers=tuple(layers))
    fresh = spec.people - set(standing.people)
    people = dict(standing.people)
    if fresh:
        people |= load_people(fresh, starts_at=starts_at, ends_at=ends_at)
    return Directory(people=people, rosters={roster.pk: spec}, roster_names=standing.roster_names)


def _zone_of_nights(roster: Roster, tryout: Tryout | None) -> ZoneInfo:
    zone = ZoneInfo(roster.time_zone)
    return tryout.plan.zone(zone) if tryout and tryout.plan else zone


def _night(one: ClockChange, frame: Frame, zone: ZoneInfo) -> Night:
    levels = frames.stays(frame, starts_at=one.at - NIGHT, ends_at=one.at + NIGHT)
    return Night(one, zone, tuple(levels[0]) if levels else ())


def _takeover(
    roster: Roster,
    tryout: Tryout | None,
    standing: Directory,
    directory: Directory,
    *,
    now: datetime,
) -> Takeover | None:
    """Who changes, for a layer that runs."""
    if tryout is None or not tryout.runs or tryout.held is None or tryout.held.plan is None:
        return None
    if tryout.plan is None:
        return None
    zone = ZoneInfo(roster.time_zone)
    before = whose_turn(tryout.held.plan, zone, at=tryout.at)
    after = whose_turn(tryout.plan, zone, at=tryout.at)
    return Takeover(
        tryout.at,
        tryout.at <= now,
        frames.named(before, directory),
        frames.named(after, directory),
        _differs_at(roster.pk, standing, directory, now=now),
    )


def _differs_at(
    roster_id: int, standing: Directory, directory: Directory, *, now: datetime
) -> datetime | None:
    window = {"starts_at": now, "ends_at": now + AHEAD}
    was = standing.stretches(roster_id, **window)
    edges = sorted({one.starts_at for one in (*was, *directory.stretches(roster_id, **window))})
    return next(
        (
            at
            for at in edges
            if standing.levels(roster_id, at=at) != directory.levels(roster_id, at=at)
        ),
        None,
    )

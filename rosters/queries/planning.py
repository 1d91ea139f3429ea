"""The fair plan for the next weeks of one roster, beside its plain rotation; reads only."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

from django.db.models import Q

from config.portal.sentences import Sentence
from rosters.logic import plan_reasons
from rosters.logic.bookings import shifts
from rosters.logic.directory import Directory
from rosters.logic.layers import LayerSpec
from rosters.logic.leading import Standing
from rosters.logic.load import within
from rosters.logic.planning import (
    BEHIND,
    Given,
    Member,
    Plan,
    Slot,
    Wish,
    compared,
    propose,
    weight,
)
from rosters.logic.rotation import Segment
from rosters.logic.spans import Span, joined
from rosters.logic.walltime import instant, wall
from rosters.models import (
    Override,
    Person,
    Roster,
    ShiftLog,
    ShiftWish,
    TemporarySchedule,
)
from rosters.queries.directory import Wanted, load_directory
from rosters.queries.load import place_of

BEFORE = timedelta(weeks=12)
"""What was carried in this time counts."""
WEEK, DAY = timedelta(weeks=1), timedelta(days=1)
NOTICE = timedelta(days=2)
"""How much time people have at least before a plan begins."""


@dataclass(frozen=True)
class Asked:
    """For how many weeks, and from the first hand-over on or after which day of the roster."""

    weeks: int
    first_day: date


@dataclass(frozen=True)
class Line:
    """One shift of the plan in words."""

    given: Given
    person: Person | None
    planned: Person | None
    why: Sentence


@dataclass(frozen=True)
class Carried:
    """What one person carries in these weeks, by the plain rotation and by the plan."""

    person: Person
    rows: tuple[tuple[str, float, float], ...]
    """The figure's name, before and after."""


@dataclass(frozen=True)
class Proposal:
    """The plan for [starts_at, ends_at), half-open. Without shifts there is nothing to plan.

    `overrides`: changes that would no longer hold; `arranged`: what is planned for then already.
    """

    roster: Roster
    asked: Asked
    starts_at: datetime
    ends_at: datetime
    plan: Plan
    lines: tuple[Line, ...]
    carried: tuple[Carried, ...]
    overrides: tuple[Override, ...]
    arranged: tuple[TemporarySchedule, ...]

    @property
    def fingerprint(self) -> str:
        """The same for two plans only if they say the same."""
        said = [(one.person, one.slot.level, one.slot.spans) for one in self.plan.given]
        return sha256(repr(said).encode()).hexdigest()[:16]


def next_day(roster: Roster, *, now: datetime) -> date:
    """The first Monday of the roster that leaves people some notice."""
    here = wall(now + NOTICE, ZoneInfo(roster.time_zone)).date()
    return here + timedelta(days=7 - here.weekday())


def propose_for(roster: Roster, asked: Asked, *, standing: Standing, now: datetime) -> Proposal:
    """The plan; a constant number of queries. Past figures stand only in a lead's reasons."""
    zone = ZoneInfo(roster.time_zone)
    day = instant(datetime.combine(asked.first_day, time(0)), zone)
    latest = day + (asked.weeks + 2) * WEEK
    directory = _directory(roster, starts_at=min(now, day) - DAY, ends_at=latest)
    starts_at = _first_handover(directory, roster.pk, since=day, until=latest) or day
    ends_at = instant(wall(starts_at, zone) + asked.weeks * WEEK, zone)
    slots = list(_slots(directory, roster.pk, starts_at=starts_at, ends_at=ends_at))
    ids = {pk for slot in slots for pk in slot.people}
    people = Person.objects.in_bulk(ids)
    members = _members(people, directory, roster, window=(starts_at, ends_at), now=now)
    plan = propose(slots, members, rest=timedelta(hours=roster.rest_hours))
    during = {"roster": roster, "starts_at__lt": ends_at, "ends_at__gt": starts_at}
    return Proposal(
        roster,
        asked,
        starts_at,
        ends_at,
        plan,
        tuple(_lines(plan, members, people, standing)),
        tuple(_carried(plan, people)),
        tuple(
            Override.objects.filter(**during)
            .select_related("person", "instead_of")
            .order_by("starts_at", "pk")
        ),
        tuple(TemporarySchedule.objects.filter(**during).order_by("starts_at", "pk")),
    )


def _directory(roster: Roster, *, starts_at: datetime, ends_at: datetime) -> Directory:
    """This roster and every other one that shares somebody with it."""
    people = Person.objects.filter(rotation_places__rotation__layer__roster=roster).values("pk")
    shared = Q(layers__rotations__members__person__in=people) | Q(
        overrides__person__in=people, overrides__ends_at__gt=starts_at
    )
    ids = set(Roster.objects.filter(shared).values_list("pk", flat=True)) | {roster.pk}
    return load_directory(Wanted(roster_ids=frozenset(ids)), starts_at=starts_at, ends_at=ends_at)


def _counted(directory: Directory, roster_id: int) -> list[LayerSpec]:
    spec = directory.rosters.get(roster_id)
    return [one for one in spec.layers if not one.is_shadow] if spec else []


def _first_handover(
    directory: Directory, roster_id: int, *, since: datetime, until: datetime
) -> datetime | None:
    """When those who are asked first hand over, on or after `since`. A layer that was closed goes
    on in the one that followed it."""
    layers = _counted(directory, roster_id)
    for priority in sorted({one.priority for one in layers}):
        begun = [
            one.starts_at
            for layer in layers
            if layer.priority == priority
            for one in directory.planned(roster_id, layer, starts_at=since - DAY, ends_at=until)[1:]
            if one.starts_at >= since and one.levels
        ]
        if begun:
            return min(begun)
    return None


def _slots(
    directory: Directory, roster_id: int, *, starts_at: datetime, ends_at: datetime
) -> Iterator[Slot]:
    """The shifts of every layer as its rotations cut them; each with everybody of the layer."""
    layers = _counted(directory, roster_id)
    levels = sorted({layer.priority for layer in layers})
    for layer in layers:
        found = directory.planned(roster_id, layer, starts_at=starts_at, ends_at=ends_at)
        people = _in_order(found, layer, directory, at=starts_at)
        for person, spans in _turns(found):
            yield Slot(tuple(spans), levels.index(layer.priority) + 1, people, person)


def _in_order(
    found: Sequence[Segment], layer: LayerSpec, directory: Directory, *, at: datetime
) -> tuple[int, ...]:
    """Everybody of the layer who can be called, in the order of their turns."""
    seen = (pk for one in found for level in one.levels for pk in level)
    everybody = dict.fromkeys([*seen, *sorted(layer.everybody)])
    known = directory.people
    return tuple(
        pk
        for pk in everybody
        if pk in known and known[pk].can_be_told and not known[pk].has_left(at)
    )


def _turns(found: Iterable[Segment]) -> list[tuple[int, list[Span]]]:
    """Who has which times; times of one person that follow each other are one turn, for a week."""
    turns: list[tuple[int, list[Span]]] = []
    open_: dict[int, list[Span]] = {}
    for one in found:
        here = {pk for level in one.levels for pk in level}
        if here:
            open_ = {pk: spans for pk, spans in open_.items() if pk in here}
        for pk in (person for level in one.levels for person in level):
            spans = open_.get(pk)
            if spans is None or one.ends_at - spans[0][0] > WEEK + DAY:
                spans = open_[pk] = []
                turns.append((pk, spans))
            spans.append((one.starts_at, one.ends_at))
    return [(pk, joined(spans)) for pk, spans in turns]


def _members(
    people: dict[int, Person],
    directory: Directory,
    roster: Roster,
    *,
    window: Span,
    now: datetime,
) -> list[Member]:
    wishes = _wishes(people, window)
    carried = _before(people, roster, now=now)
    busy = _busy(directory, roster, window)
    return [
        Member(
            pk,
            person.short_name,
            place_of(person),
            away=tuple(within(directory.people[pk].counts_as_nobody, *window)),
            busy=tuple(busy[pk]),
            wishes=tuple(wishes[pk]),
            carried=carried.get(pk),
        )
        for pk, person in sorted(people.items())
    ]


def _wishes(people: dict[int, Person], window: Span) -> dict[int, list[tuple[Wish, Span]]]:
    """What each one wishes for the window, as instants of their own days."""
    found: dict[int, list[tuple[Wish, Span]]] = defaultdict(list)
    rows = ShiftWish.objects.filter(
        person__in=people,
        first_day__lte=window[1].date() + DAY,
        last_day__gte=window[0].date() - DAY,
    )
    for one in rows.order_by("first_day", "pk"):
        zone = ZoneInfo(people[one.person_id].time_zone)
        begin = instant(datetime.combine(one.first_day, time(0)), zone)
        end = instant(datetime.combine(one.last_day + DAY, time(0)), zone)
        found[one.person_id].append((Wish(one.kind), (begin, end)))
    return found


def _before(people: dict[int, Person], roster: Roster, *, now: datetime) -> dict[int, float]:
    """What weighed on each one here in the last weeks; those who were never here are left out."""
    spans: dict[tuple[int, bool], list[Span]] = defaultdict(list)
    rows = ShiftLog.objects.filter(
        roster=roster, person__in=people, ends_at__gt=now - BEFORE, starts_at__lt=now
    )
    for pk, level, starts_at, ends_at in rows.values_list(
        "person_id", "level", "starts_at", "ends_at"
    ):
        spans[pk, level == 1].append((max(starts_at, now - BEFORE), min(ends_at, now)))
    found: dict[int, float] = defaultdict(float)
    for (pk, is_first), theirs in spans.items():
        share = 1 if is_first else BEHIND
        found[pk] += weight(sorted(theirs), place_of(people[pk])) * share
    return found


def _busy(directory: Directory, roster: Roster, window: Span) -> dict[int, list[Span]]:
    """When each one is first on call on another roster, from a day before on."""
    found: dict[int, list[Span]] = defaultdict(list)
    for pk in set(directory.rosters) - {roster.pk}:
        stretches = directory.stretches(pk, starts_at=window[0] - DAY, ends_at=window[1])
        for one in shifts(stretches):
            if one.level == 0:
                found[one.person].append((one.starts_at, one.ends_at))
    return found


def _lines(
    plan: Plan, members: Sequence[Member], people: dict[int, Person], standing: Standing
) -> Iterator[Line]:
    names = {pk: person.short_name for pk, person in people.items()}
    for one, both in zip(plan.given, compared(plan, members), strict=True):
        why = plan_reasons.say(one, names, with_figures=standing.sees_figures, compared=both)
        yield Line(one, people.get(one.person or 0), people.get(one.slot.planned or 0), why)


def _carried(plan: Plan, people: dict[int, Person]) -> Iterator[Carried]:
    has_backup = any(one.slot.level > 1 for one in plan.given)
    for one in sorted(plan.changes, key=lambda each: people[each.person].full_name):
        rows = tuple(
            (name, getattr(one.before, field), getattr(one.after, field)) for name, field in FIGURES
        )
        if has_backup:
            rows += (("Backup hours", one.backup_before, one.backup_after),)
        if any(before or after for _, before, after in rows):
            yield Carried(people[one.person], rows)


FIGURES = (
    ("Hours", "hours"),
    ("Nights", "nights"),
    ("Weekends", "weekends"),
    ("Holidays", "holidays"),
)

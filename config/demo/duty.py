"""Who is on call at the demo organisation: rosters, changes to them, absences, and one gap."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from config.demo.cast import Cast, slug
from rosters.enums import CoverageKind, OverrideKind, RotationUnit, WishKind
from rosters.models import (
    Absence,
    CoverageHours,
    CoverageTarget,
    CoverRequest,
    Layer,
    Override,
    Restriction,
    Roster,
    Rotation,
    RotationMember,
    ShiftWish,
)
from rosters.operations import shift_log

HANDOVER = time(9, 0)
HISTORY_WEEKS = 20
LOGGED_DAYS = 90
EVERY_DAY, WORKING_DAYS = range(7), range(5)


@dataclass(frozen=True)
class Level:
    """One layer: who takes turns, how long, and in which hours of which days it counts."""

    name: str
    people: tuple[str, ...]
    priority: int = 1
    unit: RotationUnit = RotationUnit.WEEK
    days: range = EVERY_DAY
    hours: tuple[int, int] | None = None


@dataclass(frozen=True)
class Plan:
    """One roster."""

    name: str
    zone: str
    levels: tuple[Level, ...]
    has_team: bool = True


@dataclass(frozen=True)
class Swap:
    """The one before takes the turn back for some hours, from a day and hour in Berlin."""

    roster: str
    level: int
    in_days: int
    hour: int
    hours: int
    reason: str


def _first(*people: str) -> Level:
    return Level("First on call", people)


def _backup(*people: str) -> Level:
    return Level("Backup", people, priority=2)


PLANS = [
    Plan(
        "Payments",
        "Europe/Berlin",
        (_first("Jonas", "Priya", "Felix"), _backup("Mei", "Daniela", "Hana")),
    ),
    Plan(
        "Storefront",
        "Europe/Berlin",
        (_first("Lena", "Marta", "Theo", "Zoe"), _backup("Aiko", "Yuki")),
    ),
    Plan("Messaging", "Europe/Berlin", (_first("Nadia", "Karim"), _backup("Ben", "Elif"))),
    Plan(
        "Platform",  # follows the sun: nobody is woken as first on call
        "Europe/London",
        (
            Level("Asia by day", ("Arjun", "Kenji"), hours=(0, 8)),
            Level("Europe by day", ("Grace", "Dmitri"), hours=(8, 16)),
            Level("Americas by day", ("Hannah", "Tomás"), hours=(16, 0)),
            _backup("Sam"),
        ),
    ),
    Plan(
        "Orders",
        "America/New_York",
        (
            Level(
                "First on call",
                ("Sofia", "Diego", "Rachel", "Wei"),
                unit=RotationUnit.DAY,
            ),
            _backup("Marcus", "Jada"),
        ),
    ),
    Plan("Delivery", "Asia/Kolkata", (_first("Rahul", "Divya", "Vikram"), _backup("Anita"))),
    Plan("Data", "Europe/London", (_first("Hugo", "Omar", "Ling"),)),
    Plan(
        "Customer care",  # by day only: nobody is meant to answer at night
        "Europe/London",
        (
            Level("First on call", ("Olivia", "Rosa"), days=WORKING_DAYS, hours=(8, 18)),
            Level("Backup", ("Callum", "Emily"), 2, days=WORKING_DAYS, hours=(8, 18)),
        ),
    ),
    Plan("Security", "Europe/Berlin", (_first("Chloe", "Viktor"), _backup("Haruto", "Isaac"))),
    Plan(
        "Incident command",
        "Europe/Berlin",
        (_first("Amara", "Tomás", "Grace"), _backup("Sam", "Amara", "Tomás")),
        has_team=False,
    ),
    Plan(
        "Duty executive",
        "Europe/London",
        (_first("Ruth", "Henrik"), _backup("Laura")),
        has_team=False,
    ),
]

SWAPS = [
    Swap("Payments", 0, 1, 18, 14, "A family party"),
    Swap("Payments", 1, 3, 9, 24, "A day at the trade fair"),
    Swap("Storefront", 0, 4, 18, 12, "An evening class"),
    Swap("Orders", 0, 5, 16, 10, "A swap that both agreed on"),
    Swap("Payments", 0, -9, 18, 12, "A school concert"),
    Swap("Messaging", 1, -23, 9, 30, "A long weekend"),
    Swap("Delivery", 0, -41, 6, 24, "A wedding"),
    Swap("Security", 0, -60, 10, 60, "Moving house"),
]

ABSENCES = [
    # who, from in days, for how many days, why
    ("Oskar", 2, 12, "Parental leave"),
    ("Carlos", 1, 9, "Holiday"),
    ("Paul", -3, 8, "Holiday"),
    ("Emily", 20, 7, "Training"),
    ("Tomoko", 4, 3, "Travel"),
    ("Priya", -30, 9, "Holiday"),
    ("Elif", -48, 5, "Ill"),
]

TARGETS = [
    # roster, when somebody is meant to be on call, hours on working days
    ("Payments", CoverageKind.ALWAYS, None),
    ("Storefront", CoverageKind.ALWAYS, None),
    ("Data", CoverageKind.ALWAYS, None),
    ("Customer care", CoverageKind.HOURS, (8, 18)),
]

WISHES = [
    # who, what, in how many weeks from this Monday, for how many days, why
    ("Jonas", WishKind.RATHER_NOT, 3, 5, "Our youngest is on holiday from school"),
    ("Felix", WishKind.GLADLY, 5, 7, "I am at home anyway"),
    ("Lena", WishKind.RATHER_NOT, 4, 4, "With my parents"),
    ("Nadia", WishKind.RATHER_NOT, 6, 3, "A wedding in the family"),
    ("Karim", WishKind.GLADLY, 6, 7, "I would rather have the week after free"),
    ("Priya", WishKind.RATHER_NOT, 4, 2, ""),
]

GAP_ROSTER = "Data"
GAP_IN_DAYS, GAP_FROM_HOUR, GAP_HOURS = 2, 18, 14
GAP_REASON = "A night train, without a phone line"
GAP_ASKED_BY, GAP_ASKED_HOURS_AGO = "Freya", 5


def build(cast: Cast) -> None:
    """Every roster with its layers, swaps and absences; nobody is on call in one night soon, and
    somebody has been asked to take it."""
    for plan in PLANS:
        _roster(cast, plan)
    for swap in SWAPS:
        _swap(cast, swap)
    for short_name, in_days, days, reason in ABSENCES:
        starts_at = _at(cast, in_days, 0)
        _away(cast, short_name, starts_at, starts_at + timedelta(days=days), reason)
    _gap(cast)
    _declare(cast)
    _wish(cast)


def log_past(cast: Cast, *, now: datetime) -> None:
    """The log of shifts holds the last three months, written as if it had been kept."""
    since = now.replace(second=0, microsecond=0) - timedelta(days=LOGGED_DAYS)
    Roster.objects.filter(pk__in=[one.pk for one in cast.rosters.values()]).update(
        logged_until=since
    )
    shift_log.write(now=now)


def _roster(cast: Cast, plan: Plan) -> None:
    roster = cast.rosters[plan.name] = Roster.objects.create(
        name=plan.name,
        slug=slug(plan.name),
        team=cast.teams[plan.name] if plan.has_team else None,
        time_zone=plan.zone,
    )
    for level in plan.levels:
        layer = Layer.objects.create(roster=roster, name=level.name, priority=level.priority)
        if level.hours:
            starts_at, ends_at = (time(hour, 0) for hour in level.hours)
            Restriction.objects.bulk_create(
                Restriction(layer=layer, weekday=day, starts_at=starts_at, ends_at=ends_at)
                for day in level.days
            )
        _rotation(cast, layer, level)


def _rotation(cast: Cast, layer: Layer, level: Level) -> None:
    """The first of the level has the turn of today."""
    rotation = Rotation.objects.create(
        layer=layer,
        starts_on=_first_turn(level, zone=layer.roster.time_zone, now=cast.made_at),
        handover_at=HANDOVER,
        unit=level.unit,
    )
    RotationMember.objects.bulk_create(
        RotationMember(rotation=rotation, order=order, person=cast.people[short_name])
        for order, short_name in enumerate(level.people)
    )


def _first_turn(level: Level, *, zone: str, now: datetime) -> date:
    day = _day(now, zone)
    is_weekly = level.unit == RotationUnit.WEEK
    current = day - timedelta(days=day.weekday() if is_weekly else 0)
    rounds = -(-timedelta(weeks=HISTORY_WEEKS) // (_turn(level) * len(level.people)))
    return current - rounds * len(level.people) * _turn(level)


def _turn(level: Level) -> timedelta:
    return timedelta(weeks=1) if level.unit == RotationUnit.WEEK else timedelta(days=1)


def _day(at: datetime, zone: str) -> date:
    """The day as duty counts it: it begins with the handover."""
    return (at.astimezone(ZoneInfo(zone)) - timedelta(hours=HANDOVER.hour)).date()


def _whose_turn(cast: Cast, plan: Plan, level: Level, *, at: datetime) -> int:
    """The place of the one whose turn it is."""
    first = _first_turn(level, zone=plan.zone, now=cast.made_at)
    return (_day(at, plan.zone) - first) // _turn(level) % len(level.people)


def _swap(cast: Cast, swap: Swap) -> None:
    plan = next(plan for plan in PLANS if plan.name == swap.roster)
    level = plan.levels[swap.level]
    starts_at = _at(cast, swap.in_days, swap.hour)
    place = _whose_turn(cast, plan, level, at=starts_at)
    goes = cast.people[level.people[place]]
    Override.objects.create(
        roster=cast.rosters[swap.roster],
        kind=OverrideKind.REPLACE,
        person=cast.people[level.people[place - 1]],
        instead_of=goes,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=swap.hours),
        reason=swap.reason,
        created_by=goes,
    )


def _gap(cast: Cast) -> None:
    """Whoever is on call alone is away for one night; who was asked has not answered yet."""
    plan = next(plan for plan in PLANS if plan.name == GAP_ROSTER)
    starts_at = _at(cast, GAP_IN_DAYS, GAP_FROM_HOUR)
    place = _whose_turn(cast, plan, plan.levels[0], at=starts_at)
    ends_at = starts_at + timedelta(hours=GAP_HOURS)
    people = plan.levels[0].people
    absence = _away(cast, people[place], starts_at, ends_at, GAP_REASON)
    CoverRequest.objects.create(
        absence=absence,
        person=cast.people[people[place - 1]],
        asked_by=cast.people[GAP_ASKED_BY],
        asked_at=cast.made_at - timedelta(hours=GAP_ASKED_HOURS_AGO),
    )


def _declare(cast: Cast) -> None:
    for name, kind, hours in TARGETS:
        target = CoverageTarget.objects.create(roster=cast.rosters[name], kind=kind)
        if hours:
            starts_at, ends_at = (time(hour, 0) for hour in hours)
            CoverageHours.objects.bulk_create(
                CoverageHours(target=target, weekday=day, starts_at=starts_at, ends_at=ends_at)
                for day in WORKING_DAYS
            )


def _wish(cast: Cast) -> None:
    for short_name, kind, weeks, days, reason in WISHES:
        person = cast.people[short_name]
        today = _day(cast.made_at, person.time_zone)
        first_day = today - timedelta(days=today.weekday()) + timedelta(weeks=weeks)
        ShiftWish.objects.create(
            person=person,
            kind=kind,
            first_day=first_day,
            last_day=first_day + timedelta(days=days - 1),
            reason=reason,
        )


def _away(
    cast: Cast, short_name: str, starts_at: datetime, ends_at: datetime, reason: str
) -> Absence:
    return Absence.objects.create(
        person=cast.people[short_name], starts_at=starts_at, ends_at=ends_at, reason=reason
    )


def _at(cast: Cast, in_days: int, hour: int) -> datetime:
    """An hour of a day from today on, wall time in Berlin."""
    here = cast.made_at.astimezone(ZoneInfo("Europe/Berlin"))
    day = here.date() + timedelta(days=in_days)
    return datetime.combine(day, time(hour), here.tzinfo)

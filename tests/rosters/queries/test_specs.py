"""Loading rosters: every row finds its way into the arithmetic, with as many queries for all."""

from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rosters.enums import CoverageKind, OverrideKind, SwapState
from rosters.logic.rotation import RosterSpec, on_call, segments
from rosters.logic.shifts import RestrictionSpec
from rosters.logic.targets import TargetSpec
from rosters.models import (
    CalendarFeed,
    CoverageHours,
    CoverageTarget,
    ImportedShift,
    Layer,
    Override,
    Person,
    Restriction,
    Roster,
    Rotation,
    RotationMember,
    ShiftSwap,
    TemporarySchedule,
    TemporaryShift,
)
from rosters.queries.directory import Wanted, load_directory
from rosters.queries.specs import load_rosters
from tests.factories import make_person, make_roster
from tests.world import NOW

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
LATER = NOW + 30 * DAY


def spec_of(roster: Roster) -> RosterSpec:
    return load_rosters({roster.pk}, starts_at=NOW, ends_at=LATER)[roster.pk].spec


def make_full_roster() -> Roster:
    """A roster with everything that a roster may have."""
    ada, ben, cy = make_person(), make_person(), make_person()
    roster = make_roster([ada, ben], [cy])
    layer = roster.layers.get(priority=1)
    Restriction.objects.create(layer=layer, starts_at=time(8), ends_at=time(18))
    window = {"starts_at": NOW, "ends_at": NOW + DAY}
    Override.objects.create(roster=roster, kind=OverrideKind.ADD, person=cy, **window)
    feed = CalendarFeed.objects.create(
        layer=layer, sealed_url="sealed", host="calendar.example.com", next_read_at=NOW
    )
    ImportedShift.objects.create(feed=feed, person=ben, **window)
    schedule = TemporarySchedule.objects.create(
        roster=roster, name="Holidays", starts_at=NOW + 2 * DAY, ends_at=NOW + 3 * DAY
    )
    TemporaryShift.objects.create(
        schedule=schedule, person=ben, starts_at=NOW + 2 * DAY, ends_at=NOW + 3 * DAY
    )
    target = CoverageTarget.objects.create(roster=roster, kind=CoverageKind.HOURS)
    CoverageHours.objects.create(target=target, starts_at=time(8), ends_at=time(18))
    return roster


def queries() -> int:
    ids = frozenset(Roster.objects.values_list("pk", flat=True))
    with CaptureQueriesContext(connection) as captured:
        load_rosters(ids, starts_at=NOW, ends_at=LATER)
    return len(captured)


def test_thirty_rosters_take_as_many_queries_as_three() -> None:
    for _ in range(3):
        make_full_roster()
    few = queries()
    for _ in range(27):
        make_full_roster()

    assert queries() == few == 6


def test_people_of_equal_order_take_their_turn_together() -> None:
    ada, ben, cy = make_person(), make_person(), make_person()
    roster = make_roster([ada])
    rotation = roster.layers.get().rotations.get()
    RotationMember.objects.create(rotation=rotation, order=7, person=cy)
    RotationMember.objects.create(
        rotation=rotation, order=rotation.members.get(person=ada).order, person=ben
    )

    (layer,) = spec_of(roster).layers

    assert layer.rotations[0].people == ((ada.pk, ben.pk), (cy.pk,))


def test_a_rotation_has_its_weekdays_and_its_first() -> None:
    roster = make_roster([make_person(), make_person()])
    Rotation.objects.update(weekdays=[0, 1], first=1, unit="day", ends_on=date(2027, 1, 1))

    (rotation,) = spec_of(roster).layers[0].rotations

    assert (rotation.weekdays, rotation.first, rotation.unit) == ((0, 1), 1, "day")
    assert str(rotation.ends_at) == "2027-01-01 09:00:00"


def test_a_layer_has_its_zone_its_hours_and_its_validity() -> None:
    roster = make_roster([make_person()])
    layer = roster.layers.get()
    Restriction.objects.create(layer=layer, starts_at=time(22), ends_at=time(6))
    Layer.objects.update(
        time_zone="Asia/Kolkata", valid_from=NOW, valid_until=LATER, is_shadow=True
    )

    (spec,) = spec_of(roster).layers

    assert spec.zone == ZoneInfo("Asia/Kolkata")
    assert (spec.valid_from, spec.valid_until, spec.is_shadow) == (NOW, LATER, True)
    assert spec.restrictions == (RestrictionSpec(None, time(22), time(6)),)
    assert spec.layer_id == layer.pk


@pytest.mark.parametrize(
    ("valid_from", "valid_until", "is_there"),
    [
        (None, NOW, False),
        (None, NOW + DAY, True),
        (LATER, None, False),
        (LATER - DAY, None, True),
    ],
)
def test_a_layer_is_read_while_it_is_valid(valid_from, valid_until, is_there):
    roster = make_roster([make_person()])
    Layer.objects.update(valid_from=valid_from, valid_until=valid_until)

    assert bool(spec_of(roster).layers) is is_there


def test_closing_a_layer_and_opening_another_leaves_the_past_as_it_was() -> None:
    roster = make_roster([make_person(), make_person()])
    cut = NOW + DAY
    before = segments(spec_of(roster), starts_at=NOW, ends_at=cut)
    Layer.objects.update(valid_until=cut)
    fresh = Layer.objects.create(roster=roster, name="Level 1", valid_from=cut)
    rotation = Rotation.objects.create(
        layer=fresh, starts_on=date(2026, 11, 20), handover_at=time(9), unit="day"
    )
    newcomer = make_person()
    RotationMember.objects.create(rotation=rotation, order=1, person=newcomer)

    spec = spec_of(roster)

    assert segments(spec, starts_at=NOW, ends_at=cut) == before
    assert on_call(spec, at=cut) == ((newcomer.pk,),)


def test_a_swap_gives_way_to_an_override() -> None:
    ada, ben, cy = make_person(), make_person(), make_person()
    roster = make_roster([ada])
    window = {"starts_at": NOW, "ends_at": NOW + DAY}
    Override.objects.create(roster=roster, person=ben, instead_of=ada, **window)
    swap = ShiftSwap.objects.create(
        roster=roster,
        person=ada,
        taker=cy,
        state=SwapState.DONE,
        asked_by=ada,
        asked_at=NOW,
        agreed_at=NOW,
        **window,
    )
    Override.objects.create(roster=roster, person=cy, instead_of=ada, swap=swap, **window)

    assert on_call(spec_of(roster), at=NOW) == ((ben.pk,),)


def test_a_temporary_schedule_replaces_everything_in_its_window() -> None:
    ada, ben, cy = make_person(), make_person(), make_person()
    roster = make_roster([ada])
    schedule = TemporarySchedule.objects.create(
        roster=roster, name="Holidays", starts_at=NOW, ends_at=NOW + 2 * DAY
    )
    shift = {"schedule": schedule, "starts_at": NOW, "ends_at": NOW + DAY}
    TemporaryShift.objects.create(person=ben, level=2, **shift)
    TemporaryShift.objects.create(person=cy, **shift)

    found = segments(spec_of(roster), starts_at=NOW, ends_at=NOW + 3 * DAY)

    assert [one.levels for one in found] == [((cy.pk,), (ben.pk,)), (), ((ada.pk,),)]


def test_an_empty_temporary_schedule_is_a_gap() -> None:
    roster = make_roster([make_person()])
    TemporarySchedule.objects.create(roster=roster, name="Closed", starts_at=NOW, ends_at=NOW + DAY)

    assert on_call(spec_of(roster), at=NOW) == ()


def test_what_a_calendar_says_stands_in_its_layer() -> None:
    ada = make_person()
    roster = make_roster([])
    feed = CalendarFeed.objects.create(
        layer=roster.layers.get(), sealed_url="", host="calendar.example.com", next_read_at=NOW
    )
    ImportedShift.objects.create(feed=feed, person=ada, starts_at=NOW, ends_at=NOW + DAY)

    found = segments(spec_of(roster), starts_at=NOW, ends_at=NOW + 2 * DAY)

    assert [one.levels for one in found] == [((ada.pk,),), ()]


def test_a_draft_calls_nobody_and_can_be_looked_at() -> None:
    ada, ben = make_person(), make_person()
    roster = make_roster([ada])
    Override.objects.create(
        roster=roster, kind=OverrideKind.ADD, person=ben, starts_at=NOW, ends_at=LATER
    )
    Roster.objects.update(is_draft=True)

    loaded = load_rosters({roster.pk}, starts_at=NOW, ends_at=LATER)[roster.pk]

    assert on_call(loaded.spec, at=NOW) == ()
    assert on_call(loaded.as_published, at=NOW) == ((ada.pk, ben.pk),)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (CoverageKind.ALWAYS, TargetSpec("always", levels=2)),
        (
            CoverageKind.HOURS,
            TargetSpec("hours", (RestrictionSpec(5, time(8), time(18)),), levels=2),
        ),
        (CoverageKind.NONE, TargetSpec("none", levels=2)),
    ],
)
def test_a_roster_has_what_it_declares(kind, expected):
    roster = make_roster()
    target = CoverageTarget.objects.create(roster=roster, kind=kind, levels=2, reason="Why.")
    CoverageHours.objects.create(target=target, weekday=5, starts_at=time(8), ends_at=time(18))

    assert spec_of(roster).target == expected


def test_a_roster_that_declares_nothing_has_no_target() -> None:
    assert spec_of(make_roster()).target is None


def test_who_rides_along_is_known_and_not_called() -> None:
    ada, ben, cy = make_person("Ada"), make_person("Ben"), make_person("Cy")
    roster = make_roster([ada], [ben])
    Layer.objects.filter(priority=2).update(is_shadow=True)
    Override.objects.create(
        roster=roster, kind=OverrideKind.SHADOW, person=cy, starts_at=NOW, ends_at=LATER
    )

    directory = load_directory(
        Wanted(roster_ids=frozenset({roster.pk})), starts_at=NOW, ends_at=LATER
    )

    assert directory.levels(roster.pk, at=NOW) == ((ada.pk,),)
    assert directory.shadows(roster.pk, at=NOW) == (ben.pk, cy.pk)
    assert {one.full_name for one in directory.people.values()} == {"Ada", "Ben", "Cy"}


def test_everybody_who_could_be_called_is_loaded() -> None:
    roster = make_full_roster()

    directory = load_directory(
        Wanted(roster_ids=frozenset({roster.pk})), starts_at=NOW, ends_at=LATER
    )

    assert set(directory.people) == set(Person.objects.values_list("pk", flat=True))
    assert directory.levels(roster.pk, at=NOW + 2 * DAY)

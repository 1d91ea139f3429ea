"""The log of shifts: what really was, written once, whoever races and whatever is changed later."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rosters.enums import OverrideKind, ShiftSource
from rosters.models import Absence, Override, Person, Roster, ShiftLog
from rosters.operations import leaving, shift_log
from tests.races import together
from tests.world import World, at, make_roster

pytestmark = pytest.mark.django_db
START = at("2026-11-16 09:00", "Europe/Berlin")  # a Monday, where turns change
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def _alone(world: World) -> None:
    """The roster of the company has Alice first and Bob behind her, every week."""
    Roster.objects.update(logged_until=START)


def rows(roster: Roster) -> list[tuple[str, int, datetime, datetime, str]]:
    found = ShiftLog.objects.filter(roster=roster).order_by("starts_at", "level", "pk")
    return [
        (one.person.short_name, one.level, one.starts_at, one.ends_at, one.source) for one in found
    ]


def replace_alice(world: World, starts_at: datetime, ends_at: datetime) -> None:
    Override.objects.create(
        roster=world.roster,
        kind=OverrideKind.REPLACE,
        person=world.carol,
        instead_of=world.alice,
        starts_at=starts_at,
        ends_at=ends_at,
    )


def test_it_holds_every_level_until_the_last_whole_minute(world: World) -> None:
    shift_log.write(now=START + DAY + timedelta(seconds=42))

    assert rows(world.roster) == [
        ("Alice", 1, START, START + DAY, ShiftSource.TURN),
        ("Bob", 2, START, START + DAY, ShiftSource.TURN),
    ]
    assert Roster.objects.get(pk=world.roster.pk).logged_until == START + DAY


def test_a_shift_that_goes_on_is_one_row(world: World) -> None:
    for minutes in range(1, 9):
        shift_log.write(now=START + timedelta(minutes=minutes))

    assert [one[:4] for one in rows(world.roster)] == [
        ("Alice", 1, START, START + timedelta(minutes=8)),
        ("Bob", 2, START, START + timedelta(minutes=8)),
    ]


def test_written_again_it_is_the_same(world: World) -> None:
    now = START + 3 * DAY
    shift_log.write(now=now)
    before = list(ShiftLog.objects.order_by("pk").values())

    assert shift_log.write(now=now) == 0
    assert shift_log.write(now=now - HOUR) == 0

    assert list(ShiftLog.objects.order_by("pk").values()) == before


def test_an_override_entered_afterwards_changes_nothing_that_is_logged(world: World) -> None:
    shift_log.write(now=START + DAY)

    replace_alice(world, START, START + 2 * DAY)
    shift_log.write(now=START + 3 * DAY)

    assert [one for one in rows(world.roster) if one[1] == 1] == [
        ("Alice", 1, START, START + DAY, ShiftSource.TURN),
        ("Carol", 1, START + DAY, START + 2 * DAY, ShiftSource.OVERRIDE),
        ("Alice", 1, START + 2 * DAY, START + 3 * DAY, ShiftSource.TURN),
    ]


def test_it_says_why_somebody_was_there(world: World) -> None:
    Absence.objects.create(person=world.alice, starts_at=START + HOUR, ends_at=START + 2 * HOUR)
    replace_alice(world, START + 2 * HOUR, START + 3 * HOUR)

    shift_log.write(now=START + 4 * HOUR)

    assert [(one[0], one[4]) for one in rows(world.roster) if one[1] == 1] == [
        ("Alice", ShiftSource.TURN),
        ("Bob", ShiftSource.MOVED_UP),
        ("Carol", ShiftSource.OVERRIDE),
        ("Alice", ShiftSource.TURN),
    ]


@pytest.mark.parametrize("days", [1, 20, 100], ids=["a day", "twenty days", "a hundred days"])
def test_after_a_pause_it_is_caught_up_without_a_hole(world: World, days: int) -> None:
    make_roster("Search", [[world.carol, world.dora]], now=START)
    Roster.objects.update(logged_until=START)

    shift_log.write(now=START + days * DAY)

    for roster in Roster.objects.all():
        first = [one for one in rows(roster) if one[1] == 1]
        assert (first[0][2], first[-1][3]) == (START, START + days * DAY)
        assert all(one[3] == other[2] for one, other in pairwise(first))


def test_catching_up_in_steps_or_at_once_is_the_same(world: World) -> None:
    other = make_roster("Search", [[world.carol, world.dora]], now=START)
    Roster.objects.update(logged_until=START)

    for days in (3, 9, 30):
        Roster.objects.filter(pk=other.pk).update(logged_until=None)
        shift_log.write(now=START + days * DAY)
    steps = rows(world.roster)
    ShiftLog.objects.all().delete()
    Roster.objects.update(logged_until=START)
    shift_log.write(now=START + 30 * DAY)

    assert rows(world.roster) == steps


def test_a_log_begins_when_a_roster_is_first_seen(world: World) -> None:
    Roster.objects.update(logged_until=None)

    shift_log.write(now=START + DAY)
    shift_log.write(now=START + 2 * DAY)

    assert rows(world.roster)[0][2:4] == (START + DAY, START + 2 * DAY)


def test_a_draft_is_not_logged_and_begins_anew(world: World) -> None:
    Roster.objects.update(is_draft=True)
    shift_log.write(now=START + DAY)
    assert rows(world.roster) == []

    Roster.objects.update(is_draft=False)
    shift_log.write(now=START + 2 * DAY)
    shift_log.write(now=START + 3 * DAY)

    assert rows(world.roster)[0][2:4] == (START + 2 * DAY, START + 3 * DAY)


def test_it_survives_leavers_and_new_names(world: World) -> None:
    shift_log.write(now=START + DAY)
    leaving.leave(world.alice, by=world.carol, now=START + DAY)
    Person.objects.filter(pk=world.alice.pk).update(full_name="Alice Other")
    Roster.objects.update(name="Money on call")

    shift_log.write(now=START + 2 * DAY)

    kept = ShiftLog.objects.get(person=world.alice, level=1)
    assert (kept.person_name, kept.roster_name) == ("Alice Example", "Payments on call")
    assert kept.ends_at == START + DAY
    assert rows(world.roster)[-1][:2] == ("Bob", 1)


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_write_it_once(world: World) -> None:
    now = START + 40 * DAY

    def sweep() -> int:
        return shift_log.write(now=now)

    raised = [one for one in together(sweep, sweep) if isinstance(one, BaseException)]
    shift_log.write(now=now)

    assert raised == []
    assert [one[2:4] for one in rows(world.roster)] == [(START, now), (START, now)]


def test_many_rosters_cost_as_many_queries_as_few(world: World) -> None:
    def queries(now: datetime) -> int:
        with CaptureQueriesContext(connection) as captured:
            shift_log.write(now=now)
        return len(captured)

    for number in range(2):
        make_roster(f"Few {number}", [[world.carol], [world.dora]], now=START)
    Roster.objects.update(logged_until=START)
    queries(START + HOUR)
    few = queries(START + DAY)
    for number in range(27):
        make_roster(f"Many {number}", [[world.carol], [world.dora]], now=START)
    Roster.objects.update(logged_until=START + DAY)

    queries(START + DAY + HOUR)
    assert queries(START + 2 * DAY) == few

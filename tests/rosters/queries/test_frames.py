"""The rows of a roster's week."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from rosters.enums import OverrideKind
from rosters.models import Override, TemporarySchedule
from rosters.queries import roster as reading
from rosters.queries.roster import Asked
from tests.world import NOW, World

pytestmark = pytest.mark.django_db

UTC = ZoneInfo("UTC")
HOUR = timedelta(hours=1)


def test_a_temporary_schedule_has_a_row_for_each_level_and_shows_its_holes(world: World) -> None:
    at = NOW.replace(minute=0, second=0, microsecond=0) + 24 * HOUR
    schedule = TemporarySchedule.objects.create(
        roster=world.roster, name="Office move", starts_at=at, ends_at=at + 24 * HOUR
    )
    for person, level, first, last in (
        (world.erin, 1, 0, 8),
        (world.carol, 1, 12, 24),
        (world.dora, 2, 0, 24),
    ):
        schedule.shifts.create(
            person=person, level=level, starts_at=at + first * HOUR, ends_at=at + last * HOUR
        )

    page = reading.of(world.roster, Asked(UTC, UTC), now=NOW)

    rows = [one for one in page.sources if one.name == "Office move"]
    said = [
        [
            (tuple(person.short_name for person in block.people), block.is_gap)
            for block in row.blocks
            if not block.is_blank
        ]
        for row in rows
    ]
    assert [one.detail for one in rows] == ["replaces everything", "and behind them"]
    assert said == [
        [(("Erin",), False), ((), True), (("Carol",), False)],
        [(("Dora",), False)],
    ]


@pytest.mark.parametrize("view", ["week", "month"])
def test_grid_list_and_month_cut_where_the_backup_changes(world: World, view: str) -> None:
    at = NOW.replace(hour=9, minute=0, second=0, microsecond=0) + 48 * HOUR
    Override.objects.create(
        roster=world.roster,
        person=world.erin,
        instead_of=world.bob,
        kind=OverrideKind.REPLACE,
        starts_at=at,
        ends_at=at + 24 * HOUR,
        reason="A swap.",
        created_by=world.erin,
    )

    page = reading.of(world.roster, Asked(UTC, UTC, view), now=NOW)

    assert {one.short_name for one in page.line.first} == {"Alice"}
    if view == "week":
        rows = [
            (turn.starts_at, turn.behind[0].stays[0].people[0].short_name, turn.opens)
            for turn in page.turns
        ]
        grid = [
            (block.starts_at, block.people[0].short_name)
            for row in page.levels
            if row.name == "Backup"
            for block in row.blocks
        ]
        assert [row[1:] for row in rows] == [("Bob", True), ("Erin", False), ("Bob", False)]
        assert [row[:2] for row in rows] == grid
        assert page.turns[1].shift == page.turns[2].shift == (NOW, page.turns[0].shift[1])
        return
    days = {one.day: one for week in page.month for one in week}
    said = [
        [
            (stay.people[0].short_name, stay.starts_at if stay.is_later else None)
            for stay in days[(at + day * 24 * HOUR).date()].behind[0].stays
        ]
        for day in range(3)
    ]
    assert said == [
        [("Bob", None), ("Erin", at)],
        [("Erin", None), ("Bob", at + 24 * HOUR)],
        [("Bob", None)],
    ]


def test_the_link_of_a_shift_at_the_edge_of_the_week_asks_for_all_that_is_to_come(
    world: World,
) -> None:
    midnight = NOW.replace(hour=0, minute=0, second=0, microsecond=0)
    before, after = midnight + 4 * 24 * HOUR + 9 * HOUR, midnight + 12 * 24 * HOUR + 9 * HOUR
    Override.objects.create(
        roster=world.roster,
        person=world.erin,
        instead_of=world.alice,
        kind=OverrideKind.REPLACE,
        starts_at=before,
        ends_at=after,
        created_by=world.erin,
    )
    first_day = (midnight + 5 * 24 * HOUR).date()

    page = reading.of(world.roster, Asked(UTC, UTC, first_day=first_day), now=NOW)

    [turn] = page.turns
    assert (turn.shift, turn.is_part, turn.goes_on) == ((before, after), True, True)
    block = page.levels[0].blocks[0]
    assert (block.starts_at, block.window) == (turn.starts_at, turn.window)
    assert turn.window.startswith(f"from={before:%Y-%m-%dT%H:%MZ}&to={after:%Y-%m-%dT%H:%MZ}&")


def test_the_link_of_the_shift_that_runs_asks_for_the_rest_of_it(world: World) -> None:
    page = reading.of(world.roster, Asked(UTC, UTC), now=NOW)

    running = next(one for one in page.turns if one.is_now)
    assert running.shift[0] == NOW
    assert running.window.startswith(f"from={NOW:%Y-%m-%dT%H:%MZ}&")

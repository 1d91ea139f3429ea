"""The rows of a roster's week."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from rosters.models import TemporarySchedule
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

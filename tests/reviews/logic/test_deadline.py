"""By when a review is due."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from reviews.logic.deadline import due_at
from tests.world import at

BERLIN = ZoneInfo("Europe/Berlin")
PROMISED = at("2026-11-24 12:00")


@pytest.mark.parametrize(
    ("target_at", "resolved_at", "expected"),
    [
        (PROMISED, at("2026-11-20 12:00"), PROMISED),
        (None, at("2026-11-20 12:00"), at("2026-11-27 17:00", "Europe/Berlin")),
        (None, at("2026-11-21 12:00"), at("2026-11-27 17:00", "Europe/Berlin")),
        (None, at("2026-10-23 12:00"), at("2026-10-30 17:00", "Europe/Berlin")),
    ],
    ids=["promised", "a Friday", "a Saturday", "over the DST night"],
)
def test_due_at(target_at: datetime | None, resolved_at: datetime, expected: datetime) -> None:
    assert due_at(target_at, resolved_at=resolved_at, zone=BERLIN) == expected

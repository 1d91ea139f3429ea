"""What a message says of times: a clock time today, and its day as well on any other."""

from datetime import timedelta

import pytest

from incidents.operations import lifecycle, wording
from incidents.operations.lifecycle import Opening
from rosters.logic.directory import Candidate
from tests.world import NOW, World

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("read_after", "detected"),
    [(timedelta(hours=2), "02:00"), (timedelta(days=2), "Sat 21 Nov, 02:00")],
    ids=["the same day", "two days later"],
)
def test_what_was_detected_another_day_says_which(
    world: World, read_after: timedelta, detected: str
) -> None:
    opening = Opening(title="Card payments fail", severity=1, service=world.service)
    incident = lifecycle.open_incident(opening, by=world.erin, now=NOW)
    reader = Candidate(world.alice.pk, "Alice Example", "Alice", "UTC", "on call")

    found = wording.reading(reader, incident, now=NOW + read_after)

    assert found["detected"] == detected

"""The small company after an incident: resolved at 04:00, three hours' work."""

from datetime import timedelta

import pytest

from incidents.models import Incident
from incidents.operations import lifecycle
from incidents.operations.lifecycle import Opening
from reviews.models import Review
from reviews.operations import sweep
from tests import world as small_world
from tests.world import NOW, World

RESOLVED = NOW + timedelta(hours=2)
LATER = RESOLVED + timedelta(hours=9)


@pytest.fixture
def world(db: None) -> World:
    return small_world.build()


def over(world: World, *, severity: int = 1, title: str = "Card payments fail") -> Incident:
    """An incident that Alice acknowledged, contained and resolved."""
    opening = Opening(title=title, severity=severity, service=world.service)
    incident = lifecycle.open_incident(opening, by=world.erin, now=NOW)
    lifecycle.acknowledge(incident, by=world.alice, now=NOW + timedelta(minutes=3))
    contained = NOW + timedelta(minutes=50)
    lifecycle.contain(incident, by=world.alice, at=contained, now=contained)
    return lifecycle.resolve(incident, by=world.alice, at=RESOLVED, now=RESOLVED)


@pytest.fixture
def incident(world: World) -> Incident:
    return over(world)


@pytest.fixture
def review(incident: Incident) -> Review:
    sweep.open_due_reviews(now=RESOLVED)
    return Review.objects.select_related("incident").get(incident=incident)

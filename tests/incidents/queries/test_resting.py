"""Whom we would call if it were handed back: the page says what the engine then does."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from incidents.enums import HoldKind
from incidents.models import Incident, Notification
from incidents.operations import engine, lifecycle
from incidents.operations.judgment import holding
from incidents.operations.lifecycle import Opening
from incidents.queries.calls import Calls, calls_for
from rosters.models import Absence
from tests.world import NOW, World

pytestmark = pytest.mark.django_db


def minutes(count: float) -> datetime:
    return NOW + timedelta(minutes=count)


def calls_of(incident: Incident, *, now: datetime) -> Calls:
    found = Incident.objects.for_board().get(pk=incident.pk)
    return calls_for([found], now=now)[incident.pk]


def taken(world: World, *, at: float) -> Incident:
    opening = Opening(title="Card payments fail", severity=1, service=world.service)
    incident = lifecycle.open_incident(opening, by=world.erin, now=NOW)
    for minute in range(int(at) + 1):
        engine.tick(now=minutes(minute))
    lifecycle.acknowledge(incident, by=world.alice, now=minutes(at))
    return incident


def called_after(incident: Incident, *, since: datetime) -> list[str]:
    rows = Notification.objects.filter(
        incident=incident, run__clock__promise="acknowledge", created_at__gte=since
    )
    return [one.person.full_name for one in rows.order_by("pk")]


def nothing(_incident: Incident, _world: World) -> None:
    pass


def hold(incident: Incident, world: World) -> None:
    asked = holding.Asked(HoldKind.HOLD, minutes(60), "The bank says five more minutes")
    holding.hold(incident, asked, by=world.alice, now=minutes(30))


def bob_is_away(_incident: Incident, world: World) -> None:
    Absence.objects.create(person=world.bob, starts_at=minutes(-1), ends_at=minutes(600))


@pytest.mark.parametrize(
    ("taken_at", "before", "says"),
    [
        (1, nothing, ("Bob Example", 41)),
        (1, bob_is_away, ("Carol Example", 41)),
        (1, hold, ("Bob Example", 60)),
        (200, nothing, ("Alice Example", 240)),
    ],
    ids=["where it stopped", "an empty step gives way", "once a hold is over", "all were called"],
)
def test_the_page_names_whom_the_engine_then_calls(
    world: World,
    taken_at: int,
    before: Callable[[Incident, World], None],
    says: tuple[str, int],
) -> None:
    incident = taken(world, at=taken_at)
    before(incident, world)
    left_at = minutes(taken_at + 40)

    then = calls_of(incident, now=left_at).if_handed_back(at=left_at)
    lifecycle.hand_back(incident, by=world.alice, now=left_at)
    for minute in range(25):
        engine.tick(now=left_at + timedelta(minutes=minute))

    assert then is not None
    assert (then.who, then.call_at) == (says[0], minutes(says[1]))
    assert called_after(incident, since=left_at)[0] == says[0]


def test_nobody_is_said_when_nobody_can_be_called(world: World) -> None:
    incident = taken(world, at=1)
    for person in world.people.values():
        Absence.objects.create(person=person, starts_at=minutes(-1), ends_at=minutes(99_000))

    then = calls_of(incident, now=minutes(2)).if_handed_back(at=minutes(2))

    assert then is not None
    assert then.is_nobody


def test_an_incident_that_nobody_has_cannot_be_handed_back(world: World) -> None:
    incident = taken(world, at=1)
    lifecycle.hand_back(incident, by=world.alice, now=minutes(2))

    assert calls_of(incident, now=minutes(3)).if_handed_back(at=minutes(3)) is None

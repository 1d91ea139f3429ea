"""Health as one reader may know it."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from incidents.logic.health import HealthState
from incidents.models import AffectedService, Incident
from incidents.queries.health import days_of, health_of
from rosters.models import Person, Service, ServiceDependency
from tests.world import NOW, World

BERLIN = ZoneInfo("Europe/Berlin")


def open_incident(service: Service, **facts: object) -> Incident:
    values = {"title": "Cards fail", "severity": 1, "detected_at": NOW - timedelta(hours=1)}
    return Incident.objects.create(service=service, **(values | facts))


def make_service(world: World, name: str) -> Service:
    return Service.objects.create(name=name, slug=name.lower(), owner_team=world.team)


def state_of(service: Service, *, viewer: Person) -> HealthState:
    return health_of([service], viewer=viewer)[service.pk].state


def test_health_follows_incidents_and_needs(world: World) -> None:
    checkout, search = make_service(world, "Checkout"), make_service(world, "Search")
    ServiceDependency.objects.create(service=checkout, needs=world.service)
    incident = open_incident(world.service)
    AffectedService.objects.create(incident=incident, service=search)

    assert state_of(world.service, viewer=world.erin) == HealthState.FAILING
    assert state_of(checkout, viewer=world.erin) == HealthState.PARTLY
    assert state_of(search, viewer=world.erin) == HealthState.PARTLY


def test_a_restricted_incident_shows_only_to_those_with_a_part(world: World) -> None:
    open_incident(world.service, is_restricted=True, declared_by=world.alice)

    assert state_of(world.service, viewer=world.alice) == HealthState.FAILING
    assert state_of(world.service, viewer=world.erin) == HealthState.WORKING


def test_days_hide_restricted_incidents_too(world: World) -> None:
    open_incident(world.service, is_restricted=True, declared_by=world.alice)

    seen = {
        person.short_name: days_of([world.service], viewer=person, now=NOW, zone=BERLIN)[
            world.service.pk
        ][-1].level
        for person in (world.alice, world.erin)
    }

    assert seen == {"Alice": 1, "Erin": None}


def test_days_end_when_it_is_contained(world: World) -> None:
    three_days_ago = NOW - timedelta(days=3)
    open_incident(
        world.service,
        detected_at=three_days_ago,
        acknowledged_at=three_days_ago,
        acknowledged_by=world.alice,
        contained_at=three_days_ago + timedelta(hours=1),
        contained_by=world.alice,
    )

    days = days_of([world.service], viewer=world.erin, now=NOW, zone=BERLIN)[world.service.pk]

    assert [day.level for day in days[-5:]] == [None, 1, None, None, None]


@pytest.mark.parametrize("many", [3, 30])
def test_queries_stay_the_same(world: World, many: int) -> None:
    services = [make_service(world, f"Service{number}") for number in range(many)]
    for service in services:
        incident = open_incident(service)
        AffectedService.objects.create(incident=incident, service=world.service)
        ServiceDependency.objects.create(service=service, needs=world.service)

    with CaptureQueriesContext(
        connection,
    ) as queries:
        health_of(services, viewer=world.erin)
        days_of(services, viewer=world.erin, now=NOW, zone=BERLIN)

    assert len(queries) == 6

"""The incident page shows what changed before, also on what its services need."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from incidents.models import Change, Incident
from incidents.operations.lifecycle import Opening, open_incident
from incidents.queries import near_changes
from rosters.models import Service, ServiceDependency
from tests.world import NOW, World

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def auth(world: World) -> Service:
    """What Payments needs."""
    service = Service.objects.create(name="Auth", slug="auth", owner_team=world.team)
    ServiceDependency.objects.create(service=world.service, needs=service)
    return service


@pytest.fixture
def incident(world: World) -> Incident:
    opening = Opening(title="Cards fail", severity=1, service=world.service)
    return open_incident(opening, by=world.alice, now=NOW)


def test_the_page_says_what_changed_and_why_it_is_shown(
    world: World, auth: Service, incident: Incident, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("config.portal.clock.show_now", lambda: NOW + 3 * MINUTE)
    Change.objects.create(service=auth, title="Auth 4.12 is live", made_at=NOW - 40 * MINUTE)
    other = Service.objects.create(name="Search", slug="search", owner_team=world.team)
    Change.objects.create(service=other, title="Search 7", made_at=NOW - MINUTE)
    client = Client()
    client.force_login(world.frank)

    page = client.get(f"/incidents/{incident.reference}/").content.decode()

    assert "Auth 4.12 is live" in page
    assert "Payments needs Auth." in page
    assert "40\xa0minutes before" in page
    assert "Search 7" not in page


@pytest.mark.parametrize(
    ("minutes", "is_shown"),
    [(1, True), (24 * 60, True), (24 * 60 + 1, False), (-2, True), (-9, False)],
    ids=["just-before", "a-day", "longer", "since", "yet-to-come"],
)
def test_only_a_day_is_looked_at(
    world: World, incident: Incident, minutes: int, is_shown: bool
) -> None:
    Change.objects.create(service=world.service, title="New", made_at=NOW - minutes * MINUTE)

    found = near_changes.of(incident, now=NOW + 5 * MINUTE)

    assert bool(found) is is_shown
    assert [one.is_later for one in found] == ([minutes < 0] if is_shown else [])


def test_an_incident_of_no_service_sees_what_touches_everything(world: World) -> None:
    incident = open_incident(Opening(title="Odd", severity=3), by=world.alice, now=NOW)
    Change.objects.create(title="New network", made_at=NOW - MINUTE)
    Change.objects.create(service=world.service, title="Payments", made_at=NOW - MINUTE)

    [found] = near_changes.of(incident, now=NOW)

    assert found.change.title == "New network"


def test_many_changes_cost_as_little_as_few(
    world: World, auth: Service, incident: Incident
) -> None:
    def ask() -> int:
        row = Incident.objects.for_board().get(pk=incident.pk)
        with CaptureQueriesContext(connection) as asked:
            found = near_changes.of(row, now=NOW)
            assert all(str(one.change.service) and str(one.change.made_by) for one in found)
        return len(asked)

    Change.objects.create(service=auth, title="One", made_at=NOW - MINUTE)
    few = ask()
    for number in range(30):
        Change.objects.create(
            service=auth, title=f"No {number}", made_at=NOW - number * MINUTE, made_by=world.bob
        )

    assert ask() == few == 3

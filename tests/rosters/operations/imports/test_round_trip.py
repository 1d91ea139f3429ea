"""What is exported and comes back unchanged changes nothing, whatever stands in it."""

from datetime import timedelta

import pytest
from django.test import Client

from rosters.enums import Channel, ImportState, SeverityLevel
from rosters.models import (
    ContactPoint,
    MatrixEntry,
    Membership,
    NamedHours,
    Person,
    Service,
    ServiceDependency,
)
from rosters.operations.imports import runs
from tests.factories import make_role, make_service, make_team
from tests.world import NOW, World

pytestmark = pytest.mark.django_db

ODD = "=1+1"


@pytest.fixture
def full(world: World) -> World:
    """One of each thing that a file can say, with names that a spreadsheet would calculate."""
    role = make_role()
    role.name = "@lead"
    role.save()
    hours = NamedHours.objects.create(name="-night", time_zone="Europe/Berlin")
    other = make_service()
    Service.objects.filter(pk=other.pk).update(
        name=ODD,
        labels=["+a", "b c"],
        vendor_contacts="=Bank: 4711\n  Line  2\n",
        customer_impact="'=quoted",
        backup_owner=world.bob,
        region="DE-BE",
        operating_hours="Always",
    )
    ServiceDependency.objects.create(service=world.service, needs=other)
    MatrixEntry.objects.create(role=role, service=other, roster=world.roster)
    MatrixEntry.objects.create(role=role, team=make_team(), person=world.alice)
    MatrixEntry.objects.create(
        role=role,
        service=world.service,
        severity=SeverityLevel.SERIOUS,
        and_worse=True,
        hours=hours,
        person=world.alice,
        backup=world.bob,
        valid_from=NOW - timedelta(days=1, microseconds=7, seconds=13),
        valid_to=NOW + timedelta(days=30),
    )
    Person.objects.filter(pk=world.erin.pk).update(full_name="+Erin, “X”; <b>", email=None)
    Person.objects.filter(pk=world.frank.pk).update(full_name="Bob Example")
    Membership.objects.create(team=make_team(), person=world.erin, is_lead=True)
    ContactPoint.objects.create(
        person=world.erin, channel=Channel.SMS, address="+49 30 901820", label="=cmd"
    )
    return world


@pytest.fixture(autouse=True)
def _frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("config.portal.clock.act_now", lambda: NOW)
    monkeypatch.setattr("config.portal.clock.show_now", lambda: NOW)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("subject", ["matrix", "people", "services", "contact_points"])
def test_an_exported_file_changes_nothing(
    full: World, grace: Person, subject: str, kind: str
) -> None:
    client = Client()
    client.force_login(grace)
    if subject == "contact_points":
        answer = client.post(
            "/contacts/export/numbers/", {"reason": "To look at it", "format": kind}
        )
    else:
        answer = client.get(f"/contacts/export/{subject}.{kind}")
    assert answer.status_code == 200

    run = runs.receive(subject, f"x.{kind}", answer.content, by=grace, now=NOW)
    run = runs.check(run, now=NOW)

    assert run.mistakes == []
    assert run.differences == []
    assert (run.state, run.unchanged) == (ImportState.CHECKED, run.rows_total)


@pytest.mark.parametrize(
    ("path", "subject"),
    [("/contacts/", "matrix"), ("/people/", "people"), ("/services/", "services")],
)
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_list_for_reading_changes_nothing_either(
    full: World, grace: Person, path: str, subject: str, kind: str
) -> None:
    MatrixEntry.objects.create(role=full.director, team=full.team, person=full.dora)
    client = Client()
    client.force_login(grace)
    answer = client.get(f"{path}?format={kind}")

    run = runs.receive(subject, f"x.{kind}", answer.content, by=grace, now=NOW)
    run = runs.check(run, now=NOW)

    assert run.rows_total > 1
    assert (run.differences, {one["text"][:16] for one in run.mistakes} - {"2 people are cal"}) == (
        [],
        set(),
    )

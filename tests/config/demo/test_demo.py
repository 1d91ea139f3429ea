"""The first organisation: it can be made, and its second call comes within two minutes."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from config.portal import clock
from incidents.models import Incident, Notification, RoomPost, Route, StepTarget
from incidents.operations import engine
from rosters.enums import MessageState
from rosters.logic.coverage import gaps
from rosters.logic.directory import Directory
from rosters.models import (
    ContactPoint,
    CoverRequest,
    MatrixEntry,
    Message,
    Person,
    Roster,
    Service,
    Team,
)
from rosters.models.history import MatrixEntryEvent
from rosters.queries import calling, contact_faults
from rosters.queries.contact_audit import Kind
from rosters.queries.directory import load_people
from rosters.queries.specs import load_rosters
from runbooks.models import GlossaryTerm, Runbook

pytestmark = pytest.mark.django_db
LOOK_AHEAD = timedelta(days=14)


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The organisation, made once for all tests here; each test's own changes are taken back."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("demo", stdout=StringIO())
        yield
        transaction.set_rollback(True)


def test_three_incidents_are_open_and_the_next_person_is_called_within_two_minutes(
    demo: None,
) -> None:
    ringing = Incident.objects.get(title="Invoice e-mails are not going out")
    first = Notification.objects.get(incident=ringing)

    engine.tick(now=clock.act_now() + timedelta(minutes=2))

    assert Incident.objects.open().count() == 3
    assert [one.person.short_name for one in ringing.notifications.order_by("pk")] == [
        first.person.short_name,
        "Ben",
    ]


def test_what_is_past_is_never_sent(demo: None) -> None:
    waiting = Message.objects.filter(state=MessageState.PLANNED)

    assert {message.person.short_name for message in waiting} == {"Nadia"}


def test_a_second_demo_is_refused(demo: None) -> None:
    with pytest.raises(CommandError, match="people already"):
        call_command("demo")


def test_the_organisation_is_whole_with_a_few_weak_spots(demo: None) -> None:
    assert (Person.objects.count(), Team.objects.count(), Service.objects.count()) == (60, 9, 24)
    assert Runbook.objects.count() >= 10
    assert GlossaryTerm.objects.count() >= 40
    assert Service.objects.filter(backup_owner=None).count() in range(1, 5)
    assert Service.objects.filter(routes=None).count() == 1
    assert MatrixEntry.objects.filter(confirmed_at=None).exists()
    assert MatrixEntry.objects.filter(person__left_at__lte=clock.act_now()).exists()
    assert ContactPoint.objects.filter(last_tested_at=None).exists()
    assert ContactPoint.objects.exclude(last_failure="").exists()
    assert len({person.time_zone for person in Person.objects.all()}) >= 6


def test_a_catch_all_holds_for_what_has_no_rule(demo: None) -> None:
    assert Route.objects.filter(service=None, severity=None, impact=None).count() == 1


def test_a_room_reads_along_with_the_team_that_is_called_most(demo: None) -> None:
    published = StepTarget.objects.filter(step__version__published_at__isnull=False)
    told = published.get(room__name="#payments")

    assert (told.step.clock, told.step.version.number) == ("acknowledge", 2)
    assert told.step.targets.count() == 2
    assert RoomPost.objects.filter(incident__title__startswith="Card payments fail").exists()


def test_exactly_one_gap_comes_in_the_next_days(demo: None) -> None:
    now = clock.act_now()
    rosters = frozenset(Roster.objects.values_list("pk", flat=True))
    loaded = load_rosters(rosters, starts_at=now, ends_at=now + LOOK_AHEAD)
    people = load_people(
        {one for each in loaded.values() for one in each.spec.people},
        starts_at=now,
        ends_at=now + LOOK_AHEAD,
    )
    directory = Directory(people=people, rosters={pk: one.spec for pk, one in loaded.items()})

    found = Counter(
        one.head.name
        for pk, one in loaded.items()
        for _ in gaps(one.spec, directory.stretches(pk, starts_at=now, ends_at=now + LOOK_AHEAD))
    )

    assert found == {"Data": 1}


def test_no_cell_names_another_engineer_on_call_than_the_roster(demo: None) -> None:
    now = clock.act_now()
    rosters = {one.team_id: one.pk for one in Roster.objects.filter(team__isnull=False)}
    first = calling.first_of(frozenset(rosters.values()), at=now)
    named = MatrixEntry.objects.filter(role__name="on-call engineer", person__isnull=False)

    told = {
        str(cell): str(cell.person)
        for cell in named.select_related("role", "service", "team", "person")
        if (team_id := cell.service.owner_team_id if cell.service else cell.team_id)
        and (roster := rosters.get(team_id))
        and cell.person_id not in {one.person_id for one in first[roster]}
    }

    assert told == {}


def test_every_state_of_a_contact_can_be_seen(demo: None) -> None:
    now = clock.act_now()

    audit = contact_faults.full(now=now)

    assert {finding.kind for finding in audit.findings} == set(Kind)
    assert contact_faults.tally(now=now) == audit.tally
    assert CoverRequest.objects.filter(agreed=None, absence__ends_at__gt=now).count() == 1
    assert Person.objects.filter(left_at__gt=now).count() == 1
    assert Service.objects.exclude(labels=[]).count() >= 5


def test_the_history_of_a_contact_has_its_own_reason(demo: None) -> None:
    rows: Any = MatrixEntryEvent.objects.all()  # the trail's columns are made at run time
    said: set[Any] = set(rows.values_list("pgh_context__user", "pgh_context__reason"))

    assert said == {(Person.objects.get(short_name="Amara").pk, "Muster was set up")}

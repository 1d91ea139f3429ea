"""Loading the directory: as many queries for thirty rosters as for three."""

from datetime import time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rosters.enums import Channel, OverrideKind, Urgency
from rosters.models import (
    Absence,
    ContactRule,
    MatrixEntry,
    Override,
    Restriction,
    RotationMember,
)
from rosters.queries.directory import Wanted, load_directory
from tests.factories import (
    make_mute,
    make_person,
    make_point,
    make_role,
    make_roster,
    make_service,
    make_team,
)
from tests.world import NOW, at

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(days=8)


@pytest.fixture(autouse=True)
def carriers(settings: Any) -> None:
    settings.CARRIERS = {"email": "a.Carrier", "phone": "another.Carrier"}


def organization(size: int) -> Wanted:
    """That many rosters, each with everything that a directory reads."""
    roles, rosters, services, teams = set(), set(), set(), set()
    for _ in range(size):
        roster = make_roster([make_person(), make_person()], [make_person()])
        for layer in roster.layers.all():
            Restriction.objects.create(layer=layer, weekday=5, starts_at=time(0), ends_at=time(0))
        cover, service, role = make_person(), make_service(), make_role()
        point = make_point(cover, channel=Channel.PHONE)
        ContactRule.objects.create(person=cover, urgency=Urgency.URGENT, contact_point=point)
        Override.objects.create(
            roster=roster, kind=OverrideKind.ADD, person=cover, starts_at=NOW, ends_at=LATER
        )
        Absence.objects.create(person=cover, starts_at=NOW, ends_at=LATER)
        MatrixEntry.objects.create(role=role, service=service, person=cover, backup=make_person())
        MatrixEntry.objects.create(role=role, roster=make_roster([cover]))
        roles.add(role.pk)
        rosters.add(roster.pk)
        services.add(service.pk)
        teams.add(make_team(make_person()).pk)
    return Wanted(
        roster_ids=frozenset(rosters),
        role_ids=frozenset(roles),
        team_ids=frozenset(teams),
        service_ids=frozenset(services),
        person_ids=frozenset({make_person().pk}),
    )


def queries_for(wanted: Wanted) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        directory = load_directory(wanted, starts_at=NOW, ends_at=LATER)
        for roster_id in wanted.roster_ids:
            directory.on_call(roster_id, at=NOW, choose="all")
        for role_id in wanted.role_ids:
            for service_id in wanted.service_ids:
                directory.for_role(role_id, service_id=service_id, team_id=None, severity=1, at=NOW)
        for team_id in wanted.team_ids:
            directory.for_team(team_id, at=NOW)
    return len(captured)


def test_the_number_of_queries_is_the_same_for_three_and_thirty() -> None:
    few = queries_for(organization(3))
    many = queries_for(organization(30))

    assert few == many
    assert few <= 16


def test_nothing_wanted_asks_nearly_nothing(django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(1):
        load_directory(Wanted(), starts_at=NOW, ends_at=LATER)


def test_a_roster_answers_from_its_rows() -> None:
    roster = make_roster([make_person("Ada"), make_person("Ben")], [make_person("Cy")], name="Pay")
    wanted = Wanted(roster_ids=frozenset({roster.pk}))

    directory = load_directory(wanted, starts_at=NOW, ends_at=LATER)

    def first(when: str) -> list[str]:
        found = directory.on_call(roster.pk, at=at(when, "Europe/Berlin"))
        return [one.full_name for one in found]

    assert first("2026-11-23 08:59") == ["Ada"]
    assert first("2026-11-23 09:00") == ["Ben"]
    backup = directory.on_call(roster.pk, at=NOW, choose="backup")
    assert [(one.full_name, one.reason) for one in backup] == [("Cy", "backup for Pay")]


def test_turns_are_taken_by_order_and_not_by_row() -> None:
    roster = make_roster([])
    rotation = roster.layers.get().rotations.get()
    second, first = make_person(), make_person()
    RotationMember.objects.create(rotation=rotation, order=2, person=second)
    RotationMember.objects.create(rotation=rotation, order=1, person=first)
    wanted = Wanted(roster_ids=frozenset({roster.pk}))

    directory = load_directory(wanted, starts_at=NOW, ends_at=LATER)

    assert directory.levels(roster.pk, at=NOW) == ((first.pk,),)
    assert directory.levels(roster.pk, at=NOW + timedelta(days=7)) == ((second.pk,),)


def test_a_channel_without_a_carrier_reaches_nobody() -> None:
    mute = make_mute()
    make_point(mute, channel=Channel.SMS)
    wanted = Wanted(person_ids=frozenset({mute.pk}))

    directory = load_directory(wanted, starts_at=NOW, ends_at=LATER)

    assert directory.for_person(mute.pk, at=NOW) == ()


def test_rules_without_a_carrier_fall_back_to_what_can_be_used() -> None:
    person = make_mute()
    sms = make_point(person, channel=Channel.SMS)
    box = make_point(person)
    ContactRule.objects.create(person=person, urgency=Urgency.URGENT, contact_point=sms)
    wanted = Wanted(person_ids=frozenset({person.pk}))

    directory = load_directory(wanted, starts_at=NOW, ends_at=LATER)
    contacts = directory.contacts(person.pk, urgency=Urgency.URGENT)

    assert [one.contact_point_id for one in contacts] == [box.pk]


def test_contacts_stand_by_delay_then_order() -> None:
    person = make_mute()
    points = [make_point(person) for _ in range(3)]
    for point, delay, order in zip(points, (5, 0, 0), (1, 2, 1), strict=True):
        ContactRule.objects.create(
            person=person,
            urgency=Urgency.URGENT,
            contact_point=point,
            delay_minutes=delay,
            order=order,
        )
    wanted = Wanted(person_ids=frozenset({person.pk}))

    contacts = load_directory(wanted, starts_at=NOW, ends_at=LATER).contacts(
        person.pk, urgency=Urgency.URGENT
    )

    assert [one.contact_point_id for one in contacts] == [points[2].pk, points[1].pk, points[0].pk]
    assert contacts[-1].delay == timedelta(minutes=5)


def test_a_cell_of_another_service_is_not_loaded() -> None:
    role, ours, theirs = make_role(), make_service(), make_service()
    team = make_team()
    MatrixEntry.objects.create(role=role, service=theirs, person=make_person())
    wanted = Wanted(
        role_ids=frozenset({role.pk}),
        service_ids=frozenset({ours.pk}),
        team_ids=frozenset({team.pk}),
    )

    directory = load_directory(wanted, starts_at=NOW, ends_at=LATER)

    assert directory.cells == ()


def test_an_unknown_zone_does_not_stop_the_others(caplog: pytest.LogCaptureFixture) -> None:
    roster = make_roster([make_person()], time_zone="Mars/Olympus")
    wanted = Wanted(roster_ids=frozenset({roster.pk}))

    directory = load_directory(wanted, starts_at=NOW, ends_at=LATER)

    assert directory.levels(roster.pk, at=NOW)
    assert "unknown time zone" in caplog.text

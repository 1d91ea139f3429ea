"""Who is on call, for the page: constant queries, gaps first, until when."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rosters.models import Absence
from rosters.queries import calling
from rosters.queries.oncall import duty_of, on_call_overview
from tests.factories import make_mute, make_person, make_roster
from tests.world import NOW, World, at

pytestmark = pytest.mark.django_db


def queries() -> int:
    with CaptureQueriesContext(connection) as captured:
        on_call_overview(now=NOW)
    return len(captured)


def make_rosters(count: int) -> None:
    for _ in range(count):
        make_roster([make_person(), make_person()], [make_person()])


def test_the_number_of_queries_is_the_same_for_three_and_thirty() -> None:
    make_rosters(3)
    few = queries()
    make_rosters(27)

    assert queries() == few
    assert few <= 12


def test_gaps_come_first_then_names() -> None:
    make_roster([make_person()], name="Alpha")
    make_roster([make_mute("Mute")], name="Beta")
    make_roster(name="Gamma")

    found = on_call_overview(now=NOW)

    assert [one.roster.name for one in found] == ["Beta", "Gamma", "Alpha"]
    assert [one.is_gap for one in found] == [True, True, False]
    assert found[0].missing == ("Mute has no phone number or address that we can use.",)


def test_a_duty_names_first_backup_and_until() -> None:
    ada = make_person("Ada")
    roster = make_roster([ada, make_person("Ben")], [make_person("Cy")])

    duty = duty_of(roster, now=NOW)

    assert (duty.first, duty.backup, duty.first_ids) == (("Ada",), ("Cy",), (ada.pk,))
    assert duty.until == at("2026-11-23 09:00", "Europe/Berlin")
    assert duty.missing == ()


def test_an_absence_moves_the_backup_up_and_says_so() -> None:
    ada = make_person("Ada")
    roster = make_roster([ada], [make_person("Ben")])
    back_at = NOW + timedelta(hours=5)
    Absence.objects.create(person=ada, starts_at=NOW, ends_at=back_at)

    duty = duty_of(roster, now=NOW)

    assert (duty.first, duty.backup) == (("Ben",), ())
    assert duty.until == back_at
    assert duty.missing == ("Ada is away.",)


def test_somebody_always_on_call_has_no_until() -> None:
    roster = make_roster([make_person()])

    assert duty_of(roster, now=NOW).until is None


def test_only_who_stands_on_a_roster_now_is_on_duty(world: World) -> None:
    assert calling.is_on_duty(world.alice, at=NOW)
    assert calling.is_on_duty(world.bob, at=NOW)
    assert not calling.is_on_duty(world.frank, at=NOW)

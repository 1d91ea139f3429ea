"""What the next 30 days need somebody for, gaps first; when somebody is meant to be there."""

from datetime import time, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from rosters.enums import CoverageKind, OverrideKind
from rosters.models import (
    Absence,
    ContactPoint,
    CoverageHours,
    CoverageTarget,
    Override,
    Person,
    Roster,
)
from tests.factories import make_person
from tests.world import NOW, World, make_roster

pytestmark = pytest.mark.django_db
AHEAD = "/oncall/coverage/"


def text(response) -> str:
    return " ".join(response.content.decode().split())


@pytest.fixture(autouse=True)
def _tested(world: World) -> None:
    ContactPoint.objects.update(verified_at=NOW)
    Roster.objects.update(team=world.team)


def away(person: Person, days: int = 2, hours: int = 10) -> None:
    starts_at = NOW + timedelta(days=days)
    Absence.objects.create(
        person=person, starts_at=starts_at, ends_at=starts_at + timedelta(hours=hours)
    )


def test_a_stranger_is_asked_to_sign_in(client: Client, world: World) -> None:
    assert client.get(AHEAD).headers["Location"].startswith("/sign-in/")


def test_all_is_covered(world: World, signed_in) -> None:
    page = text(signed_in(world.frank).get(AHEAD))

    assert "<h1>Covered for the next 30 days</h1>" in page
    assert page.count("As the layers of each roster say.") == 1


def test_gaps_come_first_with_who_mends_them(world: World, signed_in) -> None:
    away(world.alice)
    away(world.bob, hours=4)
    Person.objects.filter(pk=world.bob.pk).update(region="DE")

    page = text(signed_in(world.alice).get(AHEAD))

    assert "<h1>Nobody is on call for Payments on call from " in page
    assert "One gap in the next 30 days." in page
    assert page.index("Nobody is on call for Payments on call.") < page.index(
        "Nobody is backup for"
    )
    assert "Alice Example</a>" in page
    assert "Alice Example is away. Bob Example is away. We skip that step" in page
    assert "+49" not in page


def test_a_person_on_two_rosters_at_once_is_named(world: World, signed_in) -> None:
    make_roster("Search", [[world.alice], [world.carol]], now=NOW)

    page = text(signed_in(world.frank).get(AHEAD))

    assert "is first on call for Payments on call and Search." in page


def test_who_cannot_be_called_is_named(world: World, signed_in) -> None:
    ContactPoint.objects.filter(person=world.bob).update(verified_at=None)
    world.dora.left_at = NOW - timedelta(days=3)
    world.dora.save()
    make_roster("Search", [[world.carol, world.dora], [world.erin]], now=NOW)

    page = text(signed_in(world.frank).get(AHEAD))

    assert "has turns on Search, and has left the company." in page
    assert "No number of theirs was ever tested." in page


def test_who_leaves_later_and_hands_on_is_no_finding_and_no_half_sentence(
    world: World, signed_in
) -> None:
    roster = make_roster("Search", [[world.dora, world.carol], [world.erin]], now=NOW)
    world.dora.left_at = NOW + timedelta(days=6)
    world.dora.save()
    Override.objects.create(
        roster=roster,
        person=world.carol,
        instead_of=world.dora,
        kind=OverrideKind.REPLACE,
        starts_at=NOW + timedelta(days=6),
        ends_at=NOW + timedelta(days=60),
        reason="A hand-over.",
        created_by=world.carol,
    )

    page = text(signed_in(world.frank).get(AHEAD))

    assert ", and ." not in page
    assert "Dora Example has turns" not in page


def test_only_who_can_cover_is_offered_to(world: World, signed_in) -> None:
    away(world.alice)
    away(world.bob, hours=10)
    path = "/oncall/payments-on-call/"

    assert f"{path}override/?" in text(signed_in(world.alice).get(AHEAD))
    as_member = text(signed_in(world.bob).get(AHEAD))
    assert f"{path}take/?" in as_member
    assert f"{path}override/?" not in as_member
    as_reader = text(signed_in(world.frank).get(AHEAD))
    assert "Find cover" not in as_reader
    assert "Cover it" not in as_reader
    assert "Alice Example</a>" in as_reader
    refused = text(signed_in(world.frank).get(f"{path}take/"))
    assert f'action="{path}ask/"' in refused
    assert "See Alice Example</a>" in refused


def test_hours_are_said_short_and_double_duties_are_folded(world: World, signed_in) -> None:
    make_roster("Search", [[world.alice], [world.carol]], now=NOW)
    target = CoverageTarget.objects.create(roster=world.roster, kind=CoverageKind.HOURS)
    for day in range(5):
        CoverageHours.objects.create(
            target=target, weekday=day, starts_at=time(8), ends_at=time(18)
        )

    page = text(signed_in(world.frank).get(AHEAD))

    assert "Mon to Fri 08:00 to 18:00, Berlin" in page
    assert page.count("As the layers of each roster say.") == 1
    before = page.split("is first on call for Payments on call and Search.")[0]
    assert before.rfind("<details") > before.rfind("</details>")


def test_a_public_holiday_is_said_where_the_region_has_one(world: World, signed_in) -> None:
    def page() -> str:
        return text(signed_in(world.frank).get(AHEAD))

    Person.objects.filter(pk=world.alice.pk).update(region="US-NY", time_zone="America/New_York")
    assert "on call for Payments on call on Thanksgiving Day." in page()
    Person.objects.filter(pk=world.alice.pk).update(region="XX")
    assert "Thanksgiving" not in page()


def test_it_is_narrowed_by_its_address_and_exported(world: World, signed_in) -> None:
    away(world.alice)
    away(world.bob, hours=4)
    browser = signed_in(world.frank)

    page = text(browser.get(f"{AHEAD}?kind=backup&owner={world.alice.pk}"))
    assert "Nobody is backup for Payments" in page
    assert "Nobody is on call for Payments on call." not in page
    assert "Nothing here matches." in text(browser.get(f"{AHEAD}?q=nobody+like+that"))
    assert browser.get(f"{AHEAD}?kind=x&owner=many&roster=%00").status_code == 200
    sheet = browser.get(f"{AHEAD}?kind=gap&format=csv").content.decode().splitlines()
    assert sheet[0] == "Kind,Roster,From,Until,What,Who mends it"
    assert sheet[1].startswith(
        "Nobody is on call,Payments on call,2026-11-23 03:00,2026-11-23 07:00"
    )


def test_many_rosters_cost_as_many_queries_as_few(world: World, signed_in) -> None:
    browser = signed_in(world.frank)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            browser.get(AHEAD)
        return len(captured)

    def grow(number: int) -> None:
        for _ in range(number):
            person = make_person()
            roster = make_roster(f"Roster of {person.pk}", [[person], [world.erin]], now=NOW)
            CoverageTarget.objects.create(roster=roster)

    grow(3)
    few = queries()
    grow(27)

    assert queries() == few
    assert few <= 30


def test_what_is_declared_says_what_is_a_gap(world: World, signed_in) -> None:
    away(world.alice, days=1, hours=60)
    away(world.bob, days=1, hours=60)
    browser = signed_in(world.frank)
    assert "Nobody is on call for Payments on call." in text(browser.get(AHEAD))

    target = CoverageTarget.objects.create(roster=world.roster, kind=CoverageKind.HOURS)
    CoverageHours.objects.create(target=target, weekday=4, starts_at=time(8), ends_at=time(18))
    page = text(browser.get(AHEAD))
    assert "Nobody is on call for Payments on call." not in page
    assert "Fri 08:00 to 18:00, Berlin" in page

    CoverageHours.objects.all().delete()
    target.kind, target.reason = CoverageKind.NONE, "It can wait for the morning"
    target.save()
    page = text(browser.get(AHEAD))
    assert "Nobody is on call for Payments on call." not in page
    assert "Never, by design: It can wait for the morning" in page

"""Who do I call for this: now, at another time, and when nobody is there."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from incidents.models import StepTarget
from rosters.enums import OverrideKind
from rosters.models import Absence, ContactView, Membership, Override, Roster
from rosters.queries import calling, shifts
from tests.factories import make_person, make_roster
from tests.world import NOW, World

pytestmark = pytest.mark.django_db


def text(response) -> str:
    return " ".join(response.content.decode().split())


def test_a_stranger_is_asked_to_sign_in(client: Client, world: World) -> None:
    assert client.get("/oncall/").headers["Location"].startswith("/sign-in/")


def test_everybody_signed_in_reads_who_is_on(world: World, signed_in) -> None:
    page = text(signed_in(world.frank).get("/oncall/"))

    assert "Somebody is on call on the one roster" in page
    assert "Alice Example" in page
    assert "Carol Example" in page
    assert "You are not on call now." in page
    assert "+49" not in page


def test_a_service_is_answered_with_a_name(world: World, signed_in) -> None:
    Roster.objects.update(team=world.team)

    page = text(signed_in(world.erin).get("/oncall/?q=payments"))

    assert 'For Payments, call <span class="who">Alice Example</span>' in page
    assert '<span class="who">Bob Example</span> is the backup' in page


def test_a_wrong_spelling_is_asked_back(world: World, signed_in) -> None:
    Roster.objects.update(team=world.team)

    page = text(signed_in(world.erin).get("/oncall/?q=paymnts"))

    assert "Nothing is called “paymnts”." in page
    assert 'Did you mean <a href="?q=Payments">Payments</a>?' in page


def test_a_person_off_duty_is_found_too(world: World, signed_in) -> None:
    page = text(signed_in(world.erin).get("/oncall/?q=frank"))

    assert "Frank Example" in page
    assert "Not on call now" in page


def test_another_time_is_read_in_the_readers_zone(world: World, signed_in) -> None:
    away_from = NOW + timedelta(days=2)
    for person in (world.alice, world.bob):
        Absence.objects.create(
            person=person, starts_at=away_from, ends_at=away_from + timedelta(hours=1)
        )

    during = text(signed_in(world.erin).get("/oncall/?at=2026-11-23T03:30"))
    after = text(signed_in(world.erin).get("/oncall/?at=2026-11-23T04:00"))

    assert "Somebody will be on call on 0 of 1 rosters" in during
    assert "Somebody will be on call on the one roster" in after


@pytest.mark.parametrize("at", ["tomorrow", "2026-13-01", "0001-01-01T00:00"])
def test_a_time_that_is_none_is_named_and_now_is_shown(world: World, signed_in, at: str) -> None:
    response = signed_in(world.erin).get(f"/oncall/?at={at}")

    page = text(response)
    assert response.status_code == 200
    assert "There is a problem" in page
    assert "Alice Example" in page


def test_a_gap_says_what_happens_instead_and_who_can_mend_it(world: World, signed_in) -> None:
    Roster.objects.update(team=world.team)
    for person in (world.alice, world.bob):
        Absence.objects.create(
            person=person, starts_at=NOW, ends_at=NOW + timedelta(hours=4), reason="Leave"
        )

    page = text(signed_in(world.frank).get("/oncall/"))

    assert "Nobody is on call for Payments on call" in page
    assert "call the next person in the rule at once" in page
    assert "Alice Example is away." in page
    assert "Alice Example can put somebody in." in page


def test_a_lead_reads_that_they_can_mend_a_gap_and_gets_the_press(world: World, signed_in) -> None:
    Roster.objects.update(team=world.team)
    for person in (world.alice, world.bob):
        Absence.objects.create(person=person, starts_at=NOW, ends_at=NOW + timedelta(hours=4))

    lead, reader = (text(signed_in(one).get("/oncall/")) for one in (world.alice, world.frank))

    assert "You can put somebody in." in lead
    assert 'href="/oncall/payments-on-call/take/?from=' in lead
    assert "/take/" not in reader
    assert "Cover it" not in reader


def test_whoever_belongs_to_the_roster_covers_a_gap_themselves(world: World, signed_in) -> None:
    Roster.objects.update(team=world.team)
    for person in (world.alice, world.bob):
        Absence.objects.create(person=person, starts_at=NOW, ends_at=NOW + timedelta(hours=4))
    Membership.objects.get_or_create(person=world.erin, team=world.team)

    page = text(signed_in(world.erin).get("/oncall/"))
    roster = text(signed_in(world.erin).get("/oncall/payments-on-call/"))

    for one in (page, roster):
        assert "You can take it yourself." in one
        assert "Cover it" in one


def test_a_closed_roster_is_counted_and_named(world: World, signed_in) -> None:
    other = make_roster([make_person()], name="Office")
    layer = other.layers.get()
    layer.restrictions.create(weekday=1, starts_at="09:00", ends_at="17:00")

    page = text(signed_in(world.frank).get("/oncall/"))

    assert "Somebody is on call on 1 of 2 rosters" in page
    assert "Office is closed by plan" in page
    sheet = text(signed_in(world.frank).get("/contacts/phone-tree/"))
    assert "<h1>Somebody answers on 1 of 2 rosters</h1>" in sheet
    assert "Office is closed by plan" in sheet
    later = text(signed_in(world.frank).get("/oncall/?at=2026-11-24T12:00"))
    assert "what the rosters say <b><time" in later
    assert "for on" not in re.sub("<[^>]+>", "", later)


def test_without_rosters_it_says_so(world: World, signed_in) -> None:
    StepTarget.objects.all().delete()
    Roster.objects.all().delete()

    page = text(signed_in(world.frank).get("/oncall/"))

    assert "Nobody is on call yet" in page
    assert "The lead of a team can set up the first." in page


def test_thirty_rosters_cost_as_many_queries_as_three(world: World, signed_in) -> None:
    browser = signed_in(world.erin)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            browser.get("/oncall/?q=example")
        return len(captured)

    for _ in range(3):
        make_roster([make_person(), make_person()], [make_person()])
    few = queries()
    for _ in range(27):
        make_roster([make_person(), make_person()], [make_person()])

    assert queries() == few
    assert few <= 34


def test_numbers_are_shown_to_a_colleague_and_written_down(world: World, signed_in) -> None:
    response = signed_in(world.bob).post(
        f"/people/{world.alice.pk}/numbers/", {"reason": "On call for Payments"}
    )

    page = text(response)
    assert f'href="tel:+4930555{world.alice.pk:05d}"' in page
    assert "no-store" in response.headers["Cache-Control"]
    seen = ContactView.objects.get()
    assert (seen.viewer, seen.person, seen.reason) == (
        world.bob,
        world.alice,
        "On call for Payments",
    )


def test_numbers_are_refused_to_others_with_a_sentence(world: World, signed_in) -> None:
    response = signed_in(world.frank).post(
        f"/people/{world.alice.pk}/numbers/", {"reason": "Curious"}, follow=True
    )

    page = text(response)
    assert "Only people who work with Alice see these numbers" in page
    assert "+49" not in page
    assert not ContactView.objects.exists()


def test_numbers_are_never_shown_by_a_link(world: World, signed_in) -> None:
    assert signed_in(world.bob).get(f"/people/{world.alice.pk}/numbers/").status_code == 405
    assert not ContactView.objects.exists()


def test_a_duty_lasts_while_the_person_holds_the_level_whoever_else_changes(
    world: World, signed_in
) -> None:
    def changes(goes, comes, *, after: int) -> None:
        Override.objects.create(
            roster=world.roster,
            person=comes,
            instead_of=goes,
            kind=OverrideKind.REPLACE,
            starts_at=NOW + timedelta(hours=after),
            ends_at=NOW + timedelta(hours=after + 20),
            reason="A swap.",
            created_by=comes,
        )

    changes(world.alice, world.erin, after=2)
    changes(world.bob, world.dora, after=10)

    overview = calling.overview(at=NOW)
    (backup,) = overview.backed_by(world.bob)
    (first,) = overview.mine(world.alice)

    assert backup.until == shifts.shifts_of(world.bob, now=NOW)[0].ends_at
    assert backup.until == NOW + timedelta(hours=10)
    assert [one.short_name for one in backup.then] == ["Dora"]
    assert first.until == NOW + timedelta(hours=2)
    assert [one.short_name for one in first.then] == ["Erin"]
    for path in ("/", "/oncall/"):
        page = " ".join(signed_in(world.bob).get(path).content.decode().split())
        said = page.split("You are backup for")[1].split("</p>")[0][:200]
        assert "13:" in said, path

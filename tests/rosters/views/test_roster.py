"""One roster: who covers when, from the one resolver."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from rosters.enums import OverrideKind
from rosters.models import Absence, Layer, Override, Person, Roster
from tests.factories import make_person, make_roster
from tests.world import NOW, World

pytestmark = pytest.mark.django_db
PATH = "/oncall/payments-on-call/"


def text(response) -> str:
    return " ".join(response.content.decode().split())


def widths(page: str) -> list[int]:
    """How many hour columns each row of the calendar fills."""
    rows = re.findall(r'<tr class="final">.*?</tr>', page, re.DOTALL)
    return [sum(map(int, re.findall(r'<td colspan="(\d+)"', row))) for row in rows]


def test_a_stranger_is_asked_to_sign_in(client: Client, world: World) -> None:
    assert client.get(PATH).headers["Location"].startswith("/sign-in/")


def test_everybody_signed_in_reads_now_and_next(world: World, signed_in) -> None:
    page = text(signed_in(world.frank).get(PATH))

    assert "Alice Example is on call for Payments on call" in page
    assert "Nothing changes in the next 14 days." in page
    assert "Covered for the next 30 days." in page
    assert widths(page) == [168, 168]
    assert "+49" not in page


def test_the_one_on_call_is_you(world: World, signed_in) -> None:
    assert "<h1>You are on call" in text(signed_in(world.alice).get(PATH))


def test_an_override_is_marked_with_whom_it_replaces(world: World, signed_in) -> None:
    Override.objects.create(
        roster=world.roster,
        kind=OverrideKind.REPLACE,
        person=world.erin,
        instead_of=world.alice,
        starts_at=NOW + timedelta(days=1),
        ends_at=NOW + timedelta(days=2),
    )

    page = text(signed_in(world.frank).get(PATH))

    assert "Then <b>Erin Example</b>, instead of Alice Example." in page
    assert "Erin Example, instead of Alice Example" in page
    assert "<small>03:00 for Alice</small>" in page
    assert "<small>to 03:00</small>" in page  # Alice, until then
    assert "Alice Example, 00:00 to Sun 22 Nov, 03:00" in page  # the cell's title
    assert "In place of" in page
    assert widths(page) == [168, 168]


def test_a_gap_is_a_sentence_and_a_hatched_cell(world: World, signed_in) -> None:
    for person in (world.alice, world.bob):
        Absence.objects.create(
            person=person, starts_at=NOW + timedelta(days=1), ends_at=NOW + timedelta(days=2)
        )

    page = text(signed_in(world.frank).get(PATH))

    assert "One gap in the next 30 days." in page
    assert "Nobody is on call from Sun 22 Nov, 03:00 to" in page
    assert "We skip that step and call the next person in the rule at once." in page
    assert 'class="blk gap"' in page


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Asia/Kolkata", "America/New_York"])
@pytest.mark.parametrize("first", ["2026-10-24", "2027-03-26"])
def test_a_week_with_a_clock_change_fills_its_columns(
    world: World, signed_in, zone: str, first: str
) -> None:
    Person.objects.filter(pk=world.frank.pk).update(time_zone=zone)
    world.frank.refresh_from_db()

    page = text(signed_in(world.frank).get(f"{PATH}?from={first}"))

    assert set(widths(page)) == {168}


@pytest.mark.parametrize("first", ["soon", "0001-01-01", "9999-12-31"])
def test_a_day_that_is_none_is_named(world: World, signed_in, first: str) -> None:
    page = text(signed_in(world.frank).get(f"{PATH}?from={first}"))

    assert "is not a day" in page
    assert "Alice Example" in page


def test_four_weeks_show_who_is_first_each_day(world: World, signed_in) -> None:
    page = text(signed_in(world.frank).get(f"{PATH}?view=month"))

    assert "Mon 16 Nov to Sun 13 Dec" in page
    assert page.split("</table>")[0].count("Alice") >= 26


def test_a_roster_without_anybody_says_so(world: World, signed_in) -> None:
    Roster.objects.create(name="Empty", slug="empty", time_zone="UTC")

    page = text(signed_in(world.frank).get("/oncall/empty/"))

    assert "Nobody is on call for Empty" in page
    assert "Nobody is on this roster yet." in page


def test_an_unknown_roster_is_not_there(world: World, signed_in) -> None:
    assert signed_in(world.frank).get("/oncall/nothing/").status_code == 404


def test_thirty_people_cost_as_many_queries_as_three(world: World, signed_in) -> None:
    browser = signed_in(world.frank)

    def queries(slug: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            browser.get(f"/oncall/{slug}/")
        return len(captured)

    few = make_roster([make_person() for _ in range(3)], [make_person()])
    many = make_roster([make_person() for _ in range(15)], [make_person() for _ in range(15)])

    assert Layer.objects.filter(roster=many).count() == 2
    assert queries(few.slug) == queries(many.slug)
    assert queries(few.slug) <= 50


def test_a_cell_leads_to_taking_it_with_its_window(world: World, signed_in) -> None:
    page = text(signed_in(world.bob).get(PATH))

    wanted = f"from=2026-11-21T02:00Z&amp;to=2027-01-01T23:00Z&amp;instead_of={world.alice.pk}"
    assert f'href="{PATH}take/?{wanted}"' in page
    assert "Take this shift" in page
    assert f"{PATH}take/" not in text(signed_in(world.frank).get(PATH))


def test_the_one_on_call_changes_their_own(world: World, signed_in) -> None:
    assert f'href="{PATH}override/?from=' in text(signed_in(world.alice).get(PATH))


def test_the_rosters_own_clock_is_one_press_away(world: World, signed_in) -> None:
    Person.objects.filter(pk=world.frank.pk).update(time_zone="Asia/Tokyo")
    world.frank.refresh_from_db()

    own = text(signed_in(world.frank).get(PATH))
    theirs = text(signed_in(world.frank).get(f"{PATH}?zone=roster"))

    assert "In Tokyo (JST)" in own
    assert 'href="?zone=roster"' in own
    assert "In Berlin (CET)" in theirs


def test_a_draft_is_shown_as_it_would_be_and_calls_nobody(world: World, signed_in) -> None:
    Roster.objects.filter(pk=world.roster.pk).update(is_draft=True)

    page = text(signed_in(world.frank).get(PATH))

    assert "Payments on call is a draft" in page
    assert "Alice Example" in page
    assert "Take this shift" not in page


def test_who_rides_along_is_shown_and_not_called(world: World, signed_in) -> None:
    layer = Layer.objects.get(roster=world.roster, priority=2)
    Layer.objects.filter(pk=layer.pk).update(is_shadow=True)

    page = text(signed_in(world.frank).get(PATH))

    assert "Bob Example rides along, to learn." in page
    assert "rides along</small>" in page
    assert len(widths(page)) == 1


def test_a_month_shows_backups_and_moves_by_four_weeks(world: World, signed_in) -> None:
    page = text(signed_in(world.frank).get(f"{PATH}?view=month&from=2026-11-18"))

    assert "Backup Bob" in page
    assert 'href="?from=2026-12-14&amp;view=month"' in page

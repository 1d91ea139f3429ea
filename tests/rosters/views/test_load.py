"""What being on call costs: the team's figures for all, each person's for them and their lead."""

import html
import re
from datetime import timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from rosters.enums import Lane, MessageState, RotationUnit
from rosters.models import (
    Layer,
    Membership,
    Message,
    Person,
    Roster,
    Rotation,
    RotationMember,
    ShiftLog,
)
from rosters.operations import shift_log
from tests.factories import make_message, make_person
from tests.world import NOW, World, at, make_roster

pytestmark = pytest.mark.django_db
PAGE = "/oncall/payments-on-call/load/"
SINCE = at("2026-10-26 09:00", "Europe/Berlin")


def text(response) -> str:
    return " ".join(response.content.decode().split())


@pytest.fixture(autouse=True)
def _past(world: World) -> None:
    """Alice and Erin take turns for four weeks, Bob stands behind them; Alice leads the team."""
    rotation = Rotation.objects.get(layer__roster=world.roster, layer__priority=1)
    RotationMember.objects.create(rotation=rotation, order=1, person=world.erin)
    Rotation.objects.update(starts_on=SINCE.date())
    Roster.objects.update(team=world.team, logged_until=SINCE)
    shift_log.write(now=NOW)


def called(person: Person, when: str) -> Message:
    moment = at(when, "Europe/Berlin")
    return make_message(
        person.contact_points.earliest("pk"),
        lane=Lane.FIRST_CALL,
        state=MessageState.SENT,
        sent_at=moment,
    )


def test_a_stranger_is_asked_to_sign_in(client: Client, world: World) -> None:
    assert client.get(PAGE).headers["Location"].startswith("/sign-in/")


def test_the_lead_sees_everybody(world: World, signed_in) -> None:
    page = text(signed_in(world.alice).get(f"{PAGE}?weeks=4"))

    for person in (world.alice, world.bob, world.erin):
        assert f'href="/people/{person.pk}/">{person.full_name}</a>' in page
    assert "You lead this team" in page


@pytest.mark.parametrize("kind", ["", "csv", "xlsx"])
@pytest.mark.parametrize("who", ["erin", "frank", "bob"])
def test_everybody_else_sees_their_own_row_and_the_team(
    world: World, signed_in, who: str, kind: str
) -> None:
    reader = getattr(world, who)
    answer = signed_in(reader).get(f"{PAGE}?weeks=4&format={kind}")

    page = _sheet(answer.content) if kind == "xlsx" else answer.content.decode()
    assert "Average of the team" in page or who == "frank"
    seen = {
        person.short_name
        for person in (world.alice, world.bob, world.erin)
        if person.full_name in _main(page)
    }
    assert seen == ({reader.short_name} if who != "frank" else set())


def _main(page: str) -> str:
    """What is on the page itself, without the name of who is signed in around it."""
    begin = page.find("<main")
    return page[max(begin, 0) :].partition("</main>")[0]


def _sheet(content: bytes) -> str:

    rows = load_workbook(BytesIO(content)).active.iter_rows(values_only=True)
    return "\n".join(",".join(str(cell) for cell in row) for row in rows)


def test_an_administrator_sees_no_rows_of_a_team_with_a_lead(world: World, signed_in) -> None:
    world.frank.is_superuser = True
    world.frank.save()
    assert "Erin Example" not in _main(text(signed_in(world.frank).get(PAGE)))

    Membership.objects.update(is_lead=False)
    assert "Erin Example" in _main(text(signed_in(world.frank).get(PAGE)))


def test_a_lead_of_another_team_sees_no_rows(world: World, signed_in) -> None:
    Membership.objects.filter(person=world.alice).update(is_lead=False)
    Membership.objects.filter(person=world.bob).update(is_lead=True)

    assert "Erin Example" not in _main(text(signed_in(world.alice).get(PAGE)))


def test_figures_are_what_really_was(world: World, signed_in) -> None:
    called(world.alice, "2026-10-27 23:30")
    called(world.alice, "2026-11-03 10:00")  # she was not on call then

    sheet = signed_in(world.alice).get(f"{PAGE}?weeks=4&format=csv").content.decode().splitlines()

    assert sheet[1] == "Alice Example,Last 4 weeks,336.0,14,2,0,0.0,1,1"
    assert sheet[3] == "Bob Example,Last 4 weeks,0.0,0,0,0,618.0,0,0"
    assert sheet[5].startswith("Erin Example,Last 4 weeks,282.0,12,")


def test_what_is_planned_stands_beside_it(world: World, signed_in) -> None:
    sheet = signed_in(world.alice).get(f"{PAGE}?weeks=4&format=csv").content.decode().splitlines()

    planned = [line.split(",") for line in sheet if ",Next 4 weeks," in line][:3]
    assert {line[0]: float(line[2]) for line in planned} == {
        "Alice Example": 336.0,
        "Bob Example": 0.0,
        "Erin Example": 336.0,
    }


def test_too_little_rest_is_a_hint_for_them_and_their_lead(world: World, signed_in) -> None:
    other = make_roster("Search", [[world.erin]], now=NOW)
    rotation = Rotation.objects.get(layer__roster=other)
    rotation.unit, rotation.starts_on = RotationUnit.HOUR, at("2026-11-20 09:00").date()
    rotation.length = 3
    rotation.save()
    RotationMember.objects.create(rotation=rotation, order=1, person=world.carol)

    hint = "between two shifts"
    assert hint in text(signed_in(world.alice).get(PAGE))
    assert "<b>You have" in text(signed_in(world.erin).get(PAGE))
    assert hint not in text(signed_in(world.bob).get(PAGE))
    Roster.objects.update(rest_hours=0)
    assert hint not in text(signed_in(world.erin).get(PAGE))


def test_a_roster_without_a_past_says_so(world: World, signed_in) -> None:
    make_roster("Search", [[world.carol]], now=NOW)

    page = text(signed_in(world.frank).get("/oncall/search/load/"))

    assert "Not enough shifts to compare yet" in page
    assert "You are not on this roster" in page


def test_many_people_cost_as_many_queries_as_few(world: World, signed_in) -> None:
    browser = signed_in(world.alice)
    rotation = Rotation.objects.get(layer__roster=world.roster, layer__priority=1)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            browser.get(PAGE)
        return len(captured)

    def grow(number: int) -> None:
        for _ in range(number):
            person = make_person()
            RotationMember.objects.create(rotation=rotation, order=person.pk, person=person)
            make_roster(f"Roster of {person.pk}", [[person]], now=NOW)
            ShiftLog.objects.create(
                roster=world.roster,
                person=person,
                level=1,
                starts_at=NOW - timedelta(hours=person.pk),
                ends_at=NOW,
                roster_name="x",
                person_name="y",
            )

    grow(3)
    few = queries()
    grow(27)

    assert queries() == few
    assert few <= 32


def test_cover_for_a_shift_after_too_little_rest_is_asked_for_with_its_time_filled_in(
    world: World, signed_in
) -> None:
    """Alice is on call elsewhere until an hour before her own shift begins on Monday week."""
    begins = at("2026-12-07 09:00", "Europe/Berlin")
    other = make_roster("Search on call", [[world.alice]], now=NOW)
    Layer.objects.filter(roster=other).update(
        valid_from=begins - timedelta(hours=3), valid_until=begins - timedelta(hours=1)
    )
    Roster.objects.filter(pk=world.roster.pk).update(rest_hours=11)

    page = signed_in(world.alice).get(PAGE).content.decode()
    found = re.search(r'href="(/oncall/[^"]+)">(?:Give the second away|Find cover)', page)

    assert found
    give = signed_in(world.alice).get(html.unescape(found[1]))
    assert give.status_code == 200
    assert 'value="2026-12-07T09:00"' in give.content.decode()
    assert 'value="2026-12-14T09:00"' in give.content.decode()

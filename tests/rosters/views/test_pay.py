"""Hours for pay: from the log alone, by category, exact, for administrators and leads."""

import csv
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from rosters.models import Person, Roster, ShiftLog
from tests.factories import make_person
from tests.world import World, at, make_roster

pytestmark = pytest.mark.django_db
PAY = "/oncall/pay/"
FILE = f"{PAY}?month=2026-10&format=csv"


def text(response) -> str:
    return " ".join(response.content.decode().split())


def lines(response) -> list[str]:
    return [*response.content.decode().splitlines()]


def log(world: World, person: Person, starts: str, ends: str, level: int = 1) -> ShiftLog:
    return ShiftLog.objects.create(
        roster=world.roster,
        person=person,
        level=level,
        starts_at=at(starts, "Europe/Berlin"),
        ends_at=at(ends, "Europe/Berlin"),
        roster_name="Payments on call",
        person_name=person.full_name,
    )


@pytest.fixture(autouse=True)
def _team(world: World) -> None:
    Roster.objects.update(team=world.team)


def test_a_stranger_is_asked_to_sign_in(client: Client, world: World) -> None:
    assert client.get(PAY).headers["Location"].startswith("/sign-in/")


@pytest.mark.parametrize("who", ["bob", "erin", "frank"])
def test_others_may_not(world: World, signed_in, who: str) -> None:
    log(world, world.alice, "2026-10-05 09:00", "2026-10-12 09:00")

    for path in (PAY, FILE):
        answer = signed_in(getattr(world, who)).get(path)
        assert answer.status_code == 403
        assert "168" not in answer.content.decode()


def test_a_lead_sees_the_rosters_of_their_team_alone(world: World, signed_in) -> None:
    other = make_roster("Search", [[world.carol]], now=at("2026-10-01 00:00"))
    log(world, world.erin, "2026-10-05 09:00", "2026-10-06 09:00")
    secret = log(world, world.carol, "2026-10-05 09:00", "2026-10-06 09:00")
    ShiftLog.objects.filter(pk=secret.pk).update(roster=other, roster_name="Search")

    found = lines(signed_in(world.alice).get(FILE))
    assert len(found) == 2
    assert "Carol" not in "".join(found)
    assert len(lines(signed_in(world.alice).get(f"{FILE}&roster=search"))) == 2  # no such choice

    world.frank.is_superuser = True
    world.frank.save()
    assert len(lines(signed_in(world.frank).get(FILE))) == 3


def test_hours_are_split_exactly_also_in_the_night_of_a_clock_change(
    world: World, signed_in
) -> None:
    Person.objects.filter(pk=world.erin.pk).update(region="DE-BE")
    log(world, world.erin, "2026-10-22 20:00", "2026-10-23 07:00")  # Thursday into Friday
    log(world, world.erin, "2026-10-24 22:00", "2026-10-25 06:00")  # nine hours
    log(world, world.erin, "2026-10-02 23:00", "2026-10-03 01:20")  # into German Unity Day

    (_, line) = lines(signed_in(world.alice).get(FILE))

    assert next(csv.reader([line])) == [
        "Erin Example",
        "2026-10",
        "Payments on call",
        "First on call",
        "Berlin time",
        "Germany, Berlin",
        "3.00",
        "9.00",
        "9.00",
        "1.33",
        "22.33",
    ]


def test_a_month_begins_where_the_person_is(world: World, signed_in) -> None:
    Person.objects.filter(pk=world.erin.pk).update(time_zone="Asia/Tokyo")
    row = log(world, world.erin, "2026-09-30 09:00", "2026-10-01 09:00")

    (_, line) = lines(signed_in(world.alice).get(FILE))

    october = row.ends_at - at("2026-10-01 00:00", "Asia/Tokyo")
    assert line.endswith(f"{october / timedelta(hours=1):.2f}")


def test_a_name_is_never_a_formula_and_a_leaver_keeps_theirs(world: World, signed_in) -> None:
    row = log(world, world.erin, "2026-10-05 09:00", "2026-10-06 09:00", level=2)
    ShiftLog.objects.filter(pk=row.pk).update(person_name='=HYPERLINK("x")')
    Person.objects.filter(pk=world.erin.pk).update(left_at=at("2026-10-20 09:00"))

    (_, line) = lines(signed_in(world.alice).get(FILE))

    assert line.startswith("\"'=HYPERLINK(")
    assert ",Backup," in line


def test_the_page_shows_it_and_is_narrowed(world: World, signed_in) -> None:
    log(world, world.erin, "2026-10-05 09:00", "2026-10-06 09:00")
    browser = signed_in(world.alice)

    page = text(browser.get(PAY))
    assert "October 2026 as it really was" in page
    assert "Erin Example" in page
    assert "Nothing here matches." in text(browser.get(f"{PAY}?q=nobody"))
    for odd in ("month=2026-13", "month=%00", "month=1", "roster=x", "format=pdf"):
        assert browser.get(f"{PAY}?{odd}").status_code == 200


def test_nothing_is_logged_yet(world: World, signed_in) -> None:
    assert "Nobody was on call in October 2026" in text(signed_in(world.alice).get(PAY))


def test_many_people_cost_as_many_queries_as_few(world: World, signed_in) -> None:
    browser = signed_in(world.alice)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            browser.get(PAY)
        return len(captured)

    def grow(number: int) -> None:
        for _ in range(number):
            log(world, make_person(), "2026-10-05 09:00", "2026-10-06 09:00")

    grow(3)
    few = queries()
    grow(27)

    assert queries() == few
    assert few <= 24


@pytest.mark.parametrize(("who", "may"), [("alice", True), ("bob", False)])
def test_it_is_found_by_those_who_may(world: World, signed_in, who: str, may: bool) -> None:
    client = signed_in(getattr(world, who))
    pages = ["/oncall/", f"/oncall/{world.roster.slug}/load/"]
    pages += [f"/search/?q={words}" for words in ("hours+for+pay", "payroll", "pay+export")]

    for page in pages:
        assert (f'href="{PAY}"' in text(client.get(page))) is may, page


@pytest.mark.parametrize("words", ["friday+outlook", "outlook", "week+ahead"])
def test_the_letter_of_friday_is_found(world: World, signed_in, words: str) -> None:
    page = text(signed_in(world.bob).get(f"/search/?q={words}"))

    assert 'href="/me/#friday"' in page
    assert 'href="/help/#letters"' in page or words == "week+ahead"

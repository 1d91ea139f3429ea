"""Calendar addresses: made once, read without signing in, ended for good."""

from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import icalendar
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from rosters.models import Absence, FeedToken, Override, Person, Roster
from rosters.operations import feeds
from tests.factories import make_person, make_roster
from tests.world import NOW, at

pytestmark = pytest.mark.django_db


@pytest.fixture
def me() -> Person:
    person = make_person("Mei Tan")
    person.may_sign_in = True
    person.save()
    return person


@pytest.fixture
def reader(me: Person) -> Client:
    client = Client()
    client.force_login(me)
    return client


def address(roster: Roster | None, by: Person) -> str:
    return f"/feeds/{feeds.make(roster, name='', by=by, now=NOW).text}.ics"


def events(url: str, **headers: Any) -> list[tuple[str, datetime, datetime]]:
    response = Client().get(url, **headers)
    assert response.status_code == 200
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    found = icalendar.Calendar.from_ical(response.content).events
    return [(str(one["SUMMARY"]), _instant(one.start), _instant(one.end)) for one in found]


def _instant(at: object) -> datetime:
    assert isinstance(at, datetime)
    return at


def test_ones_own_calendar_holds_ones_own_shifts_on_every_roster(me: Person) -> None:
    other = make_person("Ben")
    make_roster([me, other], name="Payments")
    make_roster([other], [me], name="Search")

    found = events(address(None, me))

    titles = {title for title, _, _ in found}
    assert titles == {"On call: Payments", "Backup: Search"}
    first = next(one for one in found if one[0] == "On call: Payments")
    assert first[1:] == (
        at("2026-11-16 09:00", "Europe/Berlin"),
        at("2026-11-23 09:00", "Europe/Berlin"),
    )


def test_who_alone_is_a_layer_is_in_it_without_a_hole(me: Person) -> None:
    roster = make_roster([make_person("Ann"), make_person("Ben")], [me], name="Payments")

    for url, title in (
        (address(roster, me), "Mei Tan: backup"),
        (address(None, me), "Backup: Payments"),
    ):
        mine = sorted((start, end) for what, start, end in events(url) if what == title)
        assert mine[0][0] <= NOW < mine[-1][1]
        assert all(one[1] == then[0] for one, then in pairwise(mine))


def test_it_reaches_a_year_ahead(me: Person) -> None:
    make_roster([me, make_person()])

    assert max(end for _, _, end in events(address(None, me))) > datetime(2027, 11, 21, tzinfo=UTC)


def test_a_rosters_calendar_follows_overrides_and_absences(me: Person) -> None:
    ben, cy = make_person("Ben"), make_person("Cy")
    roster = make_roster([me], [cy], name="Payments")
    Override.objects.create(
        roster=roster,
        person=ben,
        instead_of=me,
        starts_at=at("2026-12-24 09:00"),
        ends_at=at("2026-12-25 09:00"),
    )
    Absence.objects.create(
        person=me, starts_at=at("2026-12-27 00:00"), ends_at=at("2026-12-28 00:00")
    )

    found = events(address(roster, me))

    assert ("Ben: first on call", at("2026-12-24 09:00"), at("2026-12-25 09:00")) in found
    assert ("Cy: first on call", at("2026-12-27 00:00"), at("2026-12-28 00:00")) in found


def test_numbers_and_addresses_of_people_are_never_in_it(me: Person) -> None:
    url = address(make_roster([me]), me)

    content = Client().get(url).content.decode()

    assert str(me.email) not in content
    assert "box" not in content


def test_a_program_that_has_it_already_is_told_so(me: Person) -> None:
    url = address(make_roster([me]), me)
    etag = Client().get(url)["ETag"]

    again = Client().get(url, headers={"If-None-Match": etag})

    assert (again.status_code, again.content) == (304, b"")


def test_the_number_of_queries_is_the_same_for_three_and_thirty(me: Person) -> None:
    def queries() -> int:
        url = address(None, me)
        with CaptureQueriesContext(connection) as captured:
            events(url)
        return len(captured)

    for _ in range(3):
        make_roster([me, make_person()])
    few = queries()
    for _ in range(27):
        make_roster([me, make_person()])

    assert queries() == few
    assert few <= 20


def test_somebody_who_left_has_no_calendar_any_more(me: Person) -> None:
    url = address(None, me)
    Person.objects.filter(pk=me.pk).update(left_at=NOW)

    assert Client().get(url).status_code == 404


def test_the_address_is_shown_once_and_only_its_digest_is_kept(reader: Client) -> None:
    made = reader.post("/me/calendars/", {"roster": "", "name": "My phone"})

    (feed,) = FeedToken.objects.all()
    body = made.content.decode()
    start = body.index("/feeds/") + len("/feeds/")
    secret = body[start : body.index(".ics", start)]
    assert len(secret) == 32
    assert secret not in f"{feed.token_hash}{feed.hint}"
    assert secret not in reader.get("/me/calendars/").content.decode()


def test_an_ended_address_answers_nothing_and_ending_twice_is_fine(
    reader: Client, me: Person
) -> None:
    url = address(None, me)
    feed = FeedToken.objects.get()

    for _ in range(2):
        response = reader.post(f"/me/calendars/{feed.pk}/end/", follow=True)
        assert "has ended" in response.content.decode()

    gone = Client().get(url)
    assert (gone.status_code, "has ended" in gone.content.decode()) == (404, True)


def test_nobody_ends_the_address_of_somebody_else(reader: Client) -> None:
    url = address(None, make_person("Ben"))
    feed = FeedToken.objects.get()

    response = reader.post(f"/me/calendars/{feed.pk}/end/", follow=True)

    assert "Only they or an administrator" in response.content.decode()
    assert Client().get(url).status_code == 200


def test_whoever_guesses_is_stopped_for_a_while(me: Person) -> None:
    guess = Client()
    for number in range(30):
        assert guess.get(f"/feeds/{number:032}.ics").status_code == 404

    stopped = guess.get(address(None, me))

    assert (stopped.status_code, stopped["Retry-After"]) == (429, "60")


def test_a_roster_that_is_none_is_refused_in_words(reader: Client) -> None:
    response = reader.post("/me/calendars/", {"roster": "no-such-roster"})

    assert response.status_code == 422
    assert not FeedToken.objects.exists()


def test_there_is_an_end_to_how_many_one_person_makes(me: Person, reader: Client) -> None:
    for _ in range(20):
        feeds.make(None, name="", by=me, now=NOW)

    response = reader.post("/me/calendars/", {"roster": "", "name": ""})

    assert response.status_code == 422
    assert "There are 20 addresses already." in response.content.decode()

"""Pages about being away: entering, what is open, asking, answering, the list."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from rosters.models import Absence, CoverRequest, Membership, Override
from tests import world as small_world
from tests.factories import make_person
from tests.world import NOW, World

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
TYPED = {"starts_at": "2026-11-22T09:00", "ends_at": "2026-11-23T09:00", "reason": "A wedding"}


@pytest.fixture(autouse=True)
def _frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("config.portal.clock.act_now", lambda: NOW)
    monkeypatch.setattr("config.portal.clock.show_now", lambda: NOW)


@pytest.fixture
def world(db: None) -> World:
    return small_world.build()


def browser(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def text(response) -> str:
    return " ".join(response.content.decode().split())


def absence_of(world: World) -> Absence:
    return Absence.objects.create(
        person=world.alice, starts_at=NOW + DAY, ends_at=NOW + 2 * DAY, reason="A wedding"
    )


def test_noting_an_absence_shows_what_it_leaves_open(world: World) -> None:
    answer = browser(world.alice).post("/absences/new/", TYPED, follow=True)

    page = text(answer)
    assert "You are on call while you are away" in page
    assert "on call for Payments on call" in page
    assert "If nobody covers, Bob Example answers, as backup." in page
    assert Absence.objects.get().starts_at.isoformat() == "2026-11-22T08:00:00+00:00"


@pytest.mark.parametrize(
    ("starts_at", "ends_at", "hours"),
    [
        ("2026-03-29T00:00", "2026-03-30T00:00", 23),
        ("2026-10-25T00:00", "2026-10-26T00:00", 25),
        ("2026-10-25T02:30", "2026-10-25T02:30", 1),
        ("2026-03-29T02:30", "2026-03-29T03:30", 0.5),
    ],
    ids=["spring", "autumn", "the hour that comes twice", "the hour that is skipped"],
)
def test_wall_time_on_both_nights(
    world: World, monkeypatch, starts_at: str, ends_at: str, hours: float
) -> None:
    early = NOW.replace(month=1)
    monkeypatch.setattr("config.portal.clock.act_now", lambda: early)

    browser(world.alice).post("/absences/new/", {"starts_at": starts_at, "ends_at": ends_at})

    made = Absence.objects.get()
    assert made.ends_at - made.starts_at == timedelta(hours=hours)


def test_errors_stand_beside_their_fields_and_keep_what_was_typed(world: World) -> None:
    answer = browser(world.alice).post("/absences/new/", TYPED | {"ends_at": "2026-11-21T09:00"})

    assert answer.status_code == 422
    assert "It must end after it starts." in text(answer)
    assert 'value="2026-11-22T09:00"' in text(answer)


@pytest.mark.parametrize(
    ("who", "reads"), [("alice", True), ("bob", False), ("erin", False), ("frank", False)]
)
def test_the_reason_is_for_those_who_keep_it(world: World, who: str, reads: bool) -> None:
    absence = absence_of(world)
    client = browser(getattr(world, who))

    for path in (f"/absences/{absence.pk}/", "/absences/?whose=all", "/me/", "/people/"):
        assert ("wedding" in text(client.get(path))) == (reads and path not in {"/people/"}), path


def test_others_read_it_without_buttons(world: World) -> None:
    page = text(browser(world.frank).get(f"/absences/{absence_of(world).pk}/"))

    assert "Alice is on call while away" in page
    assert "Ask for cover" not in page
    assert "Take it back" not in page


def test_the_candidates_come_with_their_clashes(world: World) -> None:
    page = text(browser(world.alice).get(f"/absences/{absence_of(world).pk}/"))

    assert "Bob is the backup for Payments on call then." in page


def test_asking_and_answering_by_press(world: World) -> None:
    absence = absence_of(world)
    browser(world.alice).post(f"/absences/{absence.pk}/ask/", {"name": "erin example"})
    asked = CoverRequest.objects.get()

    me = text(browser(world.erin).get("/me/"))
    assert "Can you take calls for Alice Example?" in me
    browser(world.erin).post(f"/absences/cover/{asked.pk}/answer/", {"answer": "yes"})

    assert Override.objects.get().person == world.erin
    assert "Can you take calls" not in text(browser(world.erin).get("/me/"))
    assert "Erin Example covers." in text(browser(world.alice).get("/me/"))


def test_everybody_is_asked_at_once_and_who_says_yes_first_covers(world: World) -> None:
    absence = absence_of(world)
    Membership.objects.create(team=world.team, person=world.erin)
    gone = Membership.objects.create(team=world.team, person=world.frank).person
    Absence.objects.create(person=gone, starts_at=NOW, ends_at=NOW + 3 * DAY)
    client = browser(world.alice)
    assert "Ask everybody who is free" in text(client.get(f"/absences/{absence.pk}/"))

    for _ in range(2):
        done = client.post(f"/absences/{absence.pk}/ask/", {"everybody": "1"}, follow=True)

    assert "Bob Example and Erin Example were asked. Whoever says yes first covers." in text(done)
    asked = {one.person: one for one in CoverRequest.objects.all()}
    assert set(asked) == {world.bob, world.erin}
    question = "Can you take calls for Alice Example?"
    assert question in text(browser(world.erin).get("/me/"))

    browser(world.bob).post(f"/absences/cover/{asked[world.bob].pk}/answer/", {"answer": "yes"})

    assert question not in text(browser(world.erin).get("/me/"))
    assert Override.objects.get().person == world.bob


def test_a_name_that_nobody_has_is_said(world: World) -> None:
    absence = absence_of(world)

    answer = browser(world.alice).post(f"/absences/{absence.pk}/ask/", {"name": "Nobody Here"})

    assert answer.status_code == 422
    assert "Nobody here is called “Nobody Here”." in text(answer)


def test_an_answer_that_is_none_is_no_page(world: World) -> None:
    asked = CoverRequest.objects.create(
        absence=absence_of(world), person=world.erin, asked_by=world.alice, asked_at=NOW
    )

    answer = browser(world.erin).post(f"/absences/cover/{asked.pk}/answer/", {"answer": "perhaps"})

    assert answer.status_code == 404


def test_outsiders_change_nothing(world: World) -> None:
    absence, client = absence_of(world), browser(world.frank)

    for path in ("change", "end", "ask"):
        client.post(f"/absences/{absence.pk}/{path}/", TYPED | {"name": "Erin Example"})

    absence.refresh_from_db()
    assert (absence.starts_at, absence.ends_at) == (NOW + DAY, NOW + 2 * DAY)
    assert not CoverRequest.objects.exists()


def test_changing_and_taking_back(world: World) -> None:
    absence, client = absence_of(world), browser(world.alice)

    client.post(f"/absences/{absence.pk}/change/", TYPED | {"ends_at": "2026-11-24T09:00"})
    absence.refresh_from_db()
    assert absence.ends_at.isoformat() == "2026-11-24T08:00:00+00:00"

    client.post(f"/absences/{absence.pk}/end/")
    assert not Absence.objects.exists()


def test_the_list_is_searched_and_says_when_nothing_matches(world: World) -> None:
    absence_of(world)
    client = browser(world.bob)

    assert "Alice Example" in text(client.get("/absences/"))
    assert "No absence matches." in text(client.get("/absences/?q=nobody"))
    assert "No absence matches." in text(client.get("/absences/?when=past"))


def _queries(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    return len(asked)


def test_constant_queries(world: World) -> None:
    absence, client = absence_of(world), browser(world.alice)
    paths = ("/absences/?whose=all", f"/absences/{absence.pk}/", "/me/")
    few = [_queries(client, path) for path in paths]
    for number in range(30):
        person = make_person()
        world.team.members.add(person)
        one = Absence.objects.create(
            person=person, starts_at=NOW + DAY, ends_at=NOW + (2 + number) * DAY
        )
        CoverRequest.objects.create(absence=one, person=world.alice, asked_by=person, asked_at=NOW)
        CoverRequest.objects.create(
            absence=absence, person=person, asked_by=world.alice, asked_at=NOW
        )

    assert [_queries(client, path) for path in paths] == few

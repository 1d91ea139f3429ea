"""Me: what is mine, testing my phone, how I read Muster."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from incidents.operations import engine, lifecycle
from incidents.operations.lifecycle import Opening
from rosters.models import Absence, ContactPoint, Membership, Message, Person
from rosters.operations import carriage
from tests import world as small_world
from tests.factories import make_person, make_roster, make_team
from tests.world import NOW, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None) -> World:
    return small_world.build()


@pytest.fixture(autouse=True)
def _frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("config.portal.clock.act_now", lambda: NOW)
    monkeypatch.setattr("config.portal.clock.show_now", lambda: NOW)


@pytest.fixture
def signed_in() -> Callable[[Person], Client]:
    def browser(person: Person) -> Client:
        client = Client()
        client.force_login(person)
        return client

    return browser


def text(response) -> str:
    return " ".join(response.content.decode().split())


def phone_of(person: Person) -> ContactPoint:
    return ContactPoint.objects.get(person=person, channel="phone")


@pytest.mark.parametrize("path", ["/me/", "/me/numbers/1/test/", "/me/numbers/1/arrived/"])
def test_a_stranger_is_asked_to_sign_in(client: Client, world: World, path: str) -> None:
    assert client.post(path).status_code == 403


def test_somebody_on_call_reads_until_when(world: World, signed_in) -> None:
    ContactPoint.objects.update(last_tested_at=NOW - timedelta(days=4))

    page = text(signed_in(world.alice).get("/me/"))

    assert "<h1>You are on call</h1>" in page
    assert "first on call for <b>Payments on call</b>" in page
    assert "The phone was tested 4 days ago." in page


def test_somebody_on_no_roster_reads_so(world: World, signed_in) -> None:
    ContactPoint.objects.update(last_tested_at=NOW - timedelta(days=4))

    page = text(signed_in(world.erin).get("/me/"))

    assert "You are not on call now" in page
    assert "You are not on any roster." in page
    assert "Nothing is left for you to do." in page
    assert "You are in no team." in page


def test_somebody_who_is_called_sees_that_first(world: World, signed_in) -> None:
    opening = Opening(title="Card payments fail", severity=1, service=world.service)
    lifecycle.open_incident(opening, by=world.erin, now=NOW)
    engine.tick(now=NOW)

    page = text(signed_in(world.alice).get("/me/"))

    assert "<h1>We are calling you</h1>" in page
    assert "Card payments fail" in page


def test_an_absence_is_listed(world: World, signed_in) -> None:
    Absence.objects.create(
        person=world.erin, starts_at=NOW, ends_at=NOW + timedelta(days=9), reason="Leave"
    )

    assert "Leave. We do not call you then." in text(signed_in(world.erin).get("/me/"))


def test_testing_a_phone_says_sent_and_asks_whether_it_arrived(world: World, signed_in) -> None:
    browser, point = signed_in(world.alice), phone_of(world.alice)

    waiting = text(browser.post(f"/me/numbers/{point.pk}/test/", follow=True))
    carriage.carry_all(clock=lambda: NOW, jitter=lambda: 0.0)
    sent = text(browser.get("/me/"))
    confirmed = text(browser.post(f"/me/numbers/{point.pk}/arrived/", follow=True))

    assert "A test is on its way since" in waiting
    assert "It has arrived" not in waiting
    assert "Has it arrived?" in sent
    assert "Good. We know now that this works." in confirmed
    assert phone_of(world.alice).last_tested_at == NOW


def test_a_second_press_is_refused_in_words(world: World, signed_in) -> None:
    browser, point = signed_in(world.alice), phone_of(world.alice)
    browser.post(f"/me/numbers/{point.pk}/test/")

    page = text(browser.post(f"/me/numbers/{point.pk}/test/", follow=True))

    assert "Wait two minutes" in page
    assert Message.objects.filter(topic="test").count() == 1


@pytest.mark.parametrize("act", ["test", "arrived"])
def test_somebody_else_s_number_is_not_there(world: World, signed_in, act: str) -> None:
    answer = signed_in(world.bob).post(f"/me/numbers/{phone_of(world.alice).pk}/{act}/")

    assert answer.status_code == 404
    assert not Message.objects.filter(topic="test").exists()


@pytest.mark.parametrize("act", ["test", "arrived"])
def test_a_look_never_sends_a_test(world: World, signed_in, act: str) -> None:
    answer = signed_in(world.alice).get(f"/me/numbers/{phone_of(world.alice).pk}/{act}/")

    assert answer.status_code == 405


def test_zone_theme_and_shortcuts_hold_on_the_next_page(world: World, signed_in) -> None:
    browser = signed_in(world.alice)

    page = text(
        browser.post(
            "/me/", {"time_zone": "Asia/Tokyo", "theme": "dark", "reminder": "2"}, follow=True
        )
    )

    assert 'data-theme="dark" data-keys="off"' in page
    assert "Times are in Tokyo" in page
    assert "Saved." in page
    world.alice.refresh_from_db()
    assert (world.alice.theme, world.alice.uses_shortcuts) == ("dark", False)
    assert world.alice.shift_reminder == timedelta(hours=2)


@pytest.mark.parametrize(("reminder", "kept"), [("never", None), ("12", timedelta(hours=12))])
def test_when_one_is_reminded_of_a_shift_is_ones_own_choice(
    world: World, signed_in, reminder: str, kept: timedelta | None
) -> None:
    signed_in(world.alice).post(
        "/me/", {"time_zone": "Asia/Tokyo", "theme": "dark", "reminder": reminder}
    )

    world.alice.refresh_from_db()
    assert world.alice.shift_reminder == kept


@pytest.mark.parametrize("sent", [{"gets_outlook": "on"}, {}], ids=["yes", "no"])
def test_the_letter_on_fridays_is_ones_own_choice(
    world: World, signed_in, sent: dict[str, str]
) -> None:
    settings = {"time_zone": "Asia/Tokyo", "theme": "dark", "reminder": "2"}

    page = text(signed_in(world.alice).post("/me/", settings | sent, follow=True))

    world.alice.refresh_from_db()
    assert world.alice.gets_outlook is bool(sent)
    assert ("You do not get it." in page) is not bool(sent)


def test_the_language_is_ones_own_choice(world: World) -> None:
    mine = Client()
    mine.force_login(world.alice)
    settings = {"time_zone": "Asia/Tokyo", "theme": "dark", "reminder": "2"}

    mine.post("/me/", settings | {"language": "de"})
    german = mine.get("/rules/").content.decode()
    mine.post("/me/", settings)
    kept = mine.get("/rules/").content.decode()
    refused = mine.post("/me/", settings | {"language": "xx"})

    assert '<html lang="de" data-theme="dark"' in german
    assert '<html lang="de"' in kept, "a form that does not ask changes nothing"
    assert refused.status_code == 422


@pytest.mark.parametrize("answers", [{"time_zone": "Mars/Base"}, {"time_zone": ""}, {"theme": "x"}])
def test_a_wrong_setting_is_named_and_nothing_changes(
    world: World, signed_in, answers: dict[str, str]
) -> None:
    browser = signed_in(world.alice)

    answer = browser.post(
        "/me/", {"time_zone": "Asia/Tokyo", "theme": "dark", "reminder": "2"} | answers
    )

    assert answer.status_code == 422
    assert "There is a problem" in text(answer)
    assert "Times are in Berlin" in text(answer)
    world.alice.refresh_from_db()
    assert (world.alice.time_zone, world.alice.theme) == ("Europe/Berlin", "")


def test_much_of_mine_costs_as_many_queries_as_little(world: World, signed_in) -> None:
    browser = signed_in(world.alice)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            browser.get("/me/")
        return len(captured)

    few = queries()
    for _ in range(27):
        Membership.objects.create(team=make_team(), person=world.alice)
        make_roster([world.alice, make_person()])

    assert queries() == few
    assert few <= 45


def test_whom_to_ask_for_what_one_cannot_change_has_a_name(
    world: World, signed_in: Callable[[Person], Client]
) -> None:
    gina = small_world.make_person("Gina", is_administrator=True)
    hugo = small_world.make_person("Hugo", is_administrator=True)
    small_world.make_person("Ida", is_administrator=True)
    Absence.objects.create(
        person=gina, starts_at=NOW - timedelta(days=1), ends_at=NOW + timedelta(days=1)
    )

    page = signed_in(world.alice).get("/me/").content.decode()

    asked = page[page.index("Who can change what I cannot") :]
    assert asked.index("Hugo Example") < asked.index("Ida Example")
    assert "Gina Example" not in asked
    assert f"/people/{hugo.pk}/" in asked


def test_a_page_that_is_refused_says_whom_to_ask(
    world: World, signed_in: Callable[[Person], Client]
) -> None:
    gina = small_world.make_person("Gina", is_administrator=True)

    page = signed_in(world.alice).get("/admin/", follow=True).content.decode()

    assert f'Ask <a href="/people/{gina.pk}/">Gina Example</a>, who can change that.' in page

"""Where somebody is signed in: listed in words, and ended."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from config.front.account.devices import describe
from config.front.operations import sessions
from config.portal import clock
from rosters.models import Person
from tests import world

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile Safari/604.1"


def elsewhere(person: Person, agent: str = PHONE) -> Client:
    client = Client(HTTP_USER_AGENT=agent, REMOTE_ADDR="192.0.2.44")
    client.post("/sign-in/", {"username": person.email, "password": world.PASSWORD})
    return client


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (PHONE, "Safari on an iPhone"),
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "Firefox on Linux",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/142.0 Safari/537.36 Edg/142.0", "Edge on Windows"),
        ("Mozilla/5.0 (Linux; Android 16) Chrome/142.0 Safari/537", "Chrome on an Android phone"),
        ("Mozilla/5.0 (Macintosh) Chrome/142.0 Safari/537.36", "Chrome on a Mac"),
        ("Mozilla/5.0 (Macintosh)", "A Mac"),
        ("", "A device we do not know"),
    ],
)
def test_devices_have_words(agent: str, words: str):
    assert describe(agent) == words


def test_the_page_lists_this_device_first_and_the_others(signed_in: Client, alice: Person):
    elsewhere(alice)

    page = signed_in.get("/account/").content.decode()

    assert page.index("This device") < page.index("Safari on an iPhone")
    assert "192.0.2.44" in page


def test_one_session_is_ended(signed_in: Client, alice: Person):
    phone, other = elsewhere(alice), elsewhere(alice)
    key = phone.session.session_key

    signed_in.post(
        "/account/sessions/end/", {"session": UserSession.objects.get(session_key=key).pk}
    )

    assert phone.get("/account/").status_code == 302
    assert other.get("/account/").status_code == 200
    assert signed_in.get("/account/").status_code == 200


def test_all_others_are_ended(signed_in: Client, alice: Person):
    phone = elsewhere(alice)

    page = signed_in.post("/account/sessions/end/", follow=True).content.decode()

    assert "All other sessions are over." in page
    assert phone.get("/account/").status_code == 302


@pytest.mark.parametrize("which", ["someone else", "²", "99999999999999999999"])
def test_nonsense_ends_nothing(signed_in: Client, which: str):
    assert signed_in.post("/account/sessions/end/", {"session": which}).status_code == 302
    assert signed_in.get("/account/").status_code == 200


def test_nobody_ends_the_sessions_of_somebody_else(signed_in: Client):
    bob = world.make_person("Bob")
    his = elsewhere(bob)
    row = UserSession.objects.get(session_key=his.session.session_key)

    signed_in.post("/account/sessions/end/", {"session": row.pk})
    signed_in.post("/account/sessions/end/")

    assert his.get("/account/").status_code == 200


def test_last_seen_is_noted_every_five_minutes(alice: Person, monkeypatch):
    phone = elsewhere(alice)
    row = UserSession.objects.get(session_key=phone.session.session_key)
    later = clock.show_now() + timedelta(minutes=6)

    monkeypatch.setattr(clock, "show_now", lambda: later)
    phone.get("/account/")

    row.refresh_from_db()
    assert row.last_seen_at == later


def test_queries_do_not_grow_with_sessions(signed_in: Client, alice: Person):
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            signed_in.get("/account/")
        counts.append(len(asked))
        for _ in range(8):
            elsewhere(alice)

    assert counts[0] == counts[1]


def test_what_is_over_leaves_no_row(alice: Person):
    elsewhere(alice)

    gone = sessions.clear_out(now=clock.show_now() + timedelta(days=30))

    assert gone == 1
    assert not Session.objects.exists()
    assert not UserSession.objects.exists()


def test_ending_all_others_asks_once_and_says_which(signed_in: Client, alice: Person):
    elsewhere(alice)

    asked = signed_in.get("/account/sessions/end/").content.decode()
    before = UserSession.objects.count()
    signed_in.post("/account/sessions/end/")
    again = signed_in.get("/account/sessions/end/", follow=True).content.decode()

    assert "End all other sessions?" in asked
    assert "Safari on an iPhone" in asked
    assert before == 2
    assert UserSession.objects.count() == 1
    assert "Nobody else was signed in as you." in again

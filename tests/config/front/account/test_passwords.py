"""E-mail and password: what is said, to whom, and how often one may try."""

import re

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from rosters.logic.roles import Role
from rosters.models import Person
from rosters.operations import accounts
from tests import world

WRONG = "E-mail address or password is not right"


def sign_in(client: Client, email: str | None, password: str = world.PASSWORD, **more: str):
    return client.post(
        "/sign-in/",
        {"username": email or "", "password": password, **more},
        REMOTE_ADDR="192.0.2.7",
    )


def is_signed_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def test_the_right_password_leads_where_the_reader_wanted_to_go(client: Client, alice: Person):
    answer = sign_in(client, "ALICE@example.org ", next="/incidents/")

    assert answer.headers["Location"] == "/incidents/"
    assert is_signed_in(client)


@pytest.mark.parametrize(
    ("roles", "home"),
    [
        ((Role.STAKEHOLDER,), "/status/"),
        ((Role.STAKEHOLDER, Role.RESPONDER), "/"),
        ((Role.RESPONDER,), "/"),
        ((), "/"),
    ],
    ids=["reads", "reads and responds", "responds", "no role"],
)
def test_who_only_reads_begins_on_the_status_page_with_a_shorter_menu(
    client: Client, alice: Person, roles: tuple[Role, ...], home: str
):
    accounts.give_roles(alice, roles, of=tuple(Role))

    answer = sign_in(client, alice.email)

    assert answer.headers["Location"] == home
    page = client.get("/status/").content.decode()
    assert ('aria-label="Read"' in page) is (home == "/status/")
    assert 'href="/people/"' in page
    assert 'href="/contacts/"' in page


def test_who_only_reads_and_came_to_the_first_page_begins_on_the_status_page(
    client: Client, alice: Person
):
    accounts.give_roles(alice, [Role.STAKEHOLDER], of=tuple(Role))

    answer = sign_in(client, alice.email, next="/")

    assert answer.headers["Location"] == "/status/"


def test_who_only_reads_is_led_where_they_wanted_to_go(client: Client, alice: Person):
    accounts.give_roles(alice, [Role.STAKEHOLDER], of=tuple(Role))

    answer = sign_in(client, alice.email, next="/incidents/")

    assert answer.headers["Location"] == "/incidents/"


def test_nobody_is_led_to_another_host(client: Client, alice: Person):
    answer = sign_in(client, alice.email, next="https://evil.example.com/")

    assert answer.headers["Location"] == "/"


def test_the_same_is_said_whoever_it_is(client: Client, alice: Person):
    closed = world.make_person("Bob")
    closed.may_sign_in = False
    closed.save()

    tries = [
        (alice.email, "wrong"),
        ("nobody@example.org", "wrong"),
        (closed.email, world.PASSWORD),
    ]
    pages = [sign_in(client, email, password) for email, password in tries]

    said = [re.sub(r"value=\"[^\"]*\"", "", page.content.decode()) for page in pages]
    assert [page.status_code for page in pages] == [422, 422, 422]
    assert WRONG in said[0]
    assert said[0] == said[1] == said[2]


def test_too_many_wrong_tries_are_answered_in_words(client: Client, alice: Person):
    for _ in range(5):
        sign_in(client, alice.email, "wrong")

    answer = sign_in(client, alice.email)

    assert "Too many wrong tries. Wait 5 minutes, then try again" in answer.content.decode()
    assert not is_signed_in(client)


def test_a_stranger_locks_nobody_out(client: Client, alice: Person):
    for _ in range(6):
        sign_in(client, alice.email, "wrong")

    client.post(
        "/sign-in/", {"username": alice.email, "password": world.PASSWORD}, REMOTE_ADDR="192.0.2.8"
    )

    assert is_signed_in(client)


def test_a_lost_cache_locks_nobody_out(client: Client, alice: Person, settings):
    settings.CACHES = {
        "default": {
            "BACKEND": "config.portal.cache.ForgivingRedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
        }
    }
    for _ in range(6):
        sign_in(client, alice.email, "wrong")

    sign_in(client, alice.email)

    assert is_signed_in(client)


def test_the_admin_asks_at_the_same_door(client: Client, alice: Person):
    stranger = client.get("/admin/", follow=True)
    client.force_login(alice)
    colleague = client.get("/admin/", follow=True)

    assert stranger.redirect_chain[-1][0] == "/sign-in/?next=/admin/"
    assert colleague.status_code == 403


@pytest.mark.parametrize(
    "path",
    [
        "/account/email/",
        "/sign-up/",
        "/accounts/login/",
        "/account/codes/download/",
        "/sign-in/with/signup/back/",
        "/sign-in/with/sso/",
    ],
)
def test_what_is_not_used_is_not_there(client: Client, alice: Person, path: str):
    client.force_login(alice)

    assert client.get(path).status_code == 404


def test_a_link_from_the_e_mail_sets_a_new_password_once(client: Client, alice: Person):
    client.post("/sign-in/forgotten/", {"email": "Alice@example.org"})
    [letter] = mail.outbox
    [link] = re.findall(r"http://testserver(\S+)", str(letter.body))

    form = client.get(link, follow=True).redirect_chain[-1][0]
    answer = client.post(form, {"password1": "three green words", "password2": "three green words"})

    assert letter.to == [alice.email]
    assert answer.headers["Location"] == "/sign-in/forgotten/done/"
    sign_in(client, alice.email, "three green words")
    assert is_signed_in(client)
    assert "This link no longer works" in Client().get(link).content.decode()


def test_a_stranger_asks_for_a_link_in_vain(client: Client, alice: Person):
    known = client.post("/sign-in/forgotten/", {"email": alice.email}, follow=True)
    unknown = client.post("/sign-in/forgotten/", {"email": "no@example.org"}, follow=True)

    assert known.content == unknown.content
    assert "There is no account with this address" in mail.outbox[1].subject
    assert "/forgotten/" not in mail.outbox[1].body


def test_an_address_of_the_past_gets_no_link(client: Client, alice: Person):
    client.post("/sign-in/forgotten/", {"email": alice.email})
    old, alice.email = alice.email, "alice.new@example.org"
    alice.save()
    mail.outbox.clear()

    client.post("/sign-in/forgotten/", {"email": old})

    assert "no account" in mail.outbox[0].subject


def test_where_no_mail_is_sent_the_page_says_so(client: Client, alice: Person, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"

    page = client.get("/sign-in/forgotten/").content.decode()
    client.post("/sign-in/forgotten/", {"email": alice.email})

    assert "This Muster sends no e-mail" in page
    assert mail.outbox == []


def test_a_mail_server_that_is_away_says_nothing_about_anybody(client, alice, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1

    answer = client.post("/sign-in/forgotten/", {"email": alice.email})

    assert answer.headers["Location"] == "/sign-in/forgotten/sent/"


def test_a_new_password_ends_every_other_session(signed_in: Client, alice: Person):
    elsewhere = Client()
    sign_in(elsewhere, alice.email)

    signed_in.post(
        "/account/password/",
        {
            "oldpassword": world.PASSWORD,
            "password1": "three green words",
            "password2": "three green words",
        },
    )

    assert is_signed_in(signed_in)
    assert not is_signed_in(elsewhere)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"oldpassword": "wrong"}, "This is not the password you have now"),
        ({"password1": "short", "password2": "short"}, "at least 12 characters"),
        ({"password2": "something else"}, "same password"),
    ],
)
def test_a_bad_new_password_is_explained(signed_in: Client, typed: dict[str, str], says: str):
    right = {
        "oldpassword": world.PASSWORD,
        "password1": "three green words",
        "password2": "three green words",
    }

    page = signed_in.post("/account/password/", right | typed).content.decode()

    assert says in page
    assert "three green words" not in page


def test_sign_out_needs_a_press(signed_in: Client):
    assert signed_in.get(reverse("sign_out")).status_code == 405
    assert is_signed_in(signed_in)

    signed_in.post(reverse("sign_out"))

    assert not is_signed_in(signed_in)


def test_pages_that_nobody_signed_in_for_ask_for_it(client: Client, db: None):
    for path in ("/account/", "/account/password/", "/account/app/", "/account/codes/new/"):
        assert client.get(path).headers["Location"].startswith("/sign-in/?next=/account/")


def test_sign_in_asks_the_database_little(client: Client, alice: Person):
    with CaptureQueriesContext(connection) as asked:
        client.get("/sign-in/")

    assert len(asked) <= 3

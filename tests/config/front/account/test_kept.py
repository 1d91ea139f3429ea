"""A form on a session that has ended: kept, shown again, and sent only by a fresh press."""

import base64
import random
import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from allauth.mfa.totp.internal import auth as totp
from django.contrib.sessions.models import Session
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from config.front.account import kept
from config.portal import clock, secrets
from incidents.models import Incident
from rosters.models import Person
from tests import world as small
from tests.config.front.account.test_second_steps import code_of

DECLARE = {"title": "Cards are <b>refused</b>", "severity": "2", "service": "", "key": "a key"}
OURS = {"HTTP_ORIGIN": "http://testserver"}
THEIRS = {"HTTP_ORIGIN": "https://evil.example.com"}


@pytest.fixture
def bob(db: None) -> Person:
    return small.make_person("Bob")


def fields(page: str) -> dict[str, str]:
    """What the page's "Send it now" would send."""
    areas = re.findall(r'<textarea name="([^"]+)" hidden>\n(.*?)</textarea>', page, re.DOTALL)
    return {name: unescape(value) for name, value in areas}


def late(client: Client, path: str = "/incidents/new/", data: object = None, **more: Any):
    return client.post(path, DECLARE if data is None else data, **more)


def sealed_in(page: str) -> str:
    found: str
    [found] = set(re.findall(r'name="kept" value="([^"]+)"', page))
    return found


def sign_in_with(client: Client, person: Person, sealed: str, password: str = small.PASSWORD):
    data = {
        "username": person.email,
        "password": password,
        "next": "/sign-in/kept/",
        "kept": sealed,
    }
    return client.post("/sign-in/", data)


def test_a_late_form_is_kept_through_a_wrong_password_and_waits_for_a_press(client, alice):
    asked = late(client, HTTP_REFERER="http://testserver/incidents/new/")
    again = sign_in_with(client, alice, sealed_in(asked.content.decode()), password="wrong")
    answer = sign_in_with(client, alice, sealed_in(again.content.decode()))
    page = client.get(answer.headers["Location"]).content.decode()

    assert asked.status_code == 403
    assert "nothing was sent" in asked.content.decode()
    assert answer.headers["Location"] == "/sign-in/kept/"
    assert fields(page) == DECLARE
    assert "Cards are &lt;b&gt;refused&lt;/b&gt;" in page
    assert 'href="/incidents/new/"' in page
    assert not Incident.objects.exists()


def test_strangers_leave_no_rows_behind(client: Client, db: None):
    late(client)

    assert not Session.objects.exists()


def test_it_is_gone_once_it_is_sent_or_thrown_away(client: Client, alice: Person):
    for press in ("/incidents/new/", "/sign-in/kept/"):
        other = Client()
        sign_in_with(other, alice, sealed_in(late(Client()).content.decode()))
        assert other.get("/sign-in/kept/").status_code == 200

        other.post(press, {})

        assert other.get("/sign-in/kept/").headers["Location"] == "/"


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/account/password/", {"oldpassword": "x", "password1": "y"}),
        ("/sign-out/", {}),
    ],
)
def test_secrets_are_not_kept(client: Client, db: None, path: str, data: dict[str, str]):
    assert "kept" not in late(client, path, data).content.decode()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"title": "x" * 60_001}, "What you typed was too long to keep."),
        ({"title": "x", "file": SimpleUploadedFile("a.csv", b"a")}, "Muster keeps no files"),
    ],
    ids=["too long", "a file"],
)
@pytest.mark.parametrize("checks", [False, True], ids=["with token", "without"])
def test_what_cannot_be_kept_is_said_and_the_way_leads_back(
    db: None, data: dict[str, object], words: str, checks: bool
) -> None:
    client = Client(enforce_csrf_checks=checks)

    answer = late(client, data=data, HTTP_REFERER="http://testserver/incidents/new/", **OURS)

    page = answer.content.decode()
    assert answer.status_code == 403
    assert words in page
    assert "is kept" not in page
    assert '<input type="hidden" name="next" value="/incidents/new/">' in page


def test_the_largest_review_is_kept(client: Client, db: None) -> None:
    data = {f"text-{number}": "x" * 11_000 for number in range(5)}

    found = kept.opened(sealed_in(late(client, data=data).content.decode()))

    assert sum(len(value) for _name, value in found.fields) == 55_000


def test_a_broken_referer_is_no_page(client: Client, db: None) -> None:
    found = kept.opened(sealed_in(late(client, HTTP_REFERER="http://[::1").content.decode()))

    assert found.page == "/"


def test_text_that_nothing_can_write_down_is_not_kept(
    rf: RequestFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = rf.post("/incidents/new/")
    typed = request.POST.copy()
    typed["title"] = "half \ud83d"
    monkeypatch.setattr(request, "POST", typed)

    assert kept.of(request) is None
    assert kept.why_lost(request) == kept.UNREADABLE


def test_on_a_shared_screen_only_its_writer_sees_it(alice: Person, bob: Person) -> None:
    client = Client()
    sign_in_with(client, alice, "")
    Session.objects.all().delete()
    sealed = sealed_in(late(client).content.decode())

    sign_in_with(client, bob, sealed)
    theirs = client.get("/sign-in/kept/")

    assert theirs.headers["Location"] == "/"
    assert kept.IN_SESSION not in client.session

    Session.objects.all().delete()
    sign_in_with(client, alice, sealed)
    assert fields(client.get("/sign-in/kept/").content.decode()) == DECLARE


def test_the_cookie_of_a_writer_is_safe_and_follows_whoever_signs_in(
    alice: Person, bob: Person, settings: Any
) -> None:
    settings.SESSION_COOKIE_SECURE = True
    client = Client()
    values = []
    for person in (alice, bob):
        client.logout()
        client.force_login(person)
        cookie = client.get("/account/").cookies[kept.WHO]
        values.append(cookie.value.split(":")[0])

    assert values == [str(alice.pk), str(bob.pk)]
    assert (cookie["httponly"], cookie["samesite"], cookie["secure"]) == (True, "Lax", True)
    assert kept.WHO not in client.get("/account/").cookies


def test_with_a_forged_cookie_nothing_is_kept(client: Client, alice: Person) -> None:
    client.cookies[kept.WHO] = f"{alice.pk}:forged"

    page = late(client).content.decode()

    assert "could not be kept" in page
    assert 'name="kept"' not in page


def test_the_page_says_where_it_goes(client: Client, alice: Person) -> None:
    sign_in_with(client, alice, sealed_in(late(client).content.decode()))

    assert "It goes to <b>/incidents/new/</b>" not in client.get("/sign-in/kept/").content.decode()


def test_it_says_what_was_asked_in_the_words_of_the_page(client: Client, alice: Person) -> None:
    sign_in_with(
        client, alice, sealed_in(late(client, data=DECLARE | {"drill": "1"}).content.decode())
    )

    page = " ".join(client.get("/sign-in/kept/").content.decode().split())
    shown = dict(re.findall(r"<dt>(.*?)</dt><dd>(?:<p>)?(.*?)</", page))

    assert "You typed it on <b>Declare an incident</b>." in page
    assert shown["What is wrong?"] == "Cards are &lt;b&gt;refused&lt;/b&gt;"
    assert shown["How bad is it?"].startswith("SEV2 Serious.")
    assert shown["Drill"] == "1"


def test_a_page_that_is_gone_leaves_the_names_of_the_fields(client: Client, alice: Person) -> None:
    gone = late(client, "/people/99999/numbers/", {"the_note": "It began at two."})
    sign_in_with(client, alice, sealed_in(gone.content.decode()))

    page = client.get("/sign-in/kept/").content.decode()

    assert "The note" in page
    assert "It goes to <b>/people/99999/numbers/</b>" in page


def test_fields_with_secrets_are_left_out(client: Client, alice: Person):
    typed = DECLARE | {"api_token": "t", "new_password": "p", "csrfmiddlewaretoken": "c"}

    found = kept.opened(sealed_in(late(client, data=typed).content.decode()))

    assert {name for name, _ in found.fields} == set(DECLARE)


def test_the_page_source_does_not_tell_what_was_typed(client: Client, db: None):
    page = late(client).content.decode()

    assert "refused" not in page
    assert b"refused" not in base64.urlsafe_b64decode(sealed_in(page))


BAD_SEALS = {
    "made up": "made up",
    "of old": signing.dumps({"path": "/"}, salt=kept.SALT, compress=True),
    "no form": secrets.seal("[]", purpose=kept.SALT),
    "of another shape": secrets.seal('{"path": "/"}', purpose=kept.SALT),
    "for something else": secrets.seal("{}", purpose="something else"),
    "too long": "x" * 500_001,
    "odd": "é\0",
}


@pytest.mark.parametrize("sealed", BAD_SEALS.values(), ids=BAD_SEALS)
def test_a_bad_seal_is_refused_in_words_and_signs_in_all_the_same(
    client: Client, alice: Person, sealed: str
):
    again = sign_in_with(client, alice, sealed, password="wrong").content.decode()
    page = _signed_in(client, alice, sealed)

    assert "What you typed before cannot be read any more." in again
    assert 'name="kept"' not in again
    assert "What you typed before cannot be read any more. Nothing was sent." in page


def test_after_an_hour_the_page_says_that_it_is_over(client: Client, alice: Person):
    with time_machine.travel(clock.show_now() - timedelta(minutes=61), tick=False):
        sealed = sealed_in(late(Client()).content.decode())

    again = sign_in_with(client, alice, sealed, password="wrong").content.decode()
    page = _signed_in(client, alice, sealed)

    for shown in (again, page):
        assert "What you typed was kept for an hour, and that hour is over." in shown


def _signed_in(client: Client, person: Person, sealed: str) -> str:
    answer = sign_in_with(client, person, sealed)
    return client.get(answer.headers["Location"], follow=True).content.decode()


def test_nothing_carried_says_nothing(client: Client, alice: Person):
    assert "What you typed" not in _signed_in(client, alice, "")


def test_a_new_key_in_front_opens_what_the_old_one_sealed(
    client: Client, alice: Person, settings: Any
):
    old, new = (base64.urlsafe_b64encode(letter * 32).decode() for letter in (b"o", b"n"))
    settings.FIELD_KEYS = [old]
    sealed = sealed_in(late(Client()).content.decode())
    settings.FIELD_KEYS = [new, old]

    sign_in_with(client, alice, sealed)

    assert fields(client.get("/sign-in/kept/").content.decode()) == DECLARE


def test_the_largest_form_in_any_writing_can_come_back(client: Client, alice: Person):
    noise = random.Random(7)  # a test's own
    text = "".join(chr(noise.randrange(0x10000, 0x1F000)) for _ in range(59_000))
    sealed = sealed_in(late(Client(), data={"title": text}).content.decode())

    sign_in_with(client, alice, sealed)

    assert len(sealed) < kept.MOST_SEALED
    assert fields(client.get("/sign-in/kept/").content.decode()) == {"title": text}


def test_a_code_after_the_password_does_not_lose_it(client: Client, alice: Person, db: None):
    with_app = Client()
    sign_in_with(with_app, alice, "")
    with_app.post("/sign-in/again/?next=/account/", {"password": small.PASSWORD})
    _add_app(with_app)
    sign_in_with(client, alice, sealed_in(late(client).content.decode()))

    answer = client.post("/sign-in/second-step/", {"code": code_of(alice)})

    assert answer.headers["Location"] == "/sign-in/kept/"
    assert fields(client.get("/sign-in/kept/").content.decode()) == DECLARE


def _add_app(client: Client) -> None:
    [secret] = re.findall(r"<code>([A-Z2-7]+)</code>", client.get("/account/app/").content.decode())
    value = totp.hotp_value(secret, next(totp.yield_hotp_counters_from_time()))
    client.post("/account/app/", {"code": totp.format_hotp_value(value)})


@pytest.mark.parametrize("verb", ["get", "post"])
def test_a_part_of_a_page_says_so_in_words_and_swaps_nothing(client: Client, db: None, verb: str):
    answer = getattr(client, verb)("/incidents/", headers={"HX-Request": "true"})

    assert answer.status_code == 401
    assert answer.content == b""
    assert "You are signed out" in answer.headers["HX-Trigger"]


@pytest.mark.parametrize(("headers", "is_shown"), [(OURS, True), (THEIRS, False), ({}, False)])
def test_a_form_without_todays_token_is_shown_again_only_from_our_page(
    alice: Person, headers: dict[str, str], is_shown: bool
):
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)

    answer = late(client, **headers)
    page = answer.content.decode()

    assert answer.status_code == 403
    assert (fields(page) == DECLARE) is is_shown
    assert ("Send it now" in page) is is_shown
    assert not Incident.objects.exists()


def test_without_token_and_session_both_are_mended(alice: Person):
    client = Client(enforce_csrf_checks=True)

    page = late(client, **OURS).content.decode()

    assert kept.opened(sealed_in(page)).path == "/incidents/new/"


def test_ben_writes_an_update_signs_in_again_and_sends_it(
    live_server: LiveServer, page: Page, alice: Person
) -> None:
    page.goto(f"{live_server.url}/sign-in/?next=/incidents/new/")
    page.get_by_label("E-mail address").fill(alice.email or "")
    page.get_by_label("Password").fill(small.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("What is wrong?").fill("Cards are refused")
    Session.objects.all().delete()
    page.locator("form[method=post] button.primary:visible").last.click()
    expect(page.get_by_role("heading", name="Sign in again")).to_be_visible()
    page.get_by_label("E-mail address").fill(alice.email or "")
    page.get_by_label("Password").fill(small.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("Cards are refused", exact=True).first).to_be_visible()

    page.get_by_role("button", name="Send it now").click()

    expect(page).to_have_url(f"{live_server.url}{reverse('incidents:declare')}")
    expect(page.get_by_label("What is wrong?")).to_have_value("Cards are refused")

"""Passkeys with a real browser and a virtual authenticator; the app's codes; recovery codes."""

import re
from urllib.parse import unquote

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from rosters.logic.roles import Role
from rosters.models import Person
from rosters.operations import accounts
from tests import world

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def sign_in(client: Client, person: Person):
    return client.post("/sign-in/", {"username": person.email, "password": world.PASSWORD})


def code_of(person: Person) -> str:
    """What the person's app shows now."""
    step = Authenticator.objects.get(user=person, type="totp")
    secret = step.wrap().instance.data["secret"]
    value = totp.hotp_value(totp.decrypt(secret), next(totp.yield_hotp_counters_from_time()))
    return str(totp.format_hotp_value(value))


@pytest.fixture
def with_app(signed_in: Client, alice: Person) -> Client:
    """Alice has an authenticator app, and recovery codes that she has not looked at."""
    page = signed_in.get("/account/app/").content.decode()
    [secret] = re.findall(r"<code>([A-Z2-7]+)</code>", page)
    value = totp.hotp_value(secret, next(totp.yield_hotp_counters_from_time()))
    signed_in.post("/account/app/", {"code": totp.format_hotp_value(value)})
    return signed_in


def test_a_passkey_is_added_and_signs_in_under_the_strict_policy(
    live_server: LiveServer, page: Page, alice: Person
) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(f"{message.type}: {message.text}"))
    foreign: list[str] = []
    page.on("request", lambda asked: foreign.append(asked.url))
    browser = page.context.new_cdp_session(page)
    browser.send("WebAuthn.enable")
    browser.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})

    page.goto(f"{live_server.url}/sign-in/?next=/account/passkeys/add/")
    page.get_by_label("E-mail address").fill(alice.email or "")
    page.get_by_label("Password").fill(world.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Your password").fill(world.PASSWORD)
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("What do you call it?").fill("My laptop")
    page.get_by_role("button", name="Add the passkey").click()
    expect(page.get_by_role("heading", name="Keep these codes now")).to_be_visible()
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_role("heading", name="A passkey signs you in")).to_be_visible()
    expect(page.locator("b", has_text="My laptop")).to_be_visible()
    page.get_by_role("button", name="Sign out").first.click()

    page.goto(f"{live_server.url}/sign-in/?next=/incidents/")
    page.get_by_role("button", name="Use a passkey").click()

    expect(page).to_have_url(f"{live_server.url}/incidents/")
    assert complaints == []
    assert {url for url in foreign if not url.startswith((live_server.url, "data:"))} == set()


def test_a_passkey_nobody_has_is_explained(live_server: LiveServer, page: Page) -> None:
    browser = page.context.new_cdp_session(page)
    browser.send("WebAuthn.enable")
    browser.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})

    page.goto(f"{live_server.url}/sign-in/")
    page.get_by_role("button", name="Use a passkey").click()

    expect(page.get_by_text("That did not work, or it took too long.")).to_be_visible()


def test_at_an_address_without_a_name_no_passkey_is_offered(client: Client, db: None):
    page = client.get("/sign-in/", HTTP_HOST="127.0.0.1:8000").content.decode()

    assert "Use a passkey" not in page


def test_a_code_is_asked_after_the_password(with_app: Client, alice: Person):
    elsewhere = Client()
    first = sign_in(elsewhere, alice)
    before = elsewhere.get("/account/").status_code

    second = elsewhere.post("/sign-in/second-step/", {"code": code_of(alice)})

    assert first.headers["Location"] == "/sign-in/second-step/"
    assert before == 302
    assert second.headers["Location"] == "/"
    assert elsewhere.get("/account/").status_code == 200


def test_a_wrong_code_and_a_used_one_do_not_sign_in(with_app: Client, alice: Person):
    code = code_of(alice)
    for answer, says in (("000000", "This code is not right"), (code, None), (code, "not right")):
        elsewhere = Client()
        sign_in(elsewhere, alice)
        page = elsewhere.post("/sign-in/second-step/", {"code": answer})

        assert (page.status_code == 302) if says is None else (says in page.content.decode())


def test_codes_are_counted_too(with_app: Client, alice: Person):
    elsewhere = Client()
    sign_in(elsewhere, alice)
    for _ in range(5):
        elsewhere.post("/sign-in/second-step/", {"code": "000000"})

    page = elsewhere.post("/sign-in/second-step/", {"code": code_of(alice)}).content.decode()

    assert "Too many wrong tries" in page


def test_recovery_codes_are_shown_once_and_each_works_once(with_app: Client, alice: Person):
    shown = with_app.get("/account/codes/").content.decode()
    again = with_app.get("/account/codes/").content.decode()
    codes = re.findall(r"<code>(\d{8})</code>", shown)
    [file] = map(unquote, re.findall(r'href="data:text/plain;charset=utf-8,([^"]+)"', shown))

    entered = []
    for _ in range(2):
        elsewhere = Client()
        sign_in(elsewhere, alice)
        entered.append(elsewhere.post("/sign-in/second-step/", {"code": codes[0]}).status_code)

    assert len(codes) == 10
    assert file.split("\n")[1:11] == codes
    assert not set(codes) & set(re.findall(r"\d{8}", again))
    assert entered == [302, 200]
    assert "9 of 10 left" in with_app.get("/account/").content.decode()


def test_secrets_do_not_stand_in_the_rows(with_app: Client, alice: Person):
    kept = {step.type: step.data for step in Authenticator.objects.filter(user=alice)}

    assert kept["totp"]["secret"].startswith("f1:")
    assert kept["recovery_codes"]["seed"].startswith("f1:")


def test_what_matters_asks_once_more(client: Client, alice: Person):
    sign_in(client, alice)

    for path in ("/account/app/", "/account/passkeys/add/", "/account/codes/new/"):
        assert client.get(path).headers["Location"].startswith("/sign-in/again/?next=")


def test_a_role_that_needs_a_second_step_leads_to_it(client: Client, alice: Person, settings):
    settings.SECOND_STEP_ROLES = frozenset({Role.AUDITOR})
    accounts.give_roles(alice, [Role.AUDITOR], of=[Role.AUDITOR])
    sign_in(client, alice)

    led = client.get("/reviews/")
    page = client.get("/account/").content.decode()
    incidents = client.get("/incidents/")

    assert led.headers["Location"] == "/account/"
    assert "Set up a second step first" in page
    assert incidents.status_code == 200


def test_with_a_second_step_every_page_is_open_and_the_last_one_stays(
    with_app: Client, alice: Person, settings
):
    settings.SECOND_STEP_ROLES = frozenset({Role.ADMINISTRATOR})
    alice.is_superuser = True
    alice.save()
    session = with_app.session
    session["lacks_second_step"] = True
    session.save()

    page = with_app.get("/reviews/")
    refused = with_app.post("/account/app/remove/").content.decode()

    assert page.status_code == 200
    assert "Your role needs a second step. Add another one first" in refused
    assert Authenticator.objects.filter(user=alice, type="totp").exists()

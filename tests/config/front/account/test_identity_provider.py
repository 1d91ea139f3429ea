"""The organisation's own sign-in service: who comes in, and in which roles."""

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.models import Group
from django.test import Client

from config.identity_provider import IdentityProvider
from rosters.logic.roles import Role
from rosters.models import Person
from tests import world
from tests.config.front.account import sign_in_service
from tests.config.front.account.sign_in_service import Service

GROUPS = {"on-call": Role.RESPONDER, "sre": Role.COMMANDER, "root": Role.ADMINISTRATOR}


def provider(url: str, **more: bool) -> IdentityProvider:
    return IdentityProvider(
        name="Example Ltd",
        issuer=url,
        client_id="muster",
        client_secret="a secret",
        groups_claim="groups",
        groups=GROUPS,
        makes_accounts=more.get("makes_accounts", False),
        trusts_email=more.get("trusts_email", False),
    )


@pytest.fixture
def service(settings) -> Iterator[Service]:
    with sign_in_service.running() as running:
        use(settings, provider(running.url))
        yield running


def use(settings, chosen: IdentityProvider) -> None:
    settings.IDENTITY_PROVIDER = chosen
    settings.SOCIALACCOUNT_PROVIDERS = chosen.as_allauth()


def go(client: Client, service: Service, **claims: object):
    """Press the button, be let in by the service, and come back."""
    service.claims = {"sub": "u-1", "email": "alice@example.org", "email_verified": True, **claims}
    away = client.post("/sign-in/with/sso/", {"next": "/incidents/"})
    asked = parse_qs(urlsplit(away.headers["Location"]).query)
    return client.get(
        "/sign-in/with/sso/back/", {"code": "a code", "state": asked["state"][0]}, follow=True
    )


def test_the_button_stands_on_the_sign_in_page(client: Client, db: None, service: Service):
    assert "Go on with Example Ltd" in client.get("/sign-in/").content.decode()


def test_a_known_person_comes_in_with_the_roles_of_their_groups(
    client: Client, alice: Person, service: Service
):
    alice.groups.add(Group.objects.get_or_create(name="Commander")[0])
    alice.groups.add(Group.objects.get_or_create(name="Reviewer")[0])

    answer = go(client, service, groups=["on-call", "others"])

    alice.refresh_from_db()
    assert answer.redirect_chain[-1][0] == "/incidents/"
    assert set(alice.groups.values_list("name", flat=True)) == {"Responder", "Reviewer"}
    assert alice.has_usable_password()
    assert "code_verifier=" in service.asked[0]


def test_they_come_in_again_although_their_address_has_changed(
    client: Client, alice: Person, service: Service
):
    go(client, service, groups=[])

    answer = go(Client(), service, email="alice.married@example.org", groups=["root"])

    alice.refresh_from_db()
    assert answer.status_code == 200
    assert alice.is_superuser
    assert alice.is_staff
    assert SocialAccount.objects.get().user == alice


def test_a_service_without_groups_takes_no_role_away(
    client: Client, alice: Person, service: Service
):
    alice.groups.add(Group.objects.get_or_create(name="Commander")[0])

    go(client, service)

    assert alice.groups.filter(name="Commander").exists()


@pytest.mark.parametrize(
    "claims", [{"email_verified": False}, {"email": "nobody@example.org"}, {"email": None}]
)
def test_whom_nobody_vouches_for_stays_outside(
    client: Client, alice: Person, service: Service, claims: dict[str, object]
):
    page = go(client, service, **claims)

    assert "You cannot sign in yet" in page.content.decode()
    assert client.get("/incidents/").status_code == 302
    assert Person.objects.count() == 1


def test_leavers_stay_outside(client: Client, alice: Person, service: Service):
    go(client, service)
    alice.left_at = world.NOW
    alice.save()

    page = go(Client(), service)

    assert "You cannot sign in yet" in page.content.decode()


def test_accounts_are_made_where_settings_allow_it(
    client: Client, db: None, service: Service, settings
):
    use(settings, provider(service.url, makes_accounts=True, trusts_email=True))

    go(client, service, email="Gus@Example.org", email_verified=None, name="Gus Green", groups=[])

    gus = Person.objects.get()
    assert (gus.email, gus.full_name, gus.short_name) == ("gus@example.org", "Gus Green", "Gus")
    assert not gus.has_usable_password()
    assert not gus.is_staff
    assert client.get("/account/").status_code == 200


def test_a_service_that_is_away_is_explained(client: Client, alice: Person, settings):
    use(settings, provider("http://127.0.0.1:1"))

    page = client.post("/sign-in/with/sso/")

    assert page.status_code == 401
    assert "Your company account did not let you in" in page.content.decode()


def test_turning_back_is_no_error(client: Client, alice: Person, service: Service):
    away = client.post("/sign-in/with/sso/")
    state = parse_qs(urlsplit(away.headers["Location"]).query)["state"][0]

    page = client.get(
        "/sign-in/with/sso/back/", {"error": "access_denied", "state": state}, follow=True
    )

    assert "You turned back" in page.content.decode()


def test_a_foreign_answer_is_refused(client: Client, alice: Person, service: Service):
    page = client.get("/sign-in/with/sso/back/", {"code": "x", "state": "made-up"}, follow=True)

    assert page.status_code == 401
    assert client.get("/account/").status_code == 302

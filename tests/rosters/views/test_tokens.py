"""Tokens of the API: who makes which, shown once, revoked at once."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config.portal import clock
from rosters.models import ApiToken, Person
from rosters.operations import tokens
from rosters.operations.tokens import Wish
from tests.world import World, build, make_person

pytestmark = pytest.mark.django_db
PATH = "/me/tokens/"
TOKEN = re.compile(r"mu_[A-Za-z0-9]{40}")


@pytest.fixture
def world() -> World:
    return build(clock.act_now())


@pytest.fixture
def grace(world: World) -> Person:
    return make_person("Grace", is_administrator=True)


def page_of(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def sent(**more: Any) -> dict[str, Any]:
    return {"name": "HR sync", "holder": "", "scopes": ["read", "write"], "days": "365", **more}


def test_a_token_is_shown_once_and_opens_the_api(world: World) -> None:
    client = page_of(world.frank)
    made = client.post(PATH, sent(name="My script"))
    text = TOKEN.findall(made.content.decode())

    assert made.status_code == 200
    assert "no-store" in made["Cache-Control"]
    assert len(text) == 1
    assert not TOKEN.search(client.get(PATH).content.decode())
    token = ApiToken.objects.get()
    assert (token.person, token.scopes, token.created_by) == (world.frank, ["read"], world.frank)
    assert token.expires_at is not None
    assert (token.expires_at - token.created_at).days == 365
    answer = Client().get("/api/v1/teams", headers={"Authorization": f"Bearer {text[0]}"})
    assert answer.status_code == 200


def test_what_a_reader_asks_for_beyond_reading_is_left_out(world: World) -> None:
    page_of(world.frank).post(PATH, sent(holder="Alice Example", scopes=["write"]))

    token = ApiToken.objects.get()
    assert (token.person, token.scopes) == (world.frank, ["read"])


def test_an_administrator_makes_one_for_anybody(world: World, grace: Person) -> None:
    page_of(grace).post(PATH, sent(holder="frank example"))
    page_of(grace).post(PATH, sent(holder=f"#{world.bob.pk}"))

    assert set(ApiToken.objects.values_list("person__short_name", "created_by__short_name")) == {
        ("Frank", "Grace"),
        ("Bob", "Grace"),
    }


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"name": ""}, ": Fill this in."),
        ({"name": "\u200b"}, "Say what uses it, in letters or digits."),
        ({"holder": "Nobody Here"}, "Nobody here has this name. Write the full name."),
        ({"holder": "#" + "9" * 40}, "Nobody here has this name. Write the full name."),
        ({"holder": "Twin"}, "Several people have this name. Write # and the number of one."),
        ({"scopes": []}, "Choose what the token may do."),
        ({"days": "9999"}, "“9999” is not in the list. Choose one that is."),
    ],
)
def test_what_makes_no_token(
    world: World, grace: Person, more: dict[str, Any], sentence: str
) -> None:
    Person.objects.filter(pk__in=[world.alice.pk, world.bob.pk]).update(full_name="Twin")

    answer = page_of(grace).post(PATH, sent(**more))

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not ApiToken.objects.exists()


def test_a_second_press_makes_no_second_token(world: World) -> None:
    client = page_of(world.frank)
    client.post(PATH, sent())
    again = client.post(PATH, sent(name="hr SYNC"))

    assert again.status_code == 422
    assert "has a token of this name" in again.content.decode()
    assert ApiToken.objects.count() == 1


def issue(person: Person, by: Person, name: str = "HR sync") -> ApiToken:
    wish = Wish(name, person, ["read"], expires_at=None)
    return tokens.issue(wish, by=by, now=clock.act_now()).token


def test_ones_own_and_everybodys_for_administrators(world: World, grace: Person) -> None:
    issue(world.frank, grace, "Franks own")
    issue(world.alice, grace, "That of Alice")

    franks = page_of(world.frank).get(PATH).content.decode()
    graces = page_of(grace).get(PATH).content.decode()

    assert "Franks own" in franks
    assert "That of Alice" not in franks
    assert "Franks own" in graces
    assert "That of Alice" in graces


def test_who_revokes(world: World, grace: Person) -> None:
    token = issue(world.frank, grace)
    path = reverse("rosters:token_revoke", args=[token.pk])

    stranger = page_of(world.alice).post(path, follow=True)
    token.refresh_from_db()
    assert "Only administrators can revoke" in stranger.content.decode()
    assert token.revoked_at is None

    owner = page_of(world.frank).post(path, follow=True)
    first = ApiToken.objects.get().revoked_at
    page_of(grace).post(path)
    token.refresh_from_db()

    assert "is revoked" in owner.content.decode()
    assert (token.revoked_at, token.revoked_by) == (first, world.frank)


def test_the_admin_reads_and_revokes_and_shows_no_digest(world: World, grace: Person) -> None:
    token = issue(world.frank, grace)
    admin = page_of(grace)
    listed = admin.get(reverse("admin:rosters_apitoken_changelist")).content.decode()
    row = admin.get(reverse("admin:rosters_apitoken_change", args=[token.pk]))

    assert "HR sync" in listed
    assert token.token_hash not in row.content.decode()
    changed = admin.post(
        reverse("admin:rosters_apitoken_change", args=[token.pk]), {"name": "Other"}
    )
    assert changed.status_code == 403
    admin.post(
        reverse("admin:rosters_apitoken_changelist"),
        {"action": "revoke", "_selected_action": [token.pk]},
    )
    token.refresh_from_db()
    assert (token.name, token.revoked_by) == ("HR sync", grace)


def test_thirty_tokens_ask_no_more_than_three(world: World, grace: Person) -> None:
    client = page_of(grace)
    for number in range(3):
        issue(world.frank, grace, f"Program {number}")
    few = _queries(client)
    for number in range(3, 30):
        issue(world.alice, grace, f"Program {number}")

    assert _queries(client) <= few


def _queries(client: Client) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(PATH).status_code == 200
    return len(asked)

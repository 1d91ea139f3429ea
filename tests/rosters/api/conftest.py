"""The small company, with programs that ask for its people."""

import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from config.portal import clock
from rosters.models import ApiToken, Person
from rosters.operations import tokens
from rosters.operations.tokens import Issued, Wish
from tests.world import World, build, make_person

ALL = ("read", "read_numbers", "write")
RIGHTS = (
    "add_person",
    "change_person",
    "add_service",
    "change_service",
    "change_matrixentry",
)


@pytest.fixture
def world(db: None) -> World:
    return build(clock.act_now())


def give_rights(person: Person, *names: str) -> None:
    found = Permission.objects.filter(content_type__app_label="rosters", codename__in=names)
    person.user_permissions.add(*found)


def issue(person: Person, scopes: Sequence[str] = ALL, name: str = "HR sync") -> Issued:
    """A token that an administrator made."""
    chief = Person.objects.filter(is_superuser=True).first() or make_person(
        "Chief", is_administrator=True
    )
    wish = Wish(name, person, scopes, expires_at=None)
    return tokens.issue(wish, by=chief, now=clock.act_now())


class Program:
    """Something that asks with one token."""

    def __init__(self, text: str, token: ApiToken | None = None) -> None:
        self.text, self.token = text, token
        self.client = Client(enforce_csrf_checks=True)

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.text:
            named.setdefault("Authorization", f"Bearer {self.text}")
        url = path if path.startswith("/api/") else f"/api/v1/{path}"
        sent = {} if body is None else {"data": body if isinstance(body, str) else json.dumps(body)}
        kind = {"content_type": "application/json"} if body is not None else {}
        return self.client.generic(method, url, **sent, **kind, headers=named)  # type: ignore[arg-type]

    def get(self, path: str, **headers: str) -> Any:
        return self.ask("GET", path, **headers)


MakeProgram = Callable[..., Program]


@pytest.fixture
def program(world: World) -> MakeProgram:
    """program(world.alice, ["read"]) asks as Alice."""

    def make(person: Person, scopes: Sequence[str] = ALL, name: str = "HR sync") -> Program:
        issued = issue(person, scopes, name)
        return Program(issued.text, issued.token)

    return make


@pytest.fixture
def keeper(world: World, program: MakeProgram) -> Program:
    """A program with a person of its own, who cannot sign in and may change everything here."""
    person = make_person("Keeper")
    Person.objects.filter(pk=person.pk).update(may_sign_in=False)
    give_rights(person, *RIGHTS)
    return program(Person.objects.get(pk=person.pk))

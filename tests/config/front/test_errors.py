"""What stands behind no address, or behind a button's: a page in words, with whom to ask."""

import pytest
from django.test import Client

from rosters.models import Person
from tests.world import World, build
from tests.world import make_person as make_reader

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return build()


@pytest.fixture
def grace(world: World) -> Person:
    return make_reader("Grace", is_administrator=True)


@pytest.fixture
def reader(client: Client, world: World, grace: Person) -> Client:
    client.force_login(world.frank)
    return client


def words(answer: object) -> str:
    return " ".join(answer.content.decode().split())  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/nothing-here/", 404, "This page does not exist"),
        ("/me/contact/add/", 405, "It belongs to a button."),
    ],
)
def test_a_reader_is_told_whom_to_ask(reader: Client, path: str, status: int, said: str) -> None:
    answer = reader.get(path)

    assert answer.status_code == status
    assert said in words(answer)
    assert "Grace Example" in words(answer)


@pytest.mark.parametrize("path", ["/admin/", "/messages/"])
def test_what_is_closed_to_a_reader_is_so_in_the_frame_of_every_page(
    reader: Client, path: str
) -> None:
    answer = reader.get(path, follow=True)

    assert answer.status_code == 403
    assert "You cannot open" in words(answer)
    assert 'aria-label="Respond"' in words(answer)
    assert "Grace Example" in words(answer)


def test_what_can_only_be_read_says_so(reader: Client) -> None:
    answer = reader.post("/services/")

    assert answer.status_code == 405
    assert "It can be read, and takes nothing that is sent to it." in words(answer)
    assert "GET" in answer.headers["Allow"]


def test_a_stranger_is_told_no_name(client: Client, grace: Person) -> None:
    assert "Grace" not in words(client.get("/nothing-here/"))


def test_programs_keep_their_own_answer(reader: Client) -> None:
    answer = reader.delete("/api/v1/people")

    assert "application/" in answer.headers["Content-Type"]

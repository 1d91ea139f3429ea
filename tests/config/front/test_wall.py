"""The wall: Now for everybody in a room."""

import pytest
from django.test import Client

from tests.config.front.conftest import as_person, text_of
from tests.config.front.test_now import (
    FRAGMENT,
    add_incidents,
    add_services,
    count_queries,
    open_one,
)
from tests.world import World


def test_a_stranger_is_asked_to_sign_in(client: Client, world: World) -> None:
    assert client.get("/wall/").headers["Location"].startswith("/sign-in/")


def test_it_shows_what_is_open_and_has_no_controls(world: World) -> None:
    open_one(world)

    shown = text_of(world.frank, "/wall/")

    assert "One incident is open" in shown
    assert "Card payments fail" in shown
    assert "<button" not in shown
    assert "<form" not in shown


@pytest.mark.parametrize("name", ["alice", "erin"])
def test_a_restricted_incident_is_never_on_the_wall(world: World, name: str) -> None:
    """Not even for those who have a part in it: others stand before the wall too."""
    open_one(world, is_restricted=True, title="Names were sent to strangers")

    for path, headers in (("/wall/", {}), ("/wall/", FRAGMENT)):
        page = as_person(world.people[name]).get(path, headers=headers).content.decode()
        assert "Names were sent" not in page
        assert "Failing" not in page


def test_more_than_four_are_a_number(world: World) -> None:
    add_incidents(world, 7)

    shown = text_of(world.frank, "/wall/")

    assert shown.count("<article") == 4
    assert "and 3 more" in shown


def test_nothing_open_is_calm(world: World) -> None:
    assert "There has not been an incident yet." in text_of(world.frank, "/wall/")


def test_its_live_part_is_sent_only_when_it_changed(world: World) -> None:
    open_one(world)
    client = as_person(world.frank)
    tag = client.get("/wall/", headers=FRAGMENT).headers["ETag"]

    assert client.get("/wall/", headers=FRAGMENT | {"If-None-Match": tag}).status_code == 304


def test_the_number_of_queries_does_not_grow(world: World) -> None:
    open_one(world)
    add_incidents(world, 2)
    add_services(world, until=6)
    client = as_person(world.alice)
    few = count_queries(client, "/wall/")

    add_incidents(world, 297)
    add_services(world, until=200)

    assert count_queries(client, "/wall/") == few <= 58

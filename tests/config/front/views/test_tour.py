"""The tour: shown at the first sign-in, step by step, ended for good, taken again."""

import pytest
from django.test import Client
from django.urls import reverse

from config.front.logic.tour import Reader
from config.front.queries.tour import reader_of
from config.portal import clock
from rosters.models import Membership, Person
from tests.world import World, build, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return build(clock.act_now())


def go(client: Client, to: str, *, at: str = "/") -> str:
    answer = client.post(reverse("front:tour"), {"to": to, "at": at})
    assert answer.status_code == 302
    return str(answer["Location"])


def shown(client: Client, address: str) -> str:
    """The number of the step on this page, or nothing."""
    text = client.get(address).content.decode()
    return next((f"{n} of 5" for n in range(1, 6) if f"</span>{n} of 5</p>" in text), "")


def test_a_first_sign_in_begins_on_now(client: Client, world: World) -> None:
    client.force_login(world.alice)

    assert shown(client, "/") == "1 of 5"
    assert shown(client, "/incidents/") == ""


def test_next_and_back_lead_through_five_pages(client: Client, world: World) -> None:
    client.force_login(world.alice)
    visited = ["/"]

    for number in range(2, 6):
        visited.append(go(client, str(number)))
        assert shown(client, visited[-1]) == f"{number} of 5"

    assert len(set(visited)) == 5
    assert go(client, "4") == visited[3]
    assert "End the tour" in client.get(visited[3]).content.decode()


def test_once_ended_it_stays_away_and_the_reader_stays_where_they_are(
    client: Client, world: World
) -> None:
    client.force_login(world.alice)
    address = go(client, "2")

    assert go(client, "end", at=address) == address

    world.alice.refresh_from_db()
    assert world.alice.toured_at is not None
    assert shown(client, address) == shown(client, "/") == ""


def test_it_can_be_taken_again(client: Client, world: World) -> None:
    Person.objects.update(toured_at=clock.act_now())
    client.force_login(world.alice)

    assert "Take the tour again" in client.get("/help/").content.decode()
    assert go(client, "1") == "/"
    assert shown(client, "/") == "1 of 5"


@pytest.mark.parametrize("to", ["", "end", "-1", "999", "²", "two"])
def test_what_is_no_step_ends_it(client: Client, world: World, to: str) -> None:
    client.force_login(world.alice)

    assert go(client, to) == "/"
    assert shown(client, "/") == ""


@pytest.mark.parametrize(
    "at", ["https://elsewhere.example/", "//elsewhere.example", "no-name", "{}", "\x00", "%s"]
)
def test_it_never_leads_out_of_the_portal(client: Client, world: World, at: str) -> None:
    client.force_login(world.alice)

    assert go(client, "end", at=at) == "/"


def test_reading_changes_nothing(client: Client, world: World) -> None:
    client.force_login(world.alice)

    assert client.get(reverse("front:tour")).status_code == 405


def test_a_stranger_to_the_portal_signs_in_first(client: Client) -> None:
    assert client.post(reverse("front:tour"), {"to": "2"}).status_code == 403


def test_the_tour_fits_its_reader(world: World) -> None:
    administrator = make_person("Gina", is_administrator=True)
    owner, reader = make_person("Hugo"), make_person("Ida")
    Membership.objects.create(team=world.service.owner_team, person=owner, is_lead=True)

    assert reader_of(administrator) is Reader.ADMINISTRATOR
    assert reader_of(world.alice) in {Reader.RESPONDER, Reader.OWNER}
    assert reader_of(owner) is Reader.OWNER
    assert reader_of(reader) is Reader.STAKEHOLDER

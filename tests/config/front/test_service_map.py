"""The map of what needs what: the picture, the list, and who feels it."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from config.front.queries import service_map
from incidents.models import Incident
from rosters.models import Service, ServiceDependency, Team
from tests.config.front.conftest import as_person, text_of
from tests.world import NOW, World


def make(world: World, name: str, *needs: Service, team: Team | None = None) -> Service:
    service = Service.objects.create(
        name=name, slug=name.lower().replace(" ", "-"), owner_team=team or world.team, tier=2
    )
    for needed in needs:
        ServiceDependency.objects.create(service=service, needs=needed)
    return service


@pytest.fixture
def shop(world: World) -> Service:
    """Web shop needs Checkout, which needs Payments; Wiki stands alone."""
    make(world, "Wiki")
    return make(world, "Web shop", make(world, "Checkout", world.service))


def boxes(text: str) -> dict[str, str]:
    """What the picture says of each service."""
    found = re.findall(r'class="name"[^>]*>([^<]+)<.*?class="says"[^>]*>([^<]+)<', text, re.DOTALL)
    return dict(found)


def test_a_stranger_is_asked_to_sign_in(client: Client, world: World) -> None:
    assert client.get("/services/map/").status_code == 302


def test_without_links_it_says_so(world: World) -> None:
    shown = text_of(world.frank, "/services/map/")

    assert "No links yet" in shown
    assert "Nobody has said yet what a service needs." in shown
    assert '<svg class="map' not in shown


def test_the_picture_and_the_list_hold_the_same(world: World, shop: Service) -> None:
    Incident.objects.create(title="It fails", severity=1, service=world.service, detected_at=NOW)

    shown = text_of(world.frank, "/services/map/")

    assert boxes(shown) == {
        "Web shop": "Working",
        "Checkout": "Partly failing",
        "Payments": "Failing",
    }
    listed = re.findall(r'/services/[\w-]+/">([^<]+)</a>', shown[shown.index("map-items") :])
    assert listed == ["Web shop", "Checkout", "Payments", "Wiki"]
    assert "One service stands alone" in shown
    assert "Payments is failing, and 2 other services need it" in shown


def test_while_all_works_the_title_names_what_most_others_need(world: World, shop: Service) -> None:
    shown = text_of(world.frank, "/services/map/")

    assert "Payments carries the most: 1 service needs it" in shown
    assert "Nothing here fails now." in shown


def test_a_chosen_service_says_who_feels_it(world: World, shop: Service) -> None:
    shown = text_of(world.frank, "/services/map/?service=payments")

    assert "If Payments fails, 2 services feel it" in shown
    assert "Checkout needs it." in shown
    assert "Through it, Web shop feels it too." in shown
    assert boxes(shown) == {
        "Web shop": "Feels it",
        "Checkout": "Feels it",
        "Payments": "If this fails",
    }


def test_a_service_that_nobody_needs(world: World, shop: Service) -> None:
    shown = text_of(world.frank, "/services/map/?service=web-shop")

    assert "no other service feels it" in shown
    assert "No other service needs Web shop." in shown


def test_a_team_shows_its_services_and_their_neighbors(world: World) -> None:
    other = Team.objects.create(name="Storefront", slug="storefront")
    far = make(world, "Far", make(world, "Checkout", world.service, team=other))

    shown = service_map.page(team="payments", service="", viewer=world.frank)
    narrowed = service_map.page(team="storefront", service="", viewer=world.frank)
    ServiceDependency.objects.filter(service=far).delete()
    alone = service_map.page(team="storefront", service="", viewer=world.frank)

    assert {node.service.name for node in shown.picture.nodes} == {"Far", "Checkout", "Payments"}
    assert {node.service.name for node in narrowed.picture.nodes} == {"Far", "Checkout", "Payments"}
    assert {node.service.name for node in alone.picture.nodes} == {"Checkout", "Payments"}


def test_a_loop_is_named_and_drawn(world: World) -> None:
    make_loop = make(world, "Ledger", world.service)
    ServiceDependency.objects.create(service=world.service, needs=make_loop)

    shown = text_of(world.frank, "/services/map/")

    assert "<b>Payments needs Ledger, which needs Payments.</b>" in shown
    assert set(boxes(shown)) == {"Ledger", "Payments"}


def test_too_many_for_a_picture_still_make_a_list(world: World) -> None:
    for number in range(service_map.DRAWN_AT_MOST + 1):
        make(world, f"Service {number}", world.service)

    everything = text_of(world.frank, "/services/map/")
    one = text_of(world.frank, "/services/map/?service=service-3")

    assert "62 services are too many for one picture." in everything
    assert "Service 60" in everything
    assert set(boxes(one)) == {"Service 3", "Payments"}


@pytest.mark.parametrize("query", ["service=nothing", "team=nothing", "service=%00&team=%00"])
def test_an_unknown_choice_shows_everything(world: World, shop: Service, query: str) -> None:
    assert "carries the most" in text_of(world.frank, f"/services/map/?{query}")


def test_the_number_of_queries_does_not_grow(world: World) -> None:
    client = as_person(world.frank)

    def count() -> int:
        client.get("/services/map/")
        with CaptureQueriesContext(connection) as asked:
            client.get("/services/map/")
        return len(asked)

    for number in range(3):
        make(world, f"Service {number}", world.service)
    few = count()
    for number in range(3, 100):
        make(world, f"Service {number}", world.service)

    assert count() == few


def test_more_than_anybody_lists_are_counted_by_team(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service_map, "LISTED_AT_MOST", 3)
    monkeypatch.setattr(service_map, "DRAWN_AT_MOST", 3)
    for number in range(4):
        make(world, f"Service {number}", world.service)

    shown = text_of(world.frank, "/services/map/")

    assert "5 services are too many for one list." in shown
    assert "5 services</span>" in shown
    assert "map-items" not in shown

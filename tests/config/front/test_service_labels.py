"""Labels of services, who feels a failure, loops by name, and a press or a name for each check."""

import pytest

from rosters.models import Service, ServiceDependency
from tests.config.front.conftest import as_person, text_of
from tests.config.front.test_services import make_service
from tests.world import World

pytestmark = pytest.mark.django_db


def words_of(page: str) -> str:
    return " ".join(page.split())


@pytest.fixture
def labelled(world: World) -> World:
    Service.objects.update(labels=["pci", "region:eu"])
    make_service(world, "Search", labels=["region:eu"])
    return world


@pytest.mark.parametrize(
    ("query", "shown", "hidden"),
    [
        ("label=pci", "Payments", "/services/search/"),
        ("label=region:eu", "/services/search/", "nothing at all"),
        ("q=pci", "Payments", "/services/search/"),
        ("label=nothing", "We do not know this one", "nothing at all"),
    ],
)
def test_labels_narrow_the_list(labelled: World, query: str, shown: str, hidden: str) -> None:
    page = text_of(labelled.erin, f"/services/?{query}")

    assert shown in page
    assert hidden not in page


def test_labels_are_found_by_the_search_and_stand_on_the_page(labelled: World) -> None:
    assert "/services/payments/" in text_of(labelled.erin, "/search/?q=pci")
    assert '<a href="/services/?label=pci">“pci”</a>' in text_of(
        labelled.erin, "/services/payments/"
    )


def test_what_a_machine_wrote_is_read_as_words_and_found_as_it_was_written(labelled: World) -> None:
    Service.objects.filter(pk=labelled.service.pk).update(region="US-NY")
    page = words_of(text_of(labelled.erin, "/services/payments/"))

    assert '<a href="/services/?label=region%3Aeu">“region: eu”</a>' in page
    assert "Its customers are in United States, New York." in page
    assert '<span class="tag">region: eu</span>' in text_of(labelled.erin, "/services/")


def test_labels_are_searched_in_the_admin(labelled: World) -> None:
    labelled.carol.is_staff = labelled.carol.is_superuser = True
    labelled.carol.save()
    page = as_person(labelled.carol).get("/admin/rosters/service/?q=pci").content.decode()

    assert ">Payments</a>" in page
    assert ">Search</a>" not in page


def test_who_feels_it_with_what_customers_notice_and_loops_by_name(world: World) -> None:
    checkout = make_service(world, "Checkout", customer_impact="Nobody can buy.")
    shop = make_service(world, "Shop", customer_impact="The shop is closed.")
    for one, other in ((checkout, world.service), (shop, checkout), (world.service, shop)):
        ServiceDependency.objects.create(service=one, needs=other)

    page = words_of(text_of(world.erin, "/services/payments/"))

    assert "Nobody can buy." in page
    assert "The shop is closed." in page
    assert "Payments needs Shop, which needs Checkout, which needs Payments again" in page
    assert "The shop is closed." in text_of(world.erin, "/services/map/?service=payments")


def test_a_check_has_its_press_or_says_who_can(world: World) -> None:
    page = words_of(text_of(world.frank, "/services/payments/"))

    assert "A service owner can name somebody." in page
    assert "An administrator can choose one." in page
    assert "A service owner can write one." in page

"""What a browser puts on paper: when it was true, and nothing that only a screen can do."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from config.portal import clock
from incidents.operations import lifecycle
from incidents.operations.lifecycle import Opening
from tests.world import World, build

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world() -> World:
    return build(clock.act_now())


def test_an_incident_on_paper_has_neither_buttons_nor_fields(
    world: World, somebody: Callable[..., Page]
) -> None:
    opening = Opening(title="Card payments fail", severity=1, service=world.service)
    made = lifecycle.open_incident(opening, by=world.erin, now=clock.act_now())
    page = somebody(world.alice)
    page.goto(f"/incidents/{made.reference}/")

    expect_paper(page)


def test_the_phone_tree_on_paper_is_a_list(world: World, somebody: Callable[..., Page]) -> None:
    page = somebody(world.alice)
    page.goto("/contacts/phone-tree/")

    expect_paper(page)
    expect(page.locator("summary svg:visible")).to_have_count(0)


def expect_paper(page: Page) -> None:
    page.emulate_media(media="print")
    expect(page.get_by_text("Printed from Muster")).to_be_visible()
    expect(page.locator("main :is(button, input, textarea, select, .btn):visible")).to_have_count(0)

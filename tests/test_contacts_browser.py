"""The contact matrix in a real browser, with as many roles as a large company has."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from config.portal import clock
from rosters.models import MatrixEntry, StakeholderRole
from tests.browser import accessible
from tests.world import World, build

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LAPTOP = {"width": 1280, "height": 800}


@pytest.fixture
def world() -> World:
    found = build(clock.act_now())
    for number in range(14):
        role = StakeholderRole.objects.create(name=f"role {number}", slug=f"role-{number}")
        MatrixEntry.objects.create(role=role, service=found.service, person=found.alice)
    return found


def test_many_roles_scroll_inside_their_own_panel(
    world: World, somebody: Callable[..., Page]
) -> None:
    page = somebody(world.alice, size=LAPTOP)
    page.goto("/contacts/")

    assert page.evaluate("document.documentElement.scrollWidth") <= LAPTOP["width"]
    box = page.locator(".tbl-wrap")
    assert box.evaluate("one => one.scrollWidth > one.clientWidth"), "there is nothing to scroll"
    box.evaluate("one => one.scrollTo(900, 0)")
    first = page.locator(".mx tbody th").first
    assert first.evaluate("one => one.getBoundingClientRect().left") >= 0
    accessible(page)

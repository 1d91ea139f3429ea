"""The contact matrix in a real browser, with as many roles as a large company has."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from config.portal import clock
from rosters.models import MatrixEntry, StakeholderRole
from tests.browser import accessible
from tests.world import World, build

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LAPTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}


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


@pytest.mark.parametrize(
    "address", ["/contacts/", "/admin/rosters/matrixentry/grid/?roles=all"], ids=["read", "write"]
)
def test_a_phone_shows_what_is_to_look_at_and_folds_what_is_in_order(
    address: str, world: World, somebody: Callable[..., Page]
) -> None:
    at = clock.act_now()
    entries = MatrixEntry.objects.all()
    entries.update(backup=world.bob, confirmed_at=at, confirmed_by=world.bob)
    vacant = StakeholderRole.objects.create(name="vacant role", slug="vacant", is_needed=True)
    world.alice.is_staff = world.alice.is_superuser = True
    world.alice.save(update_fields=["is_staff", "is_superuser"])

    page = somebody(world.alice, size=PHONE)
    page.goto(address)
    row = page.locator(".mx tbody tr").filter(has_text=world.service.name).first

    expect(row.locator(f"td[data-label='{vacant.name.capitalize()}']")).to_be_visible()
    expect(row.locator("td[data-label='Role 3']")).to_be_hidden()
    row.locator(".unfold > summary").click()
    expect(row.locator("td[data-label='Role 3']")).to_be_visible()
    accessible(page)

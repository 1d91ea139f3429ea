"""The admin in a real browser: readable for everybody, and its scripts run under our policy."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from config.portal import clock
from incidents.operations import policies
from rosters.models import MatrixEntry, Person
from tests.browser import PHONE, SCREEN, accessible, in_both_looks
from tests.world import World, build, make_person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world() -> World:
    return build(clock.act_now())


@pytest.fixture
def grace(world: World) -> Person:
    return make_person("Grace", is_administrator=True)


def addresses(world: World) -> list[str]:
    cell = MatrixEntry.objects.get(role=world.commander)
    return [
        "/admin/",
        "/admin/rosters/matrixentry/",
        "/admin/rosters/matrixentry/grid/",
        "/admin/rosters/matrixentry/grid/?rows=teams",
        f"/admin/rosters/matrixentry/replace/?old={world.dora.pk}&new={world.erin.pk}",
        f"/admin/rosters/matrixentry/{cell.pk}/change/",
        f"/admin/rosters/matrixentry/{cell.pk}/history/",
        f"/admin/rosters/team/{world.team.pk}/delete/",
        f"/admin/rosters/person/{world.alice.pk}/change/",
        f"/admin/incidents/policyversion/{world.version.pk}/change/",
        "/admin/rosters/override/add/",
        "/audit/?who=all",
    ]


def test_every_kind_of_page_is_readable_on_a_screen_and_on_a_phone_in_the_dark(
    world: World, grace: Person, somebody: Callable[..., Page], subtests: pytest.Subtests
) -> None:
    page = somebody(grace)

    for address in addresses(world):
        for size in in_both_looks(page, address):
            with subtests.test(page=address, width=size["width"]):
                assert page.locator("h1").count() == 1
                accessible(page)


def test_what_hangs_on_a_service_scrolls_inside_its_own_panel(
    world: World, grace: Person, somebody: Callable[..., Page]
) -> None:
    MatrixEntry.objects.create(
        service=world.service, role=world.commander, person=world.alice, backup=world.bob
    )
    for size in (SCREEN, PHONE):
        page = somebody(grace, size=size)
        page.goto(f"/admin/rosters/service/{world.service.pk}/change/")

        assert page.locator(".inline-group .form-row.has_original").count()
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def test_choosing_by_typing_works_under_our_policy(
    world: World, grace: Person, somebody: Callable[..., Page]
) -> None:
    cell = MatrixEntry.objects.get(role=world.director)
    page = somebody(grace, size=SCREEN)
    page.goto(f"/admin/rosters/matrixentry/{cell.pk}/change/")

    page.locator("#select2-id_person-container").click()
    page.locator(".select2-search__field").fill("Erin")
    page.locator(".select2-results__option--highlighted", has_text="Erin Example").click()
    page.get_by_label("Why?").fill("Dora moves to another team")
    page.locator("button[name=_save]").click()
    page.wait_for_url(re.compile(r"/admin/rosters/matrixentry/$"))

    cell.refresh_from_db()
    assert cell.person == world.erin


def test_the_grid_is_filled_by_keyboard(
    world: World, grace: Person, somebody: Callable[..., Page]
) -> None:
    page = somebody(grace, size=SCREEN)
    page.goto("/admin/rosters/matrixentry/grid/?rows=teams")
    first = page.locator(f"#who-{world.commander.pk}\\.c")
    below = page.locator(f"#who-{world.commander.pk}\\.t{world.team.pk}")

    first.focus()
    page.keyboard.press("Enter")
    expect(below).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(first).to_be_focused()
    page.keyboard.type("Erin Example")
    expect(page.get_by_text("1 cell is not saved.")).to_be_visible()
    page.keyboard.press("Escape")
    expect(first).to_have_value("Carol Example")
    first.fill("Erin Example")
    page.get_by_label("Why?").fill("Carol is on leave.")
    page.get_by_role("button", name="Check and save").click()

    expect(page.get_by_text("1 cell changed.")).to_be_visible()
    assert MatrixEntry.objects.get(role=world.commander).person == world.erin


def test_a_step_shows_only_the_field_that_its_kind_names(
    world: World, grace: Person, somebody: Callable[..., Page]
) -> None:
    draft = policies.draft_next(world.version)
    page = somebody(grace, size=SCREEN)
    page.goto(f"/admin/incidents/policyversion/{draft.pk}/change/")
    step = page.locator("#steps-0")

    step.locator("summary").first.click()
    step.locator("summary", has_text="Also tells").click()
    expect(step.locator(".field-team_2.fieldBox")).to_be_hidden()
    step.locator("[name=steps-0-kind_2]").select_option("team")

    expect(step.locator(".field-team_2.fieldBox")).to_be_visible()
    expect(step.locator(".field-person_2.fieldBox")).to_be_hidden()
    accessible(page)


def test_rows_change_places_with_two_buttons(
    world: World, grace: Person, somebody: Callable[..., Page]
) -> None:
    page = somebody(grace, size=SCREEN)
    page.goto("/admin/runbooks/runbookversion/add/")
    page.get_by_text(re.compile("^Add another")).click()
    first, second = page.locator("#steps-0"), page.locator("#steps-1")
    first.locator("td.field-order input").fill("1")
    second.locator("td.field-order input").fill("2")

    expect(first.get_by_role("button", name="Move up")).to_have_attribute("aria-disabled", "true")
    first.get_by_role("button", name="Move down").press("Enter")

    expect(first.locator("td.field-order input")).to_have_value("2")
    expect(second.locator("td.field-order input")).to_have_value("1")
    expect(first.get_by_role("button", name="Move down")).to_be_focused()
    accessible(page)

"""Rosters set up in a real browser: three regions from nothing, a live preview, without script."""

import re
from collections.abc import Callable
from datetime import time

import pytest
from playwright.sync_api import Page, expect

from config.portal import clock
from rosters.models import CalendarFeed, Layer, Roster, TemporarySchedule
from tests.browser import accessible, in_both_looks
from tests.world import World, build

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ROSTER = "/oncall/payments-on-call/"


@pytest.fixture
def world() -> World:
    found = build(clock.act_now())
    Roster.objects.update(team=found.team)
    return found


def test_a_newcomer_makes_three_regions_follow_the_sun(
    world: World, somebody: Callable[..., Page]
) -> None:
    page = somebody(world.alice)
    page.goto("/oncall/")
    page.get_by_role("link", name="Set up a roster").click()
    page.get_by_role("link", name=re.compile("Follow the sun")).click()
    page.get_by_label("What is it called").fill("Platform")
    for number, name in enumerate(("Erin Example", "Alice Example", "Carol Example")):
        page.locator(f"#p_{number}_0").fill(name)
    accessible(page)
    page.get_by_role("button", name="Make the draft").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Platform is a draft")
    expect(page.locator("body")).to_contain_text("Somebody is on call whenever somebody should be")
    accessible(page)
    page.get_by_role("link", name="Publish").click()
    accessible(page)
    page.get_by_role("button", name=re.compile("^Publish")).click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("on call for Platform")
    assert not Roster.objects.get(slug="platform").is_draft


def test_the_preview_follows_what_is_typed(world: World, somebody: Callable[..., Page]) -> None:
    page = somebody(world.alice)
    page.goto(f"{ROSTER}edit/")
    page.get_by_role("link", name="Change Level 1").click()
    page.locator("#person_1").fill("Erin Example")
    page.get_by_label("From now on").check()
    page.get_by_label("Whose turn is it then").select_option("keep")
    expect(page.locator("#preview")).to_contain_text("Nobody changes now. Alice Example keeps")
    page.locator("#person_0").fill("Carol Example")
    page.locator("#person_0").blur()
    expect(page.locator("#preview")).to_contain_text(re.compile("it is the turn of (Carol|Erin)"))
    page.get_by_label("Why?").fill("Carol joins")
    page.get_by_role("button", name="Save the change").click()

    expect(page.locator("body")).to_contain_text("Level 1 is changed.")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("body")).to_contain_text("Level 1 goes on as it was.")


def test_rows_move_by_keyboard(world: World, somebody: Callable[..., Page]) -> None:
    page = somebody(world.alice)
    layer = Layer.objects.get(roster=world.roster, priority=1)
    page.goto(f"{ROSTER}layers/{layer.pk}/")
    page.locator("#person_1").fill("Erin Example")

    page.locator("button[value='up_turn:1']").focus()
    page.keyboard.press("Enter")

    expect(page.locator("#person_0")).to_have_value("Erin Example")
    expect(page.locator("#person_1")).to_have_value("Alice Example")


def test_every_page_of_a_roster_can_be_read_on_a_screen_and_on_a_phone_in_the_dark(
    world: World, somebody: Callable[..., Page], subtests: pytest.Subtests
) -> None:
    layer = Layer.objects.get(roster=world.roster, priority=1)
    now = clock.show_now()
    christmas = TemporarySchedule.objects.create(
        roster=world.roster,
        name="Christmas",
        starts_at=now.replace(month=12, day=24),
        ends_at=now.replace(month=12, day=27),
    )
    page = somebody(world.alice)

    for path in (
        "/oncall/new/",
        ROSTER,
        f"{ROSTER}?view=month",
        f"{ROSTER}edit/",
        f"{ROSTER}layers/new/",
        f"{ROSTER}layers/{layer.pk}/",
        f"{ROSTER}layers/{layer.pk}/remove/",
        f"{ROSTER}temporary/",
        f"{ROSTER}temporary/{christmas.pk}/",
    ):
        for size in in_both_looks(page, path):
            with subtests.test(page=path, width=size["width"]):
                accessible(page)
                assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("width", [390, 320])
def test_calendars_that_fail_and_hours_fit_a_narrow_phone(
    world: World, somebody: Callable[..., Page], width: int
) -> None:
    layer = Layer.objects.get(roster=world.roster, priority=1)
    layer.restrictions.create(weekday=None, starts_at=time(9), ends_at=time(17))
    theirs = Layer.objects.create(roster=world.roster, name="Theirs", priority=3)
    CalendarFeed.objects.create(
        layer=theirs,
        sealed_url="",
        host="calendar-of-the-whole-company.example.org",
        failure="calendar-of-the-whole-company.example.org does not answer (ConnectTimeoutError).",
        next_read_at=clock.show_now(),
    )
    page = somebody(world.alice, size={"width": width, "height": 844})

    for path in (f"{ROSTER}calendars/", f"{ROSTER}layers/{layer.pk}/", ROSTER):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path

"""Coverage, load, a plan taken over and back, and wishes, in a real browser with axe."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from config.portal import clock
from rosters.models import Absence, Roster, Rotation, RotationMember, TemporarySchedule
from rosters.operations import shift_log
from tests.browser import PHONE, SCREEN, accessible
from tests.world import World, build

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LOAD, PLAN = "/oncall/payments-on-call/load/", "/oncall/payments-on-call/plan/"


@pytest.fixture
def world() -> World:
    """Alice leads; Erin takes turns with her and is away in the coming weeks, Bob for a night."""
    now = clock.act_now()
    made = build(now)
    rotation = Rotation.objects.get(layer__roster=made.roster, layer__priority=1)
    RotationMember.objects.create(rotation=rotation, order=1, person=made.erin)
    Roster.objects.update(team=made.team, logged_until=now - timedelta(days=10))
    shift_log.write(now=now)
    for person, days in ((made.erin, 40), (made.bob, 3), (made.alice, 2)):
        begin = now + timedelta(days=1)
        Absence.objects.create(person=person, starts_at=begin, ends_at=begin + timedelta(days=days))
    return made


def test_a_lead_looks_ahead_plans_and_takes_back(
    world: World, somebody: Callable[..., Page]
) -> None:
    page = somebody(world.alice, size=SCREEN)
    for path in ("/oncall/coverage/", LOAD, "/oncall/pay/"):
        page.goto(path)
        accessible(page)
    page.goto(PLAN)
    accessible(page)
    page.get_by_label("Why?").fill("Erin is away")
    page.get_by_role("button", name="Take over the plan").click()

    expect(page.locator("body")).to_contain_text("Taken over.")
    assert TemporarySchedule.objects.get().reason == "Erin is away"
    page.get_by_role("button", name=re.compile("^Undo")).first.click()
    expect(page.locator("body")).to_contain_text("Taken back.")
    assert not TemporarySchedule.objects.exists()


def test_it_stands_on_a_phone_in_the_dark(world: World, somebody: Callable[..., Page]) -> None:
    page = somebody(world.alice, size=PHONE, dark=True)
    for path in ("/oncall/coverage/", LOAD, PLAN, "/oncall/pay/", "/me/wishes/"):
        page.goto(path)
        accessible(page)
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= PHONE["width"], path


def test_a_wish_is_entered_on_a_phone(world: World, somebody: Callable[..., Page]) -> None:
    page = somebody(world.bob, size=PHONE)
    page.goto("/me/wishes/")
    day = f"{clock.show_now() + timedelta(days=30):%Y-%m-%d}"
    page.get_by_label("First day").fill(day)
    page.get_by_label("Last day").fill(day)
    page.get_by_role("button", name="Note it").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("You have 1 wish")
    accessible(page)

"""Every flow with the keyboard alone: reach it with Tab, see where you are, press it."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from config.portal import clock
from tests.world import PASSWORD, World, build

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]

LONGEST_WAY = 120
"""More presses of Tab than anybody has patience for; a page must be shorter."""

SHOWS_FOCUS = """element => {
  const style = getComputedStyle(element);
  return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1
    || style.boxShadow !== 'none' || element.closest('label, .pick')?.matches(':focus-within');
}"""


@pytest.fixture
def world() -> World:
    return build(clock.act_now())


def reach(page: Page, wanted: Locator) -> None:
    """Tab until `wanted` has the focus, and shows it."""
    wanted.wait_for()
    for _ in range(LONGEST_WAY):
        if wanted.evaluate("element => element === document.activeElement"):
            break
        page.keyboard.press("Tab")
    expect(wanted).to_be_focused()
    assert wanted.evaluate(SHOWS_FOCUS), f"nobody sees the focus on {wanted}"


def press(page: Page, wanted: Locator) -> None:
    reach(page, wanted)
    page.keyboard.press("Enter")


def fill(page: Page, label: str, text: str) -> None:
    reach(page, page.get_by_label(label))
    page.keyboard.press("Control+A")
    page.keyboard.type(text)


def test_an_incident_from_declaring_to_resolving_without_a_mouse(
    world: World, somebody: Callable[..., Page]
) -> None:
    page = somebody()
    page.goto("/sign-in/")
    fill(page, "mail", "alice@example.org")
    fill(page, "Password", PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/$"))

    # The first press of Tab offers the way past the navigation, and it leads there.
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to main content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()

    press(page, page.locator("main").get_by_role("link", name="Declare an incident").first)
    fill(page, "What is wrong?", "Card payments fail for some customers")
    reach(page, page.get_by_label("What is affected?"))
    page.keyboard.type("Payments")
    severity = page.get_by_role("radio").first
    reach(page, severity)
    page.keyboard.press("Space")
    expect(severity).to_be_checked()
    press(page, page.get_by_role("button", name=re.compile("^Declare")).first)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Card payments fail")
    incident = page.url

    press(page, page.get_by_role("button", name=re.compile("^Acknowledge")).first)
    expect(page.locator("main")).to_contain_text("Alice Example acknowledged it")

    page.goto(f"{incident}updates/new/")
    fill(page, "Impact", "One in five card payments fails.")
    fill(page, "What we know", "We do not know the cause yet.")
    fill(page, "What we are doing", "We move cards to the second bank.")
    press(page, page.get_by_role("button", name=re.compile("Post")).first)
    expect(page.locator("main")).to_contain_text("One in five card payments fails.")

    for name in ("contain", "resolve"):
        page.goto(f"{incident}{name}/")
        press(page, page.locator("main form button[type=submit]").last)
        page.wait_for_url(re.compile(rf"^{re.escape(incident)}(#.*)?$"))
    expect(page.locator("main")).to_contain_text("Resolved")


def test_an_error_takes_the_focus_and_leads_to_its_field(
    world: World, somebody: Callable[..., Page]
) -> None:
    page = somebody(world.alice)
    page.goto("/incidents/new/")
    press(page, page.get_by_role("button", name=re.compile("^Declare")).first)

    summary = page.get_by_role("alert").or_(page.locator(".error-summary")).first
    expect(summary).to_be_focused()
    expect(page).to_have_title(re.compile("^Error: "))
    press(page, summary.get_by_role("link").first)
    expect(page.get_by_label("What is wrong?")).to_be_focused()


def test_who_to_call_stands_there_while_one_still_types(
    world: World, somebody: Callable[..., Page]
) -> None:
    page = somebody(world.frank)
    page.goto("/search/")

    page.keyboard.type("paym")

    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Alice Example is called first for Payments"
    )
    expect(page.get_by_label("Search everything")).to_be_focused()
    expect(page).to_have_url(re.compile(r"/search/\?q=paym$"))

    page.get_by_label("Search everything").fill("nothing of the kind")
    expect(page.get_by_role("heading", level=1)).to_have_text("Nothing for “nothing of the kind”")

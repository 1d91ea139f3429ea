"""Chromium as one person after another, and what every page must stand up to."""

import re
from collections.abc import Callable, Iterator
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Page, ViewportSize
from pytest_django.live_server_helper import LiveServer

from rosters.models import Person

PHONE: ViewportSize = {"width": 390, "height": 844}
SCREEN: ViewportSize = {"width": 1440, "height": 900}
LOOKS: tuple[tuple[ViewportSize, Literal["light", "dark"]], ...] = (
    (SCREEN, "light"),
    (PHONE, "dark"),
)
RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]


@pytest.fixture
def somebody(browser: Browser, live_server: LiveServer) -> Iterator[Callable[..., Page]]:
    """A fresh browser of one person, on no page: `somebody(erin)` signed in, `somebody()` not."""
    complaints: list[str] = []
    contexts = []

    def open_browser(person: Person | None = None, *, size: ViewportSize = SCREEN, dark=False):
        context = browser.new_context(
            viewport=size, color_scheme="dark" if dark else "light", base_url=live_server.url
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.extend(_complaint(message)))
        if person is not None:
            name, value = session_of(person)
            context.add_cookies([{"name": name, "value": value, "url": live_server.url}])
        return page

    yield open_browser
    for context in contexts:
        context.close()
    assert complaints == []


def session_of(person: Person) -> tuple[str, str]:
    """The cookie of somebody who signed in; the form for it has tests of its own."""
    client = Client()
    client.force_login(person)
    name = settings.SESSION_COOKIE_NAME
    return name, client.cookies[name].value


def _complaint(message: ConsoleMessage) -> list[str]:
    """What the browser holds against us; a form that is answered with a no is none."""
    if message.type != "error" or re.search("status of (409|422)", message.text):
        return []
    return [message.text]


AXE = {
    "runOnly": RULES,
    "resultTypes": ["violations"],
    "preload": {"assets": ["media"]},  # style sheets again would serve a rule that is not asked for
}
IS_THERE = "typeof axe !== 'undefined'"


def accessible(page: Page) -> None:
    """The page has no violation that axe knows."""
    axe = Axe("0") if page.evaluate(IS_THERE) else Axe()  # half a megabyte, once a document
    found = axe.run(page, options=AXE)
    assert found.violations_count == 0, found.generate_report()


def in_both_looks(page: Page, address: str) -> Iterator[ViewportSize]:
    """Open the page on a screen; then the light goes out and the window shrinks to a phone's.

    Opening it for each look would take twice as long, and axe would warm up twice.
    """
    for size, scheme in LOOKS:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size(size)
        if size == SCREEN:
            answer = page.goto(address)
            assert answer is not None, address
            assert answer.status == 200, address
        yield size


STOPS = 250
"""More controls than any page has, with all of its navigation."""

PARTS_OF_A_DATE = 8
"""A field for a date and a time has stops of its own: day, month, year, its calendar."""

WHERE = """() => {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const style = getComputedStyle(element);
  const shown = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1
    || style.boxShadow !== "none" || !!element.closest("label, .pick")?.matches(":focus-within");
  window.stops ??= [];
  if (!window.stops.includes(element)) window.stops.push(element);
  return [window.stops.indexOf(element), shown, element.outerHTML.slice(0, 120)];
}"""

MISSED = """() => [...document.querySelectorAll("main *")]
  .filter((one) => one.matches("a[href], button, input, select, textarea, summary"))
  .filter((one) => one.checkVisibility({visibilityProperty: true}) && !one.disabled)
  .filter((one) => one.type !== "hidden" && one.tabIndex >= 0)
  .filter((one) => one.type !== "radio" || one.checked)
  .filter((one) => !window.stops.includes(one)).map((one) => one.outerHTML.slice(0, 120))"""


def goes_by_keyboard(page: Page) -> None:
    """Tab reaches every control of the page, shows where it is, and comes out at its end."""
    page.evaluate("window.stops = []; document.activeElement?.blur()")
    last, again = -1, 0
    for _ in range(STOPS):
        page.keyboard.press("Tab")
        where = page.evaluate(WHERE)
        if where is None or where[0] < last:
            break
        number, is_shown, what = where
        assert is_shown or number == last, f"nobody sees the focus on {what}"  # its parts do
        again = again + 1 if number == last else 0
        assert again < PARTS_OF_A_DATE, f"Tab does not leave {what}"
        last = number
    assert page.evaluate(MISSED) == []

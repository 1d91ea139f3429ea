"""Chromium as one person after another, and what every page must stand up to."""

import re
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, ViewportSize, expect
from pytest_django.live_server_helper import LiveServer

from rosters.models import Person
from tests.world import PASSWORD

PHONE: ViewportSize = {"width": 390, "height": 844}
SCREEN: ViewportSize = {"width": 1440, "height": 900}
RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]


@pytest.fixture
def somebody(browser: Browser, live_server: LiveServer) -> Iterator[Callable[..., Page]]:
    """A fresh browser of one person: `somebody(erin)` signed in, `somebody()` not."""
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
            page.goto("/sign-in/")
            page.get_by_label("mail").fill(person.email or "")
            page.get_by_label("Password").fill(PASSWORD)
            page.get_by_role("button", name="Sign in").click()
            expect(page).to_have_url(re.compile(r"/$"))
        return page

    yield open_browser
    for context in contexts:
        context.close()
    assert complaints == []


def _complaint(message: ConsoleMessage) -> list[str]:
    """What the browser holds against us; a form that is answered with a no is none."""
    if message.type != "error" or re.search("status of (409|422)", message.text):
        return []
    return [message.text]


def accessible(page: Page) -> None:
    """The page has no violation that axe knows."""
    found = Axe().run(page, options={"runOnly": RULES})
    assert found.violations_count == 0, found.generate_report()

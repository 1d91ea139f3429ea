"""portal.js in a browser: its words equal the server's, and it never gets in a hand's way."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.utils.html import format_html, format_html_join
from playwright.sync_api import Page

from config.portal import words
from config.portal.context import Portal

SCRIPT = Path(__file__).resolve().parents[2] / "config/portal/static/portal/portal.js"
NOW = datetime(2026, 11, 20, 13, 16, 5, tzinfo=UTC)
FORMS = {"in": words.countdown, "left": words.left, "bare": words.bare}
SECONDS = [-300000, -90000, -7500, -3600, -61, -59, 0, 58, 61, 120, 780, 1799, 1801, 3599, 3601]
SECONDS += [6240, 35999, 36001, 72000, 172799, 172801, 400000]


def page_of(content: str) -> str:
    ground = Portal(zone=UTC, now=NOW)
    return format_html(
        '<!doctype html><html lang="en"><body data-now="{}" data-words="{}">{}'
        '<p id="status" role="status"></p></body></html>',
        NOW.isoformat(),
        ground.script_words,
        content,
    )


def open_page(page: Page, content: str) -> None:
    page.set_content(page_of(content))
    page.add_script_tag(path=SCRIPT)


def test_the_script_counts_in_the_servers_words(page: Page) -> None:
    # Half a second more, so that the moments of loading change no whole second.
    cases = [
        (form, NOW + timedelta(seconds=seconds, milliseconds=500))
        for form in [*FORMS, "since"]
        for seconds in SECONDS
    ]
    marks = ((due.isoformat(), form) for form, due in cases)

    open_page(page, format_html_join("", '<i data-due="{}" data-form="{}"></i>', marks))

    shown = page.locator("[data-due]").all_inner_texts()
    assert shown == [_said(form, due) for form, due in cases]


def _said(form: str, due: datetime) -> str:
    return words.age(due, now=NOW) if form == "since" else FORMS[form](due, now=NOW)


@pytest.mark.parametrize("seconds", [-61, -59, 600, 1801])
def test_the_pill_looks_as_the_server_draws_it(page: Page, seconds: int) -> None:
    due = NOW + timedelta(seconds=seconds, milliseconds=500)
    open_page(page, format_html('<span class="in"><i data-due="{}"></i></span>', due.isoformat()))

    look = words.urgency(due, now=NOW)
    assert page.locator(".in").get_attribute("class") == f"in {look}".removesuffix(" later")


def test_a_form_is_sent_once(page: Page) -> None:
    content = '<form method="post" target="x"><button>Go</button></form><iframe name="x"></iframe>'
    page.set_content(page_of("").replace("<p id", content + "<p id"))
    page.add_script_tag(path=SCRIPT)
    page.evaluate(
        "window.sent = 0; addEventListener('submit', e => { window.sent++; e.preventDefault(); })"
    )

    page.click("button")
    page.click("button", force=True)

    assert page.evaluate("window.sent") == 1


def test_slash_goes_to_search_but_not_out_of_a_field(page: Page) -> None:
    content = '<input id="note"><input type="search" id="search">'
    page.set_content(page_of("").replace("<p id", content + "<p id"))
    page.add_script_tag(path=SCRIPT)

    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "search"

    page.focus("#note")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "note"
    assert page.input_value("#note") == "/"


def test_the_status_line_speaks_when_a_call_comes_near(page: Page) -> None:
    page.clock.install(time=NOW)
    due = NOW + timedelta(seconds=310)
    content = format_html('<i data-due="{}" data-say="We phone Sam."></i>', due.isoformat())
    open_page(page, content)

    page.clock.run_for(16_000)

    assert page.inner_text("#status") == "in 5 min. We phone Sam."

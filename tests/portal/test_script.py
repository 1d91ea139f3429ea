"""portal.js in a browser: its words equal the server's, and it never gets in a hand's way."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
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


def test_slash_is_silent_for_those_who_turned_it_off(page: Page) -> None:
    content = '<input type="search" id="search">'
    whole = page_of("").replace('<html lang="en"', '<html lang="en" data-keys="off"')
    page.set_content(whole.replace("<p id", content + "<p id"))
    page.add_script_tag(path=SCRIPT)

    page.keyboard.press("/")

    assert page.evaluate("document.activeElement.id") != "search"


def test_the_status_line_speaks_when_a_call_comes_near(page: Page) -> None:
    page.clock.install(time=NOW)
    due = NOW + timedelta(seconds=310)
    content = format_html('<i data-due="{}" data-say="We phone Sam."></i>', due.isoformat())
    open_page(page, content)

    page.clock.run_for(16_000)

    assert page.inner_text("#status") == "in 5 min. We phone Sam."


LIVE = (
    '<div id="live"><a id="go" href="/" data-live hx-get="/" hx-target="#live" hx-swap="calm">'
    "Go</a>{}</div>"
)
WORDS = "(html) => { const box = document.createElement('div'); box.innerHTML = html; "
WORDS += "box.querySelector('title')?.remove(); return box.textContent.replace(/\\s+/g, ''); }"
HTMX = finders.find("django_htmx/htmx-2.min.js")


@pytest.mark.parametrize(
    "fresh",
    [
        '<p>New words</p><button id="a">A</button><button id="b">B</button>',
        '<title>(1) Now</title> <i id="new">First</i> <button id="a">A</button>',
        '<button id="b">B</button> <p>Between</p> <button id="a">A</button>',
        '<button id="a">A is called something else</button>',
    ],
    ids=["text before", "something new before", "another order", "others gone"],
)
def test_a_refresh_never_replaces_what_has_the_focus(page: Page, fresh: str) -> None:
    old = '<p>Words</p> <button id="a">A</button> <button id="b">B</button>'
    answer = LIVE.format(fresh).split(">", 1)[1].rsplit("</div>", 1)[0]
    page.route(
        "http://muster.test/",
        lambda route: route.fulfill(
            body=answer
            if route.request.headers.get("hx-request")
            else page_of(mark_safe(LIVE.format(old))),
            headers={"As-Of": "14:16:15", "Content-Type": "text/html"},
        ),
    )
    page.goto("http://muster.test/")
    page.evaluate("document.body.setAttribute('hx-ext', 'calm')")
    page.add_script_tag(path=HTMX)
    page.add_script_tag(path=SCRIPT)
    page.evaluate("htmx.process(document.body)")
    page.focus("#a")
    page.evaluate("window.held = document.activeElement")

    page.evaluate("document.getElementById('go').click()")
    page.wait_for_timeout(400)

    assert page.evaluate("document.activeElement === window.held && window.held.isConnected")
    shown = page.evaluate(WORDS, page.inner_html("#live"))
    assert shown == page.evaluate(WORDS, answer)


def test_a_lost_contact_is_said_after_half_a_minute(page: Page) -> None:
    page.clock.install(time=NOW)
    open_page(
        page, mark_safe('<a data-live href="/">As of</a><p id="contact-lost" hidden>Lost.</p>')
    )

    page.clock.run_for(29_000)
    assert page.locator("#contact-lost").is_hidden()
    page.clock.run_for(3_000)

    assert page.locator("#contact-lost").is_visible()
    assert page.inner_text("#status") == "Lost."

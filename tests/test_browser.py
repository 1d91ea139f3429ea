"""The thread in Chromium, as three people: one who notices, one who answers, one who leads."""

import re
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, ViewportSize, expect
from pytest_django.live_server_helper import LiveServer

from config.portal import clock
from incidents.models import Incident
from incidents.operations import engine, lifecycle
from incidents.operations.lifecycle import Opening
from reviews.operations import sweep
from rosters.models import DeskMessage
from rosters.operations import carriage
from tests.browser import PHONE, accessible
from tests.world import World, build

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


@pytest.fixture
def world() -> World:
    return build(clock.act_now())


def beat() -> None:
    engine.tick(now=clock.act_now())
    carriage.carry_all(clock=clock.act_now)


def test_three_people_take_an_incident_from_notice_to_review(
    world: World, somebody: Callable[..., Page], live_server: LiveServer
) -> None:
    # Erin notices and declares.
    erin = somebody(world.erin)
    erin.goto("/")
    erin.get_by_role("link", name="Declare").first.click()
    erin.get_by_label("What is wrong?").fill("Card payments fail for some customers")
    erin.get_by_label("What is affected?").fill("Payments")
    erin.get_by_role("radio", name=re.compile("SEV1|Critical")).check()
    expect(erin.get_by_text("Alice Example").first).to_be_visible()
    accessible(erin)
    erin.get_by_role("button", name=re.compile("^Declare")).first.click()
    expect(erin.get_by_role("heading", level=1)).to_contain_text("Card payments fail")
    incident_url = urlsplit(erin.url).path
    beat()

    # Alice answers from the link on her phone, without signing in.
    link = urlsplit(DeskMessage.objects.get(message__person=world.alice).answer_link).path
    alice = somebody(size=PHONE, dark=True)
    alice.goto(link)
    expect(alice.get_by_role("heading", level=1)).to_contain_text("Card payments fail")
    accessible(alice)
    alice.get_by_role("button", name="Acknowledge").click()
    expect(alice.locator("body")).to_contain_text("You have")

    # Erin's page says so by itself.
    expect(erin.locator("body")).to_contain_text("Alice Example acknowledged it", timeout=15_000)

    # Carol leads: she takes command, posts an update, contains and resolves.
    carol = somebody(world.carol)
    carol.goto(incident_url)
    accessible(carol)
    carol.get_by_role("button", name=re.compile("I will")).first.click()
    expect(carol.locator("body")).to_contain_text("incident commander")
    carol.goto(f"{incident_url}updates/new/")
    carol.get_by_label("Impact").fill("One in five card payments fails.")
    carol.get_by_label("What we know").fill("We do not know the cause yet.")
    carol.get_by_label("What we are doing").fill("We move cards to the second bank.")
    accessible(carol)
    carol.get_by_role("button", name=re.compile("Post")).click()
    expect(carol.locator("body")).to_contain_text("One in five card payments fails.")
    for name in ("contain", "resolve"):
        carol.goto(f"{incident_url}{name}/")
        accessible(carol)
        carol.locator("main form button[type=submit]").last.click()
        expect(carol).to_have_url(re.compile(rf"{incident_url}(#.*)?$"))
    expect(carol.locator("body")).to_contain_text("Resolved")

    # The review waits by itself.
    sweep.open_due_reviews(now=clock.act_now())
    carol.goto("/reviews/")
    carol.get_by_role("link", name=re.compile("Card payments fail")).first.click()
    carol.get_by_label("Tell the story").fill("At 03:00 the screen showed one failing bank.")
    carol.get_by_label("What we will do").first.fill("Alert at two percent")
    carol.get_by_label("Owner").first.select_option(label="Bob Example")
    carol.get_by_label("Due").first.fill(f"{clock.show_now() + timedelta(days=14):%Y-%m-%d}")
    accessible(carol)
    carol.get_by_role("button", name="Save", exact=True).first.click()
    expect(carol.locator("body")).to_contain_text("Saved.")
    carol.goto("/actions/?show=all")
    expect(carol.locator("body")).to_contain_text("Alert at two percent")


NARROW: ViewportSize = {"width": 320, "height": 640}


def test_no_page_scrolls_sideways_on_the_narrowest_phone(
    world: World, somebody: Callable[..., Page]
) -> None:
    incident = open_for(world)
    page = somebody(world.alice, size=NARROW)

    wide = []
    for path in ("/", "/?team=payments", f"/incidents/{incident.reference}/", "/wall/"):
        page.goto(path)
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > NARROW["width"]:
            wide.append((path, width))

    assert wide == []


def test_a_refresh_keeps_focus_and_speaks_only_of_what_is_new(
    world: World, somebody: Callable[..., Page]
) -> None:
    first = open_for(world)
    page = somebody(world.erin)
    page.goto("/")
    page.locator("#health-numbers summary").click()
    page.locator(f"#link-{first.reference}").focus()
    page.evaluate("window.held = document.activeElement")
    before = page.locator(".asof time").inner_text()

    second = open_for(world, title="Invoice emails are not going out")
    card = page.locator(f"#card-{second.reference}")
    expect(card).to_be_visible(timeout=20_000)

    assert page.evaluate("document.activeElement === window.held && window.held.isConnected")
    assert page.locator("#health-numbers").get_attribute("open") is not None
    expect(page.locator("#status")).to_have_text("New incident: Invoice emails are not going out")
    expect(page).to_have_title(re.compile(r"^\(2\) Now"))
    assert "favicon-sev1" in (page.locator("#favicon").get_attribute("href") or "")

    with page.expect_response(lambda answer: answer.status == 304, timeout=20_000):
        pass
    page.evaluate("document.getElementById('status').textContent = ''")
    expect(page.locator(".asof time")).not_to_have_text(before)
    assert page.evaluate("document.activeElement === window.held")
    assert page.locator("#status").inner_text() == ""


def open_for(world: World, title: str = "Card payments fail") -> Incident:
    opening = Opening(title=title, severity=1, service=world.service)
    return lifecycle.open_incident(opening, by=world.carol, now=clock.act_now())

"""What every page has in common, whichever it is: found in the URLconf, none forgotten."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from playwright.sync_api import Page

from config.portal import clock
from incidents.models import Incident, StatusUpdate
from incidents.operations import lifecycle
from reviews.models import Review
from rosters.models import ConfirmationRequest, Service
from rosters.operations import letters
from rosters.queries.confirming import digest
from runbooks.models import Runbook, Step
from tests.browser import PHONE, SCREEN, accessible, goes_by_keyboard, in_both_looks
from tests.pages import Everything, addresses, one_of_everything
from tests.world import World, build, make_person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def everything() -> Everything:
    now = clock.act_now()
    world: World = build(now)
    return one_of_everything(world, now=now)


NOT_FOR_EVERYBODY = {
    "api_guide",
    "front:audit",
    "front:leaving",
    "rosters:absences",
    "rosters:cell",
    "rosters:confirm",
    "rosters:contact_audit",
    "rosters:import",
    "rosters:imports",
    "rosters:layer_edit",
    "rosters:letter_stop",
    "rosters:own_contacts",
    "rosters:phone_tree",
    "rosters:roster_edit",
    "rosters:tokens",
}
"""Pages that Alice may not open, or that need something of their own: an administrator looks."""

TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
NUMBERED = {"front:now", "front:wall", "incidents:list"}

NAMES: set[str] = set()
"""Which addresses are pages, as the first test of this process found it."""


Answers = dict[str, tuple[str, Any]]
"""By name: the address, and what it answers."""


def read(everything: Everything, client: Client) -> Answers:
    """What every address answers somebody who may read most of them."""
    client.force_login(everything.world.alice)
    found = {name: (path, client.get(path)) for name, path in addresses(everything).items()}
    for address, answer in found.values():
        assert answer.status_code < 500, address
    return found


def whole_pages(found: Answers) -> Answers:
    """Those that answer reading with a whole page."""
    pages = {
        name: (address, answer)
        for name, (address, answer) in found.items()
        if answer.status_code == 200 and answer.get("Content-Type", "").startswith("text/html")
    }
    assert len(pages) > 15, "most pages have gone"
    return pages


def pages(everything: Everything, client: Client) -> dict[str, str]:
    """The addresses of the pages, by name."""
    if not NAMES:
        NAMES.update(whole_pages(read(everything, client)))
    return {name: path for name, path in addresses(everything).items() if name in NAMES}


def test_every_page_forbids_what_is_inline_is_left_nowhere_and_has_its_title(
    everything: Everything, client: Client, subtests: pytest.Subtests
) -> None:
    """Each address is read once; what is asked of the answers has a name each."""
    found = read(everything, client)

    with subtests.test("forbids what is inline"):
        for address, answer in whole_pages(found).values():
            policy = answer["Content-Security-Policy"]
            assert "default-src 'self'" in policy, address
            assert "unsafe" not in policy, address
            text = answer.content.decode()
            assert " style=" not in text, address
            assert "<script>" not in text, address
            assert "<style" not in text, address

    with subtests.test("nothing shown to a person is left in shared caches or frames"):
        for name, (address, answer) in found.items():
            if name in {"healthz", "readyz"}:
                continue
            assert {"private", "no-store"} & set(answer["Cache-Control"].split(", ")), address
            assert answer["X-Content-Type-Options"] == "nosniff", address
            assert answer["Referrer-Policy"] in {"same-origin", "no-referrer"}, address
            assert answer["X-Frame-Options"] == "DENY", address

    with subtests.test("the tab begins with a number only where it counts open incidents"):
        titles = {
            name: title[1].strip()
            for name, (_, answer) in whole_pages(found).items()
            if (title := TITLE.search(answer.content.decode()))
        }
        numbered = {name: title for name, title in titles.items() if title.startswith("(")}
        count = Incident.objects.open().count()
        assert set(numbered) == NUMBERED
        assert {
            title for title in numbered.values() if not title.startswith(f"({count}) ")
        } == set()


@pytest.mark.browser
def test_every_page_stands_on_a_screen_and_on_a_phone_in_the_dark(
    everything: Everything,
    client: Client,
    somebody: Callable[..., Page],
    subtests: pytest.Subtests,
) -> None:
    """Each page is opened once for both looks."""
    page = somebody(everything.world.alice)

    for name, address in pages(everything, client).items():
        for size in in_both_looks(page, address):
            with subtests.test("is readable", page=name, width=size["width"]):
                if name != "front:styleguide":  # it shows the head of a page as one of its samples
                    assert page.locator("h1").count() == 1, "one heading of the first level"
                assert page.title().strip()
                accessible(page)
        with subtests.test("fits a phone", page=name):
            for width in (PHONE["width"], 320):
                page.set_viewport_size({"width": width, "height": 844})
                wide = page.evaluate("document.documentElement.scrollWidth")
                assert wide <= width, f"it is {wide} px wide on a phone of {width}"


@pytest.mark.browser
def test_words_without_end_make_no_page_wider(
    everything: Everything, client: Client, somebody: Callable[..., Page]
) -> None:
    world = everything.world
    found = pages(everything, client)
    lifecycle.add_note(everything.incident, by=world.alice, text="n" * 900, now=clock.act_now())
    Incident.objects.update(title="t" * 120, summary="s" * 500)
    StatusUpdate.objects.update(impact="i" * 600, known="k" * 600, doing="d" * 600)
    Service.objects.update(customer_impact="c" * 200)
    Runbook.objects.update(title="r" * 100)
    Step.objects.update(text="s" * 200, command="c" * 300)
    Review.objects.update(story="s" * 900)
    for number, service in enumerate(Service.objects.all()):
        Service.objects.filter(pk=service.pk).update(name=f"{number}{'v' * 50}")
    page = somebody(world.alice, size=PHONE)

    wide = []
    for name, address in found.items():
        if ":" not in name:  # the pages of one's own sign-in repeat nobody's words
            continue
        page.goto(address)
        for width in (320, PHONE["width"], SCREEN["width"]):
            page.set_viewport_size({"width": width, "height": 844})
            actual = page.evaluate("document.documentElement.scrollWidth")
            wide += [(name, width, actual)] if actual > width else []

    assert wide == [], wide


@pytest.mark.browser
def test_pages_that_not_everybody_opens_stand_too(
    everything: Everything, somebody: Callable[..., Page], subtests: pytest.Subtests
) -> None:
    grace = make_person("Grace", is_administrator=True)
    now = clock.act_now()
    ConfirmationRequest.objects.create(
        person=everything.world.carol,
        asked_by=grace,
        asked_at=now,
        expires_at=now + timedelta(days=14),
        token_hash=digest("AAAAAAAAAAA"),
    )
    letter = urlsplit(letters.address(everything.world.carol)).path
    found = addresses(everything) | {"rosters:letter_stop": letter}
    page = somebody(grace)

    for name in sorted(NOT_FOR_EVERYBODY):
        for size in in_both_looks(page, found[name]):
            with subtests.test(page=name, width=size["width"]):
                accessible(page)
                goes_by_keyboard(page)
                wide = page.evaluate("document.documentElement.scrollWidth")
                assert wide <= size["width"], f"it is {wide} px wide"

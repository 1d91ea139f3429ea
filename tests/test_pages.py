"""What every page has in common, whichever it is: found in the URLconf, none forgotten."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page

from config.portal import clock
from incidents.models import Incident, StatusUpdate
from incidents.operations import lifecycle
from reviews.models import Review
from rosters.models import Service
from runbooks.models import Runbook, Step
from tests.browser import PHONE, SCREEN, accessible
from tests.pages import Everything, addresses, one_of_everything
from tests.world import World, build

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def everything() -> Everything:
    now = clock.act_now()
    world: World = build(now)
    return one_of_everything(world, now=now)


NAMES: set[str] = set()
"""Which addresses are pages, as the first test of this process found it."""


def answers(everything: Everything, client: Client) -> dict[str, tuple[str, Any]]:
    """What answers reading with a whole page, for somebody who may read it: address and answer."""
    client.force_login(everything.world.alice)
    found = {}
    for name, address in addresses(everything).items():
        answer = client.get(address)
        assert answer.status_code < 500, address
        is_page = answer.get("Content-Type", "").startswith("text/html")
        if answer.status_code == 200 and is_page:
            found[name] = address, answer
    assert len(found) > 15, "most pages have gone"
    return found


def pages(everything: Everything, client: Client) -> dict[str, str]:
    """The addresses of the pages, by name."""
    if not NAMES:
        NAMES.update(answers(everything, client))
    return {name: path for name, path in addresses(everything).items() if name in NAMES}


def test_every_page_forbids_what_is_inline(everything: Everything, client: Client) -> None:
    for address, answer in answers(everything, client).values():
        policy = answer["Content-Security-Policy"]
        assert "default-src 'self'" in policy, address
        assert "unsafe" not in policy, address
        text = answer.content.decode()
        assert " style=" not in text, address
        assert "<script>" not in text, address
        assert "<style" not in text, address


def test_nothing_shown_to_a_person_is_left_in_shared_caches_or_frames(
    everything: Everything, client: Client
) -> None:
    client.force_login(everything.world.alice)
    for name, address in addresses(everything).items():
        answer = client.get(address)
        if name in {"healthz", "readyz"}:
            continue
        assert {"private", "no-store"} & set(answer["Cache-Control"].split(", ")), address
        assert answer["X-Content-Type-Options"] == "nosniff", address
        assert answer["Referrer-Policy"] in {"same-origin", "no-referrer"}, address
        assert answer["X-Frame-Options"] == "DENY", address


@pytest.mark.browser
def test_every_page_stands_on_a_screen(
    everything: Everything, client: Client, somebody: Callable[..., Page]
) -> None:
    page = somebody(everything.world.alice, size=SCREEN)

    for name, address in pages(everything, client).items():
        page.goto(address)
        if name != "front:styleguide":  # it shows the head of a page as one of its samples
            assert page.locator("h1").count() == 1, f"{name} has one heading of the first level"
        assert page.title().strip(), f"{name} has a title"
        accessible(page)


@pytest.mark.browser
def test_every_page_stands_on_a_phone_in_the_dark(
    everything: Everything, client: Client, somebody: Callable[..., Page]
) -> None:
    page = somebody(everything.world.alice, size=PHONE, dark=True)

    for name, address in pages(everything, client).items():
        page.set_viewport_size(PHONE)
        page.goto(address)
        accessible(page)
        for width in (PHONE["width"], 320):
            page.set_viewport_size({"width": width, "height": 844})
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{name} is {wide} px wide on a phone of {width}"


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

"""What a browser puts on paper: when it was true, and nothing that only a screen can do."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from config.portal import clock
from incidents.operations import lifecycle, runbook_steps
from incidents.operations.lifecycle import Opening
from runbooks.models import Runbook, RunbookVersion, Step
from tests.world import World, build

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world() -> World:
    return build(clock.act_now())


def test_an_incident_on_paper_has_neither_buttons_nor_fields(
    world: World, somebody: Callable[..., Page]
) -> None:
    opening = Opening(title="Card payments fail", severity=1, service=world.service)
    made = lifecycle.open_incident(opening, by=world.erin, now=clock.act_now())
    page = somebody(world.alice)
    page.goto(f"/incidents/{made.reference}/")

    expect_paper(page)


def test_on_paper_the_timeline_is_whole_and_a_done_step_has_no_button(
    world: World, somebody: Callable[..., Page]
) -> None:
    now = clock.act_now()
    opening = Opening(title="Card payments fail", severity=1, service=world.service)
    made = lifecycle.open_incident(opening, by=world.erin, now=now)
    lifecycle.acknowledge(made, by=world.dora, now=now)
    lifecycle.add_note(made, by=world.alice, text="The bank is down", now=now)
    book = Runbook.objects.create(title="Queue", slug="queue", service=world.service)
    version = RunbookVersion.objects.create(
        runbook=book, number=1, published_at=now, published_by=world.alice, change_note="x"
    )
    step = Step.objects.create(version=version, order=1, text="Empty it")
    runbook_steps.mark(made, step.pk, "worked", by=world.dora, now=now)
    page = somebody(world.alice)
    page.goto(f"/incidents/{made.reference}/")
    chip = page.locator("#show-notes")
    chip.focus()
    page.keyboard.press("Enter")
    entries = page.locator("#timeline .tl li:not(.day):visible")

    expect(page.locator("#show-notes[aria-current]")).to_be_visible()
    expect(entries).to_have_count(1)
    shown_at = page.locator("#as-of time")
    expect(shown_at).not_to_have_text(shown_at.inner_text(), timeout=15_000)  # it asks each 5 s
    expect(entries).to_have_count(1)
    expect_paper(page)
    expect(entries).to_have_count(4)


def test_the_phone_tree_on_paper_is_a_list(world: World, somebody: Callable[..., Page]) -> None:
    page = somebody(world.alice)
    page.goto("/contacts/phone-tree/")

    expect_paper(page)
    expect(page.locator("summary svg:visible")).to_have_count(0)


def expect_paper(page: Page) -> None:
    page.emulate_media(media="print")
    expect(page.get_by_text("Printed from Muster")).to_be_visible()
    expect(page.locator("main :is(button, input, textarea, select, .btn):visible")).to_have_count(0)

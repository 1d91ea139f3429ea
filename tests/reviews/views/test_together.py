"""Two people write one review at once: the second sees both texts and decides; nothing is lost."""

import re
from collections.abc import Callable
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from reviews.models import ActionItem, Review
from reviews.operations import actions, sweep
from reviews.operations.actions import ActionDraft
from tests.browser import accessible
from tests.reviews.conftest import LATER, over
from tests.reviews.views.conftest import client
from tests.world import World, build

FIELD = re.compile(r'<(?:input[^>]*?name="([^"]+)"[^>]*?value="([^"]*)"|textarea name="([^"]+)"'
                   r'[^>]*>\n?([^<]*)</textarea>)')  # fmt: skip
CHOSEN = re.compile(r'<select name="([^"]+)".*?</select>', re.DOTALL)


def opened(browser: Client, path: str) -> dict[str, Any]:
    """The form as a browser would send it back untouched."""
    return fields(browser.get(path).content.decode())


def fields(page: str) -> dict[str, Any]:
    page = page[page.index('<form class="stack tight"') :]
    page = page[: page.index("</form>")]
    found: dict[str, Any] = {}
    for name, value, area, text in FIELD.findall(page):
        if name.startswith(("choice-", "csrf")) or name.endswith("-DELETE"):
            continue
        found[name or area] = unescape(value or text).strip()
    for select in CHOSEN.finditer(page):
        chosen = re.search(r'<option value="([^"]*)" selected', select[0])
        found[select[1]] = chosen[1] if chosen else ""
    found |= dict.fromkeys(re.findall(r'name="([^"]+-DELETE)"[^>]* checked', page), "on")
    return found


@pytest.fixture
def url(review: Review) -> str:
    return f"/reviews/{review.pk}/"


@pytest.fixture
def action(world: World, review: Review) -> ActionItem:
    draft = ActionDraft("Alert at 2%", "detect", world.bob, date(2026, 12, 4))
    return actions.add(review, draft, by=world.alice, now=LATER)


def test_where_both_wrote_they_choose(world: World, review: Review, url: str) -> None:
    alice, bob = client(world.alice), client(world.bob)
    hers, his = opened(alice, url), opened(bob, url)
    alice.post(url, hers | {"story": "Alice's story.", "factors-0-text": "Her factor"})

    asked = bob.post(url, his | {"story": "Bob's story.", "factors-0-text": "His factor"})
    page = unescape(asked.content.decode())
    sent = fields(asked.content.decode())
    bob.post(url, sent | {"choice-story": "theirs", "choice-factors": "mine"})

    assert asked.status_code == 409
    assert "There is a problem" in page
    assert '<a href="#id_story">Alice Example changed this too.' in page
    assert '<a href="#id_factors-0-text">Alice Example changed this too.' in page
    assert "Alice Example wrote this" in page
    for words in ("Alice's story.", "Bob's story.", "Her factor", "His factor"):
        assert words in page
    assert sent["story"] == "Bob's story."
    review.refresh_from_db()
    assert (review.story, review.revision) == ("Alice's story.", 2)
    assert review.factors.get().text == "His factor"


def test_what_the_second_had_not_touched_is_taken_over(
    world: World, review: Review, url: str
) -> None:
    alice, bob = client(world.alice), client(world.bob)
    hers, his = opened(alice, url), opened(bob, url)
    alice.post(url, hers | {"went_well": "The second bank.", "factors-0-text": "Her factor"})

    asked = bob.post(url, his | {"story": "Bob's story."})
    page = asked.content.decode()
    bob.post(url, fields(page))

    assert asked.status_code == 409
    assert "You had not changed it." in page
    assert 'name="choice-' not in page
    review.refresh_from_db()
    assert (review.story, review.went_well) == ("Bob's story.", "The second bank.")
    assert review.factors.get().text == "Her factor"


def test_actions_too(world: World, review: Review, action: ActionItem, url: str) -> None:
    alice, bob = client(world.alice), client(world.bob)
    hers, his = opened(alice, url), opened(bob, url)
    new = {"actions-1-title": "Hers", "actions-1-owner": world.bob.pk}
    new |= {"actions-1-due_date": "2026-12-05"}
    alice.post(url, hers | {"actions-0-title": "Alert at 1%"} | new)

    asked = bob.post(url, his | {"actions-0-title": "Alert at 5%"})
    page = asked.content.decode()
    bob.post(url, fields(page) | {f"choice-action-{action.pk}": "theirs"})

    assert asked.status_code == 409
    for words in ("Alert at 1%", "Alert at 5%", "Hers", "That stays."):
        assert words in page
    assert sorted(review.actions.values_list("title", flat=True)) == ["Alert at 1%", "Hers"]


def test_an_untouched_action_that_another_changed_or_removed_is_theirs(
    world: World, review: Review, action: ActionItem, url: str
) -> None:
    alice, bob = client(world.alice), client(world.bob)
    hers, his = opened(alice, url), opened(bob, url)
    alice.post(url, hers | {"actions-0-title": "Alert at 1%"})

    first = bob.post(url, his | {"story": "Bob's."})
    between = fields(first.content.decode())
    alice.post(url, opened(alice, url) | {"actions-0-DELETE": "on"})
    second = bob.post(url, between)
    bob.post(url, fields(second.content.decode()))

    assert between["actions-0-title"] == "Alert at 1%"
    assert "removed this action" in second.content.decode()
    review.refresh_from_db()
    assert review.story == "Bob's."
    assert not review.actions.exists()


def test_one_person_on_two_pages_reads_you(world: World, review: Review, url: str) -> None:
    alice = client(world.alice)
    first, second = opened(alice, url), opened(alice, url)
    alice.post(url, first | {"story": "One."})

    page = alice.post(url, second | {"story": "Two."}).content.decode()

    assert "You wrote this" in page


def test_a_third_save_in_between_asks_again(world: World, review: Review, url: str) -> None:
    alice, bob = client(world.alice), client(world.bob)
    hers, his = opened(alice, url), opened(bob, url)
    alice.post(url, hers | {"story": "One."})
    asked = fields(bob.post(url, his | {"story": "Bob's."}).content.decode())
    alice.post(url, opened(alice, url) | {"story": "Two."})

    again = bob.post(url, asked | {"choice-story": "mine"})

    assert again.status_code == 409
    assert "Two." in again.content.decode()
    assert fields(again.content.decode())["story"] == "Bob's."


def test_a_draft_remembers_what_it_began_from(world: World, review: Review, url: str) -> None:
    alice, bob = client(world.alice), client(world.bob)
    his = opened(bob, url) | {"story": "Bob's."}
    bob.post("/drafts/", his | {"draft": f"review/{review.pk}", "turn": "0"})
    alice.post(url, opened(alice, url) | {"went_well": "The second bank."})

    asked = bob.post(url, opened(bob, url))

    assert asked.status_code == 409
    assert "You had not changed it." in asked.content.decode()
    assert fields(asked.content.decode())["story"] == "Bob's."


@pytest.mark.parametrize(
    "odd",
    [
        {"base-story": "\0" * 99, "choice-story": "x"},
        {"factors-TOTAL_FORMS": "5"},
        {"factors-TOTAL_FORMS": "0", "base-factors": "x"},
        {"actions-0-pk": "999999", "base-action-999999": "x"},
    ],
    ids=["marks", "missing lines", "no lines", "no such action"],
)
def test_odd_forms_are_answered(
    world: World, review: Review, url: str, odd: dict[str, str]
) -> None:
    alice, bob = client(world.alice), client(world.bob)
    his = opened(bob, url)
    alice.post(url, opened(alice, url) | {"story": "One.", "factors-0-text": "Hers"})

    assert bob.post(url, his | {"story": "Bob's."} | odd).status_code in (409, 422)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_two_people_in_two_browsers(live_server: LiveServer, somebody: Callable[..., Page]) -> None:
    world = build()
    over(world)
    sweep.open_due_reviews(now=LATER)
    path = f"/reviews/{Review.objects.get().pk}/"
    alice, bob = somebody(world.alice), somebody(world.bob)
    for page, words in ((alice, "Alice's story."), (bob, "Bob's story.")):
        page.goto(path)
        page.get_by_label("Tell the story").fill(words)

    alice.get_by_role("button", name="Save", exact=True).click()
    expect(alice.locator("body")).to_contain_text("Saved.")
    with bob.expect_response(lambda answer: answer.status == 409):
        bob.get_by_role("button", name="Save", exact=True).click()
    expect(bob.get_by_role("alert")).to_contain_text("Nothing is lost")
    expect(bob.get_by_label("Tell the story")).to_have_value("Bob's story.")
    expect(bob.locator("#story")).to_contain_text("Alice's story.")
    accessible(bob)
    bob.get_by_label("Take these words instead").check()
    bob.get_by_role("button", name="Save", exact=True).click()

    expect(bob.locator("body")).to_contain_text("Saved.")
    assert Review.objects.get().story == "Alice's story."

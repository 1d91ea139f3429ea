"""The pages of reviews: who reads, who writes, and what wrong input reads."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from incidents.models import Incident
from reviews.models import ActionItem, Review
from reviews.operations import editing, sweep
from reviews.operations.actions import ActionDraft
from reviews.operations.editing import Draft
from tests.reviews.conftest import LATER, over
from tests.reviews.views.conftest import MONDAY, client
from tests.world import World

STORY = "At 03:00 the screen showed one failing bank."
LONG = "x" * 100_000


def form(review: Review, **changed: Any) -> dict[str, Any]:
    """What a browser sends of an untouched form with one empty factor and one empty action."""
    return {
        "revision": review.revision,
        "story": "",
        "went_well": "",
        "was_lucky": "",
        "escalation_look_back": "",
        "factors-TOTAL_FORMS": "1",
        "factors-INITIAL_FORMS": "0",
        "factors-0-text": "",
        "actions-TOTAL_FORMS": "1",
        "actions-INITIAL_FORMS": "0",
        "actions-0-pk": "",
        "actions-0-title": "",
        "actions-0-owner": "",
        "actions-0-due_date": "",
        "actions-0-kind": "prevent",
    } | changed


def action(world: World, **changed: Any) -> dict[str, Any]:
    filled = {
        "actions-0-title": "Alert at 2%",
        "actions-0-owner": str(world.bob.pk),
        "actions-0-due_date": "2026-12-04",
    }
    return filled | changed


@pytest.fixture
def url(review: Review) -> str:
    return f"/reviews/{review.pk}/"


PLACES = ["/reviews/", "/actions/", "/scorecards/"]


@pytest.mark.parametrize("path", PLACES)
def test_anonymous_readers_are_sent_to_sign_in(world: World, path: str) -> None:
    answer = Client().get(path)

    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/")


@pytest.mark.parametrize("path", PLACES)
@pytest.mark.parametrize("query", ["", "?show=bogus", "?days=%00", "?page=x&sort=bogus"])
def test_every_list_opens_for_everybody(
    world: World, review: Review, path: str, query: str
) -> None:
    assert client(world.frank).get(path + query).status_code == 200


def test_an_outsider_reads_and_writes_nothing(world: World, review: Review, url: str) -> None:
    stranger = client(world.frank)

    shown = stranger.get(url)
    refused = stranger.post(url, form(review, story=STORY))

    assert shown.status_code == 200
    assert b"You can read it" in shown.content
    assert b"<textarea" not in shown.content
    assert refused.status_code == 409
    assert STORY.encode() in refused.content
    review.refresh_from_db()
    assert review.story == ""


def test_anonymous_sees_no_review(review: Review, url: str) -> None:
    assert Client().get(url).status_code == 302
    assert Client().post(url, form(review)).status_code == 403  # what was typed is kept


def test_a_restricted_review_does_not_exist_for_outsiders(
    world: World, review: Review, url: str
) -> None:
    Incident.objects.update(is_restricted=True)

    assert client(world.frank).get(url).status_code == 404
    assert client(world.frank).get(f"{url}publish/").status_code == 404
    assert b"Card payments fail" not in client(world.frank).get("/reviews/").content
    assert client(world.erin).get(url).status_code == 200


def test_the_page_shows_what_the_incident_knows(world: World, url: str) -> None:
    text = client(world.alice).get(url).content.decode()

    assert "Alice Example</span> acknowledged it" in text
    assert "Contained" in text
    assert "Led" not in text
    assert "Leads the review" in text


def test_saving_keeps_everything(world: World, review: Review, url: str) -> None:
    typed = form(
        review, story=STORY, **{"factors-0-text": "The alert waited."}, **action(world)
    )  # fmt: skip

    answer = client(world.alice).post(url, typed)

    assert (answer.status_code, answer["Location"]) == (302, url)
    review.refresh_from_db()
    assert (review.story, review.revision) == (STORY, 1)
    assert review.factors.get().text == "The alert waited."
    assert review.actions.get().owner == world.bob


def test_one_more_line_saves_and_comes_back_there(world: World, review: Review, url: str) -> None:
    answer = client(world.alice).post(url, form(review, story=STORY, then="factors"))

    assert answer["Location"] == f"{url}#factors"
    review.refresh_from_db()
    assert review.story == STORY


def test_an_action_is_changed_and_removed(world: World, review: Review, url: str) -> None:
    browser = client(world.alice)
    browser.post(url, form(review, **action(world)))
    made = review.actions.get()
    kept = {"actions-INITIAL_FORMS": "1", "actions-0-pk": made.pk}
    review.refresh_from_db()

    browser.post(url, form(review, **action(world, **kept, **{"actions-0-title": "At 1%"})))
    made.refresh_from_db()
    review.refresh_from_db()
    browser.post(url, form(review, **action(world, **kept, **{"actions-0-DELETE": "on"})))

    assert made.title == "At 1%"
    assert not review.actions.exists()


def test_who_comes_second_sees_both_texts_and_decides(
    world: World, review: Review, url: str
) -> None:
    typed = form(review, story="Theirs.", **{"factors-0-text": "My factor"})
    others = Draft(
        story="Ours.",
        factors=["Our factor"],
        actions=[ActionDraft("Our action", "detect", world.bob, date(2026, 12, 4))],
    )
    editing.save(review, others, revision=0, by=world.alice, now=LATER)
    second = client(world.bob)

    answer = second.post(url, typed)
    text = answer.content.decode()

    assert answer.status_code == 409
    for words in ("Ours.", "Theirs.", "Our factor", "My factor", "Our action", "Nothing is lost"):
        assert words in text
    assert '<input type="hidden" name="revision" value="1"' in text
    assert second.post(url, typed | {"revision": 1}).status_code == 302
    review.refresh_from_db()
    assert review.story == "Theirs."
    assert review.actions.get().title == "Our action"


def test_hints_are_quiet_and_can_be_hidden(world: World, review: Review, url: str) -> None:
    browser = client(world.alice)
    browser.post(url, form(review, story="Alice broke it. We should have known."))

    shown, quiet = browser.get(url), browser.get(f"{url}?hints=off")

    assert b"<q>Alice broke</q>" in shown.content
    assert b"should have known</q>" in shown.content
    assert b"<q>" not in quiet.content


def test_publishing_asks_once(world: World, review: Review, url: str) -> None:
    browser = client(world.alice)

    saved = browser.post(url, form(review, story=STORY, then="publish"))
    asked = browser.get(saved["Location"])
    browser.post(saved["Location"])
    again = browser.post(saved["Location"], follow=True)

    assert saved["Location"] == f"{url}publish/"
    assert b"Publish this review?" in asked.content
    review.refresh_from_db()
    assert review.published_by == world.alice
    assert b"Alice Example has published it already" in again.content
    assert b"<textarea" not in browser.get(url).content


@pytest.mark.parametrize("name", ["alice", "frank"])
def test_what_cannot_be_published_says_why(
    world: World, review: Review, url: str, name: str
) -> None:
    browser = client(getattr(world, name))

    asked = browser.get(f"{url}publish/")
    answer = browser.post(f"{url}publish/", follow=True)

    sentence = "Tell the story first" if name == "alice" else "You can read it"
    assert sentence in asked.content.decode()
    assert sentence in answer.content.decode()
    review.refresh_from_db()
    assert review.published_at is None


WRONG: Mapping[str, tuple[dict[str, Any], str]] = {
    "no revision": ({"revision": ""}, "arrived incomplete"),
    "odd revision": ({"revision": "x"}, "arrived incomplete"),
    "no count": ({"factors-TOTAL_FORMS": ""}, "arrived incomplete"),
    "odd count": ({"actions-TOTAL_FORMS": "x"}, "arrived incomplete"),
    "too many": ({"factors-TOTAL_FORMS": "5000"}, "Keep 50 lines or fewer"),
    "NUL": ({"story": "a\0b"}, "Remove the characters nobody can see"),
    "long": ({"story": LONG}, "Use 10000 characters or fewer"),
    "long factor": ({"factors-0-text": LONG}, "Use 500 characters or fewer"),
    "no title": ({"actions-0-title": ""}, "starting with a verb"),
    "long title": ({"actions-0-title": LONG}, "Use 160 characters or fewer"),
    "no owner": ({"actions-0-owner": ""}, "Choose one owner"),
    "unknown owner": ({"actions-0-owner": "999999999999"}, "Choose one of the people"),
    "odd owner": ({"actions-0-owner": "x"}, "Choose one of the people"),
    "no date": ({"actions-0-due_date": ""}, "Choose the day"),
    "odd date": ({"actions-0-due_date": "32.13.2026"}, "Write the day like"),
    "past": ({"actions-0-due_date": "2020-01-01"}, "That day has passed"),
    "odd kind": ({"actions-0-kind": "x"}, "Choose what it helps us with"),
    "odd pk": ({"actions-0-pk": "x"}, "arrived incomplete"),
}


@pytest.mark.parametrize(("changed", "sentence"), WRONG.values(), ids=WRONG)
def test_wrong_input_is_refused_in_a_sentence(
    world: World, review: Review, url: str, changed: dict[str, Any], sentence: str
) -> None:
    typed = form(review, story=STORY, **action(world)) | changed

    answer = client(world.alice).post(url, typed)
    text = answer.content.decode()

    assert 400 <= answer.status_code < 500
    assert sentence in text
    assert "<title>Error: " in text.replace("\n", "")
    if "story" not in changed:
        assert STORY in text
    review.refresh_from_db()
    assert review.revision == 0


def test_an_empty_post_is_refused(world: World, url: str) -> None:
    answer = client(world.alice).post(url, {})

    assert answer.status_code == 422
    assert b"arrived incomplete" in answer.content


@pytest.mark.parametrize("pk", [0, 999, 10**30])
def test_unknown_reviews_are_not_found(world: World, pk: int) -> None:
    assert client(world.alice).get(f"/reviews/{pk}/").status_code == 404


@pytest.mark.parametrize(
    ("state", "is_listed"),
    [("all", True), ("mine", True), ("overdue", True), ("due", False), ("published", False)],
)
def test_the_list_is_narrowed(world: World, review: Review, state: str, is_listed: bool) -> None:
    Review.objects.update(due_at=LATER)

    text = client(world.alice).get(f"/reviews/?show={state}").content

    assert (b"Card payments fail" in text) is is_listed


def queries(browser: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert browser.get(path).status_code == 200
    return len(seen)


@pytest.mark.parametrize("path", ["/reviews/", "/actions/?show=all", "/scorecards/"])
def test_lists_ask_as_much_for_thirty_as_for_three(world: World, path: str) -> None:
    browser = client(world.alice)

    def grow(number: int) -> None:
        for _ in range(number):
            over(world)
        sweep.open_due_reviews(now=LATER)
        ActionItem.objects.bulk_create(
            ActionItem(
                review=review,
                title="Alert",
                owner=world.bob,
                due_date=date(2026, 12, 1),
                created_at=LATER,
                created_by=world.alice,
            )
            for review in Review.objects.filter(actions__isnull=True)
        )

    grow(3)
    few = queries(browser, path)
    grow(27)

    assert queries(browser, path) == few


def test_a_review_asks_as_much_with_thirty_lines_as_with_three(
    world: World, review: Review, url: str
) -> None:
    browser = client(world.alice)

    def write(number: int) -> None:
        review.refresh_from_db()
        lines = [
            ActionDraft(f"Alert {i} of {number}", "detect", world.bob, date(2026, 12, 4))
            for i in range(number)
        ]
        draft = Draft(factors=[f"Factor {i}" for i in range(number)], actions=lines)
        editing.save(review, draft, revision=review.revision, by=world.alice, now=LATER)

    write(3)
    few = queries(browser, url)
    write(27)

    assert queries(browser, url) == few


@pytest.mark.parametrize(
    ("query", "is_listed"),
    [
        ("severity=1", True),
        ("severity=serious", True),
        ("severity=3", False),
        ("severity=1&service=payments", True),
        ("severity=9", True),
    ],
)
def test_the_list_is_narrowed_by_severity(
    world: World, review: Review, query: str, is_listed: bool
) -> None:
    page = client(world.frank).get(f"/reviews/?{query}").content.decode()

    assert ("Card payments fail" in page) is is_listed


def test_the_latest_serious_review_is_found_at_first_look(world: World, review: Review) -> None:
    Review.objects.update(published_at=MONDAY, published_by=world.alice)

    first = client(world.frank).get("/reviews/").content.decode()
    narrowed = client(world.frank).get("/reviews/?severity=1").content.decode()

    assert "Latest serious review" in first
    assert "Latest serious review" not in narrowed


def test_the_latest_serious_review_is_none_of_the_restricted(world: World, review: Review) -> None:
    Review.objects.update(published_at=MONDAY, published_by=world.alice)
    Incident.objects.update(is_restricted=True)

    assert "Latest serious review" not in client(world.frank).get("/reviews/").content.decode()


def test_the_list_is_sorted_by_severity(world: World, review: Review) -> None:
    over(world, severity=2, title="Search is slow")
    sweep.open_due_reviews(now=MONDAY)

    for order, first in (("severity", "Card payments fail"), ("-severity", "Search is slow")):
        page = client(world.frank).get(f"/reviews/?sort={order}").content.decode()
        assert page.index(first) == min(map(page.index, ("Card payments fail", "Search is slow")))

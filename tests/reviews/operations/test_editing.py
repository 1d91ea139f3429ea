"""A review is written together, published once, and never loses a word."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection

from config.portal.refusals import Refused
from incidents.models import ResponseClock, TimelineEntry
from reviews.models import ActionItem, Review
from reviews.operations import editing, sweep
from reviews.operations.actions import ActionDraft, CannotPlan
from reviews.operations.editing import ChangedMeanwhile, Draft
from rosters.models import Person
from tests import world as small_world
from tests.reviews.conftest import LATER, RESOLVED, over
from tests.world import World

STORY = "At 03:00 the screen showed one failing bank, so the team looked there first."
DUE = date(2026, 12, 4)


def alert(world: World, **changed: Any) -> ActionDraft:
    draft = ActionDraft("Alert when EU card errors pass 2%", "detect", world.bob, DUE)
    return replace(draft, **changed)


def test_a_draft_is_kept_whole(world: World, review: Review) -> None:
    draft = Draft(
        story=STORY, factors=("The alert waited ten minutes.", "Two dashboards disagreed."),
        actions=(alert(world),),
    )  # fmt: skip

    saved = editing.save(review, draft, revision=0, by=world.alice, now=LATER)

    action = saved.actions.get()
    assert (saved.story, saved.revision, saved.edited_at) == (STORY, 1, LATER)
    assert [factor.text for factor in saved.factors.order_by("pk")] == list(draft.factors)
    assert (action.owner, action.due_date, action.created_by) == (world.bob, DUE, world.alice)


def test_the_same_draft_twice_is_saved_once(world: World, review: Review) -> None:
    draft = Draft(story=STORY, factors=("The alert waited.",), actions=(alert(world),))

    for _ in range(2):
        saved = editing.save(review, draft, revision=0, by=world.alice, now=LATER)

    assert saved.revision == 1
    assert saved.actions.count() == 1


def test_a_stale_draft_is_refused_and_nothing_is_overwritten(world: World, review: Review) -> None:
    editing.save(review, Draft(story="Mine."), revision=0, by=world.alice, now=LATER)

    with pytest.raises(ChangedMeanwhile, match="Nothing is lost") as raised:
        editing.save(review, Draft(story="Theirs."), revision=0, by=world.bob, now=LATER)

    assert raised.value.review.story == "Mine."
    review.refresh_from_db()
    assert (review.story, review.revision) == ("Mine.", 1)


def test_an_action_that_another_added_stays(world: World, review: Review) -> None:
    editing.save(review, Draft(actions=(alert(world),)), revision=0, by=world.alice, now=LATER)

    editing.save(review, Draft(story=STORY), revision=1, by=world.bob, now=LATER)

    assert review.actions.count() == 1


def test_an_action_changes_and_goes(world: World, review: Review) -> None:
    editing.save(review, Draft(actions=(alert(world),)), revision=0, by=world.alice, now=LATER)
    action = review.actions.get()
    renamed = alert(world, title="Alert at 1%", owner=world.carol, pk=action.pk)

    editing.save(review, Draft(actions=(renamed,)), revision=1, by=world.alice, now=LATER)
    action.refresh_from_db()
    gone = Draft(removed=frozenset({action.pk}))
    editing.save(review, gone, revision=2, by=world.alice, now=LATER)

    assert (action.title, action.owner) == ("Alert at 1%", world.carol)
    assert not review.actions.exists()


def test_a_done_action_stays_in_the_review(world: World, review: Review) -> None:
    editing.save(review, Draft(actions=(alert(world),)), revision=0, by=world.alice, now=LATER)
    ActionItem.objects.update(done_at=LATER, done_by=world.bob)
    gone = Draft(removed=frozenset(review.actions.values_list("pk", flat=True)))

    with pytest.raises(Refused, match="is done, so it stays"):
        editing.save(review, gone, revision=1, by=world.alice, now=LATER)

    assert review.actions.exists()


def test_an_old_date_is_no_reason_to_refuse_a_new_word(world: World, review: Review) -> None:
    editing.save(review, Draft(actions=(alert(world),)), revision=0, by=world.alice, now=LATER)
    much_later = LATER + timedelta(days=60)
    renamed = alert(world, title="Alert at 1%", pk=review.actions.get().pk)

    editing.save(review, Draft(actions=(renamed,)), revision=1, by=world.alice, now=much_later)

    assert review.actions.get().title == "Alert at 1%"


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"title": "  "}, "starting with a verb"),
        ({"title": "x" * 161}, "160 characters"),
        ({"due_date": date(2026, 11, 20)}, "That day has passed"),
        ({"due_date": date(2029, 1, 1)}, "more than two years"),
    ],
    ids=["no title", "long title", "past", "far"],
)
def test_an_impossible_action_saves_nothing(
    world: World, review: Review, changed: dict[str, Any], sentence: str
) -> None:
    draft = Draft(story=STORY, actions=(alert(world, **changed),))

    with pytest.raises(CannotPlan, match=sentence):
        editing.save(review, draft, revision=0, by=world.alice, now=LATER)

    review.refresh_from_db()
    assert (review.story, review.revision) == ("", 0)


@pytest.mark.parametrize("name", ["erin", "frank"])
def test_outsiders_read_only(world: World, review: Review, name: str) -> None:
    with pytest.raises(Refused, match="You can read it"):
        editing.save(review, Draft(story="x"), revision=0, by=getattr(world, name), now=LATER)


def test_the_facilitator_writes_without_any_other_part(world: World, review: Review) -> None:
    review.facilitator = world.frank
    review.save()

    saved = editing.save(review, Draft(story=STORY), revision=0, by=world.frank, now=LATER)

    assert saved.story == STORY


def test_publishing_reaches_the_last_milestone(world: World, review: Review) -> None:
    editing.save(review, Draft(story=STORY), revision=0, by=world.alice, now=LATER)

    published = editing.publish(review, by=world.alice, now=LATER)

    clock = ResponseClock.objects.get(incident=review.incident, promise="review")
    published.incident.refresh_from_db()
    assert (published.published_at, published.published_by) == (LATER, world.alice)
    assert published.incident.reviewed_at == LATER
    assert clock.met_at == LATER


def test_publishing_again_changes_nothing(world: World, review: Review) -> None:
    editing.save(review, Draft(story=STORY), revision=0, by=world.alice, now=LATER)
    editing.publish(review, by=world.alice, now=LATER)

    again = editing.publish(review, by=world.bob, now=LATER + timedelta(days=1))

    assert (again.published_at, again.published_by) == (LATER, world.alice)
    assert TimelineEntry.objects.filter(kind="reviewed").count() == 1


def test_an_empty_story_is_not_published(world: World, review: Review) -> None:
    with pytest.raises(Refused, match="Tell the story first"):
        editing.publish(review, by=world.alice, now=LATER)


def test_an_action_whose_owner_left_holds_the_review_back(world: World, review: Review) -> None:
    draft = Draft(story=STORY, actions=(alert(world),))
    editing.save(review, draft, revision=0, by=world.alice, now=LATER)
    world.bob.left_at = LATER
    world.bob.save()

    with pytest.raises(Refused, match="Choose a new owner"):
        editing.publish(review, by=world.alice, now=LATER)


def test_a_published_review_stays_as_it_is(world: World, review: Review) -> None:
    editing.save(review, Draft(story=STORY), revision=0, by=world.alice, now=LATER)
    editing.publish(review, by=world.alice, now=LATER)

    with pytest.raises(Refused, match="is published"):
        editing.save(review, Draft(story="Other."), revision=1, by=world.alice, now=LATER)


@pytest.mark.django_db(transaction=True)
def test_of_many_writers_at_once_one_is_saved_and_the_others_are_told() -> None:
    world = small_world.build()
    over(world)
    sweep.open_due_reviews(now=RESOLVED)
    review = Review.objects.get()
    barrier = threading.Barrier(8)

    def write(number: int) -> object:
        try:
            barrier.wait(timeout=20)
            draft = Draft(story=f"Story {number}", factors=(f"Factor {number}",))
            return editing.save(review, draft, revision=0, by=world.alice, now=LATER)
        except ChangedMeanwhile as raised:
            return raised
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(write, range(8)))

    (saved,) = [one for one in results if isinstance(one, Review)]
    review.refresh_from_db()
    assert review.story == saved.story
    assert review.factors.count() == 1


@pytest.mark.django_db(transaction=True)
def test_publishing_at_once_publishes_once() -> None:
    world = small_world.build()
    over(world)
    sweep.open_due_reviews(now=RESOLVED)
    review = Review.objects.get()
    editing.save(review, Draft(story=STORY), revision=0, by=world.alice, now=LATER)
    people = [world.alice, world.bob] * 4
    barrier = threading.Barrier(len(people))

    def publish(person: Person) -> Review:
        try:
            barrier.wait(timeout=20)
            return editing.publish(review, by=person, now=LATER)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(people)) as pool:
        results = list(pool.map(publish, people))

    assert len({one.published_by_id for one in results}) == 1
    assert TimelineEntry.objects.filter(kind="reviewed").count() == 1

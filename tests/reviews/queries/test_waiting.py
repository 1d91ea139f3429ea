"""What waits for whom."""

from datetime import date, timedelta

import pytest
from django.test import RequestFactory

from incidents.models import Incident
from reviews import context
from reviews.models import ActionItem, Review
from reviews.operations import actions
from reviews.operations.actions import ActionDraft
from reviews.queries import waiting
from tests.reviews.conftest import LATER
from tests.world import World


@pytest.mark.parametrize(
    ("name", "count"), [("alice", 1), ("bob", 0), ("erin", 0)], ids=["leads", "team", "other"]
)
def test_a_review_waits_for_its_facilitator(
    world: World, review: Review, name: str, count: int
) -> None:
    found = waiting.reviews_due(getattr(world, name), limit=5)

    assert len(found) == count


def test_without_a_facilitator_it_waits_for_the_team(world: World, review: Review) -> None:
    Review.objects.update(facilitator=None)

    assert [len(waiting.reviews_due(one, limit=5)) for one in (world.bob, world.erin)] == [1, 0]


def test_a_published_review_waits_for_nobody(world: World, review: Review) -> None:
    Review.objects.update(published_at=LATER, published_by=world.alice)

    assert waiting.reviews_due(world.alice, limit=5) == []


def test_the_count_stands_on_every_page(world: World, review: Review) -> None:
    request = RequestFactory().get("/")
    request.user = world.alice

    assert context.reviews(request) == {"reviews_waiting": 1}


def add(world: World, review: Review, title: str, due_date: date) -> ActionItem:
    draft = ActionDraft(title, "detect", world.bob, due_date)
    return actions.add(review, draft, by=world.alice, now=LATER)


def test_actions_due_are_the_soonest_of_the_open_ones(world: World, review: Review) -> None:
    add(world, review, "next week", date(2026, 11, 27))
    add(world, review, "tomorrow", date(2026, 11, 22))
    add(world, review, "far", date(2027, 11, 22))
    done = add(world, review, "done", date(2026, 11, 22))
    actions.complete(done, by=world.bob, now=LATER)

    found = waiting.actions_due(world.erin, now=LATER + timedelta(days=3), limit=5)

    assert [action.title for action in found] == ["tomorrow", "next week"]


def test_actions_of_restricted_incidents_are_for_those_in_it(world: World, review: Review) -> None:
    add(world, review, "secret", date(2026, 11, 27))
    Incident.objects.update(is_restricted=True)

    seen = [waiting.actions_due(one, now=LATER, limit=5) for one in (world.frank, world.erin)]

    assert [len(one) for one in seen] == [0, 1]

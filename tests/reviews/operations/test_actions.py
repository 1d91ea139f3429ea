"""One owner, one date; done, and open again."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.db import connection

from config.portal.refusals import Refused
from incidents.models import Incident
from reviews.models import ActionItem, Review
from reviews.operations import actions, editing, sweep
from reviews.operations.actions import ActionDraft, CannotPlan
from rosters.models import Person
from tests import world as small_world
from tests.reviews.conftest import LATER, RESOLVED, over
from tests.world import World, at

DUE = date(2026, 12, 4)


@pytest.fixture
def action(world: World, review: Review) -> ActionItem:
    draft = ActionDraft("Alert at 2%", "detect", world.bob, DUE)
    return actions.add(review, draft, by=world.alice, now=LATER)


def test_an_owner_who_has_left_is_refused(world: World, review: Review) -> None:
    world.bob.left_at = LATER
    draft = ActionDraft("Alert at 2%", "detect", world.bob, DUE)

    with pytest.raises(CannotPlan, match="Bob Example has left the company"):
        actions.add(review, draft, by=world.alice, now=LATER)


def test_today_is_the_day_of_who_adds_it(world: World, review: Review) -> None:
    late_evening = at("2026-11-21 23:30")  # in Berlin it is Sunday already
    draft = ActionDraft("Alert at 2%", "detect", world.bob, date(2026, 11, 21))

    with pytest.raises(CannotPlan, match="has passed"):
        actions.add(review, draft, by=world.alice, now=late_evening)


def test_a_restricted_incident_is_not_told_to_an_owner(world: World, review: Review) -> None:
    Incident.objects.update(is_restricted=True)
    draft = ActionDraft("Alert at 2%", "detect", world.frank, DUE)

    with pytest.raises(CannotPlan, match="may not read this incident"):
        actions.add(review, draft, by=world.alice, now=LATER)


def test_an_outsider_adds_nothing(world: World, review: Review) -> None:
    draft = ActionDraft("Alert at 2%", "detect", world.bob, DUE)

    with pytest.raises(Refused, match="Only the people we called"):
        actions.add(review, draft, by=world.frank, now=LATER)


def test_learning_goes_on_after_the_review_is_published(world: World, review: Review) -> None:
    editing.save(review, editing.Draft(story="x"), revision=0, by=world.alice, now=LATER)
    editing.publish(review, by=world.alice, now=LATER)

    actions.add(review, ActionDraft("Try", "prevent", world.bob, DUE), by=world.alice, now=LATER)

    assert review.actions.count() == 1


def test_the_owner_completes(world: World, action: ActionItem) -> None:
    done = actions.complete(action, by=world.bob, now=LATER, evidence=" Rule 14 fires. ")

    assert (done.done_at, done.done_by, done.evidence) == (LATER, world.bob, "Rule 14 fires.")


def test_completing_again_keeps_the_first_instant_and_the_last_evidence(
    world: World, action: ActionItem
) -> None:
    actions.complete(action, by=world.bob, now=LATER)

    again = actions.complete(
        action, by=world.bob, now=LATER + timedelta(days=1), evidence="Rule 14"
    )

    assert (again.done_at, again.evidence) == (LATER, "Rule 14")


def test_completing_what_another_has_done_says_so(world: World, action: ActionItem) -> None:
    actions.complete(action, by=world.bob, now=LATER)

    with pytest.raises(Refused, match="Bob Example has done this already"):
        actions.complete(action, by=world.alice, now=LATER)


def test_an_outsider_completes_nothing(world: World, action: ActionItem) -> None:
    with pytest.raises(Refused, match="Only Bob Example"):
        actions.complete(action, by=world.frank, now=LATER)


def test_an_action_opens_again_with_its_evidence(world: World, action: ActionItem) -> None:
    actions.complete(action, by=world.bob, now=LATER, evidence="Rule 14")

    for _ in range(2):
        opened = actions.reopen(action, by=world.bob, now=LATER)

    assert (opened.done_at, opened.done_by, opened.evidence) == (None, None, "Rule 14")


@pytest.mark.django_db(transaction=True)
def test_of_many_who_complete_at_once_one_has_done_it() -> None:
    world = small_world.build()
    over(world)
    sweep.open_due_reviews(now=RESOLVED)
    draft = ActionDraft("Alert at 2%", "detect", world.bob, DUE)
    action = actions.add(Review.objects.get(), draft, by=world.alice, now=LATER)
    barrier = threading.Barrier(6)

    def complete(person: Person) -> object:
        try:
            barrier.wait(timeout=20)
            return actions.complete(action, by=person, now=LATER)
        except Refused as raised:
            return raised
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        results = list(pool.map(complete, [world.bob, world.alice] * 3))

    action.refresh_from_db()
    assert action.done_by in (world.alice, world.bob)
    assert sum(isinstance(one, Refused) for one in results) == 3

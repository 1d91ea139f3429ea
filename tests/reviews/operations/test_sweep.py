"""Every resolved incident gets one review, however often and however many at once sweep."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from incidents.models import Incident, ResponseClock
from reviews.models import Review
from reviews.operations import sweep
from reviews.tasks import sweep_reviews
from rosters.models import Membership
from tests import world as small_world
from tests.reviews.conftest import LATER, RESOLVED, over
from tests.world import World, at


def test_a_resolved_incident_gets_a_review_with_its_promised_date(
    world: World, incident: Incident
) -> None:
    opened = sweep.open_due_reviews(now=LATER)

    review = Review.objects.get(incident=incident)
    assert opened == 1
    assert review.due_at == at("2026-11-27 17:00", "Europe/Berlin")
    assert review.opened_at == LATER
    assert review.facilitator == world.alice
    assert review.story == ""


def test_without_a_promise_it_is_due_after_five_working_days(incident: Incident) -> None:
    ResponseClock.objects.filter(promise="review").delete()

    sweep.open_due_reviews(now=LATER)

    assert Review.objects.get().due_at == at("2026-11-27 17:00", "Europe/Berlin")


def test_a_small_incident_needs_none(world: World) -> None:
    over(world, severity=4)

    assert sweep.open_due_reviews(now=LATER) == 0


def test_an_open_incident_waits(world: World, incident: Incident) -> None:
    Incident.objects.filter(pk=incident.pk).update(resolved_at=None, resolved_by=None)

    assert sweep.open_due_reviews(now=LATER) == 0


def test_sweeping_again_opens_nothing(incident: Incident) -> None:
    sweep.open_due_reviews(now=LATER)

    assert sweep.open_due_reviews(now=LATER) == 0


def test_a_lead_who_has_left_leads_no_review(world: World, incident: Incident) -> None:
    world.alice.left_at = RESOLVED - timedelta(minutes=1)
    world.alice.save()
    Membership.objects.filter(person=world.bob).update(is_lead=True)

    sweep.open_due_reviews(now=RESOLVED)

    assert Review.objects.get().facilitator == world.bob


def test_a_restricted_incident_is_led_by_nobody_unasked(incident: Incident) -> None:
    Incident.objects.update(is_restricted=True)

    sweep.open_due_reviews(now=LATER)

    assert Review.objects.get().facilitator is None


def test_more_than_one_batch(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep, "BATCH", 2)
    for number in range(5):
        over(world, title=f"Trouble {number}")

    assert sweep.open_due_reviews(now=LATER) == 5


def test_the_task_sweeps(incident: Incident) -> None:
    sweep_reviews(later="an argument of the next release")

    assert Review.objects.filter(incident=incident).exists()


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_open_one_review_each() -> None:
    world = small_world.build()
    for number in range(12):
        over(world, title=f"Trouble {number}")
    barrier = threading.Barrier(4)

    def run(_: int) -> int:
        try:
            barrier.wait(timeout=20)
            return sweep.open_due_reviews(now=LATER)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        opened = list(pool.map(run, range(4)))

    assert sum(opened) == 12
    assert Review.objects.count() == 12

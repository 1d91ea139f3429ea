"""A published review as everybody reads it, and the lists that lead to it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from incidents.models import EscalationRun, Incident, StepFiring
from reviews.models import Factor, Review
from reviews.operations import editing, sweep
from rosters.models import Service, Team
from tests.reviews.conftest import LATER, over
from tests.reviews.views.conftest import MONDAY, client
from tests.world import World


@pytest.fixture
def published(world: World, review: Review) -> Review:
    Review.objects.filter(pk=review.pk).update(
        story="The screen was green.\n\nThen it was red.",
        went_well="Bob was awake.",
        was_lucky="It was Sunday.",
    )
    Factor.objects.create(review=review, text="The alert waited.")
    return editing.publish(review, by=world.alice, now=LATER)


def read(world: World, review: Review, query: str = "") -> str:
    return (
        client(world.frank)
        .get(f"/reviews/{review.incident.reference}/read/{query}")
        .content.decode()
    )


def test_reading_asks_for_sign_in(published: Review) -> None:
    answer = Client().get(f"/reviews/{published.incident.reference}/read/")

    assert answer.status_code == 302


@pytest.mark.parametrize(
    ("length", "seen", "unseen"),
    [
        ("paragraph", "The screen was green.", "The alert waited."),
        ("page", "The alert waited.", "Then it was red."),
        ("all", "Then it was red.", "nothing that is left out"),
    ],
)
def test_reading_comes_in_three_lengths(
    world: World, published: Review, length: str, seen: str, unseen: str
) -> None:
    page = read(world, published, f"?length={length}")

    assert seen in page
    assert unseen not in page


def test_reading_names_an_unknown_length_and_shows_one_page(
    world: World, published: Review
) -> None:
    page = read(world, published, "?length=book")

    assert "“book” is not one of the choices" in page
    assert "The alert waited." in page


def test_reading_leads_to_earlier_incidents_of_the_service(world: World, published: Review) -> None:
    earlier = over(world, title="Cards were slow")
    Incident.objects.filter(pk=earlier.pk).update(
        detected_at=published.incident.detected_at - timedelta(days=9)
    )

    assert "Cards were slow" in read(world, published)


def test_a_draft_is_shown_where_it_is_written(world: World, review: Review) -> None:
    answer = client(world.frank).get(f"/reviews/{review.incident.reference}/read/")

    assert answer["Location"] == f"/reviews/{review.pk}/"


def test_a_restricted_review_is_not_there_for_strangers(world: World, published: Review) -> None:
    Incident.objects.update(is_restricted=True, declared_by=world.erin)
    address = f"/reviews/{published.incident.reference}/read/"

    assert client(world.frank).get(address).status_code == 404
    assert client(world.erin).get(address).status_code == 200


@pytest.mark.parametrize("ref", ["INC-999", "x", "INC-", "INC-²"])
def test_reading_nothing_is_not_found(world: World, ref: str) -> None:
    assert client(world.frank).get(f"/reviews/{ref}/read/").status_code == 404


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?q=card", True),
        ("?q=waited", True),
        ("?q=zebra", False),
        ("?service=payments", True),
        ("?service=search", False),
        ("?team=payments", True),
        ("?team=other", False),
        ("?show=writing", False),
        ("?show=published", True),
    ],
)
def test_the_list_narrows(world: World, published: Review, query: str, found: bool) -> None:
    Service.objects.create(name="Search", slug="search", owner_team=world.team)
    Team.objects.create(name="Other", slug="other")

    page = client(world.frank).get(f"/reviews/{query}").content.decode()

    assert (f"/reviews/{published.incident.reference}/read/" in page) is found


def test_the_list_says_why_it_is_empty(world: World) -> None:
    page = client(world.frank).get("/reviews/?show=due").content.decode()

    assert "No reviews are due." in page


def test_the_list_as_csv(world: World, published: Review) -> None:
    text = client(world.frank).get("/reviews/?format=csv").content.decode()

    assert f"{published.incident.reference},Card payments fail,SEV1,Payments" in text


@pytest.mark.parametrize("path", ["/reviews/", "/actions/?show=all"])
def test_lists_ask_as_much_for_thirty_as_for_three(world: World, path: str) -> None:
    def fill(number: int) -> int:
        for _ in range(number):
            over(world)
        sweep.open_due_reviews(now=MONDAY)
        with CaptureQueriesContext(connection) as seen:
            client(world.frank).get(path)
        return len(seen)

    assert fill(3) == fill(27)


def test_the_whole_review_prints_its_calls_step_by_step(world: World, published: Review) -> None:
    run = EscalationRun.objects.get(clock__promise="acknowledge")
    at = run.clock.started_at
    StepFiring.objects.create(
        run=run, position=0, step_id=run.plan[0][0], due_at=at, fired_at=at, outcome="nobody"
    )

    whole, page = read(world, published, "?length=all"), read(world, published)

    assert "The calls, step by step" in whole
    assert "Acknowledge, step 1" in whole
    assert "The calls, step by step" not in page

"""The page behind the question: small, before signing in, and never a number on it."""

import gzip
from datetime import timedelta

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from rosters.models import ConfirmationRequest, MatrixEntry
from rosters.queries.confirming import digest
from tests.world import NOW, World

pytestmark = pytest.mark.django_db
PAGE = "/c/7KQ2A7KQ2A1/"


def text(response) -> str:
    return " ".join(response.content.decode().split())


@pytest.fixture
def question(world: World) -> ConfirmationRequest:
    return ConfirmationRequest.objects.create(
        person=world.carol,
        asked_by=world.alice,
        asked_at=NOW,
        expires_at=NOW + timedelta(days=14),
        token_hash=digest("7KQ2A7KQ2A1"),
    )


def test_it_asks_before_signing_in(client: Client, question: ConfirmationRequest) -> None:
    answer = client.get(PAGE)

    assert "Are you still" in text(answer)
    assert "<b>incident commander</b> for the whole company?" in text(answer)
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "+49" not in text(answer)
    assert "@example.org" not in text(answer)


def test_looking_answers_nothing(client: Client, question: ConfirmationRequest) -> None:
    client.get(PAGE)
    client.head(PAGE)

    assert ConfirmationRequest.objects.get().answered_at is None


def test_yes_in_one_press(world: World, question: ConfirmationRequest) -> None:
    strict = Client(enforce_csrf_checks=True)

    assert "Thank you. All is right." in text(strict.post(PAGE, {"answer": "yes"}))
    assert "Thank you. All is right." in text(strict.get(PAGE))
    assert MatrixEntry.objects.get(person=world.carol).confirmed_by == world.carol


def test_no_needs_a_line(client: Client, question: ConfirmationRequest) -> None:
    refused = client.post(PAGE, {"answer": "no", "note": ""})
    assert refused.status_code == 422
    assert "Say what is wrong. One line is enough." in text(refused)

    page = text(client.post(PAGE, {"answer": "no", "note": "It is <b>Olivia</b>."}))
    assert "It is &lt;b&gt;Olivia&lt;/b&gt;." in page


def test_odd_presses_are_answered_in_words(client: Client, question: ConfirmationRequest) -> None:
    assert client.post(PAGE, {"answer": "perhaps"}).status_code == 400
    assert client.get("/c/NOSUCHTOKEN/").status_code == 404
    assert client.get("/c/nö/").status_code == 404
    ConfirmationRequest.objects.update(expires_at=NOW)
    assert "This question is over." in text(client.get(PAGE))


def test_guessing_is_slowed_down(client: Client, question: ConfirmationRequest) -> None:
    answers = [client.get(f"/c/GUESS{number:06d}/").status_code for number in range(31)]

    assert answers[:30] == [404] * 30
    assert answers[30] == 429


def test_it_weighs_next_to_nothing(client: Client, question: ConfirmationRequest) -> None:
    css = finders.find("portal/answer.css")
    assert isinstance(css, str)
    with open(css, "rb") as file:  # noqa: PTH123  # a path that Django found
        size = len(gzip.compress(file.read()))

    assert size + len(gzip.compress(client.get(PAGE).content)) < 15_000

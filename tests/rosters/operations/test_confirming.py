"""Are you still the right person? Asked once, answered once, by whoever holds the link."""

import re
import threading
from datetime import timedelta

import pytest
from django.db import connection

from config.portal.refusals import Refused
from rosters.models import ConfirmationRequest, ContactPoint, MatrixEntry, Message
from rosters.operations import carriage, confirming, matrix
from rosters.queries import confirming as reading
from tests.factories import make_service
from tests.rosters.operations.carriers import NotedCarrier
from tests.world import NOW, World

pytestmark = pytest.mark.django_db
SOON = NOW + timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _filler(settings) -> None:
    settings.CARRIAGE_FILLERS = {"confirm_link": "rosters.operations.confirming.mint_link"}


def token_of_last() -> str:
    found = re.search(r"/c/([0-9A-Z]{11})/", NotedCarrier.taken[-1].body)
    assert found
    return found.group(1)


def asked(world: World) -> ConfirmationRequest:
    """Carol was asked, and has the link."""
    confirming.ask([world.carol], by=world.alice, now=NOW)
    carriage.carry_all(clock=lambda: SOON, jitter=lambda: 0.0)
    found = reading.find(token_of_last())
    assert found
    return found


def test_yes_confirms_every_cell_once(world: World) -> None:
    question = asked(world)

    confirming.say_right(question, now=SOON)
    confirming.say_right(question, now=SOON + timedelta(hours=1))
    confirming.say_wrong(question, note="No.", now=SOON + timedelta(hours=1))

    (cell,) = MatrixEntry.objects.filter(person=world.carol)
    assert (cell.confirmed_at, cell.confirmed_by) == (SOON, world.carol)
    assert ConfirmationRequest.objects.get().is_right is True


def test_no_needs_words_and_confirms_nothing(world: World) -> None:
    question = asked(world)
    with pytest.raises(Refused, match="Say what is wrong"):
        confirming.say_wrong(question, note=" ", now=SOON)

    confirming.say_wrong(question, note="Since May it is Olivia.", now=SOON)

    assert ConfirmationRequest.objects.get().note == "Since May it is Olivia."
    assert not MatrixEntry.objects.filter(confirmed_at__isnull=False).exists()


def test_the_link_is_minted_when_it_leaves_and_kept_nowhere(world: World) -> None:
    question = asked(world)

    assert token_of_last() not in Message.objects.get().body
    assert token_of_last() not in question.token_hash
    assert "the incident commander" in NotedCarrier.taken[-1].body


def test_asking_again_the_same_day_asks_nobody(world: World) -> None:
    asked(world)

    confirming.ask([world.carol], by=world.bob, now=NOW + timedelta(hours=5))

    assert Message.objects.count() == 1


def test_asking_again_later_sends_a_new_link_and_ends_the_old(world: World) -> None:
    asked(world)
    old, later = token_of_last(), NOW + timedelta(days=2)

    confirming.ask([world.carol], by=world.bob, now=later)
    carriage.carry_all(clock=lambda: later, jitter=lambda: 0.0)

    assert reading.find(old) is None
    assert reading.find(token_of_last()) == ConfirmationRequest.objects.get()


def test_after_fourteen_days_it_is_too_late(world: World) -> None:
    question = asked(world)

    with pytest.raises(Refused, match="older than 14 days"):
        confirming.say_right(question, now=NOW + timedelta(days=14))


def test_who_cannot_be_asked_in_writing_is_named(world: World) -> None:
    ContactPoint.objects.filter(person=world.dora, channel="email").delete()

    found = confirming.ask([world.carol, world.dora], by=world.alice, now=NOW)

    assert found == ([world.carol], [world.dora])


def test_a_letter_about_sixty_roles_names_the_first_and_counts_the_rest(world: World) -> None:
    role = MatrixEntry.objects.filter(person=world.carol)[0].role
    services = [make_service() for _ in range(59)]
    MatrixEntry.objects.bulk_create(
        MatrixEntry(role=role, service=one, person=world.carol) for one in services
    )

    confirming.ask([world.carol], by=world.alice, now=NOW)

    body = Message.objects.get().body
    assert body.count("- the ") == 8
    assert "- and 52 more. The link shows all of them." in body
    assert "{confirm_link}" in body


def test_somebody_without_a_log_in_can_answer(world: World) -> None:
    world.carol.may_sign_in = False
    world.carol.save()

    confirming.say_right(asked(world), now=SOON)

    assert MatrixEntry.objects.get(person=world.carol).confirmed_at == SOON


def test_confirming_in_the_portal_answers_the_question(world: World) -> None:
    asked(world)

    matrix.confirm(list(MatrixEntry.objects.filter(person=world.carol)), by=world.carol, now=SOON)

    assert ConfirmationRequest.objects.get().is_right is True


@pytest.mark.django_db(transaction=True)
def test_two_who_ask_at_once_ask_once(world: World) -> None:
    def ask() -> None:
        try:
            confirming.ask([world.carol, world.dora], by=world.alice, now=NOW)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert ConfirmationRequest.objects.count() == 2
    assert Message.objects.count() == 2

"""What is typed is kept until it is sent, and never comes back after that."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from config.portal.refusals import Refused
from rosters.models import Draft
from rosters.operations import drafts
from rosters.operations.drafts import SentMeanwhile
from rosters.queries.drafts import Typed, of
from rosters.tasks import purge_drafts
from tests import world as small_world
from tests.world import NOW, World

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=5)
FORM = "incident/12/update"


def test_of_two_pages_the_last_one_wins(world: World) -> None:
    drafts.keep(FORM, {"impact": "One"}, turn=0, by=world.alice, now=NOW)
    drafts.keep(FORM, {"impact": "Two"}, turn=0, by=world.alice, now=LATER)

    found = of(world.alice, FORM, now=LATER)

    assert found == Typed(FORM, 0, {"impact": "Two"}, LATER)
    assert Draft.objects.count() == 1


def test_nobody_else_has_it(world: World) -> None:
    drafts.keep(FORM, {"impact": "One"}, turn=0, by=world.alice, now=NOW)

    assert of(world.bob, FORM, now=NOW).saved_at is None
    assert of(world.alice, "incident/13/update", now=NOW).saved_at is None


def test_nothing_but_blanks_is_no_draft(world: World) -> None:
    drafts.keep(FORM, {"impact": " \n"}, turn=0, by=world.alice, now=NOW)

    assert of(world.alice, FORM, now=NOW).saved_at is None


def test_a_sent_form_never_comes_back_by_words_that_come_late(world: World) -> None:
    drafts.keep(FORM, {"impact": "One"}, turn=0, by=world.alice, now=NOW)
    with drafts.sending(FORM, by=world.alice, now=NOW):
        pass

    with pytest.raises(SentMeanwhile):
        drafts.keep(FORM, {"impact": "One"}, turn=0, by=world.alice, now=LATER)

    assert of(world.alice, FORM, now=LATER) == Typed(FORM, 1)


def test_the_first_words_that_come_late_are_refused_too(world: World) -> None:
    drafts.forget(FORM, by=world.alice, now=NOW)

    with pytest.raises(SentMeanwhile):
        drafts.keep(FORM, {"impact": "One"}, turn=0, by=world.alice, now=LATER)


def test_the_next_page_keeps_again(world: World) -> None:
    drafts.forget(FORM, by=world.alice, now=NOW)
    turn = of(world.alice, FORM, now=NOW).turn

    drafts.keep(FORM, {"impact": "Next"}, turn=turn, by=world.alice, now=LATER)

    assert of(world.alice, FORM, now=LATER).answers == {"impact": "Next"}


def test_a_refused_act_keeps_the_draft(world: World) -> None:
    drafts.keep(FORM, {"impact": "One"}, turn=0, by=world.alice, now=NOW)

    with pytest.raises(Refused), drafts.sending(FORM, by=world.alice, now=LATER):
        raise Refused("No.")

    assert of(world.alice, FORM, now=LATER).answers == {"impact": "One"}


def test_after_thirty_days_it_is_gone(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    drafts.keep(FORM, {"impact": "Old"}, turn=0, by=world.alice, now=NOW)
    drafts.keep(FORM, {"impact": "New"}, turn=0, by=world.bob, now=LATER)
    much_later = NOW + timedelta(days=30, minutes=1)
    monkeypatch.setattr("config.portal.clock.act_now", lambda: much_later)

    assert of(world.alice, FORM, now=much_later).saved_at is None
    purge_drafts(later="an argument of the next release")

    assert Draft.objects.get().person == world.bob
    assert drafts.purge(now=much_later) == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_round", range(5))
def test_sending_against_late_words_leaves_no_word(_round: int) -> None:
    world = small_world.build()
    barrier = threading.Barrier(4)

    def run(act: object) -> None:
        barrier.wait(timeout=20)
        try:
            if act == "send":
                drafts.forget(FORM, by=world.alice, now=NOW)
            else:
                drafts.keep(FORM, {"impact": "x"}, turn=0, by=world.alice, now=NOW)
        except SentMeanwhile:
            pass
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(run, ["keep", "send", "keep", "keep"]))

    assert of(world.alice, FORM, now=NOW) == Typed(FORM, 1)

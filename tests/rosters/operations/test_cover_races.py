"""Two yeses at once: one covers, the other reads who does."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from config.portal.refusals import Refused
from rosters.models import Override
from rosters.operations import absences, covering
from rosters.operations.absences import Window
from tests.world import NOW, build

pytestmark = pytest.mark.django_db(transaction=True)


def together(*acts: Callable[[], object]) -> list[object]:
    barrier = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        try:
            barrier.wait(timeout=20)
            return act()
        except Exception as raised:  # noqa: BLE001  # what it raised is its result
            return raised
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@pytest.mark.parametrize("_round", range(3))
def test_two_yeses_at_once_make_one_cover(_round: int) -> None:
    world = build()
    window = Window(NOW + timedelta(days=1), NOW + timedelta(days=2))
    absence = absences.note(world.alice, window, by=world.alice, now=NOW)
    asked = [
        covering.ask(absence, person, by=world.alice, now=NOW)
        for person in (world.erin, world.carol)
    ]

    done = together(
        *(
            lambda one=one: covering.answer(one, agrees=True, by=one.person, now=NOW)
            for one in asked
        )
    )

    assert sum(isinstance(one, Refused) for one in done) == 1
    assert Override.objects.filter(covers=absence).count() == 1


@pytest.mark.parametrize("_round", range(3))
def test_a_yes_against_taking_it_back_leaves_no_cover(_round: int) -> None:
    world = build()
    window = Window(NOW + timedelta(days=1), NOW + timedelta(days=2))
    absence = absences.note(world.alice, window, by=world.alice, now=NOW)
    request = covering.ask(absence, world.erin, by=world.alice, now=NOW)

    together(
        lambda: covering.answer(request, agrees=True, by=world.erin, now=NOW),
        lambda: absences.end(absence, by=world.alice, now=NOW),
    )

    assert not Override.objects.exists()

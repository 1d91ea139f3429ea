"""Two who act on one shift at once: one has it, the other reads who."""

from datetime import timedelta

import pytest

from config.portal.refusals import Refused
from rosters.enums import OverrideKind, SwapState
from rosters.models import HandoverNote, Message, Override, ShiftSwap
from rosters.operations import handover_notes, overriding, swapping
from rosters.operations.overriding import Wanted
from rosters.operations.swapping import Gift
from tests.factories import make_person, make_roster
from tests.races import together
from tests.world import NOW

pytestmark = pytest.mark.django_db(transaction=True)

WINDOW = (NOW + timedelta(days=1), NOW + timedelta(days=2))


@pytest.mark.parametrize("_round", range(3))
def test_two_who_take_it_at_once_make_one_change(_round: int) -> None:
    ann, ben, cy = make_person("Ann"), make_person("Ben"), make_person("Cy")
    swap = swapping.ask(make_roster([ann, ben, cy]), Gift(ann, *WINDOW), by=ann, now=NOW)

    done = together(
        lambda: swapping.offer(swap, by=ben, now=NOW),
        lambda: swapping.offer(swap, by=cy, now=NOW),
    )

    assert [type(one) for one in done].count(Refused) == 1
    taker = ShiftSwap.objects.get().taker
    assert Override.objects.get().person == taker
    loser = next(one for one in done if isinstance(one, Refused))
    assert str(loser) == f"{taker} has this shift already."


def test_one_note_sent_six_times_at_once_is_kept_once() -> None:
    ann, ben = make_person("Ann"), make_person("Ben")
    roster = make_roster([ann, ben])

    together(*[lambda: handover_notes.write(roster, "Disk fills up.", by=ann, now=NOW)] * 6)

    assert HandoverNote.objects.count() == 1
    assert Message.objects.count() == 1


@pytest.mark.parametrize("_round", range(3))
def test_taking_it_while_it_is_taken_back_is_one_or_the_other(_round: int) -> None:
    ann, ben = make_person("Ann"), make_person("Ben")
    swap = swapping.ask(make_roster([ann, ben]), Gift(ann, *WINDOW), by=ann, now=NOW)

    together(
        lambda: swapping.offer(swap, by=ben, now=NOW),
        lambda: swapping.withdraw(swap, by=ann, now=NOW),
    )

    swap.refresh_from_db()
    assert Override.objects.exists() is (swap.state == SwapState.DONE)


@pytest.mark.parametrize("_round", range(3))
def test_two_presses_at_once_make_one_change(_round: int) -> None:
    ann, ben = make_person("Ann"), make_person("Ben")
    roster = make_roster([ann, ben])
    wanted = Wanted(OverrideKind.REPLACE, *WINDOW, ben, ann)

    done = together(*[lambda: overriding.put(roster, wanted, by=ben, now=NOW) for _ in range(2)])

    assert done[0] == done[1] == Override.objects.get()

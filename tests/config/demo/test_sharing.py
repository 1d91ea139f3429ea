"""The demo's swaps, notes and temporary schedules, on whatever day it is made."""

from collections import Counter

import pytest

from config.demo import duty, people, sharing
from config.demo.cast import Cast
from rosters.enums import MessageState
from rosters.models import FeedToken, HandoverNote, Message, ShiftSwap, TemporarySchedule
from tests.world import at

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "made",
    ["2026-03-29 01:30", "2026-10-19 06:59"],
    ids=["in the missing hour", "before a hand-over"],
)
def test_shifts_change_hands_whenever_the_demo_is_made(made: str) -> None:
    cast = Cast(made_at=at(made))
    people.build(cast)
    duty.build(cast)

    sharing.build(cast)

    assert Counter(ShiftSwap.objects.values_list("state", flat=True)) == {
        "asked": 2,
        "agreed": 1,
        "done": 2,
        "refused": 1,
        "withdrawn": 1,
        "expired": 1,
    }
    assert HandoverNote.objects.count() == len(sharing.NOTED) * len(sharing.NOTES)
    assert (TemporarySchedule.objects.count(), FeedToken.objects.count()) == (2, 4)
    assert not Message.objects.filter(state=MessageState.PLANNED).exists()

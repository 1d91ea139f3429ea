"""The message desk: every phone is a row."""

from typing import Any

import pytest

from rosters.enums import Channel
from rosters.models import DeskMessage
from rosters.operations import carriage
from rosters.operations.claiming import LEASE, claim
from rosters.operations.sending import Sweep
from tests.factories import make_message, make_point
from tests.rosters.operations.carriers import hand_over
from tests.world import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def desk(settings: Any, carriers: None) -> None:
    settings.CARRIERS = {"phone": "rosters.operations.desk.DeskCarrier"}


def test_a_call_lies_on_the_desk_as_its_receiver_hears_it() -> None:
    message = make_message(make_point(channel=Channel.PHONE), body="Press 1 to acknowledge.")

    carriage.carry_all(clock=lambda: NOW)

    row = DeskMessage.objects.get()
    assert (row.message, row.subject, row.arrived_at) == (message, message.subject, NOW)
    assert row.body == "Press 1 to acknowledge."
    assert row.answer_link == f"https://muster.example.org/a/{message.pk}/"


def test_a_call_delivered_twice_lies_there_once() -> None:
    make_message(make_point(channel=Channel.PHONE))
    (claimed,) = claim(now=NOW).messages
    hand_over(Sweep(lambda: NOW, lambda: 1.0), claimed)
    claimed.state = "sending"
    claimed.save()
    after_the_lease = NOW + 2 * LEASE

    carriage.carry_all(clock=lambda: after_the_lease)

    assert DeskMessage.objects.get().arrived_at == NOW

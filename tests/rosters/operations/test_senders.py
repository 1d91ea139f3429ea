"""Several senders at once, and one that is killed, on real PostgreSQL."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection, transaction

from rosters.channels.contract import Receipt
from rosters.enums import AttemptOutcome, Channel, Lane, MessageState
from rosters.logic import throttle
from rosters.models import DeliveryAttempt, Message, Pulse
from rosters.operations import carriage, claiming, pulse, recording
from rosters.operations.claiming import claim
from rosters.operations.recording import Attempt
from tests.factories import make_message, make_mute, make_point
from tests.rosters.operations.carriers import NotedCarrier, OtherCarrier, fail
from tests.world import NOW

pytestmark = pytest.mark.django_db(transaction=True)

PROJECT = Path(__file__).resolve().parents[3]


def together(*acts: Callable[[], object]) -> list[object]:
    """Run the acts at once, each in a thread with a connection of its own."""
    barrier = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        try:
            barrier.wait(timeout=20)
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def carry() -> int:
    return carriage.carry_all(clock=lambda: NOW, jitter=lambda: 1.0)


def drain() -> None:
    """What one sweep left because another held it."""
    while carry():
        pass


def test_no_transaction_is_open_while_a_carrier_works() -> None:
    make_message(body="{answer_link}")

    carry()

    assert NotedCarrier.in_transaction == [False]


def test_many_senders_hand_each_message_over_once() -> None:
    for _ in range(60):
        make_message()

    together(*[carry] * 4)
    drain()

    taken = [one.message_id for one in NotedCarrier.taken]
    assert len(taken) == len(set(taken)) == 60
    assert Message.objects.filter(state=MessageState.SENT, attempts_made=1).count() == 60


def test_many_senders_keep_to_a_contact_points_share() -> None:
    point = make_point()
    for _ in range(40):
        make_message(point)

    together(*[carry] * 4)
    drain()

    assert len(NotedCarrier.taken) == throttle.LIMITS[Channel.EMAIL.value][0][0]


def test_cancelling_against_carrying_leaves_nothing_to_be_sent() -> None:
    people = [make_mute() for _ in range(10)]
    NotedCarrier.does = fail(permanent=True)
    for topic_id, person in enumerate(people):
        make_message(make_point(person), topic_id=topic_id)
        make_message(
            make_point(person, channel=Channel.PHONE),
            topic_id=topic_id,
            not_before=NOW + timedelta(minutes=1),
        )

    def cancel() -> None:
        with transaction.atomic():
            carriage.cancel(["run:1"], now=NOW)

    together(carry, cancel, carry)
    handed_over = len(OtherCarrier.taken)
    drain()

    assert len(OtherCarrier.taken) == handed_over
    assert not Message.objects.waiting().exists()


def test_a_cancellation_that_is_not_committed_yet_holds_its_messages_back() -> None:
    message = make_message()
    other = make_message(subject_key="run:2")

    with transaction.atomic():
        carriage.cancel(["run:1"], now=NOW)
        together(carry)

    assert [one.message_id for one in NotedCarrier.taken] == [other.pk]
    message.refresh_from_db()
    assert message.state == MessageState.CANCELLED


def test_planning_never_waits_for_a_claim() -> None:
    point = make_point()
    make_message(point)

    with transaction.atomic():
        assert len(claim(now=NOW).messages) == 1
        together(lambda: make_message(point, lane=Lane.FIRST_CALL))

    assert Message.objects.count() == 2


def test_two_beats_at_once_leave_one_pulse() -> None:
    together(*[lambda: pulse.beat("carry", runner="beat", now=NOW)] * 4)

    assert Pulse.objects.get().runner == "beat"


def test_a_sender_that_is_killed_costs_nobody_their_message() -> None:
    messages = [make_message() for _ in range(3)]
    name = str(connection.settings_dict["NAME"])
    command = [sys.executable, "-m", "tests.rosters.operations.dying_sender", name, NOW.isoformat()]
    with subprocess.Popen(
        command, cwd=PROJECT, env=os.environ, stdout=subprocess.PIPE, text=True
    ) as sender:
        assert sender.stdout is not None
        assert sender.stdout.readline() == "holding\n"
        assert carry() == 0
        sender.kill()

    after_the_lease = NOW + claiming.LEASE + timedelta(seconds=1)
    total = carriage.carry_all(clock=lambda: after_the_lease)

    assert total == len(messages)
    assert sorted(one.message_id for one in NotedCarrier.taken) == [one.pk for one in messages]
    for message in messages:
        outcomes = message.attempts.order_by("number").values_list("outcome", flat=True)
        assert list(outcomes) == [AttemptOutcome.LOST, AttemptOutcome.HANDED_OVER]


def test_what_comes_back_together_waits_for_nobody_who_holds_one_of_it() -> None:
    first, second = make_message(), make_message()
    claimed = claim(now=NOW).messages
    taken = [(Attempt(one, NOW, NOW), Receipt(f"ref:{one.pk}")) for one in claimed]
    is_held, is_over = threading.Event(), threading.Event()

    def cancel() -> None:
        with transaction.atomic():
            Message.objects.select_for_update(no_key=True).get(pk=first.pk)
            is_held.set()
            is_over.wait(20)

    def record() -> list[Attempt]:
        is_held.wait(20)
        try:
            return recording.all_succeeded(taken)
        finally:
            is_over.set()

    _, left = together(cancel, record)

    assert [one.message.pk for one in left] == [first.pk]  # type: ignore[attr-defined]  # a list of attempts
    states = dict(Message.objects.values_list("pk", "state"))
    assert states == {first.pk: MessageState.SENDING, second.pk: MessageState.SENT}
    row = DeliveryAttempt.objects.get()
    assert (row.message_id, row.provider_reference) == (second.pk, f"ref:{second.pk}")


def test_a_lost_lease_is_not_recorded_with_the_others() -> None:
    make_message()
    second = make_message()
    claimed = claim(now=NOW).messages
    taken = [(Attempt(one, NOW, NOW), Receipt()) for one in claimed]
    Message.objects.filter(pk=second.pk).update(lease_token=uuid4())

    left = recording.all_succeeded(taken)

    assert [one.message.pk for one in left] == [second.pk]
    assert Message.objects.filter(state=MessageState.SENT).count() == 1

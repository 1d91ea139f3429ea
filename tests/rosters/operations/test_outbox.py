"""What administrators do with messages by hand, and what the app behind a message says to it."""

from datetime import timedelta

import pytest

from config.portal.refusals import Refused
from incidents.models import Incident
from incidents.operations import engine, lifecycle
from incidents.operations.lifecycle import Opening
from rosters.enums import MessageState
from rosters.models import Message
from rosters.operations import carriage, outbox
from tests.races import together
from tests.rosters.operations.carriers import NotedCarrier, OtherCarrier, fail
from tests.world import NOW, World

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


@pytest.fixture
def message(world: World) -> Message:
    """The first call to Alice, which waits."""
    world.carol.is_superuser = True
    world.carol.save()
    opening = Opening(title="Card payments fail", severity=1, service=world.service)
    lifecycle.open_incident(opening, by=world.erin, now=NOW)
    engine.tick(now=NOW)
    return Message.objects.get(person=world.alice)


def failed(message: Message) -> Message:
    """The same message after its carrier refused it for good."""
    OtherCarrier.does = fail("no such number", permanent=True)
    carriage.carry_all(clock=lambda: NOW, jitter=lambda: 0)
    OtherCarrier.does = None
    message.refresh_from_db()
    assert message.state == MessageState.FAILED
    return message


def test_what_waits_is_cancelled_and_never_leaves(world: World, message: Message) -> None:
    done = outbox.cancel([message.pk], by=world.carol, now=NOW)
    again = outbox.cancel([message.pk], by=world.carol, now=NOW)

    carriage.carry_all(clock=lambda: NOW, jitter=lambda: 0)
    message.refresh_from_db()
    assert (done.done, again.done) == (1, 0)
    assert (message.state, message.handled_by) == (MessageState.CANCELLED, world.carol)
    assert OtherCarrier.taken == []


def test_what_failed_is_sent_again_with_fresh_tries(world: World, message: Message) -> None:
    failed(message)
    Message.objects.filter(pk=message.pk).update(attempts_made=5)

    done = outbox.send_again([message.pk], by=world.carol, now=NOW + MINUTE)
    twice = outbox.send_again([message.pk], by=world.carol, now=NOW + MINUTE)
    carriage.carry_all(clock=lambda: NOW + MINUTE, jitter=lambda: 0)

    message.refresh_from_db()
    assert (done.done, twice.done, twice.refused) == (1, 0, ("It is still on its way.",))
    assert message.state == MessageState.SENT
    assert (message.attempts_made, message.tries) == (6, 1)
    assert [one.message_id for one in OtherCarrier.taken] == [message.pk]


def test_a_call_that_nobody_needs_any_more_is_not_sent_again(
    world: World, message: Message
) -> None:
    failed(message)
    incident = Incident.objects.get()
    lifecycle.acknowledge(incident, by=world.bob, now=NOW + MINUTE)

    done = outbox.send_again([message.pk], by=world.carol, now=NOW + 2 * MINUTE)

    message.refresh_from_db()
    assert done.done == 0
    assert "nobody is called for it" in done.refused[0]
    assert message.state == MessageState.FAILED


@pytest.mark.parametrize("topic", ["code", "test", "carrier-test"])
def test_what_is_worth_nothing_later_is_not_sent_again(
    world: World, message: Message, topic: str
) -> None:
    failed(message)
    Message.objects.filter(pk=message.pk).update(topic=topic)

    assert outbox.send_again([message.pk], by=world.carol, now=NOW).done == 0


def test_only_administrators_may(world: World, message: Message) -> None:
    for act in (outbox.cancel, outbox.send_again):
        with pytest.raises(Refused, match="Only administrators"):
            act([message.pk], by=world.alice, now=NOW)


@pytest.mark.django_db(transaction=True)
def test_a_message_that_is_leaving_is_not_cancelled_beside_it(
    world: World, message: Message
) -> None:
    _carried, handled = together(
        lambda: carriage.carry_all(clock=lambda: NOW, jitter=lambda: 0),
        lambda: outbox.cancel([message.pk], by=world.carol, now=NOW),
    )

    message.refresh_from_db()
    left = len(NotedCarrier.taken + OtherCarrier.taken)
    is_sent = message.state == MessageState.SENT
    assert (left, handled.done) == ((1, 0) if is_sent else (0, 1))

"""A test leaves by the real carriage and counts only when its owner says that it arrived."""

from datetime import timedelta

import pytest

from config.portal.refusals import Refused
from rosters.enums import MessageState
from rosters.logic.addresses import number_of
from rosters.models import ContactPoint, Message, Person
from rosters.operations import carriage, testing
from tests.rosters.operations.carriers import OtherCarrier
from tests.world import NOW, World, make_person

pytestmark = pytest.mark.django_db

SOON = NOW + timedelta(minutes=1)


def phone_of(person: Person) -> ContactPoint:
    return ContactPoint.objects.get(person=person, channel="phone")


def carry() -> None:
    carriage.carry_all(clock=lambda: SOON, jitter=lambda: 0.0)


def test_a_test_leaves_by_the_carrier_of_its_channel(world: World) -> None:
    testing.send(phone_of(world.alice), by=world.alice, now=NOW)
    carry()

    (outgoing,) = OtherCarrier.taken
    assert "Nothing is wrong" in outgoing.body
    assert outgoing.address == number_of(phone_of(world.alice).address)


def test_sent_is_not_tested(world: World) -> None:
    testing.send(phone_of(world.alice), by=world.alice, now=NOW)
    carry()

    assert Message.objects.get().state == MessageState.SENT
    assert phone_of(world.alice).last_tested_at is None


def test_confirming_makes_it_tested_once(world: World) -> None:
    testing.send(phone_of(world.alice), by=world.alice, now=NOW)
    carry()

    testing.confirm(phone_of(world.alice), by=world.alice, now=SOON)
    testing.confirm(phone_of(world.alice), by=world.alice, now=SOON + timedelta(hours=1))

    assert phone_of(world.alice).last_tested_at == SOON
    assert phone_of(world.alice).verified_at == SOON


def test_what_was_not_sent_cannot_have_arrived(world: World) -> None:
    testing.send(phone_of(world.alice), by=world.alice, now=NOW)

    with pytest.raises(Refused, match="not been sent yet"):
        testing.confirm(phone_of(world.alice), by=world.alice, now=NOW)


def test_a_second_test_soon_after_is_refused(world: World) -> None:
    testing.send(phone_of(world.alice), by=world.alice, now=NOW)

    with pytest.raises(Refused, match="Wait two minutes"):
        testing.send(phone_of(world.alice), by=world.alice, now=SOON)
    assert Message.objects.count() == 1


@pytest.mark.parametrize("act", [testing.send, testing.confirm])
def test_nobody_tests_the_number_of_somebody_else(world: World, act) -> None:
    with pytest.raises(Refused, match="only your own"):
        act(phone_of(world.alice), by=world.bob, now=NOW)


def test_who_keeps_contacts_vouches_for_what_they_tried(world: World) -> None:
    grace = make_person("Grace", is_administrator=True)
    point = phone_of(world.alice)
    ContactPoint.objects.update(last_failed_at=NOW, last_failure="No such number.")

    assert testing.vouch([point, point], by=grace, now=SOON) == 1
    testing.vouch([point], by=grace, now=SOON + timedelta(hours=1))

    point.refresh_from_db()
    assert point.last_tested_at == SOON + timedelta(hours=1)
    assert point.verified_at == SOON
    assert (point.last_failed_at, point.last_failure) == (None, "")


def test_without_the_right_nobody_vouches(world: World) -> None:
    with pytest.raises(Refused, match="Ask an administrator"):
        testing.vouch([phone_of(world.alice)], by=world.frank, now=NOW)

    assert phone_of(world.alice).last_tested_at is None

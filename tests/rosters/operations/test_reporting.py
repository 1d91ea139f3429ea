"""This number is wrong: said once, by those who saw it, and told to its owner by another way."""

import pytest

from config.portal.refusals import Refused
from rosters.models import ContactPoint, ContactView, Message, Person
from rosters.operations import reporting, testing
from rosters.queries import people
from tests.world import NOW, World, make_person

pytestmark = pytest.mark.django_db
WHAT = "A baker answered."


def phone_of(person: Person) -> ContactPoint:
    return ContactPoint.objects.get(person=person, channel="phone")


@pytest.fixture
def seen(world: World) -> ContactPoint:
    """Bob was shown Alice's numbers, which all work."""
    ContactPoint.objects.update(verified_at=NOW, last_tested_at=NOW)
    ContactView.objects.create(viewer=world.bob, person=world.alice, at=NOW, reason="Cover")
    return phone_of(world.alice)


def tone(person: Person) -> str:
    found = people.find(person.pk)
    assert found is not None
    return people.readiness_of(found, now=NOW).tone


def test_its_owner_is_told_by_another_way(world: World, seen: ContactPoint) -> None:
    told = reporting.report_wrong(seen, what=WHAT, by=world.bob, now=NOW)

    message = Message.objects.get()
    assert told == world.alice
    assert message.contact_point.channel == "email"
    assert "Bob Example says that your phone number is wrong: “A baker answered.”" in message.body
    assert seen.address not in message.body


def test_readiness_falls_and_comes_back(world: World, seen: ContactPoint) -> None:
    assert tone(world.alice) == "ok"

    reporting.report_wrong(seen, what=WHAT, by=world.bob, now=NOW)
    assert tone(world.alice) == "warn"  # a mailbox is left, which wakes nobody

    grace = make_person("Grace", is_administrator=True)
    testing.vouch([seen], by=grace, now=NOW)
    assert tone(world.alice) == "ok"


def test_saying_it_twice_tells_once(world: World, seen: ContactPoint) -> None:
    reporting.report_wrong(seen, what=WHAT, by=world.bob, now=NOW)

    assert reporting.report_wrong(seen, what="Again.", by=world.bob, now=NOW) is None
    assert Message.objects.count() == 1
    assert phone_of(world.alice).what_is_wrong == WHAT


def test_without_another_way_the_lead_is_told(world: World) -> None:
    phone = phone_of(world.bob)
    ContactPoint.objects.filter(person=world.bob, channel="email").delete()
    ContactView.objects.create(viewer=world.carol, person=world.bob, at=NOW, reason="Cover")

    assert reporting.report_wrong(phone, what=WHAT, by=world.carol, now=NOW) == world.alice
    assert "the phone number of Bob Example" in Message.objects.get().body


@pytest.mark.parametrize(
    ("who", "what", "said"),
    [
        pytest.param("frank", WHAT, "Only those who were shown", id="never shown"),
        pytest.param("bob", " \u200b ", "Say what happened", id="no words"),
    ],
)
def test_who_may_not(world: World, seen: ContactPoint, who: str, what: str, said: str) -> None:
    with pytest.raises(Refused, match=said):
        reporting.report_wrong(seen, what=what, by=world.people[who], now=NOW)
    assert not Message.objects.exists()

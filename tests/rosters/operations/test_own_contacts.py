"""One's own numbers: added, changed, removed; nothing said to an old one is lost."""

from datetime import time, timedelta

import pytest

from config.portal.refusals import Refused
from rosters.enums import Lane, MessageState, Urgency
from rosters.logic.drafts import MessageDraft
from rosters.logic.own_rules import OwnWay
from rosters.models import ContactPoint, ContactRule, Message, Person
from rosters.operations import carriage, fallback, own_contacts, own_rules
from rosters.operations.own_contacts import Wanted
from rosters.queries.directory import load_people
from tests.world import NOW, World, at

pytestmark = pytest.mark.django_db


def point_of(person: Person, channel: str) -> ContactPoint:
    return ContactPoint.objects.get(person=person, channel=channel)


def draft(point: ContactPoint, *, may_wait: bool = False, minutes: int = 0) -> MessageDraft:
    return MessageDraft(
        topic="test",
        topic_id=1,
        subject_key="x",
        person_id=point.person_id,
        contact_point_id=point.pk,
        subject="Hello",
        body="Hello",
        lane=Lane.UPDATE if may_wait else Lane.ESCALATION,
        delay=timedelta(minutes=minutes),
    )


def contacts_of(person: Person, urgency: str = "urgent") -> list[int]:
    found = load_people([person.pk], starts_at=NOW, ends_at=NOW + timedelta(days=1))
    return [one.contact_point_id for one in found[person.pk].contacts[urgency]]


def test_a_new_number_is_not_used_before_it_is_verified(world: World) -> None:
    old = point_of(world.alice, "phone")
    ContactPoint.objects.filter(pk=old.pk).update(verified_at=NOW)
    new = own_contacts.add(Wanted("phone", "+49 30 901821"), by=world.alice, now=NOW)
    ways = [OwnWay(new.pk, "phone"), OwnWay(old.pk, "phone", 2)]
    own_rules.set_ways(Urgency.URGENT, ways, by=world.alice, now=NOW)

    assert contacts_of(world.alice) == [old.pk]
    ContactPoint.objects.filter(pk=new.pk).update(verified_at=NOW)
    assert contacts_of(world.alice) == [new.pk, old.pk]


def test_a_number_reported_as_wrong_is_used_only_when_nothing_else_wakes(world: World) -> None:
    phone = point_of(world.alice, "phone")
    ContactPoint.objects.update(verified_at=NOW)
    ContactPoint.objects.filter(pk=phone.pk).update(reported_wrong_at=NOW)

    assert contacts_of(world.alice) == [phone.pk, point_of(world.alice, "email").pk]


def test_adding_twice_adds_once(world: World) -> None:
    one = own_contacts.add(Wanted("phone", "+49 30 901821"), by=world.alice, now=NOW)
    two = own_contacts.add(Wanted("phone", " +4930-901821"), by=world.alice, now=NOW)

    assert one == two


def test_a_changed_address_begins_unverified(world: World) -> None:
    point = point_of(world.alice, "phone")
    ContactPoint.objects.update(verified_at=NOW, last_tested_at=NOW, last_failed_at=NOW)

    own_contacts.change(point, Wanted("phone", point.address, "private"), by=world.alice, now=NOW)
    assert point_of(world.alice, "phone").verified_at == NOW
    own_contacts.change(point, Wanted("phone", "+49 30 901822"), by=world.alice, now=NOW)

    point.refresh_from_db()
    assert (point.verified_at, point.last_tested_at, point.last_failed_at) == (None, None, None)


def test_a_removed_number_is_forgotten_and_its_messages_are_not(world: World) -> None:
    phone, mail = point_of(world.erin, "phone"), point_of(world.erin, "email")
    carriage.plan_messages([draft(phone), draft(mail, minutes=10)], now=NOW)

    own_contacts.remove(phone, by=world.erin, now=NOW)

    assert list(ContactPoint.objects.filter(person=world.erin)) == [mail]
    assert not ContactRule.objects.filter(contact_point=phone).exists()
    old = Message.objects.get(contact_point=phone)
    assert old.state == MessageState.FAILED
    assert old.contact_point.channel == "phone"
    assert "+49" not in old.contact_point.address
    assert Message.objects.get(contact_point=mail).not_before == NOW
    assert contacts_of(world.erin, "any") == [mail.pk]


def test_one_that_was_never_used_is_deleted(world: World) -> None:
    own_contacts.remove(point_of(world.erin, "phone"), by=world.erin, now=NOW)

    assert ContactPoint._base_manager.filter(person=world.erin).count() == 1


def test_the_last_phone_of_somebody_on_call_stays(world: World) -> None:
    with pytest.raises(Refused, match="Add another phone first"):
        own_contacts.remove(point_of(world.alice, "phone"), by=world.alice, now=NOW)


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        pytest.param(Wanted("phone", "0049 30 901820"), r"Is it \+49 30 901820", id="two zeros"),
        pytest.param(Wanted("push", "my-phone"), "no way to send push messages", id="no carrier"),
    ],
)
def test_what_cannot_be_added_says_why(world: World, settings, wanted: Wanted, said: str) -> None:
    settings.CARRIERS = {"phone": "x", "email": "x"}

    with pytest.raises(Refused, match=said):
        own_contacts.add(wanted, by=world.alice, now=NOW)


def test_nobody_changes_what_is_not_theirs(world: World) -> None:
    point = point_of(world.alice, "phone")
    for act in (
        lambda: own_contacts.remove(point, by=world.bob, now=NOW),
        lambda: own_contacts.change(point, Wanted("phone", "+49 30 1"), by=world.bob, now=NOW),
        lambda: own_rules.set_ways(
            Urgency.URGENT, [OwnWay(point.pk, "phone")], by=world.bob, now=NOW
        ),
    ):
        with pytest.raises(Refused):
            act()


def test_urgent_must_wake(world: World) -> None:
    phone, mail = point_of(world.alice, "phone"), point_of(world.alice, "email")
    ways = [OwnWay(phone.pk, "phone"), OwnWay(mail.pk, "email", 3)]

    with pytest.raises(Refused, match="must end with something that wakes"):
        own_rules.set_ways(Urgency.URGENT, ways, by=world.alice, now=NOW)
    own_rules.set_ways(Urgency.NORMAL, ways, by=world.alice, now=NOW)

    assert ContactRule.objects.filter(person=world.alice, urgency="normal").count() == 2


EVENING = at("2026-11-20 23:00", "Europe/Berlin")
MORNING = at("2026-11-21 07:00", "Europe/Berlin")


def test_what_can_wait_waits_and_what_is_urgent_never_does(world: World) -> None:
    own_rules.set_quiet_hours(time(22), time(7), by=world.alice, now=NOW)
    phone, mail = point_of(world.alice, "phone"), point_of(world.alice, "email")

    carriage.plan_messages([draft(phone), draft(mail, may_wait=True)], now=EVENING)

    assert Message.objects.get(contact_point=phone).not_before == EVENING
    waits = Message.objects.get(contact_point=mail)
    assert waits.not_before == MORNING
    assert waits.expires_at is not None
    assert waits.expires_at > MORNING


def test_a_failure_pulls_nothing_forward_into_quiet_hours(world: World) -> None:
    own_rules.set_quiet_hours(time(22), time(7), by=world.alice, now=NOW)
    phone, mail = point_of(world.alice, "phone"), point_of(world.alice, "email")
    carriage.plan_messages([draft(phone), draft(mail, may_wait=True)], now=EVENING)

    fallback.give_up(Message.objects.filter(contact_point=phone), now=EVENING)

    assert Message.objects.get(contact_point=mail).not_before == MORNING


def test_a_verified_number_takes_the_place_of_the_old_one_when_it_is_urgent(world: World) -> None:
    old = point_of(world.alice, "phone")
    ContactPoint.objects.filter(pk=old.pk).update(verified_at=NOW)
    new = own_contacts.add(Wanted("phone", "+49 30 901821"), by=world.alice, now=NOW)
    with pytest.raises(Refused, match="Verify it first"):
        own_rules.use_when_urgent(new, instead_of=old.pk, by=world.alice, now=NOW)
    ContactPoint.objects.filter(pk=new.pk).update(verified_at=NOW)

    own_rules.use_when_urgent(new, instead_of=None, by=world.alice, now=NOW)
    assert contacts_of(world.alice) == [old.pk, new.pk]
    own_rules.use_when_urgent(new, instead_of=old.pk, by=world.alice, now=NOW)

    assert contacts_of(world.alice) == [new.pk]


def test_a_mailbox_and_the_number_of_others_are_not_used_when_it_is_urgent(world: World) -> None:
    mail = own_contacts.add(Wanted("email", "a@b.example"), by=world.alice, now=NOW)
    ContactPoint.objects.filter(pk=mail.pk).update(verified_at=NOW)
    ContactPoint.objects.filter(person=world.bob).update(verified_at=NOW)

    with pytest.raises(Refused, match="wakes you"):
        own_rules.use_when_urgent(mail, instead_of=None, by=world.alice, now=NOW)
    theirs = point_of(world.bob, "phone")
    with pytest.raises(Refused, match="no longer yours"):
        own_rules.use_when_urgent(theirs, instead_of=None, by=world.alice, now=NOW)

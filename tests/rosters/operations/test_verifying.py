"""A number is proved by a code: sent by the real carriage, typed in time, tried five times."""

import re
import threading
from datetime import timedelta

import pytest
from django.db import connection

from config.portal.refusals import Refused
from rosters.logic.codes import MOST_A_DAY, MOST_AN_HOUR_FOR_ONE_PERSON, MOST_TRIES
from rosters.logic.testing import MOST_AN_HOUR
from rosters.models import ContactPoint, Message, Person, VerificationCode
from rosters.operations import carriage, own_contacts, testing, verifying
from rosters.operations.own_contacts import Wanted
from tests.rosters.operations.carriers import NotedCarrier, OtherCarrier
from tests.world import NOW, World

pytestmark = pytest.mark.django_db
SOON = NOW + timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _filler(settings) -> None:
    settings.CARRIERS = {**settings.CARRIERS, "sms": settings.CARRIERS["phone"]}
    settings.CARRIAGE_FILLERS = {"code": "rosters.operations.verifying.mint_code"}


def point_of(person: Person, channel: str = "email") -> ContactPoint:
    return ContactPoint.objects.get(person=person, channel=channel)


def sent(person: Person, *, now=NOW) -> str:
    """A code was asked for and carried; the code."""
    verifying.send_code(point_of(person), by=person, now=now)
    carriage.carry_all(clock=lambda: now, jitter=lambda: 0.0)
    return re.search(r"\d{6}", NotedCarrier.taken[-1].body).group()  # type: ignore[union-attr]


def test_the_code_that_arrived_verifies(world: World) -> None:
    ContactPoint.objects.update(reported_wrong_at=NOW, what_is_wrong="A baker.")
    code = sent(world.alice)

    verifying.verify(point_of(world.alice), f"{code[:3]} {code[3:]}", by=world.alice, now=SOON)

    point = point_of(world.alice)
    assert (point.verified_at, point.last_tested_at) == (SOON, SOON)
    assert (point.reported_wrong_at, point.what_is_wrong) == (None, "")
    assert not VerificationCode.objects.exists()


def test_neither_the_outbox_nor_the_table_holds_the_code(world: World) -> None:
    code = sent(world.alice)

    assert code not in Message.objects.get().body
    assert code not in VerificationCode.objects.get().code_hash


def test_a_caller_hears_digits(world: World) -> None:
    verifying.send_code(point_of(world.alice, "phone"), by=world.alice, now=NOW)
    carriage.carry_all(clock=lambda: NOW, jitter=lambda: 0.0)

    assert re.search(r"\d, \d, \d, \d, \d, \d", OtherCarrier.taken[0].body)


def test_five_wrong_codes_end_it(world: World) -> None:
    code = sent(world.alice)
    wrong = "000000" if code != "000000" else "111111"

    for left in range(MOST_TRIES - 1, -1, -1):
        with pytest.raises(Refused, match="That is not the code") as refused:
            verifying.verify(point_of(world.alice), wrong, by=world.alice, now=SOON)
        assert (str(left) in str(refused.value)) is (left > 1)
    with pytest.raises(Refused, match="5 wrong codes"):
        verifying.verify(point_of(world.alice), code, by=world.alice, now=SOON)
    assert point_of(world.alice).verified_at is None


@pytest.mark.parametrize(
    ("later", "said"),
    [(timedelta(minutes=15), "older than 15 minutes"), (timedelta(days=2), "older than")],
    ids=["a quarter of an hour", "days"],
)
def test_an_old_code_is_worth_nothing(world: World, later: timedelta, said: str) -> None:
    code = sent(world.alice)

    with pytest.raises(Refused, match=said):
        verifying.verify(point_of(world.alice), code, by=world.alice, now=NOW + later)


def test_a_new_code_takes_the_place_of_the_old(world: World) -> None:
    old = sent(world.alice)
    new = sent(world.alice, now=NOW + timedelta(minutes=2))

    if old != new:
        with pytest.raises(Refused, match="not the code"):
            verifying.verify(point_of(world.alice), old, by=world.alice, now=SOON)
    verifying.verify(point_of(world.alice), new, by=world.alice, now=NOW + timedelta(minutes=3))
    assert point_of(world.alice).verified_at


def test_nobody_is_flooded(world: World) -> None:
    for number in range(MOST_A_DAY):
        sent(world.alice, now=NOW + timedelta(hours=number))

    with pytest.raises(Refused, match="5 codes have gone there within a day"):
        verifying.send_code(point_of(world.alice), by=world.alice, now=NOW + timedelta(hours=6))
    assert VerificationCode.objects.get().sent_today == MOST_A_DAY


def test_what_can_be_refused(world: World, settings) -> None:
    point = point_of(world.alice)
    with pytest.raises(Refused, match="only your own"):
        verifying.send_code(point, by=world.bob, now=NOW)
    with pytest.raises(Refused, match="Send one first"):
        verifying.verify(point, "123456", by=world.alice, now=NOW)
    verifying.send_code(point, by=world.alice, now=NOW)
    with pytest.raises(Refused, match="Wait one minute"):
        verifying.send_code(point, by=world.alice, now=NOW)
    with pytest.raises(Refused, match="has not been sent yet"):
        verifying.verify(point, "123456", by=world.alice, now=NOW)
    settings.CARRIERS = {}
    with pytest.raises(Refused, match="no way to send e-mail"):
        verifying.send_code(point, by=world.alice, now=SOON)


@pytest.mark.django_db(transaction=True)
def test_wrong_codes_typed_at_once_are_all_counted(world: World) -> None:
    code = sent(world.alice)
    wrong = "000000" if code != "000000" else "111111"

    def guess() -> None:
        try:
            verifying.verify(point_of(world.alice), wrong, by=world.alice, now=SOON)
        except Refused:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=guess) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert VerificationCode.objects.get().tries == MOST_TRIES


def again(person: Person, address: str, *, now, channel: str = "phone") -> None:
    """The number is added, a code is asked for, and it is removed again."""
    point = own_contacts.add(Wanted(channel, address), by=person, now=now)
    try:
        verifying.send_code(point, by=person, now=now)
    finally:
        own_contacts.remove(point, by=person, now=now)


def test_a_number_removed_and_added_again_waits_its_minute(world: World) -> None:
    again(world.erin, "+49 30 999000", now=NOW)

    with pytest.raises(Refused, match="Wait one minute"):
        again(world.erin, "+4930999000", now=NOW + timedelta(seconds=30))
    with pytest.raises(Refused, match="Wait one minute"):
        again(world.alice, "+4930999000", now=NOW + timedelta(seconds=30), channel="sms")


def test_removing_and_adding_does_not_call_a_stranger_all_day(world: World) -> None:
    calls = 0
    for minute in range(0, 24 * 60, 7):
        try:
            again(world.erin, "+49 30 999000", now=NOW + timedelta(minutes=minute))
            calls += 1
        except Refused:
            pass

    assert calls == MOST_A_DAY


def test_nobody_calls_many_numbers_within_an_hour(world: World) -> None:
    calls = 0
    for number in range(20):
        try:
            again(world.erin, f"+49 30 99900{number:02}", now=NOW + timedelta(seconds=number))
            calls += 1
        except Refused:
            pass

    assert calls == MOST_AN_HOUR_FOR_ONE_PERSON


def test_tests_of_a_number_removed_and_added_again_are_counted(world: World) -> None:
    calls = 0
    for minute in range(0, 58, 3):
        point = own_contacts.add(Wanted("phone", "+49 30 999000"), by=world.erin, now=NOW)
        try:
            testing.send(point, by=world.erin, now=NOW + timedelta(minutes=minute))
            calls += 1
        except Refused:
            pass
        own_contacts.remove(point, by=world.erin, now=NOW)

    assert calls == MOST_AN_HOUR


@pytest.mark.parametrize(
    "slip", ["abc", "12345", "1234567", "", "\u0661\u0662\u0663\u0664\u0665\u0666"]
)
def test_what_is_no_code_uses_up_no_try(world: World, slip: str) -> None:
    sent(world.alice)

    with pytest.raises(Refused, match="A code is 6 digits"):
        verifying.verify(point_of(world.alice), slip, by=world.alice, now=SOON)

    assert VerificationCode.objects.get().tries == 0


def test_one_code_proves_the_number_for_calls_and_texts(world: World) -> None:
    text = own_contacts.add(Wanted("sms", "+49 30 999000"), by=world.alice, now=NOW)
    call = own_contacts.add(Wanted("phone", "+4930999000"), by=world.alice, now=NOW)
    verifying.send_code(text, by=world.alice, now=NOW)
    carriage.carry_all(clock=lambda: NOW, jitter=lambda: 0.0)
    body = (*NotedCarrier.taken, *OtherCarrier.taken)[-1].body
    code = re.search(r"\d{6}", body).group()  # type: ignore[union-attr]

    verifying.verify(text, code, by=world.alice, now=SOON)

    call.refresh_from_db()
    assert call.verified_at == SOON
    own_contacts.remove(call, by=world.alice, now=SOON)
    later = own_contacts.add(
        Wanted("phone", "+49 30 999000"), by=world.alice, now=NOW + timedelta(hours=1)
    )
    assert later.verified_at == SOON


def test_the_number_of_somebody_else_proves_nothing(world: World) -> None:
    ContactPoint.objects.filter(person=world.bob).update(verified_at=NOW)
    theirs = "+49 30 999000"
    ContactPoint.objects.filter(person=world.bob, channel="phone").update(address=theirs)

    mine = own_contacts.add(Wanted("sms", theirs), by=world.alice, now=NOW)

    assert mine.verified_at is None

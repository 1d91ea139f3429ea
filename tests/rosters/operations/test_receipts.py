"""What carriers tell afterwards, through the door: proved, once, in any order."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from config.portal import clock
from rosters.enums import Channel, FailureReason, MessageState
from rosters.models import CarrierAccount, CarrierHealth, CarrierReceipt, DeliveryAttempt, Message
from rosters.operations import carriage, receipts
from tests.factories import make_message, make_mute, make_point
from tests.races import together
from tests.rosters.operations.carriers import HERE
from tests.rosters.operations.gateways import event, gateway

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def own_hosts(settings: Any) -> None:
    settings.CARRIER_HOSTS = frozenset({"127.0.0.1"})
    settings.CARRIERS = {"email": f"{HERE}.NotedCarrier"}
    settings.CARRIAGE_ANSWERS = "tests.rosters.operations.test_receipts.answer"
    settings.CARRIAGE_READS = "tests.rosters.operations.test_receipts.read"


ANSWERED: list[tuple[int, str]] = []


def answer(message: Message, choice: str, *, now: Any) -> str:  # the hook's signature
    ANSWERED.append((message.pk, choice))
    return f"INC-{message.topic_id} is yours."


READ: list[tuple[str, str]] = []


def read(address: str, text: str, *, now: Any) -> None:  # the hook's signature
    READ.append((address, text))


@pytest.fixture
def account() -> Iterator[CarrierAccount]:
    ANSWERED.clear()
    READ.clear()
    with gateway() as (account, _):
        yield account


@pytest.fixture
def message(account: CarrierAccount) -> Message:
    now = clock.act_now()
    found = make_message(make_point(channel=Channel.SMS), created_at=now, not_before=now)
    carriage.carry_all(clock=clock.act_now)
    found.refresh_from_db()
    assert found.state == MessageState.SENT
    return found


def tell(account: CarrierAccount, kind: str, message: Message, **told: Any) -> Any:
    named = {"event_id": told.pop("event_id", f"{kind}:{message.pk}")}
    named["at"] = told.pop("at", clock.act_now())
    body = {"type": f"message.{kind}", "reference": f"ref:message:{message.pk}", **told}
    return Client().post(f"/carriers/door/{account.door}/", **event(body, **named))


def counted(account: CarrierAccount) -> tuple[int, int, int]:
    health = CarrierHealth.objects.get(key=f"account:{account.pk}")
    return health.forged, health.replayed, health.late


def facts(message: Message) -> tuple[str, bool, bool]:
    message.refresh_from_db()
    return message.state, message.delivered_at is not None, message.read_at is not None


SENT, FAILED = MessageState.SENT, MessageState.FAILED


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (["delivered"], (SENT, True, False)),
        (["read"], (SENT, True, True)),
        (["delivered", "read"], (SENT, True, True)),
        (["read", "delivered"], (SENT, True, True)),
        (["undelivered"], (FAILED, False, False)),
        (["delivered", "undelivered"], (SENT, True, False)),
        (["undelivered", "delivered"], (FAILED, True, False)),
        (["delivered", "delivered", "read", "read"], (SENT, True, True)),
    ],
)
def test_receipts_hold_in_any_order_and_once(
    account: CarrierAccount, message: Message, told: list[str], expected: tuple[str, bool, bool]
) -> None:
    answers = [
        tell(account, kind, message, at=clock.act_now() - MINUTE * number)
        for number, kind in enumerate(told)
    ]

    assert {one.status_code for one in answers} == {200}
    assert facts(message) == expected


def test_undelivered_uses_the_next_channel_at_once_and_is_noted(account: CarrierAccount) -> None:
    now, person = clock.act_now(), make_mute()
    text = make_message(
        make_point(person, channel=Channel.SMS), topic_id=5, created_at=now, not_before=now
    )
    mail = make_message(
        make_point(person), topic_id=5, created_at=now, not_before=now + timedelta(hours=1)
    )
    carriage.carry_all(clock=clock.act_now)

    tell(account, "undelivered", text, detail="30003 handset off, cell 7")
    carriage.carry_all(clock=clock.act_now)

    mail.refresh_from_db()
    assert mail.state == SENT
    point = text.contact_point
    point.refresh_from_db()
    assert point.last_failure == FailureReason.UNDELIVERED.label
    attempt = text.attempts.get()
    assert (attempt.reason, attempt.detail) == ("undelivered", "30003 handset off, cell 7")


def test_a_receipt_that_is_quicker_than_our_own_writing_waits(account: CarrierAccount) -> None:
    now = clock.act_now()
    message = make_message(make_point(channel=Channel.SMS), created_at=now, not_before=now)
    assert tell(account, "delivered", message).status_code == 200
    assert facts(message) == (MessageState.PLANNED, False, False)

    carriage.carry_all(clock=clock.act_now)

    assert facts(message) == (SENT, True, False)


def test_what_is_forged_changes_nothing_and_is_counted(
    account: CarrierAccount, message: Message
) -> None:
    told = event(
        {"type": "message.delivered", "reference": f"ref:message:{message.pk}"}, at=clock.act_now()
    )
    told["headers"]["webhook-signature"] = "v1,AAAA"

    answer = Client().post(f"/carriers/door/{account.door}/", **told)

    assert (answer.status_code, "signature" in answer.json()["message"]) == (401, True)
    assert facts(message) == (SENT, False, False)
    assert counted(account) == (1, 0, 0)


@pytest.mark.parametrize("odd", ["\0", "\ud800"])
def test_signs_that_cannot_be_kept_are_left_out(
    account: CarrierAccount, message: Message, odd: str
) -> None:
    reference = f"ref:{odd}message:{message.pk}"

    said = tell(account, "delivered", message, reference=reference, detail=f"It{odd} rang.")

    assert said.status_code == 200
    assert facts(message) == (SENT, True, False)
    assert CarrierReceipt.objects.get().detail == "It rang."


def test_the_very_same_request_again_is_refused_and_counted(
    account: CarrierAccount, message: Message
) -> None:
    at = clock.act_now()
    tell(account, "delivered", message, at=at)

    again = tell(account, "delivered", message, at=at)

    assert again.status_code == 409
    assert counted(account) == (0, 1, 0)


def test_the_same_event_signed_anew_is_known(account: CarrierAccount, message: Message) -> None:
    tell(account, "delivered", message)
    message.refresh_from_db()

    again = tell(account, "delivered", message, at=clock.act_now() - MINUTE)

    assert again.json() == {"message": "Muster has heard this already."}
    assert CarrierReceipt.objects.count() == 1
    assert not CarrierHealth.objects.exists()


def test_what_comes_late_is_refused_and_counted(account: CarrierAccount, message: Message) -> None:
    assert tell(account, "read", message, at=clock.act_now() - 6 * MINUTE).status_code == 401
    DeliveryAttempt.objects.update(finished_at=clock.act_now() - timedelta(days=4))
    assert tell(account, "delivered", message).status_code == 410

    assert facts(message) == (SENT, False, False)
    assert counted(account) == (0, 0, 2)


def test_another_accounts_receipt_is_nobodys(account: CarrierAccount, message: Message) -> None:
    with gateway("Other") as (other, _):
        assert tell(other, "undelivered", message).status_code == 200

    assert facts(message) == (SENT, False, False)


@pytest.mark.parametrize("door", ["nobody", "x" * 200, "é", "a%00b"])
def test_an_unknown_door_says_so(door: str) -> None:
    answer = Client().post(f"/carriers/door/{door}/", data=b"", content_type="application/json")

    assert answer.status_code == 404


def test_reading_never_acts_and_a_large_body_is_refused(account: CarrierAccount) -> None:
    path = f"/carriers/door/{account.door}/"

    assert Client().get(path).status_code == 405
    large = Client().post(path, data=b"x" * 70_000, content_type="application/json")
    assert large.status_code == 413


def test_an_answer_is_given_on_and_what_came_of_it_said_back(
    account: CarrierAccount, message: Message
) -> None:
    first = tell(account, "answered", message, choice="acknowledge")
    again = tell(account, "answered", message, choice="acknowledge", at=clock.act_now() - MINUTE)

    assert first.json() == {"message": f"INC-{message.topic_id} is yours."}
    assert again.json() == {"message": "Muster has heard this already."}
    assert [(message.pk, "acknowledge")] == ANSWERED


def test_what_somebody_wrote_is_read_once(account: CarrierAccount, message: Message) -> None:
    told = {"from": "+4915112345678", "text": "1"}
    first = tell(account, "received", message, **told)
    again = tell(account, "received", message, at=clock.act_now() - MINUTE, **told)

    assert (first.json(), again.json()) == (
        {"message": "Read."},
        {"message": "Muster has heard this already."},
    )
    assert READ == [("+4915112345678", "1")]


def test_an_answer_to_nothing_we_know_says_so(account: CarrierAccount, message: Message) -> None:
    message.pk = 999_999

    assert (
        "We do not know which message"
        in tell(account, "answered", message, choice="pass").json()["message"]
    )
    assert ANSWERED == []


def test_old_receipts_are_purged(account: CarrierAccount, message: Message) -> None:
    tell(account, "delivered", message)
    now = clock.act_now()

    assert receipts.purge(now=now + timedelta(days=6)) == 0
    assert receipts.purge(now=now + timedelta(days=8)) == 1


def test_cancelled_with_its_carrier_stays_cancelled_when_it_is_undelivered(
    account: CarrierAccount, message: Message
) -> None:
    Message.objects.filter(pk=message.pk).update(state=MessageState.CANCELLED)

    tell(account, "undelivered", message)

    assert facts(message)[0] == MessageState.CANCELLED


@pytest.mark.django_db(transaction=True)
def test_the_same_receipt_ten_times_at_once_counts_once() -> None:
    with gateway() as (account, _):
        now = clock.act_now()
        found = make_message(make_point(channel=Channel.SMS), created_at=now, not_before=now)
        carriage.carry_all(clock=clock.act_now)

        together(*[lambda: tell(account, "delivered", found)] * 6)

    assert facts(found) == (SENT, True, False)
    assert CarrierReceipt.objects.count() == 1

"""Handing over to real servers: many at once, one that hangs, one that is out and comes back."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from typing import Any

import pytest

from rosters.enums import AttemptOutcome, Channel, CircuitState, FailureReason, Lane, MessageState
from rosters.models import CarrierAccount, CarrierHealth, DeliveryAttempt, Message
from rosters.operations import bulkheads, carriage, carriers
from rosters.queries.lines import key_of
from tests.factories import make_message, make_mute, make_point
from tests.rosters.channels.http_server import Answer, Asked, Behavior
from tests.rosters.operations.carriers import HERE, NotedCarrier
from tests.rosters.operations.gateways import gateway, takes
from tests.world import NOW

pytestmark = pytest.mark.django_db

Account = tuple[CarrierAccount, Behavior]
SENT = MessageState.SENT


@pytest.fixture(autouse=True)
def own_hosts(settings: Any) -> None:
    settings.CARRIER_HOSTS = frozenset({"127.0.0.1"})
    settings.CARRIERS = {"email": f"{HERE}.NotedCarrier"}


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


def carry(now: datetime = NOW) -> int:
    return carriage.carry_all(clock=lambda: now, jitter=lambda: 1.0)


def texts(count: int, **fields: Any) -> list[Message]:
    return [make_message(make_point(channel=Channel.SMS), **fields) for _ in range(count)]


def sent() -> int:
    return Message.objects.filter(state=SENT).count()


def busy(behavior: Behavior) -> None:
    behavior.does = lambda _asked: Answer(503, b"no")


def test_many_are_under_way_at_once_and_each_arrives_once(stack: ExitStack) -> None:
    account, behavior = stack.enter_context(gateway(seconds=0.2))
    messages = texts(40)

    assert carry() == 40

    keys = [asked.headers["idempotency-key"] for asked in behavior.asked]
    assert sorted(keys) == sorted(f"message:{one.pk}" for one in messages)
    assert 1 < behavior.most_at_once <= bulkheads.SLOTS
    references = DeliveryAttempt.objects.filter(account=account)
    assert {one.provider_reference for one in references} == {
        f"ref:message:{one.pk}" for one in messages
    }


def test_one_that_hangs_holds_up_no_other_channel(stack: ExitStack) -> None:
    _, hanging = stack.enter_context(gateway("Hanging", hangs=True))
    _, sound = stack.enter_context(gateway("Sound", ("chat",)))
    texts(60, lane=Lane.FIRST_CALL)
    others = [make_message(make_point(channel=Channel.CHAT)) for _ in range(5)]
    held: list[int] = []

    def note(asked: Asked) -> Answer:
        held.append(hanging.at_once)
        if len(held) == len(others):
            hanging.hangs = False
            hanging.over.set()
        return takes(asked)

    sound.does = note
    carry()

    assert sent() >= len(others)
    assert len(held) == len(others)
    assert min(held) > 0
    assert hanging.most_at_once <= bulkheads.SLOTS


def test_what_can_wait_leaves_room_for_calls(stack: ExitStack) -> None:
    _, behavior = stack.enter_context(gateway(seconds=0.1))
    texts(40, lane=Lane.UPDATE)

    carry()

    assert behavior.most_at_once <= bulkheads.SLOTS - bulkheads.KEPT_FOR_CALLS
    assert sent() == 40


def test_the_next_account_of_the_same_channel_comes_first(stack: ExitStack) -> None:
    first, behavior = stack.enter_context(gateway("First"))
    second, _ = stack.enter_context(gateway("Second", order=2))
    busy(behavior)
    texts(20)

    carry()

    assert sent() == 20
    assert CarrierHealth.objects.get(key=key_of(first)).state == CircuitState.OPEN
    taken = DeliveryAttempt.objects.filter(outcome=AttemptOutcome.HANDED_OVER)
    assert set(taken.values_list("account", flat=True)) == {second.pk}
    before = len(behavior.asked)
    texts(5)
    carry()
    assert len(behavior.asked) == before


def opened(account: CarrierAccount, *, try_at: datetime) -> CarrierHealth:
    return CarrierHealth.objects.create(
        key=key_of(account), state=CircuitState.OPEN, times_opened=1, opened_at=NOW, try_at=try_at
    )


def test_while_one_is_out_the_persons_next_channel_is_used_at_once(stack: ExitStack) -> None:
    account, behavior = stack.enter_context(gateway())
    opened(account, try_at=NOW + seconds(30))
    person = make_mute()
    text = make_message(make_point(person, channel=Channel.SMS), topic_id=5)
    mail = make_message(make_point(person), topic_id=5, not_before=NOW + timedelta(minutes=5))

    carry()

    text.refresh_from_db()
    mail.refresh_from_db()
    assert behavior.asked == []
    assert (mail.state, text.state) == (SENT, MessageState.PLANNED)
    assert text.not_before == NOW + seconds(30) + seconds(20)
    attempt = text.attempts.get()
    assert (attempt.reason, attempt.account_id) == (FailureReason.OUT, None)


def test_what_can_wait_waits_until_it_is_back(stack: ExitStack) -> None:
    account, _ = stack.enter_context(gateway())
    opened(account, try_at=NOW + seconds(30))
    (update,) = texts(1, lane=Lane.UPDATE)

    carry()

    update.refresh_from_db()
    assert (update.state, update.attempts_made) == (MessageState.PLANNED, 0)
    assert update.not_before > NOW + seconds(30)
    assert not update.attempts.exists()


def test_one_message_tries_whether_it_is_back(stack: ExitStack) -> None:
    account, behavior = stack.enter_context(gateway())
    opened(account, try_at=NOW)
    busy(behavior)
    texts(10)

    carry()

    health = CarrierHealth.objects.get()
    assert len(behavior.asked) == 1
    assert (health.state, health.times_opened) == (CircuitState.OPEN, 2)
    behavior.does = takes
    carry(NOW + seconds(60))
    health.refresh_from_db()
    assert health.state == CircuitState.CLOSED
    assert behavior.most_at_once == 1


def test_an_account_that_is_locked_out_is_left_alone_at_once(stack: ExitStack) -> None:
    account, behavior = stack.enter_context(gateway())
    behavior.does = lambda _asked: Answer(401, b'{"why": "wrong key"}')
    (text,) = texts(1)

    carry()

    health = CarrierHealth.objects.get(key=key_of(account))
    assert (health.state, health.last_reason) == (CircuitState.OPEN, FailureReason.ACCOUNT)
    assert "wrong key" in health.last_failure
    assert text.attempts.order_by("number")[0].reason == FailureReason.ACCOUNT


def test_when_it_asks_for_a_pause_it_gets_one(stack: ExitStack) -> None:
    account, behavior = stack.enter_context(gateway())
    behavior.does = lambda _asked: Answer(429, b"", {"Retry-After": "90"})
    (text,) = texts(1)

    carry()

    assert CarrierHealth.objects.get(key=key_of(account)).try_at == NOW + seconds(90)
    text.refresh_from_db()
    assert text.not_before >= NOW + seconds(90)


def test_a_refused_number_says_nothing_of_the_carrier(stack: ExitStack) -> None:
    _, behavior = stack.enter_context(gateway())
    behavior.does = lambda _asked: Answer(400, b"relay 10.0.0.7: no such number")
    messages = texts(8)

    carry()

    assert not CarrierHealth.objects.exists()
    point = messages[0].contact_point
    point.refresh_from_db()
    assert point.last_failure == FailureReason.REFUSED.label
    assert "10.0.0.7" in messages[0].attempts.get().detail


def test_one_that_breaks_is_told_without_its_words(
    stack: ExitStack, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack.enter_context(gateway())

    def broken(*_args: Any, **_named: Any) -> None:
        raise RuntimeError("https://user:a-very-secret-word@gateway.example/")

    monkeypatch.setattr("rosters.channels.gateway.web.post", broken)
    (text,) = texts(1)

    carry()

    attempt = text.attempts.order_by("number")[0]
    assert (attempt.reason, attempt.detail) == (FailureReason.BROKEN, "RuntimeError")
    assert "carriage failed" in caplog.text
    assert "a-very-secret-word" not in caplog.text


def test_cancelled_before_it_leaves_it_never_does(stack: ExitStack) -> None:
    _, behavior = stack.enter_context(gateway())
    texts(3, subject_key="run:9")

    carriage.cancel(["run:9"], now=NOW)
    carry()

    assert behavior.asked == []


def test_ten_minutes_out_at_the_height_of_it_nobody_is_missed(stack: ExitStack) -> None:
    """The whole of it once more, small: `make bench` does it with 500."""
    _, behavior = stack.enter_context(gateway())
    busy(behavior)
    people = [make_mute() for _ in range(30)]
    for topic_id, person in enumerate(people):
        make_message(make_point(person, channel=Channel.SMS), topic_id=topic_id)
        make_message(make_point(person), topic_id=topic_id, not_before=NOW + seconds(300))
    asked_while_out = 0
    for number in range(60):
        if number == 59:
            asked_while_out = len(behavior.asked)
            behavior.does = takes
        carry(NOW + seconds(10 * number))

    told = {taken.address for taken in NotedCarrier.taken}
    assert len(told) == len(people)
    assert asked_while_out < 30 + 60
    assert not Message.objects.filter(state=MessageState.PLANNED).exists()


def test_switched_off_it_takes_nothing_more(stack: ExitStack) -> None:
    account, behavior = stack.enter_context(gateway())
    carriers.switch(account, is_enabled=False, by=account.created_by)
    (text,) = texts(1)

    carry()

    text.refresh_from_db()
    assert (text.state, behavior.asked) == (MessageState.FAILED, [])
    assert text.attempts.get().reason == FailureReason.NO_CARRIER

"""Planning, cancelling and handing over messages."""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from rosters.channels.contract import Outgoing, Receipt, SendFailed
from rosters.enums import AttemptOutcome, Channel, FailureReason, Lane, MessageState
from rosters.logic import throttle
from rosters.logic.drafts import MessageDraft
from rosters.models import ContactPoint, DeliveryAttempt, Message
from rosters.operations import carriage, claiming, fallback, recording, sending
from rosters.operations.claiming import claim
from rosters.operations.sending import Sweep
from tests.factories import make_message, make_mute, make_point
from tests.rosters.operations.carriers import HERE, NotedCarrier, OtherCarrier, fail, hand_over
from tests.world import NOW

pytestmark = pytest.mark.django_db


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


def carry(now: datetime = NOW) -> int:
    return carriage.carry_all(clock=lambda: now, jitter=lambda: 1.0)


def outcomes(message: Message) -> list[str]:
    return list(message.attempts.order_by("number").values_list("outcome", flat=True))


def state_of(message: Message) -> str:
    message.refresh_from_db()
    return message.state


def draft(point: ContactPoint, **fields: Any) -> MessageDraft:
    values: dict[str, Any] = {
        "topic": "notification",
        "topic_id": 1,
        "subject_key": "run:1",
        "person_id": point.person_id,
        "contact_point_id": point.pk,
        "subject": "Cards fail",
        "body": "You are on call.",
        "lane": Lane.FIRST_CALL,
    }
    return MessageDraft(**(values | fields))


def test_planning_writes_what_will_leave(django_assert_num_queries: Any) -> None:
    points = [make_point() for _ in range(5)]

    with django_assert_num_queries(1):
        carriage.plan_messages([draft(one, delay=seconds(60)) for one in points], now=NOW)

    message = Message.objects.get(contact_point=points[0])
    assert (message.state, message.not_before) == (MessageState.PLANNED, NOW + seconds(60))
    assert message.expires_at == NOW + seconds(60) + fallback.EXPIRES_AFTER


def test_planning_the_same_twice_plans_it_once() -> None:
    point = make_point()

    carriage.plan_messages([draft(point)], now=NOW)
    carriage.plan_messages([draft(point)], now=NOW)

    assert Message.objects.count() == 1


def test_a_subject_from_outside_becomes_one_line() -> None:
    subject = "Cards\r\nBcc: all@example.org " + "x" * 300

    carriage.plan_messages([draft(make_point(), subject=subject)], now=NOW)

    stored = Message.objects.get().subject
    assert stored.startswith("Cards Bcc: all@example.org xxx")
    assert len(stored) == 200


def test_a_due_message_is_handed_over_and_recorded() -> None:
    message = make_message()

    assert carry() == 1

    assert state_of(message) == MessageState.SENT
    assert (message.sent_at, message.lease_token, message.attempts_made) == (NOW, None, 1)
    attempt = message.attempts.get()
    assert (attempt.outcome, attempt.number) == (AttemptOutcome.HANDED_OVER, 1)
    assert attempt.provider_reference == f"noted:{message.pk}"


def test_carrying_again_hands_nothing_over_again() -> None:
    make_message()
    carry()

    assert carry(NOW + timedelta(hours=1)) == 0

    assert len(NotedCarrier.taken) == 1


@pytest.mark.parametrize(
    ("not_before", "leaves"),
    [
        pytest.param(NOW - seconds(1), True, id="overdue"),
        pytest.param(NOW, True, id="now"),
        pytest.param(NOW + seconds(1), False, id="later"),
    ],
)
def test_a_message_leaves_when_it_is_due(not_before: datetime, leaves: bool) -> None:
    make_message(not_before=not_before)

    assert carry() == leaves


def test_more_urgent_lanes_leave_first_then_older_ones() -> None:
    update = make_message(lane=Lane.UPDATE, not_before=NOW - seconds(60))
    late = make_message(lane=Lane.ESCALATION)
    early = make_message(lane=Lane.ESCALATION, not_before=NOW - seconds(5))
    first = make_message(lane=Lane.FIRST_CALL)

    carry()

    assert [one.message_id for one in NotedCarrier.taken] == [
        one.pk for one in (first, early, late, update)
    ]


def test_the_placeholder_is_filled_when_it_leaves_and_never_stored() -> None:
    message = make_message(body="Answer {answer_link} {reason} {0} 100 %")

    carry()

    (taken,) = NotedCarrier.taken
    link = f"https://muster.example.org/a/{message.pk}/"
    assert taken.body == f"Answer {link} {{reason}} {{0}} 100 %"
    assert taken.answer_link == link
    message.refresh_from_db()
    assert "{answer_link}" in message.body


def test_without_a_placeholder_no_link_is_made() -> None:
    make_message()

    carry()

    assert NotedCarrier.taken[0].answer_link == ""


def test_every_attempt_carries_the_same_key() -> None:
    message = make_message()
    NotedCarrier.does = fail()
    carry()
    carry()

    assert {one.idempotency_key for one in NotedCarrier.asked} == {f"message:{message.pk}"}


def test_a_temporary_failure_is_tried_again_after_each_wait_and_then_given_up() -> None:
    message = make_message()
    NotedCarrier.does = fail("busy")

    while state_of(message) == MessageState.PLANNED:
        carry(message.not_before)

    assert message.state == MessageState.FAILED
    assert outcomes(message) == [AttemptOutcome.TEMPORARY] * 4 + [AttemptOutcome.PERMANENT]
    starts = message.attempts.order_by("number").values_list("started_at", flat=True)
    assert [(one - NOW).total_seconds() for one in starts] == [0, 0, 15, 60, 180]


def test_a_permanent_failure_is_given_up_at_once_and_noted_on_the_contact_point() -> None:
    message = make_message()
    NotedCarrier.does = fail("no such user", permanent=True)

    carry()

    assert state_of(message) == MessageState.FAILED
    assert outcomes(message) == [AttemptOutcome.PERMANENT]
    point = message.contact_point
    point.refresh_from_db()
    assert (point.last_failed_at, point.last_failure) == (NOW, FailureReason.REFUSED.label)


def test_a_channel_without_a_carrier_fails_for_good() -> None:
    message = make_message(make_point(channel=Channel.SMS))

    carry()

    assert state_of(message) == MessageState.FAILED
    assert "no carrier for sms" in message.attempts.get().detail


def test_a_failure_uses_the_persons_next_channel_at_once() -> None:
    person = make_mute()
    NotedCarrier.does = fail(permanent=True)
    make_message(make_point(person), topic_id=5)
    phone = make_point(person, channel=Channel.PHONE)
    following = make_message(phone, topic_id=5, not_before=NOW + timedelta(minutes=2))
    unrelated = make_message(phone, topic_id=6, not_before=NOW + timedelta(minutes=2))

    carry()

    assert state_of(following) == MessageState.SENT
    assert state_of(unrelated) == MessageState.PLANNED


def test_one_that_raises_is_reported_and_does_not_stop_the_others(
    caplog: pytest.LogCaptureFixture,
) -> None:
    broken, sound = make_message(), make_message()

    def break_one(outgoing: Outgoing) -> None:
        if outgoing.message_id == broken.pk:
            raise ZeroDivisionError

    NotedCarrier.does = break_one
    carry()

    assert state_of(sound) == MessageState.SENT
    assert state_of(broken) == MessageState.PLANNED
    assert set(outcomes(broken)) == {AttemptOutcome.TEMPORARY}
    assert "carriage failed" in caplog.text


def test_behind_a_carrier_that_is_away_nobody_waits() -> None:
    mails = [make_message() for _ in range(3)]
    call = make_message(make_point(channel=Channel.PHONE))
    NotedCarrier.does = fail("away", is_away=True)

    carry()

    assert len(NotedCarrier.asked) == 1
    assert [outcomes(mail) for mail in mails] == [[AttemptOutcome.TEMPORARY]] * 3
    assert state_of(call) == MessageState.SENT
    assert len(OtherCarrier.taken) == 1


def test_a_carrier_that_came_back_is_asked_again_by_the_next_sweep() -> None:
    mail = make_message()
    NotedCarrier.does = fail("away", is_away=True)
    carry()
    NotedCarrier.does = None

    carry()

    assert state_of(mail) == MessageState.SENT


def test_when_time_is_up_nothing_more_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "SWEEP_SECONDS", -1)
    message = make_message()

    assert carry() == 0

    assert state_of(message) == MessageState.PLANNED
    assert (message.attempts_made, message.lease_token) == (0, None)
    assert outcomes(message) == []


def test_cancelled_while_planned_never_leaves() -> None:
    message, other = make_message(subject_key="run:1"), make_message(subject_key="run:2")

    assert carriage.cancel(["run:1"], now=NOW) == 1
    carry()

    assert state_of(message) == MessageState.CANCELLED
    assert [one.message_id for one in NotedCarrier.taken] == [other.pk]


def test_cancelling_twice_changes_nothing() -> None:
    make_message()
    carriage.cancel(["run:1"], now=NOW)

    assert carriage.cancel(["run:1"], now=NOW) == 0


def test_cancelling_includes_what_a_later_clock_planned() -> None:
    message = make_message(created_at=NOW + seconds(3), not_before=NOW + seconds(3))

    carriage.cancel(["run:1"], now=NOW)

    assert state_of(message) == MessageState.CANCELLED


def sweep() -> Sweep:
    return Sweep(lambda: NOW, lambda: 1.0)


def test_cancelled_between_claim_and_hand_over_does_not_leave() -> None:
    message = make_message()
    (claimed,) = claim(now=NOW).messages
    carriage.cancel(["run:1"], now=NOW)

    assert not hand_over(sweep(), claimed)

    assert NotedCarrier.asked == []
    assert state_of(message) == MessageState.CANCELLED


def test_cancelled_while_the_carrier_has_it_is_recorded_as_it_was() -> None:
    message = make_message()
    NotedCarrier.does = lambda _: carriage.cancel(["run:1"], now=NOW)  # type: ignore[assignment]

    carry()

    assert state_of(message) == MessageState.SENT
    assert outcomes(message) == [AttemptOutcome.HANDED_OVER]


def test_cancelled_while_the_carrier_fails_stays_cancelled() -> None:
    message = make_message()

    def cancel_and_fail(outgoing: Outgoing) -> None:
        carriage.cancel(["run:1"], now=NOW)
        fail()(outgoing)

    NotedCarrier.does = cancel_and_fail
    carry()

    assert state_of(message) == MessageState.CANCELLED
    assert outcomes(message) == [AttemptOutcome.TEMPORARY]


@pytest.mark.parametrize(
    ("expires_at", "state"),
    [
        pytest.param(NOW, MessageState.EXPIRED, id="now"),
        pytest.param(NOW + seconds(1), MessageState.SENT, id="in a second"),
        pytest.param(None, MessageState.SENT, id="never"),
    ],
)
def test_what_is_too_old_does_not_leave(expires_at: datetime | None, state: MessageState) -> None:
    message = make_message(expires_at=expires_at)

    carry()

    assert state_of(message) == state


def test_what_grows_too_old_after_its_claim_does_not_leave() -> None:
    message = make_message(expires_at=NOW + seconds(5))
    (claimed,) = claim(now=NOW).messages

    late = Sweep(lambda: NOW + seconds(6), lambda: 1.0)

    assert not hand_over(late, claimed)
    assert state_of(message) == MessageState.EXPIRED


LEASE = claiming.LEASE


def test_an_abandoned_message_is_carried_after_its_lease() -> None:
    message = make_message()
    claim(now=NOW)

    assert carry(NOW + LEASE) == 0
    assert carry(NOW + LEASE + seconds(1)) == 1

    assert outcomes(message) == [AttemptOutcome.LOST, AttemptOutcome.HANDED_OVER]
    assert message.attempts.get(number=1).started_at == NOW


def test_an_abandoned_message_that_is_too_old_expires() -> None:
    message = make_message(expires_at=NOW + seconds(10))
    claim(now=NOW)

    assert carry(NOW + LEASE + seconds(1)) == 0

    assert state_of(message) == MessageState.EXPIRED
    assert outcomes(message) == [AttemptOutcome.LOST]


def test_a_message_that_kills_its_senders_is_given_up() -> None:
    message = make_message()
    following = make_message(
        make_point(message.person, channel=Channel.PHONE),
        topic_id=message.topic_id,
        not_before=NOW + timedelta(hours=1),
    )
    at = NOW
    for _ in range(5):
        assert len(claim(now=at).messages) == 1
        at += LEASE + seconds(1)

    assert carry(at) == 1

    assert state_of(message) == MessageState.FAILED
    assert outcomes(message) == [AttemptOutcome.LOST] * 5
    assert state_of(following) == MessageState.SENT


def test_a_lease_that_ran_out_is_good_until_somebody_else_takes_it() -> None:
    make_message()
    (claimed,) = claim(now=NOW).messages
    late = Sweep(lambda: NOW + LEASE + seconds(5), lambda: 1.0)

    assert hand_over(late, claimed)


def test_a_lost_lease_cannot_hand_over() -> None:
    make_message()
    (stale,) = claim(now=NOW).messages
    claim(now=NOW + LEASE + seconds(1))

    assert not hand_over(sweep(), stale)
    assert NotedCarrier.asked == []


@pytest.mark.parametrize("succeeds", [True, False])
def test_a_lost_lease_cannot_record(succeeds: bool) -> None:
    message = make_message()
    (stale,) = claim(now=NOW).messages
    (current,) = claim(now=NOW + LEASE + seconds(1)).messages
    attempt = recording.Attempt(stale, NOW, NOW)

    if succeeds:
        recording.succeeded(attempt, Receipt("late"))
    else:
        recording.failed(attempt, SendFailed("late", permanent=True), jitter=1.0)

    assert state_of(message) == MessageState.SENDING
    assert message.lease_token == current.lease_token
    assert outcomes(message) == [AttemptOutcome.LOST]


SHARE, WINDOW = throttle.LIMITS[Channel.EMAIL.value][0]


def test_a_contact_point_gets_its_share_and_the_rest_waits() -> None:
    point, other = make_point(), make_point()
    for _ in range(SHARE + 5):
        make_message(point)
    elsewhere = make_message(other)

    assert carry() == SHARE + 1

    assert state_of(elsewhere) == MessageState.SENT
    waiting = Message.objects.filter(contact_point=point, state=MessageState.PLANNED)
    assert {one.not_before for one in waiting} == {NOW + claiming.HOLD_BACK}
    assert not waiting.filter(attempts_made__gt=0).exists()


def test_what_waited_leaves_when_the_window_has_passed() -> None:
    point = make_point()
    for _ in range(SHARE + 5):
        make_message(point)
    carry()

    assert carry(NOW + WINDOW) == 5


def test_what_a_lost_sender_left_waits_its_turn_and_stands_in_nobodys_way() -> None:
    point = make_point()
    for _ in range(SHARE):
        make_message(point)
    carry()
    left = [make_message(point) for _ in range(2 * claiming.BATCH)]
    Message.objects.filter(pk__in=[one.pk for one in left]).update(
        state=MessageState.SENDING,
        attempts_made=1,
        lease_until=NOW - seconds(1),
        lease_token=uuid4(),
    )
    late = make_message(lane=Lane.UPDATE)

    carry()

    assert state_of(late) == MessageState.SENT
    waiting = Message.objects.filter(pk__in=[one.pk for one in left])
    assert set(waiting.values_list("state", "not_before", "lease_until")) == {
        (MessageState.PLANNED, NOW + claiming.HOLD_BACK, None)
    }


def test_the_share_holds_over_several_sweeps() -> None:
    point = make_point()
    for sweeping in range(4):
        for _ in range(4):
            make_message(point)
        carry(NOW + seconds(sweeping))

    assert len(NotedCarrier.taken) == SHARE


def test_the_first_call_of_an_incident_never_waits() -> None:
    point = make_point()
    for _ in range(SHARE):
        make_message(point)
    carry()
    first = make_message(point, lane=Lane.FIRST_CALL)

    carry()

    assert state_of(first) == MessageState.SENT


def test_a_flood_for_one_person_does_not_stand_in_anothers_way() -> None:
    flooded = make_point()
    for _ in range(SHARE + 3 * claiming.BATCH):
        make_message(flooded, not_before=NOW - seconds(60))
    late = make_message(lane=Lane.UPDATE)

    carry()

    assert state_of(late) == MessageState.SENT


def test_a_sweep_over_nothing_asks_little(django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(4):
        assert carry() == 0


def test_a_claim_takes_as_many_queries_for_one_as_for_twenty(
    django_assert_max_num_queries: Any,
) -> None:
    for _ in range(claiming.BATCH):
        make_message()

    with django_assert_max_num_queries(7):
        assert len(claim(now=NOW).messages) == claiming.BATCH


def test_attempts_are_evidence_and_numbered() -> None:
    message = make_message()
    NotedCarrier.does = fail()
    carry()
    NotedCarrier.does = None
    carry(NOW + seconds(60))

    numbers = DeliveryAttempt.objects.filter(message=message).values_list("number", flat=True)
    assert sorted(numbers) == [1, 2, 3]


def quiet_from_ten(point: ContactPoint) -> None:
    person = point.person
    person.quiet_from, person.quiet_until, person.time_zone = time(22), time(7), "UTC"
    person.save(update_fields=["quiet_from", "quiet_until", "time_zone"])


EVENING = NOW.replace(hour=21, minute=59, second=50)
MORNING = NOW.replace(hour=7, minute=0, second=0) + timedelta(days=1)


@pytest.mark.parametrize(
    ("lane", "is_tried_at_night"),
    [(Lane.UPDATE, False), (Lane.ESCALATION, True), (Lane.FIRST_CALL, True)],
    ids=["can-wait", "later-call", "first-call"],
)
def test_a_try_that_failed_before_quiet_hours_is_not_repeated_in_them(
    lane: Lane, is_tried_at_night: bool
) -> None:
    quiet_from_ten(point := make_point())
    message = make_message(
        point,
        lane=lane,
        attempts_made=1,
        not_before=EVENING,
        expires_at=EVENING + timedelta(hours=4),
    )
    NotedCarrier.does = fail("busy")

    carry(EVENING)
    carry(EVENING + seconds(40))

    message.refresh_from_db()
    assert message.attempts.count() == (2 if is_tried_at_night else 1)
    assert (message.not_before == MORNING) is not is_tried_at_night
    if not is_tried_at_night:
        assert message.expires_at == MORNING + fallback.EXPIRES_AFTER


def test_what_waited_for_the_morning_leaves_in_the_morning() -> None:
    quiet_from_ten(point := make_point())
    message = make_message(
        point, lane=Lane.UPDATE, not_before=EVENING, expires_at=EVENING + timedelta(hours=4)
    )

    carry(EVENING + timedelta(minutes=5))
    waited = state_of(message)
    carry(MORNING)

    assert (waited, state_of(message)) == (MessageState.PLANNED, MessageState.SENT)
    assert message.attempts_made == 1


def test_a_lost_lease_ends_in_quiet_hours_and_waits_for_their_end() -> None:
    quiet_from_ten(point := make_point())
    message = make_message(
        point,
        lane=Lane.UPDATE,
        state=MessageState.SENDING,
        attempts_made=1,
        lease_until=EVENING,
        lease_token=UUID(int=1),
    )

    carry(EVENING + timedelta(minutes=5))

    assert state_of(message) == MessageState.PLANNED
    assert message.not_before == MORNING


@pytest.mark.parametrize(
    ("channel", "limits"), sorted(throttle.LIMITS.items()), ids=sorted(throttle.LIMITS)
)
def test_a_contact_point_gets_no_more_than_its_channel_allows(
    settings: Any, channel: str, limits: tuple[throttle.Limit, ...]
) -> None:
    settings.CARRIERS = {channel: f"{HERE}.NotedCarrier"}
    point = make_point(channel=Channel(channel))
    for _ in range(limits[-1][0] + 5):
        make_message(point, expires_at=NOW + timedelta(days=1))
    begin = NOW

    for most, window in limits:
        at = begin
        while at < begin + window:
            carry(at)
            at += max(window / 20, claiming.HOLD_BACK)
        sent = Message.objects.filter(state=MessageState.SENT, sent_at__lt=begin + window)
        assert sent.count() == most


def test_a_first_call_by_text_message_jumps_the_queue(settings: Any) -> None:
    settings.CARRIERS = {Channel.SMS: f"{HERE}.NotedCarrier"}
    point = make_point(channel=Channel.SMS)
    for _ in range(8):
        make_message(point)
    carry()
    first = make_message(point, lane=Lane.FIRST_CALL)

    carry()

    assert state_of(first) == MessageState.SENT
    assert Message.objects.filter(state=MessageState.SENT).count() == 5 + 1


def test_limits_of_ones_own_hold(settings: Any) -> None:
    settings.CONTACT_LIMITS = throttle.parsed("email=2/15m")
    point = make_point()
    for _ in range(5):
        make_message(point)

    carry()

    assert Message.objects.filter(state=MessageState.SENT).count() == 2


def test_calls_come_first_and_what_can_wait_gets_its_share() -> None:
    for _ in range(30):
        make_message(lane=Lane.UPDATE, not_before=NOW - seconds(600))
    for _ in range(claiming.BATCH + 5):
        make_message(lane=Lane.ESCALATION)

    claimed = claim(now=NOW).messages

    lanes = [one.lane for one in claimed]
    assert lanes == [Lane.ESCALATION] * claiming.BATCH + [Lane.UPDATE] * claiming.FAIR_SHARE


def test_by_a_channel_for_calls_only_what_can_wait_is_left() -> None:
    make_message(lane=Lane.UPDATE)
    call = make_message(lane=Lane.ESCALATION)

    claimed = claim(now=NOW, calls_only=["email"]).messages

    assert [one.pk for one in claimed] == [call.pk]

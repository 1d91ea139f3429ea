"""Acts against the tick and against each other, and processes that die at the worst moments."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection

from config.portal import queue
from config.portal.refusals import Refused
from incidents.intake import alertmanager
from incidents.intake.signal import Post
from incidents.models import (
    Alert,
    EscalationRun,
    Incident,
    Notification,
    ResponseClock,
    StepFiring,
    TimelineEntry,
)
from incidents.operations import engine, intake, lifecycle
from incidents.operations.lifecycle import Opening
from rosters.channels.contract import Outgoing, Receipt
from rosters.enums import AttemptOutcome, MessageState
from rosters.models import DeliveryAttempt, Message
from rosters.operations import carriage, claiming
from rosters.operations.sending import Sweep
from tests.races import outcome, together
from tests.rosters.operations.carriers import hand_over
from tests.world import NOW, World, build

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOW + timedelta(minutes=5)


class Killed(BaseException):
    """The process is gone: nothing after this line runs, and its connection is cut."""


@pytest.fixture
def world() -> World:
    return build()


def declare(world: World) -> Incident:
    opening = Opening(title="Card payments fail", severity=1, service=world.service)
    return lifecycle.open_incident(opening, by=world.erin, now=NOW)


def die_in(act: Callable[[], object]) -> None:
    """`act` in a process that is killed when it raises Killed: its connection goes at once."""
    with pytest.raises(Killed):
        act()
    connection.close()


class Taking:
    """A carrier that remembers what it took, and whose process may die right after."""

    wants_answer_link = False
    is_in_house = True
    takes_replies = False
    took: list[str] = []  # noqa: RUF012  # of the one test that uses it
    dies = False

    def send(self, outgoing: Outgoing) -> Receipt:
        self.took.append(outgoing.idempotency_key)
        if type(self).dies:
            raise Killed
        return Receipt("taken")


@pytest.fixture
def carrier(settings: pytest.FixtureRequest) -> type[Taking]:
    Taking.took, Taking.dies = [], False
    settings.CARRIERS = dict.fromkeys(settings.CARRIERS, f"{__name__}.Taking")  # type: ignore[attr-defined]
    return Taking


@pytest.mark.parametrize("_round", range(8))
def test_a_step_that_is_due_when_somebody_acknowledges_is_told_before_or_not_at_all(
    world: World, _round: int
) -> None:
    incident = declare(world)
    engine.tick(now=NOW)

    together(
        lambda: engine.tick(now=LATER),
        lambda: lifecycle.acknowledge(incident, by=world.alice, now=LATER),
        lambda: carriage.carry_all(clock=lambda: LATER),
    )
    claimed = set(Message.objects.filter(attempts_made__gt=0).values_list("pk", flat=True))
    engine.tick(now=LATER + timedelta(minutes=30))
    carriage.carry_all(clock=lambda: LATER + timedelta(minutes=30))

    ours = Message.objects.filter(
        topic="notification",
        topic_id__in=Notification.objects.filter(run__clock__promise="acknowledge").values("pk"),
    )
    assert set(ours.filter(attempts_made__gt=0).values_list("pk", flat=True)) <= claimed
    assert not ours.filter(state=MessageState.PLANNED).exists()


@pytest.mark.parametrize("_round", range(8))
def test_resolving_against_acknowledging_leaves_nothing_that_runs(
    world: World, _round: int
) -> None:
    incident = declare(world)
    engine.tick(now=NOW)

    acknowledged, resolved = together(
        lambda: lifecycle.acknowledge(incident, by=world.alice, now=LATER),
        lambda: lifecycle.resolve(incident, by=world.bob, at=LATER, now=LATER),
    )

    assert isinstance(acknowledged, Incident | Refused)
    assert isinstance(resolved, Incident)
    incident.refresh_from_db()
    assert incident.resolved_by == world.bob
    assert incident.acknowledged_by in (world.alice, world.bob)
    running = ResponseClock.objects.filter(incident=incident, met_at=None, stopped_at=None)
    assert list(running.values_list("promise", flat=True)) == ["review"]
    entries = TimelineEntry.objects.filter(incident=incident, kind="acknowledged")
    assert entries.count() == 1


def test_of_fifty_people_who_acknowledge_at_once_one_has_it_and_all_read_who(
    world: World,
) -> None:
    incident = declare(world)
    engine.tick(now=NOW)
    people = [world.alice, world.bob, world.carol, world.dora] * 12 + [world.alice, world.bob]

    results = together(
        *(lambda who=who: lifecycle.acknowledge(incident, by=who, now=LATER) for who in people)
    )

    incident.refresh_from_db()
    for who, result in zip(people, results, strict=True):
        if who == incident.acknowledged_by:
            assert isinstance(result, Incident), result
        else:
            assert isinstance(result, lifecycle.AlreadyAcknowledged), result
            assert result.sentence.params["who"] == str(incident.acknowledged_by)
    assert TimelineEntry.objects.filter(incident=incident, kind="acknowledged").count() == 1
    running = ResponseClock.objects.filter(incident=incident, met_at=None, promise="update")
    assert running.count() == 1


def test_two_alerts_of_one_group_at_one_instant_open_one_incident(world: World) -> None:
    def alert(number: int) -> object:
        labels = {"alertname": "CardErrors", "instance": str(number)}
        body = {"groupKey": "cards", "alerts": [{"labels": labels}]}
        parcel = alertmanager.parse(Post(body))
        return intake.receive(intake.Delivery(world.source, b"{}"), parcel, now=NOW)

    results = together(*(lambda number=number: alert(number) for number in range(8)))
    while engine.tick(now=NOW):
        pass

    assert all(isinstance(result, list) for result in results), results
    assert Incident.objects.count() == 1
    assert Alert.objects.filter(incident=Incident.objects.get()).count() == 8
    assert list(Notification.objects.values_list("person", flat=True)) == [world.alice.pk]


def test_a_tick_that_dies_before_its_commit_has_not_happened(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    declare(world)

    def die(*_args: object, **_named: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(engine, "_move_runs", die)  # the last thing that it writes
        die_in(lambda: engine.tick(now=NOW))
    before = Notification.objects.count(), Message.objects.count(), StepFiring.objects.count()
    engine.tick(now=NOW)

    assert before == (0, 0, 0)
    assert Notification.objects.count() == Message.objects.count() == 1
    assert StepFiring.objects.count() == 1


def test_a_tick_that_dies_after_its_commit_is_not_done_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    declare(world)

    def die(*_args: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(queue, "wake", die)  # what comes right after the commit
        die_in(lambda: engine.tick(now=NOW))
    for _ in range(3):
        engine.tick(now=NOW)

    assert Notification.objects.count() == Message.objects.count() == 1


def test_a_sender_that_dies_before_it_hands_over_sends_once(
    world: World, carrier: type[Taking], monkeypatch: pytest.MonkeyPatch
) -> None:
    declare(world)
    engine.tick(now=NOW)

    claiming.claim(now=NOW)  # and dies
    connection.close()
    carriage.carry_all(clock=lambda: NOW + claiming.LEASE / 2)
    early = list(carrier.took)
    carriage.carry_all(clock=lambda: NOW + 2 * claiming.LEASE)

    assert early == []
    assert len(carrier.took) == 1
    attempts = DeliveryAttempt.objects.order_by("number").values_list("outcome", flat=True)
    assert list(attempts) == [AttemptOutcome.LOST, AttemptOutcome.HANDED_OVER]


def test_a_sender_that_dies_after_its_carrier_took_it_leaves_one_copy_that_can_be_known(
    world: World, carrier: type[Taking]
) -> None:
    declare(world)
    engine.tick(now=NOW)

    carrier.dies = True
    die_in(lambda: carriage.carry_all(clock=lambda: NOW))
    carrier.dies = False
    for again in range(1, 5):
        later = NOW + again * 2 * claiming.LEASE
        carriage.carry_all(clock=partial(lambda at: at, later))

    assert len(carrier.took) == 2
    assert len(set(carrier.took)) == 1, "the same key, so that a receiver knows the second copy"
    assert Message.objects.get().state == MessageState.SENT


def test_a_sender_whose_word_comes_late_changes_nothing(
    world: World, carrier: type[Taking]
) -> None:
    declare(world)
    engine.tick(now=NOW)
    [late] = claiming.claim(now=NOW).messages
    later = NOW + 2 * claiming.LEASE

    carriage.carry_all(clock=lambda: later)
    sweep = Sweep(lambda: later, lambda: 0.0)

    assert hand_over(sweep, late) is False
    assert len(carrier.took) == 1


def test_a_climb_that_somebody_just_changes_is_left_for_the_next_tick(world: World) -> None:
    incident = declare(world)
    moved: list[object] = []

    def act() -> None:
        lifecycle.take_command(incident, by=world.carol, now=NOW)

    together(act, lambda: moved.append(outcome(lambda: engine.tick(now=NOW))))
    engine.tick(now=NOW)

    assert Notification.objects.count() == 1
    assert EscalationRun.objects.get(clock__promise="acknowledge").position == 1

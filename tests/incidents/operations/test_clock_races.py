"""Clocks that somebody stops while they run out, on real PostgreSQL."""

from datetime import timedelta
from uuid import uuid4

import pytest

from config.portal.refusals import Refused
from incidents.enums import ApprovalAnswer, Promise
from incidents.models import (
    Approval,
    Decision,
    DecisionKind,
    DecisionRight,
    EscalationRun,
    Incident,
    Notification,
    ResponseClock,
    ResponseTarget,
    TimelineEntry,
)
from incidents.operations import approvals, attending, engine, lifecycle, watching
from incidents.operations.deciding import Matter
from incidents.operations.lifecycle import Opening
from rosters.enums import MessageState
from rosters.models import MatrixEntry, Message
from tests.races import together
from tests.world import NOW, World, build

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world() -> World:
    found = build()
    ResponseTarget.objects.create(promise=Promise.ATTENTION, severity=1, amount=60)
    return found


def declare(world: World) -> Incident:
    opening = Opening(title="Card payments fail", severity=1, service=world.service)
    return lifecycle.open_incident(opening, by=world.erin, now=NOW)


@pytest.mark.parametrize("_round", range(5))
def test_still_on_it_against_the_end_of_the_time_ends_in_one_of_both(
    world: World, _round: int
) -> None:
    incident = declare(world)
    lifecycle.acknowledge(incident, by=world.alice, now=NOW)
    engine.tick(now=NOW + timedelta(minutes=48))
    end = NOW + timedelta(minutes=60)

    [said, *_ticks] = together(
        lambda: attending.give(incident, by=world.alice, now=end),
        lambda: engine.tick(now=end),
        lambda: engine.tick(now=end),
    )
    engine.tick(now=end)

    incident.refresh_from_db()
    climbing = EscalationRun.objects.open().filter(clock__promise=Promise.ACKNOWLEDGE)
    watched = ResponseClock.objects.filter(
        promise=Promise.ATTENTION, met_at__isnull=True, stopped_at__isnull=True
    )
    if isinstance(said, Refused):
        assert incident.acknowledged_by is None
        assert (climbing.count(), watched.count()) == (1, 0)
    else:
        assert incident.acknowledged_by == world.alice
        assert (climbing.count(), watched.count()) == (0, 1)
    assert incident.timeline.filter(kind__in=["attention_given", "attention_lost"]).count() == 1


def test_many_sweeps_at_once_ask_each_person_once(world: World) -> None:
    incidents = [declare(world) for _ in range(10)]
    for incident in incidents:
        lifecycle.acknowledge(incident, by=world.alice, now=NOW)
    due = NOW + timedelta(minutes=48)

    together(*(lambda: watching.sweep(now=due) for _ in range(4)))
    while watching.sweep(now=due):
        pass

    assert Notification.objects.filter(purpose__startswith="attention ").count() == 10


def test_many_presses_at_once_count_once(world: World) -> None:
    incident = declare(world)
    lifecycle.acknowledge(incident, by=world.alice, now=NOW)
    due = NOW + timedelta(minutes=48)
    engine.tick(now=due)

    results = together(
        *(lambda: attending.give(incident, by=world.alice, now=due) for _ in range(20))
    )

    assert all(isinstance(one, Incident) for one in results), results
    assert incident.timeline.filter(kind="attention_given").count() == 1
    assert ResponseClock.objects.filter(promise=Promise.ATTENTION).count() == 2


@pytest.fixture
def approval(world: World) -> Approval:
    """Carol asked whether to shut it down; Dora must agree within 10 minutes, then Bob is asked."""
    kind = DecisionKind.objects.create(name="shut the service down", slug="shut-down")
    DecisionRight.objects.create(
        decision=kind, role=world.commander, approver=world.director, within_minutes=10
    )
    MatrixEntry.objects.filter(role=world.director).update(backup=world.bob)
    incident = declare(world)
    return approvals.ask(incident, Matter(kind, uuid4()), by=world.carol, now=NOW)


@pytest.mark.parametrize("_round", range(3))
def test_of_two_who_answer_at_once_one_does(world: World, approval: Approval, _round: int) -> None:
    end = NOW + timedelta(minutes=10)
    engine.tick(now=end)

    results = together(
        *(
            lambda who=who, given=given: approvals.answer(approval, given, note="", by=who, now=end)
            for who, given in (
                (world.dora, ApprovalAnswer.APPROVED),
                (world.bob, ApprovalAnswer.DECLINED),
            )
        )
    )

    assert sum(isinstance(one, Approval) for one in results) == 1, results
    assert sum(isinstance(one, Refused) for one in results) == 1, results
    approval.refresh_from_db()
    agreed = approval.answer == ApprovalAnswer.APPROVED
    assert Decision.objects.filter(approval=approval).count() == int(agreed)
    assert TimelineEntry.objects.filter(kind="approval_answered").count() == 1


@pytest.mark.parametrize("_round", range(3))
def test_an_answer_against_the_turn_of_the_backup_stands(
    world: World, approval: Approval, _round: int
) -> None:
    end = NOW + timedelta(minutes=10)

    [answered, *_ticks] = together(
        lambda: approvals.answer(
            approval, ApprovalAnswer.APPROVED, note="", by=world.dora, now=end
        ),
        lambda: engine.tick(now=end),
        lambda: engine.tick(now=end),
    )
    engine.tick(now=end + timedelta(minutes=1))

    assert isinstance(answered, Approval), answered
    assert Decision.objects.filter(approval=approval).count() == 1
    asked = Notification.objects.filter(purpose=f"decide {approval.pk}", person=world.bob)
    assert asked.count() <= 1
    waiting = Message.objects.filter(person=world.bob, subject_key__startswith="clock:")
    assert not waiting.filter(state=MessageState.PLANNED).exists()


def test_the_same_question_many_times_at_once_is_asked_once(world: World) -> None:
    kind = DecisionKind.objects.create(name="tell customers", slug="tell")
    DecisionRight.objects.create(
        decision=kind, role=world.commander, approver=world.director, within_minutes=10
    )
    incident, matter = declare(world), Matter(kind, uuid4())

    results = together(
        *(lambda: approvals.ask(incident, matter, by=world.carol, now=NOW) for _ in range(8))
    )

    assert all(isinstance(one, Approval) for one in results), results
    assert Approval.objects.count() == 1
    assert Notification.objects.filter(purpose__startswith="decide ").count() == 1

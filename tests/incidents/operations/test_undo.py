"""Containment undone within two minutes: as if it had never been, but for the timeline."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from config.portal.refusals import Refused
from incidents.enums import Promise, StepAnchor, TargetKind
from incidents.models import (
    EscalationRun,
    EscalationStep,
    Incident,
    Notification,
    ResponseClock,
    ResponseTarget,
)
from incidents.operations import engine, lifecycle, updates
from incidents.operations.updates import UpdateText
from incidents.queries import board
from rosters.enums import MessageState
from rosters.models import Message, Person
from rosters.operations import carriage
from tests.incidents.operations.test_engine import declare, kinds, minutes, run_until, told
from tests.world import NOW, World, step

pytestmark = pytest.mark.django_db


def contained(world: World, *, at: float = 20, by: Person | None = None) -> Incident:
    """Acknowledged by Alice after 3 minutes, contained by her (or `by`)."""
    incident = declare(world)
    engine.tick(now=NOW)
    lifecycle.acknowledge(incident, by=world.alice, now=minutes(3))
    return lifecycle.contain(incident, by=by or world.alice, at=minutes(at), now=minutes(at))


def promise(incident: Incident) -> ResponseClock:
    return ResponseClock.objects.get(incident=incident, promise=Promise.CONTAIN)


def test_the_clock_runs_again_from_its_own_start(world: World) -> None:
    incident = contained(world)

    undone = lifecycle.undo_contain(incident, by=world.alice, now=minutes(21))

    clock = promise(incident)
    assert (undone.contained_at, undone.contained_by) == (None, None)
    assert (clock.started_at, clock.target_at, clock.met_at) == (NOW, minutes(60), None)
    assert undone.acknowledged_by == world.alice


def test_the_same_people_are_told_at_the_same_times_as_without_it(world: World) -> None:
    incident = contained(world)
    lifecycle.undo_contain(incident, by=world.alice, now=minutes(21))

    run_until(80)

    assert [name for name in told(incident) if name[0] == "Dora"] == [("Dora", 23), ("Dora", 60)]


def test_a_step_that_fell_due_meanwhile_is_due_now_and_nothing_was_late(world: World) -> None:
    incident = declare(world)
    engine.tick(now=NOW)
    lifecycle.acknowledge(incident, by=world.alice, now=minutes(3))
    run_until(58)
    lifecycle.contain(incident, by=world.alice, at=minutes(59), now=minutes(59))

    lifecycle.undo_contain(incident, by=world.alice, now=minutes(60.9))
    engine.tick(now=minutes(60.9))
    engine.tick(now=minutes(62))

    assert told(incident)[-1] == ("Dora", 60.9)
    assert "ran_late" not in kinds(incident)
    assert len([one for one in told(incident) if one[1] > 59]) == 1


def test_what_was_decided_and_not_sent_is_sent_once(world: World) -> None:
    incident = declare(world)
    run_until(60)
    run = EscalationRun.objects.get(clock=promise(incident))
    messages = Message.objects.filter(subject_key=f"run:{run.pk}")
    assert set(messages.values_list("state", flat=True)) == {MessageState.PLANNED}

    lifecycle.contain(incident, by=world.alice, at=minutes(60), now=minutes(60))
    assert set(messages.values_list("state", flat=True)) == {MessageState.CANCELLED}
    lifecycle.undo_contain(incident, by=world.alice, now=minutes(61))
    engine.tick(now=minutes(61))
    carriage.carry_all(clock=lambda: minutes(61))
    lifecycle.contain(incident, by=world.alice, at=minutes(62), now=minutes(62))
    lifecycle.undo_contain(incident, by=world.alice, now=minutes(63))
    carriage.carry_all(clock=lambda: minutes(63))

    assert set(messages.values_list("state", flat=True)) == {MessageState.SENT}
    assert all(message.attempts.count() == 1 for message in messages)


def test_a_broken_promise_stays_broken(world: World) -> None:
    incident = contained(world, at=70)
    assert promise(incident).breached_at == minutes(60)

    lifecycle.undo_contain(incident, by=world.alice, now=minutes(71))

    assert promise(incident).breached_at == minutes(60)


def test_one_that_breaks_meanwhile_is_broken(world: World) -> None:
    incident = contained(world, at=59)

    lifecycle.undo_contain(incident, by=world.alice, now=minutes(60.5))
    engine.tick(now=minutes(60.5))

    assert promise(incident).breached_at == minutes(60)


def test_the_timeline_keeps_both(world: World) -> None:
    incident = contained(world)
    lifecycle.undo_contain(incident, by=world.alice, now=minutes(21))

    newest, before = board.timeline_of(incident, limit=2)

    assert before.kind == "contained"
    assert "undid that" in newest.sentence.msgid


def test_without_a_target_there_is_no_clock_and_undo_still_works(world: World) -> None:
    incident = declare(world)
    ResponseClock.objects.filter(promise=Promise.CONTAIN).delete()
    lifecycle.contain(incident, by=world.alice, at=minutes(2), now=minutes(2))

    undone = lifecycle.undo_contain(incident, by=world.alice, now=minutes(3))

    assert undone.contained_at is None


def test_the_commander_may_undo_what_another_marked(world: World) -> None:
    incident = contained(world)
    lifecycle.take_command(incident, by=world.carol, now=minutes(20))

    undone = lifecycle.undo_contain(incident, by=world.carol, now=minutes(21))

    assert undone.contained_at is None


def test_two_minutes_count_from_the_press_not_from_the_time_that_was_given(world: World) -> None:
    incident = declare(world)
    lifecycle.contain(incident, by=world.alice, at=minutes(2), now=minutes(20))

    undone = lifecycle.undo_contain(incident, by=world.alice, now=minutes(21.9))

    assert undone.contained_at is None


@pytest.mark.parametrize(
    ("who", "at", "sentence"),
    [
        ("alice", minutes(22), "The two minutes are over. Say in an update"),
        ("alice", minutes(400), "The two minutes are over"),
        ("bob", minutes(21), "Only Alice Example, who marked"),
        ("frank", minutes(21), "Only Alice Example, who marked"),
    ],
)
def test_it_is_refused_in_a_sentence(world: World, who: str, at: datetime, sentence: str) -> None:
    incident = contained(world)

    with pytest.raises(Refused, match=sentence):
        lifecycle.undo_contain(incident, by=world.people[who], now=at)

    incident.refresh_from_db()
    assert incident.contained_at == minutes(20)


def test_a_second_undo_and_one_of_nothing_are_refused(world: World) -> None:
    incident = contained(world)
    lifecycle.undo_contain(incident, by=world.alice, now=minutes(21))

    with pytest.raises(Refused, match="nothing to undo"):
        lifecycle.undo_contain(incident, by=world.alice, now=minutes(21))

    assert kinds(incident).count("handed_back") == 1


def test_what_is_resolved_is_not_undone(world: World) -> None:
    incident = contained(world)
    lifecycle.resolve(incident, by=world.alice, at=minutes(21), now=minutes(21))

    with pytest.raises(Refused, match="is resolved"):
        lifecycle.undo_contain(incident, by=world.alice, now=minutes(21) + timedelta(seconds=5))


def posted(incident: Incident, *, by: Person, at: float, key: int = 1) -> ResponseClock:
    """An update by `by`; answers the clock of the next one."""
    text = UpdateText(f"Cards work again, {key}.", "x", "x")
    updates.post(incident, text, key=UUID(int=key), by=by, now=minutes(at))
    return ResponseClock.objects.filter(incident=incident, promise=Promise.UPDATE).latest("pk")


def test_an_update_posted_meanwhile_is_followed_as_if_never_contained(world: World) -> None:
    incident = contained(world)
    stretched = posted(incident, by=world.alice, at=21)
    assert stretched.target_at == minutes(61)

    lifecycle.undo_contain(incident, by=world.alice, now=minutes(21.5))

    clock = ResponseClock.objects.get(pk=stretched.pk)
    assert (clock.started_at, clock.target_at) == (minutes(21), minutes(41))
    assert clock.at_risk_at == minutes(37)
    assert incident.updates.get().next_update_at == minutes(41)
    run_until(45)
    assert told(incident)[-1] == ("Dora", 41)


def test_an_update_posted_before_keeps_its_time(world: World) -> None:
    incident = declare(world)
    lifecycle.acknowledge(incident, by=world.alice, now=NOW)
    before = posted(incident, by=world.alice, at=20)
    lifecycle.contain(incident, by=world.alice, at=minutes(20), now=minutes(20))

    lifecycle.undo_contain(incident, by=world.alice, now=minutes(21))

    clock = ResponseClock.objects.get(pk=before.pk)
    assert (clock.target_at, clock.at_risk_at) == (before.target_at, before.at_risk_at)
    assert clock.target_at == minutes(40)


def test_the_clock_of_a_fresh_acknowledgement_keeps_its_time(world: World) -> None:
    incident = contained(world)
    posted(incident, by=world.alice, at=20.2)
    lifecycle.hand_back(incident, by=world.alice, now=minutes(20.5))
    lifecycle.acknowledge(incident, by=world.bob, now=minutes(21))

    lifecycle.undo_contain(incident, by=world.alice, now=minutes(21.5))

    clock = ResponseClock.objects.filter(incident=incident, promise=Promise.UPDATE).latest("pk")
    assert clock.target_at == minutes(41)


def test_contained_undone_and_contained_again_is_stretched_once(world: World) -> None:
    incident = contained(world)
    posted(incident, by=world.alice, at=20.5)
    lifecycle.undo_contain(incident, by=world.alice, now=minutes(21))
    lifecycle.contain(incident, by=world.alice, at=minutes(21), now=minutes(21.2))

    lifecycle.undo_contain(incident, by=world.alice, now=minutes(21.5))

    clock = ResponseClock.objects.filter(incident=incident, promise=Promise.UPDATE).latest("pk")
    assert clock.target_at == minutes(40.5)


def test_who_was_told_of_the_late_update_is_not_told_again(world: World) -> None:
    ResponseTarget.objects.filter(promise=Promise.UPDATE).update(amount=1)
    EscalationStep.objects.filter(clock=Promise.UPDATE).update(anchor=StepAnchor.START)
    step(
        world.version,
        7,
        0,
        clock=Promise.UPDATE,
        anchor=StepAnchor.TARGET,
        kind=TargetKind.ROLE,
        role=world.commander,
    )
    incident = contained(world)
    clock = posted(incident, by=world.alice, at=20.2)
    engine.tick(now=minutes(20.2))
    before = Notification.objects.filter(run__clock=clock).count()

    lifecycle.undo_contain(incident, by=world.alice, now=minutes(21.5))
    engine.tick(now=minutes(21.5))

    run = EscalationRun.objects.get(clock=clock)
    names = Notification.objects.filter(run=run).values_list("person__short_name", flat=True)
    assert before == 1
    assert sorted(names) == ["Carol", "Dora"]
    assert run.finished_at == minutes(21.5)

"""Containment undone within two minutes: as if it had never been, but for the timeline."""

from datetime import datetime, timedelta

import pytest

from config.portal.refusals import Refused
from incidents.enums import Promise
from incidents.models import EscalationRun, Incident, ResponseClock
from incidents.operations import engine, lifecycle
from incidents.queries import board
from rosters.enums import MessageState
from rosters.models import Message, Person
from rosters.operations import carriage
from tests.incidents.operations.test_engine import declare, kinds, minutes, run_until, told
from tests.world import NOW, World

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

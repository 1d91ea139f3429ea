"""What can race is raced, on real PostgreSQL with a connection for each thread."""

from datetime import timedelta
from uuid import UUID

import pytest

from config.portal.refusals import Refused
from incidents.intake import alertmanager
from incidents.intake.signal import Post
from incidents.models import (
    EscalationRun,
    Incident,
    Notification,
    PolicyVersion,
    StatusUpdate,
    StepMark,
    TimelineEntry,
)
from incidents.operations import (
    answers,
    engine,
    intake,
    leavers,
    lifecycle,
    policies,
    runbook_steps,
    updates,
)
from incidents.operations.lifecycle import AlreadyAcknowledged, Opening
from incidents.operations.updates import PostedMeanwhile, UpdateText
from rosters.enums import MessageState
from rosters.models import DeskMessage, Message, Person
from rosters.operations import carriage, leaving
from runbooks.models import Runbook, RunbookVersion, Step
from tests.races import together
from tests.world import NOW, World, build, make_person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world() -> World:
    return build()


def declare(world: World) -> Incident:
    opening = Opening(title="Card payments fail", severity=1, service=world.service)
    return lifecycle.open_incident(opening, by=world.erin, now=NOW)


@pytest.mark.parametrize("_round", range(5))
def test_an_acknowledgement_against_a_tick_leaves_nothing_to_be_sent(
    world: World, _round: int
) -> None:
    incident = declare(world)
    engine.tick(now=NOW)
    later = NOW + timedelta(minutes=5)

    together(
        lambda: lifecycle.acknowledge(incident, by=world.alice, now=later),
        lambda: engine.tick(now=later),
    )
    engine.tick(now=later + timedelta(minutes=30))

    assert (
        not Message.objects.filter(state=MessageState.PLANNED, subject_key__startswith="run:")
        .filter(person=world.bob)
        .exists()
    )
    acknowledging = EscalationRun.objects.get(
        clock__incident=incident, clock__promise="acknowledge"
    )
    assert acknowledging.finished_at is not None


def test_of_fifty_acknowledgements_at_once_one_wins(world: World) -> None:
    incident = declare(world)
    people = [world.alice, world.bob, world.carol, world.dora, world.alice] * 10
    engine.tick(now=NOW)

    results = together(
        *(lambda who=who: lifecycle.acknowledge(incident, by=who, now=NOW) for who in people)
    )

    incident.refresh_from_db()
    winner = incident.acknowledged_by
    assert winner is not None
    for who, result in zip(people, results, strict=True):
        assert isinstance(result, Incident if who == winner else (AlreadyAcknowledged, Exception))
        assert not isinstance(result, AssertionError)
    entries = TimelineEntry.objects.filter(incident=incident, kind="acknowledged")
    assert entries.count() == 1


def test_two_ticks_at_once_tell_each_person_once(world: World) -> None:
    incidents = [declare(world) for _ in range(20)]

    together(*(lambda: engine.tick(now=NOW, limit=7) for _ in range(4)))
    while engine.tick(now=NOW):
        pass

    assert Notification.objects.count() == len(incidents)
    assert Message.objects.count() == len(incidents)


def test_two_carriers_at_once_hand_over_each_message_once(world: World) -> None:
    for _ in range(25):
        declare(world)
    engine.tick(now=NOW)

    together(*(lambda: carriage.carry_all(clock=lambda: NOW) for _ in range(4)))
    while carriage.carry_all(clock=lambda: NOW):  # what the four left when their time was up
        pass

    assert DeskMessage.objects.count() == 25
    assert Message.objects.filter(state=MessageState.SENT, attempts_made=1).count() == 25


def test_the_same_alert_many_times_at_once_opens_one_incident(world: World) -> None:
    parcel = alertmanager.parse(Post({"alerts": [{"labels": {"alertname": "CardErrors"}}]}))
    delivery = intake.Delivery(world.source, b"{}")

    results = together(*(lambda: intake.receive(delivery, parcel, now=NOW) for _ in range(8)))

    assert all(isinstance(result, list) for result in results), results
    assert Incident.objects.count() == 1
    assert Incident.objects.get().alerts.get().times_received == 8


def test_passing_against_acknowledging_ends_in_one_of_both(world: World) -> None:
    incident = declare(world)
    engine.tick(now=NOW)
    notification = Notification.objects.get(incident=incident)

    together(
        lambda: answers.pass_on(notification, now=NOW),
        lambda: lifecycle.acknowledge(incident, by=world.bob, now=NOW),
    )

    incident.refresh_from_db()
    assert incident.acknowledged_by == world.bob


@pytest.mark.parametrize("_round", range(5))
def test_leaving_against_acknowledging_never_leaves_a_leaver_in_charge(
    world: World, _round: int
) -> None:
    incident = declare(world)
    engine.tick(now=NOW)
    grace = make_person("Grace", is_administrator=True)
    notification = Notification.objects.get(incident=incident)

    together(
        lambda: leaving.leave(world.alice, by=grace, now=NOW),
        lambda: answers.acknowledge(notification, now=NOW),
        lambda: engine.tick(now=NOW),
    )
    engine.tick(now=NOW)
    engine.tick(now=NOW)

    incident.refresh_from_db()
    assert incident.acknowledged_by is None
    called = Notification.objects.filter(incident=incident).values_list("person", flat=True)
    assert set(called) == {world.alice.pk, world.carol.pk}  # Bob is the first on call now


def test_letting_go_many_times_at_once_is_done_once(world: World) -> None:
    incident = declare(world)
    engine.tick(now=NOW)
    lifecycle.acknowledge(incident, by=world.alice, now=NOW)
    lifecycle.take_command(incident, by=world.alice, now=NOW)
    leaving.leave(world.alice, by=make_person("Grace", is_administrator=True), now=NOW)

    results = together(
        *(lambda: leavers.let_go(now=NOW) for _ in range(6)), lambda: engine.tick(now=NOW)
    )

    assert not [one for one in results if isinstance(one, Exception)], results
    entries = TimelineEntry.objects.filter(incident=incident, kind="handed_back")
    assert sorted(one.params["what"] for one in entries) == ["command_left", "left"]


def test_declaring_twice_at_once_with_one_form_declares_once(world: World) -> None:
    opening = Opening(
        title="Cards fail", severity=1, service=world.service, declare_key=UUID(int=7)
    )

    results = together(
        *(lambda: lifecycle.declare(opening, by=world.erin, now=NOW) for _ in range(6))
    )

    assert {getattr(result, "pk", result) for result in results} == {Incident.objects.get().pk}


def contained(world: World) -> Incident:
    incident = declare(world)
    engine.tick(now=NOW)
    return lifecycle.contain(incident, by=world.alice, at=NOW, now=NOW + timedelta(minutes=59))


def test_of_two_undos_at_once_one_undoes(world: World) -> None:
    incident = contained(world)
    soon = NOW + timedelta(minutes=60)

    results = together(
        *(lambda: lifecycle.undo_contain(incident, by=world.alice, now=soon) for _ in range(6))
    )

    assert sum(isinstance(result, Incident) for result in results) == 1
    assert all(isinstance(result, Incident | Refused) for result in results)
    assert TimelineEntry.objects.filter(incident=incident, kind="handed_back").count() == 1


@pytest.mark.parametrize("_round", range(5))
def test_an_undo_against_a_resolution_ends_resolved(world: World, _round: int) -> None:
    incident = contained(world)
    soon = NOW + timedelta(minutes=60)

    undone, resolved = together(
        lambda: lifecycle.undo_contain(incident, by=world.alice, now=soon),
        lambda: lifecycle.resolve(incident, by=world.bob, at=soon, now=soon),
    )
    engine.tick(now=soon + timedelta(hours=1))

    assert isinstance(undone, Incident | Refused)
    assert isinstance(resolved, Incident)
    incident.refresh_from_db()
    assert incident.contained_at is not None
    assert incident.resolved_at == soon
    open_runs = EscalationRun.objects.open().filter(clock__incident=incident)
    assert not open_runs.filter(clock__promise="contain").exists()


@pytest.mark.parametrize("_round", range(5))
def test_an_undo_against_a_tick_tells_each_person_once(world: World, _round: int) -> None:
    incident = contained(world)
    soon = NOW + timedelta(minutes=60, seconds=30)

    together(
        lambda: lifecycle.undo_contain(incident, by=world.alice, now=soon),
        lambda: engine.tick(now=soon),
        lambda: engine.tick(now=soon),
    )
    for _ in range(3):
        engine.tick(now=soon)

    told = Notification.objects.filter(incident=incident, run__clock__promise="contain")
    assert list(told.values_list("person__short_name", flat=True)) == ["Dora"]


def test_of_two_updates_at_once_one_is_asked_to_read_the_other(world: World) -> None:
    incident = declare(world)
    lifecycle.acknowledge(incident, by=world.alice, now=NOW)

    def post(who: Person, number: int) -> object:
        text = UpdateText(f"By {who}", "x", "x")
        return updates.post_after(0, incident, text, key=UUID(int=number), by=who, now=NOW)

    results = together(
        *(
            lambda who=who, number=number: post(who, number)
            for number, who in enumerate([world.alice, world.bob, world.alice, world.bob])
        )
    )

    assert sum(isinstance(result, StatusUpdate) for result in results) == 1
    assert sum(isinstance(result, PostedMeanwhile) for result in results) == 3


@pytest.mark.parametrize("_round", range(5))
def test_a_version_published_against_a_start_is_followed_whole_or_not_at_all(
    world: World, _round: int
) -> None:
    version = policies.draft_next(world.version)
    version.steps.filter(clock="acknowledge", order=2).update(wait_minutes=2)
    PolicyVersion.objects.filter(pk=version.pk).update(rationale="Five minutes were too long.")

    published, incident = together(
        lambda: policies.publish(version, by=world.carol, now=NOW), lambda: declare(world)
    )

    assert isinstance(published, PolicyVersion)
    run = EscalationRun.objects.get(clock__incident=incident, clock__promise="acknowledge")
    steps = dict(run.plan)
    own = run.version.steps.filter(clock="acknowledge")
    assert set(steps) == set(own.values_list("pk", flat=True))
    assert all(steps[one.pk] == one.wait_minutes * 60 for one in own)


def test_of_two_who_go_back_at_once_each_gets_a_version_of_their_own(world: World) -> None:
    chief = make_person("Greta", is_administrator=True)
    version = policies.draft_next(world.version)
    version.steps.filter(clock="acknowledge", order=2).update(wait_minutes=2)
    PolicyVersion.objects.filter(pk=version.pk).update(rationale="Five minutes were too long.")
    policies.publish(version, by=world.carol, now=NOW)

    found = together(
        *[
            lambda: policies.roll_back(world.version, by=chief, reason="It was better.", now=NOW)
            for _ in range(2)
        ]
    )

    assert sorted(type(one).__name__ for one in found) == ["PolicyVersion", "Refused"]
    assert PolicyVersion.objects.count() == 3


@pytest.mark.parametrize("_round", range(3))
def test_of_people_who_must_each_acknowledge_at_once_nobody_is_lost(
    world: World, _round: int
) -> None:
    step = world.version.steps.get(clock="acknowledge", order=1)
    step.ack_mode = "all"
    step.save()
    step.targets.update(choose="all")
    incident = declare(world)
    engine.tick(now=NOW)

    together(
        lambda: lifecycle.acknowledge(incident, by=world.alice, now=NOW + timedelta(minutes=1)),
        lambda: lifecycle.acknowledge(incident, by=world.bob, now=NOW + timedelta(minutes=1)),
        lambda: engine.tick(now=NOW + timedelta(minutes=5)),
    )

    incident.refresh_from_db()
    clock = incident.clocks.get(promise="acknowledge")
    assert incident.acknowledged_by in (world.alice, world.bob)
    assert clock.met_at is not None
    assert not EscalationRun.objects.open().filter(clock=clock).exists()
    assert not Message.objects.filter(
        state=MessageState.PLANNED, person__in=[world.alice, world.bob]
    ).exists()


@pytest.mark.parametrize("_round", range(3))
def test_a_step_that_two_people_tick_at_once_is_done_by_one_of_them(
    world: World, _round: int
) -> None:
    incident = declare(world)
    engine.tick(now=NOW)
    book = Runbook.objects.create(title="Queue", slug="queue", service=world.service)
    version = RunbookVersion.objects.create(
        runbook=book, number=1, published_at=NOW, published_by=world.alice, change_note="x"
    )
    step = Step.objects.create(version=version, order=1, text="Empty it")

    results = together(
        lambda: runbook_steps.mark(incident, step.pk, "worked", by=world.alice, now=NOW),
        lambda: runbook_steps.mark(incident, step.pk, "worked", by=world.bob, now=NOW),
    )

    assert StepMark.objects.count() == 1
    assert TimelineEntry.objects.filter(kind="step_marked").count() == 1
    assert [type(one).__name__ for one in results].count("SaidBefore") == 1

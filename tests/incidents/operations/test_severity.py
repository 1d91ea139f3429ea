"""An incident is worse, or less bad, than was thought: promises lie anew, nobody hears twice."""

from datetime import datetime, timedelta

import pytest

from config.portal.refusals import Refused
from incidents.enums import (
    Answer,
    Choose,
    FinishReason,
    FiringOutcome,
    HoldKind,
    Promise,
    TargetKind,
)
from incidents.logic.severity_helper import Answers
from incidents.models import (
    EscalationPolicy,
    EscalationRun,
    Hold,
    Incident,
    Notification,
    PolicyVersion,
    ResponseClock,
    ResponseTarget,
    Route,
    StepFiring,
)
from incidents.operations import answers, engine, filling, leavers, lifecycle
from incidents.operations.judgment import holding, severity
from incidents.operations.judgment.severity import Change, ChangedMeanwhile
from incidents.operations.lifecycle import Opening
from rosters.enums import MessageState
from rosters.models import Message, Person
from tests.world import NOW, World, step

pytestmark = pytest.mark.django_db

TARGETS = {1: (5, 30), 2: (10, 60), 3: (20, 120)}


def minutes(count: float) -> datetime:
    return NOW + timedelta(minutes=count)


@pytest.fixture(autouse=True)
def targets(world: World) -> None:
    """Acknowledge and contain: 5 and 30 minutes for SEV1, twice that for SEV2, and again."""
    for level, amounts in TARGETS.items():
        for promise, amount in zip((Promise.ACKNOWLEDGE, Promise.CONTAIN), amounts, strict=True):
            rows = ResponseTarget.objects.filter(promise=promise, severity=level)
            rows.update(amount=amount)


@pytest.fixture
def worst(world: World) -> PolicyVersion:
    """For SEV1: the director at once, the first on call after 5, the commander after 10."""
    policy = EscalationPolicy.objects.create(name="Worst", slug="worst")
    version = PolicyVersion.objects.create(
        policy=policy,
        number=3,
        rationale="For tests.",
        repeats=0,
        catch_all_minutes=15,
        catch_all_rounds=1,
        published_at=NOW,
        published_by=world.carol,
    )
    step(version, 1, 0, kind=TargetKind.ROLE, role=world.director)
    step(version, 2, 5, kind=TargetKind.ROSTER, roster=world.roster)
    step(version, 3, 10, kind=TargetKind.ROLE, role=world.commander)
    step(version, 4, 20, clock=Promise.CONTAIN, kind=TargetKind.ROLE, role=world.director)
    Route.objects.create(policy=policy, severity=1)
    return version


def declare(world: World, *, level: int = 2) -> Incident:
    opening = Opening(title="Card payments fail", severity=level, service=world.service)
    incident = lifecycle.open_incident(opening, by=world.erin, now=NOW)
    engine.tick(now=NOW)
    return incident


def change(incident: Incident, by: Person, *, to: int, at: float, **more: Answers) -> Incident:
    incident.refresh_from_db()
    asked = Change(incident.severity, to, "Every card fails", **more)
    return severity.change(incident, asked, by=by, now=minutes(at))


def told(incident: Incident, promise: Promise = Promise.ACKNOWLEDGE) -> list[tuple[str, float]]:
    rows = Notification.objects.filter(incident=incident, run__clock__promise=promise)
    return [
        (row.person.short_name, (row.created_at - NOW) / timedelta(minutes=1))
        for row in rows.order_by("created_at", "pk").select_related("person")
    ]


def run(first: float, last: float) -> None:
    count = first
    while count <= last:
        engine.tick(now=minutes(count))
        engine.tick(now=minutes(count) + timedelta(seconds=1))
        count += 1


def clock(incident: Incident, promise: Promise) -> ResponseClock:
    return ResponseClock.objects.get(incident=incident, promise=promise)


@pytest.mark.parametrize(
    ("before", "after", "acknowledge", "contain"),
    [(2, 1, 5, 30), (2, 3, 20, 120), (3, 1, 5, 30), (1, 3, 20, 120)],
)
def test_targets_count_from_the_original_start(
    world: World, before: int, after: int, acknowledge: int, contain: int
) -> None:
    incident = declare(world, level=before)

    change(incident, world.alice, to=after, at=3)

    for promise, amount in ((Promise.ACKNOWLEDGE, acknowledge), (Promise.CONTAIN, contain)):
        found = clock(incident, promise)
        assert found.started_at == NOW
        assert found.target_at == minutes(amount)
        assert found.at_risk_at == minutes(amount * 0.8)
        assert found.breached_at is None


def test_worse_than_its_new_target_is_broken_at_that_target(world: World) -> None:
    incident = declare(world)
    change(incident, world.alice, to=1, at=7)

    engine.tick(now=minutes(7))

    assert clock(incident, Promise.ACKNOWLEDGE).breached_at == minutes(5)


def test_less_bad_never_silences_a_promise_already_broken(world: World) -> None:
    incident = declare(world, level=1)
    run(1, 8)
    broken = clock(incident, Promise.ACKNOWLEDGE)
    assert broken.breached_at == minutes(5)

    change(incident, world.alice, to=3, at=9)

    kept = clock(incident, Promise.ACKNOWLEDGE)
    assert (kept.target_at, kept.breached_at) == (minutes(5), minutes(5))
    run(10, 16)
    assert ("Carol", 15) in told(incident)
    assert clock(incident, Promise.CONTAIN).target_at == minutes(120)


def test_the_same_rule_goes_on_and_tells_nobody_again(world: World) -> None:
    incident = declare(world)
    run(1, 6)

    change(incident, world.alice, to=1, at=7)
    run(7, 16)

    assert told(incident) == [("Alice", 0), ("Bob", 5), ("Carol", 15)]


def test_steps_after_the_target_move_with_it(world: World) -> None:
    incident = declare(world)

    change(incident, world.alice, to=1, at=3)
    lifecycle.acknowledge(incident, by=world.alice, now=minutes(4))
    run(25, 31)

    assert told(incident, Promise.CONTAIN) == [("Dora", 30)]


def test_another_rule_takes_over_and_tells_only_who_does_not_know(
    world: World, worst: PolicyVersion
) -> None:
    incident = declare(world)
    run(1, 4)

    change(incident, world.alice, to=1, at=5)
    run(5, 40)

    assert told(incident) == [("Alice", 0), ("Dora", 5), ("Carol", 10), ("Carol", 25)]
    climbs = EscalationRun.objects.filter(clock__incident=incident, clock__promise="acknowledge")
    old, new = climbs.order_by("pk")
    assert old.finish_reason == FinishReason.SUPERSEDED
    assert new.version == worst
    first = StepFiring.objects.get(run=new, position=0)
    assert (first.outcome, first.step.order) == (FiringOutcome.KNOWN, 2)


def test_what_would_have_been_told_by_now_is_told_at_once(
    world: World, worst: PolicyVersion
) -> None:
    incident = declare(world)
    run(1, 11)

    change(incident, world.alice, to=1, at=12)
    run(12, 14)

    assert [(who, round(at)) for who, at in told(incident)] == [
        ("Alice", 0),
        ("Bob", 5),
        ("Dora", 12),
        ("Carol", 12),
    ]
    assert "ran_late" not in kinds(incident)
    assert "version_moved" in kinds(incident)


def kinds(incident: Incident) -> list[str]:
    return list(incident.timeline.order_by("at", "pk").values_list("kind", flat=True))


def test_acknowledging_after_the_move_cancels_what_both_rules_planned(
    world: World, worst: PolicyVersion
) -> None:
    incident = declare(world)
    change(incident, world.alice, to=1, at=1)
    engine.tick(now=minutes(1))

    lifecycle.acknowledge(incident, by=world.alice, now=minutes(2))
    run(3, 12)

    assert told(incident) == [("Alice", 0), ("Dora", 1)]


def test_worse_and_less_bad_again_tells_nobody_twice(world: World, worst: PolicyVersion) -> None:
    incident = declare(world)
    change(incident, world.alice, to=1, at=1)
    engine.tick(now=minutes(1))

    change(incident, world.alice, to=2, at=2)
    run(3, 16)

    assert told(incident) == [("Alice", 0), ("Dora", 1), ("Bob", 5), ("Carol", 15)]


def test_what_nothing_promises_any_more_stops_and_starts_again(world: World) -> None:
    ResponseTarget.objects.filter(promise=Promise.CONTAIN, severity=3).delete()
    incident = declare(world)

    change(incident, world.alice, to=3, at=1)
    assert clock(incident, Promise.CONTAIN).stopped_at == minutes(1)

    change(incident, world.alice, to=1, at=2)
    again = ResponseClock.objects.get(
        incident=incident, promise=Promise.CONTAIN, stopped_at__isnull=True
    )
    assert (again.started_at, again.target_at) == (NOW, minutes(30))


def test_worse_ends_every_wait_and_less_bad_does_not(world: World) -> None:
    incident = declare(world)
    asked = holding.Asked(HoldKind.SNOOZE, minutes(25), "They restart it")
    holding.hold(incident, asked, by=world.alice, now=minutes(1))

    change(incident, world.alice, to=3, at=2)
    assert Hold.objects.get().ended_at is None

    change(incident, world.alice, to=1, at=8)
    run(8, 9)
    assert Hold.objects.get().ended_at == minutes(8)
    assert told(incident) == [("Alice", 0), ("Bob", 8)]
    said = incident.timeline.get(kind="calls_resumed")
    assert said.params == {"what": "worse"}


def test_the_same_severity_again_changes_nothing(world: World) -> None:
    incident = declare(world)
    change(incident, world.alice, to=1, at=1)

    change(incident, world.alice, to=1, at=2)

    assert kinds(incident).count("severity_changed") == 1


def test_what_was_decided_on_an_old_page_is_looked_at_again(world: World) -> None:
    incident = declare(world)
    change(incident, world.alice, to=1, at=1)

    with pytest.raises(ChangedMeanwhile, match="is SEV1 meanwhile"):
        severity.change(incident, Change(2, 3, "x y"), by=world.alice, now=minutes(2))


def test_who_may_make_it_worse_and_who_less_bad(world: World) -> None:
    incident = declare(world)
    with pytest.raises(Refused, match="Only the people we called"):
        change(incident, world.frank, to=1, at=1)
    lifecycle.take_command(incident, by=world.carol, now=minutes(1))

    with pytest.raises(Refused, match="Carol Example commands"):
        change(incident, world.alice, to=3, at=2)
    change(incident, world.alice, to=1, at=2)
    change(incident, world.carol, to=3, at=3)

    lifecycle.resolve(incident, by=world.alice, at=minutes(4), now=minutes(4))
    with pytest.raises(Refused, match="is resolved"):
        change(incident, world.carol, to=1, at=5)


def test_the_answers_that_led_to_it_stand_on_the_timeline(world: World) -> None:
    incident = declare(world)

    change(incident, world.alice, to=1, at=1, answers=Answers(who="customers", much="all"))

    said = incident.timeline.get(kind="advised")
    assert (said.params["suggested"], said.params["chosen"]) == ("SEV1", "SEV1")


def test_a_rule_that_tells_the_same_people_by_another_way_waits_for_its_repetition(
    world: World,
) -> None:
    policy = EscalationPolicy.objects.create(name="Same", slug="same")
    version = PolicyVersion.objects.create(
        policy=policy,
        number=1,
        rationale="x",
        repeats=0,
        catch_all_minutes=10,
        catch_all_rounds=3,
        published_at=NOW,
        published_by=world.carol,
    )
    step(version, 1, 0, kind=TargetKind.ROSTER, roster=world.roster, choose=Choose.ON_CALL)
    Route.objects.create(policy=policy, severity=1)
    incident = declare(world)

    change(incident, world.alice, to=1, at=2)
    run(2, 9)
    assert told(incident) == [("Alice", 0)]
    run(10, 10)
    assert told(incident) == [("Alice", 0), ("Alice", 10)]


@pytest.mark.parametrize("how", ["fails", "passes"])
def test_who_cannot_be_reached_after_the_move_makes_the_next_step_due(
    world: World, worst: PolicyVersion, how: str
) -> None:
    incident = declare(world)
    change(incident, world.alice, to=1, at=1)
    engine.tick(now=minutes(1))
    Notification.objects.filter(person=world.dora).update(
        answer=Answer.PASSED, answered_at=minutes(1)
    )
    called = Notification.objects.get(person=world.alice)

    if how == "fails":
        Message.objects.filter(topic="notification", topic_id=called.pk).update(
            state=MessageState.FAILED
        )
    else:
        answers.pass_on(called, now=minutes(2))
    engine.tick(now=minutes(2))

    assert told(incident) == [("Alice", 0), ("Dora", 1), ("Carol", 2)]


def test_a_leaver_whom_the_old_rule_called_makes_the_new_ones_next_step_due(
    world: World, worst: PolicyVersion
) -> None:
    incident = declare(world)
    engine.tick(now=NOW)
    change(incident, world.carol, to=1, at=1)
    engine.tick(now=minutes(1))
    change(incident, world.carol, to=2, at=2)
    Person.objects.filter(pk=world.alice.pk).update(left_at=minutes(3))
    rung = Notification.objects.get(person=world.alice)

    leavers.let_go(now=minutes(3))

    rung.refresh_from_db()
    assert rung.answer == Answer.PASSED
    assert not Message.objects.filter(topic_id=rung.pk, state=MessageState.PLANNED).exists()


def test_less_bad_keeps_the_clock_of_a_role_that_somebody_asked_for(world: World) -> None:
    incident = declare(world, level=1)
    filling.ask(incident, world.director, brief="", by=world.alice, now=minutes(1))
    before = clock(incident, Promise.FILL_ROLE)

    change(incident, world.carol, to=3, at=2)

    after = clock(incident, Promise.FILL_ROLE)
    assert after.is_open
    assert after.target_at == before.target_at

"""People call by hand, ask for help, skip to a step, and stand others down."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from config.portal.refusals import Refused
from incidents.enums import Answer, FiringOutcome, HoldKind, Promise
from incidents.models import EscalationRun, Incident, Notification, RoleAssignment, StepFiring
from incidents.operations import engine, lifecycle
from incidents.operations.judgment import calling, holding, skipping, standing_down
from incidents.operations.judgment.calling import Ask
from incidents.operations.judgment.skipping import Jump
from incidents.operations.lifecycle import Opening
from rosters.enums import MessageState
from rosters.models import Absence, ContactPoint, Message, Person
from tests.world import NOW, World

pytestmark = pytest.mark.django_db


def minutes(count: float) -> datetime:
    return NOW + timedelta(minutes=count)


@pytest.fixture
def incident(world: World) -> Incident:
    """Alice is called; Bob comes after five minutes, Carol after fifteen."""
    opening = Opening(title="Card payments fail", severity=1, service=world.service)
    found = lifecycle.open_incident(opening, by=world.erin, now=NOW)
    engine.tick(now=NOW)
    return found


def told(incident: Incident) -> list[tuple[str, float]]:
    rows = Notification.objects.filter(incident=incident, run__isnull=False)
    return [
        (row.person.short_name, (row.created_at - NOW) / timedelta(minutes=1))
        for row in rows.order_by("created_at", "pk").select_related("person")
    ]


def run(first: int, last: int) -> None:
    for count in range(first, last + 1):
        engine.tick(now=minutes(count))


def kinds(incident: Incident) -> list[str]:
    return list(incident.timeline.order_by("at", "pk").values_list("kind", flat=True))


def climb(incident: Incident, promise: Promise = Promise.ACKNOWLEDGE) -> EscalationRun:
    return EscalationRun.objects.get(clock__incident=incident, clock__promise=promise)


def help_of(person: Person | None, **more: object) -> Ask:
    given: dict[str, object] = {"key": uuid4(), "reason": "The bank's answers", "is_help": True}
    return Ask(person=person, **{**given, **more})  # type: ignore[arg-type]  # a test's own


# --- Calling by hand ------------------------------------------------------------------------------


def test_whoever_is_asked_for_help_is_reached_and_the_rule_goes_on(
    world: World, incident: Incident
) -> None:
    made = calling.call(incident, help_of(world.frank), by=world.alice, now=minutes(1))

    message = Message.objects.get(topic="notification", topic_id=made.pk)
    assert message.person == world.frank
    assert "Alice Example asks you for help" in message.body
    assert "You are" not in message.body
    incident.refresh_from_db()
    assert incident.severity == 1
    run(2, 16)
    assert told(incident) == [("Alice", 0), ("Bob", 5), ("Carol", 15)]
    assert kinds(incident).count("help_asked") == 1
    assert incident in Incident.objects.visible_to(world.frank)


def test_an_expert_is_whoever_fills_the_role_now(world: World, incident: Incident) -> None:
    Absence.objects.create(person=world.carol, starts_at=NOW, ends_at=minutes(60))
    asked = help_of(None, role=world.commander, is_help=False)

    made = calling.call(incident, asked, by=world.alice, now=minutes(1))

    assert made.person == world.dora  # the backup
    said = incident.timeline.get(kind="expert_called")
    assert said.params["target"] == "Dora Example"


def test_one_press_calls_once(world: World, incident: Incident) -> None:
    asked = help_of(world.frank, key=UUID(int=7))

    first = calling.call(incident, asked, by=world.alice, now=minutes(1))
    again = calling.call(incident, asked, by=world.alice, now=minutes(1))

    assert first == again
    assert kinds(incident).count("help_asked") == 1


def test_who_cannot_be_reached_is_said(world: World, incident: Incident) -> None:
    Absence.objects.create(person=world.bob, starts_at=NOW, ends_at=minutes(60))
    world.frank.left_at = NOW
    world.frank.save()
    ContactPoint.objects.filter(person=world.erin).delete()

    for person, part in (
        (world.bob, "Bob Example is away. Choose somebody else."),
        (world.frank, "Frank Example has left the company"),
        (world.erin, "has no phone number or address"),
        (world.alice, "That is you"),
    ):
        with pytest.raises(Refused, match=part):
            calling.call(incident, help_of(person), by=world.alice, now=minutes(1))
    Absence.objects.create(person=world.dora, starts_at=NOW, ends_at=minutes(60))
    role = help_of(None, role=world.director)
    with pytest.raises(Refused, match="No engineering director can be reached now"):
        calling.call(incident, role, by=world.alice, now=minutes(1))
    with pytest.raises(Refused, match="Choose a person or a role"):
        calling.call(incident, help_of(None), by=world.alice, now=minutes(1))
    silent = help_of(world.dora, reason=" ")
    with pytest.raises(Refused, match="what they are needed for"):
        calling.call(incident, silent, by=world.alice, now=minutes(1))
    with pytest.raises(Refused, match="Only the people we called"):
        calling.call(incident, help_of(world.dora), by=world.frank, now=minutes(1))


@pytest.mark.parametrize(
    ("comes", "answer", "what"),
    [(True, Answer.ACKNOWLEDGED, "on the way"), (False, Answer.PASSED, "cannot help now")],
)
def test_the_answer_reaches_whoever_asked(
    world: World, incident: Incident, comes: bool, answer: Answer, what: str
) -> None:
    made = calling.call(incident, help_of(world.frank), by=world.alice, now=minutes(1))

    for _ in range(2):
        calling.answer(incident, made.pk, comes=comes, by=world.frank, now=minutes(2))

    made.refresh_from_db()
    assert made.answer == answer
    assert kinds(incident).count("help_answered") == 1
    assert what in Message.objects.get(person=world.alice, topic__startswith="help").subject
    incident.refresh_from_db()
    assert incident.acknowledged_at is None
    planned = Message.objects.get(topic="notification", topic_id=made.pk)
    assert planned.state == MessageState.CANCELLED


def test_only_who_was_asked_answers(world: World, incident: Incident) -> None:
    made = calling.call(incident, help_of(world.frank), by=world.alice, now=minutes(1))

    with pytest.raises(Refused, match="Nobody has asked you"):
        calling.answer(incident, made.pk, comes=True, by=world.dora, now=minutes(2))
    lifecycle.resolve(incident, by=world.alice, at=minutes(3), now=minutes(3))
    with pytest.raises(Refused, match="Nobody waits for you"):
        calling.answer(incident, made.pk, comes=True, by=world.frank, now=minutes(4))


def test_resolving_calls_nobody_who_was_asked_any_more(world: World, incident: Incident) -> None:
    made = calling.call(incident, help_of(world.frank), by=world.alice, now=minutes(1))

    lifecycle.resolve(incident, by=world.alice, at=minutes(1), now=minutes(1))

    message = Message.objects.get(topic="notification", topic_id=made.pk)
    assert message.state == MessageState.CANCELLED
    with pytest.raises(Refused, match="Nobody needs to be called"):
        calling.call(incident, help_of(world.dora), by=world.alice, now=minutes(2))


def test_of_a_restricted_incident_nothing_is_said_outside(world: World, incident: Incident) -> None:
    incident.is_restricted = True
    incident.save()

    made = calling.call(incident, help_of(world.frank), by=world.alice, now=minutes(1))

    message = Message.objects.get(topic="notification", topic_id=made.pk)
    assert "bank" not in message.body
    assert "Card" not in message.body


def test_whoever_cannot_be_reached_by_hand_is_named(world: World, incident: Incident) -> None:
    made = calling.call(incident, help_of(world.frank), by=world.alice, now=minutes(1))
    Message.objects.filter(topic_id=made.pk).update(state=MessageState.FAILED)

    engine.tick(now=minutes(2))

    said = incident.timeline.get(kind="unreached")
    assert said.params == {"who": "Frank Example", "what": "asked"}
    assert told(incident) == [("Alice", 0)]


# --- Skipping -------------------------------------------------------------------------------------


def test_skipping_calls_that_step_now_and_later_ones_keep_their_times(
    world: World, incident: Incident
) -> None:
    jumped = Jump(climb(incident).pk, 2, "Bob is on a plane")

    assert skipping.jump(incident, jumped, by=world.alice, now=minutes(3)) == ["Carol Example"]
    run(3, 31)

    assert told(incident) == [("Alice", 0), ("Carol", 3), ("Alice", 30)]
    left_out = StepFiring.objects.get(run=climb(incident), position=1)
    assert left_out.outcome == FiringOutcome.JUMPED
    assert incident.timeline.get(kind="jumped").params["number"] == "3"


def test_the_next_step_may_be_called_sooner(world: World, incident: Incident) -> None:
    skipping.jump(incident, Jump(climb(incident).pk, 1), by=world.alice, now=minutes(2))

    run(2, 16)

    assert told(incident) == [("Alice", 0), ("Bob", 2), ("Carol", 15)]


def test_skipping_twice_is_the_same_as_once(world: World, incident: Incident) -> None:
    for _ in range(2):
        skipping.jump(incident, Jump(climb(incident).pk, 2), by=world.alice, now=minutes(3))

    assert kinds(incident).count("jumped") == 1


@pytest.mark.parametrize(
    ("position", "part"),
    [(0, "has been reached already"), (99, "no such step"), (1, "The calls wait")],
)
def test_steps_that_cannot_be_skipped_to(
    world: World, incident: Incident, position: int, part: str
) -> None:
    if position == 1:
        asked = holding.Asked(HoldKind.HOLD, minutes(20), "They restart it")
        holding.hold(incident, asked, by=world.alice, now=minutes(1))

    asked_for = Jump(climb(incident).pk, position)

    with pytest.raises(Refused, match=part):
        skipping.jump(incident, asked_for, by=world.alice, now=minutes(2))


def test_climbs_that_are_over_or_of_others(world: World, incident: Incident) -> None:
    other = climb(incident)
    opening = Opening(title="Another", severity=1, service=world.service)
    elsewhere = lifecycle.open_incident(opening, by=world.erin, now=NOW)

    with pytest.raises(Refused, match="no such step"):
        skipping.jump(elsewhere, Jump(other.pk, 1), by=world.alice, now=minutes(2))
    lifecycle.acknowledge(incident, by=world.alice, now=minutes(1))
    with pytest.raises(Refused, match="These calls are over"):
        skipping.jump(incident, Jump(other.pk, 1), by=world.alice, now=minutes(2))


def test_a_step_that_reaches_nobody_is_refused(world: World, incident: Incident) -> None:
    for person in (world.carol, world.dora):
        Absence.objects.create(person=person, starts_at=NOW, ends_at=minutes(600))

    with pytest.raises(Refused, match="Nobody of that step can be reached"):
        skipping.jump(incident, Jump(climb(incident).pk, 2), by=world.alice, now=minutes(2))


# --- Standing down --------------------------------------------------------------------------------


def test_who_stands_down_is_told_and_has_no_part_any_more(world: World, incident: Incident) -> None:
    lifecycle.take_command(incident, by=world.carol, now=minutes(1))
    run(2, 6)

    gone = standing_down.stand_down(
        incident, [world.bob.pk, world.alice.pk], "A false alarm", by=world.carol, now=minutes(7)
    )

    assert gone == [world.alice, world.bob]
    answers = Notification.objects.filter(person=world.bob).values_list("answer", flat=True)
    assert list(answers) == [Answer.RELEASED]
    assert not Message.objects.waiting().filter(topic="notification").exists()
    assert Message.objects.filter(topic="stood-down").count() == 2
    again = standing_down.stand_down(
        incident, [world.bob.pk], "A false alarm", by=world.carol, now=minutes(8)
    )
    assert again == []
    assert kinds(incident).count("stood_down") == 1


def test_roles_are_free_after_it(world: World, incident: Incident) -> None:
    lifecycle.take_command(incident, by=world.carol, now=minutes(1))

    standing_down.stand_down(
        incident, [world.carol.pk], "Over for me", by=world.carol, now=minutes(2)
    )

    assert not RoleAssignment.objects.filter(released_at__isnull=True).exists()
    assert not Message.objects.filter(topic="stood-down").exists()  # she knows


def test_the_rule_goes_on_while_nobody_acknowledges(world: World, incident: Incident) -> None:
    standing_down.stand_down(incident, [world.alice.pk], "Asleep", by=world.bob, now=minutes(1))

    run(2, 16)

    assert told(incident) == [("Alice", 0), ("Bob", 5), ("Carol", 15)]


def test_who_acknowledged_hands_back_instead(world: World, incident: Incident) -> None:
    lifecycle.acknowledge(incident, by=world.alice, now=minutes(1))

    with pytest.raises(Refused, match="They hand it back first"):
        standing_down.stand_down(incident, [world.alice.pk], "x y", by=world.bob, now=minutes(2))
    with pytest.raises(Refused, match="Choose who"):
        standing_down.stand_down(incident, [], "x y", by=world.bob, now=minutes(2))
    with pytest.raises(Refused, match="Say why"):
        standing_down.stand_down(incident, [world.bob.pk], " ", by=world.bob, now=minutes(2))
    with pytest.raises(Refused, match="Only the people we called"):
        standing_down.stand_down(incident, [world.bob.pk], "x", by=world.frank, now=minutes(2))

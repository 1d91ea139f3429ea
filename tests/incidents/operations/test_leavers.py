"""Somebody leaves while an incident is open: nothing waits for them, and nothing rings for them."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from config.portal.refusals import Refused
from incidents.enums import EntryKind, Promise, TargetKind
from incidents.models import (
    EscalationRun,
    Incident,
    Notification,
    RoleAssignment,
    StepTarget,
    TimelineEntry,
)
from incidents.operations import answers, engine, leavers, lifecycle, pacemaker
from incidents.operations.lifecycle import Opening
from incidents.queries import board
from rosters.enums import MessageState
from rosters.models import Message, Person, RotationMember
from rosters.operations import carriage
from rosters.operations import leaving as rosters_leaving
from tests.world import NOW, World, make_person

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


@pytest.fixture
def grace(world: World) -> Person:
    del world
    return make_person("Grace", is_administrator=True)


def declare(world: World) -> Incident:
    opening = Opening(title="Card payments fail", severity=2, service=world.service)
    return lifecycle.open_incident(opening, by=world.erin, now=NOW)


def leave(person: Person, grace: Person, *, at: datetime = NOW + MINUTE) -> None:
    rosters_leaving.leave(person, by=grace, now=at)


def hand_over(world: World, grace: Person, *, at: datetime = NOW + MINUTE) -> None:
    """Frank gets Alice's place in the rotation, so that Bob stays the backup, and she leaves."""
    RotationMember.objects.filter(person=world.alice).update(person=world.frank)
    rosters_leaving.leave(world.alice, by=grace, now=NOW, at=at)


def said(incident: Incident) -> list[str]:
    sentences = [one.sentence for one in board.timeline_of(incident, limit=50)]
    return [one.msgid.format(**one.params) for one in sentences]


def called(incident: Incident) -> list[str]:
    rows = Notification.objects.filter(incident=incident, run__clock__promise=Promise.ACKNOWLEDGE)
    return [one.person.short_name for one in rows.order_by("pk")]


def climb(incident: Incident) -> EscalationRun:
    return EscalationRun.objects.get(clock__incident=incident, clock__promise=Promise.ACKNOWLEDGE)


def test_the_link_is_dead_from_the_instant_of_leaving(world: World, grace: Person) -> None:
    incident = declare(world)
    engine.tick(now=NOW)
    notification = Notification.objects.get(incident=incident)
    hand_over(world, grace)
    notification.refresh_from_db()

    for act in (answers.acknowledge, answers.pass_on):
        with pytest.raises(Refused, match="Alice Example, who has left"):
            act(notification, now=NOW + MINUTE)

    incident.refresh_from_db()
    assert incident.acknowledged_by is None
    answers.acknowledge(Notification.objects.get(), now=NOW + MINUTE - timedelta(seconds=1))


@pytest.mark.parametrize("is_restricted", [True, False])
def test_the_page_behind_the_link_shows_a_leaver_nothing(
    world: World, grace: Person, monkeypatch, is_restricted: bool
) -> None:
    incident = declare(world)
    Incident.objects.update(is_restricted=is_restricted)
    engine.tick(now=NOW)
    link = answers.mint_link(message=Message.objects.get(), now=NOW)
    path = link.removeprefix(link[: link.index("/a/")])
    hand_over(world, grace)
    for name in ("show_now", "act_now"):
        monkeypatch.setattr(f"config.portal.clock.{name}", lambda: NOW + MINUTE)

    stranger = Client()
    shown, pressed = stranger.get(path), stranger.post(path, {"answer": "acknowledge"})

    for response in (shown, pressed):
        page = response.content.decode()
        assert response.status_code == 410
        assert "who has left. We call the next person." in page
        assert incident.title not in page
    incident.refresh_from_db()
    assert incident.acknowledged_at is None


def test_a_call_to_somebody_who_leaves_goes_on_to_the_next_at_once(
    world: World, grace: Person
) -> None:
    incident = declare(world)
    engine.tick(now=NOW)
    carriage.carry_all(clock=lambda: NOW)
    hand_over(world, grace)

    engine.tick(now=NOW + MINUTE)
    engine.tick(now=NOW + MINUTE)

    assert called(incident) == ["Alice", "Bob"]
    assert said(incident).count("Alice Example has left, so we go on to the next at once.") == 1
    assert climb(incident).next_due_at == NOW + 15 * MINUTE


def test_a_call_that_others_were_called_after_ends_without_a_word(
    world: World, grace: Person
) -> None:
    incident = declare(world)
    engine.tick(now=NOW)
    engine.tick(now=NOW + 5 * MINUTE)
    carriage.carry_all(clock=lambda: NOW + 5 * MINUTE)
    assert called(incident) == ["Alice", "Bob"]
    hand_over(world, grace, at=NOW + 6 * MINUTE)

    engine.tick(now=NOW + 6 * MINUTE)

    assert called(incident) == ["Alice", "Bob"]
    assert "Alice Example has left" not in " ".join(said(incident))
    assert climb(incident).next_due_at == NOW + 15 * MINUTE


def test_what_was_planned_for_a_leaver_is_not_sent(world: World, grace: Person) -> None:
    declare(world)
    engine.tick(now=NOW)
    hand_over(world, grace)

    leavers.let_go(now=NOW + MINUTE)

    assert {one.state for one in Message.objects.filter(person=world.alice)} == {
        MessageState.CANCELLED
    }


def test_somebody_else_of_the_same_step_may_still_answer(world: World, grace: Person) -> None:
    first = world.version.steps.get(order=1)
    StepTarget.objects.create(step=first, kind=TargetKind.PERSON, person=world.erin)
    incident = declare(world)
    engine.tick(now=NOW)
    assert called(incident) == ["Alice", "Erin"]
    hand_over(world, grace)

    engine.tick(now=NOW + MINUTE)

    assert called(incident) == ["Alice", "Erin"]
    assert climb(incident).next_due_at == NOW + 5 * MINUTE
    leave(world.erin, grace, at=NOW + 2 * MINUTE)
    engine.tick(now=NOW + 2 * MINUTE)
    assert called(incident) == ["Alice", "Erin", "Bob"]


def test_a_day_to_come_lets_the_call_ring_until_then(world: World, grace: Person) -> None:
    incident = declare(world)
    engine.tick(now=NOW)
    hand_over(world, grace, at=NOW + 2 * MINUTE)

    engine.tick(now=NOW + MINUTE)
    assert called(incident) == ["Alice"]
    engine.tick(now=NOW + 2 * MINUTE)

    assert called(incident) == ["Alice", "Bob"]


def test_what_a_leaver_acknowledged_is_handed_back_and_the_calls_go_on(
    world: World, grace: Person
) -> None:
    incident = declare(world)
    engine.tick(now=NOW)
    lifecycle.acknowledge(incident, by=world.alice, now=NOW)
    lifecycle.take_command(incident, by=world.carol, now=NOW)
    hand_over(world, grace)

    for _ in range(3):
        engine.tick(now=NOW + MINUTE)

    incident.refresh_from_db()
    assert incident.acknowledged_at is None
    assert (
        said(incident).count(
            "Alice Example has left, so nobody is looking at it. The calls go on now."
        )
        == 1
    )
    assert called(incident) == ["Alice", "Bob"]
    letter = Message.objects.get(topic__startswith="left-")
    assert letter.person == world.carol
    assert letter.subject == f"{incident.reference}: Alice Example has left"
    assert "The calls go on now" in letter.body


def test_the_command_of_a_leaver_is_nobodys_and_whoever_acknowledged_reads_it(
    world: World, grace: Person
) -> None:
    incident = declare(world)
    engine.tick(now=NOW)
    lifecycle.acknowledge(incident, by=world.alice, now=NOW)
    lifecycle.take_command(incident, by=world.carol, now=NOW)
    leave(world.carol, grace)

    assert leavers.let_go(now=NOW + MINUTE) == 1
    assert leavers.let_go(now=NOW + MINUTE) == 0

    incident.refresh_from_db()
    assert incident.acknowledged_by == world.alice
    assert RoleAssignment.objects.get().released_at == NOW + MINUTE
    assert "Carol Example has left. Nobody leads now." in said(incident)
    assert Message.objects.get(topic__startswith="left-").person == world.alice


def test_who_did_both_leaves_nobody_and_the_calls_go_on(world: World, grace: Person) -> None:
    incident = declare(world)
    engine.tick(now=NOW)
    lifecycle.acknowledge(incident, by=world.alice, now=NOW)
    lifecycle.take_command(incident, by=world.alice, now=NOW)
    hand_over(world, grace)

    engine.tick(now=NOW + MINUTE)

    assert called(incident) == ["Alice", "Bob"]
    assert not Message.objects.filter(topic__startswith="left-").exists()


def test_a_resolved_incident_keeps_its_history(world: World, grace: Person) -> None:
    incident = declare(world)
    lifecycle.acknowledge(incident, by=world.alice, now=NOW)
    lifecycle.take_command(incident, by=world.alice, now=NOW)
    lifecycle.resolve(incident, by=world.alice, at=NOW, now=NOW)
    before = set(said(incident))
    hand_over(world, grace)

    leavers.let_go(now=NOW + MINUTE)

    incident.refresh_from_db()
    assert (incident.acknowledged_by, set(said(incident))) == (world.alice, before)


def test_one_that_fails_does_not_hold_up_the_others(
    world: World, grace: Person, monkeypatch
) -> None:
    incidents = [declare(world), declare(world)]
    for one in incidents:
        lifecycle.acknowledge(one, by=world.alice, now=NOW)
    hand_over(world, grace)
    real = lifecycle.unacknowledge

    def unacknowledge(incident, **more):
        if incident == incidents[0]:
            raise ValueError("odd row")
        real(incident, **more)

    monkeypatch.setattr(lifecycle, "unacknowledge", unacknowledge)

    assert leavers.let_go(now=NOW + MINUTE) == 1

    incidents[1].refresh_from_db()
    assert incidents[1].acknowledged_at is None


@pytest.mark.parametrize("count", [1, 12])
def test_looking_for_leavers_asks_once_while_there_are_none(
    world: World, count: int, django_assert_num_queries
) -> None:
    for _ in range(count):
        declare(world)
    engine.tick(now=NOW)

    with django_assert_num_queries(1):
        leavers.let_go(now=NOW + MINUTE)


@pytest.mark.parametrize("count", [1, 12])
def test_looking_for_what_waits_for_leavers_costs_the_same_for_many(
    world: World, count: int, django_assert_num_queries
) -> None:
    for _ in range(count):
        declare(world)
    engine.tick(now=NOW)
    Person.objects.filter(pk=world.frank.pk).update(left_at=NOW)

    with django_assert_num_queries(4):
        leavers.let_go(now=NOW + MINUTE)


def test_a_date_that_is_set_long_afterwards_is_seen_by_the_audit(world: World) -> None:
    incident = declare(world)
    lifecycle.acknowledge(incident, by=world.alice, now=NOW)
    Person.objects.filter(pk=world.alice.pk).update(left_at=NOW - 60 * 24 * 30 * MINUTE)
    engine.tick(now=NOW)
    incident.refresh_from_db()
    before = incident.acknowledged_by

    pacemaker.run_audit(runner="test", now=NOW + MINUTE)

    incident.refresh_from_db()
    assert before == world.alice
    assert incident.acknowledged_by is None


def test_the_page_says_who_has_left(world: World, grace: Person) -> None:
    incident = declare(world)
    engine.tick(now=NOW)
    carriage.carry_all(clock=lambda: NOW)
    hand_over(world, grace)
    engine.tick(now=NOW + MINUTE)

    client = Client()
    client.force_login(grace)
    page = client.get(reverse("incidents:detail", args=[incident.reference])).content.decode()

    assert "has left" in page
    assert "passed it on" not in page
    kinds = TimelineEntry.objects.filter(incident=incident, kind=EntryKind.UNREACHED)
    assert kinds.count() == 1


def test_when_everybody_had_been_called_the_calls_begin_anew(world: World, grace: Person) -> None:
    incident = declare(world)
    at = NOW
    while climb(incident).finished_at is None:
        at = climb(incident).next_due_at or at
        engine.tick(now=at)
    before = len(called(incident))
    lifecycle.acknowledge(incident, by=world.alice, now=at)
    hand_over(world, grace, at=at + MINUTE)

    engine.tick(now=at + MINUTE)
    engine.tick(now=at + 6 * MINUTE)

    assert called(incident)[before:] == ["Frank", "Bob"]
    client = Client()
    client.force_login(grace)
    page = client.get(reverse("incidents:detail", args=[incident.reference])).content.decode()
    assert "Phone somebody yourself" not in page.split("Timeline")[0]

"""Rooms are told beside people, never instead of them; what was decided too late is not sent."""

from collections.abc import Iterator
from datetime import UTC, timedelta
from typing import Any

import pytest

from config.portal import words
from incidents.enums import EntryKind, HoldKind, PostState, TargetKind
from incidents.models import Incident, Notification, Room, RoomPost, StepTarget, TimelineEntry
from incidents.operations import engine, lifecycle, room_carriage
from incidents.operations.judgment import holding
from incidents.operations.lifecycle import Opening
from incidents.queries import escalation
from incidents.queries.calls import calls_for
from rosters.models import Absence, CarrierAccount
from rosters.operations import carriers
from tests.races import together
from tests.rosters.channels.http_server import Behavior, running
from tests.world import NOW, World, build

MINUTE = timedelta(minutes=1)


@pytest.fixture
def room(world: World) -> Room:
    """The first step of the rule tells it, beside whoever is on call."""
    made = Room.objects.create(name="#payments", team=world.team, address="C024BE91L")
    first = world.version.steps.get(clock="acknowledge", order=1)
    StepTarget.objects.create(step=first, kind=TargetKind.ROOM, room=made)
    return made


@pytest.fixture
def receiver(settings: Any) -> Iterator[Behavior]:
    settings.CARRIER_HOSTS = frozenset({"127.0.0.1"})
    behavior = Behavior()
    with running(behavior) as address:
        behavior.address = address
        yield behavior


def declare(world: World, **more: Any) -> Incident:
    opening = Opening(title="Card payments fail", severity=1, service=world.service, **more)
    return lifecycle.open_incident(opening, by=world.erin, now=NOW)


def slack(world: World, receiver: Behavior) -> CarrierAccount:
    world.carol.is_superuser = True
    world.carol.save(update_fields=["is_superuser"])
    given = {"token": "xoxb-1", "signing_secret": "s", "base": receiver.address}
    facts = carriers.AccountFacts("Chat", ("chat",), given)
    return carriers.begin("slack", facts, by=world.carol, now=NOW)


def carry(minutes: float = 0) -> int:
    return room_carriage.carry_all(clock=lambda: NOW + minutes * MINUTE, jitter=lambda: 0.0)


@pytest.mark.django_db
def test_a_room_is_told_once_beside_whoever_is_called(world: World, room: Room) -> None:
    incident = declare(world)

    engine.tick(now=NOW)
    engine.tick(now=NOW)

    post = RoomPost.objects.get()
    assert (post.room, post.position, post.state) == (room, 0, PostState.PLANNED)
    assert post.subject == f"[SEV1] Card payments fail ({incident.reference})"
    assert "We call Alice Example, on call for Payments." in post.body
    assert "we call Bob" in post.body
    assert f"/incidents/{incident.reference}/" in post.body
    assert Notification.objects.filter(incident=incident).count() == 1
    entry = TimelineEntry.objects.get(incident=incident, kind=EntryKind.ROOM_TOLD)
    assert entry.params == {"room": "#payments"}


@pytest.mark.django_db
def test_a_room_hears_of_a_step_that_reached_nobody(world: World, room: Room) -> None:
    Absence.objects.create(person=world.alice, starts_at=NOW - MINUTE, ends_at=NOW + 60 * MINUTE)
    Absence.objects.create(person=world.bob, starts_at=NOW - MINUTE, ends_at=NOW + 60 * MINUTE)
    declare(world)

    engine.tick(now=NOW)

    post = RoomPost.objects.get()
    assert (post.position, "We call Carol Example" in post.body) == (0, True)


@pytest.mark.django_db
def test_nothing_of_a_restricted_incident_is_told_in_a_room(world: World, room: Room) -> None:
    incident = declare(world)
    Incident.objects.filter(pk=incident.pk).update(is_restricted=True)

    engine.tick(now=NOW)

    assert not RoomPost.objects.exists()


@pytest.mark.django_db
def test_one_that_became_restricted_meanwhile_is_not_told_either(world: World, room: Room) -> None:
    incident = declare(world)
    engine.tick(now=NOW)
    Incident.objects.filter(pk=incident.pk).update(is_restricted=True)

    carry()

    assert RoomPost.objects.get().state == PostState.CANCELLED


@pytest.mark.django_db
def test_what_waits_when_somebody_acknowledges_is_not_sent(world: World, room: Room) -> None:
    incident = declare(world)
    engine.tick(now=NOW)
    lifecycle.acknowledge(incident, by=world.alice, now=NOW)

    carry()

    assert RoomPost.objects.get().state == PostState.CANCELLED


@pytest.mark.django_db
def test_what_a_hold_covers_waits_for_its_end(world: World, room: Room) -> None:
    incident = declare(world)
    engine.tick(now=NOW)
    until = NOW + 20 * MINUTE
    asked = holding.Asked(HoldKind.HOLD, until, "The vendor restarts it.")
    holding.hold(incident, asked, by=world.alice, now=NOW)

    carry(10)
    waiting = RoomPost.objects.get().state
    carry(20)

    assert (waiting, RoomPost.objects.get().state) == (PostState.PLANNED, PostState.SENT)


@pytest.mark.django_db
def test_it_goes_to_the_chat_channel_and_what_follows_into_its_thread(
    world: World, room: Room, receiver: Behavior
) -> None:
    receiver.says(200, {"ok": True, "channel": "C024BE91L", "ts": "17.1"})
    slack(world, receiver)
    second = world.version.steps.get(clock="acknowledge", order=2)
    StepTarget.objects.create(step=second, kind=TargetKind.ROOM, room=room)
    declare(world)

    engine.tick(now=NOW)
    carry()
    engine.tick(now=NOW + 5 * MINUTE)
    carry(5)

    posted = [
        (one.path, one.json.get("channel"), one.json.get("thread_ts")) for one in receiver.asked
    ]
    assert posted == [
        ("/api/chat.postMessage", "C024BE91L", None),
        ("/api/chat.update", "C024BE91L", None),
        ("/api/chat.postMessage", "C024BE91L", "17.1"),
    ]
    assert "muster_acknowledge" not in receiver.asked[0].body.decode()
    assert set(RoomPost.objects.values_list("state", flat=True)) == {PostState.SENT}


@pytest.mark.django_db
def test_a_room_that_does_not_exist_is_given_up_and_the_timeline_says_so(
    world: World, room: Room, receiver: Behavior
) -> None:
    receiver.says(200, {"ok": False, "error": "channel_not_found"})
    slack(world, receiver)
    incident = declare(world)
    engine.tick(now=NOW)

    carry()

    post = RoomPost.objects.get()
    assert (post.state, post.next_attempt_at) == (PostState.FAILED, None)
    said = TimelineEntry.objects.get(incident=incident, params__what="failed")
    assert said.params["room"] == "#payments"


@pytest.mark.django_db
def test_one_that_cannot_be_told_just_now_is_tried_again(
    world: World, room: Room, receiver: Behavior
) -> None:
    receiver.says(503)
    slack(world, receiver)
    declare(world)
    engine.tick(now=NOW)
    carry()
    waiting = RoomPost.objects.get()
    receiver.says(200, {"ok": True, "channel": "C024BE91L", "ts": "17.1"})

    carry(2)

    assert (waiting.state, waiting.attempts) == (PostState.PLANNED, 2)  # again at once, then later
    assert RoomPost.objects.get().state == PostState.SENT


@pytest.mark.django_db
def test_a_sender_that_was_killed_loses_its_lease(world: World, room: Room) -> None:
    declare(world)
    engine.tick(now=NOW)
    room_carriage.claim(now=NOW)

    sooner, later = carry(0.5), carry(2)

    post = RoomPost.objects.get()
    assert (sooner, later, post.attempts, post.state) == (0, 1, 2, PostState.SENT)


@pytest.mark.django_db
def test_the_log_of_calls_and_what_happens_next_know_the_room(world: World, room: Room) -> None:
    incident = declare(world)
    before = calls_for([incident], now=NOW)[incident.pk].outlook.sentence
    engine.tick(now=NOW)
    carry()

    log = escalation.log_of(incident, now=NOW)

    assert "We also tell the room #payments." in words.as_text(before, zone=UTC, now=NOW)
    assert [(row.who, row.is_room) for row in log.rows] == [
        ("Alice Example", False),
        ("#payments", True),
    ]
    assert (log.told, log.rows[1].handed_over_at) == (1, NOW)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_round", range(6))
def test_no_post_is_claimed_once_the_acknowledgement_has_committed(_round: int) -> None:
    world = build()
    made = Room.objects.create(name="#payments", team=world.team, address="C1")
    first = world.version.steps.get(clock="acknowledge", order=1)
    StepTarget.objects.create(step=first, kind=TargetKind.ROOM, room=made)
    incident = declare(world)
    engine.tick(now=NOW)

    together(
        lambda: lifecycle.acknowledge(incident, by=world.alice, now=NOW),
        lambda: carry(),
        lambda: carry(),
    )
    claimed = RoomPost.objects.get().attempts
    carry(1)

    post = RoomPost.objects.get()
    assert post.attempts == claimed
    assert post.state == (PostState.SENT if claimed else PostState.CANCELLED)

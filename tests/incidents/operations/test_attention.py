"""An acknowledgement expires: "still on it?", the shift's end, and the calls that go on."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from config.portal.refusals import Refused
from incidents.enums import Answer, Promise
from incidents.logic.handing_back import Then
from incidents.logic.messages import ANSWER_LINK
from incidents.models import Incident, Notification, ResponseClock, ResponseTarget
from incidents.operations import answers, attending, engine, lifecycle, watching, wording
from incidents.operations.lifecycle import Opening
from rosters.enums import MessageState
from rosters.logic.gsm import ALPHABET
from rosters.models import ContactPoint, Message, Person, RotationMember, Service
from rosters.queries.directory import Wanted, load_directory
from tests.world import NOW, World, at

pytestmark = pytest.mark.django_db


def minutes(count: float) -> datetime:
    return NOW + timedelta(minutes=count)


@pytest.fixture(autouse=True)
def _target(world: World) -> None:
    ResponseTarget.objects.create(promise=Promise.ATTENTION, severity=1, amount=60)


def declare(world: World, *, now: datetime = NOW, severity: int = 1) -> Incident:
    opening = Opening(title="Card payments fail", severity=severity, service=world.service)
    return lifecycle.open_incident(opening, by=world.erin, now=now)


def taken(world: World, *, now: datetime = NOW) -> Incident:
    incident = declare(world, now=now)
    return lifecycle.acknowledge(incident, by=world.alice, now=now)


def clock_of(incident: Incident) -> ResponseClock:
    clocks = ResponseClock.objects.filter(incident=incident, promise=Promise.ATTENTION)
    return clocks.latest("started_at", "pk")


def questions(incident: Incident) -> list[tuple[str, str]]:
    rows = Notification.objects.filter(incident=incident, purpose__startswith="attention ")
    return [(row.person.short_name, row.answer) for row in rows.order_by("pk")]


def kinds(incident: Incident) -> list[str]:
    return list(incident.timeline.order_by("at", "pk").values_list("kind", flat=True))


def test_whoever_acknowledged_is_asked_once_at_the_at_risk_point(world: World) -> None:
    incident = taken(world)

    engine.tick(now=minutes(47.9))
    before = questions(incident)
    engine.tick(now=minutes(48))
    engine.tick(now=minutes(49))

    assert before == []
    assert questions(incident) == [("Alice", "")]
    message = Message.objects.get(topic="notification", person=world.alice)
    said = "Still on it? Without your answer by 04:00 we call whoever is then on call for Payments."
    assert said in message.body
    assert kinds(incident).count("attention_asked") == 1


def test_without_a_target_nobody_is_asked(world: World) -> None:
    incident = declare(world, severity=2)
    lifecycle.acknowledge(incident, by=world.alice, now=NOW)

    engine.tick(now=minutes(600))

    assert questions(incident) == []


def test_without_an_answer_the_calls_go_on_where_they_stopped(world: World) -> None:
    incident = declare(world)
    engine.tick(now=NOW)
    lifecycle.acknowledge(incident, by=world.alice, now=NOW)

    for count in (48, 59.9):
        engine.tick(now=minutes(count))
    incident.refresh_from_db()
    held_by = incident.acknowledged_by
    engine.tick(now=minutes(60))

    incident.refresh_from_db()
    assert held_by == world.alice
    assert incident.acknowledged_by is None
    assert "attention_lost" in kinds(incident)
    called = Notification.objects.filter(incident=incident, run__clock__promise="acknowledge")
    assert [one.person.short_name for one in called.order_by("pk")] == ["Alice", "Bob"]
    assert questions(incident) == [("Alice", Answer.RELEASED)]


def test_that_somebody_was_on_it_stays_true_when_nobody_is_any_more(
    world: World, client: Client
) -> None:
    incident = taken(world, now=minutes(-2))
    client.force_login(world.erin)
    for count in (46, 60):
        engine.tick(now=minutes(count))

    incident.refresh_from_db()
    page = client.get(f"/incidents/{incident.reference}/").content.decode()

    assert incident.is_left
    assert incident.first_acknowledged_at == minutes(-2)
    assert "Nobody is on it any more" in page
    assert "Nobody has acknowledged" not in page
    lifecycle.acknowledge(incident, by=world.bob, now=minutes(70))
    again = Incident.objects.get()
    assert not again.is_left
    assert (again.first_acknowledged_at, again.acknowledged_at) == (minutes(-2), minutes(70))


def test_falling_back_is_no_broken_promise(world: World) -> None:
    incident = taken(world)
    for count in (48, 60, 61):
        engine.tick(now=minutes(count))

    clock = clock_of(incident)

    assert clock.breached_at is None
    assert clock.met_at is None
    assert clock.stopped_at == minutes(60)


def test_an_answer_asks_again_later_and_keeps_the_calls_quiet(world: World) -> None:
    incident = taken(world)
    engine.tick(now=minutes(48))

    attending.give(incident, by=world.alice, now=minutes(50))
    for count in (60, 97, 98):
        engine.tick(now=minutes(count))

    assert questions(incident) == [("Alice", Answer.ACKNOWLEDGED), ("Alice", "")]
    assert clock_of(incident).started_at == minutes(50)
    assert kinds(incident).count("attention_given") == 1


def test_an_answer_cancels_what_waits_to_be_sent(world: World) -> None:
    incident = taken(world)
    engine.tick(now=minutes(48))

    attending.give(incident, by=world.alice, now=minutes(48))

    asked = Message.objects.filter(subject_key__startswith="clock:")
    assert [message.state for message in asked] == [MessageState.CANCELLED]


@pytest.mark.parametrize("count", [10, 48.5], ids=["unasked", "asked"])
def test_saying_so_twice_changes_nothing(world: World, count: float) -> None:
    incident = taken(world)
    engine.tick(now=minutes(count))
    attending.give(incident, by=world.alice, now=minutes(count))
    before = (questions(incident), kinds(incident), clock_of(incident).pk)

    attending.give(incident, by=world.alice, now=minutes(count + 1))

    assert (questions(incident), kinds(incident), clock_of(incident).pk) == before


@pytest.mark.parametrize(
    ("act", "says"),
    [
        (lambda _incident, _world: None, "Alice Example acknowledged"),
        (
            lambda incident, world: lifecycle.hand_back(incident, by=world.alice, now=minutes(2)),
            "Nobody has INC",
        ),
        (
            lambda incident, world: lifecycle.resolve(
                incident, by=world.alice, at=minutes(2), now=minutes(2)
            ),
            "is resolved",
        ),
    ],
    ids=["not theirs", "nobody's", "over"],
)
def test_who_may_not_say_so(
    world: World, act: Callable[[Incident, World], object], says: str
) -> None:
    incident = taken(world)
    act(incident, world)

    with pytest.raises(Refused, match=says):
        attending.give(incident, by=world.bob, now=minutes(3))


@pytest.mark.parametrize("end", ["hand_back", "resolve"])
def test_what_ends_the_acknowledgement_ends_the_question(world: World, end: str) -> None:
    incident = taken(world)
    if end == "hand_back":
        lifecycle.hand_back(incident, by=world.alice, now=minutes(5))
    else:
        lifecycle.resolve(incident, by=world.alice, at=minutes(5), now=minutes(5))

    engine.tick(now=minutes(61))

    assert questions(incident) == []


def test_after_an_outage_they_still_have_time_to_answer(world: World) -> None:
    incident = taken(world)

    engine.tick(now=minutes(300))
    incident.refresh_from_db()
    held_by = incident.acknowledged_by
    engine.tick(now=minutes(311.9))
    incident.refresh_from_db()
    still = incident.acknowledged_by
    engine.tick(now=minutes(312))

    incident.refresh_from_db()
    assert (held_by, still, incident.acknowledged_by) == (world.alice, world.alice, None)


def test_once_contained_they_are_asked_half_as_often(world: World) -> None:
    incident = taken(world)
    engine.tick(now=minutes(48))
    lifecycle.contain(incident, by=world.alice, at=minutes(49), now=minutes(49))

    attending.give(incident, by=world.alice, now=minutes(50))

    assert clock_of(incident).target_at == minutes(170)


def test_who_cannot_be_reached_is_asked_on_the_page_and_the_calls_go_on(world: World) -> None:
    incident = taken(world)
    world.alice.contact_points.all().delete()

    engine.tick(now=minutes(48))
    engine.tick(now=minutes(60))

    incident.refresh_from_db()
    assert incident.acknowledged_by is None


def hand_over_at_nine(world: World) -> None:
    """Alice this week, Bob the next: on Monday at 09:00 in Berlin."""
    first = world.roster.layers.get(priority=1)
    rotation = first.rotations.get()
    RotationMember.objects.create(rotation=rotation, order=1, person=world.erin)


MONDAY = at("2026-11-23 09:00", "Europe/Berlin")


@pytest.fixture
def shift(world: World) -> tuple[Person, Person]:
    """Who is on call before and after Monday's hand-over."""
    hand_over_at_nine(world)
    directory = load_directory(
        Wanted(roster_ids=frozenset([world.roster.pk])),
        starts_at=MONDAY - timedelta(hours=3),
        ends_at=MONDAY + timedelta(hours=3),
    )
    before, after = (
        directory.on_call(world.roster.pk, at=MONDAY + timedelta(minutes=count))[0].person_id
        for count in (-1, 1)
    )
    people = {person.pk: person for person in world.people.values()}
    return people[before], people[after]


def test_at_the_end_of_their_shift_they_are_asked_and_the_next_is_told(
    world: World, shift: tuple[Person, Person]
) -> None:
    leaves, comes = shift
    began = MONDAY - timedelta(minutes=30)
    incident = declare(world, now=began)
    lifecycle.acknowledge(incident, by=leaves, now=began)

    engine.tick(now=MONDAY - timedelta(seconds=1))
    before = questions(incident)
    engine.tick(now=MONDAY)

    assert before == []
    assert questions(incident) == [(leaves.short_name, "")]
    told = Notification.objects.get(incident=incident, purpose__startswith="shift change ")
    assert told.person == comes
    body = Message.objects.get(topic="notification", topic_id=told.pk).body
    assert f"{leaves} has it." in body
    entry = incident.timeline.get(kind="attention_asked")
    assert entry.params["what"] == "shift"
    assert clock_of(incident).target_at == MONDAY + timedelta(minutes=12)


def test_of_a_restricted_incident_the_next_learns_nothing(
    world: World, shift: tuple[Person, Person]
) -> None:
    leaves, _comes = shift
    began = MONDAY - timedelta(minutes=30)
    incident = declare(world, now=began)
    lifecycle.acknowledge(incident, by=leaves, now=began)
    Incident.objects.update(is_restricted=True)

    engine.tick(now=MONDAY)

    assert not Notification.objects.filter(purpose__startswith="shift change ").exists()
    assert questions(incident) == [(leaves.short_name, "")]


def answer_link(incident: Incident) -> tuple[str, Notification]:
    asked = Notification.objects.get(incident=incident, purpose__startswith="attention ")
    message = Message.objects.get(topic="notification", topic_id=asked.pk)
    return answers.mint_link(message=message, now=minutes(48)), asked


def test_the_answer_link_says_so_before_signing_in(world: World, client) -> None:
    incident = taken(world)
    engine.tick(now=minutes(48))
    link, asked = answer_link(incident)
    path = link[link.index("/a/") :]

    shown = client.get(path)
    pressed = client.post(path, {"answer": "still"})

    assert "Are you still on it?" in shown.content.decode()
    assert "Thank you. You are still on it." in pressed.content.decode()
    asked.refresh_from_db()
    assert asked.answer == Answer.ACKNOWLEDGED
    assert incident.timeline.get(kind="attention_given").params["what"] == "link"


def test_the_answer_link_hands_back_and_takes_again(world: World, client) -> None:
    incident = taken(world)
    engine.tick(now=minutes(48))
    link, _asked = answer_link(incident)
    path = link[link.index("/a/") :]

    back = client.post(path, {"answer": "back"})
    incident.refresh_from_db()
    holder = incident.acknowledged_by
    again = client.post(path, {"answer": "acknowledge"})

    assert holder is None
    assert "Nobody is on it now" in back.content.decode()
    assert again.status_code == 200
    incident.refresh_from_db()
    assert incident.acknowledged_by == world.alice


@pytest.mark.parametrize("count", [3, 30])
@pytest.mark.parametrize("sweep", ["ask", "lapse"])
def test_a_sweep_asks_a_constant_number_of_times(
    world: World, count: int, sweep: str, django_assert_max_num_queries
) -> None:
    for _ in range(count):
        taken(world)
    if sweep == "lapse":
        watching.sweep(now=minutes(48))

    with django_assert_max_num_queries(44):
        moved = watching.sweep(now=minutes(48 if sweep == "ask" else 60))

    assert moved == count


def test_a_sweep_without_anything_due_is_one_statement(world: World) -> None:
    taken(world)

    with CaptureQueriesContext(connection) as ran:
        watching.sweep(now=minutes(10))
        watching.sweep(now=minutes(10))

    assert len([one for one in ran if "SELECT" in one["sql"]]) == 2


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize(
    "service", ["Payments", "Zahlungsabwicklung für Geschäftskunden in Europa"]
)
def test_the_text_message_says_what_happens_next_and_stays_one(
    world: World, language: str, service: str
) -> None:
    Service.objects.filter(pk=world.service.pk).update(name=service)
    Person.objects.filter(pk=world.alice.pk).update(language=language)
    ContactPoint.objects.filter(person=world.alice, channel="phone").update(channel="sms")
    incident = taken(world)
    Incident.objects.filter(pk=incident.pk).update(title="Card payments fail for everybody " * 3)

    engine.tick(now=minutes(48))

    message = Message.objects.get(
        topic="notification", person=world.alice, contact_point__channel="sms"
    )
    filled = message.body.replace(ANSWER_LINK, "https://muster.example/a/ABCDEFGHIJK/")
    assert len(filled) <= 160
    assert set(filled) <= set(ALPHABET)
    short = "Noch dabei? Ohne" if language == "de" else "Still on it? Without your"
    assert short in filled
    assert "04:00" in filled
    if service == "Payments":
        assert (
            "rufen wir an, wer dann" if language == "de" else "we call whoever is then"
        ) in filled


def test_it_is_said_when_nobody_can_be_called() -> None:
    said, short = wording._if_silent(Then(minutes(60)), by="04:00")

    assert said.endswith("Without your answer by 04:00 nobody has it, and we can call nobody.")
    assert short.endswith("Without your answer by 04:00 the calls go on.")

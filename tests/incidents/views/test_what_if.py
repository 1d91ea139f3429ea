"""What would happen if: the engine's plan for an incident that nobody has, in a shared address."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from config.portal import clock, words
from incidents.enums import Choose, TargetKind
from incidents.models import Incident, Notification, PolicyVersion
from incidents.operations import engine, lifecycle
from incidents.operations.lifecycle import Opening
from incidents.queries import what_if
from incidents.queries.what_if import Course, Question
from rosters.models import Absence, ContactPoint, MatrixEntry, Message, StakeholderRole
from tests.world import NOW, World, at, step

pytestmark = pytest.mark.django_db

NIGHT = at("2026-11-24 02:00")
MINUTE = timedelta(minutes=1)
ASKED = {"service": "payments", "severity": "1", "at": "2026-11-24T03:00"}


@pytest.fixture(autouse=True)
def stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "show_now", lambda: NOW)


def ask(world: World, **more: object) -> Course:
    question = Question(world.service, 1, NIGHT, **more)  # type: ignore[arg-type]  # as each test asks
    return what_if.answer(question, reader=world.erin).live


def told(course: Course) -> list[tuple[int, str]]:
    """How many minutes after the start, and what is said, in the reader's words."""
    zone = at("2026-01-01 00:00").tzinfo
    assert zone is not None
    return [
        ((one.at - NIGHT) // MINUTE, words.as_text(one.said, zone=zone, now=NIGHT))
        for one in course.events
    ]


def test_each_call_says_what_the_clock_of_whoever_is_called_says_if_it_is_another(
    world: World,
) -> None:
    world.alice.time_zone = "Asia/Kolkata"
    world.alice.save()

    found = told(ask(world))

    assert found[0] == (0, "We phone Alice Example, on call for Payments. It is 07:30 for Alice.")
    assert found[1] == (5, "We phone Bob Example, backup for Payments.")


def test_each_call_stands_with_its_minute_and_its_name(world: World) -> None:
    found = told(ask(world))

    assert found[:3] == [
        (0, "We phone Alice Example, on call for Payments."),
        (5, "We phone Bob Example, backup for Payments."),
        (15, "We phone Carol Example, the incident commander."),
    ]
    assert (30, True) in [(minute, "start again from the top" in said) for minute, said in found]
    assert (60, True) in [(minute, "not contained" in said) for minute, said in found]


def test_an_answer_ends_the_calls(world: World) -> None:
    course = ask(world, answers=2, after=3 * MINUTE)

    assert course.answered_after == 8 * MINUTE
    assert (8, "Bob Example acknowledges. The calls stop.") in told(course)
    assert not any("commander" in said for _, said in told(course))
    assert any("not contained" in said for _, said in told(course))


def test_somebody_away_is_passed_over(world: World) -> None:
    found = told(ask(world, away=world.alice))

    assert found[0] == (0, "We phone Bob Example, on call for Payments.")


def test_with_a_channel_down_the_next_one_is_used(world: World) -> None:
    assert told(ask(world, down="phone"))[0][1].startswith("We e-mail Alice Example")


def test_nobody_for_personal_data_is_said(world: World) -> None:
    said = [text for _, text in told(ask(world, personal_data=True))]

    assert "Nobody looks after personal data now, so nobody hears of that at once." in said


def test_who_looks_after_personal_data_hears_at_once(world: World) -> None:
    role = StakeholderRole.objects.create(name="privacy officer", slug="privacy-officer")
    MatrixEntry.objects.create(role=role, person=world.frank)

    found = told(ask(world, personal_data=True))

    assert found[0][0] == 0
    assert "we also phone Frank Example, the privacy officer" in found[0][1]


def test_a_draft_stands_beside_what_holds(world: World) -> None:
    draft = PolicyVersion.objects.create(policy=world.version.policy, number=2, rationale="x")
    step(draft, 1, 0, kind=TargetKind.PERSON, person=world.frank)
    step(draft, 2, 4, kind=TargetKind.ROSTER, roster=world.roster, choose=Choose.ALL)
    client = Client()
    client.force_login(world.bob)

    page = client.get(reverse("incidents:try"), ASKED | {"version": str(draft.pk)})

    text = page.content.decode()
    assert "version 2, a draft" in text
    assert text.index("Alice Example") < text.index("Frank Example")


def test_the_page_writes_nothing_and_calls_nobody(world: World) -> None:
    client = Client()
    client.force_login(world.bob)

    page = client.get(reverse("incidents:try"), ASKED)

    assert page.status_code == 200
    assert "Three people would be called" in page.content.decode()
    assert not Incident.everything.exists()
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"service": "nothing of ours"}, "No service is called"),
        ({"service": ""}, "Choose a service."),
        ({"at": "soon"}, "is not a day and a time"),
        ({"after": "x"}, "Write whole minutes."),
        ({"away": "Nobody Known"}, "Nobody here is called"),
        ({"severity": "9"}, "choice"),
    ],
)
def test_a_wrong_address_says_what_is_wrong(world: World, wrong: dict[str, str], said: str) -> None:
    client = Client()
    client.force_login(world.bob)

    page = client.get(reverse("incidents:try"), ASKED | wrong)

    assert page.status_code == 422
    assert said in page.content.decode()


def away_tonight(world: World) -> None:
    Absence.objects.create(
        person=world.bob, starts_at=NIGHT - MINUTE, ends_at=NIGHT + timedelta(hours=3)
    )


def no_commander(world: World) -> None:
    MatrixEntry.objects.filter(role=world.commander).delete()


def as_it_is(world: World) -> None:
    ContactPoint.objects.update(verified_at=NOW)


@pytest.mark.parametrize("change", [as_it_is, away_tonight, no_commander])
def test_the_rehearsal_and_the_engine_agree_to_the_minute_and_the_name(
    world: World, change: object
) -> None:
    change(world)  # type: ignore[operator]  # one of the three above
    events = ask(world).events
    again = min(one.at for one in events if not one.people and not one.skipped)
    minutes = (again - NIGHT) // MINUTE
    foreseen = [
        ((one.at - NIGHT) // MINUTE, one.people) for one in events if one.people and one.at < again
    ]

    incident = lifecycle.open_incident(
        Opening("Cards fail", severity=1, service=world.service), by=None, now=NIGHT
    )
    for minute in range(minutes):
        engine.tick(now=NIGHT + minute * MINUTE)

    done: dict[int, set[int]] = {}
    for one in Notification.objects.filter(incident=incident, run__isnull=False):
        done.setdefault((one.created_at - NIGHT) // MINUTE, set()).add(one.person_id)
    assert [(minute, frozenset(people)) for minute, people in sorted(done.items())] == foreseen


def test_it_can_be_planned_as_a_drill(world: World, client: Client) -> None:
    client.force_login(world.erin)

    page = client.get(reverse("incidents:try"), ASKED).content.decode()

    address = "/drills/new/?service=payments&amp;title=Nobody%20answers%20a%20SEV1%20of%20Payments"
    assert address in page


def test_where_each_must_acknowledge_the_calls_go_on_without_whoever_did(world: World) -> None:
    first = world.version.steps.get(order=1)
    type(first).objects.filter(pk=first.pk).update(ack_mode="all")
    first.targets.update(choose=Choose.ALL)

    found = told(ask(world, answers=1, after=MINUTE))

    assert (
        1,
        "Alice Example acknowledges. The calls go on, for Bob Example must acknowledge too.",
    ) in (found)
    assert found[2][1].startswith("We phone Bob Example")


def test_a_call_that_is_answered_at_once_is_told(world: World) -> None:
    found = told(ask(world, answers=1))

    assert found[0][1].startswith("We phone Alice Example")
    assert found[1] == (0, "Alice Example acknowledges. The calls stop.")

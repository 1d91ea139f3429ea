"""Decisions and approvals: who may, who is asked, who takes over, what stands where."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.test import Client

from config.portal.refusals import Refused
from incidents.enums import ApprovalAnswer, Promise
from incidents.models import (
    Approval,
    Decision,
    DecisionKind,
    DecisionRight,
    Incident,
    Notification,
    ResponseClock,
)
from incidents.operations import approvals, deciding, engine, lifecycle
from incidents.operations.deciding import Matter
from incidents.operations.lifecycle import Opening
from rosters.enums import MessageState
from rosters.models import MatrixEntry, Message, Person
from tests.world import NOW, World

pytestmark = pytest.mark.django_db
YES, NO = ApprovalAnswer.APPROVED, ApprovalAnswer.DECLINED


def minutes(count: float) -> datetime:
    return NOW + timedelta(minutes=count)


@pytest.fixture
def incident(world: World) -> Incident:
    opening = Opening(title="Card payments fail", severity=1, service=world.service)
    return lifecycle.open_incident(opening, by=world.erin, now=NOW)


@pytest.fixture
def kind(world: World) -> DecisionKind:
    """Dora, the director, may alone; Carol, the commander, once Dora agrees within 10 minutes."""
    found = DecisionKind.objects.create(name="shut the service down", slug="shut-down")
    DecisionRight.objects.create(decision=found, role=world.director)
    DecisionRight.objects.create(
        decision=found, role=world.commander, approver=world.director, within_minutes=10
    )
    MatrixEntry.objects.filter(role=world.director).update(backup=world.bob)
    return found


def matter(kind: DecisionKind, *, detail: str = "Checkout", key: UUID | None = None) -> Matter:
    return Matter(kind, key or uuid4(), detail)


def asked(incident: Incident, kind: DecisionKind, world: World) -> Approval:
    return approvals.ask(incident, matter(kind), by=world.carol, now=NOW)


def told(approval: Approval) -> list[str]:
    rows = Notification.objects.filter(purpose=f"decide {approval.pk}").order_by("pk")
    return [row.person.short_name for row in rows.select_related("person")]


def kinds(incident: Incident) -> list[str]:
    return list(incident.timeline.order_by("at", "pk").values_list("kind", flat=True))


def test_a_role_decides_alone_what_it_may(
    world: World, incident: Incident, kind: DecisionKind
) -> None:
    decision = deciding.decide(incident, matter(kind), by=world.dora, now=minutes(1))

    assert decision.text == "shut the service down: Checkout"
    assert decision.decided_by == world.dora
    entry = incident.timeline.get(kind="decided")
    assert entry.params["role"] == "engineering director"


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("carol", "The engineering director must agree, within 10 minutes."),
        ("alice", "The engineering director may, alone."),
        ("frank", "The engineering director may, alone."),
    ],
)
def test_nobody_decides_alone_what_they_may_not(
    world: World, incident: Incident, kind: DecisionKind, name: str, says: str
) -> None:
    with pytest.raises(Refused, match=says):
        deciding.decide(incident, matter(kind), by=world.people[name], now=NOW)


def test_the_same_form_decides_once(world: World, incident: Incident, kind: DecisionKind) -> None:
    one = matter(kind)

    first = deciding.decide(incident, one, by=world.dora, now=NOW)
    again = deciding.decide(incident, one, by=world.dora, now=minutes(1))

    assert (first.pk, Decision.objects.count()) == (again.pk, 1)
    with pytest.raises(Refused, match="with other words"):
        deciding.decide(incident, matter(kind, detail="All", key=one.key), by=world.dora, now=NOW)


def test_whoever_has_the_role_in_the_incident_has_it_alone(
    world: World, incident: Incident, kind: DecisionKind
) -> None:
    lifecycle.take_command(incident, by=world.alice, now=NOW)

    with pytest.raises(Refused, match="may, alone"):
        approvals.ask(incident, matter(kind), by=world.carol, now=NOW)

    assert approvals.ask(incident, matter(kind), by=world.alice, now=NOW).asked_by == world.alice


def test_the_approver_is_told_at_once_with_a_clock(
    world: World, incident: Incident, kind: DecisionKind
) -> None:
    world.dora.contact_points.get(channel="phone").delete()

    approval = asked(incident, kind, world)

    assert told(approval) == ["Dora"]
    clock = ResponseClock.objects.get(promise=Promise.DECIDE)
    assert (clock.approval, clock.role, clock.target_at) == (approval, world.director, minutes(10))
    message = Message.objects.get(subject_key=f"clock:{clock.pk}")
    assert "Carol Example asks whether to shut the service down." in message.body
    assert f"/approvals/{approval.pk}/" in message.body


def test_the_backup_takes_over_when_the_minutes_are_over(
    world: World, incident: Incident, kind: DecisionKind
) -> None:
    approval = asked(incident, kind, world)

    for count in (9.9, 10, 10, 25):
        engine.tick(now=minutes(count))

    assert told(approval) == ["Dora", "Bob"]
    assert kinds(incident).count("approval_passed_on") == 1
    assert ResponseClock.objects.get(promise=Promise.DECIDE).breached_at == minutes(10)


@pytest.mark.parametrize("name", ["dora", "bob"])
def test_whoever_was_asked_may_answer_also_late(
    world: World, incident: Incident, kind: DecisionKind, name: str
) -> None:
    approval = asked(incident, kind, world)
    engine.tick(now=minutes(10))

    approvals.answer(approval, YES, note="Go.", by=world.people[name], now=minutes(12))

    decision = Decision.objects.get(approval=approval)
    assert (decision.decided_by, decision.text) == (
        world.carol,
        "shut the service down: Checkout",
    )
    approval.refresh_from_db()
    assert approval.answered_by == world.people[name]


def test_an_answer_ends_the_clock_and_tells_whoever_asked(
    world: World, incident: Incident, kind: DecisionKind
) -> None:
    approval = approvals.ask(
        incident, matter(kind, detail="It is the checkout."), by=world.carol, now=NOW
    )

    approvals.answer(approval, NO, note="Too early.", by=world.dora, now=minutes(1))
    engine.tick(now=minutes(11))

    assert told(approval) == ["Dora"]
    assert ResponseClock.objects.get(promise=Promise.DECIDE).met_at == minutes(1)
    assert not Decision.objects.exists()
    word = Message.objects.get(topic="approval", person=world.carol)
    assert "Dora Example says no. “Too early.” You asked: " in word.body
    assert "It is the checkout.\n" in word.body
    calls = Message.objects.filter(topic="notification", person=world.dora)
    assert {one.state for one in calls} == {MessageState.CANCELLED}


def test_the_same_answer_twice_changes_nothing(
    world: World, incident: Incident, kind: DecisionKind
) -> None:
    approval = asked(incident, kind, world)
    approvals.answer(approval, YES, note="", by=world.dora, now=minutes(1))

    approvals.answer(approval, YES, note="", by=world.dora, now=minutes(2))

    assert kinds(incident).count("approval_answered") == 1
    with pytest.raises(Refused, match="Dora Example has agreed already"):
        approvals.answer(approval, NO, note="", by=world.dora, now=minutes(3))


@pytest.mark.parametrize(
    ("name", "says"),
    [("carol", "You asked this yourself"), ("alice", "Only the engineering director")],
)
def test_who_may_not_answer(
    world: World, incident: Incident, kind: DecisionKind, name: str, says: str
) -> None:
    approval = asked(incident, kind, world)

    with pytest.raises(Refused, match=says):
        approvals.answer(approval, YES, note="", by=world.people[name], now=minutes(1))


def test_whoever_asks_is_never_asked_themselves(
    world: World, incident: Incident, kind: DecisionKind
) -> None:
    MatrixEntry.objects.filter(role=world.director).update(person=world.carol)
    DecisionRight.objects.filter(approver__isnull=True).delete()

    approval = asked(incident, kind, world)

    assert told(approval) == ["Bob"]


def test_nobody_to_ask_is_said(world: World, incident: Incident, kind: DecisionKind) -> None:
    MatrixEntry.objects.filter(role=world.director).delete()

    approval = asked(incident, kind, world)
    engine.tick(now=minutes(10))

    assert told(approval) == []
    assert incident.timeline.get(kind="approval_asked").params["what"] == "nobody"
    assert incident.timeline.get(kind="approval_passed_on").params["what"] == "nobody"


def test_the_same_question_is_asked_once(
    world: World, incident: Incident, kind: DecisionKind
) -> None:
    one = matter(kind)
    first = approvals.ask(incident, one, by=world.carol, now=NOW)

    again = approvals.ask(incident, one, by=world.carol, now=minutes(1))

    assert first.pk == again.pk
    with pytest.raises(Refused, match="has asked the engineering director for this already"):
        approvals.ask(incident, matter(kind), by=world.carol, now=minutes(1))


def test_taking_a_question_back(world: World, incident: Incident, kind: DecisionKind) -> None:
    approval = asked(incident, kind, world)

    with pytest.raises(Refused, match="Only whoever asked"):
        approvals.withdraw(approval, by=world.dora, now=minutes(1))
    approvals.withdraw(approval, by=world.carol, now=minutes(1))
    engine.tick(now=minutes(11))

    assert told(approval) == ["Dora"]
    with pytest.raises(Refused, match="It was taken back"):
        approvals.answer(approval, YES, note="", by=world.dora, now=minutes(2))


def test_resolving_ends_what_is_asked(world: World, incident: Incident, kind: DecisionKind) -> None:
    approval = asked(incident, kind, world)

    lifecycle.resolve(incident, by=world.alice, at=minutes(2), now=minutes(2))
    engine.tick(now=minutes(11))

    approval.refresh_from_db()
    assert (approval.answer, approval.answered_by) == (ApprovalAnswer.WITHDRAWN, None)
    assert told(approval) == ["Dora"]
    assert incident.timeline.get(kind="approval_answered").params["what"] == "resolved"


def browser(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_the_thread_through_the_pages(world: World, incident: Incident, kind: DecisionKind) -> None:
    ref, key = incident.reference, str(uuid4())
    asking, answering = browser(world.carol), browser(world.dora)
    body = {"key": key, "kind": kind.pk, "detail": "Checkout"}

    page = asking.get(f"/incidents/{ref}/decide/").content.decode()
    sent = asking.post(f"/incidents/{ref}/decide/", body, follow=True)
    twice = asking.post(f"/incidents/{ref}/decide/", body, follow=True)
    approval = Approval.objects.get()
    seen = answering.get(f"/approvals/{approval.pk}/").content.decode()
    answering.post(f"/approvals/{approval.pk}/", {"answer": "approved", "note": "Do it"})
    after = asking.get(f"/approvals/{approval.pk}/").content.decode()
    shown = asking.get(f"/incidents/{ref}/").content.decode()

    assert "The engineering director must agree, within 10 minutes." in page
    assert "We wait for" in sent.content.decode()
    assert twice.status_code == 200
    assert "May we shut the service down?" in seen
    assert "Dora Example agreed" in after
    assert "Shut the service down: Checkout" in shown


def test_nobody_reads_the_question_of_a_restricted_incident(
    world: World, incident: Incident, kind: DecisionKind
) -> None:
    approval = asked(incident, kind, world)
    Incident.objects.update(is_restricted=True)

    found = browser(world.frank).get(f"/approvals/{approval.pk}/")

    assert found.status_code == 404


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({}, "Choose what is to be decided."),
        ({"kind": "0"}, "Choose one of the list."),
        ({"kind": "é"}, "Choose one of the list."),
    ],
)
def test_a_form_that_says_nothing_is_answered_in_words(
    world: World, incident: Incident, kind: DecisionKind, body: dict[str, str], says: str
) -> None:
    url = f"/incidents/{incident.reference}/decide/"

    answer = browser(world.carol).post(url, {"key": str(uuid4()), **body})

    assert answer.status_code == 422
    assert says in answer.content.decode()


@pytest.mark.parametrize("count", [3, 30])
def test_the_page_asks_a_constant_number_of_times(
    world: World, incident: Incident, kind: DecisionKind, count: int, django_assert_max_num_queries
) -> None:
    for number in range(count):
        one = DecisionKind.objects.create(name=f"kind {number}", slug=f"kind-{number}")
        DecisionRight.objects.create(decision=one, role=world.commander)
        deciding.decide(incident, matter(one), by=world.carol, now=NOW)
    client = browser(world.carol)

    with django_assert_max_num_queries(40):
        client.get(f"/incidents/{incident.reference}/decide/")

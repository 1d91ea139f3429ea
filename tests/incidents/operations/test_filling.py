"""Roles: taken, asked for, given back; the clock that counts until somebody has them."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from config.portal.refusals import Refused
from incidents.enums import Promise
from incidents.logic.outlook import Late
from incidents.models import Incident, Notification, ResponseClock, ResponseTarget, RoleAssignment
from incidents.operations import engine, filling, lifecycle
from incidents.operations.lifecycle import Opening
from incidents.queries.calls import calls_for
from rosters.models import MatrixEntry, Message, Person, StakeholderRole
from tests.world import NOW, World

pytestmark = pytest.mark.django_db


def minutes(count: float) -> datetime:
    return NOW + timedelta(minutes=count)


def declare(world: World, *, severity: int = 1) -> Incident:
    opening = Opening(title="Card payments fail", severity=severity, service=world.service)
    return lifecycle.open_incident(opening, by=world.erin, now=NOW)


@pytest.fixture
def incident(world: World) -> Incident:
    ResponseTarget.objects.create(promise=Promise.FILL_ROLE, severity=1, amount=15)
    MatrixEntry.objects.filter(role=world.director).update(backup=world.bob)
    return declare(world)


def clock_of(role: StakeholderRole) -> ResponseClock:
    return ResponseClock.objects.filter(promise=Promise.FILL_ROLE, role=role).latest("pk")


def asked() -> list[str]:
    rows = Notification.objects.filter(purpose__startswith="role ").order_by("pk")
    return [row.person.short_name for row in rows.select_related("person")]


def test_a_commander_is_expected_where_a_target_says_so(world: World, incident: Incident) -> None:
    without = declare(world, severity=2)

    assert clock_of(world.commander).target_at == minutes(15)
    assert not without.clocks.filter(promise=Promise.FILL_ROLE).exists()


def test_without_the_role_nobody_is_expected(world: World) -> None:
    ResponseTarget.objects.create(promise=Promise.FILL_ROLE, severity=1, amount=15)
    world.commander.slug = "somebody-else"
    world.commander.save()

    found = declare(world)

    assert not found.clocks.filter(promise=Promise.FILL_ROLE).exists()


def test_taking_command_ends_its_clock_and_no_other(world: World, incident: Incident) -> None:
    lifecycle.take_command(incident, by=world.carol, now=minutes(3))

    assert clock_of(world.commander).met_at == minutes(3)
    assert incident.clocks.get(promise=Promise.ACKNOWLEDGE).is_open


def test_giving_command_back_counts_anew(world: World, incident: Incident) -> None:
    lifecycle.take_command(incident, by=world.carol, now=minutes(3))

    lifecycle.give_back_command(incident, by=world.carol, now=minutes(5))

    clock = clock_of(world.commander)
    assert (clock.started_at, clock.target_at, clock.is_open) == (minutes(5), minutes(20), True)


def test_nobody_in_time_means_the_matrix_is_asked_in_turn(world: World, incident: Incident) -> None:
    for count in (14.9, 15, 15, 40):
        engine.tick(now=minutes(count))

    assert asked() == ["Carol"]
    assert clock_of(world.commander).breached_at == minutes(15)


def test_asking_for_a_role_tells_the_matrix_and_then_the_backup(
    world: World, incident: Incident
) -> None:
    filling.ask(incident, world.director, brief="The bank is down.", by=world.alice, now=NOW)
    before = asked()
    engine.tick(now=minutes(15))

    assert before == ["Dora"]
    assert "Bob" in asked()
    assert Notification.objects.filter(note="The bank is down.").count() == 1


def test_accepting_ends_the_clock_and_keeps_the_brief(world: World, incident: Incident) -> None:
    filling.ask(incident, world.director, by=world.alice, now=NOW)

    filling.take(incident, world.director, brief="Call me.", by=world.dora, now=minutes(2))

    assert clock_of(world.director).met_at == minutes(2)
    held = RoleAssignment.objects.get(incident=incident, role=world.director)
    assert held.person == world.dora
    assert incident.timeline.filter(kind="role_filled").latest("pk").params["text"] == "Call me."


def test_taking_twice_changes_nothing(world: World, incident: Incident) -> None:
    for count in (1, 2):
        filling.take(incident, world.director, by=world.dora, now=minutes(count))

    assert RoleAssignment.objects.filter(incident=incident).count() == 1


def test_handing_over_releases_whoever_had_it(world: World, incident: Incident) -> None:
    filling.take(incident, world.director, by=world.dora, now=minutes(1))

    filling.take(incident, world.director, by=world.alice, now=minutes(2))

    held = RoleAssignment.objects.filter(incident=incident, released_at__isnull=True)
    assert [one.person for one in held] == [world.alice]


def test_giving_back_leaves_it_empty(world: World, incident: Incident) -> None:
    filling.take(incident, world.director, by=world.dora, now=minutes(1))

    filling.give_back(incident, world.director, by=world.dora, now=minutes(2))

    assert not RoleAssignment.objects.filter(incident=incident, released_at__isnull=True).exists()
    with pytest.raises(Refused, match="You are not its engineering director"):
        filling.give_back(incident, world.director, by=world.dora, now=minutes(3))


@pytest.mark.parametrize(
    ("act", "says"),
    [(filling.take, "can be its engineering director"), (filling.ask, "can ask for this")],
)
def test_a_stranger_may_not(world: World, incident: Incident, act, says: str) -> None:
    with pytest.raises(Refused, match=says):
        act(incident, world.director, by=world.frank, now=NOW)


def test_somebody_who_was_asked_is_not_asked_for_again(world: World, incident: Incident) -> None:
    filling.ask(incident, world.director, by=world.alice, now=NOW)

    with pytest.raises(Refused, match="Somebody was asked already to be its"):
        filling.ask(incident, world.director, by=world.alice, now=minutes(1))


def browser(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_the_page_fills_a_role(world: World, incident: Incident) -> None:
    url = f"/incidents/{incident.reference}/roles/"
    client = browser(world.dora)

    page = client.get(url).content.decode()
    taken = client.post(url, {"role": world.director.pk, "act": "take"}, follow=True)
    wrong = client.post(url, {"role": "x", "act": ""})

    assert "Engineering director" in page
    assert "You are its engineering director now." in taken.content.decode()
    assert wrong.status_code == 422


def test_whoever_is_asked_to_take_a_role_is_named(world: World, incident: Incident) -> None:
    scribe = StakeholderRole.objects.create(name="scribe", slug="scribe")
    url, client = f"/incidents/{incident.reference}/roles/", browser(world.alice)

    asked = client.post(url, {"role": world.director.pk, "act": "ask"}, follow=True)
    nobody = client.post(url, {"role": scribe.pk, "act": "ask"}, follow=True)

    said = "We have asked Dora Example to be its engineering director."
    assert said in asked.content.decode()
    assert "Nobody can be reached who could be its scribe." in nobody.content.decode()


def test_roles_that_nobody_has_are_folded_behind_the_others(
    world: World, incident: Incident
) -> None:
    StakeholderRole.objects.create(name="scribe", slug="scribe")
    filling.take(incident, world.director, brief="", by=world.dora, now=NOW)

    page = browser(world.alice).get(f"/incidents/{incident.reference}/roles/")

    first = [row["place"].role for row in page.context["rows"]]
    assert world.director in first
    assert world.commander in first
    assert 'id="other-roles"' in page.content.decode()


def test_whoever_is_called_for_a_role_reads_which(world: World, incident: Incident) -> None:
    step = world.version.steps.create(
        clock=Promise.FILL_ROLE, order=90, wait_minutes=0, urgency="urgent"
    )
    step.targets.create(kind="person", person=world.carol)
    found = declare(world)

    engine.tick(now=NOW)

    message = Message.objects.get(person=world.carol, thread_key=f"incident:{found.pk}")
    assert "Nobody is incident commander in it yet. You are asked to take that." in message.body
    lifecycle.acknowledge(found, by=world.alice, now=minutes(1))
    found.refresh_from_db()
    calls = calls_for([found], now=minutes(20))[found.pk]
    assert calls.late == Late("fill_role", minutes(15), "incident commander")

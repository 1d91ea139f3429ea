"""Taking command: with a part in it always, without one only where nobody leads."""

import pytest
from django.contrib.auth.models import Group

from config.portal.refusals import Refused
from incidents.models import Incident, RoleAssignment, StepTarget, TimelineEntry
from incidents.operations import engine, lifecycle
from incidents.queries import standing
from rosters.logic.roles import Role
from rosters.models import Person, StakeholderRole
from tests.incidents.operations.test_engine import declare, minutes
from tests.races import together
from tests.world import NOW, World, build

pytestmark = pytest.mark.django_db


@pytest.fixture
def incident(world: World) -> Incident:
    made = declare(world)
    engine.tick(now=NOW)
    return made


def give(person: Person, *roles: Role) -> None:
    for role in roles:
        person.groups.add(Group.objects.get_or_create(name=role.value)[0])


def test_at_night_a_stranger_leads_where_nobody_does(world: World, incident: Incident) -> None:
    lifecycle.take_command(incident, by=world.frank, now=NOW)

    assert standing.commander_of(incident) == world.frank
    assert standing.of(world.frank, incident).may_act


def test_who_only_reads_does_not(world: World, incident: Incident) -> None:
    give(world.frank, Role.STAKEHOLDER)

    with pytest.raises(Refused, match="Your role is to read along"):
        lifecycle.take_command(incident, by=world.frank, now=NOW)

    assert standing.commander_of(incident) is None


def test_a_reader_with_another_role_does(world: World, incident: Incident) -> None:
    give(world.frank, Role.STAKEHOLDER, Role.RESPONDER)

    lifecycle.take_command(incident, by=world.frank, now=NOW)

    assert standing.commander_of(incident) == world.frank


def test_a_stranger_does_not_take_over(world: World, incident: Incident) -> None:
    lifecycle.take_command(incident, by=world.carol, now=NOW)

    with pytest.raises(Refused, match="Carol Example commands INC-"):
        lifecycle.take_command(incident, by=world.frank, now=minutes(1))

    assert standing.commander_of(incident) == world.carol


@pytest.mark.parametrize("name", ["alice", "bob", "dora"])
def test_those_with_a_part_take_over(world: World, incident: Incident, name: str) -> None:
    lifecycle.take_command(incident, by=world.frank, now=NOW)

    lifecycle.take_command(incident, by=world.people[name], now=minutes(1))

    assert standing.commander_of(incident) == world.people[name]
    assert RoleAssignment.objects.get(released_at=minutes(1)).person == world.frank


def test_a_commander_by_role_takes_over(world: World, incident: Incident) -> None:
    give(world.frank, Role.COMMANDER)
    lifecycle.take_command(incident, by=world.carol, now=NOW)

    lifecycle.take_command(incident, by=world.frank, now=minutes(1))

    assert standing.commander_of(incident) == world.frank


def test_a_stranger_undoes_no_containment_by_taking_over(world: World, incident: Incident) -> None:
    lifecycle.take_command(incident, by=world.carol, now=NOW)
    lifecycle.contain(incident, by=world.alice, at=minutes(1), now=minutes(1))

    for act in (lifecycle.take_command, lifecycle.undo_contain):
        with pytest.raises(Refused):
            act(incident, by=world.frank, now=minutes(2))

    incident.refresh_from_db()
    assert incident.contained_at == minutes(1)


def test_a_role_that_somebody_deleted_keeps_nobody_from_leading(
    world: World, incident: Incident
) -> None:
    StepTarget.objects.all().delete()
    StakeholderRole.objects.all().delete()

    lifecycle.take_command(incident, by=world.alice, now=NOW)

    assert standing.commander_of(incident) == world.alice


def test_a_role_under_another_address_is_refused_in_words(world: World, incident: Incident) -> None:
    StakeholderRole.objects.filter(pk=world.commander.pk).update(slug="leader")

    with pytest.raises(Refused, match="No role has the short address “incident-commander”"):
        lifecycle.take_command(incident, by=world.alice, now=NOW)


def test_taking_it_twice_changes_nothing(world: World, incident: Incident) -> None:
    for _ in range(2):
        lifecycle.take_command(incident, by=world.carol, now=NOW)

    assert TimelineEntry.objects.filter(kind="command_taken").count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_strangers_who_take_it_at_once_one_leads() -> None:
    world = build()
    incident = declare(world)
    strangers = [world.frank, world.erin]

    results = together(
        *(lambda who=who: lifecycle.take_command(incident, by=who, now=NOW) for who in strangers)
    )

    assert sorted(type(result).__name__ for result in results) == ["Incident", "Refused"]
    assert standing.commander_of(incident) in strangers


def test_the_standing_is_one_query(
    world: World, incident: Incident, django_assert_num_queries
) -> None:
    give(world.frank, Role.STAKEHOLDER, Role.COMMANDER)

    with django_assert_num_queries(1):
        found = standing.of(world.frank, incident)

    assert (found.is_commander, found.only_reads) == (True, False)

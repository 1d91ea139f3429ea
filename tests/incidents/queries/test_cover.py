"""Who would answer for a service now: its rule, its rosters and their gaps."""

from datetime import timedelta

from incidents.models import EscalationPolicy, Route, StepTarget
from incidents.queries.cover import cover_of
from rosters.models import Absence, MatrixEntry, Service
from tests.world import NOW, World, make_roster


def cover(service: Service):
    return cover_of([service], now=NOW)[service.pk]


def away(*people, hours: int = 5) -> None:
    for person in people:
        Absence.objects.create(person=person, starts_at=NOW, ends_at=NOW + timedelta(hours=hours))


def test_the_catch_all_is_no_rule_of_its_own(world: World) -> None:
    found = cover(world.service)

    assert found.policy_name == "Payments"
    assert not found.has_own_rule


def test_a_route_to_the_service_is_its_own_rule(world: World) -> None:
    Route.objects.create(service=world.service, policy=world.version.policy)

    assert cover(world.service).has_own_rule


def test_a_route_for_small_incidents_alone_is_none(world: World) -> None:
    Route.objects.create(service=world.service, severity=4, policy=world.version.policy)

    assert not cover(world.service).has_own_rule


def test_an_unpublished_policy_calls_nobody(world: World) -> None:
    draft = EscalationPolicy.objects.create(name="Draft", slug="draft")
    Route.objects.create(service=world.service, policy=draft)

    found = cover(world.service)

    assert (found.version, found.has_own_rule) == (None, False)
    assert (found.on_call, found.calls(), found.rosters, found.instead) == ((), [], [], None)


def test_first_backup_and_the_calls_come_from_the_planner(world: World) -> None:
    found = cover(world.service)

    assert [person.full_name for person in found.on_call] == ["Alice Example"]
    assert [person.full_name for person in found.backup] == ["Bob Example"]
    assert [(call.who, call.verb, call.after_minutes) for call in found.calls()] == [
        ("Alice Example", "phone", 0),
        ("Bob Example", "phone", 5),
        ("Carol Example", "phone", 15),
    ]


def test_a_gap_names_its_roster_and_who_is_called_instead(world: World) -> None:
    away(world.alice, world.bob)

    found = cover(world.service)

    assert found.on_call == ()
    assert found.instead is not None
    assert (found.instead.who, found.instead.after_minutes) == ("Carol Example", 0)
    assert found.gap is not None
    roster, gap = found.gap
    assert roster.roster == world.roster
    assert (gap.starts_at, gap.ends_at) == (NOW, NOW + timedelta(hours=5))


def test_a_backup_who_is_away_is_no_gap(world: World) -> None:
    away(world.bob)

    assert cover(world.service).gap is None


def test_a_roster_behind_a_role_counts_when_the_cell_is_ours(world: World) -> None:
    roster = make_roster("Payments leads", [[world.erin]], now=NOW)
    step = world.version.steps.order_by("order").first()
    assert step is not None
    StepTarget.objects.filter(step=step).delete()
    StepTarget.objects.create(step=step, kind="role", role=world.director)
    MatrixEntry.objects.create(role=world.director, team=world.team, roster=roster)

    found = cover(world.service)

    assert [person.full_name for person in found.on_call] == ["Erin Example"]
    assert {one.roster.name for one in found.rosters} == {"Payments on call", "Payments leads"}

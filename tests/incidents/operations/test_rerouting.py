"""Calls go to somebody else first, for a while, and fall back."""

from datetime import datetime, timedelta
from functools import partial

import pytest

from config.portal.refusals import Refused
from incidents.enums import EntryKind, Promise, TargetKind
from incidents.models import (
    EscalationPolicy,
    EscalationRun,
    Incident,
    Notification,
    PolicyVersion,
    RoutingOverride,
    TimelineEntry,
)
from incidents.operations import engine, lifecycle
from incidents.operations.judgment import rerouting
from incidents.operations.judgment.rerouting import Elsewhere
from incidents.operations.lifecycle import Opening
from incidents.queries import rules
from incidents.queries.calls import calls_for
from rosters.models import Absence, Person
from tests.world import NOW, World, make_roster, step

pytestmark = pytest.mark.django_db


def minutes(count: float) -> datetime:
    return NOW + timedelta(minutes=count)


def declare(world: World, *, at: datetime = NOW) -> Incident:
    opening = Opening(title="Card payments fail", severity=1, service=world.service)
    return lifecycle.open_incident(opening, by=world.erin, now=at)


@pytest.fixture
def incident(world: World) -> Incident:
    found = declare(world)
    engine.tick(now=NOW)
    return found


def told(incident: Incident) -> list[tuple[str, float]]:
    rows = Notification.objects.filter(incident=incident, run__clock__promise=Promise.ACKNOWLEDGE)
    return [
        (row.person.short_name, (row.created_at - NOW) / timedelta(minutes=1))
        for row in rows.order_by("created_at", "pk").select_related("person")
    ]


def foreseen(incident: Incident, *, at: float) -> list[str]:
    found = calls_for([incident], now=minutes(at), ahead=3)[incident.pk]
    return [
        call.people[0].short_name
        for promise, call in found.upcoming
        if promise == Promise.ACKNOWLEDGE and call.people
    ]


def run(first: int, last: int) -> None:
    for count in range(first, last + 1):
        engine.tick(now=minutes(count))


def kinds(incident: Incident) -> list[str]:
    return list(incident.timeline.order_by("at", "pk").values_list("kind", flat=True))


def to(person: Person | None, *, until: float = 60, **more: object) -> Elsewhere:
    given: dict[str, object] = {"reason": "She knows it best", "person": person, **more}
    return Elsewhere(minutes(until), **given)  # type: ignore[arg-type]  # a test's own


def test_the_next_call_goes_there_and_then_on_by_the_rule(world: World, incident: Incident) -> None:
    rerouting.reroute(incident, to(world.frank), by=world.alice, now=minutes(1))
    assert foreseen(incident, at=1) == ["Frank", "Carol", "Alice"]

    run(2, 31)

    assert told(incident) == [("Alice", 0), ("Frank", 5), ("Carol", 15), ("Alice", 30)]
    call = Notification.objects.get(person=world.frank)
    assert call.reason == f"taking the calls about {incident.reference} for now"


def test_calls_about_a_service_go_there_first(world: World) -> None:
    rerouting.reroute_service(world.service, to(world.frank), by=world.alice, now=NOW)

    incident = declare(world)
    run(0, 16)

    assert told(incident) == [("Frank", 0), ("Bob", 5), ("Carol", 15)]


def test_an_incident_of_its_own_is_asked_before_its_service(world: World) -> None:
    rerouting.reroute_service(world.service, to(world.frank), by=world.alice, now=NOW)
    incident = declare(world)
    rerouting.reroute(incident, to(world.dora), by=world.alice, now=NOW)

    run(0, 16)

    assert told(incident) == [("Dora", 0), ("Frank", 5), ("Carol", 15)]


def test_whoever_is_on_call_for_a_roster_takes_them(world: World) -> None:
    roster = make_roster("Platform", [[world.erin]], now=NOW)
    rerouting.reroute_service(world.service, to(None, roster=roster), by=world.alice, now=NOW)

    incident = declare(world)
    run(0, 0)

    assert told(incident) == [("Erin", 0)]


@pytest.mark.parametrize("why", ["away", "left"])
def test_who_cannot_be_reached_falls_back_and_that_is_said_once(world: World, why: str) -> None:
    rerouting.reroute_service(world.service, to(world.frank), by=world.alice, now=NOW)
    if why == "away":
        Absence.objects.create(person=world.frank, starts_at=NOW, ends_at=minutes(90))
    else:
        world.frank.left_at = NOW
        world.frank.save()

    incident = declare(world)
    run(0, 16)

    assert told(incident) == [("Alice", 0), ("Bob", 5), ("Carol", 15)]
    said = incident.timeline.get(kind="rerouted")
    assert said.params["what"] == "fallback"
    assert said.params["people"] == "Alice Example"


def test_at_its_end_the_calls_go_where_they_went_before(world: World, incident: Incident) -> None:
    rerouting.reroute(incident, to(world.frank, until=5), by=world.alice, now=minutes(1))

    run(2, 6)

    assert told(incident) == [("Alice", 0), ("Bob", 5)]


def test_ended_early_and_by_resolving(world: World, incident: Incident) -> None:
    rerouting.reroute(incident, to(world.frank), by=world.alice, now=minutes(1))

    assert rerouting.end(incident, by=world.alice, now=minutes(2))
    assert not rerouting.end(incident, by=world.alice, now=minutes(3))
    run(3, 6)
    assert told(incident) == [("Alice", 0), ("Bob", 5)]
    assert kinds(incident).count("reroute_ended") == 1

    made = rerouting.reroute(incident, to(world.frank), by=world.alice, now=minutes(7))
    lifecycle.resolve(incident, by=world.alice, at=minutes(8), now=minutes(8))
    made.refresh_from_db()
    assert made.ended_at == minutes(8)


def test_another_one_takes_its_place_and_the_same_press_is_one(
    world: World, incident: Incident
) -> None:
    first = rerouting.reroute(incident, to(world.frank), by=world.alice, now=minutes(1))
    assert rerouting.reroute(incident, to(world.frank), by=world.alice, now=minutes(1)) == first

    second = rerouting.reroute(incident, to(world.dora), by=world.alice, now=minutes(2))

    first.refresh_from_db()
    assert (first.ended_at, first.ended_by) == (minutes(2), world.alice)
    assert RoutingOverride.objects.get(ended_at__isnull=True) == second
    assert kinds(incident).count("rerouted") == 2


def test_what_is_refused_and_why(world: World, incident: Incident) -> None:
    world.frank.left_at = NOW
    world.frank.save()
    for asked, part in (
        (to(world.frank), "has left"),
        (to(None), "Choose a person or a roster"),
        (to(world.dora, until=1), "over already"),
        (to(world.dora, until=60 * 24 * 40), "31 days at most"),
        (to(world.dora, reason=" "), "Say why"),
    ):
        with pytest.raises(Refused, match=part):
            rerouting.reroute(incident, asked, by=world.alice, now=minutes(1))
    with pytest.raises(Refused, match="Only the people we called"):
        rerouting.reroute(incident, to(world.dora), by=world.frank, now=minutes(1))
    with pytest.raises(Refused, match="Only leads of the owning team"):
        rerouting.reroute_service(world.service, to(world.dora), by=world.bob, now=minutes(1))


def test_promises_that_ask_certain_people_are_not_sent_elsewhere(
    world: World, incident: Incident
) -> None:
    rerouting.reroute_service(
        world.service, to(world.frank, until=60 * 24 * 30), by=world.alice, now=minutes(1)
    )
    lifecycle.resolve(incident, by=world.alice, at=minutes(2), now=minutes(2))

    engine.tick(now=minutes(60 * 24 * 10))

    reviewed = Notification.objects.filter(run__clock__promise=Promise.REVIEW)
    assert [one.person for one in reviewed] == [world.dora]


@pytest.fixture
def crew(world: World) -> EscalationPolicy:
    """Another rule, which calls Frank alone."""
    policy = EscalationPolicy.objects.create(name="Migration crew", slug="crew")
    version = PolicyVersion.objects.create(
        policy=policy,
        number=1,
        rationale="For the move.",
        published_at=NOW,
        published_by=world.carol,
    )
    step(version, 1, 0, kind=TargetKind.PERSON, person=world.frank)
    return policy


def by_rule(policy: EscalationPolicy, *, until: float = 60) -> Elsewhere:
    return Elsewhere(minutes(until), "We move the database", policy=policy)


def test_what_breaks_from_then_on_goes_by_the_other_rule_and_says_why(
    world: World, crew: EscalationPolicy
) -> None:
    rerouting.reroute_service(world.service, by_rule(crew), by=world.alice, now=NOW)

    incident = declare(world, at=minutes(1))
    run(1, 1)

    assert told(incident) == [("Frank", 1)]
    entry = TimelineEntry.objects.get(incident=incident, kind=EntryKind.REROUTED)
    assert (entry.params["what"], entry.params["rule"]) == ("rule", "Migration crew")
    assert entry.params["reason"] == "We move the database."


def test_what_is_open_keeps_its_rule(
    world: World, incident: Incident, crew: EscalationPolicy
) -> None:
    rerouting.reroute_service(world.service, by_rule(crew), by=world.alice, now=minutes(1))

    run(5, 5)

    assert told(incident) == [("Alice", 0), ("Bob", 5)]
    assert EntryKind.REROUTED not in kinds(incident)


def test_another_rule_ends_by_itself_and_what_began_under_it_keeps_it(
    world: World, crew: EscalationPolicy
) -> None:
    rerouting.reroute_service(world.service, by_rule(crew, until=10), by=world.alice, now=NOW)
    under = declare(world, at=minutes(9))
    after = declare(world, at=minutes(10))

    runs = EscalationRun.objects.filter(clock__promise=Promise.ACKNOWLEDGE)

    assert runs.get(clock__incident=under).version.policy == crew
    assert runs.get(clock__incident=after).version.policy == world.version.policy


def test_ended_early_the_usual_rule_holds_at_once(world: World, crew: EscalationPolicy) -> None:
    rerouting.reroute_service(world.service, by_rule(crew), by=world.alice, now=NOW)
    rerouting.end_service(world.service, by=world.alice, now=minutes(5))

    incident = declare(world, at=minutes(5))

    assert (
        EscalationRun.objects.get(
            clock__incident=incident, clock__promise=Promise.ACKNOWLEDGE
        ).version
        == world.version
    )


def test_the_rules_page_says_what_the_engine_does(world: World, crew: EscalationPolicy) -> None:
    rerouting.reroute_service(world.service, by_rule(crew), by=world.alice, now=NOW)

    rule = rules.of(world.service, 1, reader=world.carol, now=minutes(1))
    later = rules.of(world.service, 1, reader=world.carol, now=minutes(60))

    assert rule.version is not None
    assert rule.version.policy == crew
    assert later.version == world.version


@pytest.mark.parametrize("published", [True, False])
def test_an_incident_and_a_rule_that_nobody_published_are_refused(
    world: World, incident: Incident, crew: EscalationPolicy, published: bool
) -> None:
    if not published:
        PolicyVersion.objects.filter(policy=crew).update(published_at=None, published_by=None)

    act = (
        partial(rerouting.reroute, incident)
        if published
        else partial(rerouting.reroute_service, world.service)
    )

    with pytest.raises(Refused, match="person or a roster" if published else "is published"):
        act(by_rule(crew), by=world.alice, now=minutes(1))

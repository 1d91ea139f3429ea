"""The rules at a glance say what judging each service by itself says."""

from datetime import timedelta
from random import Random
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from incidents.models import Route
from incidents.queries import rule_list, rules
from incidents.queries.rule_list import Glance
from rosters.models import Absence, ContactPoint, MatrixEntry, Service, StakeholderRole, Team
from tests.world import NOW, World, make_person

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def seen(world: World) -> list[Glance]:
    services = Service.objects.order_by("name", "pk")
    return rule_list.glances(rules.book(), services, reader=world.alice, now=NOW)


def judged_one_by_one(world: World) -> list[tuple[str, int, bool]]:
    services = list(Service.objects.select_related("owner_team").order_by("name", "pk"))
    each = rules.summaries(rules.book(), services, reader=world.alice, now=NOW)
    return [(one.service.name, one.empty_steps, one.has_gaps) for one in each]


def scatter(world: World, random: Random) -> None:
    """Services of all kinds: own cells, cells of their team, leavers, absences, the mute."""
    people = [make_person(f"Person{number}") for number in range(6)]
    people[0].left_at = NOW - DAY
    people[1].left_at = NOW + DAY
    for one in people[:2]:
        one.save()
    ContactPoint.objects.filter(person=people[2]).delete()
    Absence.objects.create(person=people[3], starts_at=NOW - DAY, ends_at=NOW + 3 * DAY)
    Absence.objects.create(
        person=people[4], starts_at=NOW + timedelta(minutes=8), ends_at=NOW + 2 * DAY
    )
    teams = [
        Team.objects.create(name=f"Team {n}", slug=f"team-{n}", time_zone=zone)
        for n, zone in enumerate(["UTC", "Asia/Tokyo"])
    ]
    roles = [world.commander, world.director]
    places: list[dict[str, Any]] = [{"team": team} for team in teams]
    for number in range(14):
        service = Service.objects.create(
            name=f"Service {number:02}",
            slug=f"s{number}",
            owner_team=random.choice(teams),
            tier=random.choice([1, 3]),
        )
        places.append({"service": service})
        if number == 7:
            Route.objects.create(policy=world.version.policy, service=service, severity=4)
    for place in places:
        for role in roles:
            if random.random() < 0.7:
                begins, ends = random.choice(
                    [
                        (None, None),
                        (NOW - DAY, NOW + 90 * DAY),
                        (None, NOW + DAY),
                        (NOW + DAY, None),
                    ]
                )
                MatrixEntry.objects.create(
                    role=role,
                    person=random.choice(people[2:]),
                    backup=random.choice([None, None, *people[:2]]),
                    severity=random.choice([None, None, 1, 3]),
                    valid_from=begins,
                    valid_to=ends,
                    **place,
                )
    MatrixEntry.objects.filter(service__isnull=True, team__isnull=True).delete()


@pytest.mark.parametrize("seed", range(6))
def test_glances_find_the_gaps_that_each_rule_has(world: World, seed: int) -> None:
    scatter(world, Random(seed))

    found = [(one.name, one.empty_steps, one.has_gaps) for one in seen(world)]

    assert found == judged_one_by_one(world)
    assert len({empty for _, empty, _ in found}) > 1


def test_a_page_has_the_rules_themselves_whether_or_not_they_were_judged(world: World) -> None:
    scatter(world, Random(1))
    shown = seen(world)[::-1]

    found = rule_list.in_full(rules.book(), shown, reader=world.alice, now=NOW)

    told = [(one.service.name, one.empty_steps, one.has_gaps) for one in found]
    assert told == judged_one_by_one(world)[::-1]


def test_without_a_rule_that_holds_each_service_has_a_gap(world: World) -> None:
    Route.objects.all().delete()

    assert [one.has_gaps for one in seen(world)] == [True]


def test_glances_ask_as_often_for_many_services(world: World) -> None:
    counts = []
    for size in (3, 30):
        for number in range(size):
            service = Service.objects.create(
                name=f"S {size} {number}", slug=f"s-{size}-{number}", owner_team=world.team
            )
            role = StakeholderRole.objects.get(pk=world.director.pk)
            MatrixEntry.objects.create(role=role, service=service, person=world.bob)
        with CaptureQueriesContext(connection) as asked:
            seen(world)
        counts.append(len(asked))

    assert counts[0] == counts[1]

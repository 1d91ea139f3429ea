"""The list of services at a glance says what each service in full says."""

from datetime import timedelta
from random import Random

import pytest

from config.front.queries import services
from incidents.models import Route
from incidents.queries.cover import cover_of
from reviews.models import Drill
from reviews.queries.readiness import readiness_of
from rosters.models import MatrixEntry, Membership, Person, Service, Team
from runbooks.models import Runbook, RunbookVersion
from tests import world as small_world
from tests.factories import make_roster
from tests.world import NOW, World, make_person

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def scatter(world: World, random: Random) -> None:
    """Services of which some have a lead, a backup, a rule, a roster, a runbook, a drill."""
    leaver, ada = make_person("Leaver"), make_person("Ada")
    leaver.left_at = NOW - DAY
    leaver.save()
    teams = [Team.objects.create(name=f"Team {n}", slug=f"team-{n}") for n in range(4)]
    for team, lead in zip(teams, [leaver, ada, None, ada], strict=True):
        if lead:
            Membership.objects.create(team=team, person=lead, is_lead=True)
    rosters = [make_roster([ada], name="Full"), make_roster([leaver], name="Empty")]
    for number in range(20):
        service = Service.objects.create(
            name=f"Service {number:02}",
            slug=f"s{number}",
            owner_team=random.choice(teams),
            backup_owner=random.choice([None, leaver, ada]),
        )
        if random.random() < 0.5:
            Route.objects.create(policy=world.version.policy, service=service)
        if random.random() < 0.3:
            MatrixEntry.objects.create(
                role=world.commander, service=service, roster=random.choice(rosters)
            )
        name_somebody(service, world, random, [leaver, ada])
        prepare(service, world, random)


def name_somebody(service: Service, world: World, random: Random, people: list[Person]) -> None:
    confirmed_at = random.choice([NOW, NOW - 89 * DAY, NOW - 91 * DAY, None])
    if random.random() < 0.6:
        MatrixEntry.objects.create(
            role=world.director,
            service=service,
            person=random.choice(people),
            confirmed_at=confirmed_at,
            confirmed_by=world.alice if confirmed_at else None,
        )


def prepare(service: Service, world: World, random: Random) -> None:
    """A runbook that is published or not, and a drill, old, new or still to come."""
    if random.random() < 0.5:
        book = Runbook.objects.create(service=service, title="Do", slug=f"do-{service.slug}")
        if random.random() < 0.7:
            RunbookVersion.objects.create(
                runbook=book, number=1, published_at=NOW, published_by=world.alice
            )
    if random.random() < 0.5:
        at = NOW - random.choice([1, 179, 181, -3]) * DAY
        Drill.objects.create(
            title="Drill",
            service=service,
            leader=world.alice,
            planned_at=at,
            created_at=at,
            created_by=world.alice,
            finished_at=at,
            passed=True,
        )


@pytest.mark.parametrize("seed", range(4))
def test_glances_count_the_checks_that_each_service_has_done(db: None, seed: int) -> None:
    world = small_world.build()
    scatter(world, Random(seed))
    rows = Service.objects.order_by("name", "pk")

    found = services.glances(rows, viewer=world.alice, now=NOW)
    shown = services.lines(found, now=NOW)

    full = list(rows.select_related("owner_team", "backup_owner"))
    covers = cover_of(full, now=NOW)
    ready = readiness_of(full, covers, now=NOW)
    assert [one.pk for one in found] == [one.pk for one in full]
    done = {one.pk: [check.is_done for check in ready[one.pk].checks] for one in full}
    assert {one.pk: [check.is_done for check in one.ready.checks] for one in found} == done
    assert {one.service.pk: one.readiness for one in shown} == ready
    assert {one.service.pk: one.cover.on_call for one in shown} == {
        pk: cover.on_call for pk, cover in covers.items()
    }
    assert [one.rule for one in found] == [covers[one.pk].policy_name for one in full]
    assert len({sum(one) for one in done.values()}) > 2

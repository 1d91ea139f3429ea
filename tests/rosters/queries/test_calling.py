"""Who fills a role of the company reads the same on the page and on paper, leavers included."""

from datetime import timedelta

import pytest

from rosters.enums import SeverityLevel, Tier
from rosters.models import (
    MatrixEntry,
    Membership,
    NamedHours,
    NamedHoursSpan,
    Roster,
    Service,
    StakeholderRole,
)
from rosters.queries import calling, contacts, people, phone_tree
from tests.world import NOW, World, make_roster

pytestmark = pytest.mark.django_db


@pytest.fixture
def counsel(world: World) -> StakeholderRole:
    """Carol counsels; at SEV1 Dora does, and at night Erin."""
    role = StakeholderRole.objects.create(name="legal counsel", slug="legal-counsel")
    night = NamedHours.objects.create(name="the night", time_zone="Europe/Berlin")
    NamedHoursSpan.objects.bulk_create(
        NamedHoursSpan(hours=night, weekday=day, starts_at="22:00", ends_at="06:00")
        for day in range(7)
    )
    MatrixEntry.objects.create(role=role, person=world.carol, backup=world.bob)
    MatrixEntry.objects.create(role=role, person=world.dora, severity=SeverityLevel.CRITICAL)
    MatrixEntry.objects.create(role=role, person=world.erin, hours=night)
    return role


def told(duty: calling.RoleDuty) -> list[tuple[str, list[str]]]:
    return [(part.when, [one.short_name for one in part.people]) for part in duty.parts]


def test_whoever_answers_now_comes_first_and_the_others_say_when(counsel) -> None:
    by_night = calling.duty_of(counsel, at=NOW)
    by_day = calling.duty_of(counsel, at=NOW + timedelta(hours=10))

    assert told(by_night) == [
        ("during the night", ["Erin"]),
        ("SEV1 Critical", ["Dora"]),
        ("otherwise", ["Carol"]),
    ]
    assert told(by_day) == [
        ("", ["Carol"]),
        ("SEV1 Critical", ["Dora"]),
        ("during the night", ["Erin"]),
    ]


def test_the_page_and_the_paper_name_the_same_people_in_the_same_words(counsel) -> None:
    at = NOW + timedelta(hours=10)

    on_page = [
        (duty.role.name, part.when, [one.full_name for one in (*part.people, *part.backup)])
        for duty in calling.overview(at=at).duties
        for part in duty.parts
    ]

    on_paper = [
        (branch.title.lower(), branch.detail, [one.full_name for one in branch.people])
        for branch in phone_tree.load(at=at).company
    ]
    assert on_page == on_paper


def test_a_lead_who_leaves_in_december_still_leads(world: World) -> None:
    Roster.objects.update(team=world.team)
    world.alice.left_at = NOW + timedelta(days=12)
    world.alice.save()
    roster = Roster.objects.get()

    leads = calling.line_of(roster, at=NOW).leads
    later = calling.line_of(roster, at=NOW + timedelta(days=12)).leads

    assert (list(leads), list(later)) == ([world.alice], [])


def test_somebody_who_leaves_in_december_is_on_paper_and_judged_until_then(world: World) -> None:
    owner = StakeholderRole.objects.create(name="product owner", slug="product-owner")
    MatrixEntry.objects.create(role=owner, service=world.service, person=world.frank)
    world.frank.left_at = leaves_at = NOW + timedelta(days=12)
    world.frank.save()
    world.frank.contact_rules.all().delete()
    world.frank.contact_points.all().delete()

    def named(at) -> set[str]:
        return {
            one.full_name for branch in phone_tree.load(at=at).services for one in branch.people
        }

    (holder,) = contacts.holders([world.frank.pk], now=NOW)
    assert "Frank Example" in named(NOW)
    assert "Frank Example" not in named(leaves_at)
    assert not holder.has_left
    assert world.frank.pk in people.not_ready([world.frank.pk], now=NOW)
    assert world.frank.pk not in people.not_ready([world.frank.pk], now=leaves_at)


def test_a_lead_who_leaves_in_december_can_be_asked_for_help(world: World) -> None:
    Membership.objects.filter(person=world.alice).update(is_lead=True)
    world.alice.left_at = NOW + timedelta(days=12)
    world.alice.save()
    bob = people.find(world.bob.pk)

    assert bob
    assert people.page_of(bob, reader=world.frank, now=NOW).helpers == (world.alice,)


def test_a_roster_answers_for_the_services_whose_rules_come_to_it_and_no_others(
    world: World,
) -> None:
    """Two rosters of one team: a rule comes to the first, a cell that no rule asks names both."""
    Roster.objects.filter(pk=world.roster.pk).update(team=world.team)
    second = make_roster("Payments nights", [[world.erin]], now=NOW)
    Roster.objects.filter(pk=second.pk).update(team=world.team)
    other = Service.objects.create(
        name="Refunds", slug="refunds", owner_team=world.team, tier=Tier.CRITICAL
    )
    idle = StakeholderRole.objects.create(name="Taster", slug="taster")
    MatrixEntry.objects.create(role=idle, service=other, roster=second)

    found = calling.overview(at=NOW)

    by_roster = {line.roster.pk: line.services for line in found.lines}
    assert by_roster[second.pk] == ()
    assert world.service in by_roster[world.roster.pk]

"""Whoever a change of a roster concerns is told what it changed for them; nobody else is."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from rosters.enums import Channel, OverrideKind
from rosters.logic.temporaries import ShiftPlan, TemporaryPlan
from rosters.models import Absence, ContactRule, Membership, Message, Person
from rosters.operations import layering, overriding, rostering, temporaries
from rosters.operations.layering import Change
from rosters.operations.overriding import Wanted
from rosters.operations.rostering import Facts
from rosters.queries import plans
from rosters.queries.plans import Held
from tests.world import NOW, World

pytestmark = pytest.mark.django_db

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def lead(world: World) -> Person:
    Membership.objects.create(person=world.dora, team=world.team, is_lead=True)
    world.roster.team = world.team
    world.roster.save()
    return world.dora


def told(person: Person) -> list[Message]:
    return list(Message.objects.filter(person=person).order_by("pk"))


def layer(world: World, number: int) -> Held:
    return plans.current(world.roster, now=NOW)[number]


def with_erin(world: World) -> Change:
    held = layer(world, 0)
    assert held.plan is not None
    plan = replace(held.plan, turns=((world.erin.pk,),))
    return Change(plan, held.revision, NOW)


class TestTheRosterItself:
    def test_a_layer_changed_from_now_on_tells_who_goes_and_who_comes(
        self, world: World, lead: Person
    ) -> None:
        change = with_erin(world)

        layering.change(layer(world, 0).layer, change, by=lead, now=NOW, reason="Erin joins")

        [goes], [comes] = told(world.alice), told(world.erin)
        assert goes.subject == f"{world.roster}: you are no longer on call"
        assert comes.subject == f"{world.roster}: you are first on call"
        assert comes.body.startswith(
            "Dora Example changed who is on call for Payments on call.\n\n"
            "You are first on call: from now on (Berlin, CET).\n\nWhy: Erin joins.\n\n"
        )
        assert told(world.bob) == []
        assert told(lead) == []

    def test_whoever_is_called_at_once_is_told_as_they_chose_for_what_is_urgent(
        self, world: World, lead: Person
    ) -> None:
        mail = world.erin.contact_points.get(channel=Channel.EMAIL)
        ContactRule.objects.create(
            person=world.erin, urgency="urgent", contact_point=mail, delay_minutes=5
        )

        layering.change(
            layer(world, 0).layer, with_erin(world), by=lead, now=NOW, reason="Erin joins"
        )

        ways = {one.contact_point.channel: one.not_before for one in told(world.erin)}
        assert ways == {"phone": NOW, "email": NOW + timedelta(minutes=5)}
        assert [one.contact_point.channel for one in told(world.alice)] == ["email"]

    def test_the_same_again_tells_nobody_twice(self, world: World, lead: Person) -> None:
        change, held = with_erin(world), layer(world, 0).layer
        made = layering.change(held, change, by=lead, now=NOW, reason="Erin joins")
        later = NOW + timedelta(seconds=3)
        standing = next(one for one in plans.current(world.roster, now=later) if one.layer == made)

        layering.change(
            made, replace(change, expects=standing.revision), by=lead, now=later, reason="Twice"
        )

        assert len(told(world.erin)) == 1

    def test_what_changes_in_three_weeks_is_told_nobody_now(
        self, world: World, lead: Person
    ) -> None:
        change = replace(with_erin(world), when=NOW + 21 * DAY)

        layering.change(layer(world, 0).layer, change, by=lead, now=NOW, reason="Erin joins")

        assert not Message.objects.exists()

    def test_a_layer_removed_lets_the_backup_know_that_they_move_up(
        self, world: World, lead: Person
    ) -> None:
        held = layer(world, 0)

        layering.remove(
            held.layer, expects=held.revision, when=NOW + DAY, by=lead, now=NOW, reason="Too few"
        )

        assert [one.subject for one in told(world.bob)] == [
            f"{world.roster}: you move up and are first on call"
        ]
        assert len(told(world.alice)) == 1

    def test_a_temporary_schedule_says_to_each_what_it_changes_for_them(
        self, world: World, lead: Person
    ) -> None:
        shifts = (
            ShiftPlan(world.erin.pk, NOW + DAY, NOW + 2 * DAY, 1),
            ShiftPlan(world.alice.pk, NOW + 2 * DAY, NOW + 3 * DAY, 1),
        )
        plan = TemporaryPlan("Fair", NOW + DAY, NOW + 3 * DAY, shifts)

        made = temporaries.make(world.roster, plan, by=lead, now=NOW, reason="A fair")

        [erin], [alice], [bob] = told(world.erin), told(world.alice), told(world.bob)
        assert erin.subject.endswith("you are first on call")
        assert "You are no longer on call: Sun 22 Nov, 03:00 to Mon 23 Nov" in alice.body
        assert bob.subject.endswith("you are no longer the backup")

        temporaries.end(made, by=lead, now=NOW + HOUR, reason="Not needed")

        assert [one.subject for one in told(world.erin)][1:] == [
            f"{world.roster}: you are no longer on call"
        ]

    def test_a_temporary_schedule_far_ahead_tells_at_once_and_each_once(
        self, world: World, lead: Person
    ) -> None:
        first = NOW + 60 * DAY
        shifts = (
            ShiftPlan(world.erin.pk, first, first + DAY, 1),
            ShiftPlan(world.bob.pk, first, first + 2 * DAY, 2),
        )
        plan = TemporaryPlan("Christmas", first, first + 2 * DAY, shifts)

        made = temporaries.make(world.roster, plan, by=lead, now=NOW, reason="Christmas")

        [erin], [alice] = told(world.erin), told(world.alice)
        assert "first on call: Wed 20 Jan 2027, 03:00 to Thu 21 Jan 2027, 03:00" in erin.body
        assert "no longer on call: Wed 20 Jan 2027, 03:00 to Fri 22 Jan 2027" in alice.body
        assert [one.subject for one in told(world.bob)] == [
            f"{world.roster}: you move up and are first on call"
        ]

        edit = temporaries.Edit(replace(plan, shifts=shifts[1:]), plan.revision)
        temporaries.change(made, edit, by=lead, now=NOW + HOUR, reason="Without Erin")

        assert [len(told(one)) for one in (world.erin, world.alice, world.bob)] == [2, 1, 2]

    def test_publishing_tells_whoever_is_called_by_it(self, world: World, lead: Person) -> None:
        held = layer(world, 0)
        assert held.plan is not None
        facts = Facts("Night desk", "Europe/Berlin", team_id=world.team.pk)
        draft = rostering.begin(facts, [held.plan], by=lead)
        assert not Message.objects.exists()

        for _ in range(2):
            rostering.publish(draft, by=lead, now=NOW, reason="Ready")

        [word] = told(world.alice)
        assert word.body.startswith("Dora Example published Night desk.\n\nYou are first on call")
        assert told(world.bob) == []


class TestOneChange:
    def test_without_the_first_the_backup_reads_that_they_move_up_and_why(
        self, world: World, lead: Person
    ) -> None:
        wanted = Wanted(
            OverrideKind.REMOVE,
            NOW + DAY,
            NOW + 2 * DAY,
            instead_of=world.alice,
            reason="At the dentist",
        )

        overriding.put(world.roster, wanted, by=lead, now=NOW)

        [word] = told(world.bob)
        assert word.subject == f"{world.roster}: you move up and are first on call"
        assert "You move up and are first on call: Sun 22 Nov, 03:00 to" in word.body
        assert "Why: At the dentist." in word.body

    def test_the_undo_says_what_holds_then_and_not_what_was(
        self, world: World, lead: Person
    ) -> None:
        window = (NOW + DAY, NOW + 2 * DAY)
        Absence.objects.create(person=world.alice, starts_at=window[0], ends_at=window[1])
        cover = Wanted(OverrideKind.REPLACE, *window, world.erin, world.alice)
        made = overriding._make(world.roster, cover, by=lead)

        overriding.end(made, by=lead, now=NOW)

        assert told(world.alice) == []  # she is away
        assert [one.subject for one in told(world.bob)] == [
            f"{world.roster}: you move up and are first on call"
        ]

    @pytest.mark.parametrize(("hours", "way"), [(0, "phone"), (2, "phone"), (3, "email")])
    def test_within_two_hours_it_is_urgent(
        self, world: World, lead: Person, hours: int, way: str
    ) -> None:
        begins = NOW + hours * HOUR
        wanted = Wanted(OverrideKind.REPLACE, begins, begins + DAY, world.erin, world.alice)

        overriding.put(world.roster, wanted, by=lead, now=NOW)

        assert [one.contact_point.channel for one in told(world.erin)] == [way]

    def test_an_undo_stops_what_was_not_sent_yet(self, world: World, lead: Person) -> None:
        wanted = Wanted(OverrideKind.REPLACE, NOW, NOW + DAY, world.erin, world.alice)
        made = overriding.put(world.roster, wanted, by=lead, now=NOW)

        overriding.end(made, by=lead, now=NOW + timedelta(minutes=1))

        states: Any = [one.state for one in told(world.erin)]
        assert states == ["cancelled", "planned"]

"""Layers are changed from an instant on; what has been stays as it was."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db.models import Q

from config.portal.refusals import Refused
from rosters.logic.changeovers import carrying_on, next_handover
from rosters.logic.plans import HoursPlan, LayerPlan
from rosters.models import Layer, Roster, RotationMember
from rosters.models.history import LayerEvent
from rosters.operations import layering, rostering
from rosters.operations.layering import Change, Overtaken
from rosters.operations.rostering import Facts
from rosters.queries import plans
from rosters.queries.directory import Wanted, load_directory
from rosters.queries.plans import Held, TargetPlan
from tests.races import together
from tests.world import NOW, World, build

pytestmark = pytest.mark.django_db
EVENTS: Any = LayerEvent.objects
BERLIN = ZoneInfo("Europe/Berlin")
WEEK = timedelta(days=7)


def first_layer(roster: Roster) -> Held:
    return plans.current(roster, now=NOW)[0]


def called(roster: Roster, at: datetime) -> tuple[int, ...]:
    directory = load_directory(
        Wanted(roster_ids=frozenset({roster.pk})), starts_at=at, ends_at=at + timedelta(hours=1)
    )
    levels = directory.levels(roster.pk, at=at)
    return levels[0] if levels else ()


def with_bob(world: World, held: Held) -> LayerPlan:
    assert held.plan is not None
    return replace(held.plan, turns=((world.alice.pk,), (world.erin.pk,)))


def test_a_change_holds_from_the_next_handover_and_leaves_the_past(world: World) -> None:
    held = first_layer(world.roster)
    assert held.plan is not None
    plan = with_bob(world, held)
    when = next_handover(held.plan, BERLIN, now=NOW)
    assert when is not None
    plan = replace(plan, first=carrying_on(plan, held.plan, BERLIN, at=when))

    made = layering.change(
        held.layer, Change(plan, held.revision, when), by=world.alice, now=NOW, reason="Erin joins"
    )

    old = Layer.objects.get(pk=held.layer.pk)
    assert (old.valid_until, made.valid_from, made.pk == old.pk) == (when, when, False)
    assert called(world.roster, NOW - timedelta(days=3)) == (world.alice.pk,)
    assert called(world.roster, when) == (world.alice.pk,)
    assert called(world.roster, when + WEEK) == (world.erin.pk,)


def test_the_same_again_changes_nothing(world: World) -> None:
    held = first_layer(world.roster)
    assert held.plan is not None

    same = layering.change(
        held.layer, Change(held.plan, held.revision, NOW), by=world.alice, now=NOW, reason="No"
    )

    assert same.pk == held.layer.pk
    assert Layer.objects.filter(roster=world.roster).count() == 2


def test_a_draft_is_changed_in_place_and_asks_for_no_reason(world: World) -> None:
    Roster.objects.filter(pk=world.roster.pk).update(is_draft=True)
    held = first_layer(world.roster)

    made = layering.change(
        held.layer, Change(with_bob(world, held), held.revision, NOW), by=world.alice, now=NOW
    )

    assert made.pk == held.layer.pk
    people = RotationMember.objects.filter(rotation__layer=made).order_by("order")
    assert [one.person_id for one in people] == [world.alice.pk, world.erin.pk]


def test_a_running_layer_asks_why(world: World) -> None:
    held = first_layer(world.roster)
    to = Change(with_bob(world, held), held.revision, NOW)

    with pytest.raises(Refused, match="Say why"):
        layering.change(held.layer, to, by=world.alice, now=NOW, reason=" ")


def test_the_past_is_refused(world: World) -> None:
    held = first_layer(world.roster)
    to = Change(with_bob(world, held), held.revision, NOW - timedelta(minutes=1))

    with pytest.raises(Refused, match="That is past"):
        layering.change(held.layer, to, by=world.alice, now=NOW, reason="Too late")


def test_only_those_who_keep_the_roster_may(world: World) -> None:
    Roster.objects.filter(pk=world.roster.pk).update(team=world.team)
    held = first_layer(world.roster)
    to = Change(with_bob(world, held), held.revision, NOW)

    with pytest.raises(Refused, match="Only leads of the team"):
        layering.change(held.layer, to, by=world.bob, now=NOW, reason="I want to")


def test_the_second_of_two_writers_reads_what_the_first_changed(world: World) -> None:
    held = first_layer(world.roster)
    assert held.plan is not None
    mine = Change(with_bob(world, held), held.revision, NOW)
    theirs = Change(replace(held.plan, handover_at=time(10)), held.revision, NOW)
    layering.change(held.layer, theirs, by=world.alice, now=NOW, reason="Later")

    with pytest.raises(Overtaken) as caught:
        layering.change(held.layer, mine, by=world.alice, now=NOW, reason="Erin joins")

    assert caught.value.theirs is not None
    assert caught.value.theirs.layer.valid_from == NOW
    assert any("10:00 instead of" in text for text in caught.value.what)


def test_removing_ends_it_and_taking_it_back_goes_on(world: World) -> None:
    held = first_layer(world.roster)
    when = NOW + timedelta(hours=2)
    layering.remove(
        held.layer, expects=held.revision, when=when, by=world.alice, now=NOW, reason="Closed"
    )
    assert called(world.roster, when) == (world.bob.pk,)

    back = layering.take_back(
        Layer.objects.get(pk=held.layer.pk), by=world.alice, now=NOW + timedelta(hours=1)
    )

    assert back.valid_until is None
    assert called(world.roster, when) == (world.alice.pk,)


def test_taking_back_what_has_begun_does_not_rewrite_it(world: World) -> None:
    held = first_layer(world.roster)
    assert held.plan is not None
    plan = replace(held.plan, turns=((world.erin.pk,),))
    layering.change(
        held.layer, Change(plan, held.revision, NOW), by=world.alice, now=NOW, reason="Swap"
    )
    later = NOW + timedelta(minutes=30)

    layering.take_back(Layer.objects.get(pk=held.layer.pk), by=world.alice, now=later)

    assert called(world.roster, NOW + timedelta(minutes=10)) == (world.erin.pk,)
    assert called(world.roster, later) == (world.alice.pk,)


def test_what_was_done_and_why_stands_in_the_trail(world: World) -> None:
    held = first_layer(world.roster)
    layering.change(
        held.layer,
        Change(with_bob(world, held), held.revision, NOW),
        by=world.alice,
        now=NOW,
        reason="Erin joins",
    )

    event = EVENTS.filter(pgh_obj=held.layer.pk, pgh_label="update").get()

    assert event.pgh_context == {"user": world.alice.pk, "reason": "Erin joins"}


def test_a_name_that_is_taken_is_refused(world: World) -> None:
    plan = LayerPlan("Level 2", ((world.erin.pk,),), date(2026, 11, 16), time(9))

    with pytest.raises(Refused, match="has a layer called Level 2 already"):
        layering.add(world.roster, plan, by=world.alice, now=NOW, reason="More")


def test_another_zone_leaves_the_past_in_the_old_one(world: World) -> None:
    RotationMember.objects.create(
        rotation=first_layer(world.roster).layer.rotations.get(), order=1, person=world.erin
    )
    before = [called(world.roster, NOW - timedelta(hours=hours)) for hours in range(0, 400, 5)]
    facts, target = Facts.of(world.roster), plans.target_of(world.roster)
    to = replace(facts, time_zone="America/New_York")

    rostering.settle(
        world.roster,
        to,
        target,
        expects=rostering.revision(facts, target),
        by=world.alice,
        now=NOW,
        reason="The team moved",
    )

    after = [called(world.roster, NOW - timedelta(hours=hours)) for hours in range(0, 400, 5)]
    assert before[1:] == after[1:]
    open_layers = plans.held(Q(roster=world.roster, valid_until__isnull=True))
    assert {one.layer.time_zone for one in open_layers} == {""}


def test_a_draft_calls_nobody_and_publishing_leaves_the_past_empty(world: World) -> None:
    layers = [LayerPlan("First on call", ((world.erin.pk,),), date(2026, 11, 16), time(9))]
    facts = Facts("Checkout", "Europe/Berlin", world.team.pk)
    roster = rostering.begin(facts, layers, by=world.alice)
    assert called(roster, NOW) == ()

    rostering.publish(roster, by=world.alice, now=NOW, reason="Ready")

    assert called(roster, NOW) == (world.erin.pk,)
    assert called(roster, NOW - timedelta(hours=1)) == ()


def test_a_draft_without_anybody_is_not_published(world: World) -> None:
    facts = Facts("Checkout", "Europe/Berlin", world.team.pk)
    roster = rostering.begin(facts, [], by=world.alice)

    with pytest.raises(Refused, match="Add one"):
        rostering.publish(roster, by=world.alice, now=NOW, reason="Ready")


def test_a_new_roster_gets_an_address_of_its_own(world: World) -> None:
    facts = Facts("New", "UTC", world.team.pk)

    roster = rostering.begin(facts, [], by=world.alice)

    assert roster.slug == "new-2"


@pytest.mark.parametrize("who", ["bob", "frank"])
def test_who_leads_no_team_begins_nothing(world: World, who: str) -> None:
    with pytest.raises(Refused, match="Choose a team that you lead"):
        rostering.begin(Facts("Mine", "UTC", world.team.pk), [], by=world.people[who])


def test_hours_of_several_weekdays_come_back_as_they_were_written(world: World) -> None:
    hours = (HoursPlan(time(9), time(17), (0, 1, 2, 3, 4)), HoursPlan(time(10), time(12)))
    plan = LayerPlan(
        "Day", ((world.erin.pk, world.carol.pk),), date(2026, 11, 16), time(9), hours=hours
    )

    made = layering.add(world.roster, plan, by=world.alice, now=NOW, reason="Day shifts")

    found = plans.one(world.roster, made.pk)
    assert found is not None
    assert found.plan == plan


def test_a_target_is_declared_and_taken_back(world: World) -> None:
    facts, none = Facts.of(world.roster), TargetPlan()
    target = TargetPlan("hours", 2, "", (HoursPlan(time(8), time(18), (0, 1, 2, 3, 4)),))
    act: dict[str, Any] = {"by": world.alice, "now": NOW, "reason": "Agreed"}

    rostering.settle(world.roster, facts, target, expects=rostering.revision(facts, none), **act)
    declared = plans.target_of(world.roster)
    rostering.settle(world.roster, facts, none, expects=rostering.revision(facts, target), **act)

    assert (declared, plans.target_of(world.roster)) == (target, none)


@pytest.fixture
def world(db: None) -> World:
    found = build()
    Roster.objects.filter(pk=found.roster.pk).update(team=found.team)
    found.roster.refresh_from_db()
    return found


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_round", range(3))
def test_of_two_edits_at_once_one_holds_and_the_other_reads_it(_round: int) -> None:
    world = build()
    Roster.objects.update(team=world.team)
    held = first_layer(world.roster)
    assert held.plan is not None
    wanted = [replace(held.plan, length=length) for length in (2, 3)]

    done = together(
        *(
            lambda plan=plan: layering.change(
                held.layer,
                Change(plan, held.revision, NOW),
                by=world.alice,
                now=NOW,
                reason="At once",
            )
            for plan in wanted
        )
    )

    assert sum(isinstance(one, Overtaken) for one in done) == 1
    assert Layer.objects.filter(roster=world.roster, name="Level 1").count() == 2
    assert called(world.roster, NOW - timedelta(hours=1)) == (world.alice.pk,)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_round", range(3))
def test_publishing_twice_at_once_publishes_once(_round: int) -> None:
    world = build()
    layers = [LayerPlan("First", ((world.erin.pk,),), date(2026, 11, 16), time(9))]
    roster = rostering.begin(Facts("Checkout", "UTC", world.team.pk), layers, by=world.alice)

    done = together(
        *(
            lambda now=now: rostering.publish(roster, by=world.alice, now=now, reason="Go")
            for now in (NOW, NOW + timedelta(minutes=1))
        )
    )

    assert [one.is_draft for one in done] == [False, False]
    assert EVENTS.filter(pgh_obj__roster=roster, pgh_label="update").count() == 1


def with_a_second_rotation(world: World) -> Layer:
    """The first layer, in which Erin and Dora take days beside whoever has the week."""
    layer = first_layer(world.roster).layer
    rotation = layer.rotations.create(
        starts_on=date(2026, 1, 1), handover_at=time(7), unit="day", length=1, first=1
    )
    for order, person in enumerate((world.erin, world.dora)):
        rotation.members.create(order=order, person=person)
    return layer


def test_split_into_a_layer_for_each_rotation_the_same_people_are_on_call(world: World) -> None:
    layer = with_a_second_rotation(world)
    hours = [NOW + timedelta(hours=7 * one) for one in range(60)]
    before = [set(called(world.roster, at)) for at in hours]

    made = layering.split(layer, by=world.alice, now=NOW + timedelta(days=3))

    assert [set(called(world.roster, at)) for at in hours] == before
    assert [one.name for one in made] == [layer.name, f"{layer.name} 2"]
    layer.refresh_from_db()
    assert layer.valid_until == NOW + timedelta(days=3)
    now_and_later = plans.current(world.roster, now=NOW + timedelta(days=4))
    assert all(one.plan for one in now_and_later)
    assert layering.split(layer, by=world.alice, now=NOW + timedelta(days=4)) == []


def test_a_draft_is_split_in_place(world: World) -> None:
    layer = with_a_second_rotation(world)
    Roster.objects.filter(pk=world.roster.pk).update(is_draft=True)

    made = layering.split(layer, by=world.alice, now=NOW)

    assert not Layer.objects.filter(pk=layer.pk).exists()
    assert [one.valid_from for one in made] == [None, None]


def test_strangers_split_nothing(world: World) -> None:
    layer = with_a_second_rotation(world)

    with pytest.raises(Refused):
        layering.split(layer, by=world.frank, now=NOW)

    assert first_layer(world.roster).layer == layer

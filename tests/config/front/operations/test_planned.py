"""A hand-over on a later day: who is called on both sides of it, carried out, called off."""

import logging
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from config.front.logic.leaving import Chosen
from config.front.operations import leaving, planned
from config.front.queries import leaver
from config.portal.refusals import Refused
from rosters.enums import HandOverState
from rosters.models import (
    Layer,
    MatrixEntry,
    Membership,
    Message,
    Override,
    Person,
    PlannedHandOver,
    RotationMember,
    TemporarySchedule,
    TemporaryShift,
)
from rosters.queries.directory import Wanted, load_directory
from tests.races import together
from tests.world import NOW, World, make_person

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
THEN = NOW + 7 * DAY


@pytest.fixture
def grace(world: World) -> Person:
    del world
    return make_person("Grace", is_administrator=True)


@pytest.fixture
def cell(world: World) -> MatrixEntry:
    return MatrixEntry.objects.create(
        role=world.commander,
        service=world.service,
        person=world.alice,
        backup=world.bob,
        confirmed_at=NOW,
        confirmed_by=world.alice,
    )


def places(person: Person, by: Person) -> list[str]:
    return [place.key for place in leaver.page(person, reader=by, now=NOW).places]


def plan(person: Person, to: Person, by: Person, **more: Any) -> leaving.Done:
    chosen = Chosen(dict.fromkeys(places(person, by), to.pk), leaves=True, waits=True)
    values: dict[str, Any] = {"last_moment": THEN, "by": by, "now": NOW, "reason": "Moves on"}
    return leaving.hand_over(person, chosen, **(values | more))


def on_call(roster_id: int, at: Any) -> list[int]:
    wanted = Wanted(roster_ids=frozenset({roster_id}))
    directory = load_directory(wanted, starts_at=at, ends_at=at + timedelta(minutes=1))
    return list(directory.levels(roster_id, at=at)[0])


def test_contacts_and_shifts_change_at_that_instant(
    world: World, grace: Person, cell: MatrixEntry
) -> None:
    done = plan(world.alice, world.erin, grace)

    cell.refresh_from_db()
    later = MatrixEntry.objects.exclude(pk=cell.pk).get(service=world.service)
    assert (cell.person, cell.valid_to, cell.confirmed_by) == (world.alice, THEN, world.alice)
    assert (later.person, later.backup, later.valid_from) == (world.erin, world.bob, THEN)
    assert (later.confirmed_at, later.confirmed_by) == (NOW, grace)
    assert on_call(world.roster.pk, THEN - timedelta(minutes=1)) == [world.alice.pk]
    assert on_call(world.roster.pk, THEN) == [world.erin.pk]
    assert (done.at, done.left, done.elsewhere) == (THEN, 0, 0)


def test_what_has_no_dates_waits(world: World, grace: Person) -> None:
    world.service.backup_owner = world.alice
    world.service.save(update_fields=["backup_owner"])
    plan(world.alice, world.erin, grace)
    before = Membership.objects.filter(person=world.alice, is_lead=True).exists()

    early = planned.carry_out_due(now=THEN - DAY)
    done = planned.carry_out_due(now=THEN)
    again = planned.carry_out_due(now=THEN + DAY)

    world.service.refresh_from_db()
    assert (before, early, done, again) == (True, 0, 1, 0)
    assert world.service.backup_owner == world.erin
    assert Membership.objects.get(team=world.team, person=world.erin).is_lead
    assert PlannedHandOver.objects.get().state == HandOverState.DONE
    assert not Message.objects.filter(topic="planned-hand-over").exists()


def test_windows_are_cut(world: World, grace: Person) -> None:
    around = {"starts_at": THEN - DAY, "ends_at": THEN + DAY}
    Override.objects.create(roster=world.roster, person=world.alice, **around)
    over = Override.objects.create(
        roster=world.roster, person=world.alice, starts_at=NOW + DAY, ends_at=NOW + 2 * DAY
    )
    schedule = TemporarySchedule.objects.create(roster=world.roster, name="Fair", **around)
    TemporaryShift.objects.create(schedule=schedule, person=world.alice, **around)

    plan(world.alice, world.erin, grace)

    for model in (Override, TemporaryShift):
        cut = model._default_manager.filter(ends_at__gt=NOW + 3 * DAY).order_by("starts_at")
        assert [(one.person, one.starts_at, one.ends_at) for one in cut] == [
            (world.alice, THEN - DAY, THEN),
            (world.erin, THEN, THEN + DAY),
        ]
    over.refresh_from_db()
    assert over.person == world.alice


def test_the_page_shows_it_apart_and_it_is_not_handed_over_twice(
    world: World, grace: Person, cell: MatrixEntry
) -> None:
    keys = places(world.alice, grace)
    plan(world.alice, world.erin, grace)

    page = leaver.page(world.alice, reader=grace, now=NOW)

    assert page.places == []
    assert {place.key for place, _name in page.planned[0].places} == set(keys)
    assert {name for _place, name in page.planned[0].places} == {"Erin Example"}
    assert f"cell-{cell.pk}" in keys


def test_calling_it_off_mends_every_cut(world: World, grace: Person, cell: MatrixEntry) -> None:
    Override.objects.create(
        roster=world.roster, person=world.alice, starts_at=THEN - DAY, ends_at=THEN + DAY
    )
    before = _everything()
    plan(world.alice, world.erin, grace)

    kept = planned.call_off(PlannedHandOver.objects.get(), stays=True, by=grace, now=NOW)

    assert kept == 0
    assert _everything() == before
    cell.refresh_from_db()
    assert cell.confirmed_by == world.alice
    assert Person.objects.get(pk=world.alice.pk).left_at is None
    assert planned.carry_out_due(now=THEN) == 0


def _everything() -> list[object]:
    return [
        list(MatrixEntry.objects.order_by("pk").values()),
        list(Layer.objects.order_by("pk").values()),
        list(RotationMember.objects.order_by("pk").values()),
        list(Override.objects.order_by("pk").values()),
        list(Membership.objects.order_by("pk").values()),
    ]


def test_what_was_changed_since_stays_when_it_is_called_off(
    world: World, grace: Person, cell: MatrixEntry
) -> None:
    plan(world.alice, world.erin, grace)
    MatrixEntry.objects.filter(valid_from=THEN).update(person=world.carol)

    kept = planned.call_off(PlannedHandOver.objects.get(), stays=False, by=grace, now=NOW)

    cell.refresh_from_db()
    assert kept == 1
    assert cell.valid_to == THEN
    assert MatrixEntry.objects.get(valid_from=THEN).person == world.carol
    assert Person.objects.get(pk=world.alice.pk).left_at == THEN


@pytest.mark.parametrize(
    ("who", "when", "twice", "why"),
    [
        ("bob", NOW, False, "whoever planned it"),
        ("grace", THEN, False, "happened already"),
        ("grace", NOW, True, "called off already"),
    ],
)
def test_who_cannot_call_it_off(
    world: World, grace: Person, who: str, when: Any, twice: bool, why: str
) -> None:
    plan(world.alice, world.erin, grace)
    row = PlannedHandOver.objects.get()
    if twice:
        planned.call_off(row, stays=False, by=grace, now=NOW)
    by = grace if who == "grace" else world.people[who]

    with pytest.raises(Refused, match=why):
        planned.call_off(row, stays=False, by=by, now=when)


def test_another_day_needs_the_first_plan_to_be_called_off(world: World, grace: Person) -> None:
    plan(world.alice, world.erin, grace)

    for moment in (THEN + DAY, NOW):
        with pytest.raises(Refused, match="Call it off first"):
            leaving.hand_over(
                world.alice,
                Chosen(leaves=True),
                last_moment=moment,
                by=grace,
                now=NOW,
                reason="Sooner",
            )


def test_a_successor_who_has_left_is_named_to_whoever_planned_it(
    world: World, grace: Person
) -> None:
    plan(world.alice, world.erin, grace)
    Person.objects.filter(pk=world.erin.pk).update(left_at=THEN - DAY)

    planned.carry_out_due(now=THEN)

    row = PlannedHandOver.objects.get()
    assert "Erin Example has left." in row.outcome
    letter = Message.objects.get(topic="planned-hand-over")
    assert letter.person == grace
    assert "Erin Example has left." in letter.body
    assert Membership.objects.filter(person=world.alice, is_lead=True).exists()


def test_a_successor_who_leaves_before_is_refused(world: World, grace: Person) -> None:
    Person.objects.filter(pk=world.erin.pk).update(left_at=THEN - DAY)

    with pytest.raises(Refused, match="leaves before that"):
        plan(world.alice, world.erin, grace)


def test_one_that_breaks_is_tried_again_and_stops_no_other(
    world: World, grace: Person, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    plan(world.alice, world.erin, grace)
    plan(world.carol, world.erin, grace)
    real = planned._give

    def break_once(place: Any, row: PlannedHandOver, *rest: Any, **more: Any) -> str | None:
        if row.person_id == world.alice.pk:
            raise RuntimeError("the cable was pulled")
        return real(place, row, *rest, **more)

    monkeypatch.setattr(planned, "_give", break_once)
    with caplog.at_level(logging.CRITICAL):
        first = planned.carry_out_due(now=THEN)
    monkeypatch.setattr(planned, "_give", real)

    assert (first, planned.carry_out_due(now=THEN)) == (1, 1)
    assert Membership.objects.get(team=world.team, person=world.erin).is_lead


def test_two_places_of_one_layer_go_to_two_people(world: World, grace: Person) -> None:
    member = RotationMember.objects.filter(person=world.alice).order_by("pk")[0]
    other = RotationMember.objects.create(
        rotation=member.rotation, order=member.order + 1, person=world.alice
    )
    chosen = Chosen({f"turn-{member.pk}": world.erin.pk, f"turn-{other.pk}": world.carol.pk})

    leaving.hand_over(
        world.alice, chosen, last_moment=None, by=grace, now=NOW, reason="Shares her turns"
    )

    layer = Layer.objects.get(roster=world.roster, valid_from=NOW)
    takers = RotationMember.objects.filter(rotation__layer=layer).values_list("person", flat=True)
    assert {world.erin.pk, world.carol.pk} <= set(takers)
    assert world.alice.pk not in takers


def test_the_form_plans_it_and_the_page_calls_it_off(
    world: World, grace: Person, cell: MatrixEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("config.portal.clock.act_now", lambda: NOW)
    monkeypatch.setattr("config.portal.clock.show_now", lambda: NOW)
    client = Client()
    client.force_login(grace)
    address = f"/people/{world.alice.pk}/leaving/"
    last = (NOW + 6 * DAY).date().isoformat()
    answers = {
        "everything": "Erin Example",
        "leaves": "later",
        "last_day": last,
        "reason": "Moves on",
    }

    shown = client.post(address, answers | {"step": "show"}).content.decode()
    done = client.post(address, answers | {"step": "do"}, follow=True).content.decode()
    row = PlannedHandOver.objects.get()
    off = client.post(f"{address}call-off/", {"plan": row.pk, "stays": "1"}, follow=True)

    assert "Plan it: Alice leaves" in shown
    assert "It can be called off until then." in shown
    assert "will be handed over at the end of" in done
    assert "Call it off, Alice stays" in done
    assert f'value="{last}"' in done
    assert "The hand-over is called off." in off.content.decode()
    cell.refresh_from_db()
    assert cell.valid_to is None


def test_a_service_owner_plans_a_hand_over_for_a_day(
    world: World, grace: Person, cell: MatrixEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("config.portal.clock.act_now", lambda: NOW)
    monkeypatch.setattr("config.portal.clock.show_now", lambda: NOW)
    world.dora.groups.add(Group.objects.get(name="Service owner"))
    client = Client()
    client.force_login(Person.objects.get(pk=world.dora.pk))
    address = f"/people/{world.alice.pk}/leaving/"
    last = (NOW + 6 * DAY).date().isoformat()
    answers = {"everything": "Erin Example", "reason": "Moves on", "last_day": last}

    form = client.get(address).content.decode()
    unsaid = client.post(address, answers | {"leaves": "stays", "step": "show"})
    shown = client.post(address, answers | {"leaves": "planned", "step": "show"}).content.decode()
    forged = client.post(address, answers | {"leaves": "later", "step": "do"})
    done = client.post(address, answers | {"leaves": "planned", "step": "do"}, follow=True)

    assert "When do the others take over?" in form
    assert unsaid.status_code == 422
    assert "Plan it: the others take over after" in shown
    assert "If they leave, Grace Example can note that." in shown
    assert "Only administrators can note that somebody leaves." in forged.content.decode()
    assert "will be handed over at the end of" in done.content.decode()
    RotationMember.objects.filter(person=world.alice).delete()
    Membership.objects.filter(person=world.alice).update(is_lead=False)
    said = " ".join(client.get(address).content.decode().split())
    assert (
        "After Fri 27 Nov nothing names Alice Example" in said.split("<h1", 1)[1].split("</h1>")[0]
    )
    assert f'id="id_ask_day" value="{last}"' in said
    client.post(f"{address}ask/", {"last_day": last})
    administrator = Client()
    administrator.force_login(grace)
    asked = " ".join(administrator.get(address).content.decode().split())
    assert "After Fri 27 Nov nothing names Alice Example" in asked
    assert "Say below whether Alice leaves." in asked
    assert f'id="id_last_day" value="{last}"' in asked
    assert "Change what is planned" not in asked
    person = " ".join(client.get(f"/people/{world.alice.pk}/").content.decode().split())
    assert "on others take over what is planned." in person
    row = PlannedHandOver.objects.get()
    assert (row.planned_by, row.due_at > NOW + 5 * DAY) == (world.dora, True)
    cell.refresh_from_db()
    assert cell.valid_to == row.due_at
    world.alice.refresh_from_db()
    assert world.alice.left_at is None


def test_whom_was_asked_and_for_which_day_stays_on_the_page(
    world: World, grace: Person, cell: MatrixEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("config.portal.clock.act_now", lambda: NOW)
    monkeypatch.setattr("config.portal.clock.show_now", lambda: NOW)
    world.dora.groups.add(Group.objects.get(name="Service owner"))
    client = Client()
    client.force_login(Person.objects.get(pk=world.dora.pk))
    address = f"/people/{world.alice.pk}/leaving/"
    last = (NOW + 6 * DAY).date()

    for _ in range(2):
        client.post(f"{address}ask/", {"last_day": last.isoformat()})

    page = " ".join(client.get(address).content.decode().split())
    letter = Message.objects.get(topic__startswith="leaver-", person=grace)
    assert f"Their last day is {last:%a} {last.day} {last:%b}." in letter.body
    assert "Grace Example was asked" in page
    assert "Ask Grace Example for another day" in page
    client.force_login(grace)
    asked = " ".join(client.get(address).content.decode().split())
    assert "Dora Example asks: who takes over from Alice Example?" in asked
    assert "Their last day is Fri 27 Nov." in asked
    assert f'id="id_last_day" value="{last.isoformat()}"' in asked
    assert 'value="later" checked' in asked
    del cell


def test_once_all_is_planned_the_page_says_so_and_the_form_is_folded(
    world: World, grace: Person, cell: MatrixEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("config.portal.clock.act_now", lambda: NOW)
    monkeypatch.setattr("config.portal.clock.show_now", lambda: NOW)
    plan(world.alice, world.erin, grace)
    client = Client()
    client.force_login(grace)

    page = " ".join(client.get(f"/people/{world.alice.pk}/leaving/").content.decode().split())

    heading = page.split("<h1", 1)[1].split("</h1>")[0]
    assert "Alice Example leaves on" in heading
    assert "; all is planned" in heading
    assert '<details class="disclose"><summary>' in page
    assert page.index("Change what is planned") < page.index('name="leaves"')
    del cell


def test_now_is_still_a_choice(world: World, grace: Person, cell: MatrixEntry) -> None:
    plan(world.alice, world.erin, grace)
    planned.call_off(PlannedHandOver.objects.get(), stays=True, by=grace, now=NOW)
    chosen = Chosen(dict.fromkeys(places(world.alice, grace), world.erin.pk), leaves=True)

    leaving.hand_over(
        world.alice, chosen, last_moment=THEN, by=grace, now=NOW, reason="Learns it beside her"
    )

    cell.refresh_from_db()
    assert (cell.person, cell.valid_to) == (world.erin, None)
    assert PlannedHandOver.objects.filter(state=HandOverState.PLANNED).count() == 0


def test_a_service_owner_calls_off_what_they_planned(world: World, grace: Person) -> None:
    del grace
    world.dora.groups.add(Group.objects.get(name="Service owner"))
    dora = Person.objects.get(pk=world.dora.pk)
    row = PlannedHandOver.objects.create(
        person=world.alice, due_at=THEN, reason="Because", planned_by=dora, planned_at=NOW
    )

    assert planned.call_off(row, stays=True, by=dora, now=NOW) == 0


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_do_it_once(world: World, grace: Person) -> None:
    plan(world.alice, world.erin, grace)

    done = together(
        lambda: planned.carry_out_due(now=THEN), lambda: planned.carry_out_due(now=THEN)
    )

    assert sorted(map(int, done)) == [0, 1]
    assert Membership.objects.filter(team=world.team, person=world.erin, is_lead=True).count() == 1

"""The fair plan: read by who may arrange, taken over with a reason, taken back with one press."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from rosters.models import (
    Absence,
    Layer,
    Message,
    Override,
    Roster,
    Rotation,
    RotationMember,
    ShiftLog,
    ShiftWish,
    TemporarySchedule,
    TemporaryShift,
)
from rosters.operations import layering
from rosters.queries import plans
from rosters.queries.directory import Wanted, load_directory
from tests.factories import make_person
from tests.world import NOW, World, at, make_roster

pytestmark = pytest.mark.django_db
PLAN = "/oncall/payments-on-call/plan/"
MONDAY = at("2026-11-30 09:00", "Europe/Berlin")


def text(response) -> str:
    return " ".join(response.content.decode().split())


@pytest.fixture(autouse=True)
def _crew(world: World) -> None:
    """Alice, Erin and Frank take weekly turns; Alice leads the team."""
    rotation = Rotation.objects.get(layer__roster=world.roster, layer__priority=1)
    for order, person in enumerate((world.erin, world.frank), start=1):
        RotationMember.objects.create(rotation=rotation, order=order, person=person)
    Roster.objects.update(team=world.team)


def answer(page: str, **more: str) -> dict[str, str]:
    """What the form of this page sends."""
    names = ("expects", "weeks", "first_day")
    kept = {one: page.partition(f'name="{one}" value="')[2].partition('"')[0] for one in names[:1]}
    for one in names[1:]:
        kept[one] = page.rpartition(f'name="{one}" value="')[2].partition('"')[0]
    return kept | {"reason": "Fair weeks"} | more


def first_on_call(world: World, weeks: int) -> list[str]:
    directory = load_directory(
        Wanted(roster_ids=frozenset({world.roster.pk})),
        starts_at=MONDAY,
        ends_at=MONDAY + timedelta(weeks=weeks),
    )
    middles = (MONDAY + timedelta(weeks=n, days=3) for n in range(weeks))
    return [
        directory.people[directory.levels(world.roster.pk, at=one)[0][0]].short_name
        for one in middles
    ]


def test_a_stranger_is_asked_to_sign_in(client: Client, world: World) -> None:
    assert client.get(PLAN).headers["Location"].startswith("/sign-in/")


def test_others_read_why_not_and_nothing_of_it(world: World, signed_in) -> None:
    browser = signed_in(world.bob)

    page = text(browser.get(PLAN))

    assert "Only leads of the team" in page
    assert "Erin Example" not in page
    browser.post(PLAN, {"expects": "x", "weeks": 4, "first_day": "2026-11-30", "reason": "Why"})
    assert not TemporarySchedule.objects.exists()


def test_the_plain_rotation_is_fair_when_nothing_stands_in_the_way(world: World, signed_in) -> None:
    page = text(signed_in(world.alice).get(f"{PLAN}?weeks=4&first_day=2026-11-30"))

    assert "The plain rotation of Payments on call is fair as it is" in page
    assert "It is the turn of" in page
    assert "Nobody else takes these shifts." in page
    assert "nothing is left to take over" in page
    assert 'id="take-over"' not in page


def somebody_is_away(world: World) -> None:
    """Whoever has the first of the weeks cannot, so the plan moves their shifts."""
    away = getattr(world, first_on_call(world, 1)[0].lower())
    Absence.objects.create(
        person=away, starts_at=MONDAY, ends_at=MONDAY + timedelta(days=9), reason="Leave"
    )


def test_a_plan_minds_absences_and_wishes_and_says_why(world: World, signed_in) -> None:
    plain = first_on_call(world, 3)
    away = getattr(world, plain[0].lower())
    Absence.objects.create(
        person=away, starts_at=MONDAY, ends_at=MONDAY + timedelta(days=9), reason="Leave"
    )
    other = getattr(world, plain[1].lower())
    ShiftWish.objects.create(person=other, first_day=date(2026, 11, 30), last_day=date(2026, 12, 4))
    browser = signed_in(world.alice)

    page = text(browser.get(f"{PLAN}?weeks=4&first_day=2026-11-30"))
    assert "A fairer plan moves" in page
    assert f"{away.full_name}" in page
    taken = browser.post(PLAN, answer(page))

    assert taken.headers["Location"] == "/oncall/payments-on-call/"
    assert first_on_call(world, 2)[0] == plain[2]
    assert away.short_name not in first_on_call(world, 2)[:1]
    schedule = TemporarySchedule.objects.get()
    assert (schedule.reason, schedule.created_by) == ("Fair weeks", world.alice)
    assert schedule.starts_at == MONDAY
    assert set(TemporaryShift.objects.values_list("level", flat=True)) == {1, 2}


def test_whoever_a_plan_far_ahead_concerns_is_told_at_once_and_once(
    world: World, signed_in
) -> None:
    Absence.objects.create(
        person=world.erin,
        starts_at=MONDAY + timedelta(weeks=3),
        ends_at=MONDAY + timedelta(weeks=6),
        reason="Leave",
    )
    browser = signed_in(world.alice)
    page = text(browser.get(f"{PLAN}?weeks=4&first_day=2026-12-21"))

    browser.post(PLAN, answer(page))

    assert TemporarySchedule.objects.get().starts_at > NOW + timedelta(days=14)
    told = list(Message.objects.values_list("person", flat=True))
    assert world.frank.pk in told
    assert len(told) == len(set(told))


def test_it_is_taken_back_with_one_press(world: World, signed_in) -> None:
    browser = signed_in(world.alice)
    somebody_is_away(world)
    plain = first_on_call(world, 4)
    page = text(browser.get(f"{PLAN}?weeks=4&first_day=2026-11-30"))
    browser.post(PLAN, answer(page))
    back = f"/oncall/payments-on-call/plan/{TemporarySchedule.objects.get().pk}/undo/"
    assert back in text(browser.get("/oncall/payments-on-call/"))

    signed_in(world.bob).post(back)
    assert TemporarySchedule.objects.exists()
    browser.post(back)

    assert not TemporarySchedule.objects.exists()
    assert first_on_call(world, 4) == plain


def test_a_plan_that_changed_meanwhile_is_not_taken_over(world: World, signed_in) -> None:
    browser = signed_in(world.alice)
    somebody_is_away(world)
    page = text(browser.get(f"{PLAN}?weeks=4&first_day=2026-11-30"))
    Absence.objects.update(ends_at=MONDAY + timedelta(days=20))

    refused = browser.post(PLAN, answer(page))

    assert refused.status_code == 422
    assert "Something changed since you opened the plan." in text(refused)
    assert not TemporarySchedule.objects.exists()
    assert browser.post(PLAN, answer(page, reason=" \u200b")).status_code == 422


def test_it_is_taken_over_once(world: World, signed_in) -> None:
    browser = signed_in(world.alice)
    somebody_is_away(world)
    page = text(browser.get(f"{PLAN}?weeks=4&first_day=2026-11-30"))
    browser.post(PLAN, answer(page))

    again = browser.post(PLAN, answer(page))

    assert "is arranged for then already" in text(again)
    assert TemporarySchedule.objects.count() == 1


def test_changes_that_would_no_longer_hold_are_named(world: World, signed_in) -> None:
    Override.objects.create(
        roster=world.roster,
        person=world.carol,
        starts_at=MONDAY + timedelta(days=1),
        ends_at=MONDAY + timedelta(days=2),
    )

    page = text(signed_in(world.alice).get(f"{PLAN}?weeks=4&first_day=2026-11-30"))

    assert "agreed change would no longer hold" in page


def test_figures_of_the_past_are_for_the_lead(world: World, signed_in) -> None:
    for person, days in ((world.alice, 40), (world.erin, 5), (world.frank, 3)):
        ShiftLog.objects.create(
            roster=world.roster,
            person=person,
            level=1,
            starts_at=NOW - timedelta(days=days),
            ends_at=NOW,
            roster_name="x",
            person_name="y",
        )
    world.carol.is_superuser = True
    world.carol.save()

    assert "hours by day" in text(signed_in(world.alice).get(PLAN))
    page = text(signed_in(world.carol).get(PLAN))
    assert "has carried less than" in page
    assert "hours by day" not in page


def test_reasons_have_numbers_and_the_table_counts_backups(world: World, signed_in) -> None:
    backup = Rotation.objects.get(layer__roster=world.roster, layer__priority=2)
    RotationMember.objects.create(rotation=backup, order=1, person=world.carol)
    Roster.objects.update(rest_hours=0)
    for person, level, days in ((world.bob, 2, 30), (world.carol, 2, 2), (world.erin, 1, 9)):
        ShiftLog.objects.create(
            roster=world.roster,
            person=person,
            level=level,
            starts_at=NOW - timedelta(days=days),
            ends_at=NOW,
            roster_name="x",
            person_name="y",
        )

    page = text(signed_in(world.alice).get(PLAN))

    words = re.sub("<[^>]+>", "", page)
    found = re.search(r"Carol has carried (\d+) h, Bob (\d+) h: in 12 weeks", words)
    assert found
    assert int(found[1]) < int(found[2])
    assert "Backup hours</th>" in page
    bob = page.split('data-label="Backup hours"')[1:]
    assert any("<b>" in cell.split("</td>")[0] for cell in bob)


@pytest.mark.parametrize("query", ["?weeks=x", "?first_day=never", "?first_day=9999-01-01&weeks=8"])
def test_odd_addresses_show_the_usual_weeks(world: World, signed_in, query: str) -> None:
    assert signed_in(world.alice).get(PLAN + query).status_code == 200


def test_a_roster_without_turns_has_nothing_to_plan(world: World, signed_in) -> None:
    roster = make_roster("Search", [], now=NOW)
    Roster.objects.filter(pk=roster.pk).update(team=world.team)

    page = text(signed_in(world.alice).get("/oncall/search/plan/"))

    assert "There is nothing to plan for Search" in page


def test_many_people_cost_as_many_queries_as_few(world: World, signed_in) -> None:
    browser = signed_in(world.alice)
    rotation = Rotation.objects.get(layer__roster=world.roster, layer__priority=1)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            browser.get(PLAN)
        return len(captured)

    def grow(number: int) -> None:
        for _ in range(number):
            person = make_person()
            RotationMember.objects.create(rotation=rotation, order=person.pk, person=person)
            make_roster(f"Roster of {person.pk}", [[person]], now=NOW)
            ShiftWish.objects.create(
                person=person, first_day=NOW.date(), last_day=NOW.date() + timedelta(days=20)
            )

    grow(3)
    few = queries()
    grow(27)

    assert queries() == few
    assert few <= 36


def test_after_layer_changes_a_plan_begins_at_the_hand_over(world: World, signed_in) -> None:
    """The layer that stands first may be one that was closed long ago."""
    layer = Layer.objects.get(roster=world.roster, priority=1)
    for days in (1, 2):
        held = plans.one(world.roster, layer.pk)
        assert held is not None
        assert held.plan is not None
        plan = replace(held.plan, turns=held.plan.turns[::-1])
        when = NOW + timedelta(days=days)
        change = layering.Change(plan, held.revision, when)
        layer = layering.change(layer, change, by=world.alice, now=when, reason="Another order")

    page = text(signed_in(world.alice).get(PLAN))

    assert "From Mon 30 Nov, 09:00 to" in page
    shifts = page.split("Who takes which shift")[1].split("</table>")[0]
    assert "00:00" not in re.sub(r"<[^>]+>", " ", shifts)

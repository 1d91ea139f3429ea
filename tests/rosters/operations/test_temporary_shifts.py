"""While a temporary schedule holds, a press that changes who is on call changes the schedule."""

from datetime import datetime, timedelta

import pytest

from config.portal.refusals import Refused
from rosters.enums import OverrideKind
from rosters.models import Absence, Membership, Message, Override, Person, Roster, TemporarySchedule
from rosters.operations import covering, overriding, swapping
from rosters.operations.overriding import Wanted
from rosters.operations.swapping import Gift
from rosters.queries.oncall import duty_of
from tests.factories import make_person, make_roster, make_team
from tests.world import NOW

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
NIGHT = (NOW + 2 * HOUR, NOW + 10 * HOUR)
DURING = NOW + 4 * HOUR


@pytest.fixture
def people(db: None) -> dict[str, Person]:
    return {name: make_person(name) for name in ("Ann", "Ben", "Cid", "Lea")}


@pytest.fixture
def roster(people: dict[str, Person]) -> Roster:
    """Ann is on call for months; Ben, Cid and Lea are in the team, which Lea leads."""
    roster = make_roster([people["Ann"]], name="Payments")
    roster.team = team = make_team(people["Ben"], people["Cid"])
    roster.save()
    Membership.objects.create(person=people["Lea"], team=team, is_lead=True)
    return roster


@pytest.fixture
def christmas(roster: Roster, people: dict[str, Person]) -> TemporarySchedule:
    """Ben alone, for the night."""
    schedule = TemporarySchedule.objects.create(
        roster=roster, name="Christmas", starts_at=NIGHT[0], ends_at=NIGHT[1]
    )
    schedule.shifts.create(person=people["Ben"], starts_at=NIGHT[0], ends_at=NIGHT[1])
    return schedule


def take(roster: Roster, comes: Person, goes: Person, *, first: int = 2, last: int = 10):
    """`comes` presses it."""
    wanted = Wanted(OverrideKind.REPLACE, NOW + first * HOUR, NOW + last * HOUR, comes, goes)
    return overriding.arrange(roster, wanted, by=comes, now=NOW)


def first(roster: Roster, when: datetime = DURING) -> tuple[str, ...]:
    return duty_of(roster, now=when).first


def told(person: Person) -> list[str]:
    return list(Message.objects.filter(person=person).values_list("subject", flat=True))


def shifts(schedule: TemporarySchedule) -> list[tuple[str, int, int]]:
    """Who has which hours of it."""
    rows = schedule.shifts.select_related("person").order_by("starts_at", "person__short_name")
    return [
        (one.person.short_name, (one.starts_at - NOW) // HOUR, (one.ends_at - NOW) // HOUR)
        for one in rows
    ]


def test_a_shift_is_taken_in_the_schedule_itself_and_twice_is_once(roster, people, christmas):
    ben, cid = people["Ben"], people["Cid"]

    made = [take(roster, cid, ben, first=4, last=6) for _ in range(2)]

    assert made == [None, None]
    assert not Override.objects.exists()
    assert shifts(christmas) == [("Ben", 2, 4), ("Cid", 4, 6), ("Ben", 6, 10)]
    assert [first(roster, NOW + hour * HOUR) for hour in (3, 5, 7)] == [
        (ben.full_name,), (cid.full_name,), (ben.full_name,),
    ]  # fmt: skip
    assert told(ben) == [f"{roster}: you are no longer on call"]


def test_taken_back_it_is_one_shift_again(roster, people, christmas):
    take(roster, people["Cid"], people["Ben"], first=4, last=6)

    take(roster, people["Ben"], people["Cid"], first=4, last=6)

    assert shifts(christmas) == [("Ben", 2, 10)]


def test_what_reaches_beyond_the_schedule_holds_on_both_sides(roster, people, christmas):
    ann, ben = people["Ann"], people["Ben"]
    christmas.shifts.update(person=ann)

    take(roster, ben, ann, first=4, last=14)

    assert shifts(christmas) == [("Ann", 2, 4), ("Ben", 4, 10)]
    assert [first(roster, NOW + hour * HOUR) for hour in (3, 5, 12, 15)] == [
        (ann.full_name,), (ben.full_name,), (ben.full_name,), (ann.full_name,),
    ]  # fmt: skip


def test_a_hole_is_covered(roster, people, christmas):
    christmas.shifts.all().delete()
    cid = people["Cid"]

    overriding.arrange(roster, Wanted(OverrideKind.ADD, *NIGHT, cid), by=cid, now=NOW)

    assert first(roster) == (cid.full_name,)
    assert shifts(christmas) == [("Cid", 2, 10)]


def test_somebody_is_taken_off(roster, people, christmas):
    wanted = Wanted(OverrideKind.REMOVE, *NIGHT, instead_of=people["Ben"])

    overriding.arrange(roster, wanted, by=people["Lea"], now=NOW)

    assert first(roster) == ()
    with pytest.raises(Refused, match="has no shift on"):
        overriding.arrange(roster, wanted, by=people["Lea"], now=NOW)


def test_strangers_take_nothing(roster, people, christmas):
    with pytest.raises(Refused, match="Only people of this roster or its team"):
        take(roster, make_person("Zoe"), people["Ben"])

    assert first(roster) == (people["Ben"].full_name,)


def test_who_means_everybody_is_asked_whom(roster, people, christmas):
    wanted = Wanted(OverrideKind.REPLACE, *NIGHT, people["Cid"])

    with pytest.raises(Refused, match="Say whom they relieve"):
        overriding.arrange(roster, wanted, by=people["Lea"], now=NOW)


def test_somebody_rides_along(roster, people, christmas):
    wanted = Wanted(OverrideKind.SHADOW, *NIGHT, people["Cid"])

    made = overriding.arrange(roster, wanted, by=people["Lea"], now=NOW)

    assert made is not None
    assert first(roster) == (people["Ben"].full_name,)


def test_a_shift_is_given_away(roster, people, christmas):
    swap = swapping.ask(roster, Gift(people["Ben"], *NIGHT), by=people["Ben"], now=NOW)

    swapping.offer(swap, by=people["Cid"], now=NOW)

    assert first(roster) == (people["Cid"].full_name,)
    assert shifts(christmas) == [("Cid", 2, 10)]
    with pytest.raises(Refused, match="You have no shift"):
        swapping.ask(roster, Gift(people["Ann"], *NIGHT), by=people["Ann"], now=NOW)


def test_two_shifts_are_exchanged_at_once(roster, people, christmas):
    ben, cid = people["Ben"], people["Cid"]
    christmas.shifts.update(ends_at=NOW + 6 * HOUR)
    christmas.shifts.create(person=cid, starts_at=NOW + 6 * HOUR, ends_at=NIGHT[1])
    early, late = (NIGHT[0], NOW + 6 * HOUR), (NOW + 6 * HOUR, NIGHT[1])
    swap = swapping.ask(roster, Gift(ben, *early, wants_return=True), by=ben, now=NOW)
    swapping.offer(swap, by=cid, returns=late, now=NOW)

    swapping.accept(swap.offers.get(), by=ben, now=NOW)

    assert shifts(christmas) == [("Cid", 2, 6), ("Ben", 6, 10)]


def test_who_covers_an_absence_stands_in_the_schedule(roster, people, christmas):
    ben, cid = people["Ben"], people["Cid"]
    away = Absence.objects.create(person=ben, starts_at=NOW + HOUR, ends_at=NOW + 20 * HOUR)
    request = covering.ask(away, cid, by=ben, now=NOW)

    covering.answer(request, agrees=True, by=cid, now=NOW)

    assert shifts(christmas) == [("Cid", 2, 10)]
    assert first(roster) == (cid.full_name,)

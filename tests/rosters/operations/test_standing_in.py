"""A change of somebody who stands in already holds, although overrides are never transitive."""

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


def put(roster: Roster, comes: Person, goes: Person, *, by: Person, first: int = 2, last: int = 10):
    wanted = Wanted(OverrideKind.REPLACE, NOW + first * HOUR, NOW + last * HOUR, comes, goes)
    return overriding.put(roster, wanted, by=by, now=NOW)


def given(roster: Roster, giver: Person, taker: Person) -> None:
    swap = swapping.ask(roster, Gift(giver, *NIGHT), by=giver, now=NOW)
    swapping.offer(swap, by=taker, now=NOW)


def first(roster: Roster, when: datetime = DURING) -> tuple[str, ...]:
    return duty_of(roster, now=when).first


def told(person: Person) -> list[str]:
    return list(Message.objects.filter(person=person).values_list("subject", flat=True))


def test_who_took_a_shift_is_relieved_by_a_third(roster, people):
    ann, ben, cid = people["Ann"], people["Ben"], people["Cid"]
    put(roster, ben, ann, by=ben)

    put(roster, cid, ben, by=cid)

    assert first(roster) == (cid.full_name,)
    assert told(ben) == [f"{roster}: you are no longer on call"]


def test_who_took_a_shift_in_a_swap_is_relieved_by_a_third(roster, people):
    given(roster, people["Ann"], people["Ben"])

    put(roster, people["Cid"], people["Ben"], by=people["Cid"])

    assert first(roster) == (people["Cid"].full_name,)


def test_who_had_the_shift_takes_it_back(roster, people):
    ann, ben = people["Ann"], people["Ben"]
    put(roster, ben, ann, by=ben)

    put(roster, ann, ben, by=ann)

    assert first(roster) == (ann.full_name,)


def test_a_change_lasts_no_longer_than_the_one_it_follows(roster, people):
    ann, ben, cid = people["Ann"], people["Ben"], people["Cid"]
    put(roster, ben, ann, by=ben, first=4, last=6)

    made = put(roster, cid, ben, by=cid, first=4, last=6)
    wider = put(roster, ben, cid, by=ben, first=2, last=10)

    assert (made.starts_at, made.ends_at) == (NOW + 4 * HOUR, NOW + 6 * HOUR)
    assert (wider.starts_at, wider.ends_at) == (NOW + 4 * HOUR, NOW + 6 * HOUR)
    assert [first(roster, NOW + hour * HOUR) for hour in (3, 5, 7)] == [
        (ann.full_name,), (ben.full_name,), (ann.full_name,),
    ]  # fmt: skip


def test_taken_back_whoever_stood_there_before_reads_that_they_are_on_call_again(roster, people):
    ann, ben, cid = people["Ann"], people["Ben"], people["Cid"]
    put(roster, ben, ann, by=ben)
    made = put(roster, cid, ben, by=cid)

    overriding.end(made, by=cid, now=NOW)

    assert first(roster) == (ben.full_name,)
    assert told(ben)[-1] == f"{roster}: you are first on call"
    assert told(ann) == [f"{roster}: you are no longer on call"]


def test_one_part_after_the_other_where_one_change_cannot_say_it(roster, people):
    ann, ben, cid = people["Ann"], people["Ben"], people["Cid"]
    put(roster, ben, ann, by=ben, first=2, last=4)
    put(roster, ben, ann, by=ben, first=6, last=8)

    with pytest.raises(Refused, match="Choose that part alone"):
        put(roster, cid, ben, by=cid, first=2, last=8)


def test_who_is_there_as_one_more_ends_that_first(roster, people):
    ben, cid = people["Ben"], people["Cid"]
    wanted = Wanted(OverrideKind.ADD, *NIGHT, ben)
    overriding.put(roster, wanted, by=ben, now=NOW)

    with pytest.raises(Refused, match="End that one first"):
        put(roster, cid, ben, by=cid)


def test_who_covers_a_gap_gives_a_part_of_it_on(roster, people):
    ann, ben, cid = people["Ann"], people["Ben"], people["Cid"]
    Absence.objects.create(person=ann, starts_at=NOW, ends_at=NOW + 24 * HOUR)
    overriding.put(roster, Wanted(OverrideKind.ADD, *NIGHT, ben), by=ben, now=NOW)
    part = (NOW + 4 * HOUR, NOW + 6 * HOUR)

    swap = swapping.ask(roster, Gift(ben, *part), by=ben, now=NOW)
    swapping.offer(swap, by=cid, now=NOW)

    assert [first(roster, NOW + hour * HOUR) for hour in (1, 3, 5, 7, 11)] == [
        (), (ben.full_name,), (cid.full_name,), (ben.full_name,), (),
    ]  # fmt: skip


def test_who_is_there_instead_of_everybody_is_relieved(roster, people):
    ben, cid, lea = people["Ben"], people["Cid"], people["Lea"]
    overriding.put(roster, Wanted(OverrideKind.REPLACE, *NIGHT, ben), by=lea, now=NOW)

    put(roster, cid, ben, by=cid)

    assert first(roster) == (cid.full_name,)


@pytest.mark.parametrize("is_swap", [True, False], ids=["a swap", "by hand"])
def test_a_shift_that_was_taken_is_given_on(roster, people, is_swap):
    ann, ben, cid = people["Ann"], people["Ben"], people["Cid"]
    if is_swap:
        given(roster, ann, ben)
    else:
        put(roster, ben, ann, by=ben)

    given(roster, ben, cid)

    assert first(roster) == (cid.full_name,)
    assert first(roster, NIGHT[1]) == (ann.full_name,)


def test_a_shift_that_was_taken_goes_back_to_whose_it_was(roster, people):
    ann, ben = people["Ann"], people["Ben"]
    put(roster, ben, ann, by=ben)

    given(roster, ben, ann)

    assert first(roster) == (ann.full_name,)


def test_a_schedule_made_since_stops_what_would_not_hold(roster, people):
    swap = swapping.ask(roster, Gift(people["Ann"], *NIGHT), by=people["Ann"], now=NOW)
    TemporarySchedule.objects.create(
        roster=roster, name="Christmas", starts_at=NIGHT[0], ends_at=NIGHT[1]
    )

    with pytest.raises(Refused, match="has changed since"):
        swapping.offer(swap, by=people["Ben"], now=NOW)


@pytest.mark.parametrize("is_swap", [True, False], ids=["a swap", "by hand"])
def test_who_covers_for_somebody_who_stood_in_is_on_call(roster, people, is_swap):
    ann, ben, cid = people["Ann"], people["Ben"], people["Cid"]
    if is_swap:
        given(roster, ann, ben)
    else:
        put(roster, ben, ann, by=ben)
    away = Absence.objects.create(person=ben, starts_at=NOW + HOUR, ends_at=NOW + 20 * HOUR)

    request = covering.ask(away, cid, by=ben, now=NOW)
    covering.answer(request, agrees=True, by=cid, now=NOW)

    assert first(roster) == (cid.full_name,)
    assert first(roster, NIGHT[1]) == (ann.full_name,)
    assert Override.objects.filter(covers=away).count() == 1
    with pytest.raises(Refused, match="Nothing is open"):
        covering.ask(away, people["Lea"], by=ben, now=NOW)

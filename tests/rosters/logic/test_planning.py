"""The fair plan: nobody away is planned, fair to one shift, always the same, with a reason."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rosters.logic.load import Place
from rosters.logic.planning import Member, Plan, Reason, Slot, Wish, propose, weight

BERLIN = Place(ZoneInfo("Europe/Berlin"), "DE-BE")
START = datetime(2026, 11, 30, 8, tzinfo=UTC)
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
FAR = START + 100 * WEEK


def slots(number: int, *, length: timedelta = WEEK, people: int = 3) -> list[Slot]:
    crew = tuple(range(people))
    return [
        Slot(((START + n * length, START + (n + 1) * length),), 1, crew, planned=n % people)
        for n in range(number)
    ]


def crew(people: int = 3, **changes: Any) -> list[Member]:
    return [Member(pk, f"P{pk}", BERLIN, **changes.get(f"p{pk}", {})) for pk in range(people)]


def who(plan: Plan) -> list[int | None]:
    return [one.person for one in plan.given]


def test_when_nothing_stands_in_the_way_it_is_the_rotation() -> None:
    plan = propose(slots(6), crew())

    assert who(plan) == [0, 1, 2, 0, 1, 2]
    assert {one.reason for one in plan.given} == {Reason.TURN}
    assert plan.moved == 0


def test_somebody_away_is_not_planned_and_it_evens_out() -> None:
    plan = propose(slots(6), crew(p0={"away": ((START, START + 2 * WEEK),)}))

    assert 0 not in who(plan)[:2]
    assert Counter(who(plan)) == {0: 2, 1: 2, 2: 2}


def test_where_everybody_is_away_for_a_part_the_days_are_dealt() -> None:
    away = ((START + DAY, START + 2 * DAY),)
    plan = propose(slots(1, people=1), crew(1, p0={"away": away}))

    assert who(plan) == [0, None, 0, 0, 0, 0, 0]
    assert plan.given[1].reason == Reason.NOBODY
    assert plan.open == 1


def test_who_carried_much_before_is_spared_and_catches_up() -> None:
    heavy = weight(slots(1)[0].spans, BERLIN)
    carried: dict[str, Any] = {
        f"p{pk}": {"carried": much} for pk, much in enumerate((3 * heavy, heavy, 0.0))
    }

    plan = propose(slots(4), crew(**carried))

    assert who(plan)[:2] == [2, 1] or who(plan)[:2] == [2, 2]
    assert 0 not in who(plan)[:3]
    assert plan.given[0].reason == Reason.LEAST
    assert plan.given[0].others == (0,)
    assert plan.given[0].less > 0


def test_who_is_new_begins_at_the_average() -> None:
    plan = propose(slots(6), crew(p0={"carried": 50.0}, p1={"carried": 50.0}))

    assert Counter(who(plan)) == {0: 2, 1: 2, 2: 2}


def test_a_wish_is_weighed_and_no_absence() -> None:
    spared = {"wishes": ((Wish.RATHER_NOT, (START, START + WEEK)),)}
    plan = propose(slots(3), crew(p0=spared))
    assert who(plan)[0] != 0
    assert plan.given[0].reason in {Reason.LEAST, Reason.SPARED_WISH}

    always = {"wishes": ((Wish.RATHER_NOT, (START, FAR)),)}
    assert 0 in who(propose(slots(12), crew(p0=always)))

    glad = {"wishes": ((Wish.GLADLY, (START, START + WEEK)),)}
    first = propose(slots(3), crew(p2=glad)).given[0]
    assert (first.person, first.reason) == (2, Reason.GLADLY)


def test_a_day_with_too_little_rest_goes_to_somebody_else() -> None:
    busy = {"busy": ((START - DAY, START - timedelta(hours=4)),)}
    plan = propose(slots(3, length=DAY), crew(p0=busy), rest=timedelta(hours=11))

    assert who(plan)[0] != 0


def test_nobody_is_planned_while_on_call_elsewhere_if_somebody_else_is_there() -> None:
    busy = {"busy": ((START, START + WEEK),)}

    assert who(propose(slots(3), crew(p0=busy)))[0] != 0
    assert who(propose(slots(1, people=1), crew(1, p0=busy))) == [0]


def test_who_is_alone_takes_every_shift() -> None:
    plan = propose(slots(3, people=1), crew(1), rest=timedelta(hours=11))

    assert who(plan) == [0, 0, 0]
    assert {one.reason for one in plan.given} == {Reason.ALONE}


def test_it_says_what_changes_for_each() -> None:
    plan = propose(slots(2, people=2), crew(2, p0={"away": ((START, START + WEEK),)}))

    hours = {one.person: (one.before.hours, one.after.hours) for one in plan.changes}
    assert hours == {0: (168, 168), 1: (168, 168)}
    assert plan.moved == 2


lengths = st.lists(st.integers(1, 96).map(lambda n: timedelta(hours=n)), max_size=30)
spans = st.tuples(st.integers(0, 60), st.integers(1, 20)).map(
    lambda pair: (START + pair[0] * DAY, START + (pair[0] + pair[1]) * DAY)
)
members = st.lists(
    st.builds(
        lambda away, busy, wishes, carried: {
            "away": tuple(away),
            "busy": tuple(busy),
            "wishes": tuple(wishes),
            "carried": carried,
        },
        st.lists(spans, max_size=3),
        st.lists(spans, max_size=2),
        st.lists(st.tuples(st.sampled_from(Wish), spans), max_size=2),
        st.none() | st.floats(0, 900),
    ),
    min_size=1,
    max_size=5,
)


def _shifts(found: list[timedelta], people: int) -> list[Slot]:
    at, made = START, []
    for number, length in enumerate(found):
        made.append(Slot(((at, at + length),), 1, tuple(range(people)), number % people))
        at += length
    return made


@settings(deadline=None)
@given(lengths, members, st.integers(0, 24))
def test_nobody_away_is_planned_and_it_is_always_the_same(
    found: list[timedelta], facts: list[dict[str, object]], rest: int
) -> None:
    people = [Member(pk, f"P{pk}", BERLIN, **one) for pk, one in enumerate(facts)]  # type: ignore[arg-type]
    wanted = _shifts(found, len(people))

    plan = propose(wanted, people, rest=timedelta(hours=rest))

    assert plan == propose(list(reversed(wanted)), people, rest=timedelta(hours=rest))
    for one in plan.given:
        if one.person is not None:
            assert not people[one.person].is_away(one.slot)
        else:
            assert all(member.is_away(one.slot) for member in people)
    covered = [span for one in plan.given for span in one.slot.spans]
    assert sum((end - begin for begin, end in covered), timedelta(0)) == sum(found, timedelta(0))


@settings(deadline=None)
@given(lengths, st.integers(1, 6))
def test_it_is_fair_to_one_shift_when_nothing_stands_in_the_way(
    found: list[timedelta], people: int
) -> None:
    wanted = _shifts(found, people)

    plan = propose(wanted, crew(people))

    carried = [
        sum(weight(one.slot.spans, BERLIN) for one in plan.given if one.person == pk)
        for pk in range(people)
    ]
    heaviest = max((weight(slot.spans, BERLIN) for slot in wanted), default=0)
    assert max(carried) - min(carried) <= heaviest + 1e-6


@pytest.mark.parametrize("people", [1, 2, 3, 5, 7])
@pytest.mark.parametrize("number", [1, 4, 13, 26])
def test_weeks_are_shared_to_one(people: int, number: int) -> None:
    plan = propose(slots(number, people=people), crew(people), rest=timedelta(hours=11))

    shares = [who(plan).count(pk) for pk in range(people)]
    assert max(shares) - min(shares) <= 1

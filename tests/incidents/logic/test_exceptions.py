"""Single times of planned work are left out or moved, and never change their order."""

from dataclasses import replace
from datetime import date
from itertools import islice, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.enums import Recurrence
from incidents.logic import exceptions, maintenance
from incidents.logic.exceptions import as_stored, times_of
from incidents.logic.maintenance import Spell
from rosters.logic.walltime import wall
from tests.incidents.logic.test_maintenance import BERLIN, said, window
from tests.world import at

NOW = at("2026-11-21 12:00")
SATURDAYS = window("2026-11-28 02:00", "2026-11-28 04:00", recurrence="weekly")
DECEMBER_12 = date(2026, 12, 12)


def spell(begin: str, end: str) -> Spell:
    return Spell(at(begin, BERLIN), at(end, BERLIN))


def test_a_time_that_is_left_out_does_not_happen() -> None:
    one = replace(SATURDAYS, exceptions={DECEMBER_12: None})

    assert said(one, after="2026-12-01") == [
        "2026-12-05 01:00 to 03:00",
        "2026-12-19 01:00 to 03:00",
        "2026-12-26 01:00 to 03:00",
    ]
    assert maintenance.spell_at(one, at("2026-12-12 02:30", BERLIN)) is None


def test_a_moved_time_happens_there_and_only_there() -> None:
    one = replace(
        SATURDAYS, exceptions={DECEMBER_12: spell("2026-12-14 22:00", "2026-12-15 01:00")}
    )

    assert said(one, after="2026-12-06", most=2) == [
        "2026-12-14 21:00 to 00:00",
        "2026-12-19 01:00 to 03:00",
    ]
    assert maintenance.spell_at(one, at("2026-12-12 02:30", BERLIN)) is None
    assert maintenance.spell_at(one, at("2026-12-14 23:00", BERLIN)) is not None


def test_the_last_time_may_be_moved_beyond_the_last_day() -> None:
    one = replace(
        SATURDAYS,
        until=DECEMBER_12,
        exceptions={DECEMBER_12: spell("2026-12-18 02:00", "2026-12-18 04:00")},
    )

    assert said(one, after="2026-12-16") == ["2026-12-18 01:00 to 03:00"]


def test_an_exception_of_a_day_without_a_time_changes_nothing() -> None:
    one = replace(SATURDAYS, exceptions={date(2026, 12, 13): None})

    assert said(one, after="2026-12-10", most=1) == ["2026-12-12 01:00 to 03:00"]


@pytest.mark.parametrize(
    ("on", "why_not"),
    [
        ("2026-12-12", None),
        ("2026-11-28", None),
        ("2026-12-13", "It has no time on that day. Choose one of the list."),
        ("2026-11-21", "It has no time on that day. Choose one of the list."),
        ("1999-01-01", "It has no time on that day. Choose one of the list."),
    ],
)
def test_only_a_time_that_is_planned_can_differ(on: str, why_not: str | None) -> None:
    found = exceptions.why_not_except(SATURDAYS, date.fromisoformat(on), now=NOW)

    assert found == why_not


def test_what_has_begun_is_ended_and_what_is_planned_once_is_changed() -> None:
    begun = exceptions.why_not_except(SATURDAYS, DECEMBER_12, now=at("2026-12-12 03:00", BERLIN))
    once = exceptions.why_not_except(
        replace(SATURDAYS, recurrence=Recurrence.ONCE), date(2026, 11, 28), now=NOW
    )

    assert begun == "That time has begun already. End it instead."
    assert once == "It is planned once. Change it itself."


@pytest.mark.parametrize(
    ("moved", "wrong"),
    [
        (("2026-12-13 02:00", "2026-12-13 04:00"), None),
        (("2026-12-05 04:00", "2026-12-05 06:00"), None),
        (("2026-12-19 00:00", "2026-12-19 02:00"), None),
        (("2026-12-13 04:00", "2026-12-13 04:00"), "It must end after it starts."),
        (("2026-12-05 03:59", "2026-12-05 06:00"), "It meets another of its times."),
        (("2026-12-19 00:00", "2026-12-19 02:01"), "It meets another of its times."),
        (("2026-12-21 02:00", "2026-12-21 04:00"), "That is too far"),
        (("2026-12-05 05:00", "2026-12-12 05:00"), "It must be over before"),
        (("2026-11-20 02:00", "2026-11-20 04:00"), "That is past."),
    ],
    ids=["next-day", "earlier", "touches", "empty", "meets", "meets-next", "far", "long", "past"],
)
def test_a_moved_time_stays_between_its_neighbors(
    moved: tuple[str, str], wrong: str | None
) -> None:
    found = exceptions.mistakes(SATURDAYS, DECEMBER_12, spell(*moved), now=NOW)

    assert [one.text.startswith(wrong or "-") for one in found] == ([True] if wrong else [])


def test_nothing_is_moved_before_the_first_time() -> None:
    moved = spell("2026-11-27 02:00", "2026-11-27 04:00")

    [found] = exceptions.mistakes(SATURDAYS, date(2026, 11, 28), moved, now=NOW)

    assert found.text == "That is before its first time. Choose a later one."


@given(
    st.dictionaries(
        st.integers(0, 11),
        st.none() | st.tuples(st.integers(-160, 160), st.integers(1, 160)),
        max_size=5,
    )
)
def test_times_never_change_their_order(wished: dict[int, tuple[int, int] | None]) -> None:
    one = SATURDAYS
    for number, shift in sorted(wished.items()):
        planned = next(islice(maintenance.spells(SATURDAYS, after=NOW), number, None))
        on = wall(planned.starts_at, SATURDAYS.zone).date()
        moved = None
        if shift is not None:
            begin = planned.starts_at + shift[0] * maintenance.DAY / 24
            moved = Spell(begin, begin + shift[1] * maintenance.DAY / 24)
            if exceptions.mistakes(one, on, moved, now=NOW):
                continue
        one = replace(one, exceptions={**one.exceptions, on: moved})

    found = list(islice(maintenance.spells(one, after=NOW), 14))

    assert all(first.ends_at <= second.starts_at for first, second in pairwise(found))
    for spell_ in found:
        assert maintenance.spell_at(one, spell_.starts_at) == spell_


def test_what_is_kept_is_read_again() -> None:
    moved = spell("2026-12-14 22:00", "2026-12-15 01:00")
    stored = {"2026-12-12": as_stored(moved, "Sale"), "2026-12-19": as_stored(None, "Sale")}

    assert times_of(stored) == {DECEMBER_12: moved, date(2026, 12, 19): None}
    listed = exceptions.listed(SATURDAYS, stored, now=NOW)
    assert [one.words.msgid.format_map(dict(one.words.params)) for one in listed] == [
        "Saturday 12 Dec 2026 is moved to Monday 14 Dec 2026, 22:00 to 01:00 the next day.",
        "Saturday 19 Dec 2026 is left out.",
    ]


def test_what_is_over_is_listed_no_more() -> None:
    stored = {"2026-12-12": as_stored(None, "Sale")}

    assert exceptions.listed(SATURDAYS, stored, now=at("2026-12-13 12:00")) == ()


def test_a_changed_window_keeps_what_still_fits() -> None:
    stored = {
        "2026-12-12": as_stored(spell("2026-12-13 02:00", "2026-12-13 04:00"), "Sale"),
        "2026-12-19": as_stored(None, "Sale"),
    }
    sundays = window("2026-11-29 02:00", "2026-11-29 04:00", recurrence="weekly")

    assert exceptions.still_fitting(SATURDAYS, stored, now=NOW) == stored
    assert exceptions.still_fitting(sundays, stored, now=NOW) == {}

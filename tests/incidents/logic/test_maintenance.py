"""Planned work in wall time: both clock changes, month ends, and which window wins."""

from datetime import UTC, date, datetime, timedelta
from itertools import islice, pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.enums import MaintenanceMode, Recurrence
from incidents.logic import maintenance
from incidents.logic.maintenance import Spell, Subject, Window
from tests.world import at

BERLIN = "Europe/Berlin"
LONDON = "Europe/London"
NEW_YORK = "America/New_York"
LORD_HOWE = "Australia/Lord_Howe"
KOLKATA = "Asia/Kolkata"
HOLD, LOG, PAUSE, TELL = (
    MaintenanceMode.HOLD,
    MaintenanceMode.LOG,
    MaintenanceMode.PAUSE,
    MaintenanceMode.TELL,
)
BOTH = (LOG, HOLD)
PAYMENTS = frozenset({1})


def window(first: str, last: str, zone: str = BERLIN, **facts: Any) -> Window:
    told: dict[str, Any] = {"window_id": 1, "mode": HOLD, "service_ids": PAYMENTS, "title": "Work"}
    return Window(
        starts_at=at(first, zone), ends_at=at(last, zone), zone=ZoneInfo(zone), **(told | facts)
    )


def said(one: Window, *, after: str, most: int = 3) -> list[str]:
    """The next times as UTC wall times: "2026-03-29 01:00 to 02:00"."""
    found = islice(maintenance.spells(one, after=at(after)), most)
    return [f"{spell.starts_at:%Y-%m-%d %H:%M} to {spell.ends_at:%H:%M}" for spell in found]


CASES = [
    ("once", "2026-03-01 02:00", "2026-03-01 04:00", BERLIN, "once", "2026-01-01",
     ["2026-03-01 01:00 to 03:00"]),
    ("once, over", "2026-03-01 02:00", "2026-03-01 04:00", BERLIN, "once", "2026-03-01 03:00", []),
    ("weekly over the spring night", "2026-03-22 02:00", "2026-03-22 04:00", BERLIN, "weekly",
     "2026-03-23",
     ["2026-03-29 01:00 to 02:00", "2026-04-05 00:00 to 02:00", "2026-04-12 00:00 to 02:00"]),
    ("weekly over the autumn night", "2026-10-18 02:00", "2026-10-18 04:00", BERLIN, "weekly",
     "2026-10-19",
     ["2026-10-25 00:00 to 03:00", "2026-11-01 01:00 to 03:00", "2026-11-08 01:00 to 03:00"]),
    ("it begins in the gap", "2026-03-28 02:30", "2026-03-28 03:30", BERLIN, "daily",
     "2026-03-28 12:00",
     ["2026-03-29 01:00 to 01:30", "2026-03-30 00:30 to 01:30", "2026-03-31 00:30 to 01:30"]),
    ("it lies in the gap as a whole", "2026-03-28 02:15", "2026-03-28 02:45", BERLIN, "daily",
     "2026-03-28 12:00",
     ["2026-03-30 00:15 to 00:45", "2026-03-31 00:15 to 00:45", "2026-04-01 00:15 to 00:45"]),
    ("it lies in the hour that happens twice", "2026-10-24 02:15", "2026-10-24 02:45", BERLIN,
     "daily", "2026-10-24 12:00",
     ["2026-10-25 00:15 to 01:45", "2026-10-26 01:15 to 01:45", "2026-10-27 01:15 to 01:45"]),
    ("over midnight in London", "2026-03-28 23:30", "2026-03-29 02:30", LONDON, "daily",
     "2026-03-29 12:00",
     ["2026-03-29 22:30 to 01:30", "2026-03-30 22:30 to 01:30", "2026-03-31 22:30 to 01:30"]),
    ("New York springs forward", "2026-03-01 02:30", "2026-03-01 05:00", NEW_YORK, "weekly",
     "2026-03-02",
     ["2026-03-08 07:00 to 09:00", "2026-03-15 06:30 to 09:00", "2026-03-22 06:30 to 09:00"]),
    ("Lord Howe moves by half an hour", "2026-10-03 01:45", "2026-10-03 02:15", LORD_HOWE, "daily",
     "2026-10-03 00:00",
     ["2026-10-03 15:15 to 15:30", "2026-10-04 14:45 to 15:15", "2026-10-05 14:45 to 15:15"]),
    ("Kolkata never changes its clocks", "2026-03-28 02:00", "2026-03-28 04:00", KOLKATA, "weekly",
     "2026-03-28",
     ["2026-04-03 20:30 to 22:30", "2026-04-10 20:30 to 22:30", "2026-04-17 20:30 to 22:30"]),
    ("the 31st is the last day of short months", "2026-01-31 02:00", "2026-01-31 04:00", KOLKATA,
     "monthly", "2026-02-01",
     ["2026-02-27 20:30 to 22:30", "2026-03-30 20:30 to 22:30", "2026-04-29 20:30 to 22:30"]),
    ("the 29th of February of a leap year", "2028-01-30 02:00", "2028-01-30 04:00", KOLKATA,
     "monthly", "2028-02-01",
     ["2028-02-28 20:30 to 22:30", "2028-03-29 20:30 to 22:30", "2028-04-29 20:30 to 22:30"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("first", "last", "zone", "again", "after", "expected"),
    [case[1:] for case in CASES],
    ids=[case[0] for case in CASES],
)
def test_every_time_is_at_the_wall_time_of_the_first(  # a row of the table
    first: str, last: str, zone: str, again: str, after: str, expected: list[str]
) -> None:
    assert said(window(first, last, zone, recurrence=again), after=after) == expected


def test_the_first_time_is_what_was_stored_even_the_second_of_two() -> None:
    second = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    one = Window(1, HOLD, second, second + timedelta(minutes=20), ZoneInfo(BERLIN))

    assert maintenance.next_spells(one, now=second, most=2) == (Spell(one.starts_at, one.ends_at),)


def test_the_last_day_is_still_a_day_of_work() -> None:
    one = window(
        "2026-11-21 23:00", "2026-11-22 01:00", recurrence="daily", until=date(2026, 11, 23)
    )

    assert said(one, after="2026-11-01", most=9) == [
        "2026-11-21 22:00 to 00:00",
        "2026-11-22 22:00 to 00:00",
        "2026-11-23 22:00 to 00:00",
    ]
    assert maintenance.is_over(one, now=at("2026-11-24 00:00"))
    assert not maintenance.is_over(one, now=at("2026-11-23 23:59"))


def test_what_is_called_off_ends_then_and_does_not_come_again() -> None:
    one = window(
        "2026-11-22 02:00",
        "2026-11-22 04:00",
        recurrence="weekly",
        called_off_at=at("2026-11-29 02:00"),
    )

    assert said(one, after="2026-11-01") == [
        "2026-11-22 01:00 to 03:00",
        "2026-11-29 01:00 to 02:00",
    ]


def test_a_window_is_half_open() -> None:
    one = window("2026-11-22 02:00", "2026-11-22 04:00")

    assert maintenance.spell_at(one, one.starts_at) == Spell(one.starts_at, one.ends_at)
    assert maintenance.spell_at(one, one.ends_at - timedelta(microseconds=1))
    assert maintenance.spell_at(one, one.ends_at) is None
    assert maintenance.spell_at(one, one.starts_at - timedelta(microseconds=1)) is None


ALERT = Subject(1, 7, {"region": "EU-west", "job": "db"})
ABOUT = [
    ("its service", {}, True),
    ("another service", {"service_ids": frozenset({2})}, False),
    ("its source", {"service_ids": frozenset(), "source_ids": frozenset({7})}, True),
    ("another source too", {"source_ids": frozenset({8})}, False),
    ("a label, whatever its case", {"labels": {"region": "eu-WEST"}}, True),
    ("a label with a star", {"labels": {"region": "eu-*", "job": "d?"}}, True),
    ("one label of two", {"labels": {"region": "eu-*", "job": "web"}}, False),
    ("a label that it lacks", {"labels": {"host": "a"}}, False),
    ("a bracket is a bracket", {"labels": {"region": "[e]u-west"}}, False),
    ("nothing at all", {"service_ids": frozenset()}, False),
]


@pytest.mark.parametrize(("facts", "fits"), [c[1:] for c in ABOUT], ids=[c[0] for c in ABOUT])
def test_all_that_is_given_must_fit(facts: dict[str, Any], fits: bool) -> None:
    one = window("2026-11-22 02:00", "2026-11-22 04:00", **facts)

    assert maintenance.is_about(one, ALERT) is fits


def test_labels_are_asked_of_alerts_only() -> None:
    one = window("2026-11-22 02:00", "2026-11-22 04:00", labels={"region": "*"})

    assert not maintenance.is_about(one, Subject(1, 7))


def test_the_strongest_window_decides_and_of_equals_the_longest() -> None:
    def cover(*modes: tuple[MaintenanceMode, str]) -> tuple[int, str] | None:
        windows = [
            window("2026-11-22 02:00", f"2026-11-22 {last}", window_id=number, mode=mode)
            for number, (mode, last) in enumerate(modes, start=1)
        ]
        found = maintenance.cover(
            windows, ALERT, at=at("2026-11-22 02:00"), modes=set(MaintenanceMode)
        )
        return (found.window_id, found.mode) if found else None

    assert cover((HOLD, "05:00"), (LOG, "04:00")) == (2, LOG)
    assert cover((PAUSE, "05:00"), (HOLD, "04:00")) == (2, HOLD)
    assert cover((TELL, "05:00"), (PAUSE, "04:00")) == (2, PAUSE)
    assert cover((HOLD, "04:00"), (HOLD, "05:00")) == (2, HOLD)
    assert cover((HOLD, "04:00"), (HOLD, "04:00")) == (1, HOLD)
    assert cover() is None


def test_windows_that_touch_are_one() -> None:
    windows = [
        window("2026-11-22 02:00", "2026-11-22 04:00"),
        window("2026-11-22 04:00", "2026-11-22 06:00", window_id=2),
        window("2026-11-22 05:00", "2026-11-22 07:00", window_id=3),
        window("2026-11-22 08:00", "2026-11-22 09:00", window_id=4),
    ]

    ends_at = maintenance.decides_until(windows, ALERT, at=at("2026-11-22 02:00"), modes=BOTH)

    assert ends_at == at("2026-11-22 07:00", BERLIN)


def test_two_windows_meet_where_both_go_on() -> None:
    weekly = window("2026-11-22 02:00", "2026-11-22 04:00", recurrence="weekly")
    once = window("2026-12-06 03:00", "2026-12-06 09:00")
    elsewhere = window("2026-12-06 03:00", "2026-12-06 09:00", service_ids=frozenset({2}))
    span = {"after": at("2026-11-20"), "before": at("2027-01-20")}

    expected = Spell(at("2026-12-06 03:00", BERLIN), at("2026-12-06 04:00", BERLIN))
    assert maintenance.meets(weekly, once, **span) == expected
    assert maintenance.meets(once, weekly, **span) == expected
    assert maintenance.meets(weekly, elsewhere, **span) is None
    assert maintenance.meets(weekly, once, after=at("2026-11-20"), before=at("2026-12-01")) is None


zones = st.sampled_from([BERLIN, LONDON, NEW_YORK, LORD_HOWE, KOLKATA, "UTC"])
starts = st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31))  # noqa: DTZ001  # wall time
minutes = st.integers(1, 23 * 60)
agains = st.sampled_from(list(Recurrence))


@st.composite
def windows(draw: st.DrawFn, /, **facts: Any) -> Window:
    zone = ZoneInfo(draw(zones))
    begin = draw(starts).replace(second=0, microsecond=0, tzinfo=zone).astimezone(UTC)
    ends_at = begin + timedelta(minutes=draw(minutes))
    return Window(1, HOLD, begin, ends_at, zone, draw(agains), service_ids=PAYMENTS, **facts)


@given(windows(), st.integers(0, 900 * 24 * 60))
def test_the_time_that_goes_on_is_the_one_that_is_listed(one: Window, later: int) -> None:
    now = one.starts_at + timedelta(minutes=later)
    listed = [s for s in islice(maintenance.spells(one, after=now), 3) if s.holds(now)]

    assert maintenance.spell_at(one, now) == (listed[0] if listed else None)


@given(windows(), st.integers(-100, 900 * 24 * 60))
def test_times_follow_one_another_without_overlap(one: Window, later: int) -> None:
    now = one.starts_at + timedelta(minutes=later)
    found = list(islice(maintenance.spells(one, after=now), 5))

    assert all(spell.ends_at > max(now, spell.starts_at) for spell in found)
    assert all(a.starts_at < b.starts_at for a, b in pairwise(found))


@given(windows(), st.integers(0, 400 * 24 * 60))
def test_none_is_left_out_between_two_looks(one: Window, later: int) -> None:
    """Whoever looks later finds what was listed earlier and has not ended yet."""
    now = one.starts_at + timedelta(minutes=later)
    listed = list(islice(maintenance.spells(one, after=now), 4))
    for spell in listed:
        again = next(maintenance.spells(one, after=spell.ends_at - timedelta(microseconds=1)))
        assert again == spell or again.starts_at < spell.starts_at


@given(windows(), st.integers(1, 23 * 60), st.integers(0, 40 * 24 * 60))
def test_a_window_in_two_halves_covers_what_the_whole_covers(
    whole: Window, cut: int, later: int
) -> None:
    middle = whole.starts_at + timedelta(minutes=cut)
    if whole.comes_again or middle >= whole.ends_at:
        return
    halves = [
        Window(1, HOLD, whole.starts_at, middle, whole.zone, service_ids=PAYMENTS),
        Window(2, HOLD, middle, whole.ends_at, whole.zone, service_ids=PAYMENTS),
    ]
    now = whole.starts_at + timedelta(minutes=later)

    one = maintenance.decides_until([whole], ALERT, at=now, modes=BOTH)
    two = maintenance.decides_until(halves, ALERT, at=now, modes=BOTH)

    assert one == two


@given(windows(), st.integers(0, 400 * 24 * 60), st.integers(0, 600))
def test_what_is_called_off_covers_nothing_after(one: Window, off: int, later: int) -> None:
    off_at = one.starts_at + timedelta(minutes=off)
    called_off = Window(
        1, HOLD, one.starts_at, one.ends_at, one.zone, one.recurrence, called_off_at=off_at
    )
    now = off_at + timedelta(minutes=later)

    assert maintenance.spell_at(called_off, now) is None

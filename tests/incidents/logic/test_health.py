"""One rule for the health of a service, as a table of cases."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from config.portal import words
from incidents.logic.health import HealthState, Silence, Spell, Trouble, judge, strip
from tests.world import at

PAYMENTS, CHECKOUT, SEARCH = 1, 2, 3
NAMES = {PAYMENTS: "Payments", CHECKOUT: "Checkout", SEARCH: "Search"}
NEEDS = {CHECKOUT: {PAYMENTS}}
SINCE = at("2026-11-21 01:30")


def trouble(severity: int, **facts: Any) -> Trouble:
    return Trouble("INC-1", "Card payments fail", severity, SINCE, **facts)


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        pytest.param([], HealthState.WORKING, id="nothing open"),
        pytest.param([trouble(1)], HealthState.FAILING, id="sev1"),
        pytest.param([trouble(2)], HealthState.PARTLY, id="sev2: some customers, or a part"),
        pytest.param([trouble(3)], HealthState.PARTLY, id="sev3"),
        pytest.param(
            [trouble(1, is_customer_facing=False)], HealthState.PARTLY, id="no customer notices"
        ),
        pytest.param([trouble(1, contained_at=SINCE)], HealthState.WATCHED, id="contained"),
        pytest.param(
            [trouble(1, contained_at=SINCE), trouble(3)],
            HealthState.PARTLY,
            id="one of two contained",
        ),
    ],
)
def test_own_incidents_decide(own: list[Trouble], expected: HealthState) -> None:
    assert judge({PAYMENTS: own}, {}, {}, NAMES)[PAYMENTS].state == expected


def test_a_service_that_needs_a_failing_one_is_partly_failing_and_says_which() -> None:
    found = judge({PAYMENTS: [trouble(1)]}, {}, NEEDS, NAMES)

    assert found[CHECKOUT].state == HealthState.PARTLY
    said = words.as_text(found[CHECKOUT].sentence, zone=ZoneInfo("UTC"), now=SINCE)
    assert said == "It needs Payments, which is failing."
    assert found[SEARCH].is_working


def test_a_service_that_needs_a_partly_failing_one_works() -> None:
    found = judge({PAYMENTS: [trouble(3)]}, {}, NEEDS, NAMES)

    assert found[CHECKOUT].is_working


def test_a_contained_incident_leaves_a_service_working_again_and_says_since_when() -> None:
    found = judge({PAYMENTS: [trouble(1, contained_at=SINCE)]}, {}, NEEDS, NAMES)

    said = words.as_text(found[PAYMENTS].sentence, zone=ZoneInfo("UTC"), now=SINCE)
    assert said == "Working again since 01:30. We are watching it."
    assert found[CHECKOUT].is_working


def test_what_is_felt_is_said_before_what_is_contained() -> None:
    own = {CHECKOUT: [trouble(2, contained_at=SINCE)], PAYMENTS: [trouble(1)]}

    found = judge(own, {}, NEEDS, NAMES)

    assert found[CHECKOUT].state == HealthState.PARTLY
    assert found[CHECKOUT].references == ("INC-1",)


def test_an_affected_service_is_partly_failing_even_at_sev1() -> None:
    found = judge({PAYMENTS: [trouble(1)]}, {SEARCH: [trouble(1)]}, {}, NAMES)

    assert found[SEARCH].state == HealthState.PARTLY
    assert found[SEARCH].references == ("INC-1",)


BERLIN = ZoneInfo("Europe/Berlin")


def test_strip_ends_today_in_the_readers_zone() -> None:
    now = at("2026-11-20 23:30")  # the 21st in Berlin

    days = strip([], now=now, zone=BERLIN, days=3)

    assert [day.date.day for day in days] == [19, 20, 21]
    assert {(day.level, day.count) for day in days} == {(None, 0)}


@pytest.mark.parametrize(
    ("starts", "ends", "levels"),
    [
        pytest.param("2026-11-20 10:00", "2026-11-20 11:00", [None, 2, None], id="within a day"),
        pytest.param("2026-11-19 23:50", "2026-11-20 00:10", [2, 2, None], id="over midnight"),
        pytest.param("2026-11-01 10:00", "2026-11-19 01:00", [2, None, None], id="began earlier"),
        pytest.param("2026-11-20 10:00", None, [None, 2, 2], id="still open"),
        pytest.param("2026-10-01 10:00", "2026-10-02 10:00", [None, None, None], id="long over"),
    ],
)
def test_strip_marks_every_day_that_was_hurt(
    starts: str, ends: str | None, levels: list[int | None]
) -> None:
    zone = "Europe/Berlin"
    spell = Spell(2, at(starts, zone), at(ends, zone) if ends else None)

    days = strip([spell], now=at("2026-11-21 12:00", zone), zone=BERLIN, days=3)

    assert [day.level for day in days] == levels


def test_strip_shows_the_worst_of_a_day_and_counts_all() -> None:
    hour = at("2026-11-21 08:00")
    spells = [Spell(3, hour, hour), Spell(1, hour, hour)]

    today = strip(spells, now=at("2026-11-21 12:00"), zone=BERLIN, days=30)[-1]

    assert (today.level, today.count) == (1, 2)


@pytest.mark.parametrize("clocks_change", ["2026-03-29", "2026-10-25"])
def test_strip_has_each_day_once_over_a_clock_change(clocks_change: str) -> None:
    days = strip([], now=at(f"{clocks_change} 12:00"), zone=BERLIN, days=5)

    assert len({day.date for day in days}) == 5


SILENT = {PAYMENTS: Silence("Nightly backup", SINCE)}


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        pytest.param([], HealthState.SILENT, id="its incident is over, and it is still silent"),
        pytest.param([trouble(1, is_silence=True)], HealthState.SILENT, id="all we know"),
        pytest.param([trouble(3)], HealthState.PARTLY, id="something else is open"),
        pytest.param([trouble(1)], HealthState.FAILING, id="it fails"),
        pytest.param([trouble(1, contained_at=SINCE)], HealthState.SILENT, id="contained, silent"),
    ],
)
def test_a_silent_heartbeat_is_never_green(own: list[Trouble], expected: HealthState) -> None:
    found = judge({PAYMENTS: own}, {}, NEEDS, NAMES, SILENT)

    assert found[PAYMENTS].state == expected
    if expected == HealthState.SILENT:
        said = words.as_text(found[PAYMENTS].sentence, zone=ZoneInfo("UTC"), now=SINCE)
        assert said == "No signal since 01:30: Nightly backup has not called in."


def test_an_incident_of_silence_after_the_heartbeat_is_back_is_an_incident() -> None:
    found = judge({PAYMENTS: [trouble(1, is_silence=True)]}, {}, {}, NAMES)

    assert found[PAYMENTS].state == HealthState.PARTLY

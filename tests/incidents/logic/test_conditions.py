"""When a step is left out: a table of conditions at several instants, one of them a DST night."""

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from incidents.logic import condition_words
from incidents.logic.conditions import Conditions, Facts, Kind, fails, holds_for
from rosters.logic.matrix import HoursSpec
from rosters.logic.shifts import RestrictionSpec
from tests.world import at

NIGHT = HoursSpec(
    "the night", ZoneInfo("Europe/Berlin"), (RestrictionSpec(None, time(22), time(6)),)
)
OFFICE = HoursSpec(
    "office hours", ZoneInfo("Europe/Berlin"), (RestrictionSpec(None, time(9), time(17)),)
)
NOON = at("2026-11-18 12:00", "Europe/Berlin")
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("conditions", "facts", "failing"),
    [
        pytest.param({}, {}, None, id="none always hold"),
        pytest.param({"mildest": 2}, {"severity": 2}, None, id="as bad as that"),
        pytest.param({"mildest": 2}, {"severity": 3}, Kind.SEVERITY, id="milder than that"),
        pytest.param({"impact_id": 7}, {"impact_id": 7}, None, id="that kind of harm"),
        pytest.param({"impact_id": 7}, {"impact_id": None}, Kind.IMPACT, id="harm not known"),
        pytest.param({"hours": OFFICE}, {}, None, id="within its hours"),
        pytest.param({"hours": NIGHT}, {}, Kind.HOURS, id="outside its hours"),
        pytest.param(
            {"hours": OFFICE, "hours_read_in": "service"},
            {"zone": "America/New_York"},  # 06:00 there
            Kind.HOURS,
            id="read where the service's team is",
        ),
        pytest.param(
            {"hours": OFFICE, "hours_read_in": "service"},
            {"zone": ""},
            None,
            id="read in their own zone where there is no service",
        ),
        pytest.param(
            {"hours": NIGHT, "hours_read_in": "recipient"},
            {},
            None,
            id="asked of each recipient",
        ),
        pytest.param(
            {"mildest": 1, "hours": OFFICE}, {"severity": 2}, Kind.SEVERITY, id="all must hold"
        ),
    ],
)
def test_a_condition_fails_where_it_is_not_so(
    conditions: dict[str, Any], facts: dict[str, Any], failing: Kind | None
) -> None:
    about = Facts(**{"severity": 1, **facts})

    assert fails(Conditions(**conditions), about, at=NOON) == failing


@pytest.mark.parametrize(
    ("minutes_ago", "holds"),
    [
        pytest.param([0, 1, 4.99], True, id="three within five minutes"),
        pytest.param([0, 1, 5], False, id="the first instant of the window is not in it"),
        pytest.param([0, 1], False, id="too few"),
        pytest.param([-1, 0, 1], False, id="one that comes later"),
    ],
)
def test_signals_are_counted_in_the_time_before(minutes_ago: list[float], holds: bool) -> None:
    conditions = Conditions(least_alerts=3, alerts_within=5 * MINUTE)
    facts = Facts(1, alerts_at=[NOON - ago * MINUTE for ago in minutes_ago])

    assert (fails(conditions, facts, at=NOON) is None) is holds


@pytest.mark.parametrize(
    ("instant", "zone", "holds"),
    [
        ("2026-10-25 02:30", "Europe/Berlin", True),
        ("2026-10-25 05:59", "Europe/Berlin", True),
        ("2026-10-25 06:00", "Europe/Berlin", False),
        ("2026-10-25 05:59", "Asia/Kolkata", True),
        ("2026-10-25 06:00", "Asia/Kolkata", False),
    ],
)
def test_hours_follow_the_wall_where_the_recipient_is(
    instant: str,
    zone: str,
    holds: bool,
) -> None:
    conditions = Conditions(hours=NIGHT, hours_read_in="recipient")

    assert holds_for(conditions, zone, at=at(instant, zone)) is holds


@pytest.mark.parametrize(
    ("conditions", "words"),
    [
        ({"mildest": 1}, "for SEV1"),
        ({"mildest": 2}, "for SEV2 or worse"),
        ({"hours": OFFICE}, "during office hours"),
        (
            {"hours": OFFICE, "hours_read_in": "service"},
            "during office hours, where the team of the service is",
        ),
        (
            {"hours": OFFICE, "hours_read_in": "recipient"},
            "during office hours, where whoever is called is",
        ),
        ({"impact_id": 1, "impact_name": "Privacy"}, "for harm of the kind “Privacy”"),
        (
            {"least_alerts": 10, "alerts_within": 5 * MINUTE},
            "once 10 signals came within 5 minutes",
        ),
    ],
)
def test_each_condition_is_one_sentence(conditions: dict[str, Any], words: str) -> None:
    (said,) = condition_words.only(Conditions(**conditions))

    assert (said.msgid, said.params["when"]) == ("This step is only {when}.", words)


def test_a_step_for_every_severity_has_no_condition() -> None:
    assert Conditions(mildest=4).are_none
    assert condition_words.only(Conditions(mildest=4)) == ()


def test_outside_its_hours_a_step_says_so() -> None:
    moment: datetime = NOON

    said = condition_words.left_out(Conditions(hours=NIGHT), Facts(1), at=moment)

    assert said.msgid.format(**said.params) == "It is outside the night."

"""What a layer's plan says, what is wrong with it, and what makes two of them differ."""

from dataclasses import replace
from datetime import date, time

import pytest

from rosters.logic import plan_words
from rosters.logic.plans import HoursPlan, LayerPlan, days_of, problems
from rosters.logic.starters import Group, layers, monday
from rosters.logic.typed_rows import TurnRow, after, turn_rows
from rosters.logic.zones import named

NAMES = {1: "Ada", 2: "Ben", 3: "Cem"}
PLAN = LayerPlan("First on call", ((1,), (2, 3)), date(2026, 11, 2), time(9))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "Hands over every Monday at 09:00"),
        ({"length": 2}, "Hands over each 2 weeks, Monday 09:00"),
        ({"unit": "day"}, "Hands over every day at 09:00"),
        ({"unit": "hour", "length": 6}, "Hands over every 6 hours, counted from 09:00"),
        ({"unit": "month"}, "Hands over every month on day 2 at 09:00"),
        (
            {"hours": (HoursPlan(time(8), time(18), (0, 1, 2, 3, 4)),)},
            "Hands over every Monday at 09:00. 08:00 to 18:00, Monday to Friday",
        ),
        (
            {"time_zone": "America/New_York", "weekdays": (0, 2)},
            "Hands over every Monday at 09:00 in New York. Only Monday and Wednesday",
        ),
        ({"ends_on": date(2027, 1, 4)}, "Hands over every Monday at 09:00. Until Mon 4 Jan 2027"),
    ],
)
def test_summary(changes: dict[str, object], expected: str) -> None:
    assert plan_words.summary(replace(PLAN, **changes)) == expected  # type: ignore[arg-type]


def test_people_of_one_turn_stand_together() -> None:
    assert plan_words.people(PLAN, NAMES) == "Ada, then Ben with Cem"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"length": 2}, ["A turn lasts 2 weeks instead of 1 week."]),
        ({"turns": ((1,), (2,))}, ["Cem leaves it. The turns are Ada, then Ben."]),
        ({"turns": ((2, 3), (1,))}, ["The turns are Ben with Cem, then Ada."]),
        ({"hours": (HoursPlan(time(8), time(18)),)}, ["Its hours are 08:00 to 18:00, every day"]),
        ({"time_zone": "UTC"}, ["It keeps the time of UTC instead of the roster."]),
        ({"is_shadow": True}, ["Its people only ride along now. They are not called."]),
    ],
)
def test_differences(changes: dict[str, object], expected: list[str]) -> None:
    found = plan_words.differences(PLAN, replace(PLAN, **changes), NAMES)  # type: ignore[arg-type]

    assert len(found) >= len(expected)
    assert all(text.startswith(start) for text, start in zip(found, expected, strict=False))
    assert bool(found) == bool(changes)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "backup"}, "name"),
        ({"turns": ()}, "people"),
        ({"turns": ((1, 1),)}, "people"),
        ({"turns": ((9,),)}, "people"),
        ({"length": 0}, "length"),
        ({"starts_on": date(1999, 1, 1)}, "starts_on"),
        ({"ends_on": date(2026, 11, 2)}, "ends_on"),
        ({"unit": "hour", "weekdays": (0,)}, "weekdays"),
    ],
)
def test_problems_name_their_field(changes: dict[str, object], field: str) -> None:
    found = problems(replace(PLAN, **changes), taken=["Backup"], names=NAMES)  # type: ignore[arg-type]

    assert [one.field for one in found] == [field]


def test_two_plans_have_one_revision_only_if_they_say_the_same() -> None:
    assert PLAN.revision == replace(PLAN).revision
    assert PLAN.revision != replace(PLAN, first=1).revision


def test_every_day_is_written_as_none() -> None:
    assert days_of([6, 5, 4, 3, 2, 1, 0]) == ()
    assert days_of([6, 0, 6]) == (0, 6)


def test_follow_the_sun_begins_with_three_layers_and_their_backups() -> None:
    groups = [
        Group("Asia", (1, 2), time(0), time(8)),
        Group("Europe", (3,), time(8), time(16)),
        Group("Americas", (), time(16), time(0)),
    ]

    found = layers(groups, starts_on=monday(date(2026, 11, 21)), with_backup=True)

    assert [(one.name, one.priority, one.handover_at) for one in found] == [
        ("Asia", 1, time(0)),
        ("Europe", 1, time(8)),
        ("Asia, backup", 2, time(0)),
    ]
    assert found[2].turns == ((2,), (1,))
    assert found[0].starts_on == date(2026, 11, 2)  # a whole round before this Monday


@pytest.mark.parametrize(
    ("act", "expected"),
    [
        ("up_turn:1", ["b", "a", "c"]),
        ("down_turn:1", ["a", "c", "b"]),
        ("up_turn:0", ["a", "b", "c"]),
        ("down_turn:2", ["a", "b", "c"]),
        ("drop_turn:1", ["a", "c"]),
        ("add_turn", ["a", "b", "c", ""]),
        ("drop_turn:9", ["a", "b", "c"]),
        ("drop_hours:1", ["a", "b", "c"]),
        ("nonsense", ["a", "b", "c"]),
    ],
)
def test_rows_after_a_press(act: str, expected: list[str]) -> None:
    rows = [TurnRow(name) for name in "abc"]

    assert [one.name for one in after(rows, act, kind="turn", empty=TurnRow())] == expected


def test_rows_come_in_the_order_of_their_numbers() -> None:
    data = {"person_10": "Cem", "person_2": " Ada  B ", "with_10": "1", "person_x": "no"}

    found = turn_rows(data, lambda name: data.get(name, ""))

    assert found == [TurnRow("Ada B"), TurnRow("Cem", together=True)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        ("Berlin", "Europe/Berlin"),
        ("new york", "America/New_York"),
        ("utc", "UTC"),
        ("Atlantis", None),
        ("", None),
    ],
)
def test_zones_as_people_name_them(text: str, expected: str | None) -> None:
    assert named(text) == expected

"""Drills: planned, finished, called off; each allowed, refused and repeated."""

from datetime import date, timedelta
from typing import Any

import pytest

from config.portal.refusals import Refused
from reviews.enums import DrillKind
from reviews.models import Drill, DrillFinding
from reviews.operations import drills
from reviews.operations.drills import CannotDrill, FindingDraft
from tests.races import together
from tests.world import NOW, World, build

LATER = NOW + timedelta(days=2)


def planned(world: World, **changes: Any) -> Drill:
    facts: dict[str, Any] = {
        "title": " Nobody answers at night ",
        "kind": DrillKind.CALL_OUT,
        "leader": world.bob,
        "planned_at": NOW + timedelta(days=1),
        "by": world.alice,
        "now": NOW,
    }
    return drills.plan(world.service, **(facts | changes))


def finding(world: World, **changes: Any) -> FindingDraft:
    facts: dict[str, Any] = {
        "text": "Bob's number is old",
        "owner": world.bob,
        "due_date": date(2026, 12, 4),
    }
    return FindingDraft(**(facts | changes))


def test_plan_keeps_the_facts(world: World) -> None:
    drill = planned(world)

    assert (drill.title, drill.leader, drill.created_by) == (
        "Nobody answers at night",
        world.bob,
        world.alice,
    )


def test_plan_refuses_a_stranger(world: World) -> None:
    with pytest.raises(Refused, match="team that owns Payments"):
        planned(world, by=world.frank)


@pytest.mark.parametrize(
    ("field", "value"),
    [("title", " "), ("planned_at", NOW - timedelta(hours=1))],
    ids=["no title", "past"],
)
def test_plan_names_the_field_to_change(world: World, field: str, value: object) -> None:
    with pytest.raises(CannotDrill) as refused:
        planned(world, **{field: value})

    assert refused.value.field == field


def test_plan_refuses_a_leader_who_left(world: World) -> None:
    world.bob.left_at = NOW

    with pytest.raises(CannotDrill, match="Bob Example has left"):
        planned(world)


def test_finish_keeps_the_result_and_its_findings(world: World) -> None:
    drill = drills.finish(
        planned(world),
        passed=False,
        asked=5,
        answered=4,
        summary=" One did not answer. ",
        findings=[finding(world)],
        by=world.bob,
        now=LATER,
    )

    drill.refresh_from_db()
    assert (drill.passed, drill.asked, drill.answered) == (False, 5, 4)
    assert drill.summary == "One did not answer."
    assert [one.owner for one in drill.findings.all()] == [world.bob]


def test_finish_twice_is_refused_and_changes_nothing(world: World) -> None:
    drill = drills.finish(planned(world), passed=True, by=world.bob, now=LATER)

    with pytest.raises(Refused, match="has a result already"):
        drills.finish(drill, passed=False, summary="No.", by=world.bob, now=LATER)

    drill.refresh_from_db()
    assert drill.passed is True


def test_finish_refuses_a_finding_without_a_day_to_come(world: World) -> None:
    late = finding(world, due_date=date(2026, 11, 1))

    with pytest.raises(CannotDrill) as refused:
        drills.finish(planned(world), passed=True, findings=[late], by=world.bob, now=LATER)

    assert (refused.value.field, refused.value.draft) == ("due_date", late)


def test_finish_refuses_a_stranger(world: World) -> None:
    with pytest.raises(Refused, match="Only its leader"):
        drills.finish(planned(world), passed=True, by=world.frank, now=LATER)


def test_call_off_twice_changes_nothing(world: World) -> None:
    drill = drills.call_off(planned(world), by=world.bob, now=NOW)

    again = drills.call_off(drill, by=world.frank, now=LATER)

    assert again.called_off_at == NOW


def test_call_off_refuses_what_is_finished(world: World) -> None:
    drill = drills.finish(planned(world), passed=True, by=world.bob, now=LATER)

    with pytest.raises(Refused, match="has a result"):
        drills.call_off(drill, by=world.bob, now=LATER)


def test_close_keeps_who_dealt_with_it_first(world: World) -> None:
    drill = drills.finish(
        planned(world), passed=True, findings=[finding(world)], by=world.bob, now=LATER
    )
    closed = drills.close(drill.findings.get(), by=world.bob, now=LATER)

    again = drills.close(closed, by=world.alice, now=LATER + timedelta(days=1))

    assert (again.done_by, again.done_at) == (world.bob, LATER)


def test_close_refuses_a_stranger(world: World) -> None:
    drill = drills.finish(
        planned(world), passed=True, findings=[finding(world)], by=world.bob, now=LATER
    )

    with pytest.raises(Refused, match="Only Bob Example"):
        drills.close(drill.findings.get(), by=world.frank, now=LATER)


def dealt_with(world: World) -> DrillFinding:
    drill = drills.finish(
        planned(world), passed=True, findings=[finding(world)], by=world.bob, now=LATER
    )
    return drills.close(drill.findings.get(), by=world.bob, now=LATER)


def test_reopen_undoes_what_was_dealt_with(world: World) -> None:
    again = drills.reopen(dealt_with(world), by=world.alice, now=LATER)

    again.refresh_from_db()
    assert (again.done_at, again.done_by) == (None, None)


def test_reopen_twice_changes_nothing(world: World) -> None:
    once = drills.reopen(dealt_with(world), by=world.bob, now=LATER)

    twice = drills.reopen(once, by=world.bob, now=LATER)

    assert twice.done_at is None


def test_reopen_refuses_a_stranger(world: World) -> None:
    closed = dealt_with(world)

    with pytest.raises(Refused, match="Only Bob Example"):
        drills.reopen(closed, by=world.frank, now=LATER)

    closed.refresh_from_db()
    assert closed.done_by == world.bob


@pytest.mark.django_db(transaction=True)
def test_closing_against_opening_again_ends_in_one_of_both() -> None:
    world = build()
    one = dealt_with(world)

    results = together(
        *(lambda: drills.reopen(one, by=world.bob, now=LATER) for _ in range(3)),
        *(lambda: drills.close(one, by=world.alice, now=LATER) for _ in range(3)),
    )

    one.refresh_from_db()
    assert all(isinstance(result, DrillFinding) for result in results), results
    assert (one.done_at, one.done_by) in [(None, None), (LATER, world.alice), (LATER, world.bob)]

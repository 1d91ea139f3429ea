"""Planned work holds alerts back, keeps them quiet, or pauses the calls."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from incidents.enums import EntryKind, MaintenanceMode, Promise, Recurrence, RuleAction
from incidents.models import Alert, EscalationRun, Incident, MaintenanceWindow, Notification
from incidents.operations import engine, lifecycle, opening, pausing, waiting
from incidents.queries.calls import calls_for
from rosters.models import Service
from tests.incidents.operations.test_sorting import (
    outcomes,
    rule,
    send,
    signal,
    when,
)
from tests.world import NOW, World

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def plan(
    world: World,
    mode: MaintenanceMode = MaintenanceMode.HOLD,
    *,
    starts_at: datetime = NOW - HOUR,
    ends_at: datetime = NOW + HOUR,
    services: tuple[Service, ...] | None = None,
    **facts: Any,
) -> MaintenanceWindow:
    given = {"title": "New database", "owner": world.alice, "time_zone": "Europe/Berlin"}
    window: MaintenanceWindow = MaintenanceWindow.objects.create(
        mode=mode, starts_at=starts_at, ends_at=ends_at, **(given | facts)
    )
    window.services.set([world.service] if services is None else services)
    return window


def test_what_is_held_opens_at_the_end_and_says_why(world: World) -> None:
    window = plan(world)

    answer = send(world, signal("a", severity=1))
    again = send(world, signal("a", severity=1), at=NOW + MINUTE)
    alert = Alert.objects.get()
    early = waiting.release(now=NOW + 59 * MINUTE)

    assert outcomes(answer) == outcomes(again) == ["held"]
    assert (alert.held_by, alert.held_at, alert.held_until) == (window, NOW, NOW + HOUR)
    assert early == 0
    assert not Incident.objects.exists()

    waiting.sweep(now=NOW + HOUR)

    incident = Incident.objects.get()
    entry = incident.timeline.get(kind=EntryKind.ALERTS_JOINED)
    assert incident.detected_at == NOW + HOUR
    assert entry.params["window"] == "New database"
    assert entry.params["held_at"] == NOW.isoformat()
    alert.refresh_from_db()
    assert (alert.incident, alert.held_by, alert.held_at, alert.held_until) == (
        incident, None, None, None,
    )  # fmt: skip


def test_what_stopped_while_it_was_held_opens_nothing(world: World) -> None:
    plan(world)
    send(world, signal("a"))
    send(world, signal("a", is_firing=False), at=NOW + MINUTE)

    waiting.sweep(now=NOW + HOUR)

    assert not Incident.objects.exists()
    assert not Alert.objects.exclude(held_by=None).exists()


def test_log_only_keeps_it_and_calls_nobody_even_at_the_end(world: World) -> None:
    plan(world, MaintenanceMode.LOG)

    answer = send(world, signal("a"))
    waiting.sweep(now=NOW + HOUR)

    assert outcomes(answer) == ["suppressed"]
    assert not Incident.objects.exists()
    assert outcomes(send(world, signal("a"), at=NOW + HOUR)) == ["created"]


def test_the_end_is_no_part_of_the_work(world: World) -> None:
    plan(world)

    assert outcomes(send(world, signal("a"), at=NOW + HOUR)) == ["created"]
    assert outcomes(send(world, signal("b"), at=NOW + HOUR - MINUTE)) == ["held"]


def test_only_tell_and_pause_hold_no_alert(world: World) -> None:
    plan(world, MaintenanceMode.TELL)
    plan(world, MaintenanceMode.PAUSE)

    assert outcomes(send(world, signal("a"))) == ["created"]


def test_an_alert_that_joins_an_open_incident_is_never_hidden(world: World) -> None:
    world.source.grouping_minutes = 120
    send(world, signal("a"), at=NOW - 2 * MINUTE)
    plan(world, starts_at=NOW - MINUTE)

    same = send(world, signal("a"))
    joins = send(world, signal("b"))

    assert outcomes(same) == outcomes(joins) == ["grouped"]
    assert {alert.key for alert in Incident.objects.get().alerts.all()} == {"a", "b"}


def test_a_rule_that_suppresses_wins(world: World) -> None:
    plan(world)
    rule(world, action=RuleAction.SUPPRESS)

    assert outcomes(send(world, signal("a"))) == ["suppressed"]
    assert Alert.objects.get().held_by is None


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [(30, ("held", 60)), (60, ("held", 60)), (90, ("held", 90))],
    ids=["its wait ends within", "it ends with the work", "it ends later"],
)
def test_a_wait_that_a_rule_asks_for_goes_on(
    world: World, minutes: int, expected: tuple[str, int]
) -> None:
    plan(world)
    rule(world, conditions=[when("firing", "at_least", minutes=minutes)])

    answer = send(world, signal("a"))

    alert = Alert.objects.get()
    assert (outcomes(answer)[0], alert.held_until) == (expected[0], NOW + expected[1] * MINUTE)


def test_work_by_source_and_label_lets_others_through(world: World) -> None:
    window = plan(world, services=(), labels={"region": "eu-*"})
    window.sources.set([world.source])

    answer = send(
        world, signal("a", labels={"region": "EU-west"}), signal("b", labels={"region": "us"})
    )

    assert outcomes(answer) == ["held", "created"]


def test_every_week_at_its_wall_time(world: World) -> None:
    plan(
        world,
        starts_at=NOW - timedelta(days=7, hours=1),
        ends_at=NOW - timedelta(days=7) + HOUR,
        recurrence=Recurrence.WEEKLY,
    )

    assert outcomes(send(world, signal("a"))) == ["held"]
    assert outcomes(send(world, signal("b"), at=NOW + HOUR)) == ["created"]


def test_windows_cost_one_query_whatever_their_number_and_old_ones_are_not_loaded(
    world: World,
) -> None:
    send(world, signal("x"))
    plan(world)
    with CaptureQueriesContext(connection) as few:
        send(world, signal("a"))
    for _ in range(20):
        plan(world)
        plan(world, starts_at=NOW - 9 * HOUR, ends_at=NOW - 8 * HOUR)
    with CaptureQueriesContext(connection) as many:
        send(world, *(signal(f"b{n}") for n in range(20)))

    assert len(many) == len(few)
    asked = [q["sql"] for q in many.captured_queries if "maintenancewindow" in q["sql"]]
    assert sum("SELECT" in sql and "ARRAY" in sql for sql in asked) == 1


def test_called_off_work_holds_nothing_any_more(world: World) -> None:
    window = plan(world)
    send(world, signal("a"))
    MaintenanceWindow.objects.filter(pk=window.pk).update(called_off_at=NOW + MINUTE)

    waiting.sweep(now=NOW + MINUTE)

    assert Incident.objects.get().detected_at == NOW + MINUTE


def test_an_end_that_moves_takes_held_alerts_with_it(world: World) -> None:
    window = plan(world)
    send(world, signal("a"))
    MaintenanceWindow.objects.filter(pk=window.pk).update(ends_at=NOW + 3 * HOUR)

    waiting.sweep(now=NOW + HOUR)
    alert = Alert.objects.get()

    assert not Incident.objects.exists()
    assert (alert.held_at, alert.held_until) == (NOW, NOW + 3 * HOUR)


def test_work_that_follows_without_a_break_holds_on(world: World) -> None:
    plan(world)
    second = plan(world, starts_at=NOW + HOUR, ends_at=NOW + 2 * HOUR)
    send(world, signal("a"))

    waiting.sweep(now=NOW + HOUR)
    alert = Alert.objects.get()

    assert (alert.held_by, alert.held_at, alert.held_until) == (second, NOW, NOW + 2 * HOUR)
    waiting.sweep(now=NOW + 2 * HOUR)
    assert Incident.objects.exists()


def calls(incident: Incident) -> list[tuple[str, timedelta]]:
    rows = Notification.objects.filter(
        incident=incident, run__clock__promise=Promise.ACKNOWLEDGE
    ).order_by("created_at", "pk")
    return [(row.person.short_name, row.created_at - NOW) for row in rows]


def tick(*minutes: int) -> None:
    for minute in minutes:
        engine.tick(now=NOW + minute * MINUTE)


def opened(world: World, *, by: Any = None) -> Incident:
    facts: dict[str, Any] = {"service": world.service, "source": None if by else world.source}
    return opening.open_incident(opening.Opening("Slow", 1, **facts), by=by, now=NOW)


def test_paused_steps_wait_for_the_end_and_keep_their_distances(world: World) -> None:
    plan(world, MaintenanceMode.PAUSE, ends_at=NOW + 30 * MINUTE)
    incident = opened(world)

    tick(0, 5, 15, 29)
    assert calls(incident) == []
    tick(30, 31, 35, 44, 45)

    assert calls(incident) == [
        ("Alice", 30 * MINUTE),
        ("Bob", 35 * MINUTE),
        ("Carol", 45 * MINUTE),
    ]
    [entry] = incident.timeline.filter(kind=EntryKind.STEPS_PAUSED)
    assert entry.params["window"] == "New database"
    assert not incident.timeline.filter(kind=EntryKind.RAN_LATE).exists()


def test_work_that_begins_between_two_steps_delays_the_second_only(world: World) -> None:
    plan(world, MaintenanceMode.PAUSE, starts_at=NOW + 2 * MINUTE, ends_at=NOW + 22 * MINUTE)
    incident = opened(world)

    tick(0, 5, 6, 22, 32)

    assert calls(incident) == [("Alice", 0 * MINUTE), ("Bob", 22 * MINUTE), ("Carol", 32 * MINUTE)]


def test_what_a_person_declares_always_calls(world: World) -> None:
    plan(world, MaintenanceMode.PAUSE)
    incident = opened(world, by=world.erin)

    tick(0)

    assert [who for who, _ in calls(incident)] == ["Alice"]


def test_another_service_is_not_paused(world: World) -> None:
    shop = Service.objects.create(name="Shop", slug="shop", owner_team=world.team)
    plan(world, MaintenanceMode.PAUSE, services=(shop,))
    incident = opened(world)

    tick(0)

    assert [who for who, _ in calls(incident)] == ["Alice"]


def test_called_off_work_lets_the_calls_go_at_once(world: World) -> None:
    window = plan(world, MaintenanceMode.PAUSE)
    incident = opened(world)
    tick(0, 1)
    MaintenanceWindow.objects.filter(pk=window.pk).update(called_off_at=NOW + 10 * MINUTE)

    pausing.let_go(window.pk, now=NOW + 10 * MINUTE)
    tick(10, 15)

    assert calls(incident) == [("Alice", 10 * MINUTE), ("Bob", 15 * MINUTE)]


def test_an_end_that_moves_pauses_on_and_is_said_again(world: World) -> None:
    window = plan(world, MaintenanceMode.PAUSE)
    incident = opened(world)
    tick(0)
    MaintenanceWindow.objects.filter(pk=window.pk).update(ends_at=NOW + 2 * HOUR)

    tick(60, 120, 125)

    assert calls(incident) == [("Alice", 120 * MINUTE), ("Bob", 125 * MINUTE)]
    assert incident.timeline.filter(kind=EntryKind.STEPS_PAUSED).count() == 2


def test_a_climb_pulled_forward_while_it_is_paused_is_not_put_off_twice(world: World) -> None:
    plan(world, MaintenanceMode.PAUSE)
    incident = opened(world)
    tick(0)
    EscalationRun.objects.filter(clock__promise=Promise.ACKNOWLEDGE).update(
        next_due_at=NOW + MINUTE
    )

    tick(1, 60, 65)

    assert calls(incident) == [("Alice", 60 * MINUTE), ("Bob", 65 * MINUTE)]
    assert incident.timeline.filter(kind=EntryKind.STEPS_PAUSED).count() == 1


def test_pausing_costs_the_same_for_one_and_for_many(world: World) -> None:
    plan(world, MaintenanceMode.PAUSE)
    opened(world)
    with CaptureQueriesContext(connection) as one:
        tick(0)
    for _ in range(20):
        opened(world)
    with CaptureQueriesContext(connection) as many:
        tick(1)

    assert len(many) == len(one)


def test_the_sentence_says_that_the_calls_are_paused(world: World) -> None:
    plan(world, MaintenanceMode.PAUSE)
    incident = opened(world)
    before = calls_for([incident], now=NOW)[incident.pk].outlook
    tick(0)
    after = calls_for([incident], now=NOW + MINUTE)[incident.pk]

    assert before == after.outlook
    assert before.at == NOW + HOUR
    assert before.sentence.params["window"] == "New database"
    assert [call.at - NOW for _, call in after.upcoming if _ == Promise.ACKNOWLEDGE][:3] == [
        HOUR,
        HOUR + 5 * MINUTE,
        HOUR + 15 * MINUTE,
    ]


def test_somebody_acknowledges_while_the_calls_are_paused(world: World) -> None:
    plan(world, MaintenanceMode.PAUSE)
    incident = opened(world)
    tick(0)
    lifecycle.acknowledge(incident, by=world.alice, now=NOW + MINUTE)

    tick(60, 65)

    run = EscalationRun.objects.get(clock__promise=Promise.ACKNOWLEDGE)
    assert run.finished_at == NOW + MINUTE
    assert calls(incident) == []

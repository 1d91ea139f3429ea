"""The tick: who is told, when, exactly once, and what happens when nobody can be."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from config.portal.refusals import Refused
from incidents.enums import FinishReason, Promise
from incidents.models import EscalationRun, Incident, Notification, ResponseClock
from incidents.operations import engine, lifecycle, updates
from incidents.operations.lifecycle import AlreadyAcknowledged, Opening
from incidents.operations.updates import UpdateText
from rosters.enums import MessageState
from rosters.models import Absence, ContactPoint, Message
from tests.world import NOW, World

pytestmark = pytest.mark.django_db


def minutes(count: float) -> datetime:
    return NOW + timedelta(minutes=count)


def declare(world: World, *, severity: int = 1) -> Incident:
    opening = Opening(title="Card payments fail", severity=severity, service=world.service)
    return lifecycle.open_incident(opening, by=world.erin, now=NOW)


def told(incident: Incident) -> list[tuple[str, float]]:
    """Who was told, and how many minutes after detection."""
    rows = Notification.objects.filter(incident=incident).order_by("created_at", "pk")
    return [
        (row.person.short_name, (row.created_at - NOW) / timedelta(minutes=1))
        for row in rows.select_related("person")
    ]


def run_until(last: float, *, every: float = 1) -> None:
    count = 0.0
    while count <= last:
        engine.tick(now=minutes(count))
        count += every


def kinds(incident: Incident) -> list[str]:
    return list(incident.timeline.order_by("at", "pk").values_list("kind", flat=True))


def test_the_ladder_climbs_by_itself_until_the_catch_all_is_used_up(world: World) -> None:
    incident = declare(world)
    ResponseClock.objects.exclude(promise=Promise.ACKNOWLEDGE).delete()

    run_until(90)

    assert told(incident) == [
        ("Alice", 0),
        ("Bob", 5),
        ("Carol", 15),
        ("Alice", 30),
        ("Bob", 35),
        ("Carol", 45),
        ("Carol", 55),
        ("Carol", 65),
    ]
    run = EscalationRun.objects.get(clock__incident=incident)
    assert run.finish_reason == FinishReason.EXHAUSTED
    assert "exhausted" in kinds(incident)


def test_nothing_is_told_before_it_is_due(world: World) -> None:
    incident = declare(world)
    engine.tick(now=NOW)

    engine.tick(now=minutes(4.99))

    assert told(incident) == [("Alice", 0)]


def test_ticking_twice_at_the_same_instant_tells_once(world: World) -> None:
    incident = declare(world)

    engine.tick(now=NOW)
    engine.tick(now=NOW)

    assert told(incident) == [("Alice", 0)]
    assert Message.objects.count() == 1


def test_an_acknowledgement_ends_its_own_clock_only(world: World) -> None:
    incident = declare(world)
    engine.tick(now=NOW)

    lifecycle.acknowledge(incident, by=world.alice, now=minutes(3))
    run_until(80)

    assert ("Bob", 5.0) not in told(incident)
    assert told(incident) == [("Alice", 0), ("Dora", 23), ("Dora", 60)]


def test_acknowledging_cancels_what_is_planned(world: World) -> None:
    incident = declare(world)
    engine.tick(now=NOW)

    lifecycle.acknowledge(incident, by=world.alice, now=minutes(1))

    assert list(Message.objects.values_list("state", flat=True)) == [MessageState.CANCELLED]


def test_acknowledging_twice_changes_nothing(world: World) -> None:
    incident = declare(world)
    lifecycle.acknowledge(incident, by=world.alice, now=minutes(1))

    again = lifecycle.acknowledge(incident, by=world.alice, now=minutes(2))

    assert again.acknowledged_at == minutes(1)
    assert kinds(incident).count("acknowledged") == 1


def test_the_slower_one_reads_who_has_it(world: World) -> None:
    incident = declare(world)
    lifecycle.acknowledge(incident, by=world.alice, now=minutes(1))

    with pytest.raises(AlreadyAcknowledged) as refused:
        lifecycle.acknowledge(incident, by=world.bob, now=minutes(2))

    assert refused.value.sentence.params["who"] == "Alice Example"
    assert refused.value.sentence.params["done_at"] == minutes(1)


def test_a_stranger_may_not_acknowledge(world: World) -> None:
    incident = declare(world)

    with pytest.raises(Refused, match="Only the people we called"):
        lifecycle.acknowledge(incident, by=world.frank, now=minutes(1))


@pytest.mark.parametrize("name", ["alice", "bob", "carol"])
def test_responders_may_acknowledge_before_they_are_told(world: World, name: str) -> None:
    incident = declare(world)

    lifecycle.acknowledge(incident, by=world.people[name], now=minutes(1))

    incident.refresh_from_db()
    assert incident.acknowledged_by == world.people[name]


def test_handing_back_goes_on_at_once_where_it_stopped(world: World) -> None:
    incident = declare(world)
    engine.tick(now=NOW)
    lifecycle.acknowledge(incident, by=world.alice, now=minutes(1))

    lifecycle.hand_back(incident, by=world.alice, now=minutes(2))
    engine.tick(now=minutes(2))

    assert told(incident) == [("Alice", 0), ("Bob", 2)]
    incident.refresh_from_db()
    assert incident.acknowledged_at is None


def test_what_lay_in_the_time_somebody_had_it_is_not_called_in_a_burst(world: World) -> None:
    incident = declare(world)
    engine.tick(now=NOW)
    lifecycle.acknowledge(incident, by=world.alice, now=minutes(1))

    lifecycle.hand_back(incident, by=world.alice, now=minutes(40))
    for second in range(10):
        engine.tick(now=minutes(40 + second / 60))
    soon = told(incident)
    engine.tick(now=minutes(50))

    assert soon == [("Alice", 0), ("Bob", 40)]
    assert told(incident) == [("Alice", 0), ("Bob", 40), ("Carol", 50)]


def test_an_empty_step_gives_way_at_once_and_later_ones_keep_their_time(world: World) -> None:
    Absence.objects.create(person=world.bob, starts_at=minutes(-60), ends_at=minutes(600))
    incident = declare(world)

    run_until(16)

    assert told(incident) == [("Alice", 0), ("Carol", 5)]
    assert "step_skipped" in kinds(incident)


def test_somebody_away_first_gives_way_to_the_backup(world: World) -> None:
    Absence.objects.create(person=world.alice, starts_at=minutes(-60), ends_at=minutes(600))
    incident = declare(world)

    engine.tick(now=NOW)

    assert told(incident) == [("Bob", 0)]


def test_nobody_at_all_is_said_and_the_climb_goes_on(world: World) -> None:
    ContactPoint.objects.all().delete()
    incident = declare(world)

    engine.tick(now=NOW)

    assert told(incident) == []
    run = EscalationRun.objects.get(clock__incident=incident, clock__promise=Promise.ACKNOWLEDGE)
    assert run.next_due_at == minutes(30)


def test_a_person_who_could_not_be_reached_makes_the_next_step_due(world: World) -> None:
    incident = declare(world)
    engine.tick(now=NOW)
    Message.objects.update(state=MessageState.FAILED)

    engine.tick(now=minutes(1))

    assert told(incident) == [("Alice", 0), ("Bob", 1)]
    assert "unreached" in kinds(incident)


def test_an_outage_is_followed_by_one_step_and_shifts_the_rest(world: World) -> None:
    incident = declare(world)
    ResponseClock.objects.exclude(promise=Promise.ACKNOWLEDGE).delete()
    engine.tick(now=NOW)

    for count in (125, 126, 134, 135):
        engine.tick(now=minutes(count))

    assert told(incident) == [("Alice", 0), ("Bob", 125), ("Carol", 135)]
    assert "ran_late" in kinds(incident)


def test_updates_that_stop_coming_climb_and_each_update_starts_anew(world: World) -> None:
    incident = declare(world)
    lifecycle.acknowledge(incident, by=world.alice, now=minutes(1))
    text = UpdateText("One in five fails.", "The bank confirms it.", "We move cards.")

    updates.post(incident, text, key=UUID(int=1), by=world.alice, now=minutes(20))
    run_until(39)
    before = told(incident)
    run_until(41)

    assert before == []
    assert told(incident) == [("Dora", 40)]


def test_the_review_clock_climbs_after_five_working_days(world: World) -> None:
    incident = declare(world)
    lifecycle.resolve(incident, by=world.alice, at=minutes(30), now=minutes(30))

    engine.tick(now=NOW + timedelta(days=6, hours=13, minutes=59))
    before = told(incident)
    engine.tick(now=NOW + timedelta(days=6, hours=14))

    assert before == []
    assert [name for name, _ in told(incident)] == ["Dora"]


def test_resolving_ends_every_climb(world: World) -> None:
    incident = declare(world)
    engine.tick(now=NOW)

    lifecycle.resolve(incident, by=world.alice, at=minutes(2), now=minutes(2))
    run_until(300, every=5)

    assert told(incident) == [("Alice", 0)]


def test_a_clock_past_its_target_says_so(world: World) -> None:
    incident = declare(world)

    engine.tick(now=minutes(61))

    breached = ResponseClock.objects.filter(incident=incident, breached_at__isnull=False)
    assert set(breached.values_list("promise", flat=True)) == {"acknowledge", "contain"}


def test_one_broken_row_never_stops_the_others(world: World) -> None:
    broken, healthy = declare(world), declare(world)
    run = EscalationRun.objects.get(clock__incident=broken, clock__promise=Promise.ACKNOWLEDGE)
    EscalationRun.objects.filter(pk=run.pk).update(plan=[[0, 0]])

    engine.tick(now=NOW)

    assert told(broken) == []
    assert told(healthy) == [("Alice", 0)]
    run.refresh_from_db()
    assert run.next_due_at == NOW + engine.PUSH_BACK


@pytest.mark.parametrize("count", [3, 30])
def test_a_tick_reads_and_writes_a_constant_number_of_times(
    world: World, count: int, django_assert_max_num_queries
) -> None:
    for _ in range(count):
        declare(world)

    with django_assert_max_num_queries(46):
        engine.tick(now=NOW)

    assert Notification.objects.count() == count


def test_the_last_call_of_a_ladder_is_cancelled_too(world: World) -> None:
    incident = declare(world)
    run_until(60)
    exhausted = EscalationRun.objects.get(clock__incident=incident, clock__promise="contain")
    assert exhausted.finish_reason == FinishReason.EXHAUSTED

    lifecycle.contain(incident, by=world.alice, at=minutes(60), now=minutes(60))

    messages = Message.objects.filter(subject_key=f"run:{exhausted.pk}")
    assert set(messages.values_list("state", flat=True)) == {MessageState.CANCELLED}
    exhausted.refresh_from_db()
    assert exhausted.finish_reason == FinishReason.EXHAUSTED


def test_a_tick_with_nothing_to_do_takes_no_lock_on_what_is_open(
    world: World, django_assert_max_num_queries
) -> None:
    declare(world)
    engine.tick(now=NOW)

    with django_assert_max_num_queries(14) as asked:
        engine.tick(now=NOW)

    assert not [
        one["sql"] for one in asked if "escalationrun" in one["sql"] and "FOR" in one["sql"]
    ]

"""Rules with conditions: the sentences and the engine hold the same list."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.portal import words
from incidents.enums import AckMode, Choose, HoursReadIn, Promise, TargetKind
from incidents.logic.rules import UNTIL_ACKNOWLEDGED
from incidents.models import (
    Alert,
    EscalationRun,
    EscalationStep,
    ImpactClass,
    Incident,
    Notification,
    PolicyVersion,
    ResponseClock,
)
from incidents.models.policy import HARD_CAP
from incidents.operations import engine, lifecycle
from incidents.operations.lifecycle import Opening
from incidents.queries import calls, rules
from incidents.queries.rules import Rule
from rosters.models import Absence, MatrixEntry, NamedHours, NamedHoursSpan, Person
from tests.world import NOW, World, at, make_roster

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
DST_NIGHT = at("2026-10-25 02:30", "Europe/Berlin")
EVENING = at("2026-11-18 19:58", "Europe/Berlin")
Change = Callable[[World], None]


def hours(starts: int, ends: int, zone: str = "Europe/Berlin") -> NamedHours:
    found = NamedHours.objects.create(name=f"{starts} to {ends} in {zone}", time_zone=zone)
    for weekday in range(7):
        NamedHoursSpan.objects.create(
            hours=found, weekday=weekday, starts_at=time(starts), ends_at=time(ends)
        )
    return found


def change(world: World, order: int, **facts: Any) -> None:
    EscalationStep.objects.filter(version=world.version, order=order).update(**facts)


def first_by_day(world: World) -> None:
    change(world, 1, hours=hours(8, 20))


def backup_by_night(world: World) -> None:
    change(world, 2, hours=hours(22, 6))


def first_where_they_are(world: World) -> None:
    Person.objects.filter(pk=world.alice.pk).update(time_zone="Asia/Tokyo")
    change(world, 1, hours=hours(8, 20, "UTC"), hours_read_in=HoursReadIn.RECIPIENT)


def first_where_the_team_is(world: World) -> None:
    world.service.owner_team.time_zone = "America/New_York"
    world.service.owner_team.save()
    change(world, 1, hours=hours(8, 20), hours_read_in=HoursReadIn.SERVICE)


def backup_only_for_the_worst(world: World) -> None:
    change(world, 2, mildest_severity=1)


def first_only_in_a_storm(world: World) -> None:
    change(world, 1, least_alerts=3, alerts_within_minutes=10)


def backup_only_for_privacy(world: World) -> None:
    harm = ImpactClass.objects.create(name="Privacy", slug="privacy")
    change(world, 2, impact=harm)


def whoever_is_next(world: World) -> None:
    roster = make_roster("Turns", [[world.erin, world.frank]], now=NOW)
    step = EscalationStep.objects.get(version=world.version, order=2)
    step.targets.update(roster=roster, choose=Choose.NEXT)


def the_next_is_away(world: World) -> None:
    whoever_is_next(world)
    for person in (world.erin, world.frank):
        Absence.objects.create(
            person=person, starts_at=NOW - timedelta(days=60), ends_at=NOW + timedelta(days=60)
        )


def each_of_the_first(world: World) -> None:
    change(world, 1, ack_mode=AckMode.ALL)
    EscalationStep.objects.get(version=world.version, order=1).targets.update(choose=Choose.ALL)


def from_the_second(world: World) -> None:
    PolicyVersion.objects.update(repeat_from=2, loop_minutes=12, repeats=2)


def by_day_from_the_second(world: World) -> None:
    from_the_second(world)
    backup_by_night(world)


CHANGES: list[Change] = [
    first_by_day,
    backup_by_night,
    first_where_they_are,
    first_where_the_team_is,
    backup_only_for_the_worst,
    first_only_in_a_storm,
    backup_only_for_privacy,
    whoever_is_next,
    the_next_is_away,
    each_of_the_first,
    from_the_second,
    by_day_from_the_second,
]


def rule_of(world: World, severity: int, now: datetime) -> Rule:
    return rules.of(world.service, severity, reader=world.frank, now=now)


def foretold(rule: Rule) -> list[tuple[str, float]]:
    """What the page says of the first round: who is called, and after how many minutes."""
    return [(one.short_name, step.wait / MINUTE) for step in rule.calls for one in step.people]


def declare(world: World, severity: int, now: datetime) -> Incident:
    opening = Opening(title="Card payments fail", severity=severity, service=world.service)
    incident = lifecycle.open_incident(opening, by=world.erin, now=now)
    ResponseClock.objects.filter(incident=incident).exclude(promise=Promise.ACKNOWLEDGE).delete()
    return incident


def made(incident: Incident, now: datetime, *, minutes: int) -> list[tuple[str, float, int]]:
    """What the engine does when nobody answers: who, when and at which position."""
    climbs = EscalationRun.objects.open().filter(clock__incident=incident)
    while (run := climbs.filter(next_due_at__lte=now + minutes * MINUTE).first()) is not None:
        assert run.next_due_at is not None
        engine.tick(now=run.next_due_at)
    rows = Notification.objects.filter(incident=incident).order_by("created_at", "pk")
    return [
        (row.person.short_name, (row.created_at - now) / MINUTE, row.position)
        for row in rows.select_related("person")
    ]


@pytest.mark.parametrize(
    ("severity", "now"), [(1, DST_NIGHT), (2, EVENING)], ids=["DST night", "milder, evening"]
)
@pytest.mark.parametrize("changed", CHANGES, ids=lambda one: one.__name__)
def test_sentences_forecast_and_engine_hold_the_same_list(
    world: World, changed: Change, severity: int, now: datetime
) -> None:
    MatrixEntry.objects.update(valid_from=None)
    changed(world)
    said = foretold(rule_of(world, severity, now))
    incident = declare(world, severity, now)
    (climb,) = calls.calls_for([incident], now=now, ahead=9)[incident.pk].climbs
    foreseen = [
        (one.short_name, (call.at - now) / MINUTE, call.position)
        for call in climb.calls
        for one in call.people
        if call.at <= now + 60 * MINUTE
    ]

    done = made(incident, now, minutes=60)

    assert done[: len(foreseen)] == foreseen
    assert said == [(who, when) for who, when, position in done if position < 3]


def texts(rule: Rule, now: datetime) -> list[str]:
    zone = now.tzinfo
    assert zone is not None
    found = []
    for step in rule.calls:
        parts = [step.said, *step.only, *([step.names] if step.names else []), *step.also]
        found.append(words.as_text(parts, zone=zone, now=now))
    return found


def test_a_step_that_is_left_out_says_why_and_the_next_says_when_usually(world: World) -> None:
    backup_by_night(world)

    said = texts(rule_of(world, 1, EVENING), EVENING)

    assert said[1] == (
        "It is outside 22 to 6 in Europe/Berlin. We leave out the backup for Payments and make the"
        " next call at once."
    )
    assert said[2].endswith("Usually this is after 15 minutes. The step before is left out now.")


def test_a_step_with_a_condition_says_it_where_it_holds(world: World) -> None:
    backup_only_for_the_worst(world)

    said = texts(rule_of(world, 1, NOW), NOW)

    assert "This step is only for SEV1." in said[1]


def test_a_step_left_out_by_its_rule_is_no_gap(world: World) -> None:
    backup_by_night(world)

    rule = rule_of(world, 1, EVENING)

    assert rule.empty_steps == 0


def test_each_of_them_and_what_repeats_is_said(world: World) -> None:
    each_of_the_first(world)
    from_the_second(world)

    rule = rule_of(world, 1, NOW)

    assert "Each of them must acknowledge: one is not enough." in texts(rule, NOW)[0]
    assert rule.repeats is not None
    assert "start again from step {from_step}" in rule.repeats.msgid
    assert rule.repeats.params["from_step"] == "2"


def test_whoever_is_next_is_not_who_is_on_call_now(world: World) -> None:
    whoever_is_next(world)

    rule = rule_of(world, 1, NOW)

    assert [one.reason for one in rule.calls[1].people] == ["next on call for Payments"]
    said = texts(rule, NOW)[1]
    assert "we phone whoever is on call next for Payments" in said


def storm(incident: Incident, world: World, *, at_minutes: list[float]) -> None:
    Alert.objects.create(
        source=world.source,
        incident=incident,
        key=f"{incident.pk}:{len(at_minutes)}",
        name="CardErrors",
        status="firing",
        first_received_at=NOW,
        last_received_at=NOW + max(at_minutes) * MINUTE,
        recent_at=[NOW + minute * MINUTE for minute in at_minutes],
    )


def test_signals_are_counted_over_all_of_an_incident(world: World) -> None:
    change(world, 2, least_alerts=3, alerts_within_minutes=5)
    incident, calm = declare(world, 1, NOW), declare(world, 1, NOW)
    storm(incident, world, at_minutes=[1, 2])
    storm(incident, world, at_minutes=[3])
    storm(calm, world, at_minutes=[1, 2])

    for minute in range(6):
        engine.tick(now=NOW + minute * MINUTE)

    second = Notification.objects.filter(position__gt=0, incident__in=[incident, calm])
    assert {(one.incident_id, one.person.short_name) for one in second} == {
        (incident.pk, "Bob"),
        (calm.pk, "Carol"),
    }


def test_a_tick_with_conditions_costs_as_much_for_many_as_for_few(world: World) -> None:
    change(world, 1, hours=hours(0, 0), least_alerts=2, alerts_within_minutes=5)

    def statements(now: datetime) -> int:
        with CaptureQueriesContext(connection) as captured:
            engine.tick(now=now)
        return len(captured)

    for _ in range(3):
        declare(world, 1, NOW)
    few = statements(NOW)
    Incident.objects.all().delete()
    for _ in range(30):
        declare(world, 1, NOW)

    assert statements(NOW) == few


def test_the_role_that_the_clock_asks_is_called(world: World) -> None:
    EscalationStep.objects.filter(version=world.version, order=1).update(clock=Promise.FILL_ROLE)
    step = EscalationStep.objects.get(version=world.version, clock=Promise.FILL_ROLE)
    step.targets.update(kind=TargetKind.ASKED, roster=None)
    incident = declare(world, 1, NOW)
    clock = ResponseClock.objects.create(
        incident=incident,
        promise=Promise.FILL_ROLE,
        role=world.director,
        started_at=NOW,
        target_at=NOW + MINUTE,
        at_risk_at=NOW,
    )
    clock.runs.create(version=world.version, plan=[[step.pk, 0]], next_due_at=NOW)

    engine.tick(now=NOW)

    told = Notification.objects.get(run__clock=clock)
    assert (told.person, told.reason) == (world.dora, "the engineering director")


def test_a_rule_that_repeats_until_somebody_acknowledges_says_so(world: World) -> None:
    PolicyVersion.objects.update(until_acknowledged=True)

    repeats = rule_of(world, 1, NOW).repeats

    assert HARD_CAP == UNTIL_ACKNOWLEDGED
    assert repeats is not None
    assert repeats.params["again"] == "until somebody acknowledges, at most 48 times"

"""Alerts find their incident: one each, joined, opened again, kept quietly, or waiting."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from incidents.enums import AlertOutcome, EntryKind, Promise, RuleAction, RuleMode
from incidents.intake.signal import Made, Noted, Parcel, Rejected, Signal
from incidents.models import Alert, Change, Incident, IncidentKey, ResponseClock, TriggerRule
from incidents.operations import intake, lifecycle, waiting
from incidents.operations.judgment import severity
from rosters.models import Service, ServiceDependency
from tests.world import NOW, World

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def signal(key: str, **facts: Any) -> Signal:
    given: dict[str, Any] = {"key": key, "name": f"Alert {key}", "is_firing": True}
    return Signal(**(given | facts))


def send(world: World, *signals: Any, at: datetime = NOW, over: bool = False) -> list[Any]:
    body = json.dumps([at.isoformat(), *(str(one) for one in signals)]).encode()
    delivery = intake.Delivery(world.source, body, is_over_rate=over)
    return intake.receive(delivery, Parcel(alerts=tuple(signals)), now=at)


def outcomes(answer: list[Any]) -> list[str]:
    return [one["outcome"] for one in answer]


def rule(world: World, name: str = "Rule", **facts: Any) -> TriggerRule:
    given = {"mode": RuleMode.ACTIVE, "owner": world.alice, "reason": "So.", "review_on": NOW}
    return TriggerRule.objects.create(name=name, **(given | facts))


def when(what: str, test: str, value: str = "", minutes: int = 0) -> dict[str, Any]:
    return {"what": what, "test": test, "value": value, "minutes": minutes}


@pytest.fixture
def shop(world: World) -> Service:
    """Checkout, which needs Payments."""
    service = Service.objects.create(name="Shop", slug="shop", owner_team=world.team)
    ServiceDependency.objects.create(service=service, needs=world.service)
    return service


def test_alerts_of_their_own_keys_open_an_incident_each_at_the_price_of_one(world: World) -> None:
    with CaptureQueriesContext(
        connection,
    ) as one:
        send(world, signal("a", severity=1))
    with CaptureQueriesContext(connection) as many:
        answer = send(world, *(signal(f"b{n}", severity=1) for n in range(50)))

    assert outcomes(answer) == ["created"] * 50
    assert len(many) == len(one)
    assert Incident.objects.count() == 51
    assert ResponseClock.objects.filter(promise=Promise.ACKNOWLEDGE).count() == 51


def test_one_alert_in_two_groups_is_kept_once_in_each_place(world: World) -> None:
    """Senders repeat themselves: what cannot be stored twice is no reason to refuse all of it."""
    quiet = rule(world, action=RuleAction.SUPPRESS)
    pair = [signal("a", group_key="one"), signal("a", group_key="two")]

    first, again = send(world, *pair), send(world, *pair, at=NOW + MINUTE)
    quiet.delete()
    apart = send(world, *pair, at=NOW + 2 * MINUTE)

    assert outcomes(first) == outcomes(again) == ["suppressed"] * 2
    assert outcomes(apart) == ["created"] * 2
    found = Alert.objects.values_list("incident__alert_key", "times_received")
    assert sorted(found) == [("one", 5), ("two", 1)]


def test_one_alert_in_two_groups_of_one_incident_is_one_row(world: World) -> None:
    world.source.grouping_minutes = 10
    send(world, signal("first"))

    joined = send(world, signal("a", group_key="one"), signal("a", group_key="two"))

    assert outcomes(joined) == ["grouped"] * 2
    assert Alert.objects.get(key="a").times_received == 2
    entry = Incident.objects.get().timeline.get(kind=EntryKind.ALERTS_JOINED)
    assert entry.params["count"] == "1"


def test_the_same_alerts_again_cost_the_same_however_many(world: World) -> None:
    send(world, *(signal(f"b{n}") for n in range(50)))
    with CaptureQueriesContext(connection) as one:
        send(world, signal("b0"), at=NOW + MINUTE)
    with CaptureQueriesContext(connection) as many:
        answer = send(world, *(signal(f"b{n}") for n in range(50)), at=NOW + MINUTE)

    assert outcomes(answer) == ["grouped"] * 50
    assert len(many) == len(one)
    assert Alert.objects.get(key="b0").times_received == 3


def test_within_the_window_alerts_of_one_service_are_one_incident(world: World) -> None:
    world.source.grouping_minutes = 10
    send(world, signal("a"))

    within = send(world, signal("b"), signal("c"), at=NOW + 9 * MINUTE)
    after = send(world, signal("d"), at=NOW + 10 * MINUTE)

    assert outcomes(within) == ["grouped", "grouped"]
    assert outcomes(after) == ["created"]
    first = Incident.objects.earliest("pk")
    assert {alert.key for alert in first.alerts.all()} == {"a", "b", "c"}


def test_several_new_alerts_of_one_request_share_the_incident_that_opens(world: World) -> None:
    world.source.grouping_minutes = 10

    answer = send(world, signal("a"), signal("b"), signal("c", severity=1))

    assert outcomes(answer) == ["created", "grouped", "created"]


def test_a_joined_alert_finds_its_incident_again_and_resolves_in_it(world: World) -> None:
    world.source.grouping_minutes = 10
    send(world, signal("a"), signal("b"))

    later = send(world, signal("b"), at=NOW + 60 * MINUTE)
    both = send(
        world, signal("a", is_firing=False), signal("b", is_firing=False), at=NOW + 61 * MINUTE
    )

    assert outcomes(later) == ["grouped"]
    assert outcomes(both) == ["resolved", "resolved"]
    assert Incident.objects.get().signals_resolved_at == NOW + 61 * MINUTE


def test_over_its_rate_new_alerts_join_whatever_the_window(world: World) -> None:
    send(world, signal("a"))

    answer = send(world, signal("b"), at=NOW + 600 * MINUTE, over=True)

    assert outcomes(answer) == ["grouped"]
    assert Incident.objects.count() == 1


def test_what_needs_a_failing_service_joins_its_incident_and_says_why(
    world: World, shop: Service
) -> None:
    send(world, signal("cause", service="payments", severity=1))

    answer = send(world, signal("effect", service="shop", severity=2, summary="Shop is slow"))

    incident = Incident.objects.get()
    entry = incident.timeline.filter(kind=EntryKind.ALERTS_JOINED, params__what="needed").get()
    assert outcomes(answer) == ["grouped"]
    assert entry.params["service"] == "Shop"
    assert entry.params["cause"] == "Payments"
    assert [one.service for one in incident.affected.all()] == [shop]


def test_a_more_severe_alert_is_never_hidden_in_a_lesser_incident(
    world: World, shop: Service
) -> None:
    send(world, signal("cause", service="payments", severity=3))

    answer = send(world, signal("effect", service="shop", severity=1))

    assert outcomes(answer) == ["created"]


def test_a_contained_incident_explains_nothing_new(world: World, shop: Service) -> None:
    send(world, signal("cause", service="payments", severity=1))
    lifecycle.contain(Incident.objects.get(), by=world.alice, at=NOW, now=NOW)

    assert outcomes(send(world, signal("effect", service="shop", severity=2))) == ["created"]


def test_a_source_may_be_told_not_to_join_causes(world: World, shop: Service) -> None:
    world.source.joins_causes = False
    send(world, signal("cause", service="payments", severity=1))

    assert outcomes(send(world, signal("effect", service="shop", severity=2))) == ["created"]


def test_the_alert_of_an_incident_resolved_lately_opens_it_again(world: World) -> None:
    world.source.reopen_minutes = 30
    send(world, signal("a", severity=1))
    incident = Incident.objects.get()
    lifecycle.resolve(incident, by=world.alice, at=NOW + MINUTE, now=NOW + MINUTE)

    answer = send(world, signal("a", severity=1), at=NOW + 20 * MINUTE)

    incident.refresh_from_db()
    assert outcomes(answer) == ["reopened"]
    assert incident.is_open
    assert incident.acknowledged_at is None
    clock = incident.clocks.get(promise=Promise.ACKNOWLEDGE, met_at=None)
    assert clock.started_at == NOW + 20 * MINUTE
    assert not incident.clocks.filter(promise=Promise.REVIEW, stopped_at=None).exists()


def test_after_that_time_it_is_a_new_incident(world: World) -> None:
    world.source.reopen_minutes = 30
    send(world, signal("a"))
    lifecycle.resolve(Incident.objects.get(), by=world.alice, at=NOW, now=NOW)

    assert outcomes(send(world, signal("a"), at=NOW + 30 * MINUTE)) == ["created"]
    assert Incident.objects.count() == 2


def test_a_quiet_incident_ends_by_itself_when_its_source_says_so(world: World) -> None:
    world.source.quiet_minutes = 15
    world.source.save()
    send(world, signal("a"))
    send(world, signal("a", is_firing=False), at=NOW + MINUTE)

    assert waiting.resolve_quiet(now=NOW + 15 * MINUTE) == 0
    assert waiting.resolve_quiet(now=NOW + 16 * MINUTE) == 1
    assert waiting.resolve_quiet(now=NOW + 16 * MINUTE) == 0

    incident = Incident.objects.get()
    assert incident.resolved_at == NOW + MINUTE
    assert incident.resolved_by is None
    assert incident.timeline.filter(kind=EntryKind.RESOLVED_BY_ITSELF).exists()
    assert not IncidentKey.objects.exists()


def test_without_that_rule_a_person_resolves(world: World) -> None:
    send(world, signal("a"))
    send(world, signal("a", is_firing=False))

    assert waiting.resolve_quiet(now=NOW + 9000 * MINUTE) == 0


def test_a_rule_sends_an_alert_elsewhere(world: World, shop: Service) -> None:
    made = rule(
        world,
        conditions=[when("label:team", "is", "Shop")],
        service=shop,
        severity=1,
        title="The shop does not sell",
    )

    send(world, signal("a", labels={"team": "shop"}), signal("b", labels={"team": "other"}))

    [first, second] = Incident.objects.order_by("pk")
    assert (first.service, first.severity, first.title) == (shop, 1, "The shop does not sell")
    assert (second.service, second.severity) == (world.service, 3)
    assert [alert.rule for alert in Alert.objects.order_by("pk")] == [made, None]


def test_a_rule_may_choose_the_policy(world: World) -> None:
    rule(world, policy=world.version.policy)

    send(world, signal("a", severity=1))

    assert Incident.objects.get().policy == world.version.policy


def test_what_a_rule_suppresses_is_kept_and_calls_nobody(world: World) -> None:
    rule(world, action=RuleAction.SUPPRESS, conditions=[when("name", "matches", "*a")])

    answer = send(world, signal("a"))
    again = send(world, signal("a"), at=NOW + MINUTE)

    alert = Alert.objects.get()
    assert outcomes(answer) == outcomes(again) == ["suppressed"]
    assert (alert.incident, alert.times_received) == (None, 2)
    assert not Incident.objects.exists()


def test_a_draft_does_nothing_and_a_watching_rule_decides_nothing(world: World) -> None:
    rule(world, "Draft", mode=RuleMode.DRAFT, action=RuleAction.SUPPRESS)
    rule(world, "Watching", mode=RuleMode.WATCH, action=RuleAction.SUPPRESS)

    assert outcomes(send(world, signal("a"))) == ["created"]


def test_the_first_rule_that_fits_decides(world: World) -> None:
    rule(world, "Second", position=2, severity=1)
    rule(world, "First", position=1, severity=2)

    send(world, signal("a"))

    assert Incident.objects.get().severity == 2


def test_an_alert_waits_until_it_has_been_firing_for_long_enough(world: World) -> None:
    rule(world, conditions=[when("firing", "at_least", minutes=10)], severity=1)

    answer = send(world, signal("a", starts_at=NOW - 4 * MINUTE))
    alert = Alert.objects.get()
    before = waiting.release(now=NOW + 5 * MINUTE)

    assert outcomes(answer) == ["held"]
    assert alert.held_until == NOW + 6 * MINUTE
    assert before == 0
    assert not Incident.objects.exists()

    assert waiting.release(now=NOW + 6 * MINUTE) == 1
    assert waiting.release(now=NOW + 6 * MINUTE) == 0

    decided = Alert.objects.get()
    assert decided.incident == Incident.objects.get(severity=1)
    assert decided.held_until is None
    assert decided.times_received == 1


def test_what_stops_firing_while_it_waits_opens_nothing(world: World) -> None:
    rule(world, conditions=[when("firing", "at_least", minutes=10)])
    send(world, signal("a"))

    answer = send(world, signal("a", is_firing=False), at=NOW + MINUTE)

    assert outcomes(answer) == ["resolved"]
    assert waiting.release(now=NOW + 20 * MINUTE) == 0
    assert not Incident.objects.exists()


def test_so_many_times_in_so_many_minutes(world: World) -> None:
    rule(world, "Often", conditions=[when("times", "at_least", "3", minutes=10)], severity=1)
    rule(world, "Else", position=200, action=RuleAction.SUPPRESS)

    seen = [outcomes(send(world, signal("a"), at=NOW + n * MINUTE))[0] for n in (0, 9, 10, 12)]

    assert seen == ["suppressed", "suppressed", "suppressed", "created"]


def test_an_alert_that_needs_impact_waits_for_it(world: World) -> None:
    rule(world, action=RuleAction.IF_IMPACT, conditions=[when("name", "is", "Alert slow")])

    waits = send(world, signal("slow"))
    opens = send(world, signal("down", severity=1))
    joins = send(world, signal("slow2", name="Alert slow"))

    incident = Incident.objects.get()
    assert (outcomes(waits), outcomes(opens), outcomes(joins)) == (
        ["held"],
        ["created"],
        ["grouped"],
    )
    assert {alert.key for alert in incident.alerts.all()} == {"slow", "down", "slow2"}
    assert outcomes(send(world, signal("slow"), at=NOW + MINUTE)) == ["grouped"]


def test_an_alert_that_names_no_service_of_ours_goes_to_the_default_or_to_nobody(
    world: World,
) -> None:
    send(world, signal("a", service="unheard of"))
    world.source.default_service = None
    send(world, signal("b", service="unheard of"))

    assert [one.service for one in Incident.objects.order_by("pk")] == [world.service, None]


def test_what_is_no_alert_is_said_in_its_place(world: World) -> None:
    answer = send(world, Noted("A test. It works."), signal("a"), Rejected("It is broken."))

    assert outcomes(answer) == ["noted", "created", "rejected"]


def test_a_change_is_kept_once(world: World) -> None:
    made = Made("d-1", "Payments 4.12", service="payments", made_by="Mei", made_at=NOW - MINUTE)
    later = Made("d-2", "Payments 4.13", made_at=NOW + 60 * MINUTE)

    for n in range(2):
        delivery = intake.Delivery(world.source, f"{n}".encode())
        answer = intake.receive(delivery, Parcel(changes=(made, later)), now=NOW)

    assert outcomes(answer) == ["ignored", "ignored"]
    [first, second] = Change.objects.order_by("key")
    assert (first.service, first.made_by_name) == (world.service, "Mei")
    assert second.made_at == NOW


@pytest.mark.parametrize("outcome", AlertOutcome)
def test_every_outcome_reads_as_a_sentence(outcome: AlertOutcome) -> None:
    assert outcome.label[0].isupper()
    assert not outcome.label.endswith(".")


def test_a_rule_makes_an_open_incident_worse_and_says_why(world: World) -> None:
    rule(world, "Five in ten minutes", severity=1, conditions=[when("times", "at_least", "5", 10)])
    for count in range(4):
        send(world, signal("a", severity=3), at=NOW + count * MINUTE)
    before = Incident.objects.get().severity

    for count in (4, 5):
        send(world, signal("a", severity=3), at=NOW + count * MINUTE)

    incident = Incident.objects.get()
    assert (before, incident.severity) == (3, 1)
    [entry] = incident.timeline.filter(kind=EntryKind.SEVERITY_CHANGED)
    said = {"what": "rule", "rule": "Five in ten minutes", "after": "SEV1", "reason": "So."}
    assert said.items() <= entry.params.items()
    clock = ResponseClock.objects.get(incident=incident, promise=Promise.ACKNOWLEDGE)
    assert clock.started_at == NOW


def test_a_rule_makes_nothing_less_bad(world: World) -> None:
    send(world, signal("a", severity=1))
    rule(world, severity=3, conditions=[when("name", "contains", "Alert")])

    send(world, signal("a", severity=1), at=NOW + MINUTE)

    assert Incident.objects.get().severity == 1


def test_once_a_person_said_how_bad_it_is_rules_leave_it_alone(world: World) -> None:
    send(world, signal("a", severity=2))
    incident = Incident.objects.get()
    severity.change(
        incident, severity.Change(2, 3, "It is one shop"), by=world.carol, now=NOW + MINUTE
    )
    rule(world, severity=1, conditions=[when("name", "contains", "Alert")])

    send(world, signal("a", severity=2), at=NOW + 2 * MINUTE)

    assert Incident.objects.get().severity == 3

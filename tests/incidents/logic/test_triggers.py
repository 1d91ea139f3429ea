"""Trigger rules: every test on everything that can be asked, and what must hold for all."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.logic.triggers import Compare, Condition, Facts, RuleSpec, decide, fits, number_in

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
LABELS = {"team": "Shop", "error_rate": "7.5 %", "users": "1,200", "empty": ""}


def facts(**changes: Any) -> Facts:
    given_facts: dict[str, Any] = {
        "source_id": 7,
        "name": "CardErrorsHigh",
        "firing_since": NOW,
        "summary": "Card payments fail",
        "service": "payments",
        "severity": 2,
        "labels": LABELS,
        "arrived_at": (NOW,),
    }
    return Facts(**(given_facts | changes))


def rule(*conditions: Condition, rule_id: int = 1, **changes: Any) -> RuleSpec:
    return RuleSpec(rule_id, "incident", conditions, **changes)


@pytest.mark.parametrize(
    ("what", "test", "value", "holds"),
    [
        ("name", "is", "carderrorshigh", True),
        ("name", "is", "CardErrors", False),
        ("name", "is_not", "CardErrors", True),
        ("name", "contains", "ERRORS", True),
        ("name", "lacks", "errors", False),
        ("name", "lacks", "disk", True),
        ("name", "matches", "card*high", True),
        ("name", "matches", "card*low", False),
        ("name", "matches", "*", True),
        ("name", "matches", "[a-z]*", False),
        ("summary", "contains", "payments", True),
        ("service", "is", "Payments", True),
        ("severity", "is", "2", True),
        ("severity", "at_most", "2", True),
        ("severity", "under", "2", False),
        ("label:team", "is", "shop", True),
        ("label:team", "exists", "", True),
        ("label:team", "missing", "", False),
        ("label:nothing", "exists", "", False),
        ("label:nothing", "missing", "", True),
        ("label:empty", "exists", "", False),
        ("label:nothing", "is_not", "shop", True),
        ("label:error_rate", "over", "5", True),
        ("label:error_rate", "over", "7.5", False),
        ("label:error_rate", "at_least", "7.5%", True),
        ("label:users", "over", "1000", True),
        ("label:users", "under", "1,201", True),
        ("label:team", "over", "5", False),
        ("label:team", "under", "5", False),
        ("label:users", "over", "many", False),
        ("label:nothing", "under", "5", False),
        ("unheard", "is", "x", False),
    ],
)
def test_one_condition(what: str, test: str, value: str, holds: bool) -> None:
    asked = rule(Condition(what, Compare(test), value))

    assert fits(asked, facts(), now=NOW) is holds


def test_a_severity_that_the_sender_does_not_say_is_missing() -> None:
    unsaid = facts(severity=None)

    assert fits(rule(Condition("severity", Compare.MISSING)), unsaid, now=NOW)
    assert not fits(rule(Condition("severity", Compare.AT_LEAST, "1")), unsaid, now=NOW)


@pytest.mark.parametrize(
    ("minutes_ago", "holds"),
    [
        pytest.param((0, 4, 9), True, id="all within"),
        pytest.param((0, 4, 10), False, id="exactly ten minutes ago is too old"),
        pytest.param((0, 4), False, id="too few"),
        pytest.param((0, -1, -2), False, id="the future does not count"),
    ],
)
def test_so_many_times_in_ten_minutes(minutes_ago: tuple[int, ...], holds: bool) -> None:
    asked = rule(Condition("times", Compare.AT_LEAST, "3", minutes=10))
    arrived = [NOW - ago * MINUTE for ago in minutes_ago]

    assert fits(asked, facts(arrived_at=arrived), now=NOW) is holds


@pytest.mark.parametrize(
    ("since", "wait_until"),
    [
        pytest.param(NOW - 11 * MINUTE, None, id="longer"),
        pytest.param(NOW - 10 * MINUTE, None, id="exactly as long"),
        pytest.param(NOW - 9 * MINUTE, NOW + MINUTE, id="not yet"),
    ],
)
def test_firing_for_ten_minutes(since: datetime, wait_until: datetime | None) -> None:
    asked = rule(Condition("firing", Compare.AT_LEAST, minutes=10))

    found = decide(facts(firing_since=since), [asked], otherwise="incident", now=NOW)

    assert found.rule_id == 1
    assert found.wait_until == wait_until
    assert fits(asked, facts(firing_since=since), now=NOW) is (wait_until is None)


def test_of_two_durations_the_longer_counts() -> None:
    two = rule(
        Condition("firing", Compare.AT_LEAST, minutes=5),
        Condition("firing", Compare.AT_LEAST, minutes=10),
    )

    found = decide(facts(), [two], otherwise="incident", now=NOW)

    assert found.wait_until == NOW + 10 * MINUTE


def test_a_rule_of_another_source_is_not_asked() -> None:
    assert fits(rule(source_id=7), facts(), now=NOW)
    assert not fits(rule(source_id=8), facts(), now=NOW)


def test_the_first_that_fits_decides_and_what_it_leaves_empty_stays() -> None:
    never = rule(Condition("name", Compare.IS, "else"), rule_id=1, severity=1)
    first = rule(rule_id=2, service_id=5, title="Cards fail")
    second = rule(rule_id=3, severity=1)

    found = decide(facts(), [never, first, second], otherwise="incident", now=NOW)

    assert (found.rule_id, found.service_id, found.severity) == (2, 5, None)
    assert found.title == "Cards fail"


def test_a_watching_rule_is_named_and_decides_nothing() -> None:
    watching = rule(rule_id=1, severity=1, is_watching=True)
    active = rule(rule_id=2, severity=3)

    found = decide(facts(), [watching, active], otherwise="incident", now=NOW)

    assert (found.rule_id, found.watched) == (2, (1,))
    assert decide(facts(), [watching], otherwise="incident", now=NOW).rule_id is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("7.5 %", 7.5),
        ("1,200", 1200.0),
        ("1 200 300", 1200300.0),
        ("1_000", 1000.0),
        ("-3", -3.0),
        ("+4.25", 4.25),
        (" 0 ", 0.0),
        ("1,2", None),
        ("12ms", None),
        ("", None),
        ("nan", None),
        ("inf", None),
        ("1e9", None),
        ("9" * 40, None),
    ],
)
def test_the_number_in_a_text(text: str, number: float | None) -> None:
    assert number_in(text) == number


whats = st.sampled_from(["name", "summary", "service", "severity", "label:team", "label:users"])
conditions = st.builds(
    Condition,
    whats,
    st.sampled_from(Compare),
    st.sampled_from(["shop", "payments", "2", "1000", "*"]),
)
rules = st.lists(
    st.builds(
        lambda number, asked, watching: RuleSpec(
            number, "incident", tuple(asked), is_watching=watching
        ),
        st.integers(1, 99),
        st.lists(conditions, max_size=3),
        st.booleans(),
    ),
    max_size=5,
    unique_by=lambda one: one.rule_id,
)


@given(rules)
def test_watching_rules_never_change_what_is_decided(given_rules: list[RuleSpec]) -> None:
    active = [one for one in given_rules if not one.is_watching]

    found = decide(facts(), given_rules, otherwise="incident", now=NOW)

    assert found.rule_id == decide(facts(), active, otherwise="incident", now=NOW).rule_id
    assert set(found.watched).isdisjoint(one.rule_id for one in active)


@given(rules, conditions)
def test_one_more_condition_never_lets_more_alerts_fit(
    given_rules: list[RuleSpec], more: Condition
) -> None:
    for one in given_rules:
        narrower = RuleSpec(one.rule_id, one.action, (*one.conditions, more))
        assert fits(one, facts(), now=NOW) or not fits(narrower, facts(), now=NOW)


@given(rules)
def test_only_the_order_of_those_that_fit_matters(given_rules: list[RuleSpec]) -> None:
    fitting = [one for one in given_rules if fits(one, facts(), now=NOW)]

    found = decide(facts(), given_rules, otherwise="incident", now=NOW)

    assert found == decide(facts(), fitting, otherwise="incident", now=NOW)


@given(st.text(max_size=200), st.sampled_from(Compare), st.text(max_size=50))
def test_nothing_that_is_typed_or_sent_breaks_a_rule(sent: str, test: Compare, typed: str) -> None:
    asked = rule(Condition("label:x", test, typed))

    assert fits(asked, facts(labels={"x": sent}), now=NOW) in (True, False)

"""Trigger rules as people read them, their titles, and what speaks against them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.logic import trigger_titles
from incidents.logic.trigger_findings import Standing, covers, findings
from incidents.logic.trigger_words import Spoken, in_words
from incidents.logic.triggers import (
    Compare,
    Condition,
    Facts,
    RuleSpec,
    decide,
    why_not_condition,
    why_not_conditions,
)

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
TEAM = Condition("label:team", Compare.IS, "shop")
RATE = Condition("label:error_rate", Compare.OVER, "5")
LASTS = Condition("firing", Compare.AT_LEAST, "", 10)
OFTEN = Condition("times", Compare.AT_LEAST, "3", 60)


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        (
            Spoken(
                "incident", (TEAM, RATE, LASTS), "Prometheus EU", "Shop", 1,
                "customer-facing", "Payments",
            ),
            ("When an alert of Prometheus EU has label team = shop and has label error_rate that is"
            " over 5 and has been firing for 10 minutes, open a SEV1 on Shop with customer-facing"
            " harm, and call by the rule Payments."),
        ),
        (
            Spoken("suppress", (OFTEN,)),
            ("When an alert of any source arrived at least 3 times in 1 hour, keep it quietly:"
            " nobody is called."),
        ),
        (
            Spoken("if_impact", (Condition("label:env", Compare.MISSING),), service="Shop"),
            ("When an alert of any source has no label env, wait, and join the incident of Shop"
            " once there is one."),
        ),
        (
            Spoken("incident", (TEAM,), service="Shop", title="{summary}"),
            ("When an alert of any source has label team = shop, open an incident on Shop called by"
            " its summary."),
        ),
        (
            Spoken("incident", (TEAM,), title="{service} fails in {label:region}"),
            ("When an alert of any source has label team = shop, open an incident on the service it"
            " names called “[the service it names] fails in [its label region]”."),
        ),
        (
            Spoken("incident", (Condition("summary", Compare.CONTAINS, "card payments"),)),
            ("When an alert of any source says that its summary contains “card payments”, open an"
            " incident on the service it names."),
        ),
    ],
)  # fmt: skip
def test_a_rule_is_a_sentence(rule: Spoken, sentence: str) -> None:
    assert in_words(rule) == sentence


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (TEAM, None),
        (RATE, None),
        (LASTS, None),
        (OFTEN, None),
        (Condition("severity", Compare.AT_MOST, "2"), None),
        (Condition("label:x", Compare.EXISTS), None),
        (Condition("label:", Compare.IS, "x"), "Write the name of the label"),
        (Condition("label:" + 101 * "x", Compare.IS, "x"), "up to 100 characters"),
        (Condition("name", Compare.IS, " "), "Write the value"),
        (Condition("name", Compare.IS, 201 * "x"), "up to 200 characters"),
        (Condition("name", Compare.OVER, "many"), "compare numbers"),
        (Condition("severity", Compare.IS, "5"), "1, 2, 3 or 4"),
        (Condition("severity", Compare.CONTAINS, "1"), "1, 2, 3 or 4"),
        (Condition("firing", Compare.AT_LEAST), "for how many minutes"),
        (Condition("firing", Compare.AT_LEAST, "", 1441), "from 1 to 1440"),
        (Condition("times", Compare.IS, "3", 5), "whole number"),
        (Condition("times", Compare.OVER, "2.5", 5), "whole number"),
        (Condition("times", Compare.OVER, "20", 5), "We count up to 20"),
        (Condition("times", Compare.OVER, "3"), "for how many minutes"),
        (Condition("age", Compare.IS, "3"), "Choose what"),
    ],
)
def test_what_is_wrong_with_a_condition_is_said(condition: Condition, expected: str | None) -> None:
    said = why_not_condition(condition)

    assert said is None if expected is None else expected in str(said)


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [([TEAM], None), ([], "at least one"), ([TEAM, TEAM], "the same"), ([TEAM] * 11, "up to 10")],
)
def test_a_rule_has_some_conditions_but_not_any(
    conditions: list[Condition], expected: str | None
) -> None:
    said = why_not_conditions(conditions)

    assert said is None if expected is None else expected in str(said)


def filled(text: str, **changes: Any) -> str:
    facts: dict[str, Any] = {
        "name": "CardErrors", "summary": "Cards fail", "service": "Shop",
        "labels": {"team": "shop", "evil": "{label:secret}{name}", "secret": "x"},
    }  # fmt: skip
    return trigger_titles.fill(text, **(facts | changes))


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("{name} on {service}", "CardErrors on Shop"),
        ("{label:team}: {summary}", "shop: Cards fail"),
        ("{label:nothing}: {summary}", "Cards fail"),
        ("{label:evil}", "{label:secret}{name}"),
        ("{label.__class__} {name.format} {0}", ""),
        ("{{name}}", "{CardErrors}"),
        ("%s $name {% now %} <b>", "%s $name <b>"),
        ("", ""),
    ],
)
def test_a_title_is_filled_once_and_from_known_places(text: str, title: str) -> None:
    assert filled(text) == title


@given(text=st.text(max_size=300), value=st.text(max_size=3000))
def test_a_title_is_one_short_line_whatever_comes(text: str, value: str) -> None:
    title = filled(f"{text}{{label:x}}{{summary}}", summary=value, labels={"x": value})

    assert len(title) <= trigger_titles.LONGEST
    assert title.isprintable()


@pytest.mark.parametrize(
    ("text", "is_fine"),
    [("{name} {label:team}", True), ("{label:}", False), ("{it}", False), (6 * "{name}", False)],
)
def test_a_title_names_known_places(text: str, *, is_fine: bool) -> None:
    assert (trigger_titles.why_not_title(text) is None) == is_fine


def spec(*conditions: Condition, rule_id: int = 1, **changes: Any) -> RuleSpec:
    return RuleSpec(rule_id, "incident", conditions, **changes)


@pytest.mark.parametrize(
    ("earlier", "later", "expected"),
    [
        (spec(), spec(TEAM), True),
        (spec(TEAM), spec(TEAM, RATE), True),
        (spec(TEAM, RATE), spec(TEAM), False),
        (spec(TEAM, source_id=1), spec(TEAM), False),
        (spec(TEAM), spec(TEAM, source_id=1), True),
        (spec(TEAM, LASTS), spec(TEAM), True),
        (spec(RATE), spec(Condition("label:error_rate", Compare.AT_LEAST, "6")), True),
        (spec(RATE), spec(Condition("label:error_rate", Compare.AT_LEAST, "5")), False),
        (spec(RATE), spec(Condition("label:error_rate", Compare.UNDER, "9")), False),
        (spec(Condition("label:team", Compare.EXISTS)), spec(TEAM), True),
        (spec(Condition("label:team", Compare.MATCHES, "s*")), spec(TEAM), True),
        (spec(Condition("label:team", Compare.IS_NOT, "pay")), spec(TEAM), True),
        (spec(OFTEN), spec(Condition("times", Compare.AT_LEAST, "9", 60)), False),
    ],
)
def test_a_rule_covers_another_only_where_it_is_sure(
    earlier: RuleSpec, later: RuleSpec, *, expected: bool
) -> None:
    assert covers(earlier, later) is expected


TESTS = st.sampled_from(list(Compare))
VALUES = st.sampled_from(["", "shop", "s*", "Shop", "5", "7.5 %", "6", "x"])
CONDITIONS = st.lists(
    st.builds(Condition, st.sampled_from(["label:team", "name", "severity"]), TESTS, VALUES),
    max_size=3,
).map(tuple)


@given(earlier=CONDITIONS, later=CONDITIONS, value=VALUES, level=st.sampled_from([None, 1, 5]))
def test_what_is_covered_is_never_decided_by_the_later_rule(
    earlier: tuple[Condition, ...], later: tuple[Condition, ...], value: str, level: int | None
) -> None:
    rules = [spec(*earlier), spec(*later, rule_id=2)]
    facts = Facts(1, value, NOW, severity=level, labels={"team": value})

    decision = decide(facts, rules, otherwise="incident", now=NOW)

    assert not (covers(*rules) and decision.rule_id == 2)


def standing(rule_id: int, *conditions: Condition, **changes: Any) -> Standing:
    facts: dict[str, Any] = {"review_on": date(2027, 1, 1), "active_since": NOW}
    return Standing(spec(*conditions, rule_id=rule_id), f"Rule {rule_id}", **(facts | changes))


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ([standing(1, TEAM), standing(2, RATE)], []),
        ([standing(1), standing(2, TEAM)], ["can never decide: “Rule 1”"]),
        ([standing(1, active_since=None), standing(2, TEAM)], []),
        ([standing(1, TEAM, active_since=None), standing(2, TEAM)], ["asks just the same"]),
        ([standing(2, TEAM, has_owner=False, owner="Bob")], ["Bob has left"]),
        ([standing(2, TEAM, review_on=date(2026, 11, 20))], ["looked at by 20 Nov 2026"]),
        ([standing(2, TEAM, review_on=date(2026, 11, 21))], []),
        ([standing(2, TEAM, active_since=NOW - timedelta(days=90))], ["not fired for 90 days"]),
        (
            [
                standing(
                    2, TEAM, active_since=NOW - timedelta(days=99), last_fired_at=NOW
                )
            ],
            [],
        ),
    ],
)  # fmt: skip
def test_what_speaks_against_a_rule_is_said(rules: list[Standing], expected: list[str]) -> None:
    found = findings(rules, now=NOW)[2]

    assert len(found) == len(expected)
    assert all(part in said for part, said in zip(expected, found, strict=True))

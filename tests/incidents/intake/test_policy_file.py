"""The file of policies: what it says is read exactly, what it cannot say is named by place."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.intake import policy_file
from incidents.intake.policy_file import (
    KINDS,
    OnlyPart,
    PolicyFile,
    PolicyPart,
    RoutePart,
    StepPart,
    TargetPart,
    TellPart,
    Unreadable,
)

SCHEMA = Path(__file__).resolve().parents[3] / "docs" / "policies.schema.json"
SLUGS = st.from_regex(r"\A[-a-z0-9_]{1,20}\Z")
NAMES = st.text(
    st.characters(categories=("L", "N", "P", "S", "Zs"), include_characters="\n\t:#"), min_size=1
).map(lambda text: text[:60])
LEVELS = st.integers(1, 4)

TELLS = st.one_of(
    st.just(TellPart(asked=True)),
    st.tuples(st.sampled_from(KINDS), SLUGS, st.sampled_from(["on_call", "backup", "all"])).map(
        lambda found: TellPart.model_validate({found[0]: found[1], "choose": found[2]})
    ),
)
ONLY = st.builds(
    OnlyPart,
    severity=st.none() | LEVELS,
    impact=st.none() | SLUGS,
    hours=st.none() | NAMES,
    hours_read_in=st.sampled_from(["hours", "service", "recipient"]),
)
STEPS = st.builds(
    StepPart,
    clock=st.sampled_from(["acknowledge", "contain", "review"]),
    after=st.integers(0, 600),
    late=st.booleans(),
    tell=st.lists(TELLS, min_size=1, max_size=3).map(tuple),
    urgency=st.sampled_from(["urgent", "normal"]),
    each_acknowledges=st.booleans(),
    only=ONLY,
    decides=st.lists(SLUGS, max_size=2).map(tuple),
)
POLICIES = st.builds(
    PolicyPart,
    name=NAMES,
    version=st.none() | st.integers(1, 99),
    why=NAMES,
    repeats=st.integers(0, 9),
    until_acknowledged=st.booleans(),
    repeat_from=st.integers(1, 5),
    minutes_between_rounds=st.integers(1, 600),
    then_every_minutes=st.integers(1, 600),
    at_most=st.integers(0, 100),
    steps=st.lists(STEPS, min_size=1, max_size=3).map(tuple),
)
ROUTES = st.builds(RoutePart, policy=SLUGS, service=st.none() | SLUGS, severity=st.none() | LEVELS)
TARGETS = st.builds(
    TargetPart,
    promise=st.sampled_from(["acknowledge", "review"]),
    severity=LEVELS,
    tier=st.none() | st.integers(1, 3),
    minutes=st.integers(1, 9_999),
)
FILES = st.builds(
    PolicyFile,
    muster=st.just(1),
    policies=st.dictionaries(SLUGS, POLICIES, max_size=2),
    routes=st.none() | st.lists(ROUTES, max_size=3).map(tuple),
    targets=st.none() | st.lists(TARGETS, max_size=3).map(tuple),
)
LEAST = """
muster: 1
policies:
  payments:
    name: Payments
    why: The bank changed.
    steps:
      - tell: [{roster: payments}]
"""


@given(FILES)
def test_what_is_written_is_read_as_the_same(file: PolicyFile) -> None:
    assert policy_file.read(policy_file.write(file)) == file


def test_the_least_that_a_policy_needs() -> None:
    part = policy_file.read(LEAST).policies["payments"]

    [step] = part.steps
    assert (step.clock, step.after, step.late, step.urgency) == ("acknowledge", 0, False, "urgent")
    assert (step.tell[0].kind, step.tell[0].named) == ("roster", "payments")
    assert (part.repeats, part.minutes_between_rounds, part.at_most) == (1, 30, 96)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "The file must begin with “muster: 1”."),
        ("- 1", "The file must begin with “muster: 1”."),
        ("policies: {}", "muster is missing."),
        ("muster: 2", "muster: input should be 1."),
        ("muster: 1\nmuster: 1", "Line 2: “muster” is said twice."),
        ("muster: 1\nrules: 2", "rules: there is no such word here. Look at the schema."),
        ("muster: [", "Line 1: "),
        ("muster: 2026-99-99", "This is no YAML that we can read."),
        ("[" * 5_000, "This is no YAML that we can read."),
        ("a: &x 1\nb: *x", "Line 1: write it out. This file takes no anchors."),
        ("muster: !!python/object:os.system 1", "Line 1: "),
        (LEAST.replace("roster: p", "choose: p"), "policies → payments → steps → number 1 → tell"),
        (LEAST.replace("{roster: payments}", "{roster: a, team: b}"), "name one of role, roster"),
        (LEAST.replace("- tell", "- after: -1\n        tell"), "number 1 → after: "),
        (LEAST.replace("- tell", "- after: '5'\n        tell"), "number 1 → after: "),
        (LEAST.replace("- tell", "- after: 5.5\n        tell"), "number 1 → after: "),
        (LEAST.replace("[{roster: payments}]", "[]"), "number 1 → tell: "),
        (
            LEAST.replace("    why: The bank changed.\n", ""),
            "policies → payments → why is missing.",
        ),
        ("muster: 1\ntargets: [{promise: contain, severity: 1}]", "say either “minutes” or"),
        ("muster: 1\ntargets: [{promise: x, severity: 9, minutes: 1}]", "targets → number 1 → "),
    ],
)
def test_what_it_cannot_say_is_named_with_its_place(text: str, problem: str) -> None:
    with pytest.raises(Unreadable) as caught:
        policy_file.read(text)

    assert problem in str(caught.value)


def test_every_problem_is_named_at_once() -> None:
    text = LEAST.replace("name: Payments", "name: ''").replace("roster: payments", "roster: '?'")

    with pytest.raises(Unreadable) as caught:
        policy_file.read(text)

    assert len(caught.value.problems) == 2


def test_a_huge_file_is_refused_before_it_is_read() -> None:
    with pytest.raises(Unreadable, match="larger than 2 MB"):
        policy_file.read("#" * 2_000_001)


def test_the_schema_that_editors_read_is_the_one_of_the_code() -> None:
    assert json.loads(SCHEMA.read_text(encoding="utf-8")) == policy_file.schema()

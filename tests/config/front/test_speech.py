"""What was changed, in one sentence."""

from datetime import UTC
from typing import Any

import pytest
from django.apps import apps

from config.front.history import KINDS, Event, name_of, references, tell
from config.portal import words
from tests.world import at

NOW = at("2026-11-21 14:00")
ZONE = UTC
NAMES = {
    ("person", 1): "Mei Tan",
    ("person", 2): "Jonas Weber",
    ("stakeholderrole", 1): "product owner",
    ("service", 1): "Payments",
    ("team", 1): "Cards",
    ("roster", 1): "Payments on call",
    ("rotation", 1): "Payments on call, Level 1",
    ("escalationstep", 1): "step 3 of Payments, version 12",
    ("policyversion", 1): "Payments, version 12",
    ("contactpoint", 1): "the phone of Mei Tan",
    ("escalationpolicy", 1): "Payments, critical",
    ("escalationpolicy", 2): "Payments, calm",
}


def names(kind: str, pk: Any) -> str:
    return NAMES.get((kind, pk), "something that is gone")


def said(kind: str, label: str, row: dict[str, Any], was: dict[str, Any] | None = None) -> str:
    before = {**row, **was} if was is not None else None
    told = tell(KINDS[kind], Event(label, row, before), who="Nadia Haddad", names=names)
    return words.as_text(told.sentence, zone=ZONE, now=NOW)


CELL = {"role": 1, "service": 1, "person": 2, "backup": 1}
STEP = {"version": 1, "order": 3, "wait_minutes": 15, "clock": "acknowledge"}
OVERRIDE = {
    "roster": 1,
    "kind": "replace",
    "person": 2,
    "instead_of": 1,
    "starts_at": "2026-11-21T18:00:00+00:00",
    "ends_at": "2026-11-22T08:00:00+00:00",
}
SERVICE = {"name": "Payments", "tier": 1, "owner_team": 1}
LONG = "x" * 200

CASES = [
    (
        "matrixentry",
        "update",
        CELL,
        {"person": 1},
        "changed the product owner for Payments from Mei Tan to Jonas Weber.",
    ),
    (
        "matrixentry",
        "update",
        CELL,
        {"person": 1, "confirmed_at": "2026-11-01T00:00:00+00:00"},
        "changed the product owner for Payments from Mei Tan to Jonas Weber.",
    ),
    (
        "matrixentry",
        "update",
        CELL,
        {"backup": None},
        "made Mei Tan the backup of the product owner for Payments.",
    ),
    (
        "matrixentry",
        "update",
        {**CELL, "backup": None},
        {"backup": 1},
        "took Mei Tan out as the backup of the product owner for Payments.",
    ),
    (
        "matrixentry",
        "update",
        {**CELL, "confirmed_at": "2026-11-01T00:00:00+00:00", "confirmed_by": 1},
        {"confirmed_at": None, "confirmed_by": None},
        "confirmed that the product owner for Payments is right.",
    ),
    (
        "matrixentry",
        "insert",
        {**CELL, "severity": 1},
        None,
        "named Jonas Weber as the product owner for Payments at SEV1 and Mei Tan as backup.",
    ),
    (
        "matrixentry",
        "insert",
        {"role": 1, "roster": 1},
        None,
        "let the roster Payments on call be the product owner for the whole company.",
    ),
    (
        "matrixentry",
        "delete",
        {"role": 1, "team": 1, "person": 1},
        None,
        "took Mei Tan out as the product owner for the team Cards.",
    ),
    (
        "escalationstep",
        "update",
        STEP,
        {"wait_minutes": 20},
        "changed the wait of step 3 of Payments, version 12 from 20 minutes to 15 minutes.",
    ),
    (
        "steptarget",
        "insert",
        {"step": 1, "role": 1},
        None,
        "let step 3 of Payments, version 12 call the product owner.",
    ),
    (
        "route",
        "update",
        {"policy": 1, "service": 1, "severity": 1},
        {"policy": 2},
        "changed the rule for Payments at SEV1 from Payments, calm to Payments, critical.",
    ),
    (
        "override",
        "insert",
        OVERRIDE,
        None,
        (
            "put Jonas Weber on call instead of Mei Tan on Payments on call"
            " from 18:00 until Sun 22 Nov, 08:00."
        ),
    ),
    (
        "override",
        "insert",
        {**OVERRIDE, "kind": "add", "instead_of": None},
        None,
        "put Jonas Weber on call too, on Payments on call from 18:00 until Sun 22 Nov, 08:00.",
    ),
    (
        "override",
        "update",
        OVERRIDE,
        {"ends_at": "2026-11-22T09:00:00+00:00"},
        (
            "changed the end of a change for a while on Payments on call"
            " from Sun 22 Nov, 09:00 to Sun 22 Nov, 08:00."
        ),
    ),
    (
        "rotationmember",
        "update",
        {"rotation": 1, "order": 2, "person": 2},
        {"person": 1},
        "changed turn 2 of Payments on call, Level 1 from Mei Tan to Jonas Weber.",
    ),
    (
        "team",
        "update",
        {"name": "Cards", "slug": "cards"},
        {"name": "Plastic"},
        "renamed the team Plastic to Cards.",
    ),
    (
        "service",
        "update",
        SERVICE,
        {"tier": 2},
        "changed the tier of the service Payments from tier 2 to tier 1.",
    ),
    (
        "service",
        "update",
        {**SERVICE, "region": "DE"},
        {"region": ""},
        "set the region of the service Payments to Germany.",
    ),
    (
        "service",
        "update",
        {**SERVICE, "region": ""},
        {"region": "DE"},
        "emptied the region of the service Payments, which was Germany.",
    ),
    (
        "service",
        "update",
        {**SERVICE, "customer_impact": LONG},
        {"customer_impact": "y"},
        "changed the impact on customers of the service Payments.",
    ),
    (
        "service",
        "update",
        SERVICE,
        {"tier": 2, "owner_team": 9},
        "changed the owner team and the tier of the service Payments.",
    ),
    (
        "service",
        "update",
        SERVICE,
        {"tier": 2, "owner_team": 9, "region": "x", "slug": "x"},
        "changed 4 things about the service Payments.",
    ),
    ("service", "update", SERVICE, None, "changed the service Payments."),
    (
        "person",
        "update",
        {"full_name": "Mei Tan", "is_superuser": True},
        {"is_superuser": False},
        "made Mei Tan an administrator.",
    ),
    (
        "person",
        "update",
        {"full_name": "Mei Tan", "left_at": "2026-11-20T00:00:00+00:00"},
        {"left_at": None},
        "noted that Mei Tan left the company.",
    ),
    (
        "membership",
        "update",
        {"team": 1, "person": 1, "is_lead": False},
        {"is_lead": True},
        "took the lead of Cards from Mei Tan.",
    ),
    (
        "contactpoint",
        "update",
        {"person": 1, "channel": "phone"},
        {},
        "changed the number or address behind the phone of Mei Tan.",
    ),
    (
        "policyversion",
        "update",
        {"policy": 1, "number": 13, "published_at": "2026-11-20T00:00:00+00:00", "published_by": 1},
        {"published_at": None, "published_by": None},
        "published version 13 of the rule Payments, critical.",
    ),
    (
        "responsetarget",
        "update",
        {"promise": "acknowledge", "severity": 1, "amount": 5, "unit": "minutes"},
        {"amount": 10},
        "changed the time to acknowledge at SEV1 from 10 minutes to 5 minutes.",
    ),
    (
        "actionitem",
        "update",
        {"title": "Alert sooner", "done_at": "2026-11-20T00:00:00+00:00", "done_by": 1},
        {"done_at": None, "done_by": None},
        "said that the action “Alert sooner” is done.",
    ),
    (
        "contactview",
        "insert",
        {"person": 1, "reason": "INC-12"},
        None,
        "saw the numbers of Mei Tan.",
    ),
    (
        "glossaryterm",
        "update",
        {"term": "contained", "meaning": "a"},
        {"meaning": "b"},
        "changed the meaning of the word “contained” from “b” to “a”.",
    ),
    ("team", "insert", {"name": "{who} <b>"}, None, "added the team {who} <b>."),
]


@pytest.mark.parametrize(("kind", "label", "row", "was", "sentence"), CASES)
def test_a_change_reads_as_one_sentence(
    kind: str, label: str, row: dict[str, Any], was: dict[str, Any] | None, sentence: str
) -> None:
    assert said(kind, label, row, was) == f"Nadia Haddad {sentence}"


def test_nobody_we_know_is_said() -> None:
    told = tell(KINDS["team"], Event("insert", {"name": "Cards"}), who="", names=names)

    assert words.as_text(told.sentence, zone=ZONE, now=NOW) == (
        "Somebody outside the portal added the team Cards."
    )


def test_every_column_is_shown_before_and_after() -> None:
    event = Event("update", {**SERVICE, "tier": 1}, {**SERVICE, "tier": 3, "region": "DE"})

    lines = tell(KINDS["service"], event, who="", names=names).lines

    shown = [
        (
            line.label,
            *(one and words.as_text(one, zone=ZONE, now=NOW) for one in (line.before, line.after)),
        )
        for line in lines
    ]
    assert shown == [("Tier", "tier 3", "tier 1"), ("Region", "Germany", None)]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_speaks_of_columns_that_exist(kind: str) -> None:
    spec = KINDS[kind]
    model = apps.get_model(spec.model)
    fields = {field.name for field in model._meta.concrete_fields}

    assert set(spec.parts) <= fields
    assert {p.points_at for p in spec.parts.values()} - {""} <= {*KINDS, "group", "review"}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("label", ["insert", "update", "delete"])
def test_every_kind_has_a_sentence_even_for_an_empty_row(kind: str, label: str) -> None:
    instants = {
        name: "2026-11-20T00:00:00+00:00"
        for name, p in KINDS[kind].parts.items()
        if p.of == "instant"
    }
    row: dict[str, Any] = {"kind": "replace", **instants}

    assert said(kind, label, row).startswith("Nadia Haddad ")
    assert "{" not in said(kind, label, row)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_name(kind: str) -> None:
    parts = KINDS[kind].parts.items()
    row = {name: 7 if part.of == "minutes" else "2026-11-20" for name, part in parts}

    assert name_of(KINDS[kind], row, names=names)


def test_what_a_row_points_at_is_known() -> None:
    assert references(KINDS["matrixentry"], (CELL, None)) == {
        ("stakeholderrole", 1),
        ("service", 1),
        ("person", 1),
        ("person", 2),
    }

"""Every act in every state, generated; and random histories against the model."""

import os
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import hypothesis
import pytest
from hypothesis.stateful import run_state_machine_as_test

from config.portal.refusals import Refused
from incidents.enums import Phase, Promise
from incidents.models import Incident, ResponseClock, TimelineEntry
from incidents.operations import engine, lifecycle, updates
from incidents.operations.lifecycle import Opening
from incidents.operations.updates import UpdateText
from tests.incidents.operations.histories import Histories
from tests.world import NOW, World

pytestmark = pytest.mark.django_db
HISTORIES = int(os.environ.get("HISTORIES", "30"))
SOON = NOW + timedelta(seconds=30)
REFUSED = "refused"

Act = Callable[[Incident, World], Any]


def _update(incident: Incident, world: World) -> object:
    text = UpdateText("Some notice.", "We know.", "We mend.")
    return updates.post(incident, text, key=uuid4(), by=world.alice, now=SOON)


def _reopen(incident: Incident, _world: World) -> None:
    lifecycle.open_again([lifecycle.lock(incident.pk)], now=SOON)


ACTS: dict[str, Act] = {
    "acknowledge": lambda i, w: lifecycle.acknowledge(i, by=w.alice, now=SOON),
    "hand back": lambda i, w: lifecycle.hand_back(i, by=w.alice, now=SOON),
    "contain": lambda i, w: lifecycle.contain(i, by=w.alice, at=SOON, now=SOON),
    "undo": lambda i, w: lifecycle.undo_contain(i, by=w.alice, now=SOON),
    "resolve": lambda i, w: lifecycle.resolve(i, by=w.alice, at=SOON, now=SOON),
    "update": _update,
    "note": lambda i, w: lifecycle.add_note(i, by=w.alice, text="Look.", now=SOON),
    "command": lambda i, w: lifecycle.take_command(i, by=w.alice, now=SOON),
    "give back": lambda i, w: lifecycle.give_back_command(i, by=w.carol, now=SOON),
    "reviewed": lambda i, w: lifecycle.mark_reviewed(i, by=w.alice, now=SOON),
}
STATES: dict[str, tuple[str, ...]] = {
    "detected": (),
    "acknowledged": ("acknowledge",),
    "handed back": ("acknowledge", "hand back"),
    "contained": ("contain",),
    "contained, handed back": ("contain", "hand back"),
    "resolved": ("resolve",),
    "reviewed": ("resolve", "reviewed"),
    "opened again": ("resolve", "reopen"),
}
D, A, C, R, V = Phase.DETECTED, Phase.ACKNOWLEDGED, Phase.CONTAINED, Phase.RESOLVED, Phase.REVIEWED
COLUMNS = tuple(ACTS)
X = REFUSED
# Carol leads in every state, so that there is something to give back.
TABLE: dict[str, tuple[str, ...]] = {
    #                         ack  back contain undo resolve update note command give reviewed
    "detected": (A, X, C, X, R, D, D, D, D, X),
    "acknowledged": (A, D, C, X, R, A, A, A, A, X),
    "handed back": (A, X, C, X, R, D, D, D, D, X),
    "contained": (C, C, X, A, R, C, C, C, C, X),
    "contained, handed back": (C, X, X, D, R, C, C, C, C, X),
    "resolved": (X, X, X, X, X, X, R, X, X, V),
    "reviewed": (X, X, X, X, X, X, V, X, X, V),
    "opened again": (A, X, C, X, R, D, D, D, D, X),
}
CASES = [
    (state, act, expected)
    for state, row in TABLE.items()
    for act, expected in zip(COLUMNS, row, strict=True)
]
RUNNING: dict[str, set[str]] = {
    D: {Promise.ACKNOWLEDGE, Promise.CONTAIN, Promise.RESOLVE},
    A: {Promise.CONTAIN, Promise.RESOLVE, Promise.UPDATE},
    R: {Promise.REVIEW},
    V: set(),
}


def bring_to(state: str, world: World) -> Incident:
    opening = Opening(
        title="Card payments fail",
        severity=1,
        service=world.service,
        source=world.source,
        alert_key="cards",
    )
    incident = lifecycle.open_incident(opening, by=None, now=NOW)
    engine.tick(now=NOW)
    lifecycle.take_command(incident, by=world.carol, now=NOW)
    for act in STATES[state]:
        {**ACTS, "reopen": _reopen}[act](Incident.objects.get(pk=incident.pk), world)
    return Incident.objects.get(pk=incident.pk)


def running(incident: Incident) -> set[str]:
    clocks = ResponseClock.objects.filter(incident=incident, met_at=None, stopped_at=None)
    return set(clocks.values_list("promise", flat=True))


def test_the_table_holds_every_state() -> None:
    assert set(TABLE) == set(STATES)
    assert {expected for _, _, expected in CASES} == {*Phase, REFUSED}


@pytest.mark.parametrize(
    ("state", "act", "expected"), CASES, ids=[f"{state}: {act}" for state, act, _ in CASES]
)
def test_every_act_in_every_state(world: World, state: str, act: str, expected: str) -> None:
    incident = bring_to(state, world)
    before = running(incident), TimelineEntry.objects.filter(incident=incident).count()

    if expected == REFUSED:
        with pytest.raises(Refused) as refused:
            ACTS[act](incident, world)
        assert str(refused.value).endswith(".")
        after = running(incident), TimelineEntry.objects.filter(incident=incident).count()
        assert after == before
        return
    ACTS[act](incident, world)

    incident.refresh_from_db()
    assert incident.phase == expected
    promised = running(incident)
    if expected in RUNNING and act != "update":
        assert promised == RUNNING[expected]
    if expected == C:
        assert Promise.CONTAIN not in promised
        assert (Promise.ACKNOWLEDGE in promised) == (incident.acknowledged_at is None)


def test_a_review_that_is_published_keeps_an_incident_closed(world: World) -> None:
    from incidents.intake import alertmanager  # noqa: PLC0415
    from incidents.intake.signal import Post  # noqa: PLC0415
    from incidents.operations import intake  # noqa: PLC0415

    world.source.reopen_minutes = 60
    world.source.save()
    parcel = alertmanager.parse(Post({"alerts": [{"labels": {"alertname": "CardErrors"}}]}))
    delivery = intake.Delivery(world.source, b"{}")
    intake.receive(delivery, parcel, now=NOW)
    first = Incident.objects.get()
    lifecycle.resolve(first, by=world.alice, at=NOW, now=NOW)
    lifecycle.mark_reviewed(first, by=world.alice, now=NOW)

    intake.receive(delivery, parcel, now=SOON)

    first.refresh_from_db()
    assert first.phase == Phase.REVIEWED
    assert Incident.objects.count() == 2


def test_random_histories_agree_with_the_model(world: World) -> None:
    Histories.world = world

    run_state_machine_as_test(
        Histories,
        settings=hypothesis.settings(
            max_examples=HISTORIES,
            stateful_step_count=14,
            deadline=None,
            suppress_health_check=list(hypothesis.HealthCheck),
        ),
    )

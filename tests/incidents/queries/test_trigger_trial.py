"""A rule tried against the last alerts: what it would change, and what nobody may read of it."""

from datetime import timedelta
from typing import Any

import pytest

from incidents.enums import RuleAction, RuleMode
from incidents.models import Incident, TriggerRule
from incidents.queries.trigger_trial import OPENS, QUIET, WAITS, tried
from tests.incidents.operations.test_sorting import rule, send, signal, when
from tests.world import NOW, World

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
ALL = [when("name", "contains", "alert")]


def fates(world: World, candidate: TriggerRule, **more: Any) -> list[tuple[str, str]]:
    trial = tried(candidate, reader=more.get("reader", world.alice), now=NOW + 60 * MINUTE)
    return [(one.before.what, one.after.what) for one in trial.changed]


def draft(world: World, **facts: Any) -> TriggerRule:
    given: dict[str, Any] = {
        "name": "Tried",
        "mode": RuleMode.DRAFT,
        "conditions": ALL,
        "position": 5,
    }
    return rule(world, **(given | facts))


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"action": RuleAction.SUPPRESS}, [(OPENS, QUIET)]),
        ({"action": RuleAction.IF_IMPACT}, [(OPENS, WAITS)]),
        ({"severity": 1}, [(OPENS, OPENS)]),
        ({"title": "{name} again"}, [(OPENS, OPENS)]),
        ({"conditions": [when("name", "is", "Disk")], "severity": 1}, []),
        ({"conditions": [when("firing", "at_least", minutes=30)]}, []),
        ({"conditions": [when("firing", "at_least", minutes=90)]}, [(OPENS, WAITS)]),
    ],
)
def test_the_rule_is_set_beside_what_happens_now(
    world: World, facts: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    send(world, signal("a"))

    assert fates(world, draft(world, **facts)) == expected


def test_what_ended_sooner_would_have_waited_in_vain(world: World) -> None:
    send(world, signal("a", starts_at=NOW))
    send(
        world,
        signal("a", is_firing=False, starts_at=NOW, ends_at=NOW + 9 * MINUTE),
        at=NOW + 9 * MINUTE,
    )

    lasts = [when("firing", "at_least", minutes=30)]

    assert fates(world, draft(world, conditions=lasts)) == [(OPENS, WAITS)]


def test_it_is_tried_at_its_place(world: World) -> None:
    rule(world, "Above", conditions=ALL, severity=4, position=1)
    rule(world, "Below", conditions=ALL, action=RuleAction.SUPPRESS, position=9)
    send(world, signal("a"))

    assert fates(world, draft(world, severity=1)) == []
    assert fates(world, draft(world, severity=1, position=0, name="First")) == [(OPENS, OPENS)]


def test_an_active_rule_is_compared_with_what_it_says_now(world: World) -> None:
    active = rule(world, "Active", conditions=ALL, severity=1)
    send(world, signal("a"))
    active.severity = 2

    trial = tried(active, reader=world.alice, now=NOW)

    assert [(one.before.severity, one.after.severity) for one in trial.changed] == [(1, 2)]
    assert (trial.taken, trial.severities) == (1, 1)
    assert (trial.before.incidents, trial.after.incidents) == (1, 1)


def test_alerts_of_restricted_incidents_are_for_few(world: World) -> None:
    send(world, signal("a"))
    Incident.objects.update(is_restricted=True)
    candidate = draft(world, severity=1)

    assert fates(world, candidate, reader=world.frank) == []
    assert tried(candidate, reader=world.frank, now=NOW).tried == 0

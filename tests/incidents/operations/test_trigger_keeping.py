"""Trigger rules as people keep them: raced, refused, told in the trail, and their titles."""

from datetime import timedelta
from typing import Any

import pytest

from config.front.history import KINDS, Event, tell
from config.portal.refusals import Refused
from incidents.enums import RuleMode
from incidents.logic.placing import Naming
from incidents.models import Incident, TriggerRule
from incidents.operations import placing, trigger_keeping
from incidents.operations.trigger_keeping import RuleFacts
from tests.incidents.operations.test_sorting import rule, send, signal, when
from tests.races import together
from tests.world import NOW, World, build

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world() -> World:
    found = build()
    found.source.owner_team = found.team
    found.source.save()
    return found


def facts(world: World, **changed: Any) -> RuleFacts:
    given: dict[str, Any] = {
        "name": "Cards", "conditions": (when("name", "is", "Alert a"),), "reason": "So.",
        "owner_id": world.alice.pk, "source_id": world.source.pk,
        "review_on": (NOW + timedelta(days=9)).date(),
    }  # fmt: skip
    return RuleFacts(**(given | changed))


def test_rules_that_are_moved_at_once_keep_an_order(world: World) -> None:
    rules = [rule(world, f"Rule {n}", source=world.source, position=7) for n in range(5)]

    together(
        lambda: trigger_keeping.move(rules[4], up=True, by=world.alice),
        lambda: trigger_keeping.move(rules[0], up=False, by=world.alice),
        lambda: trigger_keeping.move(rules[2], up=True, by=world.alice),
    )

    positions = sorted(TriggerRule.objects.values_list("position", flat=True))
    assert positions == [10, 20, 30, 40, 50]


def test_of_two_saves_at_once_one_is_told(world: World) -> None:
    made = trigger_keeping.make(facts(world), mode=RuleMode.DRAFT, by=world.alice, now=NOW)
    seen = trigger_keeping.stamp(TriggerRule.objects.get())

    results = together(
        *(
            lambda level=level: trigger_keeping.change(
                made, facts(world, severity=level), seen=seen, by=world.alice, now=NOW
            )
            for level in (1, 2)
        )
    )

    assert sum(isinstance(one, trigger_keeping.ChangedSince) for one in results) == 1


def test_two_presses_at_once_make_one_rule(world: World) -> None:
    world.source.default_service = None
    world.source.save()
    send(world, signal("a", service="cron", labels={"service": "cron"}))

    results = together(
        *(
            lambda: placing.give_home(
                world.source,
                Naming("label:service", "cron"),
                world.service,
                decides=True,
                by=world.alice,
                now=NOW,
            )
            for _ in range(2)
        )
    )

    assert sum(isinstance(one, Refused) for one in results) == 1
    assert TriggerRule.objects.count() == 1
    assert Incident.objects.get().service == world.service


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"source_id": None}, "Rules for every source"),
        ({"conditions": ()}, "at least one thing"),
        ({"conditions": (when("name", "over", "x"),)}, "compare numbers"),
        ({"title": "{secret}"}, "no place that we know"),
        ({"review_on": NOW.date()}, "a day to come"),
    ],
)
def test_what_cannot_be_is_refused(world: World, changed: dict[str, Any], expected: str) -> None:
    with pytest.raises(Refused, match=expected):
        trigger_keeping.make(facts(world, **changed), mode=RuleMode.DRAFT, by=world.alice, now=NOW)
    assert not TriggerRule.objects.exists()


def test_nobody_switches_on_a_rule_of_somebody_who_has_left(world: World) -> None:
    made = trigger_keeping.make(facts(world), mode=RuleMode.DRAFT, by=world.alice, now=NOW)
    world.alice.left_at = NOW
    world.alice.save()

    with pytest.raises(Refused, match="The owner has left"):
        trigger_keeping.switch(made, RuleMode.ACTIVE, by=world.alice, now=NOW)
    assert trigger_keeping.switch(made, RuleMode.DRAFT, by=world.alice, now=NOW) is False


def test_strangers_are_refused(world: World) -> None:
    made = trigger_keeping.make(facts(world), mode=RuleMode.DRAFT, by=world.alice, now=NOW)

    for act in (
        lambda: trigger_keeping.move(made, up=True, by=world.frank),
        lambda: trigger_keeping.switch(made, RuleMode.WATCH, by=world.frank, now=NOW),
        lambda: trigger_keeping.change(made, facts(world), seen="", by=world.frank, now=NOW),
        lambda: trigger_keeping.make(
            facts(world, name="B"), mode=RuleMode.DRAFT, by=world.frank, now=NOW
        ),
    ):
        with pytest.raises(Refused, match="Only leads of the owning team"):
            act()


def test_the_title_is_filled_from_the_alert(world: World) -> None:
    conditions = [when("label:team", "is", "shop")]
    rule(world, title="{label:team}: {summary} {label:evil}", conditions=conditions)
    labels = {"team": "shop", "evil": "{name}\u202e{label:team}\n"}

    send(world, signal("a", summary="Cards fail", labels=labels))

    assert Incident.objects.get().title == "shop: Cards fail {name} {label:team}"


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"mode": "draft"}, {"mode": "active"}, "switched on"),
        ({"mode": "active"}, {"mode": "watch"}, "only watch"),
        ({"position": 10}, {"position": 20}, "moved"),
        (
            {"conditions": [when("label:a", "is", "b")]},
            {"conditions": [when("label:a", "is", "c")]},
            "the conditions",
        ),
    ],
)
def test_the_trail_tells_it_in_a_sentence(
    before: dict[str, Any], after: dict[str, Any], expected: str
) -> None:
    row = {"name": "Cards", "mode": "draft", "position": 10, "conditions": []}
    event = Event("update", row | after, row | before)

    told = tell(KINDS["triggerrule"], event, who="Nadia", names=lambda kind, pk: f"{kind} {pk}")

    said = str(told)
    assert expected in said
    assert "Cards" in said

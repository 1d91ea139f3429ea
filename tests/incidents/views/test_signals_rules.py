"""The pages of trigger rules: their order, their form without script, the trial, switching on."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from config.portal import clock
from incidents.enums import RuleMode
from incidents.models import ImpactClass, TriggerRule
from incidents.operations import trigger_keeping
from tests.incidents.operations.test_sorting import rule, send, signal, when
from tests.world import World

pytestmark = pytest.mark.django_db
LIST = "/signals/rules/"
CARD = [when("name", "contains", "alert")]


@pytest.fixture
def alice(client: Client, world: World) -> Client:
    """Alice leads the team that owns the monitor."""
    world.source.owner_team = world.team
    world.source.save()
    client.force_login(world.alice)
    return client


def typed(world: World, **changed: Any) -> dict[str, Any]:
    form = {
        "name": "Card errors", "source": str(world.source.pk), "action": "incident",
        "service": str(world.service.pk), "severity": "1", "owner": str(world.alice.pk),
        "reason": "Customers cannot pay.",
        "review_on": f"{clock.act_now() + timedelta(days=90):%Y-%m-%d}",
        "c0-what": "name", "c0-test": "contains", "c0-value": "alert",
    }  # fmt: skip
    return form | changed


def of_monitor(world: World, name: str, **facts: Any) -> TriggerRule:
    given = {"source": world.source, "conditions": CARD, "service": world.service}
    return rule(world, name, **(given | facts))


def test_without_rules_the_page_says_so(alice: Client) -> None:
    page = alice.get(LIST).content.decode()

    assert "Every alert means what its sender says" in page
    assert "Make the first rule" in page


def test_a_rule_is_saved_as_a_draft_and_reads_as_a_sentence(alice: Client, world: World) -> None:
    page = alice.post(f"{LIST}new/", typed(world, do="draft"), follow=True).content.decode()

    made = TriggerRule.objects.get()
    assert made.mode == RuleMode.DRAFT
    assert "open a SEV1 on Payments" in page
    assert "“Card errors” is a draft" in page


@pytest.mark.parametrize(("do", "mode"), [("watch", RuleMode.WATCH), ("on", RuleMode.DRAFT)])
def test_a_new_rule_never_decides_at_once(
    alice: Client, world: World, do: str, mode: RuleMode
) -> None:
    alice.post(f"{LIST}new/", typed(world, do=do))

    assert TriggerRule.objects.get().mode == mode


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"name": ""}, "Give the rule a name."),
        ({"c0-value": ""}, "Condition 1: Write the value to compare with."),
        ({"c0-what": "label"}, "Write the name of the label"),
        ({"c0-test": "over"}, "compare numbers"),
        ({"c0-what": "firing"}, "Write for how many minutes"),
        ({"title": "{label.__class__}"}, "is no place that we know"),
        ({"review_on": "2020-01-01"}, "Choose a day to come"),
        ({"source": ""}, "Rules for every source are kept by service owners"),
        ({"name": "Taken"}, "Another rule has this name"),
    ],
)
def test_what_cannot_be_is_said(
    alice: Client, world: World, changed: dict[str, Any], expected: str
) -> None:
    of_monitor(world, "Taken", mode=RuleMode.DRAFT)

    response = alice.post(f"{LIST}new/", typed(world, do="draft", **changed))

    assert response.status_code == 422
    assert expected in response.content.decode()


def test_conditions_are_added_and_removed_without_script(alice: Client, world: World) -> None:
    more = alice.post(f"{LIST}new/", typed(world, do="add")).content.decode()
    two = {"c1-what": "label", "c1-label": "team", "c1-test": "is", "c1-value": "shop"}
    less = alice.post(f"{LIST}new/", typed(world, do="remove-0", **two)).content.decode()

    assert 'name="c1-what"' in more
    assert 'name="c1-what"' not in less
    assert 'value="shop"' in less
    assert not TriggerRule.objects.exists()


def test_the_sentence_follows_what_is_typed(alice: Client, world: World) -> None:
    answer = alice.post(f"{LIST}new/", typed(world, do="preview"), headers={"HX-Request": "true"})

    page = answer.content.decode()
    assert "says that its name contains alert" in page
    assert "<html" not in page


def test_it_is_tried_as_typed_against_the_last_alerts(alice: Client, world: World) -> None:
    now = clock.act_now()
    send(world, signal("a"), signal("b", name="Disk"), at=now - timedelta(minutes=5))

    page = alice.post(f"{LIST}new/", typed(world, do="try")).content.decode()

    assert "It would have changed 1 of 2 alerts" in page
    assert "SEV1 on Payments" in page
    assert "What we cannot know" in page
    assert not TriggerRule.objects.exists()


def test_switching_on_shows_the_trial_first(alice: Client, world: World) -> None:
    made = of_monitor(world, "Card errors", mode=RuleMode.WATCH, review_on="2030-01-01")
    asked = alice.get(f"{LIST}{made.pk}/on/").content.decode()

    alice.post(f"{LIST}{made.pk}/on/", {"seen": trigger_keeping.stamp(made)})

    made.refresh_from_db()
    assert "No alert has arrived yet" in asked
    assert made.mode == RuleMode.ACTIVE
    alice.post(f"{LIST}{made.pk}/mode/", {"mode": "draft"})
    made.refresh_from_db()
    assert made.mode == RuleMode.DRAFT


def test_of_two_edits_the_second_is_told(alice: Client, world: World) -> None:
    made = of_monitor(world, "Card errors")
    made.refresh_from_db()
    seen = trigger_keeping.stamp(made)
    alice.post(f"{LIST}{made.pk}/", typed(world, seen=seen, severity="2"))

    late = alice.post(f"{LIST}{made.pk}/", typed(world, seen=seen, severity="3"))

    assert late.status_code == 409
    assert "Somebody else changed this rule meanwhile." in late.content.decode()
    assert "open a SEV2 on Payments" in late.content.decode()
    made.refresh_from_db()
    assert made.severity == 2


def test_rules_change_places(alice: Client, world: World) -> None:
    first = of_monitor(world, "First", position=5)
    second = of_monitor(world, "Second", position=5)

    alice.post(f"{LIST}{second.pk}/move/", {"to": "up"})

    assert list(TriggerRule.objects.values_list("name", "position")) == [
        ("Second", 10),
        ("First", 20),
    ]
    assert first.pk < second.pk


def test_conflicts_are_said_and_can_be_asked_for(alice: Client, world: World) -> None:
    of_monitor(world, "Wide", position=1, review_on="2030-01-01")
    narrow = [*CARD, when("severity", "is", "1")]
    of_monitor(world, "Narrow", position=2, conditions=narrow, review_on="2030-01-01")

    page = alice.get(f"{LIST}?review=1").content.decode()

    assert "It can never decide: “Wide” stands above it" in page
    assert "<b>Wide" not in page
    assert "No rule matches." in alice.get(f"{LIST}?q=nothing").content.decode()


def test_the_list_is_a_file(alice: Client, world: World) -> None:
    of_monitor(world, "=HYPERLINK(1)")

    text = alice.get(f"{LIST}?format=csv").content.decode()

    assert "'=HYPERLINK(1)" in text
    assert "Worth a call" in text


def test_a_stranger_reads_but_does_not_change(client: Client, world: World) -> None:
    made = of_monitor(world, "Card errors")
    client.force_login(world.frank)

    page = client.get(f"{LIST}{made.pk}/").content.decode()
    for address in ("", "on/", "mode/", "move/"):
        client.post(f"{LIST}{made.pk}/{address}", typed(world, mode="draft", name="Mine", to="up"))

    assert 'id="save"' not in page
    assert "“Card errors” decides" in page
    assert client.get(f"{LIST}999999/").status_code == 404
    made.refresh_from_db()
    assert (made.name, made.mode) == ("Card errors", RuleMode.ACTIVE)


@pytest.mark.parametrize("address", ["", "{pk}/?try=1"])
def test_many_rules_and_alerts_cost_no_more_queries(
    alice: Client, world: World, address: str
) -> None:
    now = clock.act_now()
    made = of_monitor(world, "First", mode=RuleMode.WATCH)
    page = LIST + address.replace("{pk}", str(made.pk))

    def grow(first: int, last: int) -> None:
        later = now + timedelta(seconds=last)
        send(world, *(signal(f"k{n}") for n in range(first, last)), at=later)
        for number in range(first, last):
            of_monitor(world, f"Rule {number}", position=number)

    grow(0, 3)
    alice.get(page)
    with CaptureQueriesContext(connection) as few:
        alice.get(page)
    grow(3, 30)
    with CaptureQueriesContext(connection) as many:
        alice.get(page)

    assert len(many) == len(few)


def test_a_rule_says_what_follows_from_its_kind_of_harm(alice: Client, world: World) -> None:
    kind = ImpactClass.objects.create(
        name="Privacy", slug="privacy", is_restricted=True, told_role=world.director
    )
    rule = of_monitor(world, "Leaks", impact=kind)

    page = " ".join(alice.get(f"{LIST}{rule.pk}/").content.decode().split())

    assert "Privacy: Only those with a part in it can read it." in page
    assert "The engineering director is told at once." in page

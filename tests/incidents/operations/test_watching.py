"""What a watching rule would have decided is counted, at no price where none watches."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from incidents.enums import RuleAction, RuleMode
from incidents.logic.trigger_words import would_have
from incidents.models import WatchedAlert
from incidents.queries import trigger_list
from tests.incidents.operations.test_sorting import rule, send, signal, when
from tests.world import NOW, World

pytestmark = pytest.mark.django_db
WATCH = {"mode": RuleMode.WATCH, "conditions": [when("name", "contains", "alert")]}
LATER = NOW + timedelta(minutes=1)


def test_each_alert_counts_once_however_often_it_arrives(world: World) -> None:
    watching = rule(world, "Watching", severity=1, **WATCH)

    send(world, signal("a"), signal("b", group_key="g"), signal("c", group_key="g"))
    send(world, signal("a"), at=LATER)

    assert WatchedAlert.objects.filter(rule=watching).count() == 3
    said = trigger_list.would_have(watching, now=LATER)
    assert said == "It would have opened or joined 2 incidents, for 3 alerts."


def test_what_a_rule_before_it_decides_is_not_its_own(world: World) -> None:
    rule(world, "First", position=1, action=RuleAction.SUPPRESS)
    watching = rule(world, "Watching", position=2, **WATCH)

    send(world, signal("a"))

    assert trigger_list.would_have(watching, now=LATER) == "No alert has fitted it."


def test_after_a_month_it_is_counted_no_more(world: World) -> None:
    watching = rule(world, "Watching", **WATCH)
    send(world, signal("a"))

    said = trigger_list.would_have(watching, now=NOW + timedelta(days=31))

    assert said == "No alert has fitted it."


def test_of_a_rule_that_decides_nothing_is_said(world: World) -> None:
    active = rule(world, "Active")
    send(world, signal("a"))

    assert trigger_list.would_have(active, now=LATER) == ""
    assert not WatchedAlert.objects.exists()


def test_where_none_watches_nothing_is_asked(world: World) -> None:
    rule(world, "Active")
    with CaptureQueriesContext(connection) as asked:
        send(world, signal("a"))

    assert not [one for one in asked.captured_queries if "watchedalert" in one["sql"]]


@pytest.mark.parametrize("path", ["/signals/rules/", "/signals/rules/{pk}/"], ids=["list", "one"])
def test_the_pages_say_it(
    world: World, client: Client, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("config.portal.clock.show_now", lambda: LATER)
    watching = rule(world, "Watching", **WATCH)
    send(world, signal("a"))
    client.force_login(world.frank)

    page = client.get(path.format(pk=watching.pk)).content.decode()

    assert "It would have opened or joined 1 incident, for 1 alert." in page


@pytest.mark.parametrize(
    ("action", "said"),
    [
        (RuleAction.INCIDENT, "It would have opened or joined 2 incidents, for 5 alerts."),
        (RuleAction.SUPPRESS, "It would have kept 5 alerts quiet."),
        (RuleAction.IF_IMPACT, "It would have let 5 alerts wait for impact."),
    ],
)
def test_each_action_has_its_words(action: str, said: str) -> None:
    assert would_have(action, alerts=5, groups=2) == said

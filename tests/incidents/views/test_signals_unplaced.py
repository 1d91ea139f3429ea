"""Alerts without a service: who hears of them, and the press that gives them a home."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from config.portal import clock
from config.portal.refusals import Refused
from incidents.enums import Promise, RuleMode
from incidents.logic.placing import Naming, naming, rule_name
from incidents.models import Alert, EscalationRun, Incident, ResponseClock, TriggerRule
from incidents.operations import lifecycle, placing
from tests.incidents.operations.test_sorting import outcomes, send, signal
from tests.world import World

pytestmark = pytest.mark.django_db
PAGE = "/signals/unplaced/"
CRON = Naming("label:service", "cron")


@pytest.fixture
def alice(client: Client, world: World) -> Client:
    """Alice leads the team that owns the monitor, which has no service for the rest."""
    world.source.owner_team, world.source.default_service = world.team, None
    world.source.save()
    client.force_login(world.alice)
    return client


def nowhere(world: World, key: str = "a", *, at: datetime | None = None, app: str = "cron") -> None:
    labels = {"service": app}
    send(world, signal(key, service=app, labels=labels), at=at or clock.act_now())


def pressed(world: World, **changed: str) -> dict[str, str]:
    form = {
        "source": str(world.source.pk), "what": CRON.what, "value": CRON.value,
        "service": str(world.service.pk), "do": "on",
    }  # fmt: skip
    return form | changed


@pytest.mark.parametrize(
    ("name", "labels", "expected"),
    [
        ("Disk", {"service": "cron"}, Naming("label:service", "cron")),
        ("Disk", {"job": "cron", "app": "shop"}, Naming("label:app", "shop")),
        ("Disk", {"service": " "}, Naming("name", "Disk")),
        ("Disk", {"service": 7}, Naming("name", "Disk")),
        ("Disk", {"service": 200 * "x"}, Naming("name", "Disk")),
        ("Disk", None, Naming("name", "Disk")),
    ],
)
def test_alerts_are_grouped_by_what_they_name(name: str, labels: object, expected: Naming) -> None:
    assert naming(name, labels) == expected
    assert len(rule_name(Naming("name", 200 * "x"), "Shop")) == 120


def test_with_nothing_unplaced_the_page_says_so(alice: Client) -> None:
    assert "Every alert has a service" in alice.get(PAGE).content.decode()


def test_what_names_no_service_is_shown_once_for_what_it_names(alice: Client, world: World) -> None:
    nowhere(world)
    nowhere(world, "b")
    nowhere(world, "c", app="mail")

    page = alice.get(PAGE).content.decode()

    assert page.count("service = cron</h2>") == 1
    assert "2 alerts, the last" in page
    assert Incident.objects.earliest("pk").reference in page


def test_of_many_open_incidents_the_first_are_named(alice: Client, world: World) -> None:
    for key in "abcdefg":
        nowhere(world, key)

    page = alice.get(PAGE).content.decode()

    named = [one for one in Incident.objects.all() if f">{one.reference}<" in page]
    assert (Incident.objects.count(), len(named)) == (7, 5)
    assert "and 2 more." in page


def test_one_press_moves_what_is_open_and_what_comes_next(alice: Client, world: World) -> None:
    nowhere(world)

    page = alice.post(f"{PAGE}home/", pressed(world), follow=True).content.decode()
    nowhere(world, "b")

    assert "1 open incident moved to Payments." in page
    assert "Every alert has a service" in page
    assert TriggerRule.objects.get().mode == RuleMode.ACTIVE
    assert {one.service for one in Incident.objects.all()} == {world.service}
    assert Alert.objects.get(key="b").rule == TriggerRule.objects.get()


def test_where_nothing_is_open_only_the_rule_is_told_of(alice: Client, world: World) -> None:
    nowhere(world)
    Alert.objects.update(incident=None)

    page = alice.post(f"{PAGE}home/", pressed(world), follow=True).content.decode()

    assert "These alerts belong to Payments now. No incident was open." in page


def test_the_people_of_its_home_are_called_from_now_on(alice: Client, world: World) -> None:
    now = clock.act_now()
    nowhere(world, at=now - timedelta(minutes=9))

    placing.give_home(world.source, CRON, world.service, decides=False, by=world.alice, now=now)

    incident = Incident.objects.get()
    open_clock = ResponseClock.objects.get(
        incident=incident, promise=Promise.ACKNOWLEDGE, stopped_at__isnull=True
    )
    assert open_clock.started_at == now
    assert EscalationRun.objects.open().filter(clock=open_clock).count() == 1
    assert "It belongs to Payments." in str(list(incident.timeline.values_list("params")))
    assert TriggerRule.objects.get().mode == RuleMode.DRAFT


def test_whoever_has_acknowledged_goes_on(alice: Client, world: World) -> None:
    now = clock.act_now()
    nowhere(world, at=now - timedelta(minutes=9))
    lifecycle.acknowledge(Incident.objects.get(), by=world.alice, now=now)

    placing.give_home(world.source, CRON, world.service, decides=False, by=world.alice, now=now)

    clocks = ResponseClock.objects.filter(promise=Promise.ACKNOWLEDGE)
    assert clocks.filter(started_at=now).count() == 0


def test_the_same_alert_stays_in_its_incident(alice: Client, world: World) -> None:
    nowhere(world)
    alice.post(f"{PAGE}home/", pressed(world))

    answer = send(world, signal("a", service="cron"), at=clock.act_now() + timedelta(minutes=1))

    assert outcomes(answer) == ["grouped"]
    assert Incident.objects.count() == 1


def test_a_second_press_finds_nothing_left(alice: Client, world: World) -> None:
    nowhere(world)
    alice.post(f"{PAGE}home/", pressed(world))

    with pytest.raises(Refused, match="Nothing of this is left"):
        placing.give_home(
            world.source, CRON, world.service, decides=True, by=world.alice, now=clock.act_now()
        )
    assert TriggerRule.objects.count() == 1


@pytest.mark.parametrize("changed", [{"service": ""}, {"source": "x"}, {"do": "all"}])
def test_what_cannot_be_changes_nothing(
    alice: Client, world: World, changed: dict[str, str]
) -> None:
    nowhere(world)

    alice.post(f"{PAGE}home/", pressed(world, **changed))

    assert Incident.objects.get().service is None
    assert not TriggerRule.objects.exists()


def test_a_stranger_reads_but_gives_no_home(client: Client, alice: Client, world: World) -> None:
    nowhere(world)
    Incident.objects.update(is_restricted=True)
    client.force_login(world.frank)
    hidden = client.get(PAGE).content.decode()
    Incident.objects.update(is_restricted=False)

    page = client.get(PAGE).content.decode()
    client.post(f"{PAGE}home/", pressed(world))

    assert "service = cron" not in hidden
    assert "service = cron" in page
    assert "Give it a home" not in page
    assert Incident.objects.get().service is None


def test_many_alerts_cost_no_more_queries(alice: Client, world: World) -> None:
    for number in range(3):
        nowhere(world, f"k{number}", app=f"app-{number}")
    alice.get(PAGE)
    with CaptureQueriesContext(connection) as few:
        alice.get(PAGE)
    for number in range(3, 30):
        nowhere(world, f"k{number}", app=f"app-{number}")
    with CaptureQueriesContext(connection) as many:
        alice.get(PAGE)

    assert len(many) == len(few)

"""The pages of planned work: what goes on, what it will do, and who may change it."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from config.portal import clock
from incidents.enums import MaintenanceMode, Recurrence
from incidents.models import Alert, Incident, MaintenanceWindow
from incidents.operations import maintenance, waiting
from rosters.models import Service, Team
from tests.incidents.operations.test_planned_work import plan
from tests.incidents.operations.test_sorting import send, signal
from tests.world import World

pytestmark = pytest.mark.django_db
LIST = "/signals/maintenance/"
HOUR = timedelta(hours=1)


@pytest.fixture
def alice(client: Client, world: World) -> Client:
    """Alice leads the team that owns Payments."""
    client.force_login(world.alice)
    return client


def typed(world: World, **changed: Any) -> dict[str, Any]:
    form = {
        "title": "New database",
        "services": [str(world.service.pk)],
        "starts_at": "2027-03-14T02:00",
        "ends_at": "2027-03-14T04:00",
        "time_zone": "Europe/Berlin",
        "recurrence": "weekly",
        "mode": "hold",
        "owner": str(world.alice.pk),
    }
    return form | changed


def now_plan(world: World, **facts: Any) -> MaintenanceWindow:
    now = clock.act_now()
    return plan(world, **({"starts_at": now - HOUR, "ends_at": now + HOUR} | facts))


def test_nothing_is_planned(alice: Client) -> None:
    page = alice.get(LIST).content.decode()

    assert "Nothing is planned." in page
    assert "Plan the first" in page


def test_the_list_tells_what_goes_on_and_what_waits(alice: Client, world: World) -> None:
    now = clock.act_now()
    now_plan(world)
    send(world, signal("a"), at=now)

    page = alice.get(LIST).content.decode()

    assert "New database is going on" in page
    assert "alert waits now" in page
    assert "What still fails at the end opens an incident then." in page


def test_the_list_is_narrowed(alice: Client, world: World) -> None:
    other = Team.objects.create(name="Shop", slug="shop")
    shop = Service.objects.create(name="Shop", slug="shop", owner_team=other)
    now_plan(world)
    now_plan(world, title="Larger disks", services=(shop,), mode=MaintenanceMode.LOG)

    for query in ("q=disks", "service=shop", "team=shop", "mode=log"):
        page = alice.get(f"{LIST}?{query}").content.decode()
        assert "Larger disks" in page
        assert "New database<" not in page
    assert "No planned work matches." in alice.get(f"{LIST}?q=nothing").content.decode()


def test_what_is_over_stands_apart(alice: Client, world: World) -> None:
    now = clock.act_now()
    now_plan(world, starts_at=now - 3 * HOUR, ends_at=now - HOUR)

    assert "Nothing is planned." in alice.get(LIST).content.decode()
    assert "New database" in alice.get(f"{LIST}?show=over").content.decode()


def test_many_windows_cost_no_more_queries(alice: Client, world: World) -> None:
    for _ in range(3):
        now_plan(world)
    alice.get(LIST)
    with CaptureQueriesContext(connection) as few:
        alice.get(LIST)
    for _ in range(27):
        now_plan(world)
    with CaptureQueriesContext(connection) as many:
        alice.get(LIST)

    assert len(many) == len(few)


def test_work_is_planned_in_the_wall_time_of_its_zone(alice: Client, world: World) -> None:
    response = alice.post(f"{LIST}new/", typed(world, until="2027-12-31"))

    window = MaintenanceWindow.objects.get()
    assert response.status_code == 302
    assert f"{window.starts_at:%Y-%m-%d %H:%M}" == "2027-03-14 01:00"
    assert (window.recurrence, window.time_zone) == (Recurrence.WEEKLY, "Europe/Berlin")
    assert list(window.services.all()) == [world.service]


def test_the_sentence_says_what_it_will_do_before_it_is_saved(alice: Client, world: World) -> None:
    now_plan(world, title="Another", recurrence=Recurrence.DAILY, mode=MaintenanceMode.LOG)
    shown = typed(world, do="preview", starts_at="2027-03-21T02:00", ends_at="2027-03-21T04:00")

    fragment = alice.post(f"{LIST}new/", shown, headers={"HX-Request": "true"}).content.decode()
    page = alice.post(f"{LIST}new/", shown).content.decode()

    for text in (fragment, page):
        assert "Every Sunday, 02:00 to 04:00 Berlin time." in text
        assert "What still fails at 04:00 opens an incident then." in text
        assert "The clocks go forward over 02:00, so it begins at 03:00." in text
    assert "<html" not in fragment
    assert MaintenanceWindow.objects.count() == 1


WRONG = [
    ({"title": ""}, "Say what is done"),
    ({"services": []}, "Say what it is about"),
    ({"ends_at": "2027-03-14T01:00"}, "It must end after it starts."),
    ({"ends_at": "2027-03-23T04:00"}, "It must be over before its next time begins."),
    ({"starts_at": "tomorrow"}, "is not a day and a time"),
    ({"until": "2027-03-01"}, "The last day is before the first."),
    ({"mode": "log", "ends_at": "2027-03-14T07:00"}, "for more than 4 hours. Say why."),
    ({"mode": "pause", "labels": "region = eu"}, "Labels are asked of alerts only."),
    ({"labels": "region"}, "Write one a line"),
    (
        {"recurrence": "once", "starts_at": "2020-03-10T02:00", "ends_at": "2020-03-10T04:00"},
        "That is past.",
    ),
]


@pytest.mark.parametrize(("changed", "expected"), WRONG)
def test_what_cannot_be_planned_is_said_next_to_its_field(
    alice: Client, world: World, changed: dict[str, Any], expected: str
) -> None:
    response = alice.post(f"{LIST}new/", typed(world, **changed))

    assert response.status_code == 422
    assert expected in response.content.decode()
    assert not MaintenanceWindow.objects.exists()


def test_others_read_and_may_not_change(client: Client, world: World) -> None:
    window = now_plan(world)
    client.force_login(world.frank)

    page = client.get(f"{LIST}{window.pk}/").content.decode()
    client.post(f"{LIST}{window.pk}/call-off/")
    client.post(f"{LIST}new/", typed(world))

    window.refresh_from_db()
    assert "can change this" in page
    assert "What it does" in page
    assert window.called_off_at is None
    assert MaintenanceWindow.objects.count() == 1


def test_calling_it_off_decides_what_waited(alice: Client, world: World) -> None:
    now = clock.act_now()
    window = now_plan(world)
    send(world, signal("a"), at=now)

    alice.post(f"{LIST}{window.pk}/call-off/")
    waiting.sweep(now=clock.act_now())

    assert Incident.objects.exists()
    assert "is called off" in alice.get(f"{LIST}{window.pk}/").content.decode()


def test_ending_it_early_keeps_the_next_time(alice: Client, world: World) -> None:
    window = now_plan(world, recurrence=Recurrence.WEEKLY)
    first = window.starts_at

    alice.post(f"{LIST}{window.pk}/end/")

    window.refresh_from_db()
    assert window.called_off_at is None
    assert timedelta(days=6) < window.starts_at - first < timedelta(days=8)


def test_moving_the_end_moves_what_waits(alice: Client, world: World) -> None:
    now = clock.act_now()
    window = now_plan(world)
    send(world, signal("a"), at=now)
    work = maintenance.Work(
        window.title, window.starts_at, window.ends_at + HOUR, world.alice.pk,
        mode=MaintenanceMode.HOLD, time_zone="Europe/Berlin", services=(world.service,),
    )  # fmt: skip

    maintenance.change(window, work, by=world.alice, now=now)
    waiting.sweep(now=now)

    assert Alert.objects.get().held_until == window.ends_at + HOUR


def test_it_stands_on_the_pages_that_people_look_at(alice: Client, world: World) -> None:
    now_plan(world, mode=MaintenanceMode.PAUSE, recurrence=Recurrence.WEEKLY)

    for address in ("/", "/services/payments/", "/status/", "/rules/payments/"):
        page = alice.get(address).content.decode()
        assert "New database" in page, address
    assert "Pauses calls" in alice.get("/").content.decode()
    assert "Their calls wait until the end." in alice.get("/rules/payments/").content.decode()

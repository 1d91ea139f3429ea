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
from incidents.queries import maintenance as reading
from rosters.models import Service, Team
from tests.incidents.operations.test_planned_work import plan
from tests.incidents.operations.test_sorting import send, signal
from tests.world import World, at

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

    assert "Going on now: New database" in page
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
    assert "Called off: " in alice.get(f"{LIST}{window.pk}/").content.decode()


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


SATURDAY = {"starts_at": "2027-03-13T02:00", "ends_at": "2027-03-13T04:00"}


@pytest.fixture
def weekly(alice: Client, world: World) -> MaintenanceWindow:
    alice.post(f"{LIST}new/", typed(world, **SATURDAY))
    return MaintenanceWindow.objects.get()


def one_time(**changed: str) -> dict[str, str]:
    return {"on": "2027-03-20", "act": "leave_out", "reason": "The sale"} | changed


def test_one_time_is_left_out_and_comes_back(alice: Client, weekly: MaintenanceWindow) -> None:
    address = f"{LIST}{weekly.pk}/times/"

    page = alice.post(address, one_time(), follow=True).content.decode()

    weekly.refresh_from_db()
    assert weekly.exceptions == {"2027-03-20": {"reason": "The sale"}}
    assert "One time of “New database” differs" in page
    assert "Saturday 20 Mar 2027 is left out." in page
    alice.post(f"{LIST}{weekly.pk}/back/", {"on": "2027-03-20"})
    weekly.refresh_from_db()
    assert weekly.exceptions == {}


def test_one_time_is_moved(alice: Client, weekly: MaintenanceWindow) -> None:
    to = {"act": "move", "starts_at": "2027-03-21T23:00", "ends_at": "2027-03-22T01:00"}

    page = alice.post(f"{LIST}{weekly.pk}/times/", one_time(**to), follow=True).content.decode()

    assert "moved to Sunday 21 Mar 2027, 23:00 to 01:00 the next day." in page
    assert "It was moved here." in page
    assert reading.window_of(MaintenanceWindow.objects.with_subjects().get()).exceptions


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"on": "2027-03-21"}, "Choose a time of the list."),
        ({"on": "x"}, "Choose a time of the list."),
        ({"act": ""}, "Choose what becomes of it."),
        ({"reason": " "}, "Say why, in a few words."),
        ({"act": "move"}, "Say from when."),
        (
            {"act": "move", "starts_at": "2027-03-13T03:00", "ends_at": "2027-03-13T05:00"},
            "It meets another of its times.",
        ),
    ],
    ids=["no-time", "no-day", "no-act", "no-reason", "no-instant", "meets"],
)
def test_a_time_that_cannot_be_is_said_at_its_field(
    alice: Client, weekly: MaintenanceWindow, wrong: dict[str, str], said: str
) -> None:
    response = alice.post(f"{LIST}{weekly.pk}/times/", one_time(**wrong))

    assert response.status_code == 422
    assert said in response.content.decode()
    weekly.refresh_from_db()
    assert weekly.exceptions == {}


def test_a_stranger_changes_no_time(
    client: Client, weekly: MaintenanceWindow, world: World
) -> None:
    client.force_login(world.frank)

    page = client.post(f"{LIST}{weekly.pk}/times/", one_time()).content.decode()
    client.post(f"{LIST}{weekly.pk}/back/", {"on": "2027-03-20"})

    weekly.refresh_from_db()
    assert weekly.exceptions == {}
    assert "Only leads of the owning team" in page


@pytest.mark.parametrize("on", ["x", "", "2027-99-99"])
def test_a_day_that_is_none_is_told(alice: Client, weekly: MaintenanceWindow, on: str) -> None:
    page = alice.post(f"{LIST}{weekly.pk}/back/", {"on": on}, follow=True).content.decode()

    assert "That is no day of it." in page


def test_what_is_planned_once_has_no_single_times(alice: Client, world: World) -> None:
    window = now_plan(world)

    assert alice.get(f"{LIST}{window.pk}/times/").status_code == 404


def test_an_alert_on_a_left_out_time_opens_an_incident(
    alice: Client, weekly: MaintenanceWindow, world: World
) -> None:
    alice.post(f"{LIST}{weekly.pk}/times/", one_time())

    send(world, signal("a"), at=at("2027-03-13 03:00", "Europe/Berlin"))
    send(world, signal("b"), at=at("2027-03-20 03:00", "Europe/Berlin"))

    outcomes = dict(Alert.objects.values_list("key", "outcome"))
    assert outcomes == {"a": "held", "b": "created"}


def test_the_list_is_saved_as_csv(alice: Client, weekly: MaintenanceWindow) -> None:
    lines = alice.get(f"{LIST}?format=csv").content.decode().splitlines()

    assert lines[0].startswith("Work,About,From (UTC)")
    assert "New database,Payments," in lines[1]
    assert "Every Saturday, 02:00 to 04:00 Berlin time." in lines[1]
    assert alice.get(f"{LIST}?format=csv&q=elephant").content.decode().count("\n") == 1

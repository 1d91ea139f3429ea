"""The pages of heartbeats: silent first, with their line; set up, muted, paused."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from config.portal import clock
from incidents.logic.health import HealthState
from incidents.models import AlertSource, Heartbeat
from incidents.operations import heartbeats
from incidents.queries.health import health_of
from tests.incidents.operations.test_heartbeats import jobs, make
from tests.incidents.operations.test_planned_work import plan
from tests.world import World

pytestmark = pytest.mark.django_db
LIST = "/signals/heartbeats/"
HOUR = timedelta(hours=1)
__all__ = ["jobs"]  # a fixture


@pytest.fixture
def alice(client: Client, world: World) -> Client:
    """Alice leads the team that owns Payments."""
    client.force_login(world.alice)
    return client


def silent(world: World, jobs: AlertSource, slug: str = "backup") -> Heartbeat:
    now = clock.act_now()
    beat = make(world, jobs, slug, last_seen_at=now - 3 * HOUR, due_at=now - HOUR)
    heartbeats.fall_silent(now=now)
    beat.refresh_from_db()
    return beat


def typed(world: World, jobs: AlertSource, **changed: Any) -> dict[str, Any]:
    form = {
        "name": "Nightly backup", "slug": "nightly-backup", "source": str(jobs.pk),
        "every": "1", "every_unit": "days", "grace": "90", "grace_unit": "minutes",
        "service": str(world.service.pk), "severity": "3", "owner": str(world.alice.pk),
    }  # fmt: skip
    return form | changed


def test_no_job_calls_in_yet(alice: Client) -> None:
    assert "No job calls in yet" in alice.get(LIST).content.decode()


def test_silent_ones_come_first_with_why(alice: Client, world: World, jobs: AlertSource) -> None:
    make(world, jobs, "archive", last_seen_at=clock.act_now())
    silent(world, jobs)

    page = alice.get(LIST).content.decode()

    assert "heartbeat is silent" in page
    assert page.index("Backup") < page.index("Archive")
    assert "It has not called in since" in page


@pytest.mark.parametrize("query", ["q=back", "state=silent"])
def test_the_list_is_narrowed(alice: Client, world: World, jobs: AlertSource, query: str) -> None:
    make(world, jobs, "archive", last_seen_at=clock.act_now())
    silent(world, jobs)

    page = alice.get(f"{LIST}?{query}").content.decode()

    assert "Backup" in page
    assert "Archive" not in page
    assert "No heartbeat matches." in alice.get(f"{LIST}?q=nothing").content.decode()


def test_many_heartbeats_cost_no_more_queries(
    alice: Client, world: World, jobs: AlertSource
) -> None:
    for number in range(3):
        make(world, jobs, f"job-{number}")
    alice.get(LIST)
    with CaptureQueriesContext(connection) as few:
        alice.get(LIST)
    for number in range(3, 30):
        make(world, jobs, f"job-{number}")
    with CaptureQueriesContext(connection) as many:
        alice.get(LIST)

    assert len(many) == len(few)


def test_one_is_set_up_and_shows_its_line(alice: Client, world: World, jobs: AlertSource) -> None:
    response = alice.post(f"{LIST}new/", typed(world, jobs), follow=True)

    beat = Heartbeat.objects.get()
    assert (beat.every_minutes, beat.grace_minutes) == (1440, 90)
    assert "/hooks/THE-TOKEN/heartbeat/nightly-backup" in response.content.decode()


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"name": ""}, "Say what calls in"),
        ({"slug": "a b"}, "Use letters, digits and dashes."),
        ({"every": "0"}, "Write 1 or more."),
        ({"every": "32"}, "Choose 31 days or fewer."),
        ({"source": ""}, "Choose a source of heartbeats."),
        ({"slug": "backup"}, "Another heartbeat has this name"),
    ],
)
def test_what_cannot_be_is_said(
    alice: Client, world: World, jobs: AlertSource, changed: dict[str, Any], expected: str
) -> None:
    make(world, jobs)

    response = alice.post(f"{LIST}new/", typed(world, jobs, **changed))

    assert response.status_code == 422
    assert expected in response.content.decode()


def test_it_is_muted_with_a_reason_and_heard_again(
    alice: Client, world: World, jobs: AlertSource
) -> None:
    beat = make(world, jobs)
    tomorrow = f"{clock.act_now() + 24 * HOUR:%Y-%m-%dT%H:%M}"

    without = alice.post(f"{LIST}{beat.pk}/mute/", {"until": tomorrow, "reason": ""})
    muted = alice.post(
        f"{LIST}{beat.pk}/mute/", {"until": tomorrow, "reason": "It moves."}, follow=True
    )

    assert without.status_code == 422
    assert "It moves." in muted.content.decode()
    alice.post(f"{LIST}{beat.pk}/unmute/")
    beat.refresh_from_db()
    assert beat.muted_until is None


def test_it_is_paused(alice: Client, world: World, jobs: AlertSource) -> None:
    beat = silent(world, jobs)

    page = alice.post(f"{LIST}{beat.pk}/pause/", follow=True).content.decode()

    assert "Nobody waits for it." in page


def test_others_read_and_may_not_change(client: Client, world: World, jobs: AlertSource) -> None:
    beat = silent(world, jobs)
    client.force_login(world.frank)

    page = client.get(f"{LIST}{beat.pk}/").content.decode()
    client.post(f"{LIST}{beat.pk}/pause/")

    beat.refresh_from_db()
    assert "can change this" in page
    assert "Pause it" not in page
    assert beat.silent_since is not None


def test_a_service_with_a_silent_heartbeat_is_never_green(
    alice: Client, world: World, jobs: AlertSource
) -> None:
    silent(world, jobs)

    found = health_of([world.service], viewer=world.alice)[world.service.pk]

    assert found.state == HealthState.SILENT
    assert found.references
    for address in ("/", "/services/", "/services/payments/", "/status/"):
        page = alice.get(address).content.decode()
        assert "No signal" in page, address
    assert "All 1 services work" not in alice.get("/services/").content.decode()


def test_a_silence_that_planned_work_holds_says_so(
    alice: Client, world: World, jobs: AlertSource
) -> None:
    now = clock.act_now()
    plan(world, starts_at=now - HOUR, ends_at=now + HOUR)
    beat = silent(world, jobs)

    page = alice.get(f"{LIST}{beat.pk}/").content.decode()

    assert "Planned work holds its alert" in page
    assert "New database" in page


def test_the_list_is_saved_as_csv_without_a_token(
    alice: Client, world: World, jobs: AlertSource
) -> None:
    silent(world, jobs)

    text = alice.get(f"{LIST}?format=csv").content.decode()

    assert text.startswith("Heartbeat,Short name,State")
    assert ",backup," in text
    assert "token" not in text.lower()
    assert alice.get(f"{LIST}?format=csv&q=elephant").content.decode().count("\n") == 1

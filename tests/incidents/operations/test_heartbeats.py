"""Heartbeats call in, fall silent, come back; and nobody is blamed for a door that was closed."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from config.portal.refusals import Refused
from incidents.enums import AlertOutcome, AlertStatus, MaintenanceMode
from incidents.models import Alert, AlertSource, Heartbeat, Incident, MaintenanceWindow
from incidents.operations import heartbeats, lifecycle, sources, waiting
from rosters.models import Pulse
from tests.world import NOW, World

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
TOKEN = "token-of-the-jobs"  # a test's own


@pytest.fixture
def jobs(world: World) -> AlertSource:
    """The source whose heartbeats are called in."""
    source = AlertSource.objects.create(
        name="Jobs", slug="jobs", kind="heartbeat", owner_team=world.team
    )
    sources.issue_token(source, by=None, now=NOW, token=TOKEN)
    return source


def make(world: World, jobs: AlertSource, slug: str = "backup", **facts: Any) -> Heartbeat:
    given: dict[str, Any] = {
        "name": slug.capitalize(), "source": jobs, "service": world.service, "owner": world.alice,
        "every_minutes": 60, "grace_minutes": 5,
    }  # fmt: skip
    beat: Heartbeat = Heartbeat.objects.create(slug=slug, **(given | facts))
    return beat


def test_its_first_call_starts_the_watching(world: World, jobs: AlertSource) -> None:
    make(world, jobs)
    waiting.sweep(now=NOW + 999 * MINUTE)
    assert not Alert.objects.exists()

    assert heartbeats.call_in(jobs, "backup", now=NOW)

    beat = Heartbeat.objects.get()
    assert (beat.last_seen_at, beat.due_at) == (NOW, NOW + 65 * MINUTE)


def test_calling_in_is_one_statement(world: World, jobs: AlertSource) -> None:
    make(world, jobs)

    with CaptureQueriesContext(connection) as asked:
        heartbeats.call_in(jobs, "backup", now=NOW)

    assert len(asked) == 1


def test_silence_is_one_incident_and_calling_in_again_resolves_the_alert(
    world: World, jobs: AlertSource
) -> None:
    make(world, jobs, severity=2)
    heartbeats.call_in(jobs, "backup", now=NOW)

    waiting.sweep(now=NOW + 65 * MINUTE)
    assert not Incident.objects.exists()
    waiting.sweep(now=NOW + 66 * MINUTE)
    waiting.sweep(now=NOW + 67 * MINUTE)

    incident = Incident.objects.get()
    assert incident.title == "Backup has not called in since 03:00 (Berlin)"
    assert (incident.service, incident.severity) == (world.service, 2)
    assert Heartbeat.objects.get().silent_since == NOW + 65 * MINUTE

    heartbeats.call_in(jobs, "backup", now=NOW + 80 * MINUTE)

    beat, alert = Heartbeat.objects.get(), Alert.objects.get()
    incident.refresh_from_db()
    assert (beat.silent_since, beat.due_at) == (None, NOW + 145 * MINUTE)
    assert alert.status == AlertStatus.RESOLVED
    assert incident.signals_resolved_at == NOW + 80 * MINUTE
    assert incident.is_open


def test_silent_again_while_its_incident_is_open_joins_it(world: World, jobs: AlertSource) -> None:
    make(world, jobs)
    for start in (0, 100):
        heartbeats.call_in(jobs, "backup", now=NOW + start * MINUTE)
        waiting.sweep(now=NOW + (start + 66) * MINUTE)

    assert Incident.objects.count() == 1
    assert Alert.objects.get().outcome == AlertOutcome.GROUPED


def test_silent_again_after_it_was_resolved_is_a_new_incident(
    world: World, jobs: AlertSource
) -> None:
    make(world, jobs)
    heartbeats.call_in(jobs, "backup", now=NOW)
    waiting.sweep(now=NOW + 66 * MINUTE)
    lifecycle.resolve(
        Incident.objects.get(), by=world.alice, at=NOW + 70 * MINUTE, now=NOW + 70 * MINUTE
    )
    waiting.sweep(now=NOW + 71 * MINUTE)
    assert Incident.objects.count() == 1

    heartbeats.call_in(jobs, "backup", now=NOW + 100 * MINUTE)
    waiting.sweep(now=NOW + 166 * MINUTE)

    assert Incident.objects.count() == 2


def test_a_muted_one_stays_quiet_until_its_mute_ends(world: World, jobs: AlertSource) -> None:
    beat = make(world, jobs)
    heartbeats.call_in(jobs, "backup", now=NOW)
    until = NOW + 100 * MINUTE
    heartbeats.mute(beat, until=until, reason="It moves.", by=world.alice, now=NOW)

    waiting.sweep(now=until - MINUTE)
    assert not Incident.objects.exists()
    waiting.sweep(now=until)
    assert Incident.objects.exists()


def test_a_paused_one_waits_for_its_next_call(world: World, jobs: AlertSource) -> None:
    beat = make(world, jobs)
    heartbeats.call_in(jobs, "backup", now=NOW)
    waiting.sweep(now=NOW + 66 * MINUTE)

    heartbeats.pause(beat, by=world.alice, now=NOW + 70 * MINUTE)
    waiting.sweep(now=NOW + 999 * MINUTE)

    assert Alert.objects.get().status == AlertStatus.RESOLVED
    assert Heartbeat.objects.get().due_at is None
    heartbeats.call_in(jobs, "backup", now=NOW + 1000 * MINUTE)
    assert Heartbeat.objects.get().due_at == NOW + 1065 * MINUTE


def test_planned_work_holds_its_alert_too(world: World, jobs: AlertSource) -> None:
    make(world, jobs)
    heartbeats.call_in(jobs, "backup", now=NOW)
    window = MaintenanceWindow.objects.create(
        title="Work", owner=world.alice, mode=MaintenanceMode.HOLD,
        starts_at=NOW, ends_at=NOW + 90 * MINUTE,
    )  # fmt: skip
    window.services.add(world.service)

    waiting.sweep(now=NOW + 66 * MINUTE)
    assert Alert.objects.get().outcome == AlertOutcome.HELD
    waiting.sweep(now=NOW + 90 * MINUTE)
    assert Incident.objects.exists()


def pulse(minutes: int) -> None:
    Pulse.objects.update_or_create(
        name="tick", defaults={"at": NOW + minutes * MINUTE, "runner": "beat"}
    )


@pytest.mark.parametrize(
    ("stood_from", "is_forgiven"),
    [(55, True), (62, True), (65, True), (66, False)],
    ids=["before it was expected", "in its grace", "when it fell due", "after it was late"],
)
def test_nobody_is_blamed_for_a_time_in_which_we_were_down(
    world: World, jobs: AlertSource, stood_from: int, is_forgiven: bool
) -> None:
    make(world, jobs)
    heartbeats.call_in(jobs, "backup", now=NOW)
    pulse(stood_from)

    waiting.sweep(now=NOW + 70 * MINUTE)

    assert Incident.objects.exists() is not is_forgiven
    expected = NOW + (135 if is_forgiven else 65) * MINUTE
    assert Heartbeat.objects.get().due_at == expected


def test_what_is_expected_later_keeps_its_time_and_a_short_break_forgives_nothing(
    world: World, jobs: AlertSource
) -> None:
    make(world, jobs)
    heartbeats.call_in(jobs, "backup", now=NOW)
    pulse(10)
    waiting.sweep(now=NOW + 30 * MINUTE)
    assert Heartbeat.objects.get().due_at == NOW + 65 * MINUTE

    pulse(65)
    waiting.sweep(now=NOW + 66 * MINUTE)
    assert Incident.objects.exists()


def test_many_fall_silent_at_the_price_of_one(world: World, jobs: AlertSource) -> None:
    make(world, jobs)
    heartbeats.call_in(jobs, "backup", now=NOW)
    with CaptureQueriesContext(connection) as one:
        heartbeats.fall_silent(now=NOW + 66 * MINUTE)
    for number in range(20):
        make(world, jobs, f"job-{number}", last_seen_at=NOW, due_at=NOW + MINUTE)
    with CaptureQueriesContext(connection) as many:
        heartbeats.fall_silent(now=NOW + 66 * MINUTE)

    assert len(many) == len(one)
    assert Incident.objects.count() == 21


def test_strangers_change_nothing(world: World, jobs: AlertSource) -> None:
    beat = make(world, jobs)

    with pytest.raises(Refused):
        heartbeats.pause(beat, by=world.frank, now=NOW)
    with pytest.raises(Refused):
        heartbeats.mute(beat, until=NOW + MINUTE, reason="So.", by=world.frank, now=NOW)


DOORS = [
    ("post", f"/hooks/{TOKEN}/heartbeat/backup", "", 200),
    ("post", "/api/v1/heartbeats/backup", TOKEN, 200),
    ("get", f"/hooks/{TOKEN}/heartbeat/backup", "", 405),
    ("head", f"/hooks/{TOKEN}/heartbeat/backup", "", 405),
    ("post", f"/hooks/{TOKEN}/heartbeat/other", "", 404),
    ("post", f"/hooks/{TOKEN}/heartbeat/a%00b", "", 404),
    ("post", "/hooks/wrong/heartbeat/backup", "", 401),
    ("post", "/api/v1/heartbeats/backup", "", 401),
    ("post", "/api/v1/heartbeats/backup", "a\0b", 401),
]


@pytest.mark.parametrize(("method", "address", "token", "status"), DOORS)
def test_the_door_answers_in_words(  # a row of the table
    client: Client,
    world: World,
    jobs: AlertSource,
    method: str,
    address: str,
    token: str,
    status: int,
) -> None:
    make(world, jobs)
    headers = {"Authorization": f"Bearer {token}"} if token else {}

    response = getattr(client, method)(address, headers=headers)

    assert response.status_code == status
    assert method == "head" or response.json()["message"].endswith((".", "…”."))
    assert (Heartbeat.objects.get().last_seen_at is not None) is (status == 200)


def test_a_body_is_ignored_unless_it_is_too_large(
    client: Client, world: World, jobs: AlertSource
) -> None:
    make(world, jobs)
    address = f"/hooks/{TOKEN}/heartbeat/backup"

    small = client.post(address, b"\0{[", content_type="application/json")
    large = client.post(address, b"x" * 3_000_000, content_type="text/plain")

    assert (small.status_code, large.status_code) == (200, 413)


def test_another_source_cannot_call_in_for_it(world: World, jobs: AlertSource) -> None:
    make(world, jobs)
    other = AlertSource.objects.create(name="Others", slug="others", kind="heartbeat")

    assert not heartbeats.call_in(other, "backup", now=NOW)
    assert Heartbeat.objects.get().last_seen_at is None

"""What is kept of requests goes after its source's days; secrets move to the newest key."""

import base64
from datetime import timedelta

import pytest
from django.core.management import call_command

from config.portal import secrets as ground
from incidents.enums import AlertOutcome, AlertStatus
from incidents.models import Alert, AlertSource, Incident, RawReceipt, WebhookEndpoint
from incidents.operations import receipts, secrets
from tests.world import NOW, World

pytestmark = pytest.mark.django_db
OLD, NEW = (base64.urlsafe_b64encode(letter * 32).decode() for letter in (b"o", b"n"))


def arrived(source: AlertSource, *, days: int, count: int = 1) -> None:
    at = NOW - timedelta(days=days)
    RawReceipt.objects.bulk_create(
        RawReceipt(source=source, received_at=at, body=b"{}") for _ in range(count)
    )


def kept(source: AlertSource, key: str, *, days: int, incident: Incident | None = None) -> None:
    at = NOW - timedelta(days=days)
    Alert.objects.create(
        source=source,
        key=key,
        name=key,
        incident=incident,
        status=AlertStatus.FIRING,
        outcome=AlertOutcome.SUPPRESSED,
        first_received_at=at,
        last_received_at=at,
    )


def test_each_source_keeps_its_own_days(world: World) -> None:
    short = AlertSource.objects.create(name="Short", slug="short", kind="generic", keep_days=2)
    for days in (1, 2, 29, 30):
        arrived(world.source, days=days)
        arrived(short, days=days)

    gone = receipts.purge(now=NOW)

    assert gone == 4
    assert RawReceipt.objects.filter(source=short).count() == 1
    assert RawReceipt.objects.filter(source=world.source).count() == 3
    assert receipts.purge(now=NOW) == 0


def test_many_go_in_batches(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receipts, "BATCH", 10)
    arrived(world.source, days=40, count=35)
    arrived(world.source, days=1)

    assert receipts.purge(now=NOW) == 35
    assert RawReceipt.objects.count() == 1


def test_alerts_kept_apart_go_those_of_incidents_stay(world: World) -> None:
    incident = Incident.objects.create(title="x", severity=1, detected_at=NOW, source=world.source)
    kept(world.source, "old and apart", days=31)
    kept(world.source, "new and apart", days=29)
    kept(world.source, "old", days=31, incident=incident)

    receipts.purge(now=NOW)

    assert set(Alert.objects.values_list("key", flat=True)) == {"new and apart", "old"}


def test_without_sources_there_is_nothing_to_do() -> None:
    AlertSource.objects.all().delete()

    assert receipts.purge(now=NOW) == 0


def test_rotate_puts_secrets_of_sources_and_webhooks_under_the_newest_key(
    world: World, settings, capsys
) -> None:
    settings.FIELD_KEYS = [OLD]
    world.source.sealed_secret = ground.encrypt("of the source")
    world.source.save()
    lost = AlertSource.objects.create(
        name="Lost", slug="lost", kind="generic", sealed_secret="f1:lost"
    )
    endpoint = WebhookEndpoint.objects.create(
        name="Warehouse",
        sealed_url=ground.encrypt("https://example.org/in"),
        sealed_secret=ground.encrypt("of the webhook"),
        host="example.org",
        events=[],
        owner=world.alice,
        created_at=NOW,
    )

    settings.FIELD_KEYS = [NEW, OLD]
    rotation = secrets.rotate()
    call_command("rotate_secrets")

    settings.FIELD_KEYS = [NEW]
    world.source.refresh_from_db()
    endpoint.refresh_from_db()
    lost.refresh_from_db()
    said = capsys.readouterr()
    assert (rotation.done, rotation.unreadable_sources) == (2, ("Lost",))
    assert ground.decrypt(world.source.sealed_secret) == "of the source"
    assert ground.decrypt(endpoint.sealed_url) == "https://example.org/in"
    assert ground.decrypt(endpoint.sealed_secret) == "of the webhook"
    assert lost.sealed_secret == "f1:lost"
    assert "These alert sources need a new secret under Signals: Lost." in said.err

"""A real Alertmanager, as Debian ships it, posts to a real Muster over HTTP."""

import json
import os
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from socket import create_server

import pytest
from pytest_django.live_server_helper import LiveServer

from incidents.models import Alert, Incident, RawReceipt
from tests.world import TOKEN, World, build

pytestmark = pytest.mark.django_db(transaction=True)
PROGRAM = shutil.which("prometheus-alertmanager")
MAY_SKIP = os.environ.get("MUSTER_REQUIRE_BROWSER") != "1"
NOT_HERE = "no Alertmanager is installed: sudo apt-get install prometheus-alertmanager"
PATIENCE = 60.0
CONFIGURATION = """
route:
  receiver: muster
  group_by: [alertname, service]
  group_wait: 200ms
  group_interval: 1s
  repeat_interval: 1s
receivers:
  - name: muster
    webhook_configs:
      - url: {url}/api/v1/alerts/alertmanager
        send_resolved: true
        http_config:
          authorization: {{credentials: "{token}"}}
"""


@pytest.fixture
def world() -> World:
    return build()


@pytest.fixture
def alertmanager(tmp_path: Path, live_server: LiveServer) -> Iterator[str]:
    """The address of an Alertmanager that posts to this Muster."""
    if PROGRAM is None:
        if MAY_SKIP:
            pytest.skip(NOT_HERE)
        pytest.fail(NOT_HERE)
    configuration = tmp_path / "alertmanager.yml"
    configuration.write_text(CONFIGURATION.format(url=live_server.url, token=TOKEN))
    with _running(PROGRAM, configuration, tmp_path) as address:
        yield address


@contextmanager
def _running(program: str, configuration: Path, home: Path) -> Iterator[str]:
    with create_server(("127.0.0.1", 0)) as free:
        address = f"127.0.0.1:{free.getsockname()[1]}"
    process = subprocess.Popen(
        [
            program,
            f"--config.file={configuration}",
            f"--storage.path={home / 'data'}",
            f"--web.listen-address={address}",
            "--cluster.listen-address=",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        eventually(lambda: _answers(f"http://{address}/-/ready"))
        yield f"http://{address}"
    finally:
        process.terminate()
        process.wait()


def _answers(address: str) -> bool:
    try:
        urllib.request.urlopen(address, timeout=5).close()
    except OSError:
        return False
    return True


def eventually(is_true: Callable[[], bool]) -> None:
    """Wait until something that another process does has happened."""
    until = time.monotonic() + PATIENCE
    while not is_true():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.05)


def fire(address: str, *instances: str, is_over: bool = False) -> None:
    """What a Prometheus tells its Alertmanager."""
    now = datetime.now(UTC)
    alerts = [
        {
            "labels": {
                "alertname": "CardErrorsHigh",
                "service": "payments",
                "severity": "critical",
                "instance": instance,
            },
            "annotations": {"summary": f"Card payments fail on {instance}"},
            "startsAt": (now - timedelta(minutes=2)).isoformat(),
            "endsAt": (now if is_over else now + timedelta(hours=1)).isoformat(),
        }
        for instance in instances
    ]
    asked = urllib.request.Request(
        f"{address}/api/v2/alerts",
        json.dumps(alerts).encode(),
        {"Content-Type": "application/json"},
    )
    urllib.request.urlopen(asked, timeout=5).close()


def test_it_fires_groups_repeats_and_resolves(world: World, alertmanager: str) -> None:
    fire(alertmanager, "eu-1", "eu-2")
    eventually(lambda: Alert.objects.count() == 2)

    incident = Incident.objects.get()
    assert incident.service == world.service
    assert incident.severity == 1
    assert "eu-" in incident.title

    eventually(lambda: Alert.objects.filter(times_received__gte=2).count() == 2)
    assert Incident.objects.count() == 1

    fire(alertmanager, "eu-3")
    eventually(lambda: Alert.objects.count() == 3)
    assert Incident.objects.count() == 1

    fire(alertmanager, "eu-1", "eu-2", "eu-3", is_over=True)
    eventually(lambda: Incident.objects.filter(signals_resolved_at__isnull=False).exists())

    incident.refresh_from_db()
    assert incident.is_open
    assert set(Alert.objects.values_list("status", flat=True)) == {"resolved"}
    assert not RawReceipt.objects.exclude(status=202).exists()

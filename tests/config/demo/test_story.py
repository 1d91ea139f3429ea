"""`make demo`: one story, from an alert to its review, through the portal's own doors."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import StringIO
from urllib.parse import urlsplit

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from config.demo import cast, live
from config.demo.rules import ALERT_TOKEN
from config.portal import clock
from incidents.enums import EntryKind
from incidents.models import Route
from incidents.operations import engine
from reviews.models import Review
from rosters.operations import carriage

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass
class Stage:
    """The portal without a network, and a clock that moves only while the story pauses."""

    client: Client
    now: datetime
    url: str = "http://muster.example"
    said: list[str] = field(default_factory=list)

    def send_alert(self, *, service: str, severity: str, title: str, key: str) -> str:
        body = {
            "version": "4",
            "status": "firing",
            "groupKey": key,
            "commonAnnotations": {"summary": title},
            "alerts": [
                {
                    "status": "firing",
                    "labels": {"alertname": "A", "service": service, "severity": severity},
                }
            ],
        }
        answer = self.client.post(
            "/api/v1/alerts/alertmanager",
            json.dumps(body),
            content_type="application/json",
            headers={"authorization": f"Bearer {ALERT_TOKEN}"},
        )
        return str(answer.json()["alerts"][0]["incident"])

    def acknowledge(self, link: str) -> None:
        self.client.post(urlsplit(link).path, {"answer": "acknowledge"})

    def pause(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        engine.tick(now=self.now)
        carriage.carry_all(clock=lambda: self.now)


def test_a_story_goes_from_an_alert_to_its_review(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    call_command("demo", stdout=StringIO())
    stage = Stage(client, clock.act_now())
    monkeypatch.setattr(clock, "act_now", lambda: stage.now)
    began_at = stage.now

    live.policy_for_the_story(cast.find(now=stage.now), now=stage.now)  # as a story before did
    teller = live.Teller(
        cast.find(now=stage.now), stage, stage.said.append, stage.pause, lambda: stage.now
    )
    incident = teller.tell()

    incident.refresh_from_db()
    kinds = list(incident.timeline.order_by("pk").values_list("kind", flat=True))
    assert stage.now - began_at <= timedelta(minutes=2, seconds=10)
    assert incident.title == live.TITLE
    assert incident.severity == live.SEVERITY
    assert incident.reviewed_at is not None
    assert [kinds.index(one) for one in (EntryKind.TOLD, EntryKind.ESCALATED)] == [1, 2]
    assert EntryKind.ACKNOWLEDGED_BY_LINK in kinds
    assert Route.objects.filter(policy__name=live.POLICY).count() == 1
    assert Review.objects.get(incident=incident).actions.count() == 1
    assert len([line for line in stage.said if "Look at http://muster.example/" in line]) >= 6


def test_it_says_so_when_nothing_is_running() -> None:
    with pytest.raises(CommandError, match=r"Muster is not running at .* `make run`"):
        call_command("demo", "story")

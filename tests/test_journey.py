"""The whole thread, through addresses and ticks only: from an alert to a scorecard line."""

import json
import re
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client

from config.portal import clock
from incidents.operations import engine
from reviews.operations import sweep
from rosters.models import DeskMessage
from rosters.operations import carriage
from tests.world import NOW, TOKEN, World, build

pytestmark = pytest.mark.django_db


class Hands:
    """The company's clock and its phones."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = NOW
        monkeypatch.setattr(clock, "act_now", lambda: self.now)
        monkeypatch.setattr(clock, "of_database", lambda _instant: self.now)
        monkeypatch.setattr(clock, "show_now", lambda: self.now)

    def pass_minutes(self, minutes: int) -> None:
        """Time passes, and the engine beats once a minute."""
        for _ in range(minutes):
            self.now += timedelta(minutes=1)
            self.beat()

    def beat(self) -> None:
        engine.tick(now=self.now)
        carriage.carry_all(clock=lambda: self.now)

    def phone_of(self, short_name: str) -> list[DeskMessage]:
        rows = DeskMessage.objects.filter(message__person__short_name=short_name)
        return list(rows.order_by("arrived_at", "pk"))


@pytest.fixture
def world() -> World:
    return build()


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> Hands:
    return Hands(monkeypatch)


def text_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_an_alert_reaches_a_person_and_ends_as_a_line_on_the_scorecard(
    world: World, hands: Hands
) -> None:
    monitor = Client()
    alice, bob = signed_in(world.alice), signed_in(world.bob)

    # An alert opens an incident, and the first person is called at once.
    answer = monitor.post(
        "/api/v1/alerts/alertmanager",
        json.dumps(
            {
                "version": "4",
                "groupKey": "cards",
                "commonAnnotations": {"summary": "Card payments fail in the EU"},
                "alerts": [
                    {"labels": {"alertname": "Cards", "service": "payments", "severity": "page"}}
                ],
            }
        ),
        content_type="application/json",
        headers={"Authorization": f"Bearer {TOKEN}"},
    )
    assert answer.status_code == 202
    reference = answer.json()["alerts"][0]["incident"]
    page = f"/incidents/{reference}/"
    hands.beat()
    (call,) = hands.phone_of("Alice")
    assert "You are on call for Payments" in call.body
    assert "we phone you" in text_of(bob.get("/"))

    # Alice is silent: on the minute, Bob is called.
    hands.pass_minutes(4)
    assert hands.phone_of("Bob") == []
    hands.pass_minutes(1)
    (call,) = hands.phone_of("Bob")
    assert call.arrived_at == NOW + timedelta(minutes=5)

    # Bob opens the link before signing in, and acknowledges.
    link = urlsplit(call.answer_link).path
    phone = Client()
    shown = phone.get(link)
    assert "Card payments fail in the EU" in text_of(shown)
    assert phone.post(link, {"answer": "acknowledge"}).status_code == 200
    assert "acknowledged it, through the link sent to Bob Example" in text_of(alice.get(page))

    # Alice comes late and reads who has it.
    late = phone.post(
        urlsplit(hands.phone_of("Alice")[0].answer_link).path, {"answer": "acknowledge"}
    )
    assert "Bob Example" in text_of(late)
    hands.pass_minutes(10)
    assert len(hands.phone_of("Carol")) == 0

    # Bob leads and posts an update; contained and resolved follow.
    bob.post(f"{page}command/")
    bob.post(
        f"{page}updates/new/",
        {
            "key": "00000000-0000-0000-0000-000000000001",
            "impact": "One in five card payments fails.",
            "known": "We do not know the cause yet.",
            "doing": "We move cards to the second bank.",
        },
    )
    assert "One in five card payments fails." in text_of(alice.get(page))
    assert bob.post(f"{page}contain/", {"at": wall(hands.now)}).status_code == 302
    hands.pass_minutes(30)
    assert bob.post(f"{page}resolve/", {"at": wall(hands.now)}).status_code == 302
    assert "Nothing is open" in text_of(bob.get("/"))

    # A review opens by itself with its deadline, five working days later.
    sweep.open_due_reviews(now=hands.now)
    listed = alice.get("/reviews/")
    assert reference in text_of(listed)
    (review,) = set(re.findall(r"/reviews/\d+/", listed.content.decode()))
    assert "due" in text_of(alice.get(review))

    # Alice writes what happened; one action item gets one owner and one date.
    written = alice.post(review, review_form(world.bob.pk))
    assert written.status_code == 302
    assert alice.post(f"{review}publish/").status_code == 302
    assert "published the review" in text_of(alice.get(page))
    mine = bob.get("/actions/")
    assert "Alert at two percent" in text_of(mine)
    (done,) = set(re.findall(r"/actions/\d+/done/", mine.content.decode()))

    # Bob does it, and the scorecard counts it.
    hands.pass_minutes(1)
    before = text_of(bob.get("/scorecards/"))
    bob.post(done, {"evidence": "The alert is live."})
    hands.pass_minutes(1)
    after = text_of(bob.get("/scorecards/"))
    assert "0 done, 1 open" in before
    assert "1 done, 0 open" in after
    assert "1 SEV1" in after


def review_form(owner: int) -> dict[str, str]:
    """What a browser sends of the review's form with a story and one action item."""
    return {
        "revision": "0",
        "story": "At 03:00 the screen showed one failing bank.",
        "went_well": "",
        "was_lucky": "",
        "escalation_look_back": "",
        "factors-TOTAL_FORMS": "0",
        "factors-INITIAL_FORMS": "0",
        "actions-TOTAL_FORMS": "1",
        "actions-INITIAL_FORMS": "0",
        "actions-0-pk": "",
        "actions-0-title": "Alert at two percent",
        "actions-0-owner": str(owner),
        "actions-0-due_date": "2026-12-04",
        "actions-0-kind": "detect",
    }


def wall(at: datetime) -> str:
    """A wall time in Berlin, as a browser sends it."""
    return (at + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M")

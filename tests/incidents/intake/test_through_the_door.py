"""Every kind of source posts through the real door, and nothing that it posts is lost or breaks."""

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from config.portal import secrets
from incidents.intake.kind import Kind
from incidents.intake.kinds import KINDS
from incidents.intake.signal import Signal
from incidents.models import AlertSource, Incident, RawReceipt
from incidents.operations import sources
from incidents.queries import receipts
from tests.incidents.intake.test_kinds import EVERY, paths, replaced
from tests.world import NOW, World

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 21, 14, 30, tzinfo=UTC)
TOKEN = "token-of-one-more-source"
FORMS = pytest.mark.parametrize("slug", ["nagios", "datadog"])
BODIES = [
    b"",
    b"{",
    b"[]",
    b"\xff\xfe\x00",
    b'{"a":' * 5000,
    b'{"alerts": [{"title": "a\\u0000b"}], "title": "\\u0000"}',
    b'{"alerts": [{"title": "\\ud800"}], "title": "\\udfff"}',
    b'{"title": NaN}',
    b'{"title": "A", "title": "B", "alerts": 1, "alerts": []}',
    b'{"title": 1e999, "id": 123456789012345678901234567890}',
]
VALUES: list[Any] = [None, 7, [], {}, "a\0b", "x" * 10_000, 1e300]


@pytest.fixture
def door(world: World, client: Client) -> Any:
    """Posts one body to the source of a kind."""

    def post(
        kind: Kind, body: Any, headers: Any = None, content_type: str = "application/json"
    ) -> Any:
        source, is_new = AlertSource.objects.get_or_create(
            kind=kind.slug,
            slug=f"door-{kind.slug}",
            defaults={"name": kind.name, "default_service": world.service},
        )
        if is_new:
            sources.issue_token(source, by=None, now=NOW, token=f"{TOKEN}-{kind.slug}")
        return client.post(
            f"/hooks/{TOKEN}-{kind.slug}/{kind.slug}",
            body if isinstance(body, bytes | str) else json.dumps(body),
            content_type=content_type,
            headers=headers or {},
        )

    return post


@EVERY
def test_a_sample_opens_one_incident_however_often_it_comes(kind: Kind, door: Any) -> None:
    post = kind.sample(AT)

    answers = [door(kind, post.payload, post.headers) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [202, 202]
    assert [answer.json()["alerts"][0]["outcome"] for answer in answers] == ["created", "grouped"]
    assert Incident.objects.get(source__kind=kind.slug).alerts.count() == 1


@FORMS
def test_a_form_says_the_same_as_json(slug: str, door: Any) -> None:
    payload = KINDS[slug].sample(AT).payload

    first = door(KINDS[slug], payload)
    second = door(KINDS[slug], urlencode(payload), content_type="application/x-www-form-urlencoded")

    assert second.json()["alerts"][0]["key"] == first.json()["alerts"][0]["key"]
    assert Incident.objects.count() == 1


@pytest.mark.parametrize("slug", [slug for slug, kind in KINDS.items() if kind.is_signed])
def test_an_unsigned_request_is_told_whose_secret_is_missing(slug: str, door: Any) -> None:
    kind = KINDS[slug]
    door(kind, kind.sample(AT).payload)
    AlertSource.objects.filter(kind=slug).update(sealed_secret=secrets.encrypt("a secret of ours"))

    answer = door(kind, kind.sample(AT).payload, kind.sample(AT).headers)

    assert (answer.status_code, answer.json()["code"]) == (401, "not_proved")
    assert answer.json()["message"] == (
        f"{kind.name} did not sign this with the secret that stands here."
        " Put the same one on both sides."
    )


def test_bare_words_are_kept_as_they_came_and_read_the_same_again(door: Any) -> None:
    headers = {"x-amz-sns-rawdelivery": "true", "x-amz-sns-topic-arn": "arn:aws:sns:x:1:alarms"}

    answer = door(KINDS["cloudwatch"], b"The backup failed", headers, "text/plain; charset=UTF-8")

    assert (answer.status_code, answer.json()["alerts"][0]["outcome"]) == (202, "created")
    receipt = RawReceipt.objects.get()
    assert receipts.body_text(receipt) == "The backup failed"
    (alert,) = KINDS["cloudwatch"].parse(receipts.read(receipt)).alerts
    assert isinstance(alert, Signal)
    assert alert.key == answer.json()["alerts"][0]["key"]


@EVERY
def test_hostile_posts_are_answered_with_a_sentence(kind: Kind, door: Any) -> None:
    post = kind.sample(AT)
    payload = dict(post.payload)
    changed = [
        replaced(payload, way, VALUES[number % len(VALUES)])
        for number, way in enumerate(list(paths(payload))[::3])
    ]

    for body in (*BODIES, *changed):
        answer = door(kind, body, post.headers)

        assert answer.status_code in (202, 400, 413, 422), body
        assert answer.json()["message"].endswith("."), body

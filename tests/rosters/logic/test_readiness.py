"""Whether somebody can be called, in one sentence."""

from datetime import UTC, timedelta

import pytest

from config.portal import words
from rosters.logic.readiness import Point, readiness
from tests.world import NOW

LATELY, LONG_AGO = NOW - timedelta(days=4), NOW - timedelta(days=140)

CASES = {
    "nothing at all": ([], "bad", "There is no number or address that Muster can use."),
    "nothing with a carrier": (
        [Point("sms", is_usable=False)],
        "bad",
        "There is no number or address that Muster can use.",
    ),
    "tested lately": (
        [Point("phone", is_urgent=True, last_tested_at=LATELY)],
        "ok",
        "The phone was tested 4 days ago.",
    ),
    "tested long ago": (
        [Point("phone", is_urgent=True, last_tested_at=LONG_AGO)],
        "warn",
        "The phone was tested 140 days ago.",
    ),
    "never tested": ([Point("phone", is_urgent=True)], "warn", "The phone was never tested."),
    "failed after its test": (
        [Point("phone", is_urgent=True, last_tested_at=LONG_AGO, last_failed_at=LATELY)],
        "bad",
        "The last message to the phone failed 4 days ago.",
    ),
    "failed before its test": (
        [Point("phone", is_urgent=True, last_tested_at=LATELY, last_failed_at=LONG_AGO)],
        "ok",
        "The phone was tested 4 days ago.",
    ),
    "the phone fails, texts arrive": (
        [
            Point("phone", is_urgent=True, last_tested_at=LONG_AGO, last_failed_at=LATELY),
            Point("sms", is_urgent=True, last_tested_at=LATELY),
        ],
        "warn",
        "The last message to the phone failed 4 days ago.",
    ),
    "reported as wrong": (
        [Point("phone", is_urgent=True, last_tested_at=LATELY, is_reported=True)],
        "bad",
        "Somebody says that the phone is wrong.",
    ),
    "reported as wrong, another one works": (
        [
            Point("phone", is_urgent=True, last_tested_at=LATELY, is_reported=True),
            Point("sms", is_urgent=True, last_tested_at=LATELY),
        ],
        "warn",
        "Somebody says that the phone is wrong.",
    ),
    "not verified": (
        [Point("phone", is_urgent=True, is_verified=False)],
        "warn",
        "The phone is not verified.",
    ),
    "a new number waits beside one that works": (
        [
            Point("phone", is_urgent=True, is_verified=False),
            Point("sms", is_urgent=True, last_tested_at=LATELY),
        ],
        "ok",
        "The text message number was tested 4 days ago.",
    ),
    "a verified mailbox and a phone that is not": (
        [
            Point("phone", is_urgent=True, is_verified=False),
            Point("email", last_tested_at=LATELY),
        ],
        "warn",
        "The phone is not verified.",
    ),
    "only mail": (
        [Point("email", last_tested_at=LATELY)],
        "warn",
        "There is no phone to wake them: Muster uses the e-mail address.",
    ),
    "the urgent one counts, not the first": (
        [Point("email", last_tested_at=LATELY), Point("sms", is_urgent=True)],
        "warn",
        "The text message number was never tested.",
    ),
}


@pytest.mark.parametrize(("points", "tone", "sentence"), CASES.values(), ids=CASES)
def test_readiness(points: list[Point], tone: str, sentence: str) -> None:
    found = readiness(points, now=NOW)

    assert (found.tone, words.as_text(found.sentence, zone=UTC, now=NOW)) == (tone, sentence)
    assert found.needs_attention is (tone != "ok")
    assert found.word == {"ok": "Ready", "warn": "Partly reachable", "bad": "Not reachable"}[tone]

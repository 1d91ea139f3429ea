"""When silence is a signal, and what is said of it."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from incidents.logic import heartbeats
from incidents.logic.heartbeats import Beat, BeatState
from tests.world import at

NOW = at("2026-11-21 02:30")
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def beat(**facts: Any) -> Beat:
    return Beat("Nightly backup", HOUR, 5 * MINUTE, **facts)


CASES = [
    ("it never called in", {}, BeatState.NEW),
    ("nobody waits for it", {"last_seen_at": NOW - HOUR}, BeatState.PAUSED),
    ("just in time", {"last_seen_at": NOW - HOUR, "due_at": NOW + 5 * MINUTE}, BeatState.ON_TIME),
    ("in its grace", {"last_seen_at": NOW - HOUR, "due_at": NOW + 4 * MINUTE}, BeatState.OVERDUE),
    (
        "silent",
        {"last_seen_at": NOW - 2 * HOUR, "due_at": NOW - HOUR, "silent_since": NOW - HOUR},
        BeatState.SILENT,
    ),
    (
        "muted while it is silent",
        {"silent_since": NOW, "muted_until": NOW + MINUTE, "mute_reason": "It moves."},
        BeatState.MUTED,
    ),
    (
        "its mute ends now",
        {"last_seen_at": NOW, "due_at": NOW + HOUR, "muted_until": NOW, "mute_reason": "So."},
        BeatState.ON_TIME,
    ),
]


@pytest.mark.parametrize(("facts", "expected"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_how_a_heartbeat_is_doing(facts: dict[str, Any], expected: BeatState) -> None:
    one = beat(**facts)

    assert heartbeats.state(one, now=NOW) == expected
    assert heartbeats.words(one, now=NOW).msgid.endswith((".", "}"))


def test_late_by_exactly_the_grace_is_not_late() -> None:
    due = heartbeats.due_at(NOW, every=HOUR, grace=5 * MINUTE)

    assert due == NOW + 65 * MINUTE
    assert not heartbeats.is_late(due, now=due)
    assert heartbeats.is_late(due, now=due + timedelta(microseconds=1))


@pytest.mark.parametrize(
    ("seen", "zone", "expected"),
    [
        ("2026-11-21 01:04", "Europe/Berlin", "since 02:04 (Berlin)"),
        ("2026-11-19 01:04", "Europe/Berlin", "since 19 Nov 02:04 (Berlin)"),
        ("2026-11-21 01:04", "UTC", "since 01:04 (UTC)"),
        ("2026-11-21 01:04", "America/New_York", "since 20:04 (New York)"),
    ],
)
def test_the_title_tells_the_time_of_its_team(seen: str, zone: str, expected: str) -> None:
    said = heartbeats.title("Nightly backup", seen_at=at(seen), zone=ZoneInfo(zone), now=NOW)

    assert said == f"Nightly backup has not called in {expected}"


@pytest.mark.parametrize(
    ("minutes", "reason", "is_refused"),
    [(60, "It moves.", False), (0, "It moves.", True), (60, "", True), (93 * 24 * 60, "So.", True)],
    ids=["fine", "its end is no more to come", "no reason", "too long"],
)
def test_a_mute_has_an_end_and_a_reason(minutes: int, reason: str, is_refused: bool) -> None:
    refusal = heartbeats.why_not_mute(NOW + minutes * MINUTE, reason, now=NOW)

    assert (refusal is not None) is is_refused

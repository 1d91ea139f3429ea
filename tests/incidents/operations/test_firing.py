"""What a batch of climbs thinks once for all of them is what each would have thought alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from config.portal import words
from incidents.enums import TargetKind
from incidents.models import (
    EscalationRun,
    Incident,
    Notification,
    Room,
    RoomPost,
    StepFiring,
    StepTarget,
    TimelineEntry,
)
from incidents.operations import engine, lifecycle
from incidents.operations.lifecycle import Opening
from rosters.enums import Channel, Urgency
from rosters.models import ContactRule, Message
from tests.world import NOW, World

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata")
SECOND = timedelta(seconds=1)


@pytest.fixture
def storm(world: World) -> list[Incident]:
    """Incidents of many kinds; people in two zones who are phoned, texted and mailed at once."""
    world.bob.time_zone = "America/New_York"
    world.bob.save(update_fields=["time_zone"])
    for person in (world.alice, world.bob, world.carol):
        for channel in (Channel.SMS, Channel.EMAIL):
            point, _ = person.contact_points.get_or_create(
                channel=channel, defaults={"address": f"+49 30 444{person.pk:05d}"}
            )
            ContactRule.objects.create(
                person=person, urgency=Urgency.URGENT, contact_point=point, delay_minutes=1, order=9
            )
    room = Room.objects.create(name="#payments", team=world.team, address="C024BE91L")
    first = world.version.steps.get(clock="acknowledge", order=1)
    StepTarget.objects.create(step=first, kind=TargetKind.ROOM, room=room)
    opened = [
        declare(world, "Card payments fail", 1, at=0),
        declare(world, "Card payments fail", 1, at=0),
        declare(world, "Card payments fail", 1, at=59),
        declare(world, "Card payments fail: in the “new” checkout " + "x" * 60, 2, at=60),
        declare(world, "Salaries can be read by everybody", 2, at=61),
        declare(world, "Nobody knows whose it is", 1, at=62, service=None),
    ]
    Incident.objects.filter(title__startswith="Salaries").update(is_restricted=True)
    return opened


def declare(world: World, title: str, severity: int, *, at: int, **more: Any) -> Incident:
    opening = Opening(title=title, severity=severity, **{"service": world.service, **more})
    return lifecycle.open_incident(opening, by=world.erin, now=NOW + at * SECOND)


def written() -> dict[str, list[tuple[Any, ...]]]:
    """All that ticks have written, but for the numbers of the rows."""
    calls = dict(Notification.objects.values_list("pk", "run_id"))
    messages = Message.objects.values_list(
        "topic_id", "contact_point_id", "subject", "body", "lane", "state", "withheld",
        "subject_key", "thread_key", "about_key", "about_name", "not_before", "expires_at",
    )  # fmt: skip
    others = {
        "calls": Notification.objects.values_list("run_id", "position", "person_id", "reason"),
        "posts": RoomPost.objects.values_list("run_id", "position", "subject", "body"),
        "firings": StepFiring.objects.values_list("run_id", "position", "outcome", "due_at"),
        "entries": TimelineEntry.objects.values_list("incident_id", "at", "kind", "params"),
        "climbs": EscalationRun.objects.values_list("pk", "position", "next_due_at"),
        "incidents": Incident.objects.values_list("pk", "escalated_at"),
    }
    found = {name: sorted(rows, key=repr) for name, rows in others.items()}
    found["messages"] = sorted(((calls[one[0]], *one[1:]) for one in messages), key=repr)
    return found


@contextmanager
def taken_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.django_db
@pytest.mark.parametrize("minutes", [2, 5, 16, 61, 90])
def test_a_batch_says_of_each_climb_what_it_would_say_alone(
    storm: list[Incident], minutes: int
) -> None:
    now = NOW + timedelta(minutes=minutes)

    with taken_back():
        while engine.tick(now=now):
            pass
        together = written()
    while engine.tick(now=now, limit=1):
        pass

    assert len(together["messages"]) >= 3 * len(storm)
    assert written() == together


@given(
    at=st.datetimes(
        min_value=NOW.replace(year=2000, tzinfo=None),
        max_value=NOW.replace(year=2060, tzinfo=None),
        timezones=st.just(ZoneInfo("UTC")),
    ),
    zone=st.sampled_from(ZONES),
)
def test_no_word_of_an_instant_says_more_than_its_minute(at: Any, zone: str) -> None:
    minute, place = at.replace(second=0, microsecond=0), ZoneInfo(zone)

    assert words.moment(at, zone=place, now=NOW) == words.moment(minute, zone=place, now=NOW)
    assert words.moment(NOW, zone=place, now=at) == words.moment(NOW, zone=place, now=minute)
    assert words.zone_name(place, now=at) == words.zone_name(place, now=minute)

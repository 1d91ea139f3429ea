"""Several messages about one thing leave as one: nothing is lost, and the first never waits."""

import itertools
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rosters.channels.contract import Outgoing
from rosters.enums import Channel, Lane, MessageState, Withheld
from rosters.logic.bundles import JOINED_FOR, WINDOW
from rosters.models import ContactPoint, DeliveryAttempt, Message
from rosters.operations import carriage
from tests.factories import make_message, make_mute, make_point
from tests.rosters.operations.carriers import NotedCarrier, OtherCarrier, fail
from tests.world import NOW

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
SWEEP = 30
SUPPRESSED, SENT = MessageState.SUPPRESSED, MessageState.SENT


def news(point: ContactPoint, number: int = 0, **fields: Any) -> Message:
    """One message that can wait and needs no answer, about Payments."""
    told = {
        "lane": Lane.UPDATE,
        "subject": f"News {number}",
        "body": f"This is news {number}.",
        "about_key": "service:1",
        "about_name": "Payments",
    }
    return make_message(point, **(told | fields))


def carry(now: datetime = NOW) -> int:
    return carriage.carry_all(clock=lambda: now, jitter=lambda: 0.0)


def states() -> dict[str, str]:
    return dict(Message.objects.values_list("subject", "state"))


def test_what_waits_about_one_thing_leaves_as_one_message() -> None:
    point = make_point()
    first, *others = [news(point, number) for number in range(8)]

    assert carry() == 1

    (taken,) = NotedCarrier.taken
    assert taken.subject == "News 0 (and 7 more on Payments)"
    assert taken.body.startswith("This is news 0.\n\n7 more on Payments:\n- News 1\n- News 2")
    rows = Message.objects.filter(pk__in=[one.pk for one in others])
    assert set(rows.values_list("state", "withheld", "told_with")) == {
        (SUPPRESSED, Withheld.BUNDLE, first.pk)
    }


def test_the_first_leaves_at_once_and_the_next_wait_for_its_window() -> None:
    point = make_point()
    news(point, 0)
    assert carry() == 1
    news(point, 1, created_at=NOW + MINUTE, not_before=NOW + MINUTE)
    news(point, 2, created_at=NOW + 2 * MINUTE, not_before=NOW + 2 * MINUTE)

    assert carry(NOW + 2 * MINUTE) == 0
    assert carry(NOW + WINDOW) == 1

    assert NotedCarrier.taken[-1].subject == "News 1 (and 1 more on Payments)"
    assert states() == {"News 0": SENT, "News 1": SENT, "News 2": SUPPRESSED}


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"lane": Lane.FIRST_CALL}, id="a first call"),
        pytest.param({"lane": Lane.ESCALATION}, id="a later call"),
        pytest.param({"about_key": "service:2"}, id="about something else"),
        pytest.param({"about_key": ""}, id="about nothing in particular"),
    ],
)
def test_what_is_urgent_or_about_something_else_leaves_by_itself(other: dict[str, Any]) -> None:
    point = make_point()
    news(point, 0)
    news(point, 1, **other)

    assert carry() == 2

    assert {one.subject for one in NotedCarrier.taken} == {"News 0", "News 1"}


def test_nobody_reads_what_is_another_persons() -> None:
    person = make_mute()
    news(make_point(person), 0)
    news(make_point(person, channel=Channel.PHONE), 1)
    news(make_point(), 2)

    assert carry() == 3


def test_a_text_message_says_how_many_more(settings: Any) -> None:
    settings.CARRIERS = {"sms": settings.CARRIERS["phone"]}
    point = make_point(channel=Channel.SMS)
    for number in range(3):
        news(point, number, body=f"Muster SEV3: news {number}. https://muster.example.com/i/1/")

    carry()

    (taken,) = OtherCarrier.taken
    assert taken.body == (
        "Muster SEV3: news 0. And 2 more on Payments. https://muster.example.com/i/1/"
    )


def test_what_a_failed_message_would_have_said_is_said_by_the_next() -> None:
    point = make_point()
    for number in range(3):
        news(point, number)
    NotedCarrier.does = fail("no such mailbox", permanent=True)
    carry()
    NotedCarrier.does = None

    assert carry(NOW + JOINED_FOR) == 1

    assert NotedCarrier.taken[-1].subject == "News 1 (and 1 more on Payments)"
    assert states() == {"News 0": MessageState.FAILED, "News 1": SENT, "News 2": SUPPRESSED}


def test_what_a_cancelled_message_would_have_said_is_said_by_the_next() -> None:
    point = make_point()
    first = news(point, 0, subject_key="run:7")
    news(point, 1, subject_key="run:8")
    NotedCarrier.does = fail("busy")
    carry()
    NotedCarrier.does = None

    carriage.cancel(["run:7"], now=NOW)
    carry(NOW + JOINED_FOR)

    first.refresh_from_db()
    assert first.state == MessageState.CANCELLED
    assert NotedCarrier.taken[-1].subject == "News 1"


def test_while_it_is_tried_again_the_others_wait_for_it() -> None:
    point = make_point()
    news(point, 0)
    news(point, 1)
    NotedCarrier.does = fail("busy")
    for minutes in (0, 1, 2):
        carry(NOW + minutes * MINUTE)
    NotedCarrier.does = None

    carry(NOW + 4 * MINUTE)

    assert [one.subject for one in NotedCarrier.taken] == ["News 0 (and 1 more on Payments)"]


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    arrivals=st.lists(
        st.tuples(st.integers(0, 900), st.sampled_from(["service:1", "service:2", ""])),
        min_size=1,
        max_size=12,
    ),
    failing=st.sets(st.integers(0, 30), max_size=12),
)
def test_nothing_is_lost_and_the_first_never_waits(
    arrivals: list[tuple[int, str]], failing: set[int]
) -> None:
    """However they come and whatever fails in between: each is said, and by what had left."""
    _play(arrivals, failing)

    assert set(states().values()) <= {SENT, SUPPRESSED, MessageState.FAILED}
    said = " ".join(f"{one.subject} {one.body}" for one in NotedCarrier.taken)
    every = Message.objects.select_related("told_with")
    assert all(one.subject in said for one in every.exclude(state=MessageState.FAILED))
    assert all(one.told_with.state == SENT for one in every.filter(state=SUPPRESSED))
    if not failing:
        assert all(waited < timedelta(seconds=SWEEP) for waited in _first_waited())


def _play(arrivals: list[tuple[int, str]], failing: set[int]) -> None:
    """Half an hour of sweeps over these messages, with the tries of these numbers failing."""
    DeliveryAttempt.objects.all().delete()
    Message.objects.all().delete()
    NotedCarrier.forget()
    point, asked = make_point(), itertools.count()

    def does(outgoing: Outgoing) -> None:
        if next(asked) in failing:
            fail("busy")(outgoing)

    NotedCarrier.does = does
    for number, (after, about) in enumerate(sorted(arrivals)):
        due = NOW + timedelta(seconds=after)
        told = {"about_key": about, "created_at": due, "not_before": due}
        news(point, number, subject=f"<News {number}>", **told)
    for step in range(0, 1800, SWEEP):
        carry(NOW + timedelta(seconds=step))


def _first_waited() -> list[timedelta]:
    """How long the first message about each thing waited."""
    rows = Message.objects.exclude(about_key="").order_by("not_before", "pk")
    firsts = {one.about_key: one for one in reversed(rows)}
    return [(one.sent_at or NOW) - one.created_at for one in firsts.values()]

"""The past of the demo: told by the real operations, all or nothing, once."""

from collections.abc import Iterator
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from config.demo import numbering, sink
from config.demo.history import calendar, telling
from config.demo.history.inside import INSIDE
from config.demo.history.shop import SHOP
from config.portal import clock
from incidents.enums import EntryKind, PostState
from incidents.models import (
    Change,
    EscalationRun,
    Incident,
    MaintenanceWindow,
    Room,
    RoomPost,
    RoutingOverride,
    TimelineEntry,
    WebhookDelivery,
    WebhookEndpoint,
)
from incidents.queries import audit
from reviews.models import Drill, Review
from rosters.enums import MessageState
from rosters.models import Message

pytestmark = pytest.mark.django_db
SHARE = 0.08


@pytest.fixture(scope="module")
def past(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[list[float]]:
    """A small share of the past, told once for all tests here; and what the terminal heard."""
    heard: list[float] = []
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("demo", stdout=StringIO())
        telling.tell(share=SHARE, report=heard.append)
        yield heard
        transaction.set_rollback(True)


def test_references_grow_with_time(past: list[float]) -> None:
    detected = list(Incident.objects.order_by("pk").values_list("detected_at", flat=True))
    last = Incident.objects.order_by("-pk")[0]

    assert detected == sorted(detected)
    assert last.reference == f"INC-{numbering.FIRST_OF_TODAY + 2}"
    assert len(detected) >= 5


def test_the_past_is_over_and_what_it_said_is_never_sent(past: list[float]) -> None:
    waiting = Message.objects.filter(state=MessageState.PLANNED)
    before = Incident.objects.filter(pk__lt=numbering.FIRST_OF_TODAY)

    assert {message.person.short_name for message in waiting} == {"Nadia"}
    assert not before.open().exists()
    assert (
        not EscalationRun.objects.open()
        .filter(next_due_at__lt=clock.act_now(), clock__incident__in=before)
        .exclude(clock__promise="review")
        .exists()
    )


def test_the_audit_finds_nothing_wrong_with_the_past(past: list[float]) -> None:
    assert audit.lately(now=clock.act_now()) == ()


def test_what_rooms_were_told_of_the_past_is_never_sent(past: list[float]) -> None:
    posts = RoomPost.objects.filter(incident__lt=numbering.FIRST_OF_TODAY)
    run = EscalationRun.objects.filter(clock__incident__lt=numbering.FIRST_OF_TODAY)[0]
    then = run.clock.started_at
    one = posts.create(
        room=Room.objects.get(),
        incident=run.clock.incident,
        run=run,
        position=90,
        created_at=then,
        next_attempt_at=then,
    )

    sink.silence(now=then + timedelta(minutes=1))

    one.refresh_from_db()
    assert (one.state, one.sent_at) == (PostState.SENT, then)
    assert not posts.exclude(state=PostState.SENT).exists()


def test_one_system_takes_what_it_is_told_and_one_is_gone(past: list[float]) -> None:
    warehouse, chat = WebhookEndpoint.objects.order_by("name")

    assert warehouse.is_active
    assert warehouse.deliveries.filter(state="delivered").exists()
    assert not chat.is_active
    due = WebhookDelivery.objects.filter(next_attempt_at__lt=clock.act_now())
    assert not due.filter(endpoint__is_active=True).exists()


def test_there_are_reviews_changes_work_and_drills(past: list[float]) -> None:
    assert Review.objects.exists()
    assert Change.objects.exists()
    assert Drill.objects.exists()
    assert MaintenanceWindow.objects.filter(starts_at__gt=clock.act_now()).exists()


def test_people_decided_about_the_calls(past: list[float]) -> None:
    judged = TimelineEntry.objects.values_list("kind", flat=True)

    assert EntryKind.HELP_ASKED in judged
    assert EntryKind.DECIDED in judged
    assert RoutingOverride.objects.filter(until__gt=clock.act_now(), ended_at=None).exists()


def test_progress_goes_up_to_the_end(past: list[float]) -> None:
    assert past == sorted(past)
    assert past[-1] <= 1


def test_it_is_told_once(past: list[float]) -> None:
    again = telling.tell(share=SHARE, report=lambda _: None)

    assert again is False


def test_it_is_not_told_without_the_demo() -> None:
    assert telling.tell(share=SHARE, report=lambda _: None) is False


def test_the_lot_is_always_the_same() -> None:
    now = clock.act_now()

    first, second = (calendar.occasions([*SHOP, *INSIDE], ends_at=now, share=1.0) for _ in range(2))

    assert first == second
    assert len(first) in range(60, 91)
    assert {one.plot.severity for one in first} == {1, 2, 3, 4}

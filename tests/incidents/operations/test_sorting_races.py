"""Alerts that arrive at once, on real PostgreSQL with a connection for each thread."""

import json
from collections.abc import Sequence
from datetime import timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from incidents.enums import AlertStatus, RuleMode
from incidents.intake.signal import Parcel, Signal
from incidents.models import Alert, Incident, IncidentKey, RawReceipt, TriggerRule
from incidents.operations import intake, lifecycle, waiting
from rosters.models import Service
from tests.races import together
from tests.world import NOW, World, build

pytestmark = pytest.mark.django_db(transaction=True)
MINUTE = timedelta(minutes=1)
_bodies = count()

# What an alert is follows from its name, so that every order of arrival says the same.
NAMES = [
    f"{service}-{severity}-{letter}" for service in "ps" for severity in "12" for letter in "ab"
]


@pytest.fixture
def world() -> World:
    made = build()
    Service.objects.create(name="Shop", slug="s", owner_team=made.team)
    Service.objects.filter(pk=made.service.pk).update(slug="p")
    return made


def signal(name: str, *, is_firing: bool = True) -> Signal:
    service, severity, _letter = name.split("-")
    return Signal(
        key=name,
        name=name,
        is_firing=is_firing,
        service=service,
        severity=int(severity),
    )


def send(world: World, names: Sequence[str]) -> None:
    body = json.dumps([next(_bodies), *names]).encode()
    parcel = Parcel(alerts=tuple(signal(name) for name in names))
    intake.receive(intake.Delivery(world.source, body), parcel, now=NOW)


def send_all(world: World, requests: Sequence[Sequence[str]]) -> None:
    for names in requests:
        send(world, names)


def incidents() -> set[frozenset[str]]:
    return {
        frozenset(incident.alerts.values_list("key", flat=True))
        for incident in Incident.objects.all()
    }


@given(
    first=st.lists(st.lists(st.sampled_from(NAMES), min_size=1, max_size=4), max_size=4),
    second=st.lists(st.lists(st.sampled_from(NAMES), min_size=1, max_size=4), max_size=4),
    window=st.sampled_from([0, 10]),
)
@settings(
    max_examples=25,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_any_interleaving_on_two_workers_ends_in_the_same_incidents(
    world: World, first: list[list[str]], second: list[list[str]], window: int
) -> None:
    Incident.objects.all().delete()
    world.source.grouping_minutes = window

    results = together(
        lambda: send_all(world, first),
        lambda: send_all(world, second),
    )

    assert not [one for one in results if isinstance(one, BaseException)]
    sent = {name for names in first + second for name in names}
    alone = {frozenset([name]) for name in sent}
    joined = {
        frozenset(name for name in sent if name.startswith(kind)) for kind in {n[:4] for n in sent}
    }
    assert incidents() == (joined if window else alone)
    times = sum(len(set(names)) for names in first + second)
    assert sum(Alert.objects.values_list("times_received", flat=True)) == times
    assert IncidentKey.objects.count() == len(sent)


def test_one_request_with_one_key_sent_ten_times_at_once_is_taken_once(world: World) -> None:
    delivery = intake.Delivery(world.source, b"{}", idempotency_key="once")
    parcel = Parcel(alerts=(signal("p-1-a"),))

    answers = together(*[lambda: intake.receive(delivery, parcel, now=NOW) for _ in range(10)])

    assert all(answer == answers[0] for answer in answers)
    assert Alert.objects.get().times_received == 1
    assert RawReceipt.objects.count() == 1


@pytest.mark.parametrize("_round", range(5))
def test_an_alert_against_the_resolution_of_its_incident_is_never_lost(
    world: World, _round: int
) -> None:
    send(world, ["p-1-a"])
    incident = Incident.objects.get()

    together(
        lambda: lifecycle.resolve(incident, by=world.alice, at=NOW, now=NOW),
        lambda: send(world, ["p-1-a", "p-1-b"]),
    )

    assert Alert.objects.filter(key="p-1-b", incident__isnull=False).exists()
    held = set(IncidentKey.objects.values_list("incident", flat=True))
    assert held <= set(Incident.objects.open().values_list("pk", flat=True))


@pytest.mark.parametrize("_round", range(5))
def test_sweeps_and_the_alert_itself_open_one_incident(world: World, _round: int) -> None:
    rule = TriggerRule.objects.create(
        name="Ten minutes",
        mode=RuleMode.ACTIVE,
        owner=world.alice,
        reason="So.",
        review_on=NOW,
        conditions=[{"what": "firing", "test": "at_least", "minutes": 10}],
    )
    send(world, ["p-1-a"])
    later = NOW + 10 * MINUTE

    def again() -> None:
        parcel = Parcel(alerts=(signal("p-1-a"),))
        delivery = intake.Delivery(world.source, str(next(_bodies)).encode())
        intake.receive(delivery, parcel, now=later)

    together(lambda: waiting.release(now=later), lambda: waiting.release(now=later), again)
    waiting.release(now=later)

    alert = Alert.objects.get()
    assert Incident.objects.count() == 1
    assert (alert.rule, alert.status) == (rule, AlertStatus.FIRING)
    assert alert.incident is not None
    assert alert.held_until is None


def test_two_sweeps_resolve_a_quiet_incident_once(world: World) -> None:
    world.source.quiet_minutes = 5
    world.source.save()
    send(world, ["p-1-a"])
    quiet = Parcel(alerts=(signal("p-1-a", is_firing=False),))
    intake.receive(intake.Delivery(world.source, b"quiet"), quiet, now=NOW)

    done = together(*[lambda: waiting.resolve_quiet(now=NOW + 5 * MINUTE) for _ in range(4)])

    assert sum(int(one) for one in done) == 1
    assert Incident.objects.get().timeline.filter(kind="resolved_by_itself").count() == 1

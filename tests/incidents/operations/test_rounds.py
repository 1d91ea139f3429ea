"""Requests that are filed together: rows and answers as if each had come by itself."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from django.db import DataError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from incidents.enums import RuleAction, RuleMode
from incidents.intake.signal import Made, Parcel, Signal
from incidents.models import (
    Alert,
    Change,
    Incident,
    IncidentKey,
    RawReceipt,
    ResponseClock,
    TriggerRule,
)
from incidents.operations import intake, lifecycle, rounds
from incidents.queries import remembered
from rosters.models import Service, ServiceDependency
from tests.races import together
from tests.world import NOW, World, build

pytestmark = pytest.mark.django_db(transaction=True)
_bodies = count()


@pytest.fixture
def world() -> World:
    """Shop needs Payments; rules make alerts worse, or let them wait for impact."""
    made = build()
    shop = Service.objects.create(name="Shop", slug="shop", owner_team=made.team)
    ServiceDependency.objects.create(service=shop, needs=made.service)
    facts = {"owner": made.alice, "reason": "So.", "review_on": NOW, "mode": RuleMode.ACTIVE}
    TriggerRule.objects.create(
        name="Worse", severity=1, conditions=[_when("name", "is", "worse")], **facts
    )
    TriggerRule.objects.create(
        name="Only with impact",
        action=RuleAction.IF_IMPACT,
        conditions=[_when("name", "is", "waits")],
        **facts,
    )
    TriggerRule.objects.create(
        name="Often",
        action=RuleAction.SUPPRESS,
        conditions=[{"what": "times", "test": "at_least", "value": "3", "minutes": 10}],
        **facts,
    )
    return made


def _when(what: str, test: str, value: str) -> dict[str, Any]:
    return {"what": what, "test": test, "value": value, "minutes": 0}


@dataclass(frozen=True)
class Drawn:
    """One request as hypothesis draws it."""

    alerts: tuple[Signal, ...]
    idempotency_key: str
    is_over_rate: bool
    has_change: bool


def signal(key: str, **facts: Any) -> Signal:
    given: dict[str, Any] = {"key": key, "name": f"Alert {key}", "is_firing": True}
    return Signal(**(given | facts))


SIGNALS = st.builds(
    Signal,
    key=st.sampled_from("abcd"),
    name=st.sampled_from(["usual", "usual", "usual", "worse", "waits"]),
    is_firing=st.sampled_from([True, True, True, False]),
    service=st.sampled_from(["payments", "shop", ""]),
    severity=st.sampled_from([2, 3]),
    group_key=st.sampled_from(["", "", "g", "h"]),
)
REQUESTS = st.builds(
    Drawn,
    alerts=st.lists(SIGNALS, min_size=0, max_size=3).map(tuple),
    idempotency_key=st.sampled_from(["", "", "", "k"]),
    is_over_rate=st.sampled_from([False, False, False, True]),
    has_change=st.sampled_from([False, False, False, False, True]),
)


def post(world: World, drawn: Drawn) -> rounds.Post:
    body = json.dumps([repr(one) for one in drawn.alerts]).encode()
    delivery = intake.Delivery(
        world.source,
        body,
        idempotency_key=drawn.idempotency_key,
        is_over_rate=drawn.is_over_rate,
    )
    made = (Made(key="deploy", title="Deployed"),) if drawn.has_change else ()
    return rounds.Post(delivery, Parcel(alerts=drawn.alerts, changes=made), NOW, remembered.mark())


def of(world: World, *alerts: Signal, key: str = "") -> rounds.Post:
    made = post(world, Drawn(alerts, key, is_over_rate=False, has_change=False))
    if key:
        return made
    return replace(made, delivery=replace(made.delivery, body=str(next(_bodies)).encode()))


def all_of(posts: Sequence[rounds.Post], sizes: Sequence[int]) -> list[Any]:
    """They are filed in rounds of at most so many, as far as they fit; what each was answered."""
    left = list(posts)
    answers: list[Any] = []
    for size in [*sizes, *[1] * len(posts)]:
        if not left:
            break
        taken = left[:1]
        while len(taken) < min(size, len(left)) and rounds.fits(taken, left[len(taken)]):
            taken.append(left[len(taken)])
        filed = _outcomes(taken)
        answers += filed
        left = left[len(filed) :]
    return answers


def _outcomes(taken: Sequence[rounds.Post]) -> Sequence[Any]:
    try:
        return rounds.file(taken)
    except intake.KeyReused as refused:
        return [refused]


def standing(answers: Sequence[Any]) -> dict[str, Any]:
    """What stands after these answers; incidents by the order in which they opened."""
    numbers = {one.pk: n for n, one in enumerate(Incident.objects.order_by("pk"))}
    references = {one.reference: f"#{numbers[one.pk]}" for one in Incident.objects.all()}

    def plain(answer: Any) -> Any:
        if isinstance(answer, Exception):
            return str(answer)
        return [{k: references.get(v, v) for k, v in one.items()} for one in answer]

    return {
        "answers": [plain(one) for one in answers],
        "receipts": [
            (bytes(one.body), one.idempotency_key, one.status, plain(one.answer["alerts"]))
            for one in RawReceipt.objects.order_by("pk")
        ],
        "incidents": [
            (one.title, one.severity, one.service_id, one.alert_key, one.signals_resolved_at)
            for one in Incident.objects.order_by("pk")
        ],
        "keys": {(one.key, numbers[one.incident_id]) for one in IncidentKey.objects.all()},
        "alerts": sorted(
            (
                (one.key, one.group_key, one.outcome, one.status, one.times_received, one.name),
                numbers.get(one.incident_id or 0, -1),
                (
                    one.severity,
                    one.service_id,
                    one.rule_id,
                    len(one.recent_at),
                    str(one.held_until),
                ),
            )
            for one in Alert.objects.all()
        ),
    }


@given(
    first=st.lists(REQUESTS, max_size=3),
    requests=st.lists(REQUESTS, min_size=1, max_size=6),
    sizes=st.lists(st.integers(1, 6), max_size=6),
    window=st.sampled_from([0, 0, 10]),
    reopen=st.sampled_from([0, 10]),
    resolves=st.booleans(),
)
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_any_split_into_rounds_ends_as_one_after_the_other(
    world: World,
    first: list[Drawn],
    requests: list[Drawn],
    sizes: list[int],
    window: int,
    reopen: int,
    resolves: bool,
) -> None:
    world.source.grouping_minutes, world.source.reopen_minutes = window, reopen
    world.source.save()

    def ends(sizes: Sequence[int]) -> dict[str, Any]:
        for model in (RawReceipt, Change, Alert, Incident):
            model.objects.all().delete()
        with remembered.as_of_now():
            before = all_of([post(world, one) for one in first], [])
            for incident in Incident.objects.order_by("pk")[: 1 if resolves else 0]:
                lifecycle.resolve(incident, by=world.alice, at=NOW, now=NOW)
            return standing(before + all_of([post(world, one) for one in requests], sizes))

    assert ends(sizes) == ends([])


def test_a_round_asks_no_more_statements_than_one_request(world: World) -> None:
    with remembered.as_of_now():
        all_of([of(world, signal("before"))], [1])

        with CaptureQueriesContext(connection) as one:
            all_of([of(world, signal("a"))], [1])
        with CaptureQueriesContext(connection) as many:
            answers = all_of([of(world, signal(f"n{number}")) for number in range(8)], [8])

    assert len(answers) == Incident.objects.count() - 2 == 8
    assert len(many) == len(one)


def test_references_follow_one_another_whatever_else_comes(world: World) -> None:
    first, second = of(world, signal("a")), of(world, signal("b"))
    joins, both = of(world, signal("a")), [of(world, signal("c")), of(world, signal("d"))]
    for posts in ([first], [joins], [second], both):
        rounds.file(posts)

    numbers = list(Incident.objects.order_by("pk").values_list("pk", flat=True))
    assert numbers == list(range(numbers[0], numbers[0] + 4))
    clocks = ResponseClock.objects.order_by("pk").values_list("incident", flat=True)
    assert list(clocks) == sorted(clocks)
    assert set(clocks) == set(numbers)


GROWING = """
SELECT relname, seq_scan FROM pg_stat_xact_user_tables
WHERE relname IN (
  'incidents_alert', 'incidents_incident', 'incidents_incidentkey', 'incidents_timelineentry',
  'incidents_responseclock', 'incidents_escalationrun', 'incidents_rawreceipt')
"""


def test_no_table_that_grows_is_read_whole_however_small_it_is_known_to_be(world: World) -> None:
    known = of(world, signal("a", group_key="g"))
    connection.close()  # other tests' plans go with it, those of foreign keys too
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        for posts in ([known], [known], [of(world, signal("b", group_key="g"))]):
            rounds.file(posts)
        rounds.file([of(world, signal("c")), of(world, signal("d", is_firing=False))])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(GROWING)
        found = dict(cursor.fetchall())

    assert Alert.objects.count() == 3
    assert len(found) == 7
    assert not any(found.values()), found


def test_each_request_is_kept_with_its_own_answer_and_instant(world: World) -> None:
    with remembered.as_of_now():
        posts = [
            of(world, signal("a")),
            replace(of(world, signal("b")), now=NOW + timedelta(seconds=2)),
            of(world),
        ]
        answers = rounds.file(posts)

    kept = list(RawReceipt.objects.order_by("pk"))
    assert [one.answer["alerts"] for one in kept] == answers
    assert [one.received_at for one in kept] == [one.now for one in posts]
    assert [bytes(one.body) for one in kept] == [one.delivery.body for one in posts]
    # What is new in a round is filed at the latest instant at which one of its requests came.
    assert set(Incident.objects.values_list("detected_at", flat=True)) == {posts[1].now}


def test_a_key_that_came_before_gets_its_first_answer_and_another_body_is_refused(
    world: World,
) -> None:
    with remembered.as_of_now():
        [first] = rounds.file([of(world, signal("a"), key="k")])
        other = of(world, signal("x"), key="k")

        answers = rounds.file([of(world, signal("b")), of(world, signal("a"), key="k")])
        refused = rounds.file([of(world, signal("c")), other, of(world, signal("d"))])

    assert answers[1] == first
    assert isinstance(refused[1], intake.KeyReused)
    assert not isinstance(refused[2], Exception)
    assert set(Alert.objects.values_list("key", flat=True)) == set("abcd")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"alerts": (signal("a"),)}, {"alerts": (signal("a"),)}),
        ({"idempotency_key": "k"}, {"idempotency_key": "k"}),
        ({"is_over_rate": True}, {}),
        ({"has_change": True}, {}),
        ({}, {"has_change": True}),
    ],
    ids=["one alert", "one key", "over its rate", "a change before", "a change after"],
)
def test_what_has_something_in_common_is_not_put_together(
    world: World, one: dict[str, Any], other: dict[str, Any]
) -> None:
    plain = Drawn((), "", is_over_rate=False, has_change=False)
    with remembered.as_of_now():
        first, second = (post(world, replace(plain, **facts)) for facts in (one, other))
        alike = post(world, plain)

    assert not rounds.fits([first], second)
    assert not rounds.fits([alike], replace(alike, mark="other"))
    assert not rounds.fits([replace(alike, mark=None)], replace(alike, mark=None))
    assert rounds.fits([alike], alike)


@pytest.mark.parametrize(
    ("one", "other", "may_be"),
    [
        ({"alerts": (signal("a"),)}, {"alerts": (signal("a", group_key="g"),)}, False),
        (
            {"alerts": (signal("a", group_key="g"),)},
            {"alerts": (signal("b", group_key="g"),)},
            False,
        ),
        ({"idempotency_key": "k"}, {"idempotency_key": "k"}, False),
        ({"has_change": True}, {}, False),
        ({}, {"has_change": True}, False),
        ({"alerts": (signal("a"),)}, {"alerts": (signal("b"),)}, True),
        ({"is_over_rate": True}, {}, True),
    ],
    ids=[
        "one alert",
        "one group",
        "one key",
        "a change before",
        "a change after",
        "nothing",
        "over its rate",
    ],
)
def test_what_has_something_in_common_waits_for_the_commit(
    world: World, one: dict[str, Any], other: dict[str, Any], *, may_be: bool
) -> None:
    plain = Drawn((), "", is_over_rate=False, has_change=False)
    first, second = (post(world, replace(plain, **facts)) for facts in (one, other))

    assert rounds.is_apart([first], second) is may_be


def test_an_alert_that_waits_in_one_group_and_joins_with_another_is_kept_once(
    world: World,
) -> None:
    waits = signal("b", name="waits", service="shop")
    joins = (replace(waits, group_key="g"), signal("a", service="payments", group_key="g"))
    made = of(world, waits, *joins)
    answer = intake.receive(made.delivery, made.parcel, now=NOW)

    assert [one["outcome"] for one in answer] == ["held", "created", "created"]
    kept = Alert.objects.values_list("key", "incident", "times_received").order_by("key")
    home = Incident.objects.get().pk
    assert list(kept) == [("a", home, 1), ("b", home, 2)]


def test_one_that_cannot_be_stored_fails_alone(world: World) -> None:
    def send(*alerts: Signal) -> Any:
        with remembered.as_of_now() as now:
            made = of(world, *alerts)
            return rounds.receive(made.delivery, made.parcel, now=now)

    for attempt in range(5):
        good = [signal(f"{attempt}-{letter}") for letter in "abcdefg"]
        bad = signal(f"{attempt}-bad", summary="no \0 text")

        answers = together(*[lambda one=one: send(one) for one in [*good[:3], bad, *good[3:]]])

        assert isinstance(answers.pop(3), DataError)
        assert [one[0]["outcome"] for one in answers] == ["created"] * len(good)
    assert Alert.objects.count() == Incident.objects.count() == 5 * 7


def test_many_at_once_of_one_group_are_all_kept_in_one_incident(world: World) -> None:
    def send(key: str) -> Any:
        with remembered.as_of_now() as now:
            made = of(world, signal(key, group_key="g"))
            return rounds.receive(made.delivery, made.parcel, now=now)

    answers = together(*[lambda n=n: send(str(n % 8)) for n in range(16)])

    assert [one[0]["incident"] for one in answers] == [Incident.objects.get().reference] * 16
    assert dict(Alert.objects.values_list("key", "times_received")) == {str(n): 2 for n in range(8)}
    assert RawReceipt.objects.count() == 16


def test_one_key_sent_ten_times_at_once_is_taken_once(world: World) -> None:
    def send() -> Any:
        with remembered.as_of_now() as now:
            made = of(world, signal("a"), key="once")
            return rounds.receive(made.delivery, made.parcel, now=now)

    answers = together(*[send] * 10)

    assert all(answer == answers[0] for answer in answers)
    assert Alert.objects.get().times_received == 1
    assert RawReceipt.objects.count() == 1

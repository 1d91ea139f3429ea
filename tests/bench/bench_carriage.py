"""The carriage: messages a second, an urgent call behind a crowd of digests, a carrier that is out.

The carrier is a real HTTP server of a process of its own that answers after 200 ms. One sweep is
what one worker process does.
"""

import http.server
import json
import multiprocessing
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from multiprocessing.connection import Connection
from typing import Any

import psutil
from django.conf import settings
from django.db import connection
from django.utils.module_loading import import_string

from config.portal import clock, standard_webhooks
from rosters.enums import AttemptOutcome, Channel, Lane, MessageState
from rosters.models import CarrierHealth, ContactPoint, DeliveryAttempt, Message, Person
from rosters.operations import carriage, carriers
from rosters.operations.carriers import AccountFacts

ANSWERS_AFTER = 0.2
HANDED_OVER = 400
DIGESTS = 10_000
CALLS = 500
OUT_MINUTES = 10
STEP_SECONDS = 5
SECRET = standard_webhooks.new_secret()


def measure() -> Iterator[str]:
    """One line for each measurement."""
    settings.CARRIER_HOSTS = ["127.0.0.1"]
    settings.CARRIERS = {Channel.EMAIL.value: "tests.bench.bench_carriage.Mailbox"}
    with carrier() as (address, mood):
        by = Person.objects.create(full_name="Grace", short_name="Grace", is_superuser=True)
        given = {"address": f"{address}/send", "secret": SECRET}
        facts = AccountFacts("Gateway", (Channel.SMS,), given)
        carriers.begin("gateway", facts, by=by, now=clock.act_now())
        yield from _quickly()
        yield from _behind_digests()
        yield from _out(mood)


def _quickly() -> Iterator[str]:
    plan(HANDED_OVER, lane=Lane.ESCALATION)
    before = psutil.Process().memory_info().rss
    begun, worked = time.perf_counter(), time.process_time()
    while carriage.carry_all(clock=clock.act_now):
        pass
    spent, worked = time.perf_counter() - begun, time.process_time() - worked
    grown = (psutil.Process().memory_info().rss - before) / 1024 / 1024
    if Message.objects.filter(state=MessageState.SENT).count() != HANDED_OVER:
        raise RuntimeError("not everything was handed over")
    yield (
        f"{HANDED_OVER} messages to a carrier that answers in 200 ms:"
        f" {HANDED_OVER / spent:.0f} a second by one worker (aim 50), {grown:.1f} MB more memory,"
        f" {worked / HANDED_OVER * 1000:.1f} ms of its own work for each"
    )


def _behind_digests() -> Iterator[str]:
    plan(DIGESTS, lane=Lane.UPDATE)
    stop = threading.Event()

    def carry() -> None:
        while not stop.is_set():
            carriage.carry_all(clock=clock.act_now)
        connection.close()

    worker = threading.Thread(target=carry)
    worker.start()
    try:
        time.sleep(1)
        delays = [_delay_of_a_call() for _ in range(10)]
    finally:
        stop.set()
        worker.join()
    waiting = Message.objects.filter(state=MessageState.PLANNED).count()
    yield (
        f"an urgent call behind {DIGESTS} digests is with its carrier, answer included, after"
        f" {sorted(delays)[len(delays) // 2] * 1000:.0f} ms, at worst {max(delays) * 1000:.0f} ms"
        f" (aim 1000); {waiting} digests still wait"
    )
    Message.objects.filter(state=MessageState.PLANNED).update(state=MessageState.CANCELLED)


def _delay_of_a_call() -> float:
    (call,) = plan(1, lane=Lane.FIRST_CALL)
    begun = time.perf_counter()
    while not Message.objects.filter(pk=call, state=MessageState.SENT).exists():
        time.sleep(0.01)
        if time.perf_counter() - begun > 30:
            raise RuntimeError("the call never left")
    return time.perf_counter() - begun


def _out(mood: Any) -> Iterator[str]:
    """Ten minutes on a clock of its own, in steps of five seconds; coming back in real time."""
    now = clock.act_now()
    texts = plan(CALLS, lane=Lane.FIRST_CALL, now=now, topic="out")
    plan(CALLS, lane=Lane.FIRST_CALL, now=now, topic="out", by=Channel.EMAIL, after=300)
    mood.value = False
    told = _steps(now, OUT_MINUTES * 60)
    asked = DeliveryAttempt.objects.filter(account__isnull=False, message__in=texts).count()
    yield (
        f"a carrier out for {OUT_MINUTES} minutes at the height of {CALLS} calls:"
        f" {CALLS - told[-1]} people missed, {told[0]} told by their next channel at once,"
        f" {told[1]} within {STEP_SECONDS} s; the carrier was asked {asked} times meanwhile"
    )
    mood.value = True
    back = now + timedelta(minutes=OUT_MINUTES, seconds=STEP_SECONDS)
    fresh = plan(CALLS, lane=Lane.ESCALATION, now=back, topic="back")
    taken = _until_all_left(back, fresh)
    yield (
        f"back again with {CALLS} calls waiting: all handed over within {max(taken):.0f} s,"
        f" {sum(at < 5 for at in taken)} of them in the first 5 s, at most"
        f" {max(Counter(map(int, taken)).values())} in one second;"
        f" its circuit is {CarrierHealth.objects.get().state}"
    )


def _steps(begin: datetime, seconds: int) -> list[int]:
    """How many were told by mail after each step."""
    told = []
    for second in range(0, seconds + 1, STEP_SECONDS):
        at = begin + timedelta(seconds=second)
        while Message.objects.carriable(now=at).exists():
            carriage.carry_all(clock=lambda at=at: at)  # type: ignore[misc]  # bound by default
        told.append(len(Mailbox.told))
    return told


def _until_all_left(begin: datetime, messages: list[int]) -> list[float]:
    """After how many seconds each was handed over."""
    started = time.perf_counter()

    def now() -> datetime:
        return begin + timedelta(seconds=time.perf_counter() - started)

    waiting = Message.objects.filter(pk__in=messages, state__in=["planned", "sending"])
    while waiting.exists() and time.perf_counter() < started + 180:
        carriage.carry_all(clock=now)
        time.sleep(0.2)
    left = DeliveryAttempt.objects.filter(
        message__in=messages, outcome=AttemptOutcome.HANDED_OVER
    ).values_list("finished_at", flat=True)
    if len(left) != len(messages):
        raise RuntimeError(f"only {len(left)} were handed over")
    return [(at - begin).total_seconds() for at in left]


def plan(
    count: int,
    *,
    lane: Lane,
    now: datetime | None = None,
    topic: str = "bench",
    by: Channel = Channel.SMS,
    after: int = 0,
) -> list[int]:
    """So many messages, each to somebody else; the same people for the same topic."""
    at = now or clock.act_now()
    first = Person.objects.count()
    if after:
        people = list(
            Message.objects.filter(topic=topic).order_by("pk").values("person", "topic_id")
        )
        rows = [(row["person"], row["topic_id"]) for row in people]
    else:
        made = [
            Person(full_name=f"P {first + n}", short_name=f"P{first + n}") for n in range(count)
        ]
        rows = [(one.pk, one.pk) for one in Person.objects.bulk_create(made)]
    points = ContactPoint.objects.bulk_create(
        ContactPoint(person_id=person, channel=by, address=f"+49151{person:08d}")
        for person, _ in rows
    )
    made_messages = Message.objects.bulk_create(
        Message(
            topic=topic,
            topic_id=topic_id,
            subject_key=f"{topic}:{topic_id}",
            person_id=person,
            contact_point=point,
            subject="Cards fail",
            body="You are on call.",
            lane=lane,
            created_at=at,
            not_before=at + timedelta(seconds=after),
            expires_at=at + timedelta(hours=4),
        )
        for (person, topic_id), point in zip(rows, points, strict=True)
    )
    return [one.pk for one in made_messages]


class Mailbox:
    """The mail server of the settings, which takes everything at once."""

    wants_answer_link = False
    is_in_house = True
    takes_replies = False
    told: set[str] = set()  # noqa: RUF012  # one for the whole measurement

    def send(self, outgoing: Any) -> Any:
        self.told.add(outgoing.address)
        return import_string("rosters.channels.contract.Receipt")()


@contextmanager
def carrier() -> Iterator[tuple[str, Any]]:
    """The carrier's address, in a process of its own, and whether it takes anything."""
    context = multiprocessing.get_context("fork")
    mood = context.Value("b", True)
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, mood), daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{ours.recv()}", mood
    finally:
        process.terminate()
        process.join()


def _serve(pipe: Connection, mood: Any) -> None:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            time.sleep(ANSWERS_AFTER)
            body = json.dumps({"reference": told["key"]}).encode() if mood.value else b"no"
            self.send_response(202 if mood.value else 503)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_said: Any) -> None:
            pass

    class Server(http.server.ThreadingHTTPServer):
        request_queue_size = 256
        daemon_threads = True

    server = Server(("127.0.0.1", 0), Handler)
    pipe.send(server.server_address[1])
    server.serve_forever()

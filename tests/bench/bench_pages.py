"""How much work each page is for the server, with the demo organisation and with many incidents.

Every address that answers reading with a page is found in the URLconf, and asked as an
administrator, a responder and a reader. Aims: under 100 ms with the demo organisation, under 200 ms
with a hundred thousand incidents behind it, as many queries. Beside the clock on the wall stands a
probe, a fixed piece of arithmetic: a busy machine makes both slower, their ratio says which page is
slow. "work" is this process alone, "SQL" what it waited for the database.
`BENCH_INCIDENTS` makes it fewer, `BENCH_SHARE` tells less of the demo's history.
"""

import gzip
import http
import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import StringIO

from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from config.demo.history import telling
from config.portal import clock
from incidents.models import AlertSource, Incident, PolicyVersion
from incidents.operations import proving
from reviews.models import Drill, Review
from rosters.models import Person, Roster, Service
from runbooks.models import Runbook
from tests.bench import many
from tests.pages import (
    Everything,
    a_carrier,
    a_dead_delivery,
    a_message,
    addresses,
    an_approval,
    an_import,
    cover,
    sharing,
)
from tests.world import World

ROUNDS = 5
PROBE_STEPS = 200_000
PAGE = "text/html"
DEMO_AIM, MANY_AIM = 100.0, 200.0
READERS = {"administrator": "Amara", "responder": "Mei", "reader": "Olivia"}
MORE = {
    "front:search": ("?q=card+payments",),
    "incidents:list": ("?q=cards", "?status=resolved&page=500", "?severity=1&sort=-detected_at"),
    "reviews:list": ("?q=cards",),
    "reviews:actions": ("?q=alert",),
    "reviews:scorecards": ("?days=365",),
}
"""The same pages once more, asked for something."""


@dataclass(frozen=True)
class Measured:
    """One page: the best of some rounds in milliseconds, its queries, and its weight zipped."""

    wall: float
    work: float
    sql: float
    queries: int
    weight: float
    worst_query: str


Pages = Mapping[tuple[str, str], Measured]


def measure() -> Iterator[str]:
    """One line for each page: with the demo, and with many incidents; the slow ones say why."""
    started = time.perf_counter()
    call_command("demo", stdout=StringIO())
    telling.tell(share=float(os.environ.get("BENCH_SHARE", "1")), report=lambda _: None)
    yield f"the demo organisation and its history took {time.perf_counter() - started:.0f} s"
    found = wanted()
    before = of_all(found)
    yield from report("demo", before, aim=DEMO_AIM)
    count = int(os.environ.get("BENCH_INCIDENTS", many.COUNT))
    started = time.perf_counter()
    many.build(count)
    yield f"{count} more incidents took {time.perf_counter() - started:.0f} s"
    yield from report("many", of_all(found), aim=MANY_AIM, before=before)


def report(title: str, pages: Pages, *, aim: float, before: Pages | None = None) -> Iterator[str]:
    """A table, the slowest first; what misses its aim with its slowest query."""
    quick = probe()
    yield f"{title}: the probe takes {quick:.1f} ms; the aim is {aim:.0f} ms"
    yield f"{'page':<52}{'wall':>8}{'probes':>8}{'work':>8}{'SQL':>8}{'queries':>9}{'KB':>7}"
    for (name, reader), one in sorted(pages.items(), key=lambda pair: -pair[1].wall):
        was = (before or pages).get((name, reader), one)
        grows = "" if was.queries == one.queries else f"  {was.queries} queries before"
        yield (
            f"{f'{name} {reader}':<52}{one.wall:8.1f}{one.wall / quick:8.1f}{one.work:8.1f}"
            f"{one.sql:8.1f}{one.queries:9d}{one.weight:7.1f}"
            f"{'  SLOW' if one.wall > aim else ''}{grows}"
        )
        if one.wall > aim:
            yield f"    slowest query: {one.worst_query}"


def probe() -> float:
    """How long this machine takes now for a fixed piece of work, in milliseconds."""
    spent = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        sum(number * number for number in range(PROBE_STEPS))
        spent.append((time.perf_counter() - started) * 1000)
    return min(spent)


def wanted() -> dict[str, str]:
    """Every address, filled in with what the demo has."""
    incident = Incident.objects.get(title="Card payments fail for some customers in the EU")
    amara = Person.objects.get(short_name="Amara")
    now = clock.act_now()
    a_dead_delivery(incident, by=amara, now=now)
    an_approval(incident, by=amara, now=now)
    proving.sweep(runner="bench", now=now)
    names = {"alice": "Amara", "bob": "Mei", "erin": "Jonas"}
    world = World({ours: Person.objects.get(short_name=theirs) for ours, theirs in names.items()})
    world.roster = Roster.objects.get(name="Payments")
    world.version = PolicyVersion.objects.filter(published_at__isnull=False).order_by("pk")[0]
    everything = Everything(
        world=world,
        incident=incident,
        review=Review.objects.filter(published_at__isnull=False).order_by("pk")[0],
        runbook=Runbook.objects.order_by("pk")[0],
        drill=Drill.objects.order_by("pk")[0],
        person=Person.objects.get(short_name="Mei"),
        roster=world.roster,
        service=Service.objects.get(name="Payments"),
        source=AlertSource.objects.filter(tokens__isnull=False).order_by("pk")[0],
        import_run=an_import(amara, now=now),
        more={"": {"pk": 1}}  # 1: only for posts
        | cover(world, now=now)
        | sharing(world, now=now)
        | a_carrier(amara, now=now)
        | a_message(amara, now=now),
    )
    found = addresses(everything)
    more = {
        f"{name} {query}": found[name] + query for name, asked in MORE.items() for query in asked
    }
    return found | more


def of_all(found: Mapping[str, str], *, rounds: int = ROUNDS) -> Pages:
    """Every page for every reader who may see it."""
    pages = {}
    for reader, short_name in READERS.items():
        client = Client(headers={"host": "127.0.0.1"})
        client.force_login(Person.objects.get(short_name=short_name))
        for name, address in found.items():
            one = measured(client, address, rounds=rounds)
            if one is not None:
                pages[name, reader] = one
    return pages


def measured(client: Client, address: str, *, rounds: int) -> Measured | None:
    """The best of some rounds; None when the address is no page."""
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address)
        asked = list(queries.captured_queries)
    if answer.status_code != http.HTTPStatus.OK or not answer["Content-Type"].startswith(PAGE):
        return None
    wall, work = [], []
    for _ in range(rounds):
        started, worked = time.perf_counter(), time.process_time()
        client.get(address)
        wall.append((time.perf_counter() - started) * 1000)
        work.append((time.process_time() - worked) * 1000)
    worst = max(asked, key=lambda one: float(one["time"]), default=None)
    said = f"{worst['time']} s: {' '.join(worst['sql'].split())[:900]}" if worst else ""
    return Measured(
        wall=min(wall),
        work=min(work),
        sql=sum(float(one["time"]) for one in asked) * 1000,
        queries=len(asked),
        weight=len(gzip.compress(answer.content, 6)) / 1000,
        worst_query=said,
    )

"""How long the server works on each page, with the demo organisation and with many incidents.

Every address that answers reading with a page is found in the URLconf. Aims: under 100 ms with the
demo organisation, under 200 ms with a hundred thousand incidents behind it, as many queries.
`BENCH_INCIDENTS` makes it fewer, `BENCH_SHARE` tells less of the demo's history.
"""

import http
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO

from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from config.demo.history import telling
from incidents.models import Incident
from reviews.models import Drill, Review
from rosters.models import Person, Roster, Service
from runbooks.models import Runbook
from tests.bench import many
from tests.pages import Everything, addresses
from tests.world import World

ROUNDS = 5
PAGE = "text/html"
DEMO_AIM, MANY_AIM = 100.0, 200.0
SEARCHES = {
    "front:search": "?q=card+payments",
    "incidents:list": "?q=cards",
    "reviews:list": "?q=cards",
    "reviews:actions": "?q=alert",
}
"""The same pages once more, asked for something."""


@dataclass(frozen=True)
class Measured:
    """One page: the best of some rounds, and its queries."""

    milliseconds: float
    queries: int
    worst_query: str


def measure() -> Iterator[str]:
    """One line for each page: with the demo, and with many incidents; the slow ones say why."""
    started = time.perf_counter()
    call_command("demo", stdout=StringIO())
    telling.tell(share=float(os.environ.get("BENCH_SHARE", "1")), report=lambda _: None)
    yield f"the demo organisation and its history took {time.perf_counter() - started:.0f} s"
    found = _addresses()
    before = _measure_all(found)
    count = int(os.environ.get("BENCH_INCIDENTS", many.COUNT))
    started = time.perf_counter()
    many.build(count)
    yield f"{count} more incidents took {time.perf_counter() - started:.0f} s"
    after = _measure_all(found)
    for name, with_many in sorted(after.items(), key=lambda pair: -pair[1].milliseconds):
        with_demo = before.get(name, with_many)
        yield _line(name, with_demo, with_many)
        if with_many.milliseconds > MANY_AIM or with_demo.milliseconds > DEMO_AIM:
            yield f"    slowest query: {with_many.worst_query}"


def _line(name: str, with_demo: Measured, with_many: Measured) -> str:
    is_slow = with_demo.milliseconds > DEMO_AIM or with_many.milliseconds > MANY_AIM
    grows = "" if with_demo.queries == with_many.queries else "  queries differ"
    return (
        f"{name:<44} demo {with_demo.milliseconds:7.1f} ms {with_demo.queries:3d} queries"
        f"   many {with_many.milliseconds:8.1f} ms {with_many.queries:3d} queries"
        f"{'  SLOW' if is_slow else ''}{grows}"
    )


def _addresses() -> dict[str, str]:
    """Every address, filled in with what the demo has."""
    everything = Everything(
        world=World(people={"alice": Person.objects.get(short_name="Amara")}),
        incident=Incident.objects.get(title="Card payments fail for some customers in the EU"),
        review=Review.objects.filter(published_at__isnull=False).order_by("pk")[0],
        runbook=Runbook.objects.order_by("pk")[0],
        drill=Drill.objects.order_by("pk")[0],
        person=Person.objects.get(short_name="Mei"),
        roster=Roster.objects.get(name="Payments"),
        service=Service.objects.get(name="Payments"),
        more={"": {"pk": 1}},  # for what only answers posts
    )
    found = addresses(everything)
    more = {f"{name} {query}": found[name] + query for name, query in SEARCHES.items()}
    return found | more


def _measure_all(found: dict[str, str]) -> dict[str, Measured]:
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(Person.objects.get(short_name="Amara"))
    return {
        name: measured
        for name, address in found.items()
        if (measured := _measure(client, address)) is not None
    }


def _measure(client: Client, address: str) -> Measured | None:
    """The best of some rounds; None when the address is no page."""
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address)
        asked = list(queries.captured_queries)
    if answer.status_code != http.HTTPStatus.OK or not answer["Content-Type"].startswith(PAGE):
        return None
    spent = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        client.get(address)
        spent.append((time.perf_counter() - started) * 1000)
    worst = max(asked, key=lambda one: float(one["time"]), default=None)
    said = f"{worst['time']} s: {' '.join(worst['sql'].split())[:900]}" if worst else ""
    return Measured(min(spent), len(asked), said)

"""How the pages about the whole company grow: with 300 services and people, and with 3,000.

Four cells of the contact matrix for each service. Beside the clock on the wall stands the work of
this process alone, which a busy machine changes less; "growth" is how many times that of the small
company the large one takes. Aim: no list over 200 ms, each with as many queries. Each line is said
as soon as it is known. `BENCH_SERVICES` makes the second company another size.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from io import StringIO

from django.core.management import call_command
from django.db import connection
from django.test import Client

from config.portal import clock
from rosters.enums import Channel
from rosters.models import (
    ContactPoint,
    MatrixEntry,
    Membership,
    Person,
    Service,
    ServiceDependency,
    StakeholderRole,
    Team,
)
from tests.bench.bench_pages import Measured, measured, probe

FEW, MANY = 300, 3000
ROUNDS = 3
AIM = 200.0
PAGES = (
    "/contacts/",
    "/contacts/?view=person",
    "/contacts/?view=role",
    "/contacts/?state=vacant",
    "/contacts/?q=person+12",
    "/contacts/audit/",
    "/contacts/mine/",
    "/contacts/phone-tree/",
    "/admin/rosters/matrixentry/grid/",
    "/services/",
    "/services/map/",
    "/people/",
    "/people/?attention=on",
    "/rules/",
    "/rules/?gaps=on",
    "/oncall/",
    "/",
    "/search/?q=card+payments",
)


def measure() -> Iterator[str]:
    """One line for each page: with few services, and with many."""
    many = int(os.environ.get("BENCH_SERVICES", MANY))
    with timed() as took:
        call_command("demo", stdout=StringIO())
        grow(FEW, first=0, now=clock.act_now())
    yield f"the demo organisation and {FEW} services took {took.seconds:.0f} s"
    few = dict(_pages())
    with timed() as took:
        grow(many - FEW, first=FEW, now=clock.act_now())
    yield f"{many - FEW} more took {took.seconds:.0f} s"
    yield f"the probe takes {probe():.1f} ms; the aim is {AIM:.0f} ms with {many} services"
    sizes = f"{f'work, {FEW}':>11}{f'work, {many}':>12}"
    yield f"{'page':<36}{sizes}{'growth':>8}{'wall':>9}{'queries':>9}"
    for path, one in _pages():
        before = few[path]
        more = f"  {before.queries} queries before" if one.queries > before.queries else ""
        slow = "  SLOW" if one.work > AIM else ""
        work = f"{before.work:11.1f}{one.work:12.1f}{one.work / before.work:8.1f}"
        yield f"{path:<36}{work}{one.wall:9.1f}{one.queries:9d}{slow}{more}"


class Took:
    """How long something took."""

    seconds = 0.0


@contextmanager
def timed() -> Iterator[Took]:
    """How many seconds the block took, known after it."""
    started, took = time.perf_counter(), Took()
    yield took
    took.seconds = time.perf_counter() - started


def _pages() -> Iterator[tuple[str, Measured]]:
    """Each page as soon as it is measured: the best of some rounds."""
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(Person.objects.get(short_name="Amara"))
    for path in PAGES:
        one = measured(client, path, rounds=ROUNDS)
        if one is None:
            raise RuntimeError(path)
        yield path, one


def grow(count: int, *, first: int, now: datetime) -> None:
    """So many more services, people and twenty times fewer teams; every fortieth square vacant."""
    numbers = range(first, first + count)
    people = Person.objects.bulk_create(
        Person(email=f"p{n}@example.com", full_name=f"Person {n}", short_name=f"P{n}")
        for n in numbers
    )
    teams = Team.objects.bulk_create(
        Team(name=f"Team {n}", slug=f"team-{n}") for n in numbers if n % 20 == 0
    )
    Membership.objects.bulk_create(
        Membership(team=teams[n % len(teams)], person=one, is_lead=n < len(teams))
        for n, one in enumerate(people)
    )
    ContactPoint.objects.bulk_create(
        ContactPoint(person=one, channel=Channel.EMAIL, address=str(one.email)) for one in people
    )
    services = Service.objects.bulk_create(
        Service(
            name=f"Service {n}", slug=f"s-{n}", owner_team=teams[n % len(teams)], tier=n % 4 + 1
        )
        for n in numbers
    )
    ServiceDependency.objects.bulk_create(
        ServiceDependency(service=services[n], needs=services[n // 2]) for n in range(1, count)
    )
    roles = list(StakeholderRole.objects.order_by("order", "pk")[:4])
    MatrixEntry.objects.bulk_create(
        MatrixEntry(
            role=role,
            service=service,
            person=people[(3 * n + place) % count],
            backup=people[(3 * n + place + 1) % count] if n % 9 else None,
            confirmed_at=now - timedelta(days=(7 * n + place) % 120),
            confirmed_by=people[0],
        )
        for n, service in enumerate(services)
        for place, role in enumerate(roles)
        if (n + place) % 40
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")

"""How the pages about the whole company grow: with 300 services and people, and with 3,000.

Four cells of the contact matrix for each service. Beside the clock on the wall stands the work of
this process alone, which a busy machine changes less. Aim: no page of the contact matrix over
300 ms, each with as many queries. `BENCH_SERVICES` makes the second company another size.
"""

import os
from collections.abc import Iterator
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
AIM = 300.0
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
    "/rules/",
    "/search/?q=card+payments",
)


def measure() -> Iterator[str]:
    """One line for each page: with few services, and with many."""
    call_command("demo", stdout=StringIO())
    many = int(os.environ.get("BENCH_SERVICES", MANY))
    grow(FEW, first=0, now=clock.act_now())
    few = _pages()
    grow(many - FEW, first=FEW, now=clock.act_now())
    quick = probe()
    yield f"the probe takes {quick:.1f} ms; the aim is {AIM:.0f} ms with {many} services"
    yield f"{'page':<36}{f'work, {FEW}':>12}{f'work, {many}':>12}{'wall':>8}{'queries':>9}"
    for path, one in _pages().items():
        before = few[path]
        grows = f"  {before.queries} queries before" if one.queries > before.queries else ""
        slow = "  SLOW" if one.work > AIM else ""
        work = f"{before.work:12.1f}{one.work:12.1f}"
        yield f"{path:<36}{work}{one.wall:8.1f}{one.queries:9d}{slow}{grows}"


def _pages() -> dict[str, Measured]:
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(Person.objects.get(short_name="Amara"))
    found = {path: measured(client, path, rounds=3) for path in PAGES}
    return {path: one for path, one in found.items() if one is not None}


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

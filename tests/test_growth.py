"""Every page asks as often of much as of little; found in the URLconf, none forgotten."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from config.portal import clock
from incidents.models import Change, Incident, ResponseClock, StatusUpdate
from reviews.enums import DrillKind
from reviews.models import ActionItem, Drill, Review
from rosters.enums import Channel
from rosters.models import ContactPoint, Membership, Person, Service
from runbooks.models import GlossaryTerm, Runbook
from tests.pages import addresses, one_of_everything
from tests.world import World, build

pytestmark = pytest.mark.django_db(transaction=True)

FEW, MANY = 3, 60


def grow(world: World, count: int, *, mark: str, now: datetime) -> None:
    """So many more of everything that a list shows."""
    services = Service.objects.bulk_create(
        Service(name=f"{mark} {n}", slug=f"{mark}-{n}", owner_team=world.team) for n in range(count)
    )
    _people(world, count, mark=mark)
    Runbook.objects.bulk_create(
        Runbook(title=f"{mark} {n}", slug=f"{mark}-{n}", service=services[n]) for n in range(count)
    )
    GlossaryTerm.objects.bulk_create(
        GlossaryTerm(term=f"{mark} {n}", slug=f"{mark}-{n}", meaning="A word.")
        for n in range(count)
    )
    Change.objects.bulk_create(
        Change(service=services[n], kind="deploy", title=f"{mark} {n}", made_at=now)
        for n in range(count)
    )
    Drill.objects.bulk_create(
        Drill(
            title=f"{mark} {n}",
            kind=DrillKind.CALL_OUT,
            service=services[n],
            leader=world.carol,
            planned_at=now + timedelta(days=1 + n),
            created_at=now,
            created_by=world.carol,
        )
        for n in range(count)
    )
    _incidents(world, services, mark=mark, now=now)


def _people(world: World, count: int, *, mark: str) -> None:
    people = Person.objects.bulk_create(
        Person(email=f"{mark}{n}@example.com", full_name=f"{mark} {n}", short_name=f"{mark} {n}")
        for n in range(count)
    )
    Membership.objects.bulk_create(Membership(team=world.team, person=one) for one in people)
    ContactPoint.objects.bulk_create(
        ContactPoint(person=one, channel=Channel.EMAIL, address=str(one.email)) for one in people
    )


def _incidents(world: World, services: list[Service], *, mark: str, now: datetime) -> None:
    """One of each service is open, one is over, reviewed and left an action."""
    opened = Incident.objects.bulk_create(
        Incident(title=f"{mark} open", severity=2, service=one, detected_at=now) for one in services
    )
    ResponseClock.objects.bulk_create(
        ResponseClock(
            incident=one,
            promise="acknowledge",
            started_at=now,
            at_risk_at=now + timedelta(minutes=5),
            target_at=now + timedelta(minutes=9),
        )
        for one in opened
    )
    StatusUpdate.objects.bulk_create(
        StatusUpdate(
            incident=one,
            number=1,
            impact="Some notice it.",
            known="Little.",
            doing="Much.",
            posted_at=now,
            posted_by=world.alice,
            post_key=uuid4(),
        )
        for one in opened
    )
    over = Incident.objects.bulk_create(
        Incident(
            title=f"{mark} over",
            severity=2,
            service=one,
            detected_at=now - timedelta(days=2),
            resolved_at=now - timedelta(days=1),
            resolved_by=world.bob,
        )
        for one in services
    )
    reviews = Review.objects.bulk_create(
        Review(incident=one, due_at=now + timedelta(days=3), opened_at=now, facilitator=world.alice)
        for one in over
    )
    ActionItem.objects.bulk_create(
        ActionItem(
            review=one,
            title=f"{mark} action",
            kind="prevent",
            owner=world.alice,
            due_date=now.date(),
            created_at=now,
            created_by=world.alice,
        )
        for one in reviews
    )


def asked(client: Client, found: dict[str, str]) -> dict[str, int]:
    """How many queries each page takes, of those that are there."""
    taken = {}
    for name, address in found.items():
        connection.queries_log.clear()  # Django keeps only the latest 9,000
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(address)
        if answer.status_code == 200:
            taken[name] = len(queries)
    return taken


def test_no_page_asks_more_often_when_there_is_more(client: Client) -> None:
    now = clock.act_now()
    world = build(now)
    found = addresses(one_of_everything(world, now=now))
    client.force_login(world.alice)
    grow(world, FEW, mark="few", now=now)
    there = {name: found[name] for name in asked(client, found)}  # and every cache is warm
    few = asked(client, there)

    grow(world, MANY, mark="many", now=now)
    cold = {name for name, number in asked(client, there).items() if number > few[name]}
    many = asked(client, {name: there[name] for name in cold})

    assert len(few) > 30, "most pages have gone"
    differ = {name: (few[name], many[name]) for name in many if many[name] > few[name]}
    assert differ == {}

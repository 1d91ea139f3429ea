"""A small company for tests: who is who reads like the tests' own sentences.

Alice is first on call for Payments, Bob is the backup, Carol the incident commander, Dora the
engineering director, Erin a colleague on no roster, Frank a stranger from another team.
"""

import pickle
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from incidents.enums import Choose, Promise, StepAnchor, TargetKind, TargetUnit
from incidents.models import (
    AlertSource,
    EscalationPolicy,
    EscalationStep,
    PolicyVersion,
    ResponseTarget,
    Route,
    StepTarget,
)
from incidents.operations import sources
from rosters.enums import Channel, RotationUnit, Tier, Urgency
from rosters.models import (
    ContactPoint,
    ContactRule,
    Layer,
    MatrixEntry,
    Membership,
    Person,
    Roster,
    Rotation,
    RotationMember,
    Service,
    StakeholderRole,
    Team,
)

TOKEN = "test-token-of-the-monitor"  # a test's own
PASSWORD = "correct horse"  # a test's own


def at(text: str, zone: str = "UTC") -> datetime:
    """An instant from wall time: at("2026-11-21 02:00", "Europe/Berlin")."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


NOW = at("2026-11-21 02:00")


@dataclass
class World:
    """Everybody and everything by name."""

    people: dict[str, Person] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Person:
        if name == "people" or name not in self.people:  # it has none yet while it is unpickled
            raise AttributeError(name)
        return self.people[name]

    team: Team = field(init=False)
    service: Service = field(init=False)
    roster: Roster = field(init=False)
    commander: StakeholderRole = field(init=False)
    director: StakeholderRole = field(init=False)
    version: PolicyVersion = field(init=False)
    source: AlertSource = field(init=False)


def make_person(name: str, *, is_administrator: bool = False) -> Person:
    """A person with a phone and a mailbox: urgent by phone, normal by e-mail."""
    person = Person(
        email=f"{name.lower()}@example.org",
        full_name=f"{name} Example",
        short_name=name,
        time_zone="Europe/Berlin",
        may_sign_in=True,
        is_staff=is_administrator,
        is_superuser=is_administrator,
    )
    person.set_password(PASSWORD)
    person.save()
    addresses = {Channel.PHONE: f"+49 30 555{person.pk:05d}", Channel.EMAIL: person.email or ""}
    points = {
        channel: ContactPoint.objects.create(person=person, channel=channel, address=address)
        for channel, address in addresses.items()
    }
    ContactRule.objects.create(
        person=person, urgency=Urgency.URGENT, contact_point=points[Channel.PHONE]
    )
    ContactRule.objects.create(
        person=person, urgency=Urgency.NORMAL, contact_point=points[Channel.EMAIL]
    )
    return person


copy: bytes | None = None
"""What `make` made, in a database that keeps its rows (`tests.database`)."""


def build(now: datetime = NOW) -> World:
    """The small company, in the database: laid down from the copy where there is one."""
    if copy is None:
        return make(now)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT small_world.load(%s, %s)", [now, first_day(now)])
    world: World = pickle.loads(copy)
    world.version.published_at = now
    return world


def make(now: datetime = NOW) -> World:
    world = World()
    for name in ("Alice", "Bob", "Carol", "Dora", "Erin", "Frank"):
        world.people[name.lower()] = make_person(name)
    world.team = Team.objects.create(name="Payments", slug="payments", time_zone="Europe/Berlin")
    Membership.objects.create(team=world.team, person=world.alice, is_lead=True)
    Membership.objects.create(team=world.team, person=world.bob)
    world.service = Service.objects.create(
        name="Payments", slug="payments", owner_team=world.team, tier=Tier.CRITICAL
    )
    world.roster = make_roster("Payments on call", [[world.alice], [world.bob]], now=now)
    world.commander = StakeholderRole.objects.create(
        name="incident commander", slug="incident-commander"
    )
    world.director = StakeholderRole.objects.create(
        name="engineering director", slug="engineering-director"
    )
    MatrixEntry.objects.create(role=world.commander, person=world.carol, backup=world.dora)
    MatrixEntry.objects.create(role=world.director, person=world.dora)
    _targets()
    world.version = _policy(world, now=now)
    world.source = AlertSource.objects.create(
        name="Monitor", slug="monitor", kind="alertmanager", default_service=world.service
    )
    sources.issue_token(world.source, by=None, now=now, token=TOKEN)
    return world


def first_day(now: datetime) -> date:
    """When rotations begin: on the Monday of the week before."""
    return now.date() - timedelta(days=now.weekday() + 7)


def make_roster(name: str, layers: list[list[Person]], *, now: datetime) -> Roster:
    """A weekly roster in Berlin; each list of people is one layer, the first is asked first."""
    roster = Roster.objects.create(
        name=name, slug=name.lower().replace(" ", "-"), time_zone="Europe/Berlin"
    )
    for priority, people in enumerate(layers, start=1):
        layer = Layer.objects.create(roster=roster, name=f"Level {priority}", priority=priority)
        rotation = Rotation.objects.create(
            layer=layer,
            starts_on=first_day(now),
            handover_at=time(9, 0),
            unit=RotationUnit.WEEK,
        )
        for order, person in enumerate(people):
            RotationMember.objects.create(rotation=rotation, order=order, person=person)
    return roster


def _targets() -> None:
    minutes = {
        Promise.ACKNOWLEDGE: 5,
        Promise.CONTAIN: 60,
        Promise.RESOLVE: 240,
        Promise.UPDATE: 20,
    }
    for severity in (1, 2, 3):
        for promise, amount in minutes.items():
            ResponseTarget.objects.create(promise=promise, severity=severity, amount=amount)
        ResponseTarget.objects.create(
            promise=Promise.REVIEW, severity=severity, amount=5, unit=TargetUnit.WORKING_DAYS
        )


def _policy(world: World, *, now: datetime) -> PolicyVersion:
    """0 min first on call, 5 min backup, 15 min commander; the director at each other target."""
    policy = EscalationPolicy.objects.create(name="Payments", slug="payments")
    version = PolicyVersion.objects.create(
        policy=policy,
        number=1,
        rationale="For tests.",
        repeats=1,
        loop_minutes=30,
        catch_all_minutes=10,
        catch_all_rounds=2,
        published_at=now,
        published_by=world.carol,
    )
    roster: dict[str, Any] = {"kind": TargetKind.ROSTER, "roster": world.roster}
    step(version, 1, 0, **roster)
    step(version, 2, 5, **roster, choose=Choose.BACKUP)
    step(version, 3, 15, kind=TargetKind.ROLE, role=world.commander)
    for order, clock in enumerate((Promise.CONTAIN, Promise.UPDATE, Promise.REVIEW), start=4):
        step(
            version,
            order,
            0,
            clock=clock,
            anchor=StepAnchor.TARGET,
            kind=TargetKind.ROLE,
            role=world.director,
        )
    Route.objects.create(policy=policy)
    return version


def step(
    version: PolicyVersion,
    order: int,
    wait_minutes: int,
    *,
    clock: Promise = Promise.ACKNOWLEDGE,
    anchor: StepAnchor = StepAnchor.START,
    **target: Any,
) -> EscalationStep:
    made = EscalationStep.objects.create(
        version=version, clock=clock, order=order, wait_minutes=wait_minutes, anchor=anchor
    )
    StepTarget.objects.create(step=made, **target)
    return made

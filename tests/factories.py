"""Rows of rosters for tests, each valid by itself; name only what the test is about."""

from datetime import date, time
from itertools import count
from typing import Any

from rosters.enums import Channel, Lane
from rosters.models import (
    ContactPoint,
    Layer,
    Membership,
    Message,
    Person,
    Roster,
    Rotation,
    RotationMember,
    Service,
    StakeholderRole,
    Team,
)
from tests.world import NOW

_numbers = count(1)


def make_mute(name: str = "") -> Person:
    """Somebody without any contact point."""
    number = next(_numbers)
    person: Person = Person.objects.create(
        full_name=name or f"Person {number}",
        short_name=name or f"P{number}",
        email=f"person{number}@example.org",
        time_zone="Europe/Berlin",
    )
    return person


def make_person(name: str = "") -> Person:
    """Somebody with a mailbox and no rules."""
    person = make_mute(name)
    make_point(person)
    return person


def make_point(person: Person | None = None, *, channel: Channel = Channel.EMAIL) -> ContactPoint:
    return ContactPoint.objects.create(
        person=person or make_mute(), channel=channel, address=f"box{next(_numbers)}@example.org"
    )


def make_team(*members: Person) -> Team:
    number = next(_numbers)
    team = Team.objects.create(name=f"Team {number}", slug=f"team-{number}")
    Membership.objects.bulk_create(Membership(team=team, person=person) for person in members)
    return team


def make_service() -> Service:
    number = next(_numbers)
    return Service.objects.create(
        name=f"Service {number}", slug=f"service-{number}", owner_team=make_team()
    )


def make_role() -> StakeholderRole:
    number = next(_numbers)
    return StakeholderRole.objects.create(name=f"role {number}", slug=f"role-{number}")


def make_roster(*levels: list[Person], name: str = "", time_zone: str = "Europe/Berlin") -> Roster:
    """A weekly roster; the first of each level has the turn of the week that NOW is in."""
    number = next(_numbers)
    roster = Roster.objects.create(
        name=name or f"Roster {number:04}", slug=f"roster-{number}", time_zone=time_zone
    )
    for priority, people in enumerate(levels, start=1):
        layer = Layer.objects.create(roster=roster, name=f"Level {priority}", priority=priority)
        rotation = Rotation.objects.create(
            layer=layer, starts_on=date(2026, 11, 16), handover_at=time(9)
        )
        RotationMember.objects.bulk_create(
            RotationMember(rotation=rotation, order=order, person=person)
            for order, person in enumerate(people)
        )
    return roster


def make_message(to: ContactPoint | None = None, **fields: Any) -> Message:
    """One message that is due."""
    point = to or make_point()
    values: dict[str, Any] = {
        "topic": "notification",
        "topic_id": next(_numbers),
        "subject_key": "run:1",
        "thread_key": "incident:1",
        "subject": "[SEV1] Card payments fail (INC-1)",
        "body": "You are on call for Payments.",
        "lane": Lane.ESCALATION,
        "created_at": NOW,
        "not_before": NOW,
    }
    return Message.objects.create(contact_point=point, person=point.person, **(values | fields))

"""A thousand rosters with people who can be reached, for measuring."""

from datetime import date, time

from django.db import connection

from rosters.enums import Channel
from rosters.models import (
    ContactPoint,
    Layer,
    Person,
    Restriction,
    Roster,
    Rotation,
    RotationMember,
)

LEVELS, PEOPLE = 2, 4


def make_rosters(count: int) -> None:
    """So many rosters of two levels with four people each; every other has office hours."""
    people = Person.objects.bulk_create(
        Person(email=f"r{n}@example.com", full_name=f"Person {n}", short_name=f"P{n}")
        for n in range(count)
    )
    ContactPoint.objects.bulk_create(
        ContactPoint(person=one, channel=Channel.EMAIL, address=str(one.email)) for one in people
    )
    rosters = Roster.objects.bulk_create(
        Roster(name=f"Roster {n:04}", slug=f"bench-{n}", time_zone="Europe/Berlin")
        for n in range(count)
    )
    layers = Layer.objects.bulk_create(
        Layer(roster=one, name=f"Level {level}", priority=level)
        for one in rosters
        for level in range(1, LEVELS + 1)
    )
    Restriction.objects.bulk_create(
        Restriction(layer=one, starts_at=time(8), ends_at=time(18)) for one in layers[:: 2 * LEVELS]
    )
    rotations = Rotation.objects.bulk_create(
        Rotation(layer=one, starts_on=date(2026, 1, 5), handover_at=time(9)) for one in layers
    )
    RotationMember.objects.bulk_create(
        RotationMember(rotation=one, order=place, person=people[(number + place) % count])
        for number, one in enumerate(rotations)
        for place in range(PEOPLE)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")

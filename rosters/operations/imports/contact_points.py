"""Writing numbers and addresses from a file. A new one was tried by nobody."""

from collections.abc import Sequence
from datetime import datetime

from rosters.logic.imports.contact_points import Point
from rosters.models import ContactPoint, Person
from rosters.operations.imports import bulk
from rosters.operations.imports.locking import one_at_a_time


def lock() -> None:
    one_at_a_time(1)


def write(plans: Sequence[Point], *, by: Person, now: datetime) -> None:  # noqa: ARG001  # as every subject is written
    """New ones are there, others have a new label."""
    rows = ContactPoint.objects.select_for_update(no_key=True)
    there = rows.in_bulk([one.pk for one in plans if one.pk])
    for one in plans:
        if one.pk in there:
            there[one.pk].label = one.label
    bulk.change(there.values(), ["label"])
    bulk.add(
        ContactPoint(
            person_id=one.person_id, channel=one.channel, address=one.address, label=one.label
        )
        for one in plans
        if not one.pk
    )

"""Everybody at a glance: whether they can be called, and whether somebody counts on it.

Values only, so that thousands of people take a fraction of a second; those whom a page shows are
then read in full by `rosters.queries.people`. A constant number of queries.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from rosters.enums import Urgency
from rosters.logic.readiness import STALE_AFTER, Point, Readiness, readiness
from rosters.models import ContactPoint, MatrixEntry, Person, RotationMember
from rosters.queries.lines import usable_channels

LAST = 9999
"""Where a contact point without an urgent rule stands."""


class Glance(NamedTuple):
    """One person as far as a list orders and counts them; `rank` as in `Readiness`."""

    pk: int
    full_name: str
    time_zone: str
    rank: int
    needs_attention: bool


class Look(NamedTuple):
    """What readiness asks of one contact point, as questions that the database answers."""

    channel: str
    is_urgent: bool
    was_tested: bool
    is_stale: bool
    has_failed_since: bool
    is_verified: bool
    is_reported: bool


def glances(people: QuerySet[Person], *, now: datetime) -> list[Glance]:
    """These people in their order; two queries."""
    looks = _looks(people, now=now)
    judged: dict[tuple[Look, ...], Readiness] = {}
    found = []
    facts = people.annotate(is_expected=expected())
    for pk, name, zone, is_expected in facts.values_list(
        "pk", "full_name", "time_zone", "is_expected"
    ):
        own = looks.get(pk, ())
        if own not in judged:
            judged[own] = judge(own, now=now)
        ready = judged[own]
        found.append(Glance(pk, name, zone, ready.rank, is_expected and ready.needs_attention))
    return found


def judge(looks: Iterable[Look], *, now: datetime) -> Readiness:
    """The readiness of whoever has these contact points. Its sentence knows no times."""
    return readiness([_point(one, now=now) for one in looks], now=now)


def _point(look: Look, *, now: datetime) -> Point:
    tested_at = now - 2 * STALE_AFTER if look.is_stale else now
    return Point(
        look.channel,
        is_urgent=look.is_urgent,
        is_usable=look.channel in usable_channels(),
        last_tested_at=tested_at if look.was_tested else None,
        last_failed_at=now + STALE_AFTER if look.has_failed_since else None,
        is_verified=look.is_verified,
        is_reported=look.is_reported,
    )


def expected() -> Q:
    """Those whom a roster or the contact matrix names."""
    me = OuterRef("pk")
    return (
        Q(Exists(RotationMember.objects.filter(person=me)))
        | Q(Exists(MatrixEntry.objects.filter(person=me)))
        | Q(Exists(MatrixEntry.objects.filter(backup=me)))
    )


def _looks(people: QuerySet[Person], *, now: datetime) -> Mapping[int, tuple[Look, ...]]:
    """The contact points of these people in the order in which they are used; one query."""
    urgent = Q(rules__urgency=Urgency.URGENT, rules__person=F("person"))
    points = ContactPoint.objects.filter(person__in=people.order_by().values("pk")).annotate(
        rule=FilteredRelation("rules", condition=urgent),
        is_urgent=Q(rule__isnull=False),
        was_tested=Q(last_tested_at__isnull=False),
        is_stale=Q(last_tested_at__lt=now - STALE_AFTER),
        has_failed_since=Q(last_failed_at__isnull=False)
        & (Q(last_tested_at__isnull=True) | Q(last_failed_at__gt=F("last_tested_at"))),
        is_verified=Q(verified_at__isnull=False) | Q(last_tested_at__isnull=False),
        is_reported=Q(reported_wrong_at__isnull=False),
    )
    rows = points.order_by(
        "person_id",
        Coalesce("rule__delay_minutes", Value(LAST)),
        Coalesce("rule__order", Value(LAST)),
        "pk",
    ).values_list("person_id", *Look._fields)
    return {
        person: tuple(Look(*row[1:]) for row in own)
        for person, own in groupby(rows, key=itemgetter(0))
    }

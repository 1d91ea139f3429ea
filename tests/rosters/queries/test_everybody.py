"""Everybody at a glance says what reading each person in full says."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rosters.enums import Channel, Urgency
from rosters.models import ContactPoint, ContactRule, MatrixEntry, Person, StakeholderRole
from rosters.queries import people
from rosters.queries.everybody import Glance, glances

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
TESTED = (None, NOW - timedelta(days=100), NOW - timedelta(days=90), NOW - timedelta(days=1))
FAILED = (None, NOW - timedelta(days=95), NOW - timedelta(hours=1))
YES_NO = (None, NOW - timedelta(days=200))


def somebody(name: str) -> Person:
    person: Person = Person.objects.create(
        full_name=name, short_name=name, email=f"{name.lower()}@example.com"
    )
    return person


def looked_at() -> dict[str, Glance]:
    everybody = Person.objects.order_by("full_name", "pk")
    return {one.full_name: one for one in glances(everybody, now=NOW)}


def test_glances_rank_every_sort_of_contact_points_as_reading_them_in_full_does() -> None:
    facts = product(TESTED, FAILED, YES_NO, YES_NO, (False, True), (False, True))
    for number, (tested, failed, verified, reported, is_urgent, has_other) in enumerate(facts):
        person = somebody(f"p{number:03}")
        first = ContactPoint.objects.create(
            person=person,
            channel=Channel.PHONE,
            address=f"+4930{number}",
            last_tested_at=tested,
            last_failed_at=failed,
            verified_at=verified,
            reported_wrong_at=reported,
        )
        if has_other:
            ContactPoint.objects.create(
                person=person, channel=Channel.EMAIL, address=person.email or "", verified_at=NOW
            )
        if is_urgent:
            ContactRule.objects.create(
                person=person, urgency=Urgency.URGENT, contact_point=first, delay_minutes=2
            )
    somebody("without any")

    found = looked_at()

    full = people.with_contacts(Person.objects.all())
    ranks = {one.full_name: people.readiness_of(one, now=NOW).rank for one in full}
    assert {name: one.rank for name, one in found.items()} == ranks
    assert set(ranks.values()) == {0, 1, 2}


def test_glances_follow_the_order_of_the_urgent_rules() -> None:
    person = somebody("Ada")
    late, early = (
        ContactPoint.objects.create(person=person, channel=channel, address="+4930", verified_at=at)
        for channel, at in ((Channel.PHONE, NOW), (Channel.SMS, NOW))
    )
    ContactPoint.objects.filter(pk=early.pk).update(last_tested_at=NOW)
    for point, delay in ((late, 5), (early, 0)):
        ContactRule.objects.create(
            person=person, urgency=Urgency.URGENT, contact_point=point, delay_minutes=delay
        )
        ContactRule.objects.create(
            person=person, urgency=Urgency.NORMAL, contact_point=point, delay_minutes=9
        )

    assert looked_at()["Ada"].rank == 2


@pytest.mark.parametrize("field", ["person", "backup"])
def test_only_whom_somebody_counts_on_needs_attention(field: str) -> None:
    named, other = somebody("Ada"), somebody("Ben")
    role = StakeholderRole.objects.create(name="legal", slug="legal")
    cell = {"person": other, "backup": named} if field == "backup" else {"person": named}
    ContactPoint.objects.create(
        person=other,
        channel=Channel.PHONE,
        address="+4930",
        last_tested_at=NOW,
        verified_at=NOW,
    )
    MatrixEntry.objects.create(role=role, **cell)

    found = looked_at()

    assert found["Ada"].needs_attention
    assert not found["Ben"].needs_attention


def test_glances_ask_two_questions_however_many_people_there_are() -> None:
    for number in range(30):
        person = somebody(f"p{number}")
        ContactPoint.objects.create(person=person, channel=Channel.PHONE, address=f"+49{number}")

    with CaptureQueriesContext(connection) as asked:
        found = looked_at()

    assert Channel.PHONE in settings.CARRIERS
    assert (len(found), len(asked)) == (30, 2)

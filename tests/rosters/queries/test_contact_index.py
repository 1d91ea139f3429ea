"""The index of the contact matrix says what reading every cell would say, of any matrix."""

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from django.db import IntegrityError, transaction

from rosters.enums import Channel
from rosters.logic.standing import Fault
from rosters.models import (
    Absence,
    ContactPoint,
    MatrixEntry,
    Membership,
    NamedHours,
    NamedHoursSpan,
    Person,
    Service,
    StakeholderRole,
    Team,
)
from rosters.queries import contact_audit, contact_index, contacts
from rosters.queries.contact_index import SORTS, Asked
from tests.factories import make_roster
from tests.rosters.queries import whole_matrix
from tests.world import NOW

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
AGES = (None, 0 * DAY, 1 * DAY, 89 * DAY, 90 * DAY, 91 * DAY, 400 * DAY)
SEEDS = range(6)


def scatter(random: Random) -> None:
    """A company by chance: leavers, namesakes, absences, cells that hold now and that do not."""
    people = [
        Person.objects.create(
            email=f"{number}@example.org",
            full_name=random.choice(["Ann Day", f"Person {number}"]),
            short_name=f"P{number}",
            left_at=random.choice([None, None, None, NOW - 9 * DAY, NOW + 9 * DAY]),
        )
        for number in range(9)
    ]
    for person in random.sample(people, 3):
        Absence.objects.create(
            person=person, starts_at=NOW - DAY, ends_at=NOW + random.choice([-1, 0, 2]) * DAY / 3
        )
        ContactPoint.objects.create(
            person=person,
            channel=Channel.PHONE,
            address=f"+49 30 555{person.pk:05d}",
            last_failed_at=NOW - 2 * DAY,
            last_tested_at=random.choice([None, NOW - 3 * DAY, NOW]),
            last_failure="Nobody answered.",
        )
    teams = [Team.objects.create(name=f"Team {one}", slug=f"t{one}") for one in "CAB"]
    for person in people:
        team = random.choice(teams)
        Membership.objects.create(team=team, person=person, is_lead=random.random() < 0.3)
    services = [
        Service.objects.create(
            name=f"Service {number}",
            slug=f"s{number}",
            owner_team=random.choice(teams),
            tier=random.randint(1, 4),
            customer_impact=random.choice(["", "Cards fail."]),
        )
        for number in random.sample(range(20), 7)
    ]
    roles = [
        StakeholderRole.objects.create(
            name=f"role {number}",
            slug=f"r{number}",
            is_needed=random.random() < 0.7,
            order=random.randint(1, 3),
        )
        for number in range(5)
    ]
    hours = NamedHours.objects.create(name="the night", time_zone="Europe/Berlin")
    NamedHoursSpan.objects.create(hours=hours, weekday=4, starts_at="00:00", ends_at="00:00")
    rosters = [make_roster(people[:2], name="Nights"), make_roster(people[2:3], name="Days")]
    for _ in range(90):
        try:
            with transaction.atomic():
                MatrixEntry.objects.create(
                    **cell(random, roles, services, teams, people, rosters, hours)
                )
        except IntegrityError:
            continue


def cell(random: Random, roles, services, teams, people, rosters, hours) -> dict[str, object]:
    age = random.choice(AGES)
    one, other = random.sample(people, 2)
    who = {"person": one, "backup": random.choice([None, other])}
    about = random.choice(
        [
            *({"service": one} for one in random.sample(services, 2)),
            {"team": random.choice(teams)},
            {},
        ]
    )
    return {
        "role": random.choice(roles),
        **about,
        **random.choice([who, who, who, {"roster": random.choice(rosters)}]),
        "severity": random.choice([None, None, None, 2]),
        "hours": random.choice([None, None, None, hours]),
        "valid_from": random.choice([None, None, NOW - DAY, NOW, NOW + DAY]),
        "valid_to": random.choice([None, None, NOW + 2 * DAY]),
        "confirmed_at": None if age is None else NOW - age,
        "confirmed_by": None if age is None else random.choice(people),
    }


@pytest.fixture(params=SEEDS, ids=lambda seed: f"seed {seed}")
def random(request: pytest.FixtureRequest) -> Random:
    found = Random(request.param)
    scatter(found)
    return found


def test_it_counts_what_reading_every_cell_counts(random: Random) -> None:
    index, whole = contact_index.load(now=NOW), whole_matrix.load(NOW)

    assert index.columns == whole.columns
    assert [row.faults for row in index.rows] == [row.faults for row in whole.rows]
    assert [row.attention for row in index.rows] == [row.attention for row in whole.rows]
    assert [(one.role.pk, one.service.pk) for one in index.vacancies] == [
        (one.role.pk, one.service.pk) for one in whole_matrix.vacancies(whole) if one.service
    ]
    assert {one: index.counts[one] for one in Fault} == {
        one: whole_matrix.counts(whole)[one] for one in Fault
    }
    assert index.attention == whole_matrix.attention(whole)
    assert index.in_order == whole_matrix.in_order(whole)
    assert [one.pk for one in index.ordered(index.cells)] == [one.pk for one in whole.entries]
    assert [(one.person.pk, len(one.cells)) for one in index.leavers] == [
        (one.person.pk, len(one.cells)) for one in whole_matrix.leavers(whole)
    ]


def test_each_square_is_answered_by_the_cell_of_the_resolver(random: Random) -> None:
    index, whole = contact_index.load(now=NOW), whole_matrix.load(NOW)

    assert [[one and one.pk for one in row.answers] for row in index.rows] == [
        [one.entry and one.entry.pk for one in row.squares] for row in whole.rows
    ]


QUESTIONS = [
    Asked(),
    *(Asked(sort=sort) for sort in SORTS),
    *(Asked(fault=fault) for fault in (*Fault, "any")),
    *(Asked(q=words) for words in ("role 1", "service 1", "ann day", "person 3", "nights")),
    *(Asked(q=words) for words in ("cards", "team a", "everything", "role 2 for service", "zzz")),
    Asked(team="ta"),
    Asked(q="ann", team="tb", fault="any", sort="tier"),
]


@pytest.mark.parametrize("asked", QUESTIONS, ids=str)
def test_it_finds_what_reading_every_cell_finds(asked: Asked) -> None:
    scatter(Random(str(asked)))
    index, whole = contact_index.load(now=NOW), whole_matrix.load(NOW)

    assert contact_index.services(index, asked) == [
        row.service.pk for row in whole_matrix.services(whole, asked)
    ]
    assert contact_index.people(index, asked) == [
        one.person.pk for one in whole_matrix.people(whole, asked)
    ]
    assert [
        (one.role.pk, [cell.pk for cell in one.cells], [vacant.pk for vacant in one.vacant])
        for one in contact_index.roles(index, asked)
    ] == [
        (one.role.pk, [held.entry.pk for held in one.cells], [vacant.pk for vacant in one.vacant])
        for one in whole_matrix.roles(whole, asked)
    ]


def test_a_part_shows_what_the_whole_shows(random: Random) -> None:
    index, whole = contact_index.load(now=NOW), whole_matrix.load(NOW)
    some = random.sample(list(index.services), 3)
    known = {row.service.pk: row for row in whole.rows}
    people = random.sample(list(index.by_person), 3)
    holders = {one.person.pk: one for one in whole.holders}

    part = replace(contacts.in_full(index, some), on_call={})

    assert list(part.rows) == [known[pk] for pk in some]
    assert part.company == whole.company
    assert contacts.holders(people, now=NOW) == [holders[pk] for pk in people]


def test_the_audit_finds_what_reading_every_cell_finds(random: Random) -> None:
    findings, to_ask = whole_matrix.audit(NOW)

    audit = contact_audit.load(now=NOW)

    assert [
        (one.kind, one.title, one.detail, one.owner, one.due_on, one.person and one.person.pk)
        for group in audit.groups
        for one in group.findings
    ] == [
        (one.kind, one.title, one.detail, one.owner, one.due_on, one.person and one.person.pk)
        for kind in contact_audit.Kind
        for one in findings
        if one.kind == kind
    ]
    assert audit.total == len(findings)
    counted = contact_audit.count(contact_index.load(now=NOW))
    assert +counted == audit.tally.by_kind
    assert list(audit.to_ask) == [held.entry.pk for held in to_ask]
    assert len(audit.ids_to_ask) == len({held.entry.person_id for held in to_ask})

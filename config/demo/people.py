"""Makes the people of the demo organisation, how they are reached, their teams and services."""

import unicodedata
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group

from config.demo import catalog, company
from config.demo.cast import Cast, slug
from rosters.enums import Channel, Language, Urgency
from rosters.logic.roles import Role
from rosters.models import (
    ContactPoint,
    ContactRule,
    Membership,
    Person,
    Service,
    ServiceDependency,
    Team,
)

MAIL_HOST = settings.DEMO_MAIL_HOST
READING_TEAM = "Customer care"
CHANNELS = (Channel.PHONE, Channel.SMS, Channel.EMAIL)
URGENT_CHANNELS = (Channel.PHONE, Channel.SMS)


def build(cast: Cast) -> None:
    """People, teams and services are there, by their names in `cast`."""
    _people(cast)
    _contacts(cast)
    _teams(cast)
    _services(cast)


def _people(cast: Cast) -> None:
    password = make_password(settings.DEMO_PASSWORD)  # one for all: to hash sixty takes a minute
    for full_name, short_name, (zone, region) in company.PEOPLE:
        left = company.LEFT_DAYS_AGO.get(short_name)
        leaves = company.LEAVES_IN_DAYS.get(short_name)
        days = -left if left is not None else leaves
        is_administrator = short_name == company.ADMINISTRATOR
        person = Person(
            email=f"{_ascii(short_name)}@{MAIL_HOST}",
            password=password,
            full_name=full_name,
            short_name=short_name,
            time_zone=zone,
            region=region,
            language=Language.GERMAN if short_name in company.READS_GERMAN else Language.ENGLISH,
            may_sign_in=left is None,
            is_staff=is_administrator or short_name == company.SERVICE_OWNER,
            is_superuser=is_administrator,
            left_at=None if days is None else cast.made_at + timedelta(days=days),
        )
        person.full_clean(validate_unique=False)
        cast.people[short_name] = person
    Person.objects.bulk_create(cast.people.values())


def _ascii(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.lower())
    return letters.encode("ascii", "ignore").decode()


def _contacts(cast: Cast) -> None:
    points = [
        point
        for number, person in enumerate(cast.people.values())
        for point in _points(person, number, now=cast.made_at)
    ]
    _spoil(cast, points)
    ContactPoint.objects.bulk_create(points)
    ContactRule.objects.bulk_create(_rule(point) for point in points)


def _points(person: Person, number: int, *, now: datetime) -> list[ContactPoint]:
    tested_at: datetime | None = now - timedelta(days=4 + number * 17 % 80)
    if days := company.TESTED_LONG_AGO.get(person.short_name):
        tested_at = now - timedelta(days=days)
    if person.short_name in company.NEVER_TESTED:
        tested_at = None
    verified_at: datetime | None = tested_at or now - timedelta(days=200)
    if person.short_name in company.NEVER_VERIFIED:
        verified_at = None
    channels = [Channel.EMAIL] if person.short_name in company.WITHOUT_PHONE else CHANNELS
    points = [
        ContactPoint(
            person=person,
            channel=channel,
            address=_address(person, channel, 100 + number),
            verified_at=verified_at,
            last_tested_at=tested_at,
        )
        for channel in channels
    ]
    if failure := company.FAILING.get(person.short_name):
        days, said = failure
        points[0].last_failed_at, points[0].last_failure = now - timedelta(days=days), said
    return points


def _spoil(cast: Cast, points: list[ContactPoint]) -> None:
    """One number is said to be wrong, and one stands with two people."""
    phones = {one.person.short_name: one for one in points if one.channel == Channel.PHONE}
    for name, (days, by, said) in company.REPORTED_WRONG.items():
        phones[name].reported_wrong_at = cast.made_at - timedelta(days=days)
        phones[name].reported_wrong_by = cast.people[by]
        phones[name].what_is_wrong = said
    for name, other in company.SHARES_PHONE_WITH.items():
        phones[name].address = phones[other].address


def _address(person: Person, channel: Channel, number: int) -> str:
    if channel == Channel.EMAIL:
        return person.email or ""
    zone = person.time_zone
    return next(form for start, form in company.PHONES.items() if zone.startswith(start)).format(
        number
    )


def _rule(point: ContactPoint) -> ContactRule:
    is_urgent = point.channel in URGENT_CHANNELS
    return ContactRule(
        person=point.person,
        urgency=Urgency.URGENT if is_urgent else Urgency.NORMAL,
        order=1 + (point.channel == Channel.SMS),
        contact_point=point,
    )


def _teams(cast: Cast) -> None:
    memberships = []
    for name, (zone, lead, members) in company.TEAMS.items():
        team = cast.teams[name] = Team(name=name, slug=slug(name), time_zone=zone)
        memberships += [
            Membership(team=team, person=cast.people[short_name], is_lead=short_name == lead)
            for short_name in (lead, *members)
        ]
    Team.objects.bulk_create(cast.teams.values())
    Membership.objects.bulk_create(memberships)
    _readers(cast, memberships)


def _readers(cast: Cast, memberships: list[Membership]) -> None:
    """Customer care, and those in no team at all, come for the plain pages; one keeps contacts."""
    fixing = {one.person_id for one in memberships if one.team.name != READING_TEAM}
    readers = [person for person in cast.people.values() if person.pk not in fixing]
    Group.objects.get_or_create(name=Role.STAKEHOLDER.value)[0].user_set.add(*readers)
    owner = cast.people[company.SERVICE_OWNER]
    Group.objects.get_or_create(name=Role.SERVICE_OWNER.value)[0].user_set.add(owner)


def _services(cast: Cast) -> None:
    for entry in catalog.SERVICES:
        cast.services[entry.name] = Service(
            name=entry.name,
            slug=slug(entry.name),
            owner_team=cast.teams[entry.team],
            tier=entry.tier,
            customer_impact=entry.impact,
            backup_owner=cast.people.get(entry.backup_owner),
            region=entry.region,
            operating_hours=entry.hours,
            vendor_contacts="\n".join(entry.vendors),
            labels=catalog.LABELS.get(entry.name, []),
        )
    Service.objects.bulk_create(cast.services.values())
    ServiceDependency.objects.bulk_create(
        ServiceDependency(service=cast.services[entry.name], needs=cast.services[needed])
        for entry in catalog.SERVICES
        for needed in entry.needs
    )

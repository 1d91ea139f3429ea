"""The people of the demo organisation, their teams and their services."""

from datetime import date, datetime, time, timedelta

from django.conf import settings

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
    ServiceDependency,
    StakeholderRole,
    Team,
)

PASSWORD = settings.DEMO_PASSWORD
MAIL_HOST = settings.DEMO_MAIL_HOST

PEOPLE = [
    # full name, short name, zone, region, is the administrator
    ("Amara Diallo", "Amara", "Europe/Berlin", "DE-BE", True),
    ("Jonas Weber", "Jonas", "Europe/Berlin", "DE-BE", False),
    ("Mei Tan", "Mei", "Europe/Berlin", "DE-BE", False),
    ("Ben Carter", "Ben", "Europe/London", "GB", False),
    ("Nadia Haddad", "Nadia", "Europe/Berlin", "DE-BE", False),
    ("Lena Fischer", "Lena", "Europe/Berlin", "DE-HH", False),
    ("Aiko Mori", "Aiko", "Asia/Tokyo", "JP", False),
    ("Tomás Rivera", "Tomás", "America/New_York", "US-NY", False),
    ("Sam Okafor", "Sam", "Europe/London", "GB", False),
    ("Priya Raman", "Priya", "Asia/Kolkata", "IN-KA", False),
    ("Ines Duarte", "Ines", "Europe/Lisbon", "PT", False),
    ("Olivia Brooks", "Olivia", "Europe/London", "GB", False),
]

TEAMS = {
    # zone, lead, members of each team
    "Payments": ("Europe/Berlin", "Jonas", ["Mei", "Priya"]),
    "Messaging": ("Europe/Berlin", "Nadia", ["Ben"]),
    "Storefront": ("Europe/Berlin", "Lena", ["Aiko"]),
    "Platform": ("Europe/London", "Sam", ["Tomás", "Amara"]),
    "Customer care": ("Europe/London", "Olivia", ["Ines"]),
}

SERVICES = [
    # name, team, tier, what customers notice, what it needs
    ("Payments", "Payments", Tier.CRITICAL, "Customers cannot pay.", []),
    ("Checkout", "Storefront", Tier.CRITICAL, "Customers cannot finish an order.", ["Payments"]),
    ("Notifications", "Messaging", Tier.IMPORTANT, "E-mails and texts arrive late.", []),
    ("Search", "Storefront", Tier.IMPORTANT, "Customers cannot find products.", []),
    ("Accounts", "Platform", Tier.CRITICAL, "Customers cannot sign in.", []),
    ("Data warehouse", "Platform", Tier.SUPPORTING, "Reports are late for our own teams.", []),
]

ROSTERS = [
    # name, team, first on call, backup
    ("Payments", "Payments", ["Jonas", "Priya"], ["Mei"]),
    ("Storefront", "Storefront", ["Lena", "Aiko"], ["Aiko", "Lena"]),
    ("Messaging", "Messaging", ["Nadia"], ["Ben"]),
    ("Platform", "Platform", ["Tomás", "Sam"], ["Sam", "Tomás"]),
    ("Incident command", None, ["Amara", "Tomás"], ["Tomás", "Amara"]),
]

ROLES = [
    ("incident commander", "Leads the response and decides. Does not fix."),
    ("engineering lead", "Answers for the service's code and its risks."),
    ("product owner", "Says what matters most to customers."),
    ("customer success manager", "Tells customers, in their words."),
    ("engineering director", "Finds people and removes obstacles."),
    ("legal counsel", "Knows what the law asks, and until when."),
]


class Cast:
    """Everybody and everything of the demo by the names used here."""

    def __init__(self, *, made_at: datetime) -> None:
        self.made_at = made_at
        self.people: dict[str, Person] = {}
        self.teams: dict[str, Team] = {}
        self.services: dict[str, Service] = {}
        self.rosters: dict[str, Roster] = {}
        self.roles: dict[str, StakeholderRole] = {}


def slug(name: str) -> str:
    return name.lower().replace(" ", "-")


def build(*, now: datetime) -> Cast:
    """People, teams, services, rosters and the contact matrix are there."""
    cast = Cast(made_at=now)
    _people(cast, now=now)
    _teams(cast)
    _services(cast)
    _rosters(cast, now=now)
    _matrix(cast, now=now)
    return cast


def _people(cast: Cast, *, now: datetime) -> None:
    for number, (full_name, short_name, zone, region, is_administrator) in enumerate(PEOPLE):
        person = Person(
            email=f"{_ascii(short_name)}@{MAIL_HOST}",
            full_name=full_name,
            short_name=short_name,
            time_zone=zone,
            region=region,
            may_sign_in=True,
            is_staff=is_administrator,
            is_superuser=is_administrator,
        )
        person.set_password(PASSWORD)
        person.full_clean()
        person.save()
        cast.people[short_name] = person
        _contacts(person, number, now=now)


def _contacts(person: Person, number: int, *, now: datetime) -> None:
    phone_number = f"+49 30 5550{100 + number}"
    tested_at = now - timedelta(days=4 + number * 3)
    phone, text, mail = (
        ContactPoint.objects.create(
            person=person,
            channel=channel,
            address=address,
            verified_at=tested_at,
            last_tested_at=tested_at,
        )
        for channel, address in (
            (Channel.PHONE, phone_number),
            (Channel.SMS, phone_number),
            (Channel.EMAIL, person.email or ""),
        )
    )
    ContactRule.objects.create(
        person=person, urgency=Urgency.URGENT, order=1, contact_point=phone, delay_minutes=0
    )
    ContactRule.objects.create(
        person=person, urgency=Urgency.URGENT, order=2, contact_point=text, delay_minutes=0
    )
    ContactRule.objects.create(
        person=person, urgency=Urgency.NORMAL, order=1, contact_point=mail, delay_minutes=0
    )


def _ascii(name: str) -> str:
    return name.lower().replace("á", "a")


def _teams(cast: Cast) -> None:
    for name, (zone, lead, members) in TEAMS.items():
        team = Team.objects.create(name=name, slug=slug(name), time_zone=zone)
        cast.teams[name] = team
        Membership.objects.create(team=team, person=cast.people[lead], is_lead=True)
        for member in members:
            Membership.objects.create(team=team, person=cast.people[member])


def _services(cast: Cast) -> None:
    for name, team, tier, impact, _needs in SERVICES:
        cast.services[name] = Service.objects.create(
            name=name,
            slug=slug(name),
            owner_team=cast.teams[team],
            tier=tier,
            customer_impact=impact,
        )
    for name, _team, _tier, _impact, needs in SERVICES:
        for needed in needs:
            ServiceDependency.objects.create(
                service=cast.services[name], needs=cast.services[needed]
            )


def _rosters(cast: Cast, *, now: datetime) -> None:
    monday = now.date() - timedelta(days=now.weekday() + 14)
    for name, team, first, backup in ROSTERS:
        roster = Roster.objects.create(
            name=name,
            slug=slug(name),
            team=cast.teams[team] if team else None,
            time_zone="Europe/Berlin",
        )
        cast.rosters[name] = roster
        for priority, (label, people) in enumerate((("First on call", first), ("Backup", backup))):
            layer = Layer.objects.create(roster=roster, name=label, priority=priority + 1)
            _rotation(layer, [cast.people[short] for short in people], monday)


def _rotation(layer: Layer, people: list[Person], monday: date) -> None:
    rotation = Rotation.objects.create(
        layer=layer,
        starts_on=monday,
        handover_at=time(9, 0),
        unit=RotationUnit.WEEK,
        length=1,
    )
    for order, person in enumerate(people):
        RotationMember.objects.create(rotation=rotation, order=order, person=person)


def _matrix(cast: Cast, *, now: datetime) -> None:
    for name, description in ROLES:
        cast.roles[name] = StakeholderRole.objects.create(
            name=name, slug=slug(name), description=description
        )
    amara = cast.people["Amara"]
    confirmed = {"confirmed_at": now - timedelta(days=12), "confirmed_by": amara}
    MatrixEntry.objects.create(
        role=cast.roles["incident commander"],
        roster=cast.rosters["Incident command"],
        **confirmed,
    )
    MatrixEntry.objects.create(
        role=cast.roles["engineering director"],
        person=cast.people["Sam"],
        backup=cast.people["Tomás"],
        **confirmed,
    )
    MatrixEntry.objects.create(
        role=cast.roles["legal counsel"],
        person=cast.people["Ines"],
        backup=cast.people["Olivia"],
        **confirmed,
    )
    for team, lead, backup in (
        ("Payments", "Jonas", "Mei"),
        ("Messaging", "Nadia", "Ben"),
        ("Storefront", "Lena", "Aiko"),
        ("Platform", "Sam", "Tomás"),
    ):
        MatrixEntry.objects.create(
            role=cast.roles["engineering lead"],
            team=cast.teams[team],
            person=cast.people[lead],
            backup=cast.people[backup],
            **confirmed,
        )
    MatrixEntry.objects.create(
        role=cast.roles["customer success manager"],
        person=cast.people["Olivia"],
        backup=cast.people["Ines"],
        **confirmed,
    )

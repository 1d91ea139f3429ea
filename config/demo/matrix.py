"""Whom the demo organisation calls for which part: the contact matrix, with a few weak spots."""

from dataclasses import dataclass
from datetime import timedelta

from config.demo.cast import Cast, slug
from rosters.models import MatrixEntry, StakeholderRole

ROLES = [
    ("incident commander", "Leads the response and decides. Does not fix."),
    ("engineering lead", "Answers for the service's code and its risks."),
    ("product owner", "Says what matters most to customers."),
    ("customer success manager", "Tells customers, in their words."),
    ("communications lead", "Writes what the public reads."),
    ("engineering director", "Finds people and removes obstacles."),
    ("legal counsel", "Knows what the law asks, and until when."),
    ("privacy officer", "Decides what to do when personal data may be at risk."),
    ("security officer", "Leads when somebody may be attacking us."),
    ("executive sponsor", "Speaks for the company, and decides what it may cost."),
]


@dataclass(frozen=True)
class Cell:
    """One cell: a person with a backup, or a roster; confirmed some days ago, or never (0)."""

    role: str
    person: str = ""
    backup: str = ""
    roster: str = ""
    team: str = ""
    service: str = ""
    severity: int | None = None
    confirmed_days_ago: int = 12


CELLS = [
    # The whole company
    Cell("incident commander", roster="Incident command"),
    Cell("engineering director", "Sam", "Tomás"),
    Cell("legal counsel", "Ines", "Olivia"),
    Cell("legal counsel", "Pedro", "Ines", severity=1, confirmed_days_ago=33),
    Cell("privacy officer", "Ines", "Pedro", confirmed_days_ago=20),
    Cell("security officer", "Viktor", "Chloe", confirmed_days_ago=41),
    Cell("customer success manager", "Olivia", "Ines"),
    Cell("communications lead", "Laura", "Beatrix", confirmed_days_ago=58),
    Cell("executive sponsor", roster="Duty executive", confirmed_days_ago=9),
    # Teams
    Cell("engineering lead", "Jonas", "Mei", team="Payments"),
    Cell("engineering lead", "Nadia", "Ben", team="Messaging"),
    Cell("engineering lead", "Lena", "Aiko", team="Storefront"),
    Cell("engineering lead", "Sam", "Tomás", team="Platform"),
    Cell("engineering lead", "Marcus", "Sofia", team="Orders", confirmed_days_ago=27),
    Cell("engineering lead", "Anita", "Rahul", team="Delivery", confirmed_days_ago=118),
    Cell("engineering lead", "Freya", "", team="Data", confirmed_days_ago=0),
    Cell("engineering lead", "Viktor", "Chloe", team="Security", confirmed_days_ago=41),
    Cell("product owner", "Beatrix", "Jonas", team="Payments", confirmed_days_ago=66),
    Cell("product owner", "Zoe", "Lena", team="Storefront", confirmed_days_ago=14),
    Cell("product owner", "Elif", "Nadia", team="Messaging", confirmed_days_ago=97),
    Cell("product owner", "Rachel", "Marcus", team="Orders", confirmed_days_ago=30),
    Cell("product owner", "Leila", "Anita", team="Delivery", confirmed_days_ago=0),
    Cell("customer success manager", "Rosa", "Olivia", team="Orders", confirmed_days_ago=45),
    Cell("customer success manager", "Naoki", "Emily", team="Delivery", confirmed_days_ago=131),
    # Single services
    Cell("product owner", "Nils", "Lena", service="Checkout", confirmed_days_ago=74),
    Cell("product owner", "Nils", "", service="Billing", confirmed_days_ago=152),
    Cell("customer success manager", "Callum", "Rosa", service="Seller portal"),
    Cell("engineering lead", "Priya", "Jonas", service="Fraud checks", confirmed_days_ago=19),
]


def build(cast: Cast) -> None:
    """Every role, and who fills it. Some cells are vacant, stale, or name somebody who left."""
    for name, description in ROLES:
        cast.roles[name] = StakeholderRole(name=name, slug=slug(name), description=description)
    StakeholderRole.objects.bulk_create(cast.roles.values())
    MatrixEntry.objects.bulk_create(_entry(cast, cell) for cell in CELLS)


def _entry(cast: Cast, cell: Cell) -> MatrixEntry:
    days = cell.confirmed_days_ago
    return MatrixEntry(
        role=cast.roles[cell.role],
        person=cast.people.get(cell.person),
        backup=cast.people.get(cell.backup),
        roster=cast.rosters.get(cell.roster),
        team=cast.teams.get(cell.team),
        service=cast.services.get(cell.service),
        severity=cell.severity,
        confirmed_at=cast.made_at - timedelta(days=days) if days else None,
        confirmed_by=cast.people["Amara"] if days else None,
    )

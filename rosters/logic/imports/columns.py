"""Which columns a file of each subject has, by the names that people write. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rosters.enums import ImportSubject

_BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]|\*")
COMPANY = "The whole company"


@dataclass(frozen=True)
class Column:
    """One column: how it is headed, what stands in it, and what else people call it.

    One that is only read along (`is_read_only`) is never written by an import; a `secret` one is
    never repeated in a mistake.
    """

    key: str
    name: str
    explained: str
    example: str = ""
    also: tuple[str, ...] = ()
    longest: int = 120
    is_needed: bool = False
    has_lines: bool = False
    is_secret: bool = False
    is_read_only: bool = False

    @property
    def keys(self) -> set[str]:
        return {heading_key(one) for one in (self.key, self.name, *self.also)}


def heading_key(text: str) -> str:
    """A heading without what people write differently: capitals, dashes, brackets, spaces."""
    plain = _BRACKETS.sub(" ", text.casefold())
    return " ".join(re.sub(r"[-_.:/]", " ", plain).split()).replace(" ", "")


MATRIX = (
    Column(
        "service",
        "Service",
        "The service that the cell is about. Leave it empty for a team. For everybody write"
        f" “{COMPANY}”.",
        "Payments",
        ("system", "application", "services"),
        80,
    ),
    Column(
        "team",
        "Team",
        "The team that the cell is about, if it is about no single service. Its services inherit"
        " the cell.",
        "",
        ("owner team",),
        80,
    ),
    Column(
        "role",
        "Role",
        "The part somebody plays when it breaks, as the matrix calls it.",
        "product owner",
        ("stakeholder role", "function", "roles"),
        80,
        is_needed=True,
    ),
    Column(
        "severity",
        "Severity",
        "Only at this severity: SEV1 to SEV4. Empty: at every one.",
        "",
        ("sev", "level", "severity level"),
        40,
    ),
    Column(
        "and_worse",
        "And worse",
        "Yes: at this severity and at every worse one.",
        "",
        ("or worse",),
        20,
    ),
    Column(
        "hours",
        "Hours",
        "Only in these named hours, as the admin calls them. Empty: day and night.",
        "",
        ("named hours", "during"),
        60,
    ),
    Column(
        "person",
        "Person",
        "Who is called: the e-mail address, or the full name if only one person has it.",
        "mei@example.com",
        ("name", "who", "contact", "primary", "owner", "main contact"),
        254,
    ),
    Column(
        "backup",
        "Backup",
        "Who is called when that person cannot be reached.",
        "Ben Carter",
        ("backup person", "deputy", "stand in", "secondary", "substitute"),
        254,
    ),
    Column(
        "roster",
        "Roster",
        "Instead of a person and a backup: whoever is on call on this roster.",
        "",
        ("on call roster", "rota", "schedule"),
        120,
    ),
    Column(
        "valid_from",
        "Valid from",
        "The first day, as 2026-12-01, or 2026-12-01 09:00 in your time zone. Empty: as it is.",
        "",
        ("from", "starts", "start"),
        40,
    ),
    Column(
        "valid_to",
        "Valid to",
        "The day on which it ends (that day no longer counts). Empty: as it is.",
        "",
        ("to", "until", "ends", "end", "valid until"),
        40,
    ),
    Column(
        "inherited",
        "Inherited from",
        "Only in exported lists: where a service has it from. Nothing is changed by it.",
        is_read_only=True,
        also=("inherited",),
    ),
    Column(
        "confirmed",
        "Confirmed",
        "Only in exported lists. Nothing is changed by it.",
        is_read_only=True,
    ),
    Column(
        "attention",
        "Needs attention",
        "Only in exported lists. Nothing is changed by it.",
        is_read_only=True,
        longest=500,
    ),
)

CONTACT_POINTS = (
    Column(
        "person",
        "Person",
        "Whose it is: the e-mail address, or the full name if only one person has it.",
        "mei@example.com",
        ("name", "who", "owner", "full name"),
        254,
        is_needed=True,
    ),
    Column(
        "channel",
        "Channel",
        "How it is reached: phone call, text message, e-mail, chat message or push message.",
        "phone call",
        ("kind", "type", "by", "how"),
        40,
        is_needed=True,
    ),
    Column(
        "address",
        "Address",
        "The number with its country code, or the address. An empty cell changes nothing.",
        "+49 30 901820",
        ("number", "phone", "phone number", "mobile", "telephone", "contact", "value"),
        254,
        is_needed=True,
        is_secret=True,
    ),
    Column(
        "label",
        "Label",
        "A word to tell it apart: work, private, desk.",
        "work",
        ("note", "description"),
        40,
    ),
)

PEOPLE = (
    Column(
        "full_name",
        "Name",
        "First and last name, as colleagues read it.",
        "Mei Tan",
        ("full name", "person", "display name"),
        120,
        is_needed=True,
    ),
    Column(
        "short_name",
        "Short name",
        "What colleagues say. Empty for somebody new: the first word of the name.",
        "Mei",
        ("nickname", "called", "first name", "given name"),
        40,
    ),
    Column(
        "email",
        "E-mail",
        "Tells people apart, and is what they sign in with. May be empty.",
        "mei@example.com",
        ("mail", "e-mail address", "email address", "sign-in address"),
        254,
    ),
    Column(
        "time_zone",
        "Time zone",
        "Where they live, as Europe/Berlin. Empty for somebody new: UTC.",
        "Europe/Berlin",
        ("zone", "tz", "timezone"),
        64,
    ),
    Column(
        "region",
        "Region",
        "Country or region, as DE or DE-BE. Public holidays follow it.",
        "DE-BE",
        ("country", "location"),
        6,
    ),
    Column(
        "teams",
        "Teams",
        "Teams they belong to, with semicolons between them. They are added, never taken out.",
        "Payments; Platform",
        ("team", "member of"),
        1000,
    ),
    Column(
        "leads",
        "Team lead of",
        "Teams they lead, with semicolons between them. They are added, never taken out.",
        "",
        ("leads", "lead of", "team lead"),
        1000,
    ),
    Column(
        "may_sign_in",
        "May sign in",
        "Yes or no. Nobody needs it to be called.",
        "yes",
        ("sign in", "login", "can sign in", "account", "active"),
        20,
    ),
    Column(
        "duties",
        "Called now for",
        "Only in exported lists. Nothing is changed by it.",
        is_read_only=True,
        longest=10_000,
    ),
    Column(
        "reachable",
        "Can be called",
        "Only in exported lists. Nothing is changed by it.",
        is_read_only=True,
    ),
)

SERVICES = (
    Column(
        "name",
        "Name",
        "What people call the service.",
        "Payments",
        ("service", "service name", "system"),
        80,
        is_needed=True,
    ),
    Column(
        "team",
        "Owner team",
        "The team that answers for it. A new service needs one.",
        "Payments",
        ("team", "owner", "owned by"),
        80,
    ),
    Column(
        "tier",
        "Tier",
        "How much the company depends on it: 1 is the most, 3 the least. Empty for a new one: 2.",
        "1",
        ("criticality", "criticality tier"),
        80,
    ),
    Column(
        "impact",
        "What customers notice",
        "One plain sentence: what customers notice when it breaks.",
        "Customers cannot pay by card.",
        ("customer impact", "impact", "what customers notice when it breaks", "if it breaks"),
        300,
    ),
    Column(
        "backup_owner",
        "Backup owner",
        "Who answers for it when the lead of the owner team cannot.",
        "Ben Carter",
        ("deputy owner", "second owner"),
        254,
    ),
    Column(
        "region",
        "Region",
        "Where its customers are, as DE or US-NY. Empty: everywhere.",
        "",
        ("country",),
        6,
    ),
    Column(
        "hours",
        "Operating hours",
        "In words.",
        "Monday to Friday, 08:00 to 18:00 Berlin",
        ("hours", "service hours", "opening hours"),
        80,
    ),
    Column(
        "vendors",
        "Vendor contacts",
        "Suppliers and contracts that matter when it breaks, one a line.",
        "Bank line: contract 4711",
        ("vendors", "suppliers", "vendor", "contracts"),
        1000,
        has_lines=True,
    ),
    Column(
        "labels",
        "Labels",
        "Words to find it by, with semicolons between them. They are added, never taken out.",
        "pci; cards",
        ("tags", "label"),
        1000,
    ),
    Column(
        "needs",
        "Needs",
        "Services it cannot work without, with semicolons between them. They are added, never"
        " taken out.",
        "",
        ("depends on", "dependencies", "requires"),
        4000,
    ),
    *(
        Column(
            key,
            name,
            "Only in exported lists. Nothing is changed by it.",
            is_read_only=True,
            longest=10_000,
        )
        for key, name in (
            ("health", "Health"),
            ("on_call", "On call now"),
            ("rule", "Rule"),
            ("done", "Checks done"),
            ("checks", "Checks"),
            ("to_do", "Still to do"),
        )
    ),
)

COLUMNS: Mapping[str, Sequence[Column]] = {
    ImportSubject.MATRIX: MATRIX,
    ImportSubject.CONTACT_POINTS: CONTACT_POINTS,
    ImportSubject.PEOPLE: PEOPLE,
    ImportSubject.SERVICES: SERVICES,
}


def written(subject: str) -> tuple[Column, ...]:
    """The columns that an import writes: those of a template and of an exported file."""
    return tuple(one for one in COLUMNS[subject] if not one.is_read_only)

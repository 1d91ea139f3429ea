"""The weekly letter to whoever has something to mend in the rules; none when all is well."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q
from django.urls import reverse

from config.portal import words
from incidents.enums import FindingKind
from incidents.queries import findings
from incidents.queries.findings import Spoken
from rosters.logic import digest
from rosters.models import Person
from rosters.operations import digests
from rosters.operations.digests import Written

KIND = "rules"
TOPIC = "digest-rules"
RULES = digest.Letter(
    "One thing to mend in the rules",
    "{n} things to mend in the rules",
    "This is what the calls of the next 90 days come to. You can mend it:",
    "You get this on Mondays because you lead the team, and only when there is something to do.",
)


def send_due(*, now: datetime) -> int:
    """Whoever has something to mend has had the letter of the week; how many were written."""
    waiting = digests.due(KIND, digests.leads() | Q(is_superuser=True), now=now)
    if not waiting:
        return 0
    found: dict[Person, list[Spoken]] = {}
    for one in findings.loud(now=now):
        if one.row.owner is not None:
            found.setdefault(one.row.owner, []).append(one)
    letters = {
        person: Written(
            RULES,
            [_point(one, person, now=now) for one in mine],
            mine=reverse("incidents:proof"),
            rest=reverse("incidents:proof"),
            topic=TOPIC,
        )
        for person, mine in found.items()
    }
    return digests.send_all(KIND, letters, waiting, now=now)


def _point(one: Spoken, reader: Person, *, now: datetime) -> digest.Point:
    zone = ZoneInfo(reader.time_zone)
    said = words.as_text(one.said, zone=zone, now=now)
    path = reverse("incidents:proof_finding", args=[one.row.pk])
    return digest.Point(
        FindingKind(one.row.kind).label,
        one.where,
        f"{said} ({words.zone_aside(zone, now=now)})",
        None,
        f"{settings.PUBLIC_URL}{path}",
    )

"""The register of what people decided about calls: what waits, and what goes elsewhere."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.urls import reverse

from incidents.enums import HoldKind
from incidents.models import Hold, RoutingOverride
from incidents.queries.knowing import known_to
from rosters.models import Person

SHOWN = {"now": "Going on", "over": "Over"}
MOST = 500
DOES = {HoldKind.HOLD: "Every call waits", HoldKind.SNOOZE: "Calls to acknowledge it wait"}


@dataclass(frozen=True)
class Row:
    """One line: about what, what it does, who said so and why, from when until when."""

    about: str
    title: str
    link: str
    does: str
    who: str
    reason: str
    starts_at: datetime
    until: datetime
    ended_at: datetime | None
    ended_by: str

    @property
    def ends_at(self) -> datetime:
        """When it really ends or ended."""
        return min(self.until, self.ended_at or self.until)

    def is_over(self, now: datetime) -> bool:
        return self.ends_at <= now

    def has(self, text: str) -> bool:
        """Whether these words stand anywhere in it."""
        said = " ".join((self.about, self.title, self.does, self.who, self.reason))
        return text.casefold() in said.casefold()


def rows(reader: Person, *, show: str, text: str, now: datetime) -> list[Row]:
    """What a reader may know of, the newest first; three queries, at most so many rows."""
    known = known_to(reader, "incident")
    found = [*_holds(known), *_detours(known)]
    wanted = [
        one for one in found if one.is_over(now) == (show == "over") and (not text or one.has(text))
    ]
    return sorted(wanted, key=lambda one: one.starts_at, reverse=True)[:MOST]


def _holds(known: Q) -> list[Row]:
    kept = Hold.objects.filter(known, incident__is_canary=False)
    kept = kept.select_related("incident", "by", "ended_by")
    return [
        Row(
            about=row.incident.reference,
            title=row.incident.title,
            link=reverse("incidents:detail", args=[row.incident.reference]),
            does=DOES[HoldKind(row.kind)],
            who=row.by.full_name,
            reason=row.reason,
            starts_at=row.starts_at,
            until=row.until,
            ended_at=row.ended_at,
            ended_by=str(row.ended_by or ""),
        )
        for row in kept.order_by("-starts_at", "-pk")[:MOST]
    ]


def _detours(known: Q) -> list[Row]:
    related = ("incident", "service", "person", "roster", "policy", "by", "ended_by")
    own = RoutingOverride.objects.filter(known, incident__is_canary=False)
    of_services = RoutingOverride.objects.filter(service__isnull=False)
    kept = (own | of_services).select_related(*related)
    return [_detour(row) for row in kept.order_by("-starts_at", "-pk")[:MOST]]


def _detour(row: RoutingOverride) -> Row:
    incident, service = row.incident, row.service
    name = row.person.full_name if row.person else str(row.roster)
    does = f"Goes by the rule “{row.policy}”" if row.policy else f"Calls go to {name} first"
    link = ""
    if incident:
        link = reverse("incidents:detail", args=[incident.reference])
    elif service:
        link = reverse("incidents:reroute_service", args=[service.slug])
    return Row(
        about=incident.reference if incident else str(service),
        title=incident.title if incident else "Everything that breaks there",
        link=link,
        does=does,
        who=row.by.full_name,
        reason=row.reason,
        starts_at=row.starts_at,
        until=row.until,
        ended_at=row.ended_at,
        ended_by=str(row.ended_by or ""),
    )

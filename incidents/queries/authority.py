"""What a law asks of one incident, and who looks after it."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from config.portal.sentences import phrase
from incidents.enums import Promise
from incidents.logic.authority import Countdown
from incidents.models import ImpactClass, Incident, ResponseClock
from incidents.queries import privacy
from incidents.queries.deciding import roles_of
from rosters.models import Person, StakeholderRole
from rosters.queries.compiled import compiled

SOME_AUTHORITY = phrase("the authority")


@dataclass(frozen=True)
class Due:
    """The countdown that runs for one incident: since when, until when, whom to tell."""

    clock: ResponseClock
    authority: str


def due_in(incident: Incident) -> Due | None:
    """The countdown that runs for this incident; one query."""
    clock = next(iter(_running(incident)), None)
    return Due(clock, name_of(incident)) if clock else None


@compiled
def _running(incident: Incident) -> QuerySet[ResponseClock]:
    return ResponseClock.objects.filter(
        incident=incident, promise=Promise.REPORT, met_at__isnull=True, stopped_at__isnull=True
    ).order_by("pk")[:1]


def name_of(incident: Incident) -> str:
    """The authority that its kind of harm names, or else the one for personal data."""
    if incident.impact and incident.impact.authority:
        return incident.impact.authority
    law = of_personal_data()
    return (law.authority if law else "") or SOME_AUTHORITY


def of_personal_data() -> ImpactClass | None:
    """The kind of harm that says until when an authority must be told of personal data at risk.

    The one with the fewest hours, of those that tell whoever looks after personal data.
    """
    return next(iter(_of_personal_data()), None)


@compiled
def _of_personal_data() -> QuerySet[ImpactClass]:
    kinds = ImpactClass.objects.filter(statutory_hours__isnull=False)
    own = kinds.filter(told_role__slug__in=list(privacy.ROLES))
    return own.order_by("statutory_hours", "pk")[:1]


def countdown_of(incident: Incident, person: Person, *, now: datetime) -> Countdown:
    """The facts that the rules ask for."""
    told_id = incident.impact.told_role_id if incident.impact else None
    among = set(
        StakeholderRole.objects.filter(slug__in=privacy.ROLES).values_list("pk", flat=True)
    ) | ({told_id} if told_id else set())
    return Countdown(
        due_in(incident) is not None,
        is_keeper=bool(roles_of(incident, person, among=among, now=now) & among),
        authority=name_of(incident),
    )


def closes(kind: ImpactClass) -> bool:
    """Whether this kind of harm closes an incident to others, or asks for an authority."""
    return kind.is_restricted or kind.statutory_hours is not None


def kinds() -> list[ImpactClass]:
    """The kinds of harm that close an incident to others or ask for an authority."""
    rows = ImpactClass.objects.filter(is_restricted=True) | ImpactClass.objects.filter(
        statutory_hours__isnull=False
    )
    return list(rows.select_related("told_role").order_by("name", "pk"))

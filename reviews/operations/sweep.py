"""Opens the reviews that are due: a sweep, so that nothing below this app needs to know of it."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from incidents.enums import Promise
from incidents.models import Incident, ResponseClock
from reviews.logic import deadline
from reviews.models import Review
from rosters.enums import SeverityLevel
from rosters.models import Membership

BATCH = 100


def open_due_reviews(*, now: datetime) -> int:
    """Every resolved incident that needs a review has one; returns how many were opened.

    Safe to repeat, to stop half-way and to run twice at once.
    """
    opened = 0
    while fresh := _open_batch(now=now):
        opened += fresh
    return opened


@transaction.atomic
def _open_batch(*, now: datetime) -> int:
    claimed = list(
        _without_review()
        .order_by("resolved_at", "pk")
        .select_for_update(skip_locked=True, no_key=True, of=("self",))
        .values_list("pk", flat=True)[:BATCH]
    )
    # Another sweep may have finished between our snapshot and our lock: ask again, now locked.
    incidents = list(_without_review().filter(pk__in=claimed).select_related("service__owner_team"))
    targets, leads = _targets(incidents), _leads(incidents, now=now)
    reviews = [
        Review(
            incident=incident,
            opened_at=now,
            due_at=deadline.due_at(
                targets.get(incident.pk),
                resolved_at=incident.resolved_at or now,
                zone=_working_zone(incident),
            ),
            facilitator_id=leads.get(_team_id(incident)) if not incident.is_restricted else None,
        )
        for incident in incidents
    ]
    return len(Review.objects.bulk_create(reviews))


def _without_review() -> QuerySet[Incident]:
    promised = ResponseClock.objects.filter(incident=OuterRef("pk"), promise=Promise.REVIEW)
    found: QuerySet[Incident] = Incident.objects.filter(
        Q(severity__lt=SeverityLevel.SMALL) | Exists(promised),
        resolved_at__isnull=False,
        review__isnull=True,
    )
    return found


def _targets(incidents: Sequence[Incident]) -> dict[int, datetime]:
    """When the newest review clock of each incident is due."""
    clocks = ResponseClock.objects.filter(incident__in=incidents, promise=Promise.REVIEW)
    rows = clocks.order_by("started_at", "pk").values_list("incident_id", "target_at")
    return dict(rows)


def _leads(incidents: Sequence[Incident], *, now: datetime) -> dict[int, int]:
    """One lead of each owner team who is still here: the one who has been longest."""
    rows = (
        Membership.objects.filter(
            Q(person__left_at__isnull=True) | Q(person__left_at__gt=now),
            team__in={_team_id(incident) for incident in incidents},
            is_lead=True,
        )
        .order_by("-pk")
        .values_list("team_id", "person_id")
    )
    return dict(rows)


def _team_id(incident: Incident) -> int:
    return incident.service.owner_team_id if incident.service else 0


def _working_zone(incident: Incident) -> ZoneInfo:
    return ZoneInfo(incident.service.owner_team.time_zone if incident.service else "UTC")

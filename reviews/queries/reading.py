"""A published review, for somebody who was not there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from config.portal.sentences import Sentence
from incidents.models import Incident
from incidents.queries import escalation
from incidents.queries.escalation import Logged
from reviews.logic import reading
from reviews.models import Review
from reviews.queries import page, waiting
from reviews.queries.page import ReviewPage
from rosters.models import Person

EARLIER = 5
STEPS = (
    ("Acknowledged", "first_acknowledged_at"),
    ("Contained", "contained_at"),
    ("Resolved", "resolved_at"),
)


@dataclass(frozen=True)
class Step:
    """One milestone, and how long after the incident was detected."""

    name: str
    at: datetime
    after: timedelta


@dataclass(frozen=True)
class Reading:
    """One published review with what came before it."""

    page: ReviewPage
    steps: Sequence[Step]
    earlier: Sequence[Incident]

    @property
    def facts(self) -> reading.Facts:
        incident = self.page.incident
        return reading.Facts(
            service=incident.service.name if incident.service else "",
            detected_at=incident.detected_at,
            contained_at=incident.contained_at,
            resolved_at=incident.resolved_at,
            factors=len(self.page.factors),
            actions=len(self.page.actions),
            open_actions=self.page.open_actions,
        )

    @property
    def paragraph(self) -> tuple[Sentence, ...]:
        return reading.paragraph(self.facts)

    @property
    def changes_heading(self) -> Sentence:
        return reading.changes_heading(self.facts)

    @property
    def first_words(self) -> str:
        """The story's first paragraph."""
        return self.page.review.story.strip().split("\n\n", 1)[0]


def find(person: Person, number: int) -> Review | None:
    """The review of this incident, if this person may know of it."""
    found = waiting.visible_reviews(person).select_related("facilitator", "published_by")
    return found.filter(incident=number).first()


def steps_of(review: Review) -> Sequence[Logged]:
    """Every step of its incident's calls, the oldest first; a constant number of queries."""
    return escalation.rows_of(review.incident)


def of(review: Review, *, reader: Person, now: datetime) -> Reading:
    """The review as its readers see it; a constant number of queries."""
    shown = page.of(review, viewer=reader, now=now)
    incident = shown.incident
    steps = [(name, getattr(incident, field)) for name, field in STEPS]
    return Reading(
        page=shown,
        steps=[Step(name, at, at - incident.detected_at) for name, at in steps if at],
        earlier=_earlier(incident, reader),
    )


def _earlier(incident: Incident, reader: Person) -> list[Incident]:
    """The newest earlier incidents of the same service, with their reviews."""
    if incident.service is None:
        return []
    found = Incident.objects.visible_to(reader).filter(
        service=incident.service, detected_at__lt=incident.detected_at
    )
    return list(found.select_related("review").order_by("-detected_at", "-pk")[:EARLIER])

"""What waits for a person: reviews to publish, actions to do."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet, Value

from incidents.models import Incident
from incidents.queries.knowing import known_to
from reviews.models import ActionItem, Review
from rosters.models import Membership, Person
from rosters.queries.compiled import compiled

DUE_WITHIN = timedelta(days=30)


def visible_reviews(person: Person) -> QuerySet[Review]:
    """Every review whose incident this person may know of."""
    return Review.objects.filter(_is_visible("incident", person))


def visible_actions(person: Person) -> QuerySet[ActionItem]:
    """Every action item whose incident this person may know of."""
    return ActionItem.objects.filter(_is_visible("review__incident", person))


def few_actions(person: Person) -> QuerySet[ActionItem]:
    """The same for who wants a few of them: the open ones, or what was done lately."""
    return ActionItem.objects.filter(known_to(person, "review__incident"))


def _is_visible(incident: str, person: Person) -> Q:
    """As `visible_to`, but asked of the few hidden incidents, not of all there ever were."""
    if person.is_superuser:
        return Q()
    return ~Q(**{f"{incident}__in": Incident.objects.hidden_from(person)})


def waiting_for(person: Person) -> QuerySet[Review]:
    """Unpublished reviews that this person leads; without a facilitator, those of their team."""
    teams = Membership.objects.filter(person=person).values("team_id")
    mine = Q(facilitator=person) | Q(
        facilitator__isnull=True, incident__service__owner_team__in=teams
    )
    known = known_to(person, "incident")
    return Review.objects.filter(known, mine, published_at__isnull=True)


def count(person: Person) -> int:
    """How many unpublished reviews wait for this person; one query, for every page asks it."""
    return sum(number for (number,) in _number_waiting(person))


@compiled
def _number_waiting(person: Person) -> QuerySet[Review, Any]:
    rows = waiting_for(person).order_by().values(all_of_them=Value(1))
    return rows.annotate(number=Count("pk")).values_list("number")


def reviews_due(person: Person, *, limit: int) -> list[Review]:
    """The unpublished reviews that wait for this person, the most urgent first."""
    return _due_for(person, limit)


@compiled
def _due_for(person: Person, limit: int) -> QuerySet[Review]:
    found = waiting_for(person).select_related("incident__service", "facilitator")
    return found.order_by("due_at", "pk")[:limit]


def actions_due(
    person: Person, *, now: datetime, limit: int, about: Q | None = None
) -> list[ActionItem]:
    """Open actions that are late or due within 30 days, the latest first, whoever owns them.

    `about` narrows them further, in terms of ActionItem.
    """
    today = now.astimezone(ZoneInfo(person.time_zone)).date()
    return _actions(person, today + DUE_WITHIN, about or Q(), limit)


@compiled
def _actions(person: Person, until: date, about: Q, limit: int) -> QuerySet[ActionItem]:
    due = few_actions(person).filter(about, done_at__isnull=True, due_date__lte=until)
    return due.select_related("owner", "review__incident").order_by("due_date", "pk")[:limit]

"""The lists of reviews and of action items."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from django.db.models import Count, F, Q, QuerySet

from reviews.models import ActionItem, Review
from reviews.queries import waiting
from rosters.models import Person

REVIEW_STATES = {
    "all": "All",
    "mine": "Waiting for you",
    "due": "Due",
    "overdue": "Overdue",
    "published": "Published",
}
ACTION_STATES = {"mine": "Yours", "all": "All", "late": "Late"}
DONE_LATELY = timedelta(days=14)


def reviews(person: Person, *, state: str, now: datetime) -> QuerySet[Review]:
    """The reviews of one state: those to publish first, by deadline; then the newest ones."""
    found = waiting.waiting_for(person) if state == "mine" else waiting.visible_reviews(person)
    return (
        found.filter(_in_state(state, now=now))
        .select_related("incident__service", "facilitator", "published_by")
        .annotate(
            actions_total=Count("actions"),
            actions_open=Count("actions", filter=Q(actions__done_at__isnull=True)),
        )
        .order_by(F("published_at").desc(nulls_first=True), "due_at", "pk")
    )


def _in_state(state: str, *, now: datetime) -> Q:
    waits = Q(published_at__isnull=True)
    states = {
        "due": waits & Q(due_at__gte=now),
        "overdue": waits & Q(due_at__lt=now),
        "published": ~waits,
    }
    return states.get(state, Q())


def review_counts(person: Person, *, now: datetime) -> Mapping[str, int]:
    """How many reviews are due, overdue and published, in one query."""
    counted: dict[str, int] = waiting.visible_reviews(person).aggregate(
        **{
            state: Count("pk", filter=_in_state(state, now=now))
            for state in ("due", "overdue", "published")
        }
    )
    return counted


def actions(person: Person, *, state: str, today: date, now: datetime) -> QuerySet[ActionItem]:
    """Action items of one state: the latest open ones first, what was done lately at the end."""
    found = waiting.visible_actions(person).filter(
        Q(done_at__isnull=True) | Q(done_at__gte=now - DONE_LATELY)
    )
    narrowed = {
        "mine": Q(owner=person),
        "late": Q(done_at__isnull=True, due_date__lt=today),
    }
    return (
        found.filter(narrowed.get(state, Q()))
        .select_related("owner", "done_by", "review__incident")
        .order_by(F("done_at").desc(nulls_first=True), "due_date", "pk")
    )


def late_actions(person: Person, *, today: date) -> Mapping[str, int]:
    """How many open action items are late: this person's, and everybody's; in one query."""
    late = waiting.visible_actions(person).filter(done_at__isnull=True, due_date__lt=today)
    counted: dict[str, int] = late.aggregate(
        mine=Count("pk", filter=Q(owner=person)), all=Count("pk")
    )
    return counted


def possible_owners(actions: Iterable[ActionItem], *, now: datetime) -> list[Person]:
    """Everybody who can own an action item, and whoever owns one of these.

    An owner is still here, and able to sign in to say that it is done.
    """
    here = Person.objects.employed(now=now).filter(may_sign_in=True).order_by("full_name", "pk")
    people = {person.pk: person for person in here}
    owners = {action.owner_id: action.owner for action in actions}
    return [*people.values(), *(one for pk, one in owners.items() if pk not in people)]

"""What a person is to a review, for the rules of access."""

from datetime import datetime

from incidents.queries import standing
from reviews.logic.access import Part, State
from reviews.models import ActionItem, Review
from rosters.models import Person


def part_of(person: Person, review: Review) -> Part:
    """`person`'s part in `review`, in one query."""
    return Part(standing.of(person, review.incident), review.facilitator_id == person.pk)


def state(review: Review, *, now: datetime) -> State:
    """The facts of a review that the rules ask for, in one query."""
    left = ActionItem.objects.filter(review=review, done_at__isnull=True, owner__left_at__lte=now)
    return State(
        reference=review.incident.reference,
        is_published=review.published_at is not None,
        story=review.story,
        ownerless=list(left.order_by("due_date", "pk").values_list("title", flat=True)),
    )

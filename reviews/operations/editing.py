"""Writing a review together without losing words, and publishing it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from config.portal.refusals import Refused, refuse_if
from incidents.operations import lifecycle
from reviews.logic import access
from reviews.logic.progress import TEXTS
from reviews.models import ActionItem, Factor, Review
from reviews.operations import actions
from reviews.operations.actions import ActionDraft, lock
from reviews.queries import standing
from rosters.models import Person


@dataclass(frozen=True)
class Draft:
    """Everything that somebody typed into the review's form.

    Factors are the whole list, in order. Action items that are not named stay as they are;
    `removed` names those that shall go.
    """

    story: str = ""
    went_well: str = ""
    was_lucky: str = ""
    escalation_look_back: str = ""
    factors: Sequence[str] = ()
    actions: Sequence[ActionDraft] = ()
    removed: frozenset[int] = frozenset()


class ChangedMeanwhile(Refused):
    """Somebody saved while another was writing. `review` is what is saved now."""

    def __init__(self, review: Review) -> None:
        super().__init__(
            "Somebody saved this review while you were writing. Nothing is lost. Where you both"
            " wrote, choose whose words stay. Then save again."
        )
        self.review = review


@transaction.atomic
def save(review: Review, draft: Draft, *, revision: int, by: Person, now: datetime) -> Review:
    """The review says what `draft` says, if nobody changed it since `revision`.

    The same draft sent twice is saved once. Raises ChangedMeanwhile when somebody else was faster,
    Refused when `by` may not write, and CannotPlan for an action item that is not possible.
    """
    review = lock(review.pk)
    refuse_if(access.why_not_write(standing.part_of(by, review), standing.state(review, now=now)))
    kept = list(review.actions.select_for_update(no_key=True).order_by("pk"))
    if _says_the_same(review, draft, kept):
        return review
    if review.revision != revision:
        raise ChangedMeanwhile(review)
    _keep_texts(review, draft, now=now)
    _keep_factors(review, draft.factors)
    _keep_actions(review, draft, kept, by=by, now=now)
    return review


def _says_the_same(review: Review, draft: Draft, kept: Sequence[ActionItem]) -> bool:
    if any(getattr(review, name) != getattr(draft, name) for name in TEXTS):
        return False
    if list(draft.factors) != list(review.factors.order_by("pk").values_list("text", flat=True)):
        return False
    if draft.removed & {action.pk for action in kept}:
        return False
    return all(any(actions.says_the_same(one, typed) for one in kept) for typed in draft.actions)


def _keep_texts(review: Review, draft: Draft, *, now: datetime) -> None:
    for name in TEXTS:
        setattr(review, name, getattr(draft, name))
    review.edited_at = now
    review.revision += 1
    review.save(update_fields=[*TEXTS, "edited_at", "revision"])


def _keep_factors(review: Review, texts: Sequence[str]) -> None:
    if list(review.factors.order_by("pk").values_list("text", flat=True)) == list(texts):
        return
    review.factors.all().delete()
    Factor.objects.bulk_create(Factor(review=review, text=text) for text in texts)


def _keep_actions(
    review: Review, draft: Draft, kept: Sequence[ActionItem], *, by: Person, now: datetime
) -> None:
    by_id = {action.pk: action for action in kept}
    done = next((one for one in kept if one.pk in draft.removed and one.done_at), None)
    if done:
        raise Refused(f"“{done.title}” is done, so it stays in the review.")
    ActionItem.objects.filter(review=review, pk__in=draft.removed).delete()
    for typed in draft.actions:
        existing = by_id.get(typed.pk) if typed.pk else None
        if existing is None:
            actions.plan(review, typed, by=by, now=now)
        elif existing.pk not in draft.removed:
            existing.review = review
            actions.change(existing, typed, by=by, now=now)


@transaction.atomic
def publish(review: Review, *, by: Person, now: datetime) -> Review:
    """Everybody may read the review, and the incident has reached its last milestone.

    Doing it twice changes nothing.
    """
    review = lock(review.pk)
    if review.published_at is not None:
        return review
    part, state = standing.part_of(by, review), standing.state(review, now=now)
    refuse_if(access.why_not_publish(part, state))
    review.published_at = now
    review.published_by = by
    review.save(update_fields=["published_at", "published_by"])
    lifecycle.mark_reviewed(review.incident, by=by, now=now)
    return review

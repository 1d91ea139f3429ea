"""What the demo organisation learned from its past incidents."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from config.demo.people import Cast
from incidents.models import Incident
from reviews.enums import ActionKind
from reviews.models import Review
from reviews.operations import actions, editing, sweep
from reviews.operations.actions import ActionDraft
from reviews.operations.editing import Draft
from rosters.models import Person

PUBLISHED_AFTER = timedelta(days=3)


@dataclass(frozen=True)
class Promised:
    """One action item: due so many days from today, done or not."""

    title: str
    owner: str
    due_in_days: int
    is_done: bool = False


@dataclass(frozen=True)
class Lesson:
    """What was written after one incident."""

    story: str
    went_well: str
    factor: str
    action: Promised


LESSONS = {
    "Search shows old prices": Lesson(
        "The nightly price list stopped half-way. The page went on showing the day before.",
        "Customer care noticed within minutes and told us which products.",
        "Nothing says how old the price list is.",
        Promised("Alert when the price list is older than a day", "Aiko", -20, is_done=True),
    ),
    "Card payments fail for all customers": Lesson(
        "A certificate of our bank partner ran out at 02:00. The payment page showed an error.",
        "The backup joined without being asked. The runbook worked as written.",
        "The alert waits for ten minutes of errors before it fires.",
        Promised("Alert when EU card errors pass 2%", "Jonas", -3),
    ),
    "Discount codes are refused": Lesson(
        "A change to the basket dropped the code field for old browsers.",
        "We rolled back within the hour.",
        "The runbook has no step for rolling back the basket.",
        Promised("Add a rollback step to the checkout runbook", "Lena", 0),
    ),
    "Order texts arrive an hour late": Lesson(
        "One partner slowed down, and every text waited behind it.",
        "We knew within a minute which partner it was.",
        "All partners share one queue.",
        Promised("Give each partner a queue of its own", "Ben", 9),
    ),
}


def learn(cast: Cast, incident: Incident, *, by: Person, now: datetime) -> None:
    """The review of a past incident is published with its action item, or open and waiting."""
    resolved_at = incident.resolved_at or now
    sweep.open_due_reviews(now=resolved_at)
    lesson = LESSONS.get(incident.title)
    if lesson is None:
        return
    _write(cast, Review.objects.get(incident=incident), lesson, by=by, at=resolved_at)
    action = incident.review.actions.get()
    if lesson.action.is_done:
        done_at = now + timedelta(days=lesson.action.due_in_days - 2)
        actions.complete(action, evidence="Alert is live.", by=action.owner, now=done_at)


def _write(cast: Cast, review: Review, lesson: Lesson, *, by: Person, at: datetime) -> None:
    published_at = at + PUBLISHED_AFTER
    promised = ActionDraft(
        title=lesson.action.title,
        kind=ActionKind.PREVENT,
        owner=cast.people[lesson.action.owner],
        due_date=(cast.made_at + timedelta(days=lesson.action.due_in_days)).date(),
    )
    draft = Draft(
        story=lesson.story,
        went_well=lesson.went_well,
        factors=[lesson.factor],
        actions=[promised],
    )
    editing.save(review, draft, revision=review.revision, by=by, now=published_at)
    editing.publish(review, by=by, now=published_at)

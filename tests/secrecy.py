"""A restricted incident that says its word wherever somebody can write."""

from datetime import timedelta

from config.portal import clock
from incidents.models import Incident
from incidents.operations import engine, lifecycle, updates
from incidents.operations.updates import UpdateText
from reviews.enums import ActionKind
from reviews.models import ActionItem, Review
from reviews.operations import editing, sweep
from reviews.operations.actions import ActionDraft
from reviews.operations.editing import Draft
from tests.pages import KEY_OF_A_SECRET
from tests.world import World


def keep_secret(world: World, *, word: str, is_over: bool) -> Incident:
    """A restricted incident of which every text holds the word; is it over, it is reviewed."""
    now = clock.act_now()
    at = now - timedelta(days=2) if is_over else now
    opening = lifecycle.Opening(
        title=f"The {word} leaked", summary=f"A {word}.", severity=1, service=world.service
    )
    incident = lifecycle.open_incident(opening, by=world.dora, now=at)
    Incident.objects.filter(pk=incident.pk).update(is_restricted=True)
    incident.refresh_from_db()
    engine.tick(now=at)
    lifecycle.acknowledge(incident, by=world.alice, now=at)
    lifecycle.add_note(incident, by=world.alice, text=f"A {word} again.", now=at)
    text = UpdateText(f"One {word}.", f"A {word} swims.", f"We look at the {word}.")
    updates.post(incident, text, key=KEY_OF_A_SECRET[is_over], by=world.alice, now=at)
    if is_over:
        _learn(incident, world, word=word)
    return incident


def _learn(incident: Incident, world: World, *, word: str) -> None:
    at = incident.detected_at + timedelta(hours=1)
    lifecycle.contain(incident, by=world.alice, at=at, now=at)
    lifecycle.resolve(incident, by=world.alice, at=at, now=at)
    sweep.open_due_reviews(now=at)
    review = Review.objects.get(incident=incident)
    titles = (f"Feed the {word}", f"Count the {word}")
    drafts = [
        ActionDraft(one, ActionKind.PREVENT, world.alice, (at + timedelta(days=day + 1)).date())
        for day, one in enumerate(titles)
    ]
    draft = Draft(
        story=f"The {word} story.",
        went_well=f"A calm {word}.",
        was_lucky="",
        escalation_look_back="",
        factors=[f"The {word} had no lid"],
        actions=drafts,
    )
    editing.save(review, draft, revision=review.revision, by=world.alice, now=at)
    editing.publish(review, by=world.alice, now=at)
    done = ActionItem.objects.filter(review=review, title=titles[1])
    done.update(done_at=at, done_by=world.alice, evidence=f"The {word} is fed.")

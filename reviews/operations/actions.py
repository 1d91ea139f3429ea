"""Action items: planned, changed, done and open again."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from config.portal.refusals import Refused, refuse_if
from incidents.models import Incident
from reviews.logic import access
from reviews.logic import actions as rules
from reviews.logic.actions import Owner
from reviews.models import ActionItem, Review
from reviews.queries import standing
from rosters.models import Person


@dataclass(frozen=True)
class ActionDraft:
    """What somebody typed about one action item; `pk` names the one that exists."""

    title: str
    kind: str
    owner: Person
    due_date: date
    pk: int | None = None


class CannotPlan(Refused):
    """An action item is not possible like this; `field` of `draft` is what to change."""

    def __init__(self, draft: ActionDraft, field: str, why_not: str) -> None:
        super().__init__(why_not)
        self.draft = draft
        self.field = field


@transaction.atomic
def add(review: Review, draft: ActionDraft, *, by: Person, now: datetime) -> ActionItem:
    """One more action item. Also after the review is published: learning goes on."""
    review = lock(review.pk)
    part = standing.part_of(by, review)
    refuse_if(access.why_not_take_part(part, reference=review.incident.reference))
    return plan(review, draft, by=by, now=now)


def lock(review_id: int) -> Review:
    """The review with its incident, locked until the transaction ends. Before the incident."""
    return (
        Review.objects.select_for_update(no_key=True, of=("self",))
        .select_related("incident__service__owner_team")
        .get(pk=review_id)
    )


def plan(review: Review, draft: ActionDraft, *, by: Person, now: datetime) -> ActionItem:
    """A new action item stands. The caller holds the review's lock and has asked who may."""
    for field, why_not in _why_nots(review.incident, draft, by=by, now=now):
        if why_not:
            raise CannotPlan(draft, field, why_not)
    return ActionItem.objects.create(
        review=review,
        title=draft.title.strip(),
        kind=draft.kind,
        owner=draft.owner,
        due_date=draft.due_date,
        created_at=now,
        created_by=by,
    )


def change(action: ActionItem, draft: ActionDraft, *, by: Person, now: datetime) -> ActionItem:
    """An open action item says what `draft` says; one that says so already is left alone.

    What stays as it was is not judged again: a day that has passed since is no reason to refuse.
    """
    if says_the_same(action, draft):
        return action
    if action.done_at is not None:
        raise CannotPlan(draft, "title", f"“{action.title}” is done. Open it again to change it.")
    changed = {
        name: getattr(action, name) != getattr(draft, name)
        for name in ("title", "owner", "due_date")
    }
    for field, why_not in _why_nots(action.review.incident, draft, by=by, now=now):
        if why_not and changed[field]:
            raise CannotPlan(draft, field, why_not)
    action.title = draft.title.strip()
    action.kind = draft.kind
    action.owner = draft.owner
    action.due_date = draft.due_date
    action.save(update_fields=["title", "kind", "owner", "due_date"])
    return action


def says_the_same(action: ActionItem, draft: ActionDraft) -> bool:
    """Whether an action item already is what somebody typed."""
    typed = (draft.title.strip(), draft.kind, draft.owner.pk, draft.due_date)
    return typed == (action.title, action.kind, action.owner_id, action.due_date)


@transaction.atomic
def complete(action: ActionItem, *, by: Person, now: datetime, evidence: str = "") -> ActionItem:
    """The action item is done. Doing it twice changes nothing, but later evidence is kept."""
    action = _lock_action(action, by=by)
    if action.done_at is not None and action.done_by_id != by.pk:
        raise Refused(f"{action.done_by} has done this already.")
    if action.done_at is None:
        action.done_at = now
        action.done_by = by
    if evidence.strip():
        action.evidence = evidence.strip()[: rules.EVIDENCE_LENGTH]
    action.save(update_fields=["done_at", "done_by", "evidence"])
    return action


@transaction.atomic
def reopen(action: ActionItem, *, by: Person, now: datetime) -> ActionItem:  # noqa: ARG001  # operations take `now`
    """The action item is to be done again; its evidence stays. Doing it twice changes nothing."""
    action = _lock_action(action, by=by)
    action.done_at = None
    action.done_by = None
    action.save(update_fields=["done_at", "done_by"])
    return action


def _lock_action(action: ActionItem, *, by: Person) -> ActionItem:
    action = (
        ActionItem.objects.select_for_update(no_key=True, of=("self",))
        .select_related("owner", "review__incident__service")
        .get(pk=action.pk)
    )
    why_not = access.why_not_complete(
        standing.part_of(by, action.review),
        is_owner=action.owner_id == by.pk,
        owner=action.owner.full_name,
    )
    refuse_if(why_not)
    return action


def _why_nots(
    incident: Incident, draft: ActionDraft, *, by: Person, now: datetime
) -> list[tuple[str, str | None]]:
    """What each field of the draft is refused for, or None."""
    owner = Owner(
        draft.owner.full_name,
        has_left=draft.owner.left_at is not None and draft.owner.left_at <= now,
        may_read=_may_read(draft.owner, incident),
    )
    today = now.astimezone(ZoneInfo(by.time_zone)).date()
    return [
        ("title", rules.why_not_title(draft.title)),
        ("owner", rules.why_not_owner(owner)),
        ("due_date", rules.why_not_due(draft.due_date, today=today)),
    ]


def _may_read(person: Person, incident: Incident) -> bool:
    if not incident.is_restricted:
        return True
    return Incident.objects.visible_to(person).filter(pk=incident.pk).exists()
